from __future__ import annotations

from pathlib import Path

from app.batch.inputs import FoundInputs, InputFile
from app.batch.watching import SETTLING_S, SettledFiles


class Folder:
    """A folder and a clock that a test moves."""

    def __init__(self) -> None:
        self.files: list[InputFile] = []
        self.now_s = 100.0
        self.settled = SettledFiles(lambda: FoundInputs(tuple(self.files), ()), lambda: self.now_s)

    def after(self, seconds: float) -> list[str]:
        self.now_s += seconds
        return [file.source for file in self.settled.take()]


def file(name: str, size: int = 1) -> InputFile:
    return InputFile(Path("/in", name), name, size, 0)


def test_a_file_is_taken_once_after_it_has_settled() -> None:
    folder = Folder()
    folder.files = [file("a.png")]

    assert folder.after(0) == []
    assert folder.after(SETTLING_S / 2) == []
    assert folder.after(SETTLING_S / 2) == ["a.png"]
    assert folder.after(SETTLING_S) == []


def test_a_file_that_grows_is_waited_for() -> None:
    folder = Folder()
    for size in range(1, 5):
        folder.files = [file("a.png", size)]
        assert folder.after(SETTLING_S * 0.9) == []

    assert folder.after(SETTLING_S) == ["a.png"]


def test_a_file_that_changes_later_is_taken_again() -> None:
    folder = Folder()
    folder.files = [file("a.png")]
    folder.after(0)
    assert folder.after(SETTLING_S) == ["a.png"]

    folder.files = [file("a.png", 2)]
    folder.after(0)
    assert folder.after(SETTLING_S) == ["a.png"]


def test_a_file_that_vanishes_and_comes_back_settles_anew() -> None:
    folder = Folder()
    folder.files = [file("a.png")]
    folder.after(0)
    folder.files = []
    folder.after(SETTLING_S)
    folder.files = [file("a.png")]

    assert folder.after(0) == []
    assert folder.after(SETTLING_S) == ["a.png"]
