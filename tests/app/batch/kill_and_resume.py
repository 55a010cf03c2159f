"""Kills `cardlight batch` at random moments, lets it go on, and compares the end with that of an uninterrupted run.

    python tests/app/batch/kill_and_resume.py --kills 50 --pictures 200

The detector is a fake that finds the middle of each picture, so that it needs no weights and takes no time.
"""

from __future__ import annotations

import argparse
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


def load_fake(device: str, threshold: float | None) -> MiddleDetector:
    return MiddleDetector()


def run_batch(arguments: Sequence[str]) -> int:
    return batch.run(cli.build_parser("batch").parse_args(["batch", *arguments]), load=load_fake)


def write_pictures(folder: Path, count: int) -> None:
    """Small pictures, some without a card, some broken, some of the same name in different folders."""
    rng = np.random.default_rng(1)
    for number in range(count):
        path = folder / f"{number % 3}" / f"photo{number // 2:03}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        width = 90 if number % 10 == 4 else 120
        data = cv2.imencode(".png", rng.integers(0, 256, (80, width, 3), dtype=np.uint8))[1].tobytes()
        path.write_bytes(data[:-20] if number % 25 == 7 else data)


def start(pictures: Path, out: Path) -> subprocess.Popen[bytes]:
    command = [sys.executable, __file__, BATCH_ARGUMENT, str(pictures), str(out), "--workers", "2", "--dpi", "150"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def contents(folder: Path) -> dict[str, bytes]:
    """Every file but the journal, whose pages tell of its history."""
    return {path.name: path.read_bytes() for path in folder.iterdir() if not path.name.startswith(JOURNAL_NAME)}


def compare(folder: Path, kills: int, pictures: int, seed: int) -> tuple[int, dict[str, bytes], dict[str, bytes]]:
    """Run once without and once with kills; the number of kills that hit, and both outcomes."""
    rng = random.Random(seed)
    write_pictures(folder / "in", pictures)
    began_s = time.monotonic()
    assert start(folder / "in", folder / "whole").wait() == 1
    whole_s = time.monotonic() - began_s
    hits = 0
    while hits < kills:
        process = start(folder / "in", folder / "killed")
        try:
            process.wait(timeout=rng.uniform(0.05, 1.0) * whole_s * 1.1)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
            hits += 1
            continue
        break
    assert start(folder / "in", folder / "killed").wait() == 1
    return hits, contents(folder / "whole"), contents(folder / "killed")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--pictures", type=int, default=200)
    arguments = parser.parse_args()
    hits = wrong = rounds = 0
    while hits < arguments.kills:
        with tempfile.TemporaryDirectory() as folder:
            hit, whole, killed = compare(Path(folder), min(10, arguments.kills - hits), arguments.pictures, seed=rounds)
        hits += hit
        rounds += 1
        wrong += whole != killed
        print(
            f"{hits} kills, {rounds} batches resumed to their end, {len(whole)} files each, {wrong} differ", flush=True
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(run_batch(sys.argv[2:]) if sys.argv[1:2] == [BATCH_ARGUMENT] else main())
