"""Opens pictures: finds the files, reads them and searches them for cards, off the window's thread."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.capture.folders import list_images
from app.capture.pages import PAGE_SUFFIXES
from app.session.picture import OpeningFailure, Picture, search_file, search_image
from app.session.shelf import Shelf
from app.ui.detector_holder import DetectorHolder
from app.ui.incoming import to_bgr
from app.ui.tasks import Lane


class PictureOpener(QObject):
    """Takes paths and pictures, and gives opened pictures by signal, in the order they were asked for."""

    opened = Signal(object)
    failed = Signal(object)
    progressed = Signal(int, int)
    finished = Signal()

    def __init__(self, parent: QObject, shelf: Shelf, detector: DetectorHolder, lane: Lane) -> None:
        """Use `lane`, which has one thread: the detector is not for several at once."""
        super().__init__(parent)
        self._shelf = shelf
        self._detector = detector
        self._lane = lane
        self._done = 0
        self._wanted = 0
        self._round = 0

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files, and all pictures in folders."""
        self._lane.run(lambda: _expand(paths), self._open_files, self._fail_all, priority=1)

    def open_image(self, name: str, image: QImage) -> None:
        """Open a picture that came without a file."""
        self._open(name, lambda: [search_image(self._shelf, name, to_bgr(image), self._detector.get())])

    def cancel(self) -> None:
        """Open nothing of what was asked for and has not been opened yet."""
        self._round += 1
        self._done = self._wanted = 0
        self.finished.emit()

    def _open_files(self, files: Sequence[Path]) -> None:
        if not files:
            self._fail_all(self.tr("There are no pictures in this folder. Choose another one."))
        for path in files:
            self._open_file(path)

    def _fail_all(self, reason: str) -> None:
        self.failed.emit(OpeningFailure("", reason))

    def _open_file(self, path: Path) -> None:
        self._open(path.name, lambda: self._search_pages(path, self._round))

    def _search_pages(self, path: Path, asked_in: int) -> list[Picture | OpeningFailure]:
        """On the lane's thread; ends early where it was cancelled."""
        outcomes = search_file(self._shelf, path, self._detector.get())
        return list(itertools.takewhile(lambda _outcome: asked_in == self._round, outcomes))

    def _open(self, name: str, work: Callable[[], Sequence[Picture | OpeningFailure]]) -> None:
        self._wanted += 1
        self.progressed.emit(self._done, self._wanted)
        asked_in = self._round
        self._lane.run(
            lambda: work() if asked_in == self._round else [],
            lambda outcomes: self._arrive(outcomes, asked_in),
            lambda reason: self._arrive([OpeningFailure(name, reason)], asked_in),
        )

    def _arrive(self, outcomes: Sequence[Picture | OpeningFailure], asked_in: int) -> None:
        if asked_in != self._round:
            return
        for outcome in outcomes:
            (self.opened if isinstance(outcome, Picture) else self.failed).emit(outcome)
        self._done += 1
        self.progressed.emit(self._done, self._wanted)
        if self._done == self._wanted:
            self._done = self._wanted = 0
            self.finished.emit()


def _expand(paths: Sequence[Path]) -> list[Path]:
    """Files as they are, and folders as the pictures in them."""
    files: list[Path] = []
    for path in paths:
        files += list_images(path, suffixes=PAGE_SUFFIXES).images if path.is_dir() else [path]
    return files
