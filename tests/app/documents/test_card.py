from __future__ import annotations

import numpy as np
import pytest

from app.documents.card import CardStyle, make_card
from app.documents.errors import OutlineError
from app.documents.formats import ID_1, ID_2, free_format
from app.documents.outer_shape import Corners
from app.documents.redaction import Redaction
from app.documents.watermark import Watermark
from detector.geometry import rectangle_quad

QUAD = rectangle_quad(1011, 638)


def test_plain(card) -> None:
    made = make_card(card, QUAD, CardStyle(), lossless=False)

    np.testing.assert_allclose(made.image, card, atol=1)
    assert (made.size_mm, made.dpi, made.card_format, made.lossless) == ((85.6, 53.98), 300, ID_1, False)


@pytest.mark.parametrize("dpi", [150, 600])
def test_standing_with_a_margin(card, dpi) -> None:
    made = make_card(card, np.roll(QUAD, 1, axis=0), CardStyle(dpi=dpi, card_format=ID_2, margin_mm=5))

    assert made.size_mm == (84, 115)
    height, width = made.image.shape[:2]
    assert (width / dpi * 25.4, height / dpi * 25.4) == pytest.approx(made.size_mm, abs=25.4 / dpi)


@pytest.mark.parametrize(("corners", "channels", "value"), [(Corners.WHITE, 3, 255), (Corners.TRANSPARENT, 4, 0)])
def test_rounded_corners(card, corners, channels, value) -> None:
    made = make_card(card, QUAD, CardStyle(corners=corners))

    assert made.image.shape == (638, 1011, channels)
    assert made.image[0, 0, -1] == value


def test_a_free_format_keeps_its_square_corners(card) -> None:
    made = make_card(card, QUAD, CardStyle(card_format=free_format(60, 90), corners=Corners.TRANSPARENT))

    assert made.size_mm == (90, 60)
    assert (made.image[..., 3] == 255).all()


def test_a_redaction_lies_over_the_watermark(card) -> None:
    style = CardStyle(watermark=Watermark("Copy", opacity=1), redactions=(Redaction(0, 0, 50, 50),), enhanced=True)

    made = make_card(card, QUAD, style)

    assert made.image[:590, :590].max() == 0
    assert made.image[:, 600:].max() > 0


def test_no_outline(card) -> None:
    with pytest.raises(OutlineError):
        make_card(card, QUAD[::-1], CardStyle())
