"""Labels as labelme has them: a JSON file a picture, with a polygon for each card.

A polygon labelled `unsure` is what the teacher was not sure of; one of any other label is a card.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from detector.geometry import bounding_box, is_convex_clockwise, quad_area, rectangle_quad
from detector.training.distillation.corrections import Correction, is_same
from detector.training.distillation.errors import CorrectionsError, writing_labels
from detector.training.distillation.json_lines import Json, whole_file
from detector.training.distillation.labels import PictureLabels, as_quads
from detector.untrusted import MAX_COORDINATE_PX, MAX_QUADS, is_name_below

LABELME_FOLDER = "labelme"
UNSURE_LABEL = "unsure"
CARD_LABEL = "card"
_VERSION = "5.5.0"
_SUFFIX = ".json"
_LONGEST_NAME_BYTES = 255  # of most file systems
# Older files have the picture inside.
_LARGEST_FILE_BYTES = 128 * 2**20


class Given(NamedTuple):
    """The labels of one file: the picture's name below the pool, what is said of it, and the name of the file."""

    name: str
    correction: Correction
    file: str


def write_labelme(folder: Path, pool: Path, labels: Iterable[PictureLabels]) -> int:
    """Write a labelme file for each picture below `folder`, unless there is one: it may have been corrected.

    Returns:
        How many there were already.

    Raises:
        LabelFolderError: the folder can't be written to.
    """
    there = 0
    for one in labels:
        path = folder.joinpath(_place(PurePosixPath(one.file)))
        with writing_labels():
            if path.exists():
                there += 1
                continue
            path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as file:
            file.write(
                json.dumps(_to_json(one, _seen_from(path.parent, pool.resolve() / one.file)), indent=1).encode("ascii")
            )
    return there


def read_labelme(folder: Path, pool: Path) -> Iterator[Given | CorrectionsError]:
    """The labels of all labelme files of a folder and its subfolders; a file that can't be read gives an error.

    Args:
        folder: Where the files are.
        pool: Folder of the pictures: a file names its picture by its path as seen from the file.
    """
    for path in sorted(folder.rglob(f"*{_SUFFIX}")):
        try:
            yield _given(path, pool)
        except CorrectionsError as error:
            yield error


def corrections_from_labelme(given: Iterable[Given], by_teacher: Iterable[PictureLabels]) -> dict[str, Correction]:
    """What is said of each picture.

    labelme saves beside the picture, under another name than `write_labelme`: of several files about one picture, those
    that say what the teacher says don't count.

    Args:
        given: What the files say.
        by_teacher: The labels without any correction.

    Raises:
        CorrectionsError: two others contradict each other.
    """
    files: dict[str, list[Given]] = {}
    for one in given:
        files.setdefault(one.name, []).append(one)
    several = {name for name, about_it in files.items() if len(about_it) > 1}
    for labels in by_teacher:
        if labels.file in several:
            about_it = files[labels.file]
            files[labels.file] = [one for one in about_it if not is_same(labels, one.correction)] or about_it
    return {name: _agreed(about_it) for name, about_it in files.items()}


def _agreed(about_it: list[Given]) -> Correction:
    first, *others = about_it
    for other in others:
        if not is_same(first.correction, other.correction):
            raise CorrectionsError(
                f"{first.file} and {other.file} say different things of {first.name}; keep the one that is right"
            )
    return first.correction


def _place(picture: PurePosixPath) -> PurePosixPath:
    """Where a picture's file is: under its name, or under a hash of that where it leaves no room for the ending."""
    name = picture.name + _SUFFIX
    if len(os.fsencode(name)) > _LONGEST_NAME_BYTES:
        name = hashlib.sha256(os.fsencode(picture.name)).hexdigest() + _SUFFIX
    return picture.with_name(name)


def _to_json(labels: PictureLabels, picture: str) -> Json:
    shapes = [_shape(CARD_LABEL, card.quad) for card in labels.cards]
    shapes += [_shape(UNSURE_LABEL, quad) for quad in labels.unsure]
    return {
        "version": _VERSION,
        "flags": {},
        "shapes": shapes,
        "imagePath": picture,
        "imageData": None,
        "imageHeight": labels.height,
        "imageWidth": labels.width,
    }


def _shape(label: str, quad: NDArray[np.float64]) -> Json:
    points = quad.tolist()
    return {"label": label, "points": points, "group_id": None, "description": "", "shape_type": "polygon", "flags": {}}


def _seen_from(folder: Path, picture: Path) -> str:
    """The way from a folder to a picture, which may be a link: it is the pool's picture, wherever it leads."""
    try:
        return Path(os.path.relpath(picture, folder.resolve())).as_posix()
    except ValueError:  # another drive
        return picture.as_posix()


def _given(path: Path, pool: Path) -> Given:
    content = _parse(path)
    shapes, named = content.get("shapes"), content.get("imagePath")
    if not isinstance(shapes, list) or not isinstance(named, str) or "\0" in named:
        raise CorrectionsError(f"{path.name}: is no labelme file")
    picture = Path(os.path.normpath(path.parent.resolve() / named.replace("\\", "/")))
    name = picture.relative_to(pool.resolve()).as_posix() if picture.is_relative_to(pool.resolve()) else None
    if not is_name_below(name):
        raise CorrectionsError(f"{path.name}: its picture is not in the pool")
    if len(shapes) > MAX_QUADS:
        raise CorrectionsError(f"{path.name}: has more than {MAX_QUADS} shapes")
    unsure = [_quad(shape, path) for shape in shapes if _label(shape, path) == UNSURE_LABEL]
    cards = [_quad(shape, path) for shape in shapes if _label(shape, path) != UNSURE_LABEL]
    width, height = content.get("imageWidth"), content.get("imageHeight")
    size_px = (width, height) if isinstance(width, int) and isinstance(height, int) else None
    return Given(name, Correction(as_quads(cards), as_quads(unsure), size_px), path.name)


def _parse(path: Path) -> dict[str, Any]:
    try:
        if not path.is_file():
            raise CorrectionsError(f"{path.name}: is not a regular file")
        if path.stat().st_size > _LARGEST_FILE_BYTES:
            raise CorrectionsError(f"{path.name}: is larger than {_LARGEST_FILE_BYTES // 2**20} MiB")
        content = json.loads(path.read_bytes())
    except OSError as error:
        raise CorrectionsError(f"{path.name}: can't be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise CorrectionsError(f"{path.name}: is not valid JSON") from error
    if not isinstance(content, dict):
        raise CorrectionsError(f"{path.name}: is no labelme file")
    return content


def _label(shape: object, path: Path) -> str:
    if not isinstance(shape, dict) or not isinstance(shape.get("label"), str):
        raise CorrectionsError(f"{path.name}: a shape has no label")
    return str(shape["label"])


def _quad(shape: dict[str, Any], path: Path) -> NDArray[np.float64]:
    """The shape's corners, clockwise: of a polygon of four, or of a rectangle."""
    try:
        points = np.array(shape.get("points"), np.float64)
    except (ValueError, TypeError, OverflowError) as error:
        raise CorrectionsError(f"{path.name}: a shape's points are no pairs of numbers") from error
    within = bool((np.abs(points) <= MAX_COORDINATE_PX).all())
    if shape.get("shape_type") == "rectangle" and points.shape == (2, 2) and within:
        x1, y1, x2, y2 = bounding_box(points)
        points = rectangle_quad(x2 - x1, y2 - y1) + (x1, y1)
    if points.shape != (4, 2) or not within:
        raise CorrectionsError(f"{path.name}: a shape does not have four corners")
    quad = points if quad_area(points) > 0 else points[[0, 3, 2, 1]]
    if not is_convex_clockwise(quad):
        raise CorrectionsError(f"{path.name}: a shape is not convex")
    return quad
