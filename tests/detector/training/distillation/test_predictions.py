from __future__ import annotations

import json
import math
import os
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from detector.training.distillation.errors import (
    DamagedLabelsError,
    EmptyPoolError,
    LabelFolderError,
    OtherFilesError,
    OtherLabelsError,
)
from detector.training.distillation.making import Rule, make_labels
from detector.training.distillation.predictions import (
    POOL_FILE,
    PREDICTIONS_FILE,
    looking,
    predict_pool,
    provenance_of,
    read_predictions,
)
from detector.training.distillation.transforms import Transform
from tests.detector.training.distillation.scripted import (
    NAMES_OUTSIDE,
    PROVENANCE,
    QUAD,
    PowerCutError,
    ScriptedTeacher,
    names_in,
    predict,
    read_png,
    write_scripted,
)


def test_every_picture_is_predicted_in_order(pool: Path, labels_folder: Path) -> None:
    predict(pool, labels_folder)
    predictions = list(read_predictions(labels_folder))
    assert [one.file for one in predictions] == names_in(pool)
    first, second = predictions[0], predictions[1]
    assert (first.width, first.height) == (40, 30)
    assert [(one.score, one.agreeing, one.rotation) for one in first.candidates] == [(0.9804, 2, None)]
    np.testing.assert_array_equal(first.candidates[0].quad, QUAD)
    assert [one.score for one in second.candidates] == [0.7843, 0.3922]


def test_bad_files_cost_nothing_else(pool: Path, labels_folder: Path) -> None:
    reported = predict(pool, labels_folder)
    bad = {one.file: one.problem for one in read_predictions(labels_folder) if one.problem is not None}
    assert bad == {"2b.png": "the picture is damaged", "empty.png": "the picture is damaged"}
    assert {one.file for one in reported if one.problem} == set(bad)
    assert len(list(read_predictions(labels_folder))) == 8


@pytest.mark.parametrize("cut_at", range(8))
@pytest.mark.parametrize("torn", [b"", b'{"file":"3.p', b"\0\0\0\0"])
def test_a_run_that_was_killed_gives_the_same_predictions(cut_at: int, torn: bytes, pool: Path, tmp_path: Path) -> None:
    """Killed after any picture, in the middle of a line or not, and with zeros as a power cut leaves them."""
    predict(pool, tmp_path / "whole")
    with pytest.raises(PowerCutError):
        predict(pool, tmp_path / "cut", cut_at=cut_at)
    with (tmp_path / "cut" / PREDICTIONS_FILE).open("ab") as file:
        file.write(torn)
    teacher = ScriptedTeacher()
    predict(pool, tmp_path / "cut", teacher)
    for name in (POOL_FILE, PREDICTIONS_FILE):
        assert (tmp_path / "cut" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    readable = [name not in ("2b.png", "empty.png") for name in names_in(pool)]
    assert teacher.asked == sum(readable[cut_at:])
    rule = Rule(1.0, None, "stated")
    assert make_labels(tmp_path / "cut", rule) == make_labels(tmp_path / "whole", rule)


def test_what_is_finished_is_not_looked_at_again(pool: Path, labels_folder: Path) -> None:
    predict(pool, labels_folder)
    teacher = ScriptedTeacher()
    assert predict(pool, labels_folder, teacher) == []
    assert teacher.asked == 0


def test_pictures_that_come_later_are_looked_at_after_the_others(pool: Path, labels_folder: Path) -> None:
    names = names_in(pool)
    with pytest.raises(PowerCutError):
        predict(pool, labels_folder, cut_at=6)
    write_scripted(pool / "0a.png", [200])
    assert [one.file for one in predict(pool, labels_folder)] == [*names[6:], "0a.png"]
    (pool / "0.png").unlink()
    write_scripted(pool / "证件" / "0.png", [200])
    assert [one.file for one in predict(pool, labels_folder)] == ["证件/0.png"]
    assert predict(pool, labels_folder) == []
    assert [one.file for one in read_predictions(labels_folder)] == [*names, "0a.png", "证件/0.png"]


def test_another_teacher_does_not_go_on_with_ones_work(pool: Path, labels_folder: Path) -> None:
    predict(pool, labels_folder)
    before = (labels_folder / PREDICTIONS_FILE).read_bytes()
    with pytest.raises(OtherLabelsError, match="another teacher, or with other transforms"):
        predict(pool, labels_folder, provenance=PROVENANCE | {"aligner": {"sha256": "1"}})
    assert (labels_folder / PREDICTIONS_FILE).read_bytes() == before


def test_another_pool_has_a_folder_of_its_own(pool: Path, labels_folder: Path, tmp_path: Path) -> None:
    predict(pool, labels_folder)
    write_scripted(tmp_path / "other" / "z.png", [3])
    with pytest.raises(OtherLabelsError, match="another pool"):
        predict(tmp_path / "other", labels_folder)


@pytest.mark.parametrize("name", ["labels.jsonl", "labels.png", "record.json"])
def test_somebodys_files_are_not_taken_for_labels(name: str, pool: Path, labels_folder: Path) -> None:
    labels_folder.mkdir()
    (labels_folder / name).write_text("mine")
    with pytest.raises(OtherFilesError, match=f"holds a {name} that is not of its labels"):
        predict(pool, labels_folder)
    assert [(path.name, path.read_text()) for path in labels_folder.iterdir()] == [(name, "mine")]


def test_labels_whose_predictions_were_deleted_are_made_again(pool: Path, labels_folder: Path) -> None:
    predict(pool, labels_folder)
    make_labels(labels_folder, Rule(None, 0.5, "stated"))
    (labels_folder / PREDICTIONS_FILE).unlink()
    predict(pool, labels_folder)
    make_labels(labels_folder, Rule(None, 0.5, "stated"))


def test_an_empty_pool_leaves_nothing_behind(tmp_path: Path, labels_folder: Path) -> None:
    (tmp_path / "none").mkdir()
    with pytest.raises(EmptyPoolError):
        predict(tmp_path / "none", labels_folder)
    assert list(labels_folder.iterdir()) == []


def test_predictions_with_other_line_ends_are_refused_and_kept(pool: Path, labels_folder: Path) -> None:
    predict(pool, labels_folder)
    path = labels_folder / PREDICTIONS_FILE
    changed = path.read_bytes().replace(b"\n", b"\r\n")
    path.write_bytes(changed)
    with pytest.raises(DamagedLabelsError, match=r"predictions\.jsonl is damaged"):
        predict(pool, labels_folder)
    assert path.read_bytes() == changed


def test_more_predictions_than_pictures_make_no_sense(pool: Path, labels_folder: Path) -> None:
    predict(pool, labels_folder)
    path = labels_folder / PREDICTIONS_FILE
    path.write_bytes(path.read_bytes() + b'{"file":"x.png","problem":"none"}\n')
    with pytest.raises(DamagedLabelsError, match=r"predictions\.jsonl is damaged"):
        predict(pool, labels_folder)


POOL_HEADER = '{"kind":"pictures of a pool"}\n'


def line(**changes: object) -> str:
    """A sound line but for the changes; those of a candidate have its names."""
    candidate = {"score": 0.5, "agreeing": 2, "quad": QUAD.tolist(), "rotation": 90}
    candidate |= {name: value for name, value in changes.items() if name in candidate}
    entry = {"file": "a.png", "width": 40, "height": 30, "candidates": [candidate]}
    return json.dumps(entry | {name: value for name, value in changes.items() if name not in candidate})


def test_a_sound_line_is_read(labels_folder: Path) -> None:
    labels_folder.mkdir()
    (labels_folder / PREDICTIONS_FILE).write_text("{}\n" + line() + "\n")
    (prediction,) = read_predictions(labels_folder)
    np.testing.assert_array_equal(prediction.candidates[0].quad, QUAD)
    assert prediction.candidates[0].rotation == 90


@pytest.mark.parametrize(
    "line",
    [
        "[1]",
        "{}",
        '{"file":"a","width":1,"height":1,"candidates":[{"score":1}]}',
        "\xff",
        line(width="x"),
        line(width=0),
        line(width=10**400),
        line().replace("40", "1e400"),
        line(score=1e9),
        line(score=math.nan),
        line(score="x"),
        line(agreeing=0),
        line(quad=[[1, 1], [9, 1], [9, math.nan], [1, 7]]),
        line(quad=[[1, 1], [9, 1], [9, 1e308], [1, 7]]),
        line(quad=QUAD.ravel().tolist()),
        line(rotation=45),
        line(rotation=[]),
        line(candidates=3),
        line(candidates=[3]),
        "[" * 100_000,
        line(problem="x" * 2**20),
    ],
)
def test_damaged_predictions_are_named(line: str, labels_folder: Path) -> None:
    labels_folder.mkdir()
    (labels_folder / PREDICTIONS_FILE).write_text("{}\n" + line + "\n", encoding="latin-1")
    with pytest.raises(DamagedLabelsError, match=r"predictions\.jsonl is damaged"):
        list(read_predictions(labels_folder))


def test_somebodys_list_is_left_as_it_is(pool: Path, labels_folder: Path) -> None:
    labels_folder.mkdir()
    (labels_folder / POOL_FILE).write_text('{"a":1}\n')
    with pytest.raises(OtherFilesError, match=r"holds a pool\.jsonl that is not of its labels"):
        predict(pool, labels_folder)
    assert (labels_folder / POOL_FILE).read_text() == '{"a":1}\n'


def test_a_damaged_list_of_the_pool_is_named(pool: Path, labels_folder: Path) -> None:
    labels_folder.mkdir()
    for content in (POOL_HEADER + '{"a":1}\n', POOL_HEADER + " " * 2**21, "[" * 100_000, "[]", ""):
        (labels_folder / POOL_FILE).write_text(content)
        with pytest.raises(DamagedLabelsError, match=r"pool\.jsonl is damaged"):
            predict(pool, labels_folder)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system knows no pipes")
def test_a_pipe_holds_no_predictions(labels_folder: Path) -> None:
    labels_folder.mkdir()
    os.mkfifo(labels_folder / PREDICTIONS_FILE)
    with pytest.raises(DamagedLabelsError, match=r"predictions\.jsonl is damaged"):
        list(read_predictions(labels_folder))


@pytest.mark.parametrize("name", NAMES_OUTSIDE)
def test_pictures_outside_the_pool_are_refused(name: object, pool: Path, labels_folder: Path) -> None:
    labels_folder.mkdir()
    (labels_folder / PREDICTIONS_FILE).write_text("{}\n" + json.dumps({"file": name, "problem": "none"}) + "\n")
    with pytest.raises(DamagedLabelsError, match=r"predictions\.jsonl is damaged"):
        list(read_predictions(labels_folder))
    (labels_folder / PREDICTIONS_FILE).unlink()
    (labels_folder / POOL_FILE).write_text(POOL_HEADER + '{"file":"0.png"}\n' + json.dumps({"file": name}) + "\n")
    with pytest.raises(DamagedLabelsError, match=r"pool\.jsonl is damaged"):
        predict(pool, labels_folder)


def test_a_folder_that_cannot_be_written_to(pool: Path, tmp_path: Path) -> None:
    """As it is missing: the command makes it."""
    with pytest.raises(LabelFolderError, match="can't be written to"):
        predict(pool, tmp_path / "missing" / "labels", make_folder=False)


def test_names_that_are_no_text_survive(tmp_path: Path, labels_folder: Path) -> None:
    name = "caf\udce9.png"
    try:
        write_scripted(tmp_path / "pool" / name, [100])
    except (OSError, UnicodeError):
        pytest.skip("the file system knows no such names")
    predict(tmp_path / "pool", labels_folder)
    assert [one.file for one in read_predictions(labels_folder)] == [name]
    assert make_labels(labels_folder, Rule(None, 0.1, "stated")).cards == 1


def test_the_provenance_says_what_decides_the_predictions(tmp_path: Path) -> None:
    (tmp_path / "w").write_bytes(b"abc")
    provenance = provenance_of(tmp_path / "w", "light", [Transform(320, quarter_turns=1)], None)
    abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert provenance == {
        "teacher": {"sha256": abc, "preset": "light"},
        "aligner": None,
        "transforms": [{"side_px": 320, "mirrored": False, "quarter_turns": 1}],
    }


def test_a_pool_of_any_size_takes_the_same_memory(tmp_path: Path) -> None:
    """Ten times the pictures: kept, their names would take 170 kB more, and what was seen in them half a megabyte."""
    labelling_peak_bytes(tmp_path / "warm", 2)
    peaks = [labelling_peak_bytes(tmp_path / str(count), count) for count in (10, 100)]
    assert peaks[1] < peaks[0] + 60_000, peaks


def labelling_peak_bytes(folder: Path, count: int) -> int:
    """The most memory that Python took while a pool was labelled; every name leads to the same picture."""
    pool = folder / "pool"
    write_scripted(pool / "picture.png", [200] * 10, width=100)
    names = ("./" * 950 + "picture.png" for _ in range(count))
    (folder / "labels").mkdir()
    tracemalloc.start()
    try:
        look = looking(pool, read_png, ScriptedTeacher())
        predict_pool(pool, folder / "labels", lambda: names, look, PROVENANCE, lambda *_: None)
        make_labels(folder / "labels", Rule(1.0, None, "stated"))
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
