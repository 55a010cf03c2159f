from __future__ import annotations

import datetime
import pickle
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest

from app.batch import worker
from app.batch.inputs import InputFile
from app.batch.worker import WorkOrder, load_with_one_thread, scan_in_worker
from app.detecting import CardDetector
from app.places import Places
from app.scanning import MADE_ITS_READER_FAIL, ScanOptions
from detector import Detection, DetectorError
from detector.geometry import Image


class ExhaustedDetector:
    """Finds nothing in small pictures, and has no memory for large ones."""

    def detect(self, image: Image) -> list[Detection]:
        if image.shape[1] > 100:
            raise MemoryError
        return []


def load_exhausted(device: str, threshold: float | None, search: str = "thorough") -> ExhaustedDetector:
    return ExhaustedDetector()


def load_nothing(device: str, threshold: float | None, search: str = "thorough") -> ExhaustedDetector:
    raise DetectorError("there is no network")


def scan(folder: Path, width: int, load: Callable[..., CardDetector]) -> str | None:
    path = folder / f"{width}.png"
    path.write_bytes(cv2.imencode(".png", np.zeros((40, width, 3), np.uint8))[1].tobytes())
    order = WorkOrder(load, "cpu", None, ScanOptions(), datetime.date(2026, 3, 9))
    sent: WorkOrder = pickle.loads(pickle.dumps(order))  # a worker is another process, and is sent it with every file
    return scan_in_worker(InputFile(path, path.name, path.stat().st_size, path.stat().st_mtime_ns), sent).error


def test_whatever_a_file_does_is_logged_and_the_others_go_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "user_places", lambda: Places(tmp_path, tmp_path))

    assert scan(tmp_path, 200, load_exhausted) == MADE_ITS_READER_FAIL
    assert scan(tmp_path, 60, load_exhausted) is None
    assert (tmp_path / "crashes.log").read_text().count("MemoryError") == 1


def test_without_a_detector_there_is_no_going_on(tmp_path: Path) -> None:
    with pytest.raises(DetectorError, match="no network"):
        scan(tmp_path, 60, load_nothing)


def test_the_detector_that_ships_is_loaded_with_the_first_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads: list[int] = []

    def load(device: str, threshold: float | None, search: str, *, threads: int, loaded: list[int] = threads) -> object:
        loaded.append(threads)
        return ExhaustedDetector()

    monkeypatch.setattr(worker.Detector, "load", staticmethod(load))

    assert [scan(tmp_path, width, load_with_one_thread) for width in (60, 61, 62)] == [None] * 3
    assert threads == [1]
