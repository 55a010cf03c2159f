"""What a worker process of a batch does: scan one file after the other, with one thread."""

from __future__ import annotations

import datetime
import functools
from dataclasses import dataclass

from app.batch.cluster.remote_files import read_remote
from app.batch.inputs import InputFile
from app.capture.errors import ImageReadError
from app.crash_log import CrashLog
from app.detecting import CardDetector, DetectorLoader
from app.places import user_places
from app.scanning import MADE_ITS_READER_FAIL, ScannedFile, ScanOptions, scan_bytes, scan_file
from detector import Detector
from detector.detector import Device, Search


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """What every file of a batch is scanned with.

    Attributes:
        load: Gives the detector; a function of a module, so that it can be named to another process.
        device: What the detector runs on.
        threshold: Lowest score; None for the detector's own.
        options: What is made of the cards.
        date: When the batch was begun.
    """

    load: DetectorLoader
    device: Device
    threshold: float | None
    options: ScanOptions
    date: datetime.date


def scan_in_worker(file: InputFile, order: WorkOrder) -> ScannedFile:
    """Scan one file. The detector is loaded with the first file and kept.

    What nobody foresaw of a file is logged, and is that file's error.

    Raises:
        DetectorError: the detector cannot be loaded.
    """
    detector = _detector(order.load, order.device, order.threshold)  # type: ignore[arg-type] # functions are hashable
    try:
        return _scan(file, detector, order)
    except Exception as error:  # noqa: BLE001 (a worker's top frame: whatever a file does, the others go on)
        CrashLog(user_places().state).record(error)
        return ScannedFile(None, error=MADE_ITS_READER_FAIL)


def _scan(file: InputFile, detector: CardDetector, order: WorkOrder) -> ScannedFile:
    if file.address is None:
        return scan_file(file.path, detector, order.options, order.date)
    try:
        data = read_remote(file.address)
    except ImageReadError as error:
        return ScannedFile(None, error=str(error))
    return scan_bytes(data, file.path.stem, detector, order.options, order.date)


def load_with_one_thread(device: Device, threshold: float | None, search: Search = "thorough") -> CardDetector:
    """The detector that ships, for one of many workers.

    A function of this module and no partial one: a worker is sent its name with every file, and knows it again.

    Raises:
        DetectorError: the device or a model file is not there.
    """
    return Detector.load(device, threshold, search, threads=1)


@functools.lru_cache(maxsize=1)
def _detector(load: DetectorLoader, device: Device, threshold: float | None) -> CardDetector:
    return load(device=device, threshold=threshold)
