"""`cardlight train finder|aligner`: train one of the networks on rendered scenes."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Any

from app.commands.argument_types import named_path
from app.commands.training_run import (
    add_run_arguments,
    compute_environment,
    foreign_option,
    make_trainer,
    preset_of,
    run_with_progress,
    starting_network,
)
from app.console import complain
from detector.errors import DetectorError

if TYPE_CHECKING:
    from detector.network.aligner import Aligner
    from detector.network.retinanet import RetinaNet

PEAK_LEARNING_RATE = 2e-3


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the parser of `cardlight train`."""
    parser = subparsers.add_parser("train", help="train the finder or the aligner")
    add_run_arguments(parser, PEAK_LEARNING_RATE)
    parser.add_argument("--out", type=named_path, required=True, help="folder of the run; a run that is there goes on")
    start = parser.add_mutually_exclusive_group()
    start.add_argument("--init", type=named_path, help="weights to start from")
    start.add_argument(
        "--backbone",
        type=named_path,
        metavar="FILE.safetensors",
        help="ImageNet weights, by torchvision's names, for the backbone of resnet18 or resnet50",
    )
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Train, in one process or as one of those that torchrun started.

    Returns:
        0, or 1 where a model file is bad, or 2 for arguments that don't go together.
    """
    problem = foreign_option(arguments)
    if arguments.backbone is not None and arguments.network != "finder":
        problem = "--backbone is for the finder"
    if arguments.init is not None and arguments.preset is not None:
        problem = "weights of --init have a preset already; leave --model out"
    if problem:
        complain(f"train: {problem}")
        return 2
    try:
        with compute_environment(arguments):
            initial, record = _start(arguments)
            run_with_progress(make_trainer(arguments, arguments.out, initial, record))
    except DetectorError as error:
        complain(str(error))
        return 1
    return 0


def _start(arguments: argparse.Namespace) -> tuple[RetinaNet | Aligner | None, dict[str, Any] | None]:
    """The network to start from, and its record; None for a fresh one."""
    from detector.training.pretrained import finder_on_pretrained_resnet
    from detector.training.record import hash_of, read_record

    if arguments.init is not None:
        return starting_network(arguments.network, arguments.init), read_record(arguments.init)
    if arguments.backbone is not None:
        network = finder_on_pretrained_resnet(preset_of(arguments), arguments.backbone)
        return network, {"backbone_sha256": hash_of(arguments.backbone)}
    return None, None
