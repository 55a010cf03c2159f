from __future__ import annotations

import argparse
import hashlib
import importlib.metadata
import re
import sys
from pathlib import Path

import pytest

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


def test_every_dependency_of_the_installed_program_is_listed(tmp_path: Path, capsys) -> None:
    doctor.run(argparse.Namespace(), models_folder=tmp_path)

    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    listed = {words[0]: words[1] for words in lines if len(words) > 1}
    needed = {
        re.match(r"[\w-]+", text)[0] for text in importlib.metadata.requires("cardlight") if "extra ==" not in text
    }
    assert len(needed) > 12
    assert {name: listed.get(name) for name in needed} == {name: importlib.metadata.version(name) for name in needed}
    assert "torch" in listed
    assert "pytest" not in listed


def test_a_missing_package() -> None:
    needed, optional = check_package(Package("nowhere")), check_package(Package("nowhere", "cluster"))

    assert (needed.state, needed.problem) == (
        "missing",
        "nowhere is not installed. Run: pip install --force-reinstall cardlight",
    )
    assert (optional.state, optional.problem) == ("missing (optional: pip install 'cardlight[cluster]')", None)


@pytest.mark.parametrize(
    ("cause", "remedy"),
    [("libEGL.so.1: cannot open shared object file", "Install the system's library"), ("bad magic", "Run: pip")],
)
def test_a_package_that_does_not_load(tmp_path: Path, monkeypatch, cause, remedy) -> None:
    (tmp_path / "broken.py").write_text(f"raise ImportError({cause!r})")
    (tmp_path / "broken-1.2.dist-info").mkdir()
    (tmp_path / "broken-1.2.dist-info/METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1.2\n")
    monkeypatch.syspath_prepend(tmp_path)

    finding = check_package(Package("broken"))

    assert finding.state == "1.2, does not load"
    assert f"({cause}). {remedy}" in str(finding.problem)


def test_cuda_says_yes_or_why_not() -> None:
    finding = check_cuda()

    assert finding.problem is None
    assert finding.state.startswith(("yes: ", "no: "))


def test_a_bundle_names_no_commands_of_pip(tmp_path: Path, capsys, monkeypatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setitem(sys.modules, "torch", None)
    doctor.run(argparse.Namespace(), models_folder=tmp_path)

    report = capsys.readouterr().out
    assert "pip install" not in report
    assert "Install Cardlight again." in report
    assert "optional" not in report
