from __future__ import annotations

import json
import shutil
import signal
from pathlib import Path

import cv2
import pytest

from app import cli
from app.commands import label as label_command
from app.commands.pool_pictures import pool_names
from app.session.file_lock import FileLock
from detector.network.retinanet import build_finder
from detector.network.weights import write_weights
from detector.training.distillation import threshold
from detector.training.distillation.json_lines import new_file_beside

QUICK = ("--sides", "128", "--turns", "180", "--coarse", "--threads", "1")


def label(*argv: object) -> int:
    return cli.run_command(["label", *map(str, argv)])


@pytest.fixture
def pool(rendered: Path, tmp_path: Path) -> Path:
    """The rendered pictures, one of them in a folder, and files that are no pictures."""
    folder = tmp_path / "pool"
    folder.mkdir()
    for picture in sorted(rendered.glob("*.jpg")):
        shutil.copy(picture, folder)
    (folder / "证件").mkdir()
    (folder / "scene-0003.jpg").rename(folder / "证件" / "身份证.jpg")
    (folder / "broken.jpg").write_bytes(b"no picture")
    (folder / "notes.txt").write_text("no picture either")
    return folder


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "labels"


def test_a_pool_is_labelled(
    pool: Path,
    out: Path,
    teacher: Path,
    bank_folder: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(threshold, "MEASURED_SCENES", 60)
    assert label(pool, "--teacher", teacher, "--bank", bank_folder, "--out", out, *QUICK) == 0
    printed = capsys.readouterr()
    assert "cardlight: broken.jpg: this is not a picture" in printed.err
    assert "5 (1 more can't be read)" in printed.out
    assert "measured on 60 scenes of the labelled bank" in printed.out
    content = json.loads((out / "labels.json").read_bytes())
    names = [image["file_name"] for image in content["images"]]
    assert names == ["scene-0000.jpg", "scene-0001.jpg", "scene-0002.jpg", "scene-0004.jpg", "证件/身份证.jpg"]
    assert content["annotations"]
    assert all(1 <= one["agreeing"] <= 3 for one in content["annotations"])
    wanted = content["info"]["provenance"]["rule"]["cards_per_picture"]
    assert len(content["annotations"]) / 5 == pytest.approx(wanted, abs=0.2)
    assert cv2.imread(str(out / "labels.png")).shape[0] > 300


def test_the_shipped_aligner_refines_the_corners(pool: Path, out: Path, teacher: Path) -> None:
    argv = (pool, "--teacher", teacher, "--per-picture", 2, "--out", out, "--sides", 128, "--turns", "--no-mirror")
    assert label(*argv, "--threads", 1) == 0
    record = json.loads((out / "record.json").read_bytes())
    assert record["predictions"]["transforms"] == [{"side_px": 128, "mirrored": False, "quarter_turns": 0}]
    assert len(record["predictions"]["aligner"]["sha256"]) == 64


def test_a_teacher_that_sees_too_little_is_said_to(
    pool: Path, out: Path, teacher: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert label(pool, "--teacher", teacher, "--per-picture", 1000, "--out", out, *QUICK) == 0
    assert "too few          the teacher sees no more" in capsys.readouterr().out


@pytest.mark.parametrize("device", ["cuda:77", "foo", "meta"])
def test_a_device_that_is_not_there(
    device: str, pool: Path, out: Path, teacher: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = (pool, "--teacher", teacher, "--per-picture", 1, "--out", out, *QUICK)
    assert label(*argv, "--device", device) == 1
    assert f"{device} is no device that can be used here" in capsys.readouterr().err


def test_the_same_command_again_changes_nothing(pool: Path, out: Path, teacher: Path) -> None:
    argv = (pool, "--teacher", teacher, "--per-picture", 1, "--out", out, *QUICK)
    assert label(*argv) == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    assert label(*argv) == 0
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_labelled_pictures_say_how_many_cards_there_are(
    pool: Path, out: Path, teacher: Path, rendered: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert label(pool, "--teacher", teacher, "--labelled", rendered, "--out", out, *QUICK) == 0
    cards = sum(len(one["quads"]) for one in json.loads((rendered / "annotations.json").read_bytes()))
    assert f"{cards / 5:.3f} a picture, measured on 5 labelled pictures" in capsys.readouterr().out


def test_labelled_pictures_have_to_show_a_card(
    pool: Path, out: Path, teacher: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    annotations = tmp_path / "annotations.json"
    annotations.write_text('[{"file": "a.png", "width": 9, "height": 9, "quads": []}]')
    assert label(pool, "--teacher", teacher, "--labelled", annotations, "--out", out, *QUICK) == 1
    assert f"{annotations}: no picture has a card" in capsys.readouterr().err
    assert not (out / "record.json").exists()


@pytest.mark.parametrize("form", ["coco", "labelme"])
def test_corrections_are_taken_in(
    form: str, pool: Path, out: Path, teacher: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert label(pool, "--teacher", teacher, "--threshold", 0.5, "--out", out, "--labelme", *QUICK) == 0
    if form == "coco":
        corrected = tmp_path / "corrected.json"
        content = json.loads((out / "labels.json").read_bytes())
        content["annotations"] = [one for one in content["annotations"] if one["image_id"] != 2]
        corrected.write_text(json.dumps(content))
    else:
        corrected = out / "labelme"
        path = corrected / "scene-0001.jpg.json"
        path.write_text(json.dumps(json.loads(path.read_bytes()) | {"shapes": []}))
        (corrected / "broken.json").write_text("{")
    capsys.readouterr()
    assert label(pool, "--corrections", corrected, "--out", out) == 0
    printed = capsys.readouterr()
    assert "1 corrected pictures; 4 are as they were" in printed.out
    assert ("broken.json: is not valid JSON" in printed.err) == (form == "labelme")
    annotations = json.loads((out / "labels.json").read_bytes())["annotations"]
    assert annotations
    assert all(one["image_id"] != 2 for one in annotations)


def test_what_labelme_saved_under_its_own_name_is_taken_in(
    pool: Path, out: Path, teacher: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (pool / "scene-0001.jpg").rename(pool / "scene-0001.png")
    assert label(pool, "--teacher", teacher, "--threshold", 0.5, "--out", out, "--labelme", *QUICK) == 0
    written = json.loads((out / "labelme/scene-0001.png.json").read_bytes())
    (out / "labelme/scene-0001.json").write_text(json.dumps(written | {"shapes": []}))
    capsys.readouterr()
    assert label(pool, "--corrections", out / "labelme", "--out", out) == 0
    assert "1 corrected pictures; 4 are as they were" in capsys.readouterr().out


def test_labels_corrected_in_place_are_taken_in_once_and_machine_labels_stay_the_machines(
    pool: Path, out: Path, teacher: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    coco = out / "labels.json"
    assert label(pool, "--teacher", teacher, "--threshold", 0.5, "--out", out, *QUICK) == 0
    content = json.loads(coco.read_bytes())
    content["annotations"] = [one for one in content["annotations"] if one["image_id"] != 2]
    coco.write_text(json.dumps(content))
    capsys.readouterr()
    assert label(pool, "--corrections", coco, "--out", out) == 0
    assert label(pool, "--teacher", teacher, "--threshold", 0.9, "--out", out, *QUICK) == 0
    assert label(pool, "--corrections", coco, "--out", out) == 0
    assert "was changed" not in capsys.readouterr().out
    labels = [json.loads(line) for line in (out / "labels.jsonl").read_text().splitlines()[1:]]
    assert [one["file"] for one in labels if one["by"] == "person"] == ["scene-0001.jpg"]


def test_a_folder_without_a_sound_correction_is_said_to_be_one(
    pool: Path, out: Path, teacher: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert label(pool, "--teacher", teacher, "--threshold", 0.5, "--out", out, *QUICK) == 0
    (tmp_path / "corrected").mkdir()
    (tmp_path / "corrected/bad.json").write_text("{")
    capsys.readouterr()
    assert label(pool, "--corrections", tmp_path / "corrected", "--out", out) == 1
    assert capsys.readouterr().err.splitlines() == [
        "cardlight: bad.json: is not valid JSON",
        f"cardlight: {tmp_path / 'corrected'}: holds no labelme file that can be read",
    ]


def test_a_changed_file_is_left_and_said_so(
    pool: Path, out: Path, teacher: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = (pool, "--teacher", teacher, "--threshold", 0.5, "--out", out, *QUICK)
    assert label(*argv) == 0
    (out / "labels.json").write_text("{}")
    assert label(*argv) == 0
    assert "labels.json was changed, and is left as it is" in capsys.readouterr().out
    assert (out / "labels.json").read_text() == "{}"


def test_one_folder_is_for_one_process(
    pool: Path, out: Path, teacher: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out.mkdir()
    lock = FileLock(out / ".lock")
    assert lock.acquire()
    assert label(pool, "--teacher", teacher, "--threshold", 0.5, "--out", out, *QUICK) == 1
    lock.release()
    assert "another cardlight is at work in it" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        ((), "name the --teacher, or the --corrections"),
        (("--teacher", "w"), "say how many cards a picture has"),
        *(
            (("--corrections", "c", *option), f"leave out {option[0]}")
            for option in [
                ("--teacher", "w"),
                ("--sides", "320"),
                ("--turns",),
                ("--no-mirror",),
                ("--aligner", "a"),
                ("--coarse",),
                ("--per-picture", "1"),
                ("--labelled", "d"),
                ("--threshold", "0.5"),
                ("--bank", "b"),
                ("--device", "cpu"),
                ("--threads", "1"),
                ("--workers", "1"),
            ]
        ),
    ],
)
def test_arguments_that_do_not_go_together(
    argv: tuple[str, ...], message: str, pool: Path, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert label(pool, "--out", out, *argv) == 2
    assert message in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize(
    "argv",
    [
        ("--sides", "8"),
        ("--sides", "x"),
        ("--turns", "45"),
        ("--threshold", "2"),
        ("--per-picture", "-1"),
        ("--sheet", "0"),
        ("--threads", "-2"),
        ("--workers", "0"),
    ],
)
def test_numbers_that_cannot_be(argv: tuple[str, ...], pool: Path, out: Path) -> None:
    with pytest.raises(SystemExit) as exit_info:
        label(pool, "--out", out, "--teacher", "w", *argv)
    assert exit_info.value.code == 2


def test_what_can_go_wrong_is_one_line(
    pool: Path, out: Path, teacher: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def complaint(*argv: object) -> str:
        assert label(*argv) == 1
        lines = capsys.readouterr().err.splitlines()
        return lines[-1]

    empty = tmp_path / "empty"
    empty.mkdir()
    assert "missing.safetensors is missing" in complaint(
        *(pool, "--teacher", tmp_path / "missing.safetensors", "--threshold", 0.5, "--out", out, *QUICK)
    )
    boxes_alone = tmp_path / "article.safetensors"
    write_weights(boxes_alone, build_finder("article"))
    assert "holds a finder without corners, of the preset article" in complaint(
        *(pool, "--teacher", boxes_alone, "--threshold", 0.5, "--out", out, *QUICK)
    )
    assert "the folder of the bank holds none" in complaint(
        pool, "--teacher", teacher, "--bank", empty, "--out", out, *QUICK
    )
    assert "no picture that can be found" in complaint(
        empty, "--teacher", teacher, "--threshold", 0.5, "--out", out, *QUICK
    )
    assert "no picture that can be found" in complaint(
        *(tmp_path / "none", "--teacher", teacher, "--threshold", 0.5, "--out", out, *QUICK)
    )
    assert "holds no finished labels" in complaint(pool, "--corrections", pool, "--out", out)
    assert "the folder of labels can't be written to" in complaint(
        *(pool, "--teacher", teacher, "--threshold", 0.5, "--out", pool / "notes.txt" / "labels", *QUICK)
    )


def test_only_pictures_are_in_a_pool_and_always_in_the_same_order(pool: Path) -> None:
    (pool / ".hidden").mkdir()
    (pool / "labels").mkdir()
    for folder in (".hidden", "labels"):
        shutil.copy(pool / "scene-0000.jpg", pool / folder)
    names = list(pool_names(pool, skip=pool / "labels"))
    assert names == [
        *("broken.jpg", "scene-0000.jpg", "scene-0001.jpg", "scene-0002.jpg", "scene-0004.jpg"),
        "证件/身份证.jpg",
    ]


def test_what_a_killed_run_left_is_removed(pool: Path, out: Path, teacher: Path) -> None:
    (out / "labelme").mkdir(parents=True)
    with new_file_beside(out / "labels.jsonl") as left, new_file_beside(out / "labelme" / "a.json") as left_below:
        assert label(pool, "--teacher", teacher, "--threshold", 0.5, "--out", out, *QUICK) == 0
        assert not left.exists()
        assert not left_below.exists()


def test_labelling_that_is_told_to_end_closes_what_is_open(
    pool: Path, out: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def be_told_to_end(*_: object) -> None:
        assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL  # which would end the tests
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(label_command, "label_pool", be_told_to_end)
    with pytest.raises(SystemExit):
        label(pool, "--teacher", "w", "--threshold", 0.5, "--out", out)
    lock = FileLock(out / ".lock")
    assert lock.acquire()
    lock.release()


def test_several_processes_see_what_one_sees_in_the_same_order(pool: Path, tmp_path: Path, teacher: Path) -> None:
    seen = []
    for workers in (1, 2):
        out = tmp_path / f"labels-{workers}"
        argv = (pool, "--teacher", teacher, "--threshold", 0.5, "--out", out, "--workers", workers, *QUICK)
        assert label(*argv) == 0
        seen.append([json.loads(line) for line in (out / "predictions.jsonl").read_text().splitlines()])
    assert len(seen[0]) > 5
    assert seen[0] == seen[1]
