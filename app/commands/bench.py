"""`cardlight bench`: measure the detector's speed beside its peers, the article's rules, or the window."""

from __future__ import annotations

import argparse
import os
import tempfile
from pathlib import Path

from app.batch.errors import BatchError
from app.batch.job import BatchOrder
from app.batch.throughput import measure_throughput, render_pictures
from app.capture.errors import ImageReadError
from app.capture.folders import list_images
from app.capture.images import read_image
from app.commands.argument_types import named_path, whole_number
from app.commands.network_bench import (
    add_arguments,
    argument_problem,
    bench_cuda,
    bench_peers,
    bench_rules,
    framed,
)
from app.console import complain, printable_name
from app.detecting import DetectorLoader
from app.display import what_prevents_a_window
from app.documents.errors import WriteError
from app.process_life import end_in_order
from app.scanning import ScanOptions
from detector import Detector, DetectorError
from detector.geometry import Image
from resources import SAMPLES_FOLDER

_FRAME_WIDTH_PX, _FRAME_HEIGHT_PX = 1280, 720
_BATCH_ROUNDS = 3

_count, _pictures = whole_number(1, 1000), whole_number(12, 1000)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the parser of `cardlight bench`."""
    parser = subparsers.add_parser(
        "bench",
        help="measure the detector's speed",
        description="Time the detector on a frame of 1280 x 720 pixels on the CPU, beside a RetinaNet on ResNet-50 "
        "and the usual OpenCV script. Prints Markdown tables.",
    )
    parser.add_argument(
        "--image", type=named_path, metavar="FILE", help="picture for the frame (default: the first sample)"
    )
    parser.add_argument("--repeats", type=_count, help="timed calls of each (default: 20, of --rules 50)")
    parser.add_argument("--threads", type=_count, default=2, help="threads of each, in its own turn (default: 2)")
    add_arguments(parser)
    parser.add_argument(
        "--live", type=_count, metavar="SECONDS", help="measure live scanning in the window for so long instead"
    )
    parser.add_argument(
        "--start", type=_count, metavar="TIMES", help="measure how soon the window is there, in so many starts, instead"
    )
    parser.add_argument(
        "--batch",
        type=_pictures,
        metavar="PICTURES",
        help="measure batches of so many pictures of 12 megapixels instead",
    )
    parser.add_argument("--workers", type=_count, default=2, help="processes of --batch (default: 2)")
    return parser


def run(arguments: argparse.Namespace, load: DetectorLoader = Detector.load) -> int:
    """Measure what is asked for, print it, and write the files that are asked for.

    Args:
        arguments: As parsed by `add_parser`'s parser.
        load: Gives the window its detector.

    Returns:
        0 when all went well, 1 when something could not be read, written or shown, 2 for arguments that don't go
        together.
    """
    problem = _program_problem(arguments) or argument_problem(arguments)
    if problem:
        complain(f"bench: {problem}")
        return 2
    path = arguments.image or next(iter(list_images(SAMPLES_FOLDER, skip=None).images), SAMPLES_FOLDER)
    if arguments.start:
        return _bench_start(path, arguments.start)
    if arguments.batch:
        return _bench_batch(arguments.batch, arguments.workers)
    try:
        if arguments.rules is not None:
            return bench_rules(arguments)
        picture = read_image(path)
        if arguments.live:
            return _bench_live(framed(picture, _FRAME_WIDTH_PX, _FRAME_HEIGHT_PX), arguments.live, load)
        return bench_cuda(arguments, picture) if arguments.cuda else bench_peers(arguments, picture)
    except ImageReadError as error:
        complain(f"{printable_name(path)}: {error}")
    except DetectorError as error:
        complain(str(error))
    return 1


def _program_problem(arguments: argparse.Namespace) -> str | None:
    """What is wrong, if anything is, where not networks are to be measured, but the program around them."""
    measured = {"--live": arguments.live, "--start": arguments.start, "--batch": arguments.batch}
    chosen = [option for option, value in measured.items() if value]
    if len(chosen) > 1:
        return f"{' and '.join(chosen)} are measured one at a time"
    of_networks = {
        "--all": arguments.all,
        "--accuracy": arguments.accuracy,
        "--peer": arguments.peer,
        "--rules": arguments.rules is not None,
        "--cuda": arguments.cuda,
        "--json": arguments.json,
        "--plot": arguments.plot,
    }
    given = [option for option, value in of_networks.items() if value]
    return f"{chosen[0]} measures the program and prints it; leave out {given[0]}" if chosen and given else None


def _bench_live(frame: Image, seconds: int, load: DetectorLoader) -> int:
    """Run the real window on a frame that sways, 30 times a second, and print how it kept up."""
    problem = what_prevents_a_window(os.environ)
    if problem is not None:
        complain(problem)
        return 1
    from app.ui.live_bench import measure_live  # Qt, which no other command needs

    measured = measure_live(frame, seconds, load)
    print(f"camera to screen, {measured.seconds:.0f} s of 1280 x 720 pixels at {measured.camera_fps:.1f} FPS")
    print(f"  shown with outlines       {measured.shown_fps:.1f} FPS")
    print(f"  frame to overlay, median  {measured.latency_p50_ms:.1f} ms")
    print(f"  frame to overlay, p95     {measured.latency_p95_ms:.1f} ms")
    print(f"  window's longest block    {measured.longest_block_ms:.1f} ms")
    print(f"  most of its own work      {measured.longest_work_ms:.1f} ms")
    print(f"  growth of memory          {measured.memory_growth_mb:.1f} MB")
    return 0


def _bench_start(picture: Path, starts: int) -> int:
    """Start the program again and again with a picture to open, and print how soon it was there."""
    from app.ui.start_bench import StartError, measure_starts  # Qt, which no other command needs

    try:
        measured = measure_starts(picture, starts)
    except StartError as error:
        complain(str(error))
        return 1
    print(f"from the program's start, median of {starts} (slowest), on {measured.display}")
    print(f"  window painted      {measured.median_window_s:.2f} s ({max(measured.window_s):.2f} s)")
    print(f"  first card painted  {measured.median_card_s:.2f} s ({max(measured.card_s):.2f} s)")
    return 0


@end_in_order()
def _bench_batch(pictures: int, workers: int) -> int:
    """Run batches with the detector that ships beside a bare loop, and print how they compare."""
    samples = [read_image(path) for path in list_images(SAMPLES_FOLDER).images]
    with tempfile.TemporaryDirectory(prefix="cardlight-bench-") as name:
        folder = Path(name)
        render_pictures(samples, folder / "in", pictures)
        try:
            measured = measure_throughput(
                BatchOrder((), folder, ScanOptions(), device="cpu", workers=workers), folder, _BATCH_ROUNDS
            )
        except (BatchError, WriteError, DetectorError) as error:
            complain(str(error))
            return 1
    print(
        f"{measured.pictures} pictures of 12 megapixels with {measured.cards} cards, {measured.workers} processes, "
        f"{_BATCH_ROUNDS} rounds in turns"
    )
    print(f"  bare loop: decode, encode crops  {measured.bare_per_s:.2f} pictures/s")
    print(f"  batch, once it runs              {measured.batch_per_s:.2f} pictures/s ({measured.ratio:.2f} of it)")
    print(f"  batch, from start to end         {measured.pictures / measured.batch_s:.2f} pictures/s")
    if measured.worker_peak_mb is not None:
        print(f"  peak memory of a worker          {measured.worker_peak_mb:.0f} MB")
    return 0
