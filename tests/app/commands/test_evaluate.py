from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

from app import cli
from app.commands import evaluate
from detector import Detection
from detector.geometry import Image, bounding_box, rectangle_quad

CARD = rectangle_quad(80, 50) + np.array([40.0, 25.0])


class FindsTheMiddle:
    """Finds the middle half of any picture that is wider than high."""

    def detect(self, image: Image) -> Sequence[Detection]:
        if image.shape[0] > image.shape[1]:
            return []
        return [Detection(score=0.9, box=bounding_box(CARD), quad=CARD, rotation=0)]


def evaluate_with_fake(*argv: object) -> int:
    arguments = cli.build_parser("evaluate").parse_args(["evaluate", *map(str, argv)])
    return evaluate.run(arguments, load=lambda device, threshold, search="thorough": FindsTheMiddle())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    picture = cv2.imencode(".png", np.full((100, 160, 3), 90, np.uint8))[1].tobytes()
    entries = [
        {"file": "身份证.png", "width": 160, "height": 100, "quads": [CARD.tolist()], "document": "id"},
        {"file": "negatives/photos/a.png", "width": 160, "height": 100, "quads": []},
    ]
    for entry in entries:
        path = tmp_path / str(entry["file"])
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture)
    (tmp_path / "annotations.json").write_text(json.dumps(entries), encoding="utf-8")
    return tmp_path


def test_the_report_as_a_table(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate_with_fake(folder) == 0
    printed = capsys.readouterr()
    assert "1.0000" in printed.out
    assert "photos" in printed.out
    assert printed.err == ""


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_a_stream_that_was_closed_costs_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch, stream: str) -> None:
    monkeypatch.setattr(sys, stream, None)
    assert evaluate_with_fake(folder) == 0


@pytest.mark.parametrize("document", ["[/b]", "[bold]", "a\x1b[2J\n"])
def test_a_document_of_any_name_is_shown_as_it_is(
    document: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    entries = json.loads((folder / "annotations.json").read_bytes())
    entries[0]["document"] = document
    (folder / "annotations.json").write_text(json.dumps(entries))
    assert evaluate_with_fake(folder) == 0
    assert ascii(document)[1:-1] in capsys.readouterr().out


def test_the_report_as_json_and_the_worst_sheet(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "最差.png"
    assert evaluate_with_fake(folder, "--json", "--worst", 2, sheet) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["overall"]["scores"]["mean_quad_iou"] == pytest.approx(1)
    assert report["overall"]["scores"]["rotation"] == {"correct": 0.25, "wrong": 0.25, "unsure": 0, "missed": 0.5}
    assert report["card_free"]["share_with_detection"] == 1
    assert sheet.stat().st_size > 1000


def test_an_unreadable_picture_is_named_and_ends_the_measurement(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "身份证.png").write_bytes(b"")
    assert evaluate_with_fake(folder) == 1
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == f"cardlight: {folder / '身份证.png'}: the file is empty. Copy or download it again.\n"


def test_a_folder_without_annotations(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate_with_fake(tmp_path) == 1
    assert "holds no annotations.json" in capsys.readouterr().err


@pytest.mark.parametrize(
    "worst", [("0", "a.png"), ("-1", "a.png"), ("many", "a.png"), ("9" * 5000, "a.png"), ("3", "a.gif")]
)
def test_a_sheet_that_cannot_be_asked_for(
    folder: Path, worst: tuple[str, str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert evaluate_with_fake(folder, "--worst", *worst) == 2
    assert "--worst" in capsys.readouterr().err


def test_a_sheet_that_is_there_is_replaced_only_when_told_to(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    sheet = folder / "sheet.png"
    sheet.write_bytes(b"the user's")

    assert evaluate_with_fake(folder, "--worst", 1, sheet) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "sheet.png: there is such a file already" in printed.err
    assert sheet.read_bytes() == b"the user's"

    assert evaluate_with_fake(folder, "--worst", 1, sheet, "--overwrite") == 0
    assert sheet.read_bytes().startswith(b"\x89PNG")


def test_a_sheet_that_cannot_be_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert evaluate_with_fake(folder, "--worst", 1, folder / "missing" / "sheet.png") == 1
    assert "sheet.png" in capsys.readouterr().err
