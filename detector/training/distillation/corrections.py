"""What people corrected in machine labels: taken in from COCO or labelme, and kept beside the predictions.

Only pictures whose labels differ from the present ones count as corrected: the others keep what the teacher was unsure
of, which neither format needs to carry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from detector.evaluation.annotations import AnnotationsError, read_pictures
from detector.geometry import Image
from detector.training.distillation.errors import CorrectionsError, DamagedLabelsError
from detector.training.distillation.json_lines import picture_name, read_lines, whole_file, write_line
from detector.training.distillation.labels import PictureLabels, as_quads, read_labels
from detector.untrusted import quads_from_json

CORRECTIONS_FILE = "corrections.jsonl"
# Programs round coordinates.
SAME_PLACE_PX = 0.05


@dataclass(frozen=True, slots=True, eq=False)
class Correction:
    """What a person says of one picture.

    Attributes:
        quads: Of its cards, (N, 4, 2).
        unsure: Of what may be one, (M, 4, 2).
        size_px: Width and height of the picture that the person saw; None where that is not said.
    """

    quads: NDArray[np.float64]
    unsure: NDArray[np.float64]
    size_px: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class TakenIn:
    """What came of taking in corrected labels.

    Attributes:
        corrected: Pictures whose labels differ from those before.
        same: Pictures whose labels don't.
        unknown: Names of pictures that have no labels here.
    """

    corrected: int
    same: int
    unknown: tuple[str, ...]


def read_corrections(folder: Path) -> dict[str, Correction]:
    """What people corrected so far, by picture.

    Raises:
        DamagedLabelsError: the file makes no sense.
    """
    path = folder / CORRECTIONS_FILE
    if not path.exists():
        return {}
    try:
        return {
            picture_name(entry, path): Correction(quads_from_json(entry["cards"]), quads_from_json(entry["unsure"]))
            for entry in read_lines(path)
        }
    except (KeyError, TypeError, ValueError) as error:
        raise DamagedLabelsError(path.name) from error


def take_in(folder: Path, given: Mapping[str, Correction]) -> TakenIn:
    """Keep those of the given labels that differ from the present ones; `make_labels` then puts them in place.

    Raises:
        MissingLabelsError: there are no labels yet.
        LabelFolderError: the folder can't be written to.
        CorrectionsError: a picture was corrected at another size; nothing is taken in.
    """
    kept, left = read_corrections(folder), set(given)
    corrected = 0
    for present in read_labels(folder):
        correction = given.get(present.file)
        if correction is None:
            continue
        left.discard(present.file)
        _check_size(present, correction)
        if not is_same(present, correction):
            kept[present.file] = correction
            corrected += 1
    with whole_file(folder / CORRECTIONS_FILE) as file:
        write_line(file, {"kind": "labels corrected by a person"})
        for name, one in kept.items():
            write_line(file, {"file": name, "cards": one.quads.tolist(), "unsure": one.unsure.tolist()})
    return TakenIn(corrected, len(given) - len(left) - corrected, tuple(sorted(left)))


def _check_size(present: PictureLabels, correction: Correction) -> None:
    if correction.size_px not in (None, (present.width, present.height)):
        seen = " x ".join(map(str, correction.size_px or ()))
        raise CorrectionsError(
            f"{present.file}: was corrected on a picture of {seen} pixels, and has {present.width} x {present.height}; "
            "correct the pictures of the pool themselves"
        )


def corrections_from_coco(path: Path, present: Iterable[PictureLabels]) -> dict[str, Correction]:
    """The labels of a COCO file.

    It carries nothing of what is unsure: a picture whose cards are as they were keeps that, in any other a person has
    decided.

    Raises:
        CorrectionsError: the file is missing or breaks the format.
    """
    try:
        pictures = read_pictures(path, _no_picture)
    except AnnotationsError as error:
        raise CorrectionsError(str(error)) from error
    nothing = as_quads([])
    corrections = {picture.name: Correction(picture.quads, nothing, picture.size_px) for picture in pictures}
    for one in present:
        given = corrections.get(one.file)
        if given and _are_same(one.quads, given.quads):
            corrections[one.file] = replace(given, unsure=one.unsure)
    return corrections


def _no_picture(_path: Path) -> Image:
    raise NotImplementedError("corrections are taken in without opening a picture")


def is_same(labels: PictureLabels | Correction, correction: Correction) -> bool:
    """Whether both say the same of a picture, up to rounding."""
    return _are_same(labels.quads, correction.quads) and _are_same(labels.unsure, correction.unsure)


def _are_same(first: NDArray[np.float64], second: NDArray[np.float64]) -> bool:
    """Whether both are the same quads, in any order."""
    if len(first) != len(second):
        return False
    left = list(second)
    for quad in first:
        near = [index for index, other in enumerate(left) if np.abs(other - quad).max() <= SAME_PLACE_PX]
        if not near:
            return False
        del left[near[0]]
    return True
