from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

from app.commands import doctor
from app.commands.doctor import Package, check_cuda, check_models, check_package


def test_report_of_a_complete_installation(tmp_path: Path, capsys) -> None:
    (tmp_path / "finder.onnx").write_bytes(b"weights")
    (tmp_path / "readme.txt").touch()

    status = doctor.run(argparse.Namespace(), models_folder=tmp_path)

    report = capsys.readouterr().out
    assert status == 0
    assert report.endswith("Nothing is missing.\n")
    assert f"7 bytes, sha256 {hashlib.sha256(b'weights').hexdigest()}" in report
    assert "CPUExecutionProvider" in report
    assert "readme.txt" not in report
    assert str(tmp_path) not in report


def test_missing_models_are_a_problem(tmp_path: Path, capsys) -> None:
    status = doctor.run(argparse.Namespace(), models_folder=tmp_path)

    assert status == 1
    assert "weights (*.onnx) are not installed. Run: pip install" in capsys.readouterr().out


def test_training_weights_alone_do_not_run(tmp_path: Path) -> None:
    (tmp_path / "finder.safetensors").write_bytes(b"weights")

    assert [finding.problem is None for finding in check_models(tmp_path)] == [True, False]


def test_a_missing_package() -> None:
    assert check_package(Package("nowhere", "nowhere-to-be-found", None)).problem is None
    assert "Do this" in str(check_package(Package("nowhere", "nowhere-to-be-found", "Do this")).problem)


def test_a_package_that_does_not_load() -> None:
    finding = check_package(Package("numpy.not_there", "numpy", "Do this"))

    assert finding.state.endswith("does not load")
    assert "Do this" in str(finding.problem)


def test_cuda_says_yes_or_why_not() -> None:
    finding = check_cuda()

    assert finding.problem is None
    assert finding.state.startswith(("yes: ", "no: "))
