"""Opens pictures: finds the files, reads them and searches them for cards, off the window's thread."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
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


@dataclass(slots=True)
class _Job:
    """A file, or a picture without one: how many pictures it gives, as far as is known, and how many it gave so far."""

    asked_in: int
    count: int = 1
    done: int = 0


class PictureOpener(QObject):
    """Takes paths and pictures, and gives opened pictures by signal, in the order they were asked for, page by page."""

    opened = Signal(object)
    failed = Signal(object)
    progressed = Signal(int, int)
    """So many pictures are opened, of so many that are known of."""
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
        self._open(path.name, lambda: search_file(self._shelf, path, self._detector.get()))

    def _open(self, name: str, search: Callable[[], Iterable[Picture | OpeningFailure]]) -> None:
        job = _Job(self._round)
        self._wanted += 1
        self.progressed.emit(self._done, self._wanted)
        self._lane.run(
            lambda: self._hand_over(job, search),
            lambda _done: self._end(job),
            lambda reason: self._fail(job, name, reason),
        )

    def _hand_over(self, job: _Job, search: Callable[[], Iterable[Picture | OpeningFailure]]) -> None:
        """On the lane's thread; ends early where it was cancelled."""
        if job.asked_in != self._round:
            return
        for outcome in search():
            self._lane.report(functools.partial(self._arrive, job, outcome))
            if job.asked_in != self._round:
                return

    def _arrive(self, job: _Job, outcome: Picture | OpeningFailure) -> None:
        if job.asked_in != self._round:
            return
        (self.opened if isinstance(outcome, Picture) else self.failed).emit(outcome)
        self._wanted += outcome.page_count - job.count
        job.count = outcome.page_count
        self._count(job, 1)

    def _fail(self, job: _Job, name: str, reason: str) -> None:
        if job.asked_in == self._round:
            self.failed.emit(OpeningFailure(name, reason))
        self._end(job)

    def _end(self, job: _Job) -> None:
        """Count what it did not give as done: it failed, or pages were given up."""
        if job.asked_in == self._round and job.done < job.count:
            self._count(job, job.count - job.done)

    def _count(self, job: _Job, done: int) -> None:
        job.done += done
        self._done += done
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
