"""Measure a detector on pictures with known cards.

The pictures may come from a folder (`annotations.read_pictures`) or be rendered on the spot: all that is asked of one
is its quads and a way to load it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from detector.detection import Detection
from detector.evaluation.box_precision import PictureBoxes, box_precision
from detector.evaluation.matching import (
    FOUND_IOU,
    corner_error,
    match_detections,
    rectified_iou,
    starts_at_same_corner,
)
from detector.evaluation.report import (
    CardFreeScores,
    CardOutcome,
    CardScores,
    GroupScores,
    PictureOutcome,
    Report,
    RotationShares,
    SizeScores,
)
from detector.geometry import FloatArray, Image, bounding_box, quad_area

LARGE_CARD_SHARE = 0.05
"""Cards are reported apart below and from this share of the picture's area on."""

PHOTOS = "photos"
HARD_RECTANGLES = "hard rectangles"
OTHER_PICTURES = "pictures without a card"
_HARD_GROUPS = ("hard", "blocks")

Detect = Callable[[Image], Sequence[Detection]]


@dataclass(frozen=True, slots=True, eq=False)
class Picture:
    """A picture to measure on.

    Attributes:
        name: Tells it from the others.
        group: What the report is broken down by: the document type, or the sort of card-free picture.
        quads: Its cards, shape (N, 4, 2), pixels, clockwise from the content's top-left; N = 0 for a card-free one.
        load: Gives the picture, BGR uint8, shape (H, W, 3).
        size_px: Its width and height, as far as they are known before it is loaded.
    """

    name: str
    group: str
    quads: NDArray[np.float64]
    load: Callable[[], Image]
    size_px: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class _Measured:
    outcome: PictureOutcome
    boxes: PictureBoxes
    rotations: tuple[tuple[str, ...], ...]


def evaluate_pictures(pictures: Iterable[Picture], detect: Detect, *, rotations: bool = True) -> Report:
    """Run `detect` on every picture and report how well it finds the cards.

    Pictures are loaded one at a time, and none is kept.

    Args:
        pictures: Read once, in order.
        detect: Picture in, detections out, in any order, already at the threshold to be measured.
        rotations: Also run on each picture with cards turned by 90, 180 and 270 degrees, and report the rotation.
    """
    measured = [_measure(picture, detect, rotations) for picture in pictures]
    with_cards = [one for one in measured if one.outcome.cards]
    card_free = [one.outcome for one in measured if not one.outcome.cards]
    return Report(
        overall=_group_scores("all", with_cards) if with_cards else None,
        box_precision=box_precision([one.boxes for one in measured]),
        groups=tuple(
            _group_scores(name, [one for one in with_cards if one.outcome.group == name])
            for name in sorted({one.outcome.group for one in with_cards})
        ),
        sizes=tuple(_size_scores(with_cards)),
        card_free=_card_free_scores("all", card_free) if card_free else None,
        card_free_kinds=tuple(_split(card_free, lambda outcome: card_free_kind(outcome.group))),
        card_free_groups=tuple(_split(card_free, lambda outcome: outcome.group)),
        pictures=tuple(one.outcome for one in measured),
    )


def card_free_kind(group: str) -> str:
    """`PHOTOS` for a group whose name starts with "photos", `HARD_RECTANGLES` for "hard" or "blocks", or neither.

    Photos are everyday pictures; hard rectangles are pages, trading and playing cards, blocks: what a detector of
    cards is most easily fooled by. Of sets with other names nothing is known but that no card is there.
    """
    if group.startswith(PHOTOS):
        return PHOTOS
    return HARD_RECTANGLES if group.startswith(_HARD_GROUPS) else OTHER_PICTURES


def turn_quads(quads: FloatArray, quarter_turns: int, width_px: int, height_px: int) -> NDArray[np.float64]:
    """Where quads, shape (N, 4, 2), of a picture of this size lie after `np.rot90(picture, quarter_turns)`."""
    turned = np.array(quads, np.float64)
    for _ in range(quarter_turns % 4):
        turned = np.stack([turned[..., 1], width_px - turned[..., 0]], axis=-1)
        width_px, height_px = height_px, width_px
    return turned


def _measure(picture: Picture, detect: Detect, rotations: bool) -> _Measured:
    image = picture.load()
    height_px, width_px = image.shape[:2]
    detections = sorted(detect(image), key=lambda detection: -detection.score)
    return _Measured(
        outcome=_picture_outcome(picture, detections, width_px * height_px),
        boxes=PictureBoxes(
            truths=_clip(bounding_box(picture.quads), width_px, height_px),
            found=_clip(np.array([one.box for one in detections]).reshape(-1, 4), width_px, height_px),
            scores=np.array([one.score for one in detections]),
        ),
        rotations=_rotations(picture, image, detections, detect) if rotations and len(picture.quads) else (),
    )


def _picture_outcome(picture: Picture, detections: Sequence[Detection], picture_area: int) -> PictureOutcome:
    matches = {match.card: match for match in match_detections(picture.quads, detections)}
    cards = []
    for card, truth in enumerate(picture.quads):
        match = matches.get(card)
        found = match is not None and match.iou >= FOUND_IOU
        cards.append(
            CardOutcome(
                area_share=quad_area(truth) / picture_area,
                iou=0.0 if match is None else match.iou,
                corner_error=corner_error(truth, detections[match.detection].quad) if match and found else None,
            )
        )
    finders = {match.detection for match in matches.values() if match.iou >= FOUND_IOU}
    extra = [detection for index, detection in enumerate(detections) if index not in finders]
    return PictureOutcome(
        name=picture.name,
        group=picture.group,
        cards=tuple(cards),
        scores=tuple(detection.score for detection in detections),
        extra=len(extra),
        duplicates=sum(
            any(rectified_iou(truth, detection.quad) >= FOUND_IOU for truth in picture.quads) for detection in extra
        ),
    )


def _rotations(
    picture: Picture, image: Image, upright: Sequence[Detection], detect: Detect
) -> tuple[tuple[str, ...], ...]:
    """For each card, what became of its rotation in each of the four turned versions: a name of `RotationShares`."""
    height_px, width_px = image.shape[:2]
    by_turn = []
    for quarter_turns in range(4):
        turned = np.ascontiguousarray(np.rot90(image, quarter_turns))
        detections = detect(turned) if quarter_turns else upright
        by_turn.append(_rotation_outcomes(turn_quads(picture.quads, quarter_turns, width_px, height_px), detections))
    return tuple(zip(*by_turn, strict=True))


def _rotation_outcomes(truths: FloatArray, detections: Sequence[Detection]) -> list[str]:
    outcomes = ["missed"] * len(truths)
    for match in match_detections(truths, detections):
        if match.iou >= FOUND_IOU:
            outcomes[match.card] = _rotation_outcome(truths[match.card], detections[match.detection])
    return outcomes


def _rotation_outcome(truth: FloatArray, detection: Detection) -> str:
    if detection.rotation is None:
        return "unsure"
    return "correct" if starts_at_same_corner(truth, detection.quad) else "wrong"


def _clip(boxes: FloatArray, width_px: int, height_px: int) -> NDArray[np.float64]:
    return np.clip(np.asarray(boxes, np.float64), 0, [width_px, height_px, width_px, height_px])


def _group_scores(name: str, measured: Sequence[_Measured]) -> GroupScores:
    cards = list(_cards(measured))
    outcomes = [one.outcome for one in measured]
    return GroupScores(
        name=name,
        pictures=len(outcomes),
        scores=_card_scores(cards),
        extra_per_picture=sum(outcome.extra for outcome in outcomes) / len(outcomes),
        duplicates_per_card=sum(outcome.duplicates for outcome in outcomes) / len(cards),
    )


def _size_scores(measured: Sequence[_Measured]) -> Iterator[SizeScores]:
    cards = list(_cards(measured))
    small = [card for card in cards if card[0].area_share < LARGE_CARD_SHARE]
    large = [card for card in cards if card[0].area_share >= LARGE_CARD_SHARE]
    limit = f"{100 * LARGE_CARD_SHARE:.0f} % of the picture"
    for name, sized in ((f"below {limit}", small), (f"from {limit}", large)):
        if sized:
            yield SizeScores(name, _card_scores(sized))


def _cards(measured: Sequence[_Measured]) -> Iterator[tuple[CardOutcome, tuple[str, ...]]]:
    for one in measured:
        yield from zip(one.outcome.cards, one.rotations or ((),) * len(one.outcome.cards), strict=True)


def _card_scores(cards: Sequence[tuple[CardOutcome, tuple[str, ...]]]) -> CardScores:
    ious = np.array([card.iou for card, _ in cards])
    errors = [card.corner_error for card, _ in cards if card.corner_error is not None]
    return CardScores(
        cards=len(cards),
        mean_quad_iou=float(ious.mean()),
        median_quad_iou=float(np.median(ious)),
        recall_50=float(np.mean(ious >= 0.5)),
        recall_90=float(np.mean(ious >= 0.9)),
        recall_95=float(np.mean(ious >= 0.95)),
        median_corner_error_percent=100 * float(np.median(errors)) if errors else None,
        rotation=_rotation_shares([name for _, names in cards for name in names]),
    )


def _rotation_shares(outcomes: Sequence[str]) -> RotationShares | None:
    if not outcomes:
        return None
    return RotationShares(
        **{name: outcomes.count(name) / len(outcomes) for name in ("correct", "wrong", "unsure", "missed")}
    )


def _split(outcomes: Sequence[PictureOutcome], key: Callable[[PictureOutcome], str]) -> Iterator[CardFreeScores]:
    for name in sorted({key(outcome) for outcome in outcomes}):
        yield _card_free_scores(name, [outcome for outcome in outcomes if key(outcome) == name])


def _card_free_scores(name: str, outcomes: Sequence[PictureOutcome]) -> CardFreeScores:
    return CardFreeScores(name, len(outcomes), sum(bool(outcome.scores) for outcome in outcomes) / len(outcomes))
