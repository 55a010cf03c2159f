"""Measures in fresh processes: how much memory a contender takes, and how soon the detector is there."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import cast

import numpy as np

from detector.bench.contenders import Contender, Kind, load
from detector.bench.errors import ChildProcessFailedError
from detector.geometry import Image

_STATUS = Path("/proc/self/status")
_IMPORT_AND_LOAD = """
import time
start = time.perf_counter()
from detector import Detector
Detector.load(device="cpu", search="quick", threads={threads})
print(1e3 * (time.perf_counter() - start))
"""


def peak_memory_bytes(contender: Contender, image: Image, threads: int) -> int | None:
    """The most memory that a fresh process held which loads a contender and runs it once on a picture.

    None where the system does not say it: anywhere but on Linux.

    Raises:
        ChildProcessFailedError: the process ended without an answer.
    """
    if not _STATUS.exists():
        return None
    named = (contender.kind, contender.name, contender.title, contender.engine, contender.folder)
    words = [str(word) for word in (*named, threads, image.shape[0], image.shape[1])]
    command = [sys.executable, "-m", "detector.bench.child", *words]
    return int(_answer(command, f"{contender.title} ({contender.engine})", image.tobytes()))


def import_and_load_ms(threads: int) -> float:
    """How long a fresh process takes to import the detector and load its weights, Python's own start not counted.

    Raises:
        ChildProcessFailedError: the process ended without an answer.
    """
    command = [sys.executable, "-c", _IMPORT_AND_LOAD.format(threads=threads)]
    return float(_answer(command, "the detector"))


def _answer(command: list[str], what: str, given: bytes = b"") -> str:
    """The last word that the process prints."""
    result = subprocess.run(command, input=given, capture_output=True, check=False)
    words = result.stdout.decode(errors="replace").split()
    if result.returncode != 0 or not words:
        complaint = result.stderr.decode(errors="replace").strip().splitlines() or ["it said nothing"]
        raise ChildProcessFailedError(
            f"a process that ran {what} to be measured ended with status {result.returncode}: {complaint[-1]}"
        )
    return words[-1]


def main(words: list[str]) -> None:
    """Load and run the contender that the words name on the picture that comes in, and print the peak of memory."""
    kind, name, title, engine, folder, threads, height_px, width_px = words
    picture = np.frombuffer(sys.stdin.buffer.read(), np.uint8).reshape(int(height_px), int(width_px), 3)
    load(Contender(cast(Kind, kind), name, title, engine, Path(folder)), int(threads)).run(picture)
    peak = re.search(r"VmHWM:\s+(\d+) kB", _STATUS.read_text())
    assert peak is not None
    print(1024 * int(peak[1]))


if __name__ == "__main__":
    main(sys.argv[1:])
