"""A batch: many files scanned by worker processes, their results written and recorded in one fixed order.

    job = BatchJob(BatchOrder(("photos",), Path("out"), ScanOptions()), on_progress=show)
    report = job.run()

`run` blocks, so a window calls it in a thread of its own; `pause`, `resume` and `cancel` may be called from any
thread, and `on_progress` and `on_files` are called from the thread of `run`. Files are recorded in the order in which
they were found, whichever worker is done first, so that an interrupted batch that is run again ends with the same files
and manifest.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import hashlib
import os
import threading
import time
from collections.abc import Callable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path

from app.batch.errors import BatchError, ManifestInTheWayError, WatchesItselfError
from app.batch.file_state import FileState, FileStatus, OnFiles
from app.batch.inputs import FoundInputs, InputFile, find_inputs
from app.batch.journal import JOURNAL_NAME, Item, Journal
from app.batch.manifest_rows import manifest_rows
from app.batch.output import FolderOutput, Output
from app.batch.scanner import ProcessScanner, Scanner
from app.batch.watching import SettledFiles
from app.batch.worker import WorkOrder, load_with_one_thread
from app.capture.folders import CLOSED_FOLDER
from app.detecting import DetectorLoader
from app.documents.errors import TemplateError, WriteError
from app.documents.manifest import ManifestRow, comma_separated, json_lines
from app.documents.names import OutputNames
from app.scanning import ScannedFile, ScanOptions
from detector.detector import Device

MANIFEST_NAME = "cardlight-manifest.jsonl"
MANIFEST_CSV_NAME = "cardlight-manifest.csv"

_TICK_S = 0.2  # how soon a cancel is noticed in a pause
_WATCH_INTERVAL_S = 1.0


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
        closed_folders: How many of the failures are folders that may not be read.
    """

    progress: Progress
    earlier: int
    failures: tuple[tuple[str, str], ...]
    cancelled: bool
    closed_folders: int = 0


def _ignore(_told: object) -> None:
    """For whoever does not watch the batch."""


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a batch works with: this computer's files and processes, unless told otherwise.

    Attributes:
        find: Finds the files meant by the order's inputs; the folder is not searched.
        output: Gives the place that the order's folder stands for.
        scanner: Scans the files by a work order, in so many workers; None for as many as there are cores.
    """

    find: Callable[[Sequence[str], Path], FoundInputs] = find_inputs
    output: Callable[[Path], Output] = FolderOutput
    scanner: Callable[[WorkOrder, int | None], Scanner] = ProcessScanner


@dataclass(slots=True)
class _Run:
    """One run's open things and counts."""

    journal: Journal
    output: Output
    names: OutputNames
    scanner: Scanner
    progress: Progress = field(default_factory=Progress)
    started_s: float = field(default_factory=time.monotonic)
    earlier: int = 0
    closed_folders: set[Path] = field(default_factory=set)


class BatchJob:
    """One batch. Runs once."""

    def __init__(
        self,
        order: BatchOrder,
        on_progress: Callable[[Progress], None] = _ignore,
        on_files: OnFiles = _ignore,
        surroundings: Surroundings | None = None,
    ) -> None:
        """Take the order; nothing happens before `run`. Tell how far the batch is, and where each file is."""
        self._surroundings = surroundings or Surroundings()
        self._order = order
        self._on_progress = on_progress
        self._on_files = on_files
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
        if order.watch and any(_is_same_folder(given, order.out) for given in order.inputs):
            raise WatchesItselfError
        output = self._surroundings.output(order.out)
        output.prepare()
        _check_manifest(output)
        with Journal(output.journal_folder, order.settings, datetime.date.today()) as journal:
            output.remove_leftovers()
            work = WorkOrder(order.load, order.device, order.threshold, order.options, journal.date)
            scanner = self._surroundings.scanner(work, order.workers)
            run = _Run(journal, output, _output_names(output, journal), scanner)
            try:
                self._run(run)
            except BaseException:
                scanner.close()
                with contextlib.suppress(BatchError, WriteError):  # what stopped the batch matters more
                    _write_manifest(output, journal)
                raise
            scanner.close()
            _write_manifest(output, journal)
            return self._report(run)

    def _run(self, run: _Run) -> None:
        for found in self._rounds(run):
            self._do(run, found)
            if self._order.watch:
                _write_manifest(run.output, run.journal)

    def _rounds(self, run: _Run) -> Iterator[FoundInputs]:
        """What to do at once: everything, or time and again what has settled in watched folders."""

        def look() -> FoundInputs:
            found = self._surroundings.find(self._order.inputs, self._order.out)
            closed = [folder for folder in found.unreadable if folder not in run.closed_folders]
            run.closed_folders.update(closed)
            if closed:
                self._on_files([FileStatus(path, str(path), FileState.FAILED, reason=CLOSED_FOLDER) for path in closed])
            return dataclasses.replace(found, files=_without_own(found.files, self._order.out, run.journal))

        if not self._order.watch:
            yield look()
            return
        settled = SettledFiles(look, time.monotonic)
        while not self._cancelled.is_set():
            files = settled.take()
            if files:
                yield FoundInputs(files, ())
            self._cancelled.wait(_WATCH_INTERVAL_S)

    def _do(self, run: _Run, found: FoundInputs) -> None:
        """Have files scanned, and record them in their order."""
        files = found.files
        run.journal.plan(files, found.searched)
        to_do = run.journal.open_items(files)
        run.earlier += len(files) - len(to_do)
        self._list(run, files, {item.input for item in to_do})
        self._tell(run, total=run.progress.total + len(to_do))
        for outcome in run.scanner.scan(to_do, self._may_go_on.is_set, self._tell_running):
            if self._cancelled.is_set():
                return
            if outcome:
                self._record(run, *outcome)
            else:
                self._wait(run)

    def _wait(self, run: _Run) -> None:
        """Wait a moment; a pause does not count as time that files took."""
        before_s = time.monotonic()
        self._may_go_on.wait(_TICK_S)
        run.started_s += time.monotonic() - before_s

    def _list(self, run: _Run, files: Sequence[InputFile], open_files: Set[InputFile]) -> None:
        reasons = {row.source: row.error for row in run.journal.rows() if row.error}
        self._on_files(
            [
                _status(file, FileState.WAITING)
                if file in open_files
                else _status(file, FileState.DONE_BEFORE, reasons.get(file.source))
                for file in files
            ]
        )

    def _tell_running(self, items: Sequence[Item]) -> None:
        if items:
            self._on_files([_status(item.input, FileState.RUNNING) for item in items])

    def _record(self, run: _Run, item: Item, scanned: ScannedFile) -> None:
        source = item.input.source
        rows: list[ManifestRow] = []
        is_new = scanned.sha256 is None or scanned.error or not run.journal.knows_contents(item, scanned.sha256)
        if is_new:
            try:
                rows = manifest_rows(source, scanned, _write(run, item, scanned))
            except TemplateError as error:
                rows = [ManifestRow(source, scanned.sha256, error=str(error))]
        run.journal.record(item, scanned.sha256, rows, done=not is_new or _is_done(scanned))
        status = _outcome_status(item.input, rows) if is_new else _status(item.input, FileState.DONE_BEFORE)
        self._on_files([status])
        self._tell(
            run,
            done=run.progress.done + 1,
            failed=run.progress.failed + (status.state is FileState.FAILED),
            cards=run.progress.cards + status.cards,
        )

    def _tell(self, run: _Run, **counts: int) -> None:
        progress = dataclasses.replace(run.progress, **counts)
        elapsed_s = time.monotonic() - run.started_s
        run.progress = dataclasses.replace(progress, files_per_s=progress.done / elapsed_s if elapsed_s else 0.0)
        self._on_progress(run.progress)

    def _report(self, run: _Run) -> BatchReport:
        failures = [(row.source, row.error) for row in run.journal.rows() if row.error]
        closed = [(str(folder), CLOSED_FOLDER) for folder in run.closed_folders]
        return BatchReport(
            run.progress,
            run.earlier,
            (*failures, *sorted(closed)),
            self._cancelled.is_set() and not self._order.watch,
            len(closed),
        )


def _is_same_folder(given: str, out: Path) -> bool:
    return os.path.realpath(given) == os.path.realpath(out)


def _without_own(files: Sequence[InputFile], out: Path, journal: Journal) -> tuple[InputFile, ...]:
    """The files but those that this batch wrote itself, where its folder is one of those that are searched, too."""
    own = {
        *journal.names(),
        *(JOURNAL_NAME + ending for ending in ("", "-wal", "-shm")),
        MANIFEST_NAME,
        MANIFEST_CSV_NAME,
    }
    return tuple(file for file in files if file.path.name not in own or not _is_same_folder(str(file.path.parent), out))


def _is_done(scanned: ScannedFile) -> bool:
    """Whether trying again is of no use. Where every page failed, the computer may have been too busy for them all."""
    return scanned.error is None and (not scanned.pages or any(page.error is None for page in scanned.pages))


def _status(file: InputFile, state: FileState, reason: str | None = None) -> FileStatus:
    return FileStatus(file.path, file.source, state, reason=reason)


def _outcome_status(file: InputFile, rows: Sequence[ManifestRow]) -> FileStatus:
    reason = next((row.error for row in rows if row.error), None)
    state = FileState.FAILED if reason else FileState.DONE
    return FileStatus(file.path, file.source, state, sum(row.card is not None for row in rows), reason)


def _output_names(output: Output, journal: Journal) -> OutputNames:
    """Names are free that nothing has, or a file that an interrupted run wrote there with the same contents."""

    def is_free(path: Path, data: bytes) -> bool:
        return not output.has(path.name) or output.holds(path.name, data)

    return OutputNames(Path(), is_free, journal.names_given())


def _write(run: _Run, item: Item, scanned: ScannedFile) -> tuple[str, ...]:
    """Write a file's results under free names, and say which."""
    names = [path.name for path in run.names.claim([exported.file for exported in scanned.files])]
    run.journal.reserve(item, names)
    for name, exported in zip(names, scanned.files, strict=True):
        if not run.output.has(name):
            run.output.write(name, exported.file.data)
    return tuple(names)


def _check_manifest(output: Output) -> None:
    has_journal = os.path.lexists(output.journal_folder / JOURNAL_NAME)
    if not has_journal and (output.has(MANIFEST_NAME) or output.has(MANIFEST_CSV_NAME)):
        raise ManifestInTheWayError


def _write_manifest(output: Output, journal: Journal) -> None:
    rows = journal.rows()
    output.write(MANIFEST_NAME, json_lines(rows), overwrite=True)
    output.write(MANIFEST_CSV_NAME, comma_separated(rows), overwrite=True)
