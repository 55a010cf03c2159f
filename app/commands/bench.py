"""`cardlight bench`: measure the detector's speed beside its peers, in one run."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import cv2
import numpy as np

from app.capture.errors import ImageReadError
from app.capture.folders import list_images
from app.capture.images import read_image
from app.console import complain, printable_name
from app.detecting import DetectorLoader
from app.documents.errors import WriteError
from app.documents.writers import write_file
from detector import Detector, DetectorError
from detector.bench.comparison import compare
from detector.geometry import Image
from resources import MODELS_FOLDER, SAMPLES_FOLDER

_FRAME_WIDTH_PX, _FRAME_HEIGHT_PX = 1280, 720


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the parser of `cardlight bench`."""
    parser = subparsers.add_parser(
        "bench",
        help="measure the detector's speed",
        description="Time the detector on a frame of 1280 x 720 pixels on the CPU, beside a RetinaNet on ResNet-50 "
        "and the usual OpenCV script. Prints a Markdown table.",
    )
    parser.add_argument("--image", type=Path, metavar="FILE", help="picture for the frame (default: the first sample)")
    parser.add_argument("--repeats", type=_count, default=20, help="timed calls of each (default: 20)")
    parser.add_argument("--threads", type=_count, default=2, help="threads of each, in its own turn (default: 2)")
    parser.add_argument(
        "--peer", type=Path, action="append", default=[], metavar="FILE.onnx", help="also time this network alone"
    )
    parser.add_argument(
        "--live", type=_count, metavar="SECONDS", help="measure live scanning in the window for so long instead"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="also write the times to FILE")
    return parser


def run(arguments: argparse.Namespace, load: DetectorLoader = Detector.load) -> int:
    """Time everything in turns, print the table, and write the JSON file if asked to.

    Args:
        arguments: As parsed by `add_parser`'s parser.
        load: Gives the detector.

    Returns:
        0 when all went well, 1 when something could not be read or written.
    """
    path = arguments.image or next(iter(list_images(SAMPLES_FOLDER, skip=None).images), SAMPLES_FOLDER)
    files = [*sorted(MODELS_FOLDER.glob("*.onnx")), *arguments.peer]
    try:
        frame = _frame(read_image(path))
        if arguments.live:
            _bench_live(frame, arguments.live, load)
            return 0
        comparison = compare(
            load(device="cpu", threshold=None, search="quick").detect,
            load(device="cpu", threshold=None).detect,
            {printable_name(Path(file.stem)): file for file in files},
            frame,
            repeats=arguments.repeats,
            threads=arguments.threads,
        )
        print(comparison.to_markdown())
        if arguments.json:
            write_file(arguments.json, json.dumps(comparison.to_json(), indent=2).encode() + b"\n", overwrite=True)
    except ImageReadError as error:
        complain(f"{printable_name(path)}: {error}")
        return 1
    except DetectorError as error:
        complain(str(error))
        return 1
    except WriteError as error:
        complain(f"{printable_name(arguments.json)}: {error}")
        return 1
    return 0


def _bench_live(frame: Image, seconds: int, load: DetectorLoader) -> None:
    """Run the real window on a frame that sways, 30 times a second, and print how it kept up."""
    from app.ui.live_bench import measure_live  # Qt, which no other command needs

    measured = measure_live(frame, seconds, load)
    print(f"camera to screen, {measured.seconds:.0f} s of 1280 x 720 pixels at {measured.camera_fps:.1f} FPS")
    print(f"  shown with outlines       {measured.shown_fps:.1f} FPS")
    print(f"  frame to overlay, median  {measured.latency_p50_ms:.1f} ms")
    print(f"  frame to overlay, p95     {measured.latency_p95_ms:.1f} ms")
    print(f"  window's longest block    {measured.longest_block_ms:.1f} ms")
    print(f"  growth of memory          {measured.memory_growth_mb:.1f} MB")


def _count(text: str) -> int:
    value = int(text)
    if not 1 <= value <= 1000:
        raise argparse.ArgumentTypeError("must be from 1 to 1000")
    return value


def _frame(picture: Image) -> Image:
    """The picture scaled into the middle of a black frame of the size of a webcam's."""
    height_px, width_px = picture.shape[:2]
    scale = min(_FRAME_WIDTH_PX / width_px, _FRAME_HEIGHT_PX / height_px)
    size = (max(1, round(width_px * scale)), max(1, round(height_px * scale)))
    frame = np.zeros((_FRAME_HEIGHT_PX, _FRAME_WIDTH_PX, 3), np.uint8)
    left, top = (_FRAME_WIDTH_PX - size[0]) // 2, (_FRAME_HEIGHT_PX - size[1]) // 2
    frame[top : top + size[1], left : left + size[0]] = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
    return frame
