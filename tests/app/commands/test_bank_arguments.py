from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
import pytest

from app import cli
from app.capture import images
from app.commands.bank_arguments import bank_of
from detector.training.synthesis import bank
from detector.training.synthesis.bank import description_of, load_bank


def test_photographs_that_cannot_be_read_are_named_and_passed_over(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the validation's photographs one is sound, one is empty, and one is refused for its size."""
    monkeypatch.setitem(bank.BANK_SIZES, "validation", bank.BankSize(0, 0, 0, 0, 0))
    folder = tmp_path / "backgrounds" / "photos"
    folder.mkdir(parents=True)
    picture = cv2.imencode(".jpg", np.zeros((60, 80, 3), np.uint8))[1].tobytes()
    for number in range(21):
        (folder / f"{number:02}.jpg").write_bytes(picture)
    (folder / "00.jpg").write_bytes(b"")
    with (folder / "10.jpg").open("wb") as file:
        file.truncate(images.DEFAULT_LIMITS.file_bytes + 1)
    arguments = argparse.Namespace(bank=tmp_path / "bank", backgrounds=tmp_path / "backgrounds")
    assert len(bank_of(arguments, "validation").photos) == 1
    complaints = capsys.readouterr().err.splitlines()
    assert ["00.jpg: passed over" in complaints[0], "10.jpg: passed over" in complaints[1]] == [True, True]
    assert len(complaints) == 2


def test_the_command_renders_as_many_pictures_as_are_asked_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    argv = ["bank", str(tmp_path), "--seed", "7", "--cards", "2"]
    for kind in ("printed-matter", "distractors", "occluders", "backdrops"):
        argv += [f"--{kind}", "1"]
    assert cli.run_command(argv) == 0
    assert [
        len(pictures) for pictures in (load_bank(tmp_path, "train").cards, load_bank(tmp_path, "train").photos)
    ] == [2, 0]
    described = {"seed": 7, "cards": 2, "printed_matter": 1, "distractors": 1, "occluders": 1, "backdrops": 1}
    assert description_of(tmp_path, "train") == {**described, "photos": 0, "hard_photos": 0, "textures": 0}

    assert cli.run_command(argv) == 2
    assert "holds a bank of this split already" in capsys.readouterr().err
