from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detector.evaluation.annotations import AnnotationsError, read_pictures
from detector.geometry import Image

QUAD = [[10, 10], [50, 12], [48, 40], [9, 38]]
FLAT = [value for corner in QUAD for value in corner]


def load_image(path: Path) -> Image:
    return np.zeros((60, 80, 3), np.uint8)


def entry(**changes: Any) -> dict[str, Any]:
    return {"file": "positives/身份证.jpg", "width": 80, "height": 60, "quads": [QUAD], "document": "id"} | changes


def write(folder: Path, content: object, name: str = "annotations.json") -> Path:
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def coco(*, images: tuple[str, ...] = ("a.jpg",), **annotation: Any) -> dict[str, Any]:
    return {
        "images": [{"id": 7, "file_name": name, "width": 80, "height": 60} for name in images],
        "annotations": [{"image_id": 7, "category_id": 1, **annotation}],
        "categories": [{"id": 1, "name": "licence"}],
    }


def test_the_projects_own_list(tmp_path: Path) -> None:
    write(tmp_path, [entry(), entry(file="negatives/photos_of_places/b/c.jpg", quads=[], document=None)])
    card, free = read_pictures(tmp_path, load_image)
    assert (card.name, card.group) == ("positives/身份证.jpg", "id")
    np.testing.assert_array_equal(card.quads, [QUAD])
    assert card.load().shape == (60, 80, 3)
    assert (free.group, free.quads.shape) == ("photos_of_places", (0, 4, 2))


@pytest.mark.parametrize(
    ("file", "group"), [("a.jpg", "ungrouped"), ("negatives/a.jpg", "ungrouped"), ("cards/x/a.jpg", "cards")]
)
def test_groups_by_folder(tmp_path: Path, file: str, group: str) -> None:
    write(tmp_path, [entry(file=file, document=None)])
    assert read_pictures(tmp_path, load_image)[0].group == group


def test_pictures_are_opened_below_the_folder_of_the_annotations(tmp_path: Path) -> None:
    opened = []

    def note(path: Path) -> Image:
        opened.append(path)
        return load_image(path)

    read_pictures(write(tmp_path, [entry()], "other.json"), note)[0].load()
    assert opened == [tmp_path / "positives" / "身份证.jpg"]


@pytest.mark.parametrize(
    "annotation",
    [
        {"segmentation": [FLAT]},
        {"keypoints": [value for x, y in QUAD for value in (x, y, 2)], "segmentation": []},
        {"segmentation": [[*QUAD[0], *QUAD[3], *QUAD[2], *QUAD[1]]]},
    ],
    ids=["polygon", "keypoints", "counter-clockwise"],
)
def test_coco(tmp_path: Path, annotation: dict[str, Any]) -> None:
    write(tmp_path, coco(**annotation), "instances.json")
    (picture,) = read_pictures(tmp_path, load_image)
    assert (picture.name, picture.group) == ("a.jpg", "licence")
    np.testing.assert_array_equal(picture.quads, [QUAD])


def test_coco_picture_without_annotations_is_card_free(tmp_path: Path) -> None:
    content = coco(segmentation=[FLAT])
    content["images"].append({"id": 8, "file_name": "photos/b.jpg", "width": 80, "height": 60})
    write(tmp_path, content)
    assert [(len(one.quads), one.group) for one in read_pictures(tmp_path, load_image)] == [
        (1, "licence"),
        (0, "photos"),
    ]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "not valid JSON"),
        ("[1, 2", "not valid JSON"),
        ("[" * 100_000, "not valid JSON"),
        ("[]", "lists no picture"),
        ("3", "neither a list of pictures nor a COCO object"),
        ({"pictures": []}, "neither a list of pictures nor a COCO object"),
        ([7], "entry 0 is not an object"),
        ([entry(file=None)], '"file" is not a text'),
        ([entry(width="80")], '"width" is not a whole number'),
        ([entry(height=0)], '"height" is not a positive whole number'),
        ([entry(width=10**9)], '"width" is not a positive whole number, or too large'),
        ([entry(quads=[[[-1e308, -1e308], [1e308, -1e308], [1e308, 1e308], [-1e308, 1e308]]])], "not four pairs"),
        ([entry(quads=[QUAD] * 1001)], "has more than 1000 quads"),
        ([entry(file="a\x1b[2J\n.jpg", quads=None)], r'a\x1b[2J\n.jpg: "quads" is not a list'),
        ([entry(file="a\n.jpg"), entry(file="a\n.jpg")], r"a\n.jpg is listed twice"),
        ([entry(width=True)], '"width" is not a positive whole number'),
        ([entry(quads=None)], '"quads" is not a list'),
        ([entry(quads=[[[1, 2], [3, 4]]])], "a quad is not four pairs of numbers"),
        ([entry(quads=[[[1, 2], [3, 4], [5]]])], "a quad is not four pairs of numbers"),
        ([entry(quads=[[["x", 2], [3, 4], [5, 6], [7, 8]]])], "a quad is not four pairs of numbers"),
        ('[{"file": "a", "width": 1, "height": 1, "quads": [[[NaN, 2], [3, 4], [5, 6], [7, 8]]]}]', "not four pairs"),
        ([entry(quads=[QUAD[::-1]])], "a quad is not convex and clockwise"),
        ([entry(quads=[[[0, 0], [500, 0], [1000, 1e-5], [500, 900]]])], "three corners of a quad lie on a line"),
        ([entry(document=3)], '"document" is not a text'),
        ([entry(), entry()], "is listed twice"),
        ([entry(file="../a.jpg")], "is not a file's path below the folder"),
        ([entry(file="/etc/passwd")], "is not a file's path below the folder"),
        ([entry(file="a\0.jpg")], "is not a file's path below the folder"),
        ([entry(file="\ud800.jpg")], "is not a file's path below the folder"),
        ([entry(file="")], "is not a file's path below the folder"),
        (coco(segmentation=[FLAT[:6]]), "neither a polygon of four corners nor four keypoints"),
        (coco(segmentation={"counts": "x"}), "neither a polygon of four corners nor four keypoints"),
        (coco() | {"images": []}, "an annotation belongs to image 7, which is not listed"),
        (coco(segmentation=[FLAT], images=("a.jpg", "b.jpg")), "b.jpg: has the id 7, as an image before it"),
        (coco() | {"annotations": None}, '"annotations" is not a list'),
        (coco(segmentation=[FLAT], category_id=[]), "is not a number or a text"),
        (coco(segmentation=[FLAT]) | {"categories": [{"id": {}, "name": "x"}]}, "is not a number or a text"),
    ],
)
def test_broken_annotations_are_one_line_that_names_the_file(tmp_path: Path, content: object, message: str) -> None:
    path = write(tmp_path, content)
    with pytest.raises(AnnotationsError) as caught:
        read_pictures(tmp_path, load_image)
    assert str(caught.value).startswith(f"{path}: ")
    assert message in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system knows no pipes")
def test_a_pipe_holds_no_annotations(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "cards.json")
    with pytest.raises(AnnotationsError, match=r"cards\.json: is not a regular file"):
        read_pictures(tmp_path, load_image)


def test_no_annotations(tmp_path: Path) -> None:
    with pytest.raises(AnnotationsError, match="no such folder"):
        read_pictures(tmp_path / "missing", load_image)
    with pytest.raises(AnnotationsError, match=r"holds no annotations\.json"):
        read_pictures(tmp_path, load_image)


def test_a_picture_of_another_size_than_annotated(tmp_path: Path) -> None:
    write(tmp_path, [entry(width=60, height=80)])
    (picture,) = read_pictures(tmp_path, load_image)
    with pytest.raises(AnnotationsError, match="is 80 x 60 pixels, but 60 x 80 in the annotations"):
        picture.load()
