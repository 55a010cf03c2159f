"""Kills `cardlight batch` at random moments, lets it go on, and compares the end with that of an uninterrupted run.

    python tests/app/batch/kill_and_resume.py --kills 50 --pictures 200

The detector is a fake that finds the middle of each picture, so that it needs no weights and takes no time.
"""

from __future__ import annotations

import argparse
import importlib
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np

from app import cli
from app.batch.journal import JOURNAL_NAME
from app.commands import batch
from detector import Detection
from detector.geometry import bounding_box, rectangle_quad

BATCH_ARGUMENT = "run-batch"


class MiddleDetector:
    """Finds one card: the middle of the picture; none in pictures 90 pixels wide."""

    def detect(self, image: np.ndarray) -> Sequence[Detection]:
        height, width = image.shape[:2]
        if width == 90:
            return []
        quad = rectangle_quad(width / 2, height / 2) + (width / 4, height / 4)
        return [Detection(score=0.9, box=bounding_box(quad), quad=quad, rotation=0)]


def load_fake(device: str, threshold: float | None, search: str = "thorough") -> MiddleDetector:
    return MiddleDetector()


def run_batch(arguments: Sequence[str]) -> int:
    # Workers that are not started by `multiprocessing` know this module by its name alone.
    load = importlib.import_module(Path(__file__).stem).load_fake
    return batch.run(cli.build_parser("batch").parse_args(["batch", *arguments]), load=load)


def write_pictures(folder: Path, count: int) -> None:
    """Small pictures, some without a card, some broken, some of the same name in different folders."""
    rng = np.random.default_rng(1)
    for number in range(count):
        path = folder / f"{number % 3}" / f"photo{number // 2:03}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        width = 90 if number % 10 == 4 else 120
        picture = np.full((80, width, 3), rng.integers(0, 256, 3), np.uint8)
        data = cv2.imencode(".png", picture)[1].tobytes()
        path.write_bytes(data[: len(data) // 2] if number % 25 == 7 else data)


def start(
    pictures: Path | str, out: Path | str, *further: str, stderr: int = subprocess.DEVNULL
) -> subprocess.Popen[bytes]:
    arguments = [str(pictures), str(out), "--workers", "2", "--dpi", "150", *further]
    command = [sys.executable, __file__, BATCH_ARGUMENT, *arguments]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=stderr)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file but the journal, whose pages tell of its history."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(JOURNAL_NAME)}


def run_whole(pictures: Path, out: Path) -> float:
    """Run without a kill; how long it took, in seconds."""
    began_s = time.monotonic()
    assert start(pictures, out).wait() == 1
    return time.monotonic() - began_s


def run_killed(pictures: Path, out: Path, kills: int, within_s: float, rng: random.Random) -> int:
    """Run, kill after up to `within_s` seconds, and run again, to the end; how many kills hit."""
    hits = 0
    while hits < kills:
        process = start(pictures, out)
        try:
            process.wait(timeout=rng.uniform(0, within_s))
            return hits
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            hits += 1
    assert start(pictures, out).wait() == 1
    return hits


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--pictures", type=int, default=200)
    arguments = parser.parse_args()
    rng = random.Random(0)
    hits = batches = differ = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_pictures(folder / "in", arguments.pictures)
        whole_s = run_whole(folder / "in", folder / "whole")
        print(f"without a kill: {whole_s:.1f} s, {len(contents(folder / 'whole'))} files", flush=True)
        while hits < arguments.kills:
            out = folder / f"killed{batches}"
            hits += run_killed(folder / "in", out, arguments.kills - hits, 0.5 * whole_s, rng)
            batches += 1
            differ += contents(folder / "whole") != contents(out)
            print(f"{hits} kills, {batches} batches resumed to their end, {differ} of them differ", flush=True)
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(run_batch(sys.argv[2:]) if sys.argv[1:2] == [BATCH_ARGUMENT] else main())
