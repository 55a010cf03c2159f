from __future__ import annotations

import json
import math
import pickle
from pathlib import Path

import numpy as np
import pytest

from detector.evaluation.annotations import read_pictures
from detector.training.distillation.errors import DamagedLabelsError, EmptyPoolError, MissingLabelsError
from detector.training.distillation.labels import LABELS_FILE, LabelledPool, read_labels
from detector.training.distillation.making import (
    COCO_FILE,
    RECORD_FILE,
    Rule,
    coco_was_changed,
    make_labels,
    read_label_record,
)
from detector.training.distillation.sheet import label_sheet
from tests.detector.training.distillation.scripted import NAMES_OUTSIDE, PROVENANCE, QUAD, predict, read_png

ONE_A_PICTURE = Rule(1.0, None, "stated")
READABLE = ["0.png", "1.png", "2.png", "3.png", "4.png", "证件/a.png"]


@pytest.fixture
def predicted(pool: Path, labels_folder: Path) -> Path:
    predict(pool, labels_folder)
    return labels_folder


def test_the_pool_has_as_many_cards_as_the_labelled_pictures(predicted: Path) -> None:
    """Candidates of 250, 240, 200, 150, 100, 90, 60 and 30 (of 255) in six pictures: six are from 90 on."""
    record = make_labels(predicted, ONE_A_PICTURE)
    assert record.threshold == round(90 / 255, 4)
    assert (record.pictures, record.unreadable, record.cards) == (6, 2, 6)
    assert record.cards_per_picture == 1.0
    assert make_labels(predicted, Rule(0.5, None, "stated")).threshold == round(200 / 255, 4)


def test_a_threshold_can_be_stated(predicted: Path) -> None:
    record = make_labels(predicted, Rule(None, 0.9, "stated"))
    assert (record.threshold, record.cards) == (0.9, 2)


def test_cards_unsure_candidates_and_background(predicted: Path) -> None:
    """At a threshold of 200, candidates from 40 on are unsure, and the one of 30 is background."""
    make_labels(predicted, Rule(None, 200 / 255 - 1e-4, "stated"))
    labels = {one.file: one for one in read_labels(predicted)}
    assert list(labels) == READABLE
    assert [len(one.cards) for one in labels.values()] == [1, 1, 0, 0, 0, 1]
    assert [len(one.unsure) for one in labels.values()] == [0, 1, 0, 1, 2, 0]
    np.testing.assert_array_equal(labels["1.png"].quads, [QUAD])
    np.testing.assert_array_equal(labels["1.png"].unsure, [QUAD + (10, 0)])
    card = labels["0.png"].cards[0]
    assert (card.score, card.agreeing, labels["0.png"].by) == (0.9804, 2, "teacher")


def test_labels_by_index_are_those_of_the_stream(predicted: Path) -> None:
    make_labels(predicted, ONE_A_PICTURE)
    by_index = LabelledPool(predicted)
    stream = list(read_labels(predicted))
    assert len(by_index) == len(stream)
    for index in (5, 0, 3):
        assert by_index[index].to_json() == stream[index].to_json()


def test_labels_by_index_stay_while_others_take_their_place(predicted: Path) -> None:
    """In a process that gets them pickled, they are those that are there when it does."""
    make_labels(predicted, Rule(None, 0.9, "stated"))
    by_index = LabelledPool(predicted)
    before, pickled = [one.to_json() for one in read_labels(predicted)], pickle.dumps(by_index)
    make_labels(predicted, Rule(None, 0.1, "stated"))
    after = [one.to_json() for one in read_labels(predicted)]
    assert before != after
    assert [by_index[index].to_json() for index in range(len(by_index))] == before
    elsewhere = pickle.loads(pickled)
    assert [elsewhere[index].to_json() for index in range(len(elsewhere))] == after


def test_the_coco_file_is_what_evaluate_reads(predicted: Path, pool: Path) -> None:
    make_labels(predicted, ONE_A_PICTURE)
    pictures = read_pictures(predicted / COCO_FILE, read_png)
    stream = list(read_labels(predicted))
    assert [picture.name for picture in pictures] == [one.file for one in stream]
    for picture, labels in zip(pictures, stream, strict=True):
        np.testing.assert_array_equal(picture.quads, labels.quads)


def test_the_coco_file_says_how_it_came_to_be(predicted: Path) -> None:
    make_labels(predicted, ONE_A_PICTURE)
    content = json.loads((predicted / COCO_FILE).read_bytes())
    provenance = content["info"]["provenance"]
    assert provenance["predictions"] == PROVENANCE
    assert provenance["rule"] == {"cards_per_picture": 1.0, "threshold": None, "source": "stated"}
    assert provenance["threshold"] == round(90 / 255, 4)
    annotation = content["annotations"][0]
    assert annotation == {
        "id": 1,
        "image_id": 1,
        "category_id": 1,
        "bbox": [1.0, 1.0, 8.0, 6.0],
        "area": 48.0,
        "iscrowd": 0,
        "segmentation": [[1.0, 1.0, 9.0, 1.0, 9.0, 7.0, 1.0, 7.0]],
        "score": 0.9804,
        "agreeing": 2,
    }
    assert [one["id"] for one in content["annotations"]] == list(range(1, 7))
    unsure = {"segmentation": [(QUAD + (10, 0)).ravel().tolist()]}
    assert content["unsure"] == [{"image_id": 5, **unsure}, {"image_id": 6, **unsure}]


def test_the_record_is_read_as_it_was_written(predicted: Path) -> None:
    record = make_labels(predicted, ONE_A_PICTURE)
    assert read_label_record(predicted) == record
    assert not coco_was_changed(predicted)


def test_another_threshold_replaces_the_labels(predicted: Path) -> None:
    make_labels(predicted, ONE_A_PICTURE)
    make_labels(predicted, Rule(None, 0.9, "stated"))
    assert len(json.loads((predicted / COCO_FILE).read_bytes())["annotations"]) == 2
    assert not coco_was_changed(predicted)


def test_what_somebody_changed_is_left_as_it_is(predicted: Path) -> None:
    make_labels(predicted, ONE_A_PICTURE)
    changed = (predicted / COCO_FILE).read_bytes().replace(b"0.9804", b"1.0000")
    (predicted / COCO_FILE).write_bytes(changed)
    assert coco_was_changed(predicted)
    make_labels(predicted, Rule(None, 0.9, "stated"))
    assert (predicted / COCO_FILE).read_bytes() == changed
    assert coco_was_changed(predicted)
    assert sum(len(one.cards) for one in read_labels(predicted)) == 2


def test_a_kill_between_labels_and_record_is_made_good(predicted: Path) -> None:
    record = make_labels(predicted, ONE_A_PICTURE)
    (predicted / RECORD_FILE).unlink()
    assert make_labels(predicted, ONE_A_PICTURE) == record
    assert not coco_was_changed(predicted)


def test_nothing_else_is_left_in_the_folder(predicted: Path) -> None:
    make_labels(predicted, ONE_A_PICTURE)
    make_labels(predicted, ONE_A_PICTURE)
    names = {path.name for path in predicted.iterdir()}
    assert names == {"pool.jsonl", "predictions.jsonl", LABELS_FILE, COCO_FILE, RECORD_FILE}


def test_somebodys_files_are_left_as_they_are(predicted: Path) -> None:
    mine = [predicted / f"{name}{ending}" for name in (LABELS_FILE, COCO_FILE) for ending in (".partial", ".new")]
    for path in mine:
        path.write_text("mine")
    make_labels(predicted, ONE_A_PICTURE)
    assert {path.read_text() for path in mine} == {"mine"}


def test_there_is_nothing_to_label(tmp_path: Path, labels_folder: Path) -> None:
    with pytest.raises(MissingLabelsError):
        make_labels(tmp_path, ONE_A_PICTURE)
    with pytest.raises(MissingLabelsError):
        read_label_record(tmp_path)
    with pytest.raises(MissingLabelsError):
        read_labels(tmp_path)
    with pytest.raises(MissingLabelsError):
        LabelledPool(tmp_path)
    (tmp_path / "pool").mkdir()
    (tmp_path / "pool" / "a.png").write_bytes(b"no picture")
    predict(tmp_path / "pool", labels_folder)
    with pytest.raises(EmptyPoolError, match="can be read"):
        make_labels(labels_folder, ONE_A_PICTURE)


@pytest.mark.parametrize("content", ["", "[]", "3", "{}", '{"rule": {}}', "[" * 100_000, " " * 2**21])
def test_a_damaged_record_is_named(content: str, tmp_path: Path) -> None:
    (tmp_path / RECORD_FILE).write_text(content)
    with pytest.raises(DamagedLabelsError, match=r"record\.json is damaged"):
        read_label_record(tmp_path)


@pytest.mark.parametrize(
    "changes",
    [
        {"pictures": 0},
        {"cards": "6"},
        {"unsure": -1},
        {"threshold": math.nan},
        {"predictions": []},
        {"coco_sha256": 3},
        {"rule": 3},
        {"rule": {"cards_per_picture": None, "threshold": None, "source": "x"}},
        {"rule": {"cards_per_picture": "x", "threshold": None, "source": "x"}},
        {"rule": {"cards_per_picture": "5", "threshold": None, "source": "x"}},
        {"rule": {"cards_per_picture": 10**400, "threshold": None, "source": "x"}},
        {"rule": {"cards_per_picture": "5", "threshold": 0.5, "source": "x"}},
        {"rule": {"cards_per_picture": 0, "threshold": None, "source": "x"}},
        {"rule": {"cards_per_picture": None, "threshold": 1e9, "source": "x"}},
    ],
)
def test_a_record_of_wrong_values_is_named(changes: dict[str, object], predicted: Path) -> None:
    make_labels(predicted, ONE_A_PICTURE)
    content = json.loads((predicted / RECORD_FILE).read_bytes())
    (predicted / RECORD_FILE).write_text(json.dumps(content | changes))
    with pytest.raises(DamagedLabelsError, match=r"record\.json is damaged"):
        read_label_record(predicted)


@pytest.mark.parametrize("name", NAMES_OUTSIDE)
def test_labels_of_pictures_outside_the_pool_are_refused(name: object, predicted: Path, pool: Path) -> None:
    make_labels(predicted, ONE_A_PICTURE)
    line = json.dumps(next(read_labels(predicted)).to_json() | {"file": name})
    (predicted / LABELS_FILE).write_text("{}\n" + line + "\n")
    with pytest.raises(DamagedLabelsError, match=r"labels\.jsonl is damaged"):
        list(read_labels(predicted))
    with pytest.raises(DamagedLabelsError, match=r"labels\.jsonl is damaged"):
        label_sheet(pool, LabelledPool(predicted), read_png, 1)


def test_damaged_labels_are_named(predicted: Path) -> None:
    make_labels(predicted, ONE_A_PICTURE)
    (predicted / LABELS_FILE).write_text('{}\n{"file": "a"}\n')
    with pytest.raises(DamagedLabelsError, match=r"labels\.jsonl is damaged"):
        list(read_labels(predicted))


@pytest.mark.parametrize(
    "changes",
    [
        {"width": 0},
        {"height": "x"},
        {"by": "nobody"},
        {"cards": 3},
        {"cards": [{"quad": QUAD.tolist(), "score": 2, "agreeing": 1}]},
        {"cards": [{"quad": (QUAD * 1e307).tolist(), "score": None, "agreeing": None}]},
        {"unsure": [[[math.nan, 0], [1, 0], [1, 1], [0, 1]]]},
    ],
)
def test_labels_of_wrong_values_are_named(changes: dict[str, object], predicted: Path) -> None:
    make_labels(predicted, ONE_A_PICTURE)
    line = json.dumps(next(read_labels(predicted)).to_json() | changes)
    (predicted / LABELS_FILE).write_text("{}\n" + line + "\n")
    with pytest.raises(DamagedLabelsError, match=r"labels\.jsonl is damaged"):
        list(read_labels(predicted))


def test_a_line_without_end_is_not_looked_through(predicted: Path) -> None:
    (predicted / LABELS_FILE).write_bytes(b"{}\n" + bytes(2**21))
    with pytest.raises(DamagedLabelsError, match=r"labels\.jsonl is damaged"):
        LabelledPool(predicted)
