from __future__ import annotations

import json
import sys

import pytest

from app import cli


def run(*argv: str) -> int:
    return cli.run_command(["profile", *argv])


def test_the_articles_print_out(capsys: pytest.CaptureFixture[str]) -> None:
    """0.045 GMac (27.3 %) and 0.044 GMac (26.6 %) for the heads, 0.166 GMac in all."""
    assert run("--model", "article", "--size", "224") == 0
    rows = [[cell.strip() for cell in line.strip("│").split("│")] for line in capsys.readouterr().out.splitlines()]
    parts = {row[0]: (row[3], row[4]) for row in rows if len(row) > 4 and row[3].endswith("GMac")}
    assert parts["regressionModel"] == ("0.045 GMac", "27.3 %")
    assert parts["classificationModel"] == ("0.044 GMac", "26.6 %")
    assert parts["total"] == ("0.166 GMac", "100.0 %")


@pytest.mark.parametrize(
    ("model", "size", "shape"),
    [
        ("light", "320x192", [3, 192, 320]),
        ("light", None, [3, 224, 224]),
        ("aligner", None, [3, 160, 256]),
        ("resnet18", "320", [3, 320, 320]),
        ("resnet50", "320", [3, 320, 320]),
    ],
)
def test_every_model_as_json(
    model: str, size: str | None, shape: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert run("--model", model, "--json", *(["--size", size] if size else [])) == 0
    profile = json.loads(capsys.readouterr().out)
    assert profile["input_shape"] == shape
    assert all(profile["total"][name] > 0 for name in ("multiply_adds", "parameters", "memory_bytes"))


def test_an_output_that_was_closed_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", None)
    assert run("--model", "article") == 0


def test_sizes_that_cannot_be(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("--model", "aligner", "--size", "224") == 2
    assert "the aligner's input is always 256x160" in capsys.readouterr().err
    for size in ("8", "x", "320x", "99999"):
        with pytest.raises(SystemExit):
            run("--size", size)
