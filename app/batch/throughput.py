"""How fast a batch is beside a bare loop that only decodes the same pictures and encodes crops of the same sizes.

Both run in as many processes, in turns, with the program's own decoder and encoder and the same settings. What the
batch does beyond that (finding, straightening, judging, handing over, writing, recording) is what the ratio shows.
"""

from __future__ import annotations

import dataclasses
import multiprocessing
import re
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from app.batch.job import MANIFEST_NAME, BatchJob, BatchOrder, Progress
from app.batch.worker_start import start_worker
from app.capture.images import read_image
from app.documents.manifest import row_from_json
from app.documents.writers import FileFormat, encode_picture
from detector.geometry import Image

_PICTURE_SIZE_PX = (4000, 3000)
_JPEG_QUALITY = 92
_NOISE = 3.0  # grey levels, one standard deviation, as of a phone's camera in a room
_PROCESSES = Path("/proc")

Crops = tuple[tuple[int, int, int, int], ...]
"""Left, top, width and height, in pixels, of what the bare loop encodes of a picture."""


@dataclass(frozen=True, slots=True)
class Throughput:
    """What was measured.

    Attributes:
        pictures: How many there were.
        workers: Processes of each.
        cards: How many the batch found.
        bare_per_s: Pictures a second of the bare loop, its processes started before.
        batch_per_s: Pictures a second of the batch, from the first ones done to the last.
        batch_s: Seconds of the batches from start to end, with processes, weights and manifests.
        worker_peak_mb: The largest memory that any worker of the batch had, in 10^6 bytes; None where the system does
            not tell.
    """

    pictures: int
    workers: int
    cards: int
    bare_per_s: float
    batch_per_s: float
    batch_s: float
    worker_peak_mb: float | None

    @property
    def ratio(self) -> float:
        """The batch's speed in that of the bare loop."""
        return self.batch_per_s / self.bare_per_s


def render_pictures(samples: Sequence[Image], folder: Path, count: int) -> None:
    """Write JPEG pictures of 12 megapixels with a camera's noise: enlarged samples, each picture unlike the others."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(0)
    noise = (rng.standard_normal((_PICTURE_SIZE_PX[1], _PICTURE_SIZE_PX[0], 3), np.float32) * _NOISE).astype(np.int8)
    for number in range(count):
        picture = _enlarged(samples[number % len(samples)])
        shifted = np.roll(noise, rng.integers(_PICTURE_SIZE_PX[1]), axis=0)
        noisy = np.clip(picture.astype(np.int16) + shifted, 0, 255).astype(np.uint8)
        data = cv2.imencode(".jpg", noisy, [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY])[1]
        (folder / f"{number:04}.jpg").write_bytes(data.tobytes())


def measure_throughput(order: BatchOrder, folder: Path, rounds: int) -> Throughput:
    """Run the batch and the bare loop in turns over a folder's pictures, each part of them in a round of its own.

    Args:
        order: What to do; its inputs and its folder are replaced.
        folder: Holds the pictures, as `in`, and gets the batches' folders.
        rounds: How many parts to make.

    Raises:
        BatchError, WriteError, DetectorError: as in `BatchJob.run`.
    """
    workers = order.workers or 1
    paths = sorted((folder / "in").iterdir())
    parts = [paths[number::rounds] for number in range(rounds)]
    runs, bare_s, cards = [], 0.0, 0
    with _bare_processes(workers) as bare:
        for number, part in enumerate(parts):
            out = folder / f"out{number}"
            runs.append(_run_batch(dataclasses.replace(order, inputs=tuple(map(str, part)), out=out), workers))
            crops = _crops(out, part)
            cards += sum(map(len, crops))
            began_s = time.perf_counter()
            list(bare.map(decode_and_encode, part, crops, [_encoding(order)] * len(part)))
            bare_s += time.perf_counter() - began_s
    peaks = [run.peak_mb for run in runs if run.peak_mb is not None]
    return Throughput(
        pictures=len(paths),
        workers=workers,
        cards=cards,
        bare_per_s=len(paths) / bare_s,
        batch_per_s=sum(run.later for run in runs) / sum(run.later_s for run in runs),
        batch_s=sum(run.whole_s for run in runs),
        worker_peak_mb=max(peaks, default=None),
    )


def decode_and_encode(path: Path, crops: Crops, encoding: tuple[FileFormat, float]) -> int:
    """What the bare loop does with a picture; how many bytes came of it."""
    picture = read_image(path)
    return sum(
        len(encode_picture(np.ascontiguousarray(picture[top : top + height, left : left + width]), *encoding))
        for left, top, width, height in crops
    )


@dataclass(slots=True)
class _BatchRun:
    """One round: files recorded after the first ones, the time that they took, and that of everything."""

    later: int = 0
    later_s: float = 0.0
    whole_s: float = 0.0
    peak_mb: float | None = None


def _run_batch(order: BatchOrder, workers: int) -> _BatchRun:
    run = _BatchRun()
    began_s = time.perf_counter()
    first_s = 0.0
    others = frozenset(process.pid for process in multiprocessing.active_children())

    def look(progress: Progress) -> None:
        nonlocal first_s
        if progress.done == workers:
            first_s = time.perf_counter()
        if progress.done:
            run.later, run.later_s = progress.done - workers, time.perf_counter() - first_s
            run.peak_mb = _larger(run.peak_mb, _workers_peak_mb(others))

    BatchJob(order, look).run()
    run.whole_s = time.perf_counter() - began_s
    return run


def _workers_peak_mb(not_workers: frozenset[int | None]) -> float | None:
    """The largest peak of the processes of this one, but for some."""
    peaks = []
    for process in multiprocessing.active_children():
        try:
            status = (_PROCESSES / str(process.pid) / "status").read_text()
        except OSError:
            continue
        if process.pid not in not_workers and (found := re.search(r"VmHWM:\s+(\d+) kB", status)):
            peaks.append(int(found[1]) * 1024 / 1e6)
    return max(peaks, default=None)


def _larger(first: float | None, second: float | None) -> float | None:
    return max((value for value in (first, second) if value is not None), default=None)


def _crops(out: Path, paths: Sequence[Path]) -> list[Crops]:
    """For each picture, where its cards are and how large they were saved."""
    found: dict[str, list[tuple[int, int, int, int]]] = {path.name: [] for path in paths}
    for line in (out / MANIFEST_NAME).read_text(encoding="utf-8").splitlines():
        row = row_from_json(line)
        for name in row.files:
            height, width = read_image(out / name).shape[:2]
            left, top = (int(max(0.0, min(row.quad[axis::2]))) for axis in (0, 1))
            left, top = min(left, _PICTURE_SIZE_PX[0] - width), min(top, _PICTURE_SIZE_PX[1] - height)
            found[row.source].append((max(0, left), max(0, top), width, height))
    return [tuple(found[path.name]) for path in paths]


def _encoding(order: BatchOrder) -> tuple[FileFormat, float]:
    files = order.options.export.files
    return files if isinstance(files, FileFormat) else FileFormat.PNG, order.options.style.dpi


@contextmanager
def _bare_processes(workers: int) -> Iterator[ProcessPoolExecutor]:
    """Processes set up as those of a batch are, and started already."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context, initializer=start_worker) as pool:
        list(pool.map(time.sleep, [0.5] * workers))
        yield pool


def _enlarged(sample: Image) -> Image:
    """The sample in the middle of a grey picture of 12 megapixels, as large as fits."""
    width_px, height_px = _PICTURE_SIZE_PX
    scale = min(width_px / sample.shape[1], height_px / sample.shape[0])
    fitted = cv2.resize(sample, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC)[:height_px, :width_px]
    picture = np.full((height_px, width_px, 3), 110, np.uint8)
    picture[: fitted.shape[0], : fitted.shape[1]] = fitted
    return picture
