from __future__ import annotations

import numpy as np
import pytest

from app.documents.errors import RedactionOutsideError
from app.documents.redaction import Redaction, redact

WHITE = np.full((638, 1011, 3), 255, np.uint8)


def test_the_rectangle_is_black_and_the_rest_untouched() -> None:
    redacted = redact(WHITE, [Redaction(10, 20, 30, 5)], 254)

    expected = WHITE.copy()
    expected[200:250, 100:400] = 0
    np.testing.assert_array_equal(redacted, expected)
    assert WHITE.min() == 255


def test_pixels_touched_in_part_are_black() -> None:
    redacted = redact(WHITE, [Redaction(10.01, 20.01, 30, 5)], 254)

    assert (redacted[200:251, 100:401] == 0).all()


def test_what_sticks_out_is_ignored() -> None:
    redacted = redact(WHITE, [Redaction(-5, -5, 6, 6)], 254)

    assert (redacted[:10, :10] == 0).all()
    assert (redacted[10:] == 255).all()


@pytest.mark.parametrize("beside", [Redaction(200, 0, 5, 5), Redaction(0, 63.8, 5, 5), Redaction(-9, -9, 3, 3)])
def test_a_rectangle_that_misses_the_card_is_refused(beside) -> None:
    with pytest.raises(RedactionOutsideError):
        redact(WHITE, [Redaction(10, 20, 30, 5), beside], 254)
