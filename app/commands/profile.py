"""`cardlight profile`: count a network's multiply-adds, parameters and memory access, layer by layer."""

from __future__ import annotations

import argparse
import json
import re
import sys

from rich.console import Console
from torch import nn

from app.console import complain, is_terminal
from detector.bench.complexity import profile
from detector.network.aligner import Aligner
from detector.network.config import ALIGNER, PRESETS
from detector.network.retinanet import build_finder

_ALIGNER = "aligner"
_DEFAULT_SIDE_PX = 224
_SIDE_LIMITS_PX = (32, 4096)
_TABLE_COLUMNS = 130


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the parser of `cardlight profile`."""
    parser = subparsers.add_parser(
        "profile",
        help="count a network's multiply-adds, parameters and memory access",
        description="Count a network's multiply-adds, parameters and memory access, layer by layer and in total.",
    )
    parser.add_argument("--model", choices=[*PRESETS, _ALIGNER], default="light", help="default: light")
    parser.add_argument(
        "--size",
        type=_size,
        metavar="SIDE or WIDTHxHEIGHT",
        help=f"input in pixels (default: {_DEFAULT_SIDE_PX}; the aligner's is fixed)",
    )
    parser.add_argument("--json", action="store_true", help="print the profile as one JSON object")
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Print the profile of one network; returns 0, or 2 where its input can't have the size asked for."""
    aligner_size = (ALIGNER.view_width_px, ALIGNER.view_height_px)
    if arguments.model == _ALIGNER and arguments.size not in (None, aligner_size):
        complain(f"profile: the aligner's input is always {aligner_size[0]}x{aligner_size[1]}")
        return 2
    default_size = aligner_size if arguments.model == _ALIGNER else (_DEFAULT_SIDE_PX, _DEFAULT_SIDE_PX)
    width_px, height_px = arguments.size or default_size
    counted = profile(_build(arguments.model), (3, height_px, width_px), arguments.model)
    if arguments.json:
        print(json.dumps(counted.to_json()))
    else:
        Console(width=None if is_terminal(sys.stdout) else _TABLE_COLUMNS).print(counted.to_table())
    return 0


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d{1,5})(?:[xX](\d{1,5}))?", text)
    if match is None:
        raise argparse.ArgumentTypeError("the size must be like 224 or 320x192")
    size = (int(match[1]), int(match[2] or match[1]))
    least, most = _SIDE_LIMITS_PX
    if not all(least <= side <= most for side in size):
        raise argparse.ArgumentTypeError(f"each side must be from {least} to {most} pixels")
    return size


def _build(name: str) -> nn.Module:
    return Aligner(ALIGNER) if name == _ALIGNER else build_finder(name)
