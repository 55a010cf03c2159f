"""The parts of `cardlight bench` that measure networks: beside peers, on a GPU, and against the article's rules."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from rich.console import Console

from app.commands.annotated_pictures import read_annotated_cards
from app.commands.argument_types import named_path
from app.commands.named_files import add_overwrite_argument, taken_name_problem
from app.console import complain, printable_name
from app.documents.errors import WriteError
from app.documents.writers import write_file
from detector.geometry import Image

_FRAME_SIZE_PX = (1280, 720)
_LARGE_SIZE_PX = (4000, 3000)
_REPEATS, _REPEATS_OF_RULES = 20, 50


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add what the comparison and the rules take."""
    parser.add_argument(
        "--all", action="store_true", help="also compare lighter backbones, the article's network, and more engines"
    )
    parser.add_argument(
        "--accuracy",
        type=named_path,
        metavar="DIR",
        help="also measure accuracy, on a folder as `cardlight evaluate` takes",
    )
    parser.add_argument(
        "--peer", type=named_path, action="append", default=[], metavar="FILE.onnx", help="also time this network alone"
    )
    parser.add_argument(
        "--rules",
        nargs="*",
        metavar="RULE",
        help="instead measure what breaking each of the article's rules costs, or these rules alone",
    )
    parser.add_argument("--cuda", action="store_true", help="instead measure on a CUDA GPU, beside a RetinaNet there")
    parser.add_argument("--json", type=named_path, metavar="FILE", help="also write the measurement to FILE")
    parser.add_argument("--plot", type=_png, metavar="FILE.png", help="also draw the measurement")
    add_overwrite_argument(parser)


def argument_problem(arguments: argparse.Namespace) -> str | None:
    """What is wrong with the arguments together, if anything is."""
    titles = _titles(arguments.peer)
    if len(set(titles)) < len(titles):
        return "two of the networks to time have the same name; rename one of the files"
    if arguments.rules is not None and (arguments.all or arguments.accuracy or arguments.peer):
        return "--rules measures networks of its own; leave out --all, --accuracy and --peer"
    others = arguments.all or arguments.accuracy or arguments.peer or arguments.rules is not None or arguments.plot
    if arguments.cuda and others:
        return "--cuda measures what runs on the GPU; leave out --all, --accuracy, --peer, --rules and --plot"
    missing = [path for path in (arguments.json, arguments.plot) if path is not None and not path.parent.is_dir()]
    if missing:
        return f"{printable_name(missing[0])}: there is no such folder to write it to; make it first"
    return taken_name_problem([arguments.json, arguments.plot], overwrite=arguments.overwrite)


def bench_peers(arguments: argparse.Namespace, picture: Image) -> int:
    """Compare the detector with its peers, and print, write and draw it.

    Raises:
        DetectorError: a file can't be used, or a process that was to be measured failed.
    """
    from detector.bench import contenders, models
    from detector.bench.comparison import compare
    from detector.bench.comparison_table import to_markdown
    from detector.bench.plots import draw_comparison

    pictures = read_annotated_cards(arguments.accuracy) if arguments.accuracy else []
    with _progress() as report:
        comparison = compare(
            framed(picture, *_FRAME_SIZE_PX),
            framed(picture, *_LARGE_SIZE_PX),
            models=models.BOX_MODELS if arguments.all else models.FEW_BOX_MODELS,
            engines=contenders.ENGINES if arguments.all else contenders.FEW_ENGINES,
            peers=dict(zip(_titles(arguments.peer), arguments.peer, strict=True)),
            pictures=pictures,
            repeats=arguments.repeats or _REPEATS,
            threads=arguments.threads,
            report=report,
        )
    print(to_markdown(comparison))
    return _save(arguments, comparison.to_json(), lambda: draw_comparison(comparison))


def bench_cuda(arguments: argparse.Namespace, picture: Image) -> int:
    """Measure the detector on a CUDA GPU, and print and write it.

    Raises:
        DetectorError: there is no GPU, or a file that ships is damaged.
    """
    from detector.bench.cuda import Load, compare_on_cuda
    from detector.bench.cuda_table import to_markdown

    load = Load(repeats=arguments.repeats) if arguments.repeats else Load()
    with _progress() as report:
        comparison = compare_on_cuda(
            framed(picture, *_FRAME_SIZE_PX), framed(picture, *_LARGE_SIZE_PX), load=load, report=report
        )
    print(to_markdown(comparison))
    return _save(arguments, comparison.to_json(), lambda: b"")


def bench_rules(arguments: argparse.Namespace) -> int:
    """Measure the article's rules, and print, write and draw it; 2 if a rule is not there."""
    from detector.bench.ablation import ablate
    from detector.bench.plots import draw_ablation
    from detector.bench.rules import RULES

    known = [rule.key for rule in RULES]
    unknown = [key for key in arguments.rules if key not in known]
    if unknown:
        complain(f"bench: there is no rule {unknown[0]!r}; the rules are {', '.join(known)}")
        return 2
    with _progress() as report:
        ablation = ablate(
            [rule for rule in RULES if rule.key in (arguments.rules or known)],
            repeats=arguments.repeats or _REPEATS_OF_RULES,
            threads=arguments.threads,
            report=report,
        )
    print(ablation.to_markdown())
    return _save(arguments, ablation.to_json(), lambda: draw_ablation(ablation))


def framed(picture: Image, width_px: int, height_px: int) -> Image:
    """The picture scaled into the middle of a black frame of this size."""
    scale = min(width_px / picture.shape[1], height_px / picture.shape[0])
    size = (max(1, round(picture.shape[1] * scale)), max(1, round(picture.shape[0] * scale)))
    frame = np.zeros((height_px, width_px, 3), np.uint8)
    left, top = (width_px - size[0]) // 2, (height_px - size[1]) // 2
    interpolation = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    frame[top : top + size[1], left : left + size[0]] = cv2.resize(picture, size, interpolation=interpolation)
    return frame


def _titles(peers: Sequence[Path]) -> list[str]:
    return [printable_name(Path(path.stem)) for path in peers]


def _png(text: str) -> Path:
    path = Path(text)
    if path.suffix.lower() != ".png":
        raise argparse.ArgumentTypeError("must be a .png file")
    return path


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Says on a terminal what is being done."""
    with Console(stderr=True).status("starting") as status:
        yield lambda step: status.update(step)


def _save(arguments: argparse.Namespace, content: dict[str, Any], draw: Callable[[], bytes]) -> int:
    """Write the files that were asked for; 0, or 1 if one could not be written."""
    files: list[tuple[Path, bytes]] = []
    if arguments.json:
        files.append((arguments.json, json.dumps(content, indent=2).encode() + b"\n"))
    if arguments.plot:
        files.append((arguments.plot, draw()))
    for path, data in files:
        try:
            write_file(path, data, overwrite=arguments.overwrite)
        except WriteError as error:
            complain(f"{printable_name(path)}: {error}")
            return 1
    return 0
