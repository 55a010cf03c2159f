"""Read a folder of annotated pictures: the project's own list, or COCO.

The project's own `annotations.json` is a list of pictures:

    [{"file": "positives/a.jpg", "width": 900, "height": 1600, "quads": [[[x, y], ...four]], "document": "est_id"}]

with quads clockwise from the content's top-left corner, in pixels. `document`, the document type, may be null. A COCO
file is an object with `images`, `annotations` and `categories`; a card is a `segmentation` of one polygon of four
corners, or four `keypoints`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from detector.errors import DetectorError
from detector.evaluation.metrics import Picture
from detector.geometry import Image, is_convex_clockwise, quad_area
from detector.untrusted import MAX_QUADS, count_from_json, is_name_below, printable, quad_from_json

FILE_NAME = "annotations.json"
NEGATIVES = "negatives"
# A card whose corner is nearer to the line through its neighbours has no homography that numbers can hold.
_LEAST_TRIANGLE_SHARE = 1e-6
_LARGEST_FILE_BYTES = 256 * 1024 * 1024

Loader = Callable[[Path], Image]
_Kind = TypeVar("_Kind")


class AnnotationsError(DetectorError):
    """The annotations are missing, damaged, or do not fit their pictures."""

    def __init__(self, text: str) -> None:
        super().__init__(printable(text))


@dataclass(frozen=True, slots=True, eq=False)
class _Entry:
    file: str
    width_px: int
    height_px: int
    quads: NDArray[np.float64]
    document: str | None


def read_pictures(path: Path, load_image: Loader) -> list[Picture]:
    """The pictures of a folder with `annotations.json` (or one other .json file), or of such a file.

    Files are named relative to the annotations. A picture's group is its document type; without one it is the first
    folder on its path, not counting `negatives`: `negatives/photos_of_places/a.jpg` is in `photos_of_places`.

    Args:
        path: The folder, or the .json file itself.
        load_image: Opens a picture as BGR uint8, shape (H, W, 3), upright as its annotations see it.

    Returns:
        The pictures as listed; each is opened only when its `load` is called, which raises `AnnotationsError` if its
        size is not the one in the annotations, and whatever `load_image` raises.

    Raises:
        AnnotationsError: there are no annotations, or they break the format; the text names the file and the entry.
    """
    source = _annotations_file(path)
    pictures = [_picture(entry, source, load_image) for entry in _entries(source)]
    names = [picture.name for picture in pictures]
    if len(set(names)) < len(names):
        twice = next(name for name in names if names.count(name) > 1)
        raise AnnotationsError(f"{source}: {twice} is listed twice")
    if not pictures:
        raise AnnotationsError(f"{source}: lists no picture")
    return pictures


def _annotations_file(path: Path) -> Path:
    if path.is_file():
        return path
    if not path.is_dir():
        raise AnnotationsError(f"{path}: no such folder")
    if (path / FILE_NAME).is_file():
        return path / FILE_NAME
    candidates = sorted(path.glob("*.json"))
    if len(candidates) != 1:
        raise AnnotationsError(f"{path}: holds no {FILE_NAME}, and {len(candidates)} other .json files instead of one")
    if not candidates[0].is_file():
        raise AnnotationsError(f"{candidates[0]}: is not a regular file")
    return candidates[0]


def _entries(source: Path) -> list[_Entry]:
    content = _parse(source)
    try:
        if isinstance(content, list):
            return [_own_entry(_expect(item, dict, f"entry {number}"), number) for number, item in enumerate(content)]
        if isinstance(content, dict) and "images" in content:
            return list(_coco_entries(content))
    except _FormatError as error:
        raise AnnotationsError(f"{source}: {error}") from error
    raise AnnotationsError(f'{source}: is neither a list of pictures nor a COCO object with "images"')


class _FormatError(Exception):
    """What breaks the format, without the name of the file."""


def _parse(source: Path) -> object:
    try:
        if source.stat().st_size > _LARGEST_FILE_BYTES:
            raise AnnotationsError(f"{source}: is larger than {_LARGEST_FILE_BYTES // 2**20} MiB")
        return json.loads(source.read_bytes())
    except OSError as error:
        raise AnnotationsError(f"{source}: can't be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise AnnotationsError(f"{source}: is not valid JSON ({error})") from error


def _own_entry(item: dict[str, Any], number: int) -> _Entry:
    where = f"entry {number}"
    file = _expect(item.get("file"), str, f'{where}: "file"')
    quads = _expect(item.get("quads"), list, f'{file}: "quads"')
    document = item.get("document")
    return _Entry(
        file=file,
        width_px=_size(item.get("width"), f'{file}: "width"'),
        height_px=_size(item.get("height"), f'{file}: "height"'),
        quads=_stack([_clockwise(_quad(quad, file), file) for quad in quads], file),
        document=None if document is None else _expect(document, str, f'{file}: "document"'),
    )


def _coco_entries(content: dict[str, Any]) -> Iterator[_Entry]:
    categories = {
        _key(_expect(item, dict, "a category").get("id")): _expect(item.get("name"), str, 'a category\'s "name"')
        for item in _expect(content.get("categories", []), list, '"categories"')
    }
    by_image: dict[object, list[dict[str, Any]]] = {}
    for item in _expect(content.get("annotations"), list, '"annotations"'):
        by_image.setdefault(_key(_expect(item, dict, "an annotation").get("image_id")), []).append(item)
    ids: set[object] = set()
    for number, image in enumerate(_expect(content["images"], list, '"images"')):
        where = f"image {number}"
        file = _expect(_expect(image, dict, where).get("file_name"), str, f'{where}: "file_name"')
        key = _key(image.get("id"))
        if key in ids:
            raise _FormatError(f"{file}: has the id {key!r}, as an image before it")
        ids.add(key)
        annotations = by_image.pop(key, [])
        documents = {categories.get(_key(annotation.get("category_id"))) for annotation in annotations}
        yield _Entry(
            file=file,
            width_px=_size(image.get("width"), f'{file}: "width"'),
            height_px=_size(image.get("height"), f'{file}: "height"'),
            quads=_stack([_coco_quad(annotation, file) for annotation in annotations], file),
            document=documents.pop() if len(documents) == 1 else None,
        )
    if by_image:
        raise _FormatError(f"an annotation belongs to image {next(iter(by_image))!r}, which is not listed")


def _coco_quad(annotation: dict[str, Any], file: str) -> NDArray[np.float64]:
    """The four corners from the polygon or the keypoints (x, y, visibility); COCO fixes no direction."""
    polygons, keypoints = annotation.get("segmentation"), annotation.get("keypoints")
    if isinstance(polygons, list) and len(polygons) == 1 and isinstance(polygons[0], list) and len(polygons[0]) == 8:
        quad = _quad([polygons[0][corner : corner + 2] for corner in range(0, 8, 2)], file)
    elif isinstance(keypoints, list) and len(keypoints) == 12:
        quad = _quad([keypoints[corner : corner + 2] for corner in range(0, 12, 3)], file)
    else:
        raise _FormatError(f"{file}: an annotation has neither a polygon of four corners nor four keypoints")
    return _clockwise(quad if quad_area(quad) > 0 else quad[[0, 3, 2, 1]], file)


def _key(value: object) -> object:
    if isinstance(value, dict | list):
        raise _FormatError("an id is not a number or a text")
    return value


def _quad(corners: object, file: str) -> NDArray[np.float64]:
    try:
        return quad_from_json(corners)
    except ValueError as error:
        raise _FormatError(f"{file}: {error}") from error


def _clockwise(quad: NDArray[np.float64], file: str) -> NDArray[np.float64]:
    if not is_convex_clockwise(quad):
        raise _FormatError(f"{file}: a quad is not convex and clockwise")
    triangles = [quad_area(np.delete(quad, corner, axis=0)[[0, 1, 2, 2]]) for corner in range(4)]
    if min(triangles) < _LEAST_TRIANGLE_SHARE * quad_area(quad):
        raise _FormatError(f"{file}: three corners of a quad lie on a line")
    return quad


def _stack(quads: list[NDArray[np.float64]], file: str) -> NDArray[np.float64]:
    if len(quads) > MAX_QUADS:
        raise _FormatError(f"{file}: has more than {MAX_QUADS} quads")
    return np.array(quads, np.float64).reshape(-1, 4, 2)


def _size(value: object, what: str) -> int:
    try:
        return count_from_json(_expect(value, int, what))
    except ValueError as error:
        raise _FormatError(f"{what} is {error}") from error


def _expect(value: object, kind: type[_Kind], what: str) -> _Kind:
    if not isinstance(value, kind):
        names = {dict: "an object", list: "a list", str: "a text", int: "a whole number"}
        raise _FormatError(f"{what} is not {names[kind]}")
    return value


def _picture(entry: _Entry, source: Path, load_image: Loader) -> Picture:
    if not is_name_below(entry.file):
        raise AnnotationsError(f"{source}: {entry.file!r} is not a file's path below the folder")
    parts = PurePosixPath(entry.file).parts
    load = partial(_load, load_image, source.parent.joinpath(*parts), (entry.width_px, entry.height_px))
    group = entry.document or _folder_group(parts[:-1])
    return Picture(entry.file, group, entry.quads, load, (entry.width_px, entry.height_px))


def _folder_group(folders: tuple[str, ...]) -> str:
    below = folders[1:] if folders[:1] == (NEGATIVES,) else folders
    return below[0] if below else "ungrouped"


def _load(load_image: Loader, path: Path, annotated_px: tuple[int, int]) -> Image:
    image = load_image(path)
    height_px, width_px = image.shape[:2]
    if (width_px, height_px) != annotated_px:
        wanted = f"{annotated_px[0]} x {annotated_px[1]}"
        raise AnnotationsError(f"{path}: is {width_px} x {height_px} pixels, but {wanted} in the annotations")
    return image
