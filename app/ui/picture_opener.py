"""Opens pictures: finds the files, reads them and searches them for cards, off the window's thread."""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from app.capture.folders import CLOSED_FOLDER, FolderListing, list_images
from app.capture.pages import PAGE_SUFFIXES
from app.session.picture import OpeningFailure, Picture, search_file, search_image
from app.session.shelf import Shelf
from app.ui.detector_holder import DetectorHolder
from app.ui.incoming import to_bgr
from app.ui.reasons import reason_text
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
    searching = Signal(int, int)
    """The same numbers, where a folder is being searched for more, which may take long."""
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

    @property
    def is_busy(self) -> bool:
        """Whether something that was asked for is not opened yet."""
        return self._wanted > 0

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files, and all pictures in folders."""
        job = self._begin()
        self._lane.run(
            lambda: self._expand(job, paths),
            lambda found: self._open_files(job, found),
            lambda reason: self._fail(job, "", reason),
            priority=1,
        )

    def open_image(self, name: str, image: QImage) -> None:
        """Open a picture that came without a file."""
        self._open(name, lambda: [search_image(self._shelf, name, to_bgr(image), self._detector.get())])

    def cancel(self) -> None:
        """Open nothing of what was asked for and has not been opened yet."""
        self._round += 1
        self._done = self._wanted = 0
        self.finished.emit()

    def _expand(self, job: _Job, paths: Sequence[Path]) -> FolderListing:
        """Files as they are, and folders as the pictures in them; on the lane's thread, and only until a cancel."""
        files: list[Path] = []
        unreadable: list[Path] = []
        for path in paths:
            if not os.path.isdir(path):  # noqa: PTH112 (Path.is_dir raises where a parent folder is closed)
                files.append(path)
                continue
            self._lane.report(functools.partial(self._tell_of_search, job))
            is_cancelled = functools.partial(self._is_cancelled, job)
            listing = list_images(path, suffixes=PAGE_SUFFIXES, is_cancelled=is_cancelled)
            files += listing.images
            unreadable += listing.unreadable
        return FolderListing(tuple(files), tuple(unreadable))

    def _tell_of_search(self, job: _Job) -> None:
        if not self._is_cancelled(job):
            self.searching.emit(self._done, self._wanted)

    def _is_cancelled(self, job: _Job) -> bool:
        return job.asked_in != self._round

    def _open_files(self, job: _Job, found: FolderListing) -> None:
        """Open what a search has found, which gave no picture itself."""
        if self._is_cancelled(job):
            return
        self._wanted -= job.count
        for path in found.images:
            self._open_file(path)
        for folder in found.unreadable:
            self.failed.emit(OpeningFailure(folder.name, reason_text(CLOSED_FOLDER)))
        if not found.images and not found.unreadable:
            self.failed.emit(OpeningFailure("", self.tr("There are no pictures in this folder. Choose another one.")))
        self._finish_if_done()

    def _open_file(self, path: Path) -> None:
        self._open(path.name, lambda: search_file(self._shelf, path, self._detector.get()))

    def _open(self, name: str, search: Callable[[], Iterable[Picture | OpeningFailure]]) -> None:
        job = self._begin()
        self._lane.run(
            lambda: self._hand_over(job, search),
            lambda _done: self._end(job),
            lambda reason: self._fail(job, name, reason),
        )

    def _begin(self) -> _Job:
        self._wanted += 1
        self.progressed.emit(self._done, self._wanted)
        return _Job(self._round)

    def _hand_over(self, job: _Job, search: Callable[[], Iterable[Picture | OpeningFailure]]) -> None:
        """On the lane's thread; ends early where it was cancelled."""
        if self._is_cancelled(job):
            return
        for outcome in search():
            self._lane.report(functools.partial(self._arrive, job, outcome))
            if self._is_cancelled(job):
                return

    def _arrive(self, job: _Job, outcome: Picture | OpeningFailure) -> None:
        if self._is_cancelled(job):
            return
        (self.opened if isinstance(outcome, Picture) else self.failed).emit(outcome)
        self._wanted += outcome.page_count - job.count
        job.count = outcome.page_count
        self._count(job, 1)

    def _fail(self, job: _Job, name: str, reason: str) -> None:
        if not self._is_cancelled(job):
            self.failed.emit(OpeningFailure(name, reason))
        self._end(job)

    def _end(self, job: _Job) -> None:
        """Count what it did not give as done: it failed, or pages were given up."""
        if not self._is_cancelled(job) and job.done < job.count:
            self._count(job, job.count - job.done)

    def _count(self, job: _Job, done: int) -> None:
        job.done += done
        self._done += done
        self.progressed.emit(self._done, self._wanted)
        self._finish_if_done()

    def _finish_if_done(self) -> None:
        if self._done == self._wanted:
            self._done = self._wanted = 0
            self.finished.emit()
