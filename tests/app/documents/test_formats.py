from __future__ import annotations

import pytest

from app.documents.formats import FORMATS, ID_1, ID_2, ID_3, free_format


@pytest.mark.parametrize(("card_format", "expected"), [(ID_1, (1011, 638)), (ID_2, (1240, 874)), (ID_3, (1476, 1039))])
def test_size_at_300_dpi(card_format, expected) -> None:
    assert card_format.size_px(300) == expected
    assert card_format.size_px(300, portrait=True) == expected[::-1]


@pytest.mark.parametrize("card_format", FORMATS)
@pytest.mark.parametrize("dpi", [72, 300, 600])
def test_size_is_true_to_half_a_pixel(card_format, dpi) -> None:
    width, height = card_format.size_px(dpi)

    assert abs(width / dpi * 25.4 - card_format.width_mm) <= 25.4 / dpi / 2
    assert abs(height / dpi * 25.4 - card_format.height_mm) <= 25.4 / dpi / 2


def test_a_free_format_lies_on_its_long_side() -> None:
    page = free_format(148, 210.5)

    assert (page.name, page.size_mm(), page.corner_radius_mm) == ("210.5x148 mm", (210.5, 148), 0)
    assert page.size_mm(portrait=True) == (148, 210.5)
