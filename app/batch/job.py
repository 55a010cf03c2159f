"""A batch: many files scanned by worker processes, their results written and recorded in one fixed order.

    job = BatchJob(BatchOrder(("photos",), Path("out"), ScanOptions()), on_progress=show)
    report = job.run()

`run` blocks, so a window calls it in a thread of its own; `pause`, `resume` and `cancel` may be called from any
thread, and `on_progress` is called from the thread of `run`. Files are recorded in the order in which they were found,
whichever worker is done first, so that an interrupted batch that is run again ends with the same files and manifest.
"""

from __future__ import annotations

import concurrent.futures
import dataclasses
import datetime
import hashlib
import multiprocessing
import os
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from app.batch.errors import ManifestInTheWayError
from app.batch.inputs import FoundInputs, InputFile, find_inputs
from app.batch.journal import JOURNAL_NAME, Item, Journal
from app.batch.watching import SettledFiles
from app.batch.worker import WorkOrder, load_with_one_thread, scan_in_worker
from app.batch.worker_start import start_worker
from app.detecting import DetectorLoader
from app.documents.errors import TemplateError
from app.documents.manifest import ManifestRow, comma_separated, json_lines
from app.documents.names import OutputNames
from app.documents.writers import make_folder, remove_leftovers, write_file
from app.scanning import FoundCard, ScannedFile, ScannedPage, ScanOptions
from detector.detector import Device

MANIFEST_NAME = "cardlight-manifest.jsonl"
MANIFEST_CSV_NAME = "cardlight-manifest.csv"

_FILE_LIMIT_S = 600.0
_AHEAD = 4  # files for each worker that are scanned before their turn to be recorded
_TICK_S = 0.2  # how soon a pause or a cancel is noticed
_WATCH_INTERVAL_S = 1.0

_TOOK_TOO_LONG = "reading the file took too long. Check that it opens in another program."
_WORKER_DIED = "the file made its reader crash. Check that it opens in another program."


@dataclass(frozen=True, slots=True)
class BatchOrder:
    """What is to be done.

    Attributes:
        inputs: Files, folders and glob patterns.
        out: The folder to write to.
        options: What is made of the cards.
        device: What the detector runs on.
        threshold: Lowest score; None for the detector's own.
        workers: Processes; None for one a core.
        watch: Whether to go on with files that come later, until cancelled.
        load: Gives each worker its detector; a function of a module.
    """

    inputs: tuple[str, ...]
    out: Path
    options: ScanOptions
    device: Device = "auto"
    threshold: float | None = None
    workers: int | None = None
    watch: bool = False
    load: DetectorLoader = load_with_one_thread

    @property
    def settings(self) -> str:
        """Equal for orders whose results can be mixed in one folder."""
        return hashlib.sha256(repr((self.options, self.threshold)).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is.

    Attributes:
        total: Files in this run; grows where folders are watched.
        done: Files recorded in this run, failed ones included.
        failed: Files of this run that failed, wholly or in part.
        cards: Cards found in this run.
        files_per_s: Since the run began; 0 before the first file.
    """

    total: int = 0
    done: int = 0
    failed: int = 0
    cards: int = 0
    files_per_s: float = 0.0

    @property
    def left_s(self) -> float | None:
        """Estimated time to the end, in seconds; None where nothing is known yet."""
        return (self.total - self.done) / self.files_per_s if self.files_per_s else None


@dataclass(frozen=True, slots=True)
class BatchReport:
    """How a run ended.

    Attributes:
        progress: Of this run.
        earlier: Files that an earlier run had done already.
        failures: Source and reason of everything in the folder's manifest that failed, and of closed folders.
        cancelled: Whether it was cancelled; running it again goes on.
    """

    progress: Progress
    earlier: int
    failures: tuple[tuple[str, str], ...]
    cancelled: bool


def _ignore(_progress: Progress) -> None:
    """For whoever does not watch the progress."""


@dataclass(slots=True)
class _Run:
    """One run's open things and counts."""

    journal: Journal
    names: OutputNames
    pool: ProcessPool
    work: WorkOrder
    progress: Progress = field(default_factory=Progress)
    started_s: float = field(default_factory=time.monotonic)
    earlier: int = 0
    closed_folders: set[Path] = field(default_factory=set)


class BatchJob:
    """One batch. Runs once."""

    def __init__(self, order: BatchOrder, on_progress: Callable[[Progress], None] = _ignore) -> None:
        """Take the order; nothing happens before `run`."""
        self._order = order
        self._on_progress = on_progress
        self._cancelled = threading.Event()
        self._may_go_on = threading.Event()
        self._may_go_on.set()

    def pause(self) -> None:
        """Begin no more files until `resume`; those begun are finished and recorded."""
        self._may_go_on.clear()

    def resume(self) -> None:
        """Go on after `pause`."""
        self._may_go_on.set()

    def cancel(self) -> None:
        """Stop as soon as the file that is being recorded is; running the same order again goes on from there."""
        self._cancelled.set()
        self._may_go_on.set()

    def run(self) -> BatchReport:
        """Do what is not done yet, and write the manifest.

        Raises:
            BatchError: the folder is in use, or holds something else.
            WriteError: the folder cannot be written to. What is recorded stays, and another run goes on from there.
            DetectorError: the detector cannot be loaded.
        """
        order = self._order
        make_folder(order.out)
        _check_manifest(order.out)
        with Journal(order.out, order.settings, datetime.date.today()) as journal:
            remove_leftovers(order.out)
            pool = ProcessPool(
                max_workers=order.workers or os.cpu_count() or 1,
                initializer=start_worker,
                context=multiprocessing.get_context("spawn"),
            )
            work = WorkOrder(order.load, order.device, order.threshold, order.options, journal.date)
            names = OutputNames(order.out, _is_new_or_the_same, journal.names())
            run = _Run(journal, names, pool, work)
            try:
                for files in self._rounds(run):
                    self._do(run, files)
                    if order.watch:
                        _write_manifest(order.out, journal.rows())
            finally:
                pool.stop()
                pool.join()
                _write_manifest(order.out, journal.rows())
            return self._report(run)

    def _rounds(self, run: _Run) -> Iterator[Sequence[InputFile]]:
        """What to do at once: everything, or time and again what has settled in watched folders."""

        def look() -> FoundInputs:
            found = find_inputs(self._order.inputs, self._order.out)
            run.closed_folders.update(found.unreadable)
            return found

        if not self._order.watch:
            yield look().files
            return
        settled = SettledFiles(look, time.monotonic)
        while not self._cancelled.is_set():
            files = settled.take()
            if files:
                yield files
            self._cancelled.wait(_WATCH_INTERVAL_S)

    def _do(self, run: _Run, files: Sequence[InputFile]) -> None:
        """Scan files ahead in the workers, and record them in their order."""
        run.journal.plan(files)
        to_do = deque(run.journal.open_items(files))
        run.earlier += len(files) - len(to_do)
        self._tell(run, total=run.progress.total + len(to_do))
        ahead = _AHEAD * (self._order.workers or os.cpu_count() or 1)
        begun: deque[tuple[Item, ProcessFuture[ScannedFile]]] = deque()
        while (to_do or begun) and not self._cancelled.is_set():
            while to_do and len(begun) < ahead and self._may_go_on.is_set():
                item = to_do.popleft()
                future = run.pool.schedule(scan_in_worker, (item.input.path, run.work), timeout=_FILE_LIMIT_S)
                begun.append((item, future))
            if not begun:
                self._may_go_on.wait()
                continue
            concurrent.futures.wait([begun[0][1]], timeout=_TICK_S)
            if begun[0][1].done():
                self._record(run, *begun.popleft())

    def _record(self, run: _Run, item: Item, future: ProcessFuture[ScannedFile]) -> None:
        scanned = _outcome(future)
        source = item.input.source
        rows: list[ManifestRow] = []
        if scanned.sha256 is None or scanned.error or not run.journal.knows_contents(item, scanned.sha256):
            try:
                rows = _rows(source, scanned, _write(run.names, scanned))
            except TemplateError as error:
                rows = [ManifestRow(source, scanned.sha256, error=str(error))]
        run.journal.record(item, scanned.sha256, rows, done=scanned.error is None)
        self._tell(
            run,
            done=run.progress.done + 1,
            failed=run.progress.failed + any(row.error for row in rows),
            cards=run.progress.cards + sum(row.card is not None for row in rows),
        )

    def _tell(self, run: _Run, **counts: int) -> None:
        progress = dataclasses.replace(run.progress, **counts)
        elapsed_s = time.monotonic() - run.started_s
        run.progress = dataclasses.replace(progress, files_per_s=progress.done / elapsed_s if elapsed_s else 0.0)
        self._on_progress(run.progress)

    def _report(self, run: _Run) -> BatchReport:
        failures = [(row.source, row.error) for row in run.journal.rows() if row.error]
        closed = [(str(folder), "the folder cannot be read. Check its permissions.") for folder in run.closed_folders]
        return BatchReport(
            run.progress, run.earlier, (*failures, *sorted(closed)), self._cancelled.is_set() and not self._order.watch
        )


def _outcome(future: ProcessFuture[ScannedFile]) -> ScannedFile:
    """What a worker says of its file, or what can be said where it did not come to that."""
    try:
        return future.result()
    except concurrent.futures.TimeoutError:
        return ScannedFile(None, error=_TOOK_TOO_LONG)
    except ProcessExpired:
        return ScannedFile(None, error=_WORKER_DIED)


def _write(names: OutputNames, scanned: ScannedFile) -> tuple[str, ...]:
    """Write a file's results under free names, and say which."""
    paths = names.claim([item.file for item in scanned.files])
    for path, item in zip(paths, scanned.files, strict=True):
        if not os.path.lexists(path):
            write_file(path, item.file.data)
    return tuple(path.name for path in paths)


def _is_new_or_the_same(path: Path, data: bytes) -> bool:
    """Whether a name is free: nothing has it, or a file that an interrupted run wrote there with the same contents."""
    if not os.path.lexists(path):
        return True
    try:
        return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data
    except OSError:
        return False


def _rows(source: str, scanned: ScannedFile, names: Sequence[str]) -> list[ManifestRow]:
    """A row for each card, and for each page or file that has none."""
    if not scanned.pages or scanned.error:
        return [ManifestRow(source, scanned.sha256, error=scanned.error)]
    rows: list[ManifestRow] = []
    cards = 0
    for page in scanned.pages:
        if not page.cards:
            rows.append(_row_without_card(source, scanned, page, names))
        for card in page.cards:
            rows.append(_row(source, scanned, page, card, cards, names))
            cards += 1
    return rows


def _row(
    source: str, scanned: ScannedFile, page: ScannedPage, card: FoundCard, number: int, names: Sequence[str]
) -> ManifestRow:
    detection = card.detection
    return ManifestRow(
        source=source,
        sha256=scanned.sha256,
        page=page.number,
        card=number + 1,
        score=round(float(detection.score), 4),
        quad=tuple(round(float(value), 2) for value in detection.quad.ravel()),
        rotation=detection.rotation,
        format=card.format_name,
        source_dpi=round(card.quality.source_dpi, 1),
        flags=tuple(str(flag) for flag in card.quality.flags),
        files=tuple(name for name, item in zip(names, scanned.files, strict=True) if number in item.cards),
        error=None,
    )


def _row_without_card(source: str, scanned: ScannedFile, page: ScannedPage, names: Sequence[str]) -> ManifestRow:
    files = tuple(
        name
        for name, item in zip(names, scanned.files, strict=True)
        if not item.cards and item.file.fields.page == page.number
    )
    return ManifestRow(source, scanned.sha256, page.number, files=files, error=page.error)


def _check_manifest(out: Path) -> None:
    manifests = (out / MANIFEST_NAME, out / MANIFEST_CSV_NAME)
    if not os.path.lexists(out / JOURNAL_NAME) and any(os.path.lexists(path) for path in manifests):
        raise ManifestInTheWayError


def _write_manifest(out: Path, rows: Sequence[ManifestRow]) -> None:
    write_file(out / MANIFEST_NAME, json_lines(rows), overwrite=True)
    write_file(out / MANIFEST_CSV_NAME, comma_separated(rows), overwrite=True)
