from __future__ import annotations

import numpy as np
import pytest

from app.documents.errors import UndrawableTextError
from app.documents.watermark import Watermark, add_watermark

WHITE = np.full((638, 1011, 3), 255, np.uint8)


@pytest.mark.parametrize("text", ["Copy for Bank only", "仅供银行使用", "نسخة للبنك فقط"])
@pytest.mark.parametrize("angle", [0.0, 30.0, -90.0])
def test_it_covers_every_part_of_the_card(text, angle) -> None:
    marked = add_watermark(WHITE, Watermark(text, angle_deg=angle), 300)

    changed = (marked != WHITE).any(axis=2)
    for rows in np.array_split(changed, 3):
        for part in np.array_split(rows, 3, axis=1):
            assert 0.02 < part.mean() < 0.6


def test_opacity_is_that_of_the_letters() -> None:
    faint, strong = (add_watermark(WHITE, Watermark("X", opacity=share), 300).min() for share in (0.2, 1.0))

    assert faint == pytest.approx(255 - 0.2 * (255 - 40), abs=1)
    assert strong == 40


def test_letters_have_their_size_at_every_resolution() -> None:
    large = add_watermark(np.full((1275, 2022, 3), 255, np.uint8), Watermark("Copy"), 600)
    small = add_watermark(WHITE, Watermark("Copy"), 300)

    assert (large != 255).mean() == pytest.approx((small != 255).mean(), rel=0.2)


def test_the_card_itself_is_left_alone(card) -> None:
    before = card.copy()
    add_watermark(card, Watermark("Copy"), 300)
    np.testing.assert_array_equal(card, before)


def test_text_that_cannot_be_drawn() -> None:
    with pytest.raises(UndrawableTextError):
        add_watermark(WHITE, Watermark(" "), 300)
