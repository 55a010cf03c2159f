from __future__ import annotations

from pathlib import Path

import numpy as np

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
