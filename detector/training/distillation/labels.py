"""The labels of a pool, a line a picture: what training reads."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from detector.training.distillation.errors import DamagedLabelsError, MissingLabelsError
from detector.training.distillation.json_lines import IndexedLines, Json, picture_name, read_lines
from detector.untrusted import count_from_json, quad_from_json, quads_from_json, share_from_json

LABELS_FILE = "labels.jsonl"

By = Literal["teacher", "person"]


@dataclass(frozen=True, slots=True, eq=False)
class Label:
    """One card: its quad (4, 2), clockwise, and, where a teacher labelled it, the score and how many looks agree."""

    quad: NDArray[np.float64]
    score: float | None = None
    agreeing: int | None = None


@dataclass(frozen=True, slots=True, eq=False)
class PictureLabels:
    """The labels of one picture.

    Attributes:
        file: Its name below the pool, with / between folders.
        width: In pixels.
        height: In pixels.
        cards: Its cards.
        unsure: Quads of what may be a card, (M, 4, 2): training asks nothing of them.
        by: Who labelled it.
    """

    file: str
    width: int
    height: int
    cards: tuple[Label, ...]
    unsure: NDArray[np.float64]
    by: By

    @property
    def quads(self) -> NDArray[np.float64]:
        """The quads of its cards, (N, 4, 2)."""
        return as_quads([card.quad for card in self.cards])

    def to_json(self) -> Json:
        """As a line of the file; `labels_from_json` inverts it."""
        cards = [{"quad": card.quad.tolist(), "score": card.score, "agreeing": card.agreeing} for card in self.cards]
        return {
            "file": self.file,
            "width": self.width,
            "height": self.height,
            "cards": cards,
            "unsure": self.unsure.tolist(),
            "by": self.by,
        }


def labels_from_json(entry: Json, path: Path) -> PictureLabels:
    """Inverse of `PictureLabels.to_json`, for a line of the file at `path`.

    Raises:
        DamagedLabelsError: the entry makes no sense.
    """
    try:
        if entry["by"] not in ("teacher", "person"):
            raise ValueError("by")
        width, height = count_from_json(entry["width"]), count_from_json(entry["height"])
        cards, unsure = tuple(map(_label, entry["cards"])), quads_from_json(entry["unsure"])
        return PictureLabels(picture_name(entry, path), width, height, cards, unsure, entry["by"])
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedLabelsError(path.name) from error


def _label(entry: Json) -> Label:
    quad, score, agreeing = quad_from_json(entry["quad"]), entry["score"], entry["agreeing"]
    if score is None and agreeing is None:
        return Label(quad)
    return Label(quad, share_from_json(score), count_from_json(agreeing))


def as_quads(quads: Any) -> NDArray[np.float64]:
    """Quads (N, 4, 2) of nested lists of numbers, or arrays, of our own; N may be 0."""
    return np.array(quads, np.float64).reshape(-1, 4, 2)


def read_labels(folder: Path) -> Iterator[PictureLabels]:
    """The labels of a pool, one picture after the other.

    Raises:
        MissingLabelsError: there are none.
        DamagedLabelsError: the file makes no sense.
    """
    path = folder / LABELS_FILE
    if not path.exists():
        raise MissingLabelsError
    return (labels_from_json(entry, path) for entry in read_lines(path))


class LabelledPool:
    """The labels of a pool by index, as they are now: whoever makes them again changes nothing here."""

    def __init__(self, folder: Path) -> None:
        """Find out where each line begins.

        Raises:
            MissingLabelsError: there are none.
            DamagedLabelsError: the file makes no sense.
        """
        self._path = folder / LABELS_FILE
        if not self._path.exists():
            raise MissingLabelsError
        self._lines = IndexedLines(self._path)

    def __len__(self) -> int:
        return len(self._lines)

    def __getitem__(self, index: int) -> PictureLabels:
        return labels_from_json(self._lines[index], self._path)
