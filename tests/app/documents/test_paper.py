from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.errors import PaperTooSmallError
from app.documents.paper import Paper, place_cards

CARD = (85.6, 53.98)


def test_front_and_back_stand_one_above_the_other_in_the_middle() -> None:
    front, back = place_cards([CARD, CARD], Paper.A4)

    assert front.left_mm == back.left_mm == pytest.approx((210 - 85.6) / 2)
    assert back.top_mm > front.caption.top_mm + front.caption.height_mm
    assert front.top_mm == pytest.approx(297 - back.caption.top_mm - back.caption.height_mm)


@pytest.mark.parametrize(
    ("documents", "sheets", "columns"),
    [
        ([2], 1, 1),
        ([1, 2], 1, 1),
        ([1, 2, 2], 1, 2),
        ([1, 1, 1, 2], 1, 2),
        ([2, 2, 2, 2], 1, 2),
        ([1, 2, 2, 2, 1], 2, 3),
        ([1, 2, 1, 2, 2], 1, 2),
    ],
)
def test_the_sides_of_a_document_stand_in_one_column(documents: list[int], sheets: int, columns: int) -> None:
    places = place_cards([CARD] * sum(documents), Paper.A4, documents)

    assert len({place.sheet for place in places}) == sheets
    assert len({(place.sheet, place.left_mm) for place in places}) == columns
    rest = iter(places)
    for sides in documents:
        column = [next(rest) for _ in range(sides)]
        assert len({(place.sheet, place.left_mm) for place in column}) == 1
        assert [place.top_mm for place in column] == sorted(place.top_mm for place in column)


def test_a_document_that_no_column_holds_is_parted() -> None:
    places = place_cards([(125, 176)] * 3, Paper.A4, [2, 1])
    assert [place.sheet for place in places] == [0, 1, 2]


@given(
    sizes=st.lists(st.tuples(st.floats(20, 125), st.floats(20, 125)), min_size=1, max_size=20),
    paper=st.sampled_from(Paper),
)
def test_nothing_overlaps_or_leaves_the_sheet(sizes, paper) -> None:
    places = place_cards(sizes, paper)

    assert [(place.width_mm, place.height_mm) for place in places] == sizes
    assert [place.sheet for place in places] == sorted(place.sheet for place in places)
    width, height = paper.value
    for number, place in enumerate(places):
        right, bottom = place.left_mm + place.width_mm, place.caption.top_mm + place.caption.height_mm
        assert place.left_mm >= 9.99
        assert place.top_mm >= 9.99
        assert right <= width - 9.99
        assert bottom <= height - 9.99
        for other in places[number + 1 :]:
            beside = other.left_mm >= right or other.left_mm + other.width_mm <= place.left_mm
            below = other.top_mm >= bottom or other.caption.top_mm + other.caption.height_mm <= place.top_mm
            assert place.sheet != other.sheet or beside or below


@pytest.mark.parametrize("size", [(191, 50), (50, 272)])
def test_too_large(size) -> None:
    with pytest.raises(PaperTooSmallError):
        place_cards([size], Paper.A4)
