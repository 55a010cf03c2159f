"""The examples of docs/library.md run as they are printed."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import cv2
import pytest

from app.capture.images import read_image
from resources import SAMPLES_FOLDER

PAGE = Path(__file__).parents[2] / "docs" / "library.md"
SECTIONS = re.split(r"(?m)^## ", PAGE.read_text(encoding="utf-8"))[1:]
EXAMPLES = [
    (section.partition("\n")[0], code)
    for section in SECTIONS
    for code in re.findall(r"(?s)```python\n(.*?)```", section)
]


@pytest.fixture
def folder(tmp_path, monkeypatch) -> Path:
    """A folder with the files that the examples read."""
    shutil.copyfile(SAMPLES_FOLDER / "card-on-wood.jpg", tmp_path / "photo.jpg")
    frame = cv2.resize(read_image(SAMPLES_FOLDER / "card-on-wood.jpg"), (640, 480))
    video = cv2.VideoWriter(str(tmp_path / "video.avi"), cv2.VideoWriter.fourcc(*"MJPG"), 10, (640, 480))
    for _ in range(2):
        video.write(frame)
    video.release()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def printed_by(heading: str, capsys) -> str:
    exec(compile(dict(EXAMPLES)[heading], str(PAGE), "exec"), {})
    return capsys.readouterr().out


def test_every_example_is_run_here() -> None:
    assert [heading for heading, _ in EXAMPLES] == [
        "Find cards",
        "Straighten a card",
        "A video",
        "When something is wrong",
    ]
    assert PAGE.read_text(encoding="utf-8").count("```python") == len(EXAMPLES)


def test_cards_are_found(folder, capsys) -> None:
    assert re.fullmatch(r"0\.\d\d, turned by \S+, corners \[.*\]\n", printed_by("Find cards", capsys))


def test_a_card_is_straightened(folder, capsys) -> None:
    printed_by("Straighten a card", capsys)
    assert read_image(folder / "card.png").shape == (638, 1011, 3)


def test_a_video_is_read(folder, capsys) -> None:
    assert printed_by("A video", capsys) == "1\n1\n"


def test_a_fault_is_told(folder, capsys) -> None:
    assert "uint8" in printed_by("When something is wrong", capsys)
