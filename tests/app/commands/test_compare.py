from __future__ import annotations

import json
import warnings
from pathlib import Path

import pytest

from app import cli
from detector.training.distillation import comparison

QUICK = ("--threads", "1", "--repeats", "1", "--sides", "128", "--turns", "--no-mirror")


def compare(*argv: object) -> int:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own
        return cli.run_command(["compare", *map(str, argv)])


def test_finders_beside_each_other(
    rendered: Path,
    teacher: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(comparison, "RESAMPLES", 5)
    out = tmp_path / "distillation"
    argv = (rendered, f"teacher={teacher}", f"student={teacher}", "--baseline", "student", "--transforms-of", "teacher")
    out.with_suffix(".md").touch()
    assert compare(*argv, "--whole", "--out", out, "--overwrite", *QUICK) == 0
    printed = capsys.readouterr().out
    assert "| teacher, 1 looks |" in printed
    assert "AP points over student" in printed
    assert out.with_suffix(".md").read_text(encoding="utf-8") == printed
    content = json.loads(out.with_suffix(".json").read_bytes())
    assert content["pictures"] == 5
    assert content["finder"]["teacher"]["gain"] == [0, 0, 0]
    assert content["whole"].keys() == {"teacher", "student"}
    assert content["cost"]["teacher"]["parameters"] == content["cost"]["student"]["parameters"] > 1000
    assert all(content["cost"]["teacher"][name] > 0 for name in ("torch_ms", "onnx_ms", "giga_multiply_adds"))


def test_names_that_were_not_given(rendered: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for option in ("--baseline", "--transforms-of"):
        assert compare(rendered, "a=b", option, "c") == 2
        assert "no weights named c" in capsys.readouterr().err
    for weights in ("b", "=b", "a="):
        with pytest.raises(SystemExit):
            compare(rendered, weights)


def test_a_name_is_given_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(tmp_path, "a=b", "a=c") == 2
    assert "each of the weights needs a name of its own" in capsys.readouterr().err


def test_files_that_are_there_are_replaced_only_when_told_to(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "b-0.5.md").write_bytes(b"the user's")

    assert compare(tmp_path, "a=b", "--out", tmp_path / "b-0.5") == 2

    assert "b-0.5.md: there is such a file already" in capsys.readouterr().err
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"the user's"]


@pytest.mark.parametrize("wrong", [("--threads", 0), ("--repeats", 0), ("--repeats", "many"), ("--out", "")])
def test_arguments_that_cannot_be(wrong: tuple[str, object], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        compare("folder", "a=b", *wrong)
    assert f"error: argument {wrong[0]}" in capsys.readouterr().err


def test_a_device_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert compare(tmp_path, "a=b", "--device", "cuda:77") == 1
    assert "cuda:77 is no device that can be used here" in capsys.readouterr().err


def test_what_can_go_wrong_is_one_line(
    rendered: Path, teacher: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert compare(tmp_path, f"a={teacher}") == 1
    assert "holds no annotations.json" in capsys.readouterr().err
    assert compare(rendered, f"a={tmp_path / 'missing.safetensors'}") == 1
    assert "missing.safetensors is missing" in capsys.readouterr().err
    (tmp_path / "annotations.json").write_text('[{"file": "a.png", "width": 9, "height": 9, "quads": []}]')
    assert compare(tmp_path, f"a={teacher}") == 1
    assert "no picture has a card" in capsys.readouterr().err
