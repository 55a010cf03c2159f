"""What a measurement says: the numbers, as JSON, and as a table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from detector.evaluation.box_precision import BoxPrecision
from detector.untrusted import printable


@dataclass(frozen=True, slots=True)
class RotationShares:
    """How the first corner of the quads came out, over the four turned versions of every picture; the sum is 1.

    Attributes:
        correct: The card was found and its quad starts at the content's top-left.
        wrong: Found, and the quad starts at another corner.
        unsure: Found, and the detector says that it does not know the rotation.
        missed: Not found in that turned version.
    """

    correct: float
    wrong: float
    unsure: float
    missed: float


@dataclass(frozen=True, slots=True)
class CardScores:
    """How well the cards of some pictures were found.

    Attributes:
        cards: Number of cards.
        mean_quad_iou: In the rectified frame (see `matching.rectified_iou`), a missed card as 0.
        median_quad_iou: The same, median.
        recall_50, recall_90, recall_95: Share of the cards with an IoU of at least 0.5, 0.9, 0.95.
        median_corner_error_percent: Of the card's width, over the found cards; None where none was found.
        rotation: None where it was not measured.
    """

    cards: int
    mean_quad_iou: float
    median_quad_iou: float
    recall_50: float
    recall_90: float
    recall_95: float
    median_corner_error_percent: float | None
    rotation: RotationShares | None


@dataclass(frozen=True, slots=True)
class GroupScores:
    """The cards of one group of pictures, and what was detected beside them.

    Attributes:
        name: The group's name.
        pictures: Number of pictures with a card.
        scores: Of the cards in them.
        extra_per_picture: Detections that found no card, in pictures with cards, over those pictures.
        duplicates_per_card: Those of them that lie on a card (IoU of at least 0.5) found by another, over the cards.
    """

    name: str
    pictures: int
    scores: CardScores
    extra_per_picture: float
    duplicates_per_card: float


@dataclass(frozen=True, slots=True)
class CardFreeScores:
    """Pictures without a card: how many, and the share of them in which something was detected."""

    name: str
    pictures: int
    share_with_detection: float


@dataclass(frozen=True, slots=True)
class SizeScores:
    """The cards of one range of sizes, in shares of the picture's area."""

    name: str
    scores: CardScores


@dataclass(frozen=True, slots=True)
class CardOutcome:
    """What became of one card.

    Attributes:
        area_share: The part of the picture that it takes up, 0 to 1.
        iou: Of its match, in the rectified frame; 0 where nothing overlaps it.
        corner_error: Of its match, over the card's width; None where it was not found.
    """

    area_share: float
    iou: float
    corner_error: float | None


@dataclass(frozen=True, slots=True)
class PictureOutcome:
    """What became of one picture.

    Attributes:
        name, group: As given.
        cards: One outcome per quad of the picture, in its order.
        scores: Of all detections, best first.
        extra: Detections that found no card.
        duplicates: Those of them that lie on a card found by another.
    """

    name: str
    group: str
    cards: tuple[CardOutcome, ...]
    scores: tuple[float, ...]
    extra: int
    duplicates: int


@dataclass(frozen=True, slots=True)
class Report:
    """A measurement of a detector on some pictures, all at the threshold that the detector had.

    Attributes:
        overall: All cards; None where the pictures hold none.
        box_precision: Over all pictures; None where they hold no card.
        groups: By document type, or whatever the pictures' groups are.
        sizes: By the share of the picture that the card takes up.
        card_free: All pictures without a card; None where there are none.
        card_free_kinds: Photos, hard rectangles, and others.
        card_free_groups: By the pictures' groups.
        pictures: Every picture's own outcome, in the order given.
    """

    overall: GroupScores | None
    box_precision: BoxPrecision | None
    groups: tuple[GroupScores, ...]
    sizes: tuple[SizeScores, ...]
    card_free: CardFreeScores | None
    card_free_kinds: tuple[CardFreeScores, ...]
    card_free_groups: tuple[CardFreeScores, ...]
    pictures: tuple[PictureOutcome, ...]

    def to_json(self) -> dict[str, Any]:
        """The report as plain dicts, lists and numbers, named like the attributes."""
        return asdict(self)

    def to_table(self) -> RenderableType:
        """The report as tables for a terminal or, through a plain console, a text file."""
        parts: list[RenderableType] = []
        if self.overall is not None:
            parts.append(_card_table((self.overall, *self.groups), self.sizes))
            parts.append(_detection_table((self.overall, *self.groups)))
        if self.box_precision is not None:
            at_50, at_50_to_95 = self.box_precision.at_50, self.box_precision.at_50_to_95
            parts.append(f"Box AP@0.5 {at_50:.3f}, AP@[.5:.95] {at_50_to_95:.3f}")
        if self.card_free is not None:
            parts.append(_card_free_table((self.card_free, *self.card_free_kinds, *self.card_free_groups)))
        return Group(*parts)


def _card_table(groups: Iterable[GroupScores], sizes: Iterable[SizeScores]) -> Table:
    headings = ("Cards", "Count", "Mean IoU", "Median IoU", "Recall@0.5", "@0.9", "@0.95", "Corner error, % of width")
    table = _table("Cards found", headings)
    for name, scores in [(group.name, group.scores) for group in groups] + [(size.name, size.scores) for size in sizes]:
        error = scores.median_corner_error_percent
        table.add_row(
            _shown(name),
            str(scores.cards),
            f"{scores.mean_quad_iou:.4f}",
            f"{scores.median_quad_iou:.4f}",
            *(_percent(recall) for recall in (scores.recall_50, scores.recall_90, scores.recall_95)),
            "-" if error is None else f"{error:.2f}",
        )
    return table


def _detection_table(groups: Sequence[GroupScores]) -> Table:
    headings = ("Pictures with cards", "Count", "Extra per picture", "Duplicates per card")
    with_rotation = groups[0].scores.rotation is not None
    table = _table("Beside the cards", headings + ("Rotation right", "wrong", "unsure", "missed") * with_rotation)
    for group in groups:
        shares = group.scores.rotation
        rotation = () if shares is None else (shares.correct, shares.wrong, shares.unsure, shares.missed)
        table.add_row(
            _shown(group.name),
            str(group.pictures),
            f"{group.extra_per_picture:.3f}",
            f"{group.duplicates_per_card:.3f}",
            *(_percent(share) for share in rotation),
        )
    return table


def _card_free_table(rows: Iterable[CardFreeScores]) -> Table:
    table = _table("Pictures without a card", ("Pictures", "Count", "With a detection"))
    for row in rows:
        table.add_row(_shown(row.name), str(row.pictures), _percent(row.share_with_detection))
    return table


def _table(title: str, headings: Iterable[str]) -> Table:
    table = Table(title=title, title_justify="left")
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number else "left")
    return table


def _shown(name: str) -> Text:
    """A group's name as it is: what stands in brackets is no markup, and nothing in it commands the terminal."""
    return Text(printable(name))


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
