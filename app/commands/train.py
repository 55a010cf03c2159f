"""`cardlight train finder|aligner`: train one of the networks on rendered scenes."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands.training_run import (
    add_run_arguments,
    compute_environment,
    make_trainer,
    read_network,
    run_with_progress,
)
from app.console import complain
from detector.errors import DetectorError

PEAK_LEARNING_RATE = 2e-3


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the parser of `cardlight train`."""
    parser = subparsers.add_parser("train", help="train the finder or the aligner")
    add_run_arguments(parser, PEAK_LEARNING_RATE)
    parser.add_argument("--out", type=Path, required=True, help="folder of the run; a run that is there goes on")
    parser.add_argument("--init", type=Path, help="weights to start from")
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Train, in one process or as one of those that torchrun started; return 0, or 1 where a model file is bad."""
    from detector.training.record import read_record

    try:
        with compute_environment(arguments):
            initial, record = None, None
            if arguments.init is not None:
                initial, record = read_network(arguments.network, arguments.init), read_record(arguments.init)
            run_with_progress(make_trainer(arguments, arguments.out, initial, record))
    except DetectorError as error:
        complain(str(error))
        return 1
    return 0
