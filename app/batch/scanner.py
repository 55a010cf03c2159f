"""Where the files of a batch are scanned: in worker processes of this computer, or wherever a `Scanner` sends them.

A scanner hands back what became of each file in the order in which the files were handed in, whichever is done first.
"""

from __future__ import annotations

import concurrent.futures
import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from typing import Protocol

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from app.batch.inputs import InputFile
from app.batch.journal import Item
from app.batch.worker import WorkOrder, scan_in_worker
from app.batch.worker_start import start_worker
from app.process_life import keep_interrupts_from_children
from app.scanning import MADE_ITS_READER_FAIL, ScannedFile

_FILE_LIMIT_S = 600.0
_AHEAD = 4  # files for each worker that are scanned before their turn to be recorded
_TICK_S = 0.2  # how soon a pause or a cancel is noticed

_TOOK_TOO_LONG = "reading the file took too long. Check that it opens in another program."

OnBegun = Callable[[Sequence[Item]], None]
"""Told of files whose scanning has begun."""


class Scanner(Protocol):
    """Scans files."""

    def scan(
        self, items: Sequence[Item], may_begin: Callable[[], bool], on_begun: OnBegun
    ) -> Iterator[tuple[Item, ScannedFile] | None]:
        """Scan files, and hand back each with what became of it, in their order.

        None is handed back now and then while there is nothing new, so that the caller can look around.

        Args:
            items: What to scan.
            may_begin: Whether further files may be begun; asked before each.
            on_begun: Told what has begun, where that is known.

        Raises:
            DetectorError: the detector cannot be loaded.
        """
        ...

    def close(self) -> None:
        """Stop whatever is running."""
        ...


class ProcessScanner:
    """Scans in worker processes of this computer. What one file does to its process costs no other file anything."""

    def __init__(self, work: WorkOrder, workers: int | None = None) -> None:
        """Scan by an order, in so many processes; None for one a core."""
        self._work = work
        self._workers = workers or os.cpu_count() or 1
        self._pool = ProcessPool(
            max_workers=self._workers, initializer=start_worker, context=multiprocessing.get_context("spawn")
        )

    def scan(
        self, items: Sequence[Item], may_begin: Callable[[], bool], on_begun: OnBegun
    ) -> Iterator[tuple[Item, ScannedFile] | None]:
        """As in `Scanner`."""
        to_do = deque(items)
        begun: deque[tuple[Item, ProcessFuture[ScannedFile]]] = deque()
        running: set[int] = set()
        while to_do or begun:
            while to_do and len(begun) < _AHEAD * self._workers and may_begin():
                begun.append((to_do[0], self._begin(to_do.popleft().input)))
            if not begun:
                yield None
                continue
            concurrent.futures.wait([begun[0][1]], timeout=_TICK_S)
            is_done = begun[0][1].done()
            now_running = {item.number: item for item, future in begun if future.running() or future.done()}
            on_begun([item for number, item in now_running.items() if number not in running])
            running = set(now_running)
            if is_done:
                item, future = begun.popleft()
                yield item, _outcome(future)
            else:
                yield None

    def scan_one(self, file: InputFile) -> ScannedFile:
        """Scan one file, and wait for it.

        Raises:
            DetectorError: the detector cannot be loaded.
        """
        return _outcome(self._begin(file))

    def close(self) -> None:
        """Stop the processes, whatever they are doing."""
        self._pool.stop()
        self._pool.join()

    def _begin(self, file: InputFile) -> ProcessFuture[ScannedFile]:
        with keep_interrupts_from_children():  # the pool starts its processes with the first file
            return self._pool.schedule(scan_in_worker, (file, self._work), timeout=_FILE_LIMIT_S)


def _outcome(future: ProcessFuture[ScannedFile]) -> ScannedFile:
    """What a worker says of its file, or what can be said where it did not come to that."""
    try:
        return future.result()
    except concurrent.futures.TimeoutError:
        return ScannedFile(None, error=_TOOK_TOO_LONG)
    except ProcessExpired:
        return ScannedFile(None, error=MADE_ITS_READER_FAIL)
