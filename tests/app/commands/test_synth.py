from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from app import cli
from app.commands import synth


def test_a_sheet_that_is_there_is_replaced_only_when_told_to(tmp_path: Path, monkeypatch, capsys) -> None:
    sheet = tmp_path / "sheet.png"
    sheet.write_bytes(b"the user's")
    argv = ["synth", "--bank", str(tmp_path / "bank"), "--sheet", str(sheet)]

    assert cli.run_command(argv) == 2
    assert "sheet.png: there is such a file already" in capsys.readouterr().err
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"the user's"]

    monkeypatch.setattr(synth, "bank_of", lambda arguments, split: None)
    monkeypatch.setattr(synth, "_sheet", lambda arguments, bank: np.zeros((4, 4, 3), np.uint8))
    assert cli.run_command([*argv, "--overwrite"]) == 0
    assert sheet.read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize("taken", ["scene-0001.jpg", "annotations.json"])
def test_pictures_that_are_there_are_replaced_only_when_told_to(tmp_path: Path, bank_folder, capsys, taken) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / taken).write_bytes(b"the user's")
    argv = ["synth", "--bank", str(bank_folder), "--out", str(folder), "--count", "2", "--size", "160"]

    assert cli.run_command(argv) == 2
    assert f"{taken}: there is such a file already" in capsys.readouterr().err
    assert [path.read_bytes() for path in folder.iterdir()] == [b"the user's"]

    assert cli.run_command([*argv, "--overwrite"]) == 0
    assert sorted(path.name for path in folder.iterdir()) == ["annotations.json", "scene-0000.jpg", "scene-0001.jpg"]
    assert (folder / taken).read_bytes() != b"the user's"


@pytest.mark.parametrize(
    ("argv", "problem"),
    [
        (("--out", "pictures", "--views"), "--views are drawn on a --sheet"),
        (("--sheet", "sheet.png", "--size", "640"), "--size is for the pictures of --out"),
        (("--sheet", "sheet.png", "--camera", "webcam"), "--camera is for the pictures of --out"),
    ],
)
def test_options_without_use_are_refused(tmp_path: Path, monkeypatch, capsys, argv, problem) -> None:
    monkeypatch.chdir(tmp_path)
    assert cli.run_command(["synth", "--bank", "bank", *argv]) == 2
    assert problem in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "wrong", [("--count", "0"), ("--count", "-3"), ("--seed", "-1"), ("--size", "1"), ("--size", "0"), ("--size", "-5")]
)
def test_numbers_that_cannot_be(tmp_path: Path, monkeypatch, capsys, wrong) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as exit_info:
        cli.run_command(["synth", "--bank", "bank", "--out", "out", *wrong])
    assert exit_info.value.code == 2
    assert "must be a whole number from " in capsys.readouterr().err


def test_a_bank_that_is_a_file_or_damaged_is_said_in_a_line(tmp_path: Path, bank_folder, capsys) -> None:
    (tmp_path / "file").write_bytes(b"")
    shutil.copytree(bank_folder, tmp_path / "bank")
    (tmp_path / "bank/train/cards.json").write_text("{")
    for name, words in (("file", "the folder of the bank can't be made"), ("bank", "cards.pictures is missing")):
        argv = ["synth", "--bank", str(tmp_path / name), "--out", str(tmp_path / "pictures")]
        assert cli.run_command(argv) == 1
        assert words in capsys.readouterr().err
    assert cli.run_command(["bank", str(tmp_path / "file")]) == 1
    assert "the folder of the bank can't be made" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path, bank_folder, capsys) -> None:
    (tmp_path / "file").write_bytes(b"")
    argv = ["synth", "--bank", str(bank_folder), "--out", str(tmp_path / "file"), "--count", "1"]
    assert cli.run_command(argv) == 1
    assert "file: the folder cannot be written to (a file has its name)" in capsys.readouterr().err
