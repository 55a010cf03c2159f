"""Machine labels as a COCO file, written in a stream.

A card is an annotation with a `segmentation` of one polygon: its four corners, clockwise, in pixels. `score` and
`agreeing` say how sure the teacher was. What it was not sure of stands apart under `unsure`, which other programs pass
over. `info.provenance` says how the labels came to be.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from detector.geometry import bounding_box, quad_area
from detector.training.distillation.json_lines import Json, whole_file
from detector.training.distillation.labels import Label, PictureLabels

CARD_CATEGORY = 1


def write_coco(path: Path, provenance: Json, labels: Callable[[], Iterable[PictureLabels]]) -> str:
    """Write labels as COCO; `labels` is gone through three times.

    Returns:
        The file's SHA-256.

    Raises:
        LabelFolderError: it can't be written.
    """
    digest = hashlib.sha256()
    with whole_file(path) as file:
        for text in _pieces(provenance, labels):
            data = text.encode("ascii")
            digest.update(data)
            file.write(data)
    return digest.hexdigest()


def _pieces(provenance: Json, labels: Callable[[], Iterable[PictureLabels]]) -> Iterator[str]:
    info = {"description": "Cards labelled by cardlight label", "provenance": provenance}
    categories = [{"id": CARD_CATEGORY, "name": "card"}]
    yield f'{{"info": {json.dumps(info)},\n"licenses": [],\n"categories": {json.dumps(categories)},\n"images": ['
    yield from _joined(_image(number, one) for number, one in enumerate(labels(), start=1))
    yield '],\n"annotations": ['
    yield from _joined(_annotations(labels()))
    yield '],\n"unsure": ['
    yield from _joined(
        {"image_id": number, "segmentation": [_flat(quad)]}
        for number, one in enumerate(labels(), start=1)
        for quad in one.unsure
    )
    yield "]}\n"


def _joined(entries: Iterable[Json]) -> Iterator[str]:
    separator = "\n"
    for entry in entries:
        yield separator + json.dumps(entry)
        separator = ",\n"


def _image(number: int, labels: PictureLabels) -> Json:
    return {"id": number, "file_name": labels.file, "width": labels.width, "height": labels.height}


def _annotations(labels: Iterable[PictureLabels]) -> Iterator[Json]:
    number = 0
    for image, one in enumerate(labels, start=1):
        for card in one.cards:
            number += 1
            yield _annotation(number, image, card)


def _annotation(number: int, image: int, card: Label) -> Json:
    x1, y1, x2, y2 = (round(value, 2) for value in bounding_box(card.quad).tolist())
    annotation: dict[str, Any] = {
        "id": number,
        "image_id": image,
        "category_id": CARD_CATEGORY,
        "bbox": [x1, y1, round(x2 - x1, 2), round(y2 - y1, 2)],
        "area": round(quad_area(card.quad), 2),
        "iscrowd": 0,
        "segmentation": [_flat(card.quad)],
    }
    if card.score is not None:
        annotation |= {"score": card.score, "agreeing": card.agreeing}
    return annotation


def _flat(quad: NDArray[np.float64]) -> list[float]:
    corners: list[float] = quad.ravel().tolist()
    return corners
