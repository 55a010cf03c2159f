from __future__ import annotations

import json
from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from rich.console import Console

from detector.detection import Detection
from detector.evaluation.matching import corner_error, match_detections, rectified_iou, starts_at_same_corner
from detector.evaluation.metrics import Detect, Picture, card_free_kind, evaluate_pictures, turn_quads
from detector.geometry import Image, bounding_box, homography, quad_iou, rectangle_quad, transform_points

WIDTH_PX, HEIGHT_PX = 400, 300
CARD = np.array([[100, 100], [200, 100], [200, 160], [100, 160]], dtype=np.float64)
TILTED = np.array([[120, 90], [300, 120], [320, 250], [90, 200]], dtype=np.float64)


def shifted(quad: NDArray[np.float64], x: float, y: float) -> NDArray[np.float64]:
    return np.add(quad, [x, y], dtype=np.float64)


def detection(quad: NDArray[np.float64], score: float = 0.9, rotation: int | None = 0) -> Detection:
    return Detection(score=score, box=bounding_box(quad), quad=quad, rotation=rotation)


def picture(*quads: NDArray[np.float64], group: str = "id", name: str = "a.jpg") -> Picture:
    return Picture(name, group, np.array(quads).reshape(-1, 4, 2), lambda: np.zeros((HEIGHT_PX, WIDTH_PX, 3), np.uint8))


def always(*detections: Detection) -> Detect:
    return lambda image: detections


class FollowsTurns:
    """A detector that sees the four turned versions in the order in which they are asked for."""

    def __init__(self, quads: NDArray[np.float64], first_corners: Sequence[int | None]) -> None:
        self.quads, self.first_corners, self.calls = quads, first_corners, 0

    def __call__(self, image: Image) -> Sequence[Detection]:
        turn, self.calls = self.calls % 4, self.calls + 1
        first = self.first_corners[turn]
        quads = turn_quads(self.quads, turn, WIDTH_PX, HEIGHT_PX)
        return [
            detection(np.roll(quad, -(first or 0), axis=0), rotation=None if first is None else 0) for quad in quads
        ]


def test_perfect_detections_score_one_everywhere() -> None:
    report = evaluate_pictures([picture(CARD)], FollowsTurns(CARD[None], (0, 0, 0, 0)))
    assert report.overall is not None
    assert report.box_precision is not None
    scores = report.overall.scores
    assert scores.mean_quad_iou == pytest.approx(1.0, abs=1e-5)
    assert (scores.recall_50, scores.recall_90, scores.recall_95) == (1, 1, 1)
    assert scores.median_corner_error_percent == pytest.approx(0)
    assert scores.rotation is not None
    assert scores.rotation.correct == 1
    assert (report.overall.extra_per_picture, report.overall.duplicates_per_card) == (0, 0)
    assert report.box_precision.at_50 == pytest.approx(1)
    assert report.box_precision.at_50_to_95 == pytest.approx(1)


def test_a_miss_counts_as_zero() -> None:
    report = evaluate_pictures([picture(CARD, shifted(CARD, 0, 100))], always(detection(CARD)), rotations=False)
    assert report.overall is not None
    assert report.overall.scores.mean_quad_iou == pytest.approx(0.5, abs=1e-5)
    assert report.overall.scores.recall_50 == 0.5
    assert report.overall.scores.rotation is None
    assert [card.corner_error for card in report.pictures[0].cards] == [pytest.approx(0), None]


def test_nothing_found_at_all() -> None:
    report = evaluate_pictures([picture(CARD)], always())
    assert report.overall is not None
    assert report.box_precision is not None
    assert report.overall.scores.median_corner_error_percent is None
    assert report.overall.scores.rotation is not None
    assert report.overall.scores.rotation.missed == 1
    assert report.box_precision.at_50 == 0


def test_a_quad_shifted_by_a_tenth_of_the_width() -> None:
    report = evaluate_pictures([picture(CARD)], always(detection(shifted(CARD, 10, 0))), rotations=False)
    assert report.overall is not None
    assert report.overall.scores.mean_quad_iou == pytest.approx(90 / 110, abs=1e-5)
    assert report.overall.scores.median_corner_error_percent == pytest.approx(10)
    assert (report.overall.scores.recall_50, report.overall.scores.recall_90) == (1, 0)


def test_an_extra_is_a_duplicate_only_where_it_lies_on_a_found_card() -> None:
    elsewhere = detection(shifted(CARD, 180, 100), score=0.95)
    report = evaluate_pictures(
        [picture(CARD)], always(detection(CARD), detection(CARD + 1, score=0.5), elsewhere), rotations=False
    )
    assert report.overall is not None
    assert (report.overall.extra_per_picture, report.overall.duplicates_per_card) == (2, 1)
    assert report.pictures[0].scores == (0.95, 0.9, 0.5)


def test_a_half_found_card_counts_with_its_overlap_and_as_an_extra() -> None:
    report = evaluate_pictures([picture(CARD)], always(detection(shifted(CARD, 60, 0))), rotations=False)
    assert report.overall is not None
    assert report.overall.scores.mean_quad_iou == pytest.approx(40 / 160, abs=1e-5)
    assert (report.overall.scores.recall_50, report.overall.extra_per_picture) == (0, 1)


def test_a_duplicate_does_not_take_the_neighbouring_card() -> None:
    neighbour = shifted(CARD, 95, 0)
    detections = [detection(CARD, 0.9), detection(shifted(CARD, 3, 0), 0.8), detection(neighbour, 0.7)]
    matches = match_detections(np.stack([CARD, neighbour]), detections)
    assert {(match.card, match.detection) for match in matches} == {(0, 0), (1, 2)}


def test_the_best_score_chooses_first() -> None:
    matches = match_detections(CARD[None], [detection(CARD, 0.6), detection(shifted(CARD, 10, 0), 0.9)])
    assert [(match.card, match.detection) for match in matches] == [(0, 1)]


@pytest.mark.parametrize("shift", range(4))
def test_overlap_and_corner_error_ignore_the_first_corner(shift: int) -> None:
    rolled = np.roll(TILTED, shift, axis=0)
    assert rectified_iou(TILTED, rolled) == pytest.approx(1, abs=1e-5)
    assert corner_error(TILTED, rolled) == pytest.approx(0)
    assert starts_at_same_corner(TILTED, rolled) is (shift == 0)


def test_rectified_overlap_of_a_known_part_in_perspective() -> None:
    matrix = homography(rectangle_quad(85.6, 53.98), TILTED)
    left_three_quarters = transform_points(matrix, rectangle_quad(0.75 * 85.6, 53.98))
    assert rectified_iou(TILTED, left_three_quarters) == pytest.approx(0.75, abs=1e-5)
    assert abs(quad_iou(TILTED, left_three_quarters) - 0.75) > 0.01


def test_a_quad_across_the_horizon_of_the_card_overlaps_nothing() -> None:
    steep = np.array([[190, 100], [210, 100], [300, 200], [100, 200]], dtype=np.float64)
    across = np.array([[0, 0], [400, 0], [400, 300], [0, 300]], dtype=np.float64)
    assert rectified_iou(steep, across) == 0


@pytest.mark.parametrize("corner", range(4))
def test_overlap_of_a_quad_that_shares_three_corners(corner: int) -> None:
    """One corner drawn halfway to the middle leaves three quarters of a square."""
    square = rectangle_quad(100, 100)
    quad = square.copy()
    quad[corner] = (quad[corner] + 50) / 2
    assert rectified_iou(square, quad) == pytest.approx(0.75)


def test_a_quad_that_crosses_itself_overlaps_nothing() -> None:
    assert rectified_iou(CARD, CARD[[0, 2, 1, 3]]) == 0


@given(st.floats(0.01, 3), st.floats(0.01, 3), st.floats(-0.9, 0.9))
def test_overlap_of_stretched_and_shifted_rectangles(wide: float, high: float, shift: float) -> None:
    """The rectangle [shift, shift + wide] x [0, high] on the unit square."""
    found = transform_points(homography(rectangle_quad(1, 1), CARD), shifted(rectangle_quad(wide, high), shift, 0))
    intersection = max(0.0, min(1, shift + wide) - max(0, shift)) * min(1, high)
    assert rectified_iou(CARD, found) == pytest.approx(intersection / (1 + wide * high - intersection), abs=1e-9)


def test_the_four_turns_are_told_apart() -> None:
    report = evaluate_pictures([picture(TILTED)], FollowsTurns(TILTED[None], (0, 1, None, 0)))
    assert report.overall is not None
    assert report.overall.scores.rotation is not None
    rotation = report.overall.scores.rotation
    assert (rotation.correct, rotation.wrong, rotation.unsure, rotation.missed) == (0.5, 0.25, 0.25, 0)


def test_quads_turn_as_the_picture_does() -> None:
    image = np.zeros((30, 40), np.uint8)
    image[5, 33] = 1
    point = np.full((1, 4, 2), [33.5, 5.5])
    for quarter_turns in range(4):
        (row, column) = np.argwhere(np.rot90(image, quarter_turns))[0]
        np.testing.assert_allclose(turn_quads(point, quarter_turns, 40, 30)[0, 0], [column + 0.5, row + 0.5])


def test_groups_sizes_and_card_free_kinds() -> None:
    large = np.array([[50, 50], [350, 50], [350, 250], [50, 250]], dtype=np.float64)
    pictures = [
        picture(CARD, group="passport"),
        picture(large, group="licence"),
        picture(group="photos_of_places"),
        picture(group="photos_of_places"),
        picture(group="hard_playing_cards"),
    ]
    report = evaluate_pictures(pictures, always(detection(large)), rotations=False)
    assert [(group.name, group.pictures, group.scores.recall_50) for group in report.groups] == [
        ("licence", 1, 1),
        ("passport", 1, 0),
    ]
    assert [size.scores.recall_50 for size in report.sizes] == [0.5]
    assert report.card_free is not None
    assert report.card_free.share_with_detection == 1
    assert [(row.name, row.pictures) for row in report.card_free_kinds] == [("hard rectangles", 1), ("photos", 2)]
    assert card_free_kind("blocks_on_tables") == "hard rectangles"


def test_card_free_pictures_of_somebody_elses_are_called_neither_photos_nor_hard() -> None:
    report = evaluate_pictures([picture(group="ungrouped")], always(detection(CARD)))
    assert [(row.name, row.pictures) for row in report.card_free_kinds] == [("pictures without a card", 1)]


def test_share_of_card_free_pictures_with_a_detection() -> None:
    answers = iter([[detection(CARD)], [], [], []])
    report = evaluate_pictures([picture(group="photos")] * 4, lambda image: next(answers))
    assert report.overall is None
    assert report.box_precision is None
    assert report.card_free is not None
    assert report.card_free.share_with_detection == 0.25


def test_box_precision_of_a_tiny_case() -> None:
    """One card found, one false detection that scores higher: precision is 1/2 at every recall."""
    report = evaluate_pictures(
        [picture(CARD)], always(detection(CARD, 0.5), detection(shifted(CARD, 180, 100), 0.9)), rotations=False
    )
    assert report.box_precision is not None
    assert report.box_precision.at_50 == pytest.approx(0.5)
    assert report.box_precision.at_50_to_95 == pytest.approx(0.5)


def test_box_precision_by_overlap() -> None:
    """A box with an IoU of 0.818 counts at the seven thresholds from 0.50 to 0.80, of ten."""
    report = evaluate_pictures([picture(CARD)], always(detection(shifted(CARD, 10, 0))), rotations=False)
    assert report.box_precision is not None
    assert report.box_precision.at_50 == pytest.approx(1)
    assert report.box_precision.at_50_to_95 == pytest.approx(0.7)


def test_the_report_is_json_and_a_table() -> None:
    report = evaluate_pictures([picture(CARD), picture(group="photos")], always(detection(CARD)))
    again = json.loads(json.dumps(report.to_json()))
    assert again["overall"]["scores"]["cards"] == 1
    assert again["pictures"][0]["cards"][0]["iou"] == pytest.approx(1, abs=1e-5)
    console = Console(width=200)
    with console.capture() as capture:
        console.print(report.to_table())
    assert "Rotation right" in capture.get()
    assert "100.0 %" in capture.get()
