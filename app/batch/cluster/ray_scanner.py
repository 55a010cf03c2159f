"""Scans the files of a batch by Ray Data: on this computer, or on a cluster.

Each of Ray's workers scans in a process of its own below it, the same as on one computer, with the same limit on time,
so that a file that takes its process down costs no more there than here. The results come back to the one process that
holds the journal, in the order of the files, and are named and written there.
"""

from __future__ import annotations

import contextlib
import importlib
import logging
import os
import pickle
import tempfile
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from app.batch.cluster.errors import ClusterLostError, ClusterMissingError, ClusterUnreachableError
from app.batch.journal import Item
from app.batch.scanner import OnBegun, ProcessScanner
from app.batch.worker import WorkOrder
from app.scanning import ScannedFile
from detector import DetectorError

LOCAL = "local"
"""The address that stands for a Ray of this computer, for this batch alone."""

_FILES_A_BLOCK = 2  # few, so that results come soon, and little is done twice after a kill
_STORE_BYTES = 512 * 2**20  # for results on their way, where Ray is this batch's own
_QUIET = {
    "RAY_USAGE_STATS_ENABLED": "0",  # nothing leaves this computer
    "RAY_ACCEL_ENV_VAR_OVERRIDE_ON_ZERO": "0",
    "RAY_BACKEND_LOG_LEVEL": "fatal",
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
            # Ray's own logs name files: they are nobody else's, and go when it ends.
            folder = self._closing.enter_context(
                tempfile.TemporaryDirectory(prefix="cardlight-", ignore_cleanup_errors=True)
            )
            options |= {"num_cpus": workers or os.cpu_count() or 1, "object_store_memory": _STORE_BYTES}
            options |= {"include_dashboard": False, "_temp_dir": folder}
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
            RayWorker,
            fn_constructor_args=(pickle.dumps(self._work),),
            compute=self._data.ActorPoolStrategy(size=min(self._workers, len(files))),
            num_cpus=1,
        )
        rows: Iterator[dict[str, Any]] = scanned.iter_rows()
        return rows


class RayWorker:
    """What runs in each of Ray's workers."""

    def __init__(self, work: bytes) -> None:
        """Begin the process that scans, by a pickled work order."""
        self._scanner = ProcessScanner(pickle.loads(work), workers=1)

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """Scan one pickled input; gives what became of it, or why the detector did not load, pickled."""
        result: ScannedFile | DetectorError
        try:
            result = self._scanner.scan_one(pickle.loads(row["file"]))
        except DetectorError as error:
            result = error
        return {"scanned": pickle.dumps(result)}
