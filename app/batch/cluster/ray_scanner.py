"""Scans the files of a batch by Ray Data: on this computer, or on a cluster.

Each of Ray's workers scans in a process of its own below it, the same as on one computer, with the same limit on time,
so that a file that takes its process down costs no more there than here. The results come back to the one process that
holds the journal, in the order of the files, and are named and written there.
"""

from __future__ import annotations

import contextlib
import functools
import importlib
import logging
import os
import pickle
import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from app.batch.cluster.errors import ClusterLostError, ClusterMissingError, ClusterUnreachableError
from app.batch.journal import Item
from app.batch.scanner import OnBegun, ProcessScanner
from app.batch.worker import WorkOrder
from app.process_life import is_running
from app.scanning import ScannedFile
from detector import DetectorError

LOCAL = "local"
"""The address that stands for a Ray of this computer, for this batch alone."""

_FILES_A_BLOCK = 2  # few, so that results come soon, and little is done twice after a kill
_FOLDER_PREFIX = "cardlight-ray-"
_STORE_BYTES = 512 * 2**20  # for results on their way, where Ray is this batch's own
_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # nothing leaves this computer
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_DATA_DISABLE_PROGRESS_BARS": "1",
}


class RayScanner:
    """Scans by Ray Data."""

    def __init__(self, work: WorkOrder, workers: int | None = None, address: str = LOCAL) -> None:
        """Connect to a cluster, or start one here.

        Args:
            work: What files are scanned with.
            workers: How many are scanned at once; None for one a core of the cluster.
            address: The cluster's, or `LOCAL`.

        Raises:
            BatchError: Ray is not installed, or there is no cluster at the address.
        """
        os.environ.update(_QUIET)
        try:
            self._ray: Any = importlib.import_module("ray")
            self._data: Any = importlib.import_module("ray.data")
        except ModuleNotFoundError as error:
            raise ClusterMissingError from error
        self._work = work
        self._closing = contextlib.ExitStack()
        self._connect(address, workers)
        self._workers = workers or max(1, int(self._ray.cluster_resources().get("CPU", 1)))

    def scan(
        self, items: Sequence[Item], may_begin: Callable[[], bool], on_begun: OnBegun
    ) -> Iterator[tuple[Item, ScannedFile] | None]:
        """As in `Scanner`; when a file is begun is not known."""
        del on_begun
        if not items:
            return
        try:
            for item, row in zip(items, self._rows(items), strict=True):
                result = pickle.loads(row["scanned"])  # of our own workers
                if isinstance(result, DetectorError):
                    raise result
                yield item, result
                while not may_begin():
                    yield None
        except (self._ray.exceptions.RayError, ConnectionError) as error:
            raise ClusterLostError from error

    def close(self) -> None:
        """End the work, and the cluster where it is this batch's own."""
        self._closing.close()

    def _connect(self, address: str, workers: int | None) -> None:
        options: dict[str, Any] = {"log_to_driver": False, "logging_level": logging.ERROR}
        if address == LOCAL:
            options["_temp_dir"] = self._closing.enter_context(_folder_for_logs())
            options |= {"num_cpus": workers or os.cpu_count() or 1, "object_store_memory": _STORE_BYTES}
            options["include_dashboard"] = False
        try:
            self._ray.init(address=address, **options)
        except (ConnectionError, ValueError, OSError, self._ray.exceptions.RayError) as error:
            self._closing.close()
            raise ClusterUnreachableError from error
        self._closing.callback(self._ray.shutdown)

    def _rows(self, items: Sequence[Item]) -> Iterator[dict[str, Any]]:
        """The results, in the order of the items."""
        context = self._data.DataContext.get_current()
        context.execution_options.preserve_order = True
        context.enable_progress_bars = False
        context.print_on_execution_start = False
        logging.getLogger("ray.data").setLevel(logging.ERROR)
        files = [{"file": pickle.dumps(item.input)} for item in items]
        dataset = self._data.from_items(files, override_num_blocks=-(-len(files) // _FILES_A_BLOCK))
        scanned = dataset.map(
            scan_row,
            fn_kwargs={"work": pickle.dumps(self._work)},
            compute=self._data.TaskPoolStrategy(size=self._workers),
            num_cpus=1,
        )
        rows: Iterator[dict[str, Any]] = scanned.iter_rows()
        return rows


@contextlib.contextmanager
def _folder_for_logs() -> Iterator[str]:
    """A folder for Ray's own logs, which name files: nobody else's, and gone at the end, or after the next batch."""
    temporary = Path(tempfile.gettempdir())
    for left in temporary.glob(f"{_FOLDER_PREFIX}*"):
        process = left.name.removeprefix(_FOLDER_PREFIX).partition("-")[0]
        if process.isdecimal() and not is_running(int(process)):
            shutil.rmtree(left, ignore_errors=True)
    prefix = f"{_FOLDER_PREFIX}{os.getpid()}-"
    with tempfile.TemporaryDirectory(prefix=prefix, ignore_cleanup_errors=True) as folder:
        yield folder


def scan_row(row: dict[str, Any], work: bytes) -> dict[str, Any]:
    """What runs in each of Ray's workers: scan one file.

    Args:
        row: The pickled input, as "file".
        work: The pickled work order.

    Returns:
        What became of the file, or why the detector did not load, pickled, as "scanned".
    """
    result: ScannedFile | DetectorError
    try:
        result = _scanner(work).scan_one(pickle.loads(row["file"]))
    except DetectorError as error:
        result = error
    return {"scanned": pickle.dumps(result)}


@functools.lru_cache(maxsize=1)
def _scanner(work: bytes) -> ProcessScanner:
    """The process that scans for this worker; begun with its first file and kept."""
    return ProcessScanner(pickle.loads(work), workers=1)
