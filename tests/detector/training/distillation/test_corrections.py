from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from detector.training.distillation.corrections import (
    Correction,
    TakenIn,
    corrections_from_coco,
    read_corrections,
    take_in,
)
from detector.training.distillation.errors import CorrectionsError, DamagedLabelsError, MissingLabelsError
from detector.training.distillation.labelme import corrections_from_labelme, read_labelme, write_labelme
from detector.training.distillation.labels import as_quads, read_labels
from detector.training.distillation.making import COCO_FILE, Rule, coco_was_changed, labels_by_teacher, make_labels
from detector.training.record import hash_of
from tests.detector.training.distillation.scripted import NAMES_OUTSIDE, QUAD, predict

# Of the pool's candidates the one of 60 is unsure.
RULE = Rule(None, 90 / 255 - 1e-4, "stated")
NEW_QUAD = [[3.0, 2.0], [30.0, 4.0], [28.0, 25.0], [2.0, 20.0]]


@pytest.fixture
def labelled(pool: Path, labels_folder: Path) -> Path:
    predict(pool, labels_folder)
    make_labels(labels_folder, RULE)
    return labels_folder


def contents(folder: Path) -> list[dict[str, Any]]:
    return [one.to_json() for one in read_labels(folder)]


def given_by_labelme(folder: Path, pool: Path) -> dict[str, Correction]:
    read = [one for one in read_labelme(folder, pool) if not isinstance(one, CorrectionsError)]
    return corrections_from_labelme(read, [])


def problems_of_labelme(folder: Path, pool: Path) -> list[str]:
    return [str(one) for one in read_labelme(folder, pool) if isinstance(one, CorrectionsError)]


def edit(path: Path, change: Any) -> None:
    content = json.loads(path.read_bytes())
    change(content)
    path.write_text(json.dumps(content))


@pytest.mark.parametrize("form", ["coco", "labelme"])
def test_taking_in_what_was_written_changes_nothing(form: str, labelled: Path, pool: Path, tmp_path: Path) -> None:
    before = contents(labelled)
    if form == "coco":
        given = corrections_from_coco(labelled / COCO_FILE, read_labels(labelled))
    else:
        assert write_labelme(tmp_path / "labelme", pool, read_labels(labelled)) == 0
        given = given_by_labelme(tmp_path / "labelme", pool)
    assert take_in(labelled, given) == TakenIn(corrected=0, same=6, unknown=())
    assert make_labels(labelled, RULE).corrected == 0
    assert contents(labelled) == before
    assert not coco_was_changed(labelled)


def correct_in_coco(content: dict[str, Any]) -> None:
    """Add a card to picture 3 ("2.png"), and move the one of picture 5 ("4.png")."""
    flat = [value for corner in NEW_QUAD for value in corner]
    content["annotations"].append({"id": 99, "image_id": 3, "category_id": 1, "segmentation": [flat]})
    moved = next(one for one in content["annotations"] if one["image_id"] == 5)
    moved["segmentation"] = [flat]


def test_corrections_in_coco_take_the_teachers_place(labelled: Path, tmp_path: Path) -> None:
    corrected = tmp_path / "corrected.json"
    corrected.write_bytes((labelled / COCO_FILE).read_bytes())
    edit(corrected, correct_in_coco)
    given = corrections_from_coco(corrected, read_labels(labelled))
    assert take_in(labelled, given) == TakenIn(corrected=2, same=4, unknown=())
    record = make_labels(labelled, RULE)
    assert record.corrected == 2
    labels = {one.file: one for one in read_labels(labelled)}
    assert [one.by for one in labels.values()] == ["teacher", "teacher", "person", "teacher", "person", "teacher"]
    np.testing.assert_array_equal(labels["2.png"].quads, [NEW_QUAD])
    np.testing.assert_array_equal(labels["4.png"].quads, [NEW_QUAD])
    assert labels["4.png"].cards[0].score is None
    assert len(labels["4.png"].unsure) == 0, "a person decided of it"


def test_corrections_outlive_another_threshold(labelled: Path, tmp_path: Path) -> None:
    take_in(labelled, {"2.png": Correction(as_quads([NEW_QUAD]), as_quads([]))})
    make_labels(labelled, Rule(None, 0.95, "stated"))
    labels = {one.file: one for one in read_labels(labelled)}
    np.testing.assert_array_equal(labels["2.png"].quads, [NEW_QUAD])
    assert len(labels["1.png"].cards) == 0


def test_later_corrections_replace_earlier_ones_and_keep_the_others(labelled: Path) -> None:
    nothing = as_quads([])
    take_in(labelled, {name: Correction(as_quads([NEW_QUAD]), nothing) for name in ("1.png", "2.png")})
    make_labels(labelled, RULE)
    assert take_in(labelled, {"1.png": Correction(nothing, nothing)}).corrected == 1
    corrections = read_corrections(labelled)
    assert len(corrections["1.png"].quads) == 0
    np.testing.assert_array_equal(corrections["2.png"].quads, [NEW_QUAD])


def test_a_file_that_was_corrected_in_place_and_taken_in_is_written_again(labelled: Path) -> None:
    edit(labelled / COCO_FILE, correct_in_coco)
    take_in(labelled, corrections_from_coco(labelled / COCO_FILE, read_labels(labelled)))
    assert make_labels(labelled, RULE, hash_of(labelled / COCO_FILE)).corrected == 2
    assert not coco_was_changed(labelled)
    assert corrections_from_coco(labelled / COCO_FILE, []).keys() == {one.file for one in read_labels(labelled)}


def test_changes_that_were_not_taken_in_stay(labelled: Path, tmp_path: Path) -> None:
    (tmp_path / "corrected.json").write_bytes((labelled / COCO_FILE).read_bytes())
    edit(labelled / COCO_FILE, correct_in_coco)
    before = (labelled / COCO_FILE).read_bytes()
    make_labels(labelled, RULE, hash_of(tmp_path / "corrected.json"))
    assert (labelled / COCO_FILE).read_bytes() == before


def test_rounding_is_no_correction(labelled: Path) -> None:
    def rounded(content: dict[str, Any]) -> None:
        for one in content["annotations"]:
            one["segmentation"] = [[value + 0.04 for value in one["segmentation"][0]]]

    edit(labelled / COCO_FILE, rounded)
    assert take_in(labelled, corrections_from_coco(labelled / COCO_FILE, read_labels(labelled))).corrected == 0


def test_pictures_without_labels_are_named(labelled: Path) -> None:
    given = {name: Correction(as_quads([NEW_QUAD]), as_quads([])) for name in ("z.png", "empty.png", "0.png")}
    assert take_in(labelled, given) == TakenIn(corrected=1, same=0, unknown=("empty.png", "z.png"))
    assert read_corrections(labelled).keys() == {"0.png"}


def test_corrections_of_pictures_at_another_size_are_refused(labelled: Path, tmp_path: Path) -> None:
    def halved(content: dict[str, Any]) -> None:
        content["images"][2] |= {"width": content["images"][2]["width"] // 2}

    corrected = tmp_path / "corrected.json"
    corrected.write_bytes((labelled / COCO_FILE).read_bytes())
    edit(corrected, halved)
    with pytest.raises(CorrectionsError, match=r"2\.png: was corrected on a picture of"):
        take_in(labelled, corrections_from_coco(corrected, read_labels(labelled)))
    assert read_corrections(labelled) == {}


def test_labelme_tells_the_size_that_it_saw(labelled: Path, pool: Path, tmp_path: Path) -> None:
    write_labelme(tmp_path / "labelme", pool, read_labels(labelled))
    edit(tmp_path / "labelme/2.png.json", lambda content: content.update(imageWidth=7))
    with pytest.raises(CorrectionsError, match=r"2\.png: was corrected on a picture of 7 x"):
        take_in(labelled, given_by_labelme(tmp_path / "labelme", pool))


def test_a_linked_picture_of_the_pool_keeps_its_name_in_labelme(labelled: Path, pool: Path, tmp_path: Path) -> None:
    (tmp_path / "store").mkdir()
    (pool / "1.png").rename(tmp_path / "store/x.png")
    (pool / "1.png").symlink_to(tmp_path / "store/x.png")
    (pool / "2.png").unlink()
    (pool / "2.png").symlink_to(pool / "3.png")
    write_labelme(tmp_path / "labelme", pool, read_labels(labelled))

    assert given_by_labelme(tmp_path / "labelme", pool).keys() == {one.file for one in read_labels(labelled)}


def test_a_picture_whose_name_leaves_no_room_for_an_ending_has_a_labelme_file(
    pool: Path, labels_folder: Path, tmp_path: Path
) -> None:
    name = f"{'n' * 251}.png"
    (pool / "0.png").rename(pool / name)
    predict(pool, labels_folder)
    make_labels(labels_folder, RULE)
    assert [write_labelme(tmp_path / "labelme", pool, read_labels(labels_folder)) for _ in range(2)] == [0, 6]

    assert given_by_labelme(tmp_path / "labelme", pool).keys() == {one.file for one in read_labels(labels_folder)}
    assert name in given_by_labelme(tmp_path / "labelme", pool)


@pytest.mark.skipif(sys.platform == "win32", reason="a backslash separates folders there")
def test_a_name_with_a_backslash_costs_no_corrections(pool: Path, labels_folder: Path) -> None:
    (pool / "0.png").rename(pool / "a\\b.png")
    predict(pool, labels_folder)
    make_labels(labels_folder, RULE)

    given = corrections_from_coco(labels_folder / COCO_FILE, read_labels(labels_folder))
    assert take_in(labels_folder, given) == TakenIn(corrected=0, same=6, unknown=())


def test_corrections_need_labels(tmp_path: Path) -> None:
    with pytest.raises(MissingLabelsError):
        take_in(tmp_path, {})


def test_a_broken_coco_file_is_one_line_that_names_it(labelled: Path, tmp_path: Path) -> None:
    path = tmp_path / "corrected.json"
    with pytest.raises(CorrectionsError, match="no such folder"):
        corrections_from_coco(path, [])
    path.write_text("{")
    with pytest.raises(CorrectionsError, match=r"corrected\.json: is not valid JSON"):
        corrections_from_coco(path, [])


def test_a_name_commands_no_terminal(pool: Path) -> None:
    (pool / "a\x1b[2J\n.json").write_text("")
    assert problems_of_labelme(pool, pool) == [r"a\x1b[2J\n.json: is not valid JSON"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system knows no pipes")
def test_a_pipe_is_no_labelme_file(pool: Path) -> None:
    os.mkfifo(pool / "a.json")
    assert problems_of_labelme(pool, pool) == ["a.json: is not a regular file"]


def test_damaged_corrections_are_named(labelled: Path) -> None:
    (labelled / "corrections.jsonl").write_text('{}\n{"file": "a", "cards": [[1]], "unsure": []}\n')
    with pytest.raises(DamagedLabelsError, match=r"corrections\.jsonl is damaged"):
        read_corrections(labelled)


@pytest.mark.parametrize("name", NAMES_OUTSIDE)
def test_corrections_outside_the_pool_are_refused(name: object, tmp_path: Path) -> None:
    (tmp_path / "corrections.jsonl").write_text("{}\n" + json.dumps({"file": name, "cards": [], "unsure": []}) + "\n")
    with pytest.raises(DamagedLabelsError, match=r"corrections\.jsonl is damaged"):
        read_corrections(tmp_path)


def test_nothing_is_written_outside_the_folder_of_labelme(labelled: Path, pool: Path, tmp_path: Path) -> None:
    line = json.dumps(contents(labelled)[0] | {"file": "../../outside"})
    (labelled / "labels.jsonl").write_text("{}\n" + line + "\n")
    with pytest.raises(DamagedLabelsError, match=r"labels\.jsonl is damaged"):
        write_labelme(labelled / "labelme", pool, read_labels(labelled))
    assert list(tmp_path.rglob("outside*")) == []


def test_corrections_in_labelme_take_the_teachers_place(labelled: Path, pool: Path, tmp_path: Path) -> None:
    """A card becomes two, one of them a rectangle; of another picture what was unsure becomes a card."""
    folder = tmp_path / "labelme"
    write_labelme(folder, pool, read_labels(labelled))

    def two(content: dict[str, Any]) -> None:
        content["shapes"].append({"label": "id card", "points": NEW_QUAD[::-1], "shape_type": "polygon"})
        content["shapes"].append({"label": "card", "points": [[20, 9], [12, 3]], "shape_type": "rectangle"})

    def sure(content: dict[str, Any]) -> None:
        for shape in content["shapes"]:
            shape["label"] = "card"

    edit(folder / "证件" / "a.png.json", two)
    edit(folder / "4.png.json", sure)
    assert take_in(labelled, given_by_labelme(folder, pool)).corrected == 2
    make_labels(labelled, RULE)
    labels = {one.file: one for one in read_labels(labelled)}
    quads = labels["证件/a.png"].quads
    np.testing.assert_array_equal(quads[0], QUAD)
    assert sorted(quads[1].tolist()) == sorted(NEW_QUAD)
    np.testing.assert_array_equal(quads[2], [[12, 3], [20, 3], [20, 9], [12, 9]])
    assert (len(labels["4.png"].cards), len(labels["4.png"].unsure)) == (2, 0)


def saved_by_labelme(folder: Path, picture: str, quads: list[Any]) -> None:
    """A file under the name that labelme gives it, with these cards."""
    content = json.loads((folder / f"{picture}.json").read_bytes())
    shapes = [{"label": "card", "points": quad, "shape_type": "polygon"} for quad in quads]
    (folder / picture).with_suffix(".json").write_text(json.dumps(content | {"shapes": shapes}))


def test_a_persons_labelme_file_counts_beside_the_machines_each_time(
    labelled: Path, pool: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "labelme"
    write_labelme(folder, pool, read_labels(labelled))
    saved_by_labelme(folder, "0.png", [NEW_QUAD])
    for corrected in (1, 0):
        given = list(read_labelme(folder, pool))
        assert len(given) == 7
        by_picture = corrections_from_labelme(given, labels_by_teacher(labelled, RULE.threshold))
        assert take_in(labelled, by_picture) == TakenIn(corrected, 6 - corrected, ())
        make_labels(labelled, RULE)
        np.testing.assert_array_equal(next(read_labels(labelled)).quads, [NEW_QUAD])


def test_labelme_files_that_contradict_each_other_are_named(labelled: Path, pool: Path, tmp_path: Path) -> None:
    folder = tmp_path / "labelme"
    write_labelme(folder, pool, read_labels(labelled))
    saved_by_labelme(folder, "0.png", [NEW_QUAD])
    edit(folder / "0.png.json", lambda content: content.update(shapes=[]))
    with pytest.raises(CorrectionsError, match=r"^0\.json and 0\.png\.json say different things of 0\.png; keep"):
        corrections_from_labelme(list(read_labelme(folder, pool)), labels_by_teacher(labelled, RULE.threshold))
    saved_by_labelme(folder, "0.png", [])
    assert len(given_by_labelme(folder, pool)["0.png"].quads) == 0


def test_labelme_files_that_are_there_stay(labelled: Path, pool: Path, tmp_path: Path) -> None:
    folder = tmp_path / "labelme"
    write_labelme(folder, pool, read_labels(labelled))
    edit(folder / "0.png.json", lambda content: content.update(shapes=[]))
    assert write_labelme(folder, pool, read_labels(labelled)) == 6
    assert json.loads((folder / "0.png.json").read_bytes())["shapes"] == []


def test_a_labelme_file_leads_to_its_picture(labelled: Path, pool: Path, tmp_path: Path) -> None:
    write_labelme(tmp_path / "labelme", pool, read_labels(labelled))
    path = tmp_path / "labelme" / "证件" / "a.png.json"
    content = json.loads(path.read_bytes())
    assert (content["imageWidth"], content["imageHeight"], content["imageData"]) == (40, 30, None)
    assert (path.parent / content["imagePath"]).resolve() == pool / "证件" / "a.png"
    assert not Path(content["imagePath"]).is_absolute()


@pytest.mark.parametrize("separator", ["/", "\\"])
def test_labelme_files_may_lie_beside_their_pictures(separator: str, pool: Path) -> None:
    shape = {"label": "card", "points": NEW_QUAD, "shape_type": "polygon"}
    content = {"shapes": [shape], "imagePath": f"..{separator}证件{separator}a.png"}
    (pool / "证件" / "a.json").write_text(json.dumps(content))
    assert list(given_by_labelme(pool, pool)) == ["证件/a.png"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is not valid JSON"),
        ("[" * 100_000, "is not valid JSON"),
        ("[]", "is no labelme file"),
        ("{}", "is no labelme file"),
        ('{"shapes": [], "imagePath": 3}', "is no labelme file"),
        ('{"shapes": [], "imagePath": "a\\u0000.png"}', "is no labelme file"),
        ('{"shapes": [], "imagePath": "../../a.png"}', "its picture is not in the pool"),
        ('{"shapes": [], "imagePath": "/etc/passwd"}', "its picture is not in the pool"),
        ('{"shapes": [], "imagePath": "."}', "its picture is not in the pool"),
        ('{"shapes": [], "imagePath": "\\ud800.png"}', "its picture is not in the pool"),
        ('{"shapes": [3], "imagePath": "0.png"}', "a shape has no label"),
        ('{"shapes": [{"label": "card"}], "imagePath": "0.png"}', "does not have four corners"),
        ('{"shapes": [{"label": "card", "points": [["a"]]}], "imagePath": "0.png"}', "no pairs of numbers"),
        ('{"shapes": [{"label": "card", "points": [[0,0],[9,0],[9,9]]}], "imagePath": "0.png"}', "four corners"),
        (
            '{"shapes": [{"label": "card", "points": [[0,0],[9,0],[9,9],[NaN,9]]}], "imagePath": "0.png"}',
            "four corners",
        ),
        ('{"shapes": [{"label": "card", "points": [[0,0],[9,0],[1,1],[0,9]]}], "imagePath": "0.png"}', "not convex"),
        (
            '{"shapes": [{"label": "card", "points": [[0,0],[9,0],[9,1e308],[0,9]]}], "imagePath": "0.png"}',
            "four corners",
        ),
        (
            '{"shapes": [{"label": "card", "points": [[-1e308,0],[1e308,9]], "shape_type": "rectangle"}],'
            ' "imagePath": "0.png"}',
            "four corners",
        ),
        ('{"shapes": [' + "3," * 1000 + '3], "imagePath": "0.png"}', "has more than 1000 shapes"),
    ],
)
def test_a_broken_labelme_file_costs_nothing_else(content: str, message: str, pool: Path) -> None:
    (pool / "bad.json").write_text(content)
    good = {"shapes": [], "imagePath": "0.png"}
    (pool / "good.json").write_text(json.dumps(good))
    assert list(given_by_labelme(pool, pool)) == ["0.png"]
    (problem,) = problems_of_labelme(pool, pool)
    assert problem.startswith("bad.json: ")
    assert message in problem
    assert "\n" not in problem
