"""`cardlight fold finder|aligner`: make a trained network ready for the runtime.

GroupNorm is replaced by an affine fitted on training scenes, the network is trained a little more so that it gets used
to that, the affine is folded into the convolutions, and the result is written as safetensors and as ONNX. What each
step does to accuracy and speed is measured and goes into the record beside the weights.
"""

from __future__ import annotations

import argparse
import copy
from dataclasses import replace
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from app.commands.argument_types import named_path
from app.commands.bank_arguments import bank_of
from app.commands.named_files import add_overwrite_argument, taken_name_problem
from app.commands.teachers import read_finder_with_corners
from app.commands.training_run import (
    add_run_arguments,
    compute_environment,
    foreign_option,
    make_task,
    make_trainer,
    model_files,
    run_with_progress,
)
from app.console import complain, printable_name
from app.documents.errors import WriteError
from app.documents.writers import make_folder
from detector.errors import DetectorError

if TYPE_CHECKING:
    from detector.training.record import FoldingStep

PEAK_LEARNING_RATE = 4e-4


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the parser of `cardlight fold`."""
    parser = subparsers.add_parser("fold", help="fold a trained network's normalisation and export it for the runtime")
    add_run_arguments(parser, PEAK_LEARNING_RATE)
    parser.add_argument("--weights", type=named_path, required=True, help="the trained weights")
    parser.add_argument("--out", type=named_path, required=True, help="folder of the fine-tuning run")
    parser.add_argument("--models", type=named_path, required=True, help="folder for the runtime's model files")
    add_overwrite_argument(parser)
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Calibrate, fine-tune, fold, export and measure.

    Returns:
        0, or 1 where a model file is bad or the folder for them can't be written to, or 2 where a name is taken or
        arguments don't go together.
    """
    problem = foreign_option(arguments)
    if problem is None and arguments.preset is not None:
        problem = "the --weights have a preset already; leave --model out"
    problem = problem or taken_name_problem(
        model_files(arguments.models, arguments.network), overwrite=arguments.overwrite
    )
    if problem:
        complain(f"fold: {problem}")
        return 2
    try:
        with compute_environment(arguments):
            _fold(arguments)
    except DetectorError as error:
        complain(str(error))
        return 1
    except WriteError as error:
        complain(f"{printable_name(arguments.models)}: {error}")
        return 1
    return 0


def _fold(arguments: argparse.Namespace) -> None:
    from detector.network.weights import read_aligner
    from detector.training.folding import calibrated, folding_steps, write_runtime_models
    from detector.training.record import read_record, write_record

    read = read_finder_with_corners if arguments.network == "finder" else read_aligner
    trained = read(arguments.weights)
    make_folder(arguments.models)
    fitted = calibrated(trained, make_task(arguments, trained), bank_of(arguments, "train"))
    trainer = make_trainer(arguments, arguments.out, copy.deepcopy(fitted), read_record(arguments.weights))
    run_with_progress(trainer)
    if trainer.rank > 0:
        return
    tuned = trainer.average.model.cpu()
    weights = write_runtime_models(tuned, arguments.models)
    networks = {"GroupNorm": trained, "affine, fitted": fitted, "affine, fine-tuned": tuned}
    steps = folding_steps(networks, weights.with_suffix(".onnx"), trainer.validation_bank)
    write_record(weights, replace(trainer.record(), folding=tuple(steps)))
    Console().print(_table(steps))


def _table(steps: list[FoldingStep]) -> Table:
    table = Table("Network", *steps[0].metrics, "ms")
    for step in steps:
        table.add_row(step.name, *(f"{value:.4f}" for value in step.metrics.values()), f"{step.network_ms:.2f}")
    return table
