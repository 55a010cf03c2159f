from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest
import torch

from app import cli
from app.commands import distill as distill_command
from app.session.file_lock import FileLock
from detector.network.config import TEACHERS
from detector.network.weights import read_finder, write_weights
from tests.app.commands.conftest import expect_cards

ONE_STEP = ("--batch", "2", "--steps", "1", "--workers", "0", "--validate-every", "1", "--threads", "1")
TINY, SMALL = ("--size", "64", *ONE_STEP), ("--size", "128", *ONE_STEP)
LOOKS = ("--turns", "--no-mirror", "--coarse", "--sides")


def run(*argv: object) -> int:
    return cli.run_command([str(argument) for argument in argv])


def record(path: Path) -> dict[str, object]:
    return json.loads(path.with_suffix(".json").read_bytes())


def test_a_resnet_50_labels_a_pool_and_a_student_learns_from_it(
    bank_folder: Path, rendered: Path, tmp_path: Path
) -> None:
    """The whole way: train the teacher, let it label, train the student."""
    weights = tmp_path / "teacher" / "weights.safetensors"
    assert run("train", "finder", "--model", "resnet50", "--bank", bank_folder, "--out", weights.parent, *TINY) == 0
    trained = read_finder(weights)
    assert trained.config == TEACHERS["resnet50"]
    torch.manual_seed(0)
    expect_cards(trained)  # one step of training finds none
    write_weights(weights, trained)
    out = tmp_path / "student"
    argv = ("distill", rendered, "--teacher", weights, "--per-picture", 1, *LOOKS, 64)
    assert run(*argv, "--bank", bank_folder, "--out", out, *TINY) == 0
    assert read_finder(out / "weights.safetensors").config.name == "light"
    assert (out / "labels" / "labels.png").exists()
    distillation = record(out / "weights.safetensors")["distillation"]
    assert distillation["labels"]["predictions"]["teacher"]["preset"] == "resnet50"
    assert distillation["labels"]["pictures"] == 5
    assert distillation["labels"]["cards"] > 0
    assert (distillation["machine_labelled_in_batch"], distillation["batch"]) == (1, 2)


@pytest.fixture
def labels(rendered: Path, teacher: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "labels"
    assert run("label", rendered, "--teacher", teacher, "--per-picture", 1, "--out", folder, *LOOKS, 128) == 0
    return folder


def test_a_student_goes_on_from_its_weights_on_labels_that_there_are(
    labels: Path, rendered: Path, teacher: Path, bank_folder: Path, tmp_path: Path
) -> None:
    out = tmp_path / "student"
    argv = ("distill", rendered, "--labels", labels, "--init", teacher, "--share", 1, "--bank", bank_folder)
    assert run(*argv, "--out", out, *SMALL) == 0
    assert read_finder(out / "weights.safetensors").config.name == "tiny"
    assert record(out / "weights.safetensors")["distillation"]["machine_labelled_in_batch"] == 2
    before = (out / "weights.safetensors").read_bytes()
    assert run(*argv, "--out", out, *SMALL) == 0
    assert (out / "weights.safetensors").read_bytes() == before, "a finished run is not trained further"
    assert record(out / "weights.safetensors")["distillation"] is not None


def test_what_a_finder_sees_in_the_pool_is_imitated(
    labels: Path, rendered: Path, teacher: Path, bank_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ("distill", rendered, "--labels", labels, "--imitate", teacher, "--bank", bank_folder, *SMALL)
    assert run(*argv, "--init", teacher, "--out", tmp_path / "student") == 0
    assert "train_imitation" in (tmp_path / "student" / "curves.csv").read_text()
    assert record(tmp_path / "student" / "weights.safetensors")["distillation"] is not None

    assert run(*argv, "--out", tmp_path / "other") == 1
    assert "a finder light can't imitate a tiny" in capsys.readouterr().err


@pytest.mark.parametrize("sources", [(), ("--teacher", "w", "--labels", "l")])
def test_labels_come_from_one_place(
    sources: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ("distill", tmp_path, *sources, "--bank", tmp_path, "--out", tmp_path / "out", *SMALL)
    assert run(*argv) == 2
    assert "name either the --teacher or the --labels" in capsys.readouterr().err


@pytest.mark.parametrize(
    "option",
    [
        ("--sides", "320"),
        ("--turns",),
        ("--no-mirror",),
        ("--aligner", "a"),
        ("--coarse",),
        ("--per-picture", "1"),
        ("--labelled", "d"),
        ("--threshold", "0.5"),
    ],
)
def test_what_labels_were_made_by_is_not_said_again(
    option: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ("distill", tmp_path, "--labels", "l", *option, "--bank", tmp_path, "--out", tmp_path / "out", *SMALL)
    assert run(*argv) == 2
    assert f"the --labels were made already; leave {option[0]} out" in capsys.readouterr().err


def test_several_processes_do_not_label(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("WORLD_SIZE", "2")
    assert run("distill", tmp_path, "--teacher", "w", "--bank", tmp_path, "--out", tmp_path / "out", *SMALL) == 2
    assert "run cardlight label first" in capsys.readouterr().err


def test_labelling_that_is_told_to_end_closes_what_is_open(
    rendered: Path, bank_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def be_told_to_end(*_: object) -> None:
        assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL  # which would end the tests
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(distill_command, "label_pool", be_told_to_end)
    argv = ("distill", rendered, "--teacher", "w", "--threshold", 0.5, "--bank", bank_folder, "--out", tmp_path)
    with pytest.raises(SystemExit):
        run(*argv, *SMALL)
    lock = FileLock(tmp_path / "labels" / ".lock")
    assert lock.acquire()
    lock.release()


def test_labels_that_are_missing(
    rendered: Path, bank_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ("distill", rendered, "--labels", tmp_path, "--bank", bank_folder, "--out", tmp_path / "out", *SMALL)
    assert run(*argv) == 1
    assert "holds no finished labels" in capsys.readouterr().err


def test_labels_whose_record_is_damaged_are_refused_before_training(
    labels: Path, rendered: Path, bank_folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (labels / "record.json").write_text("{")
    argv = ("distill", rendered, "--labels", labels, "--bank", bank_folder, "--out", tmp_path / "out", *SMALL)
    assert run(*argv) == 1
    assert "record.json is damaged" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_share_is_a_part_of_a_batch(tmp_path: Path) -> None:
    for share in ("0", "1.5"):
        with pytest.raises(SystemExit):
            run("distill", tmp_path, "--labels", "l", "--share", share, "--bank", "b", "--out", "o", *SMALL)
