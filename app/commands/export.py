"""`cardlight export finder|aligner`: write folded weights that were trained on as the runtime's model files."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.commands.argument_types import named_path
from app.commands.named_files import add_overwrite_argument, taken_name_problem
from app.commands.training_run import BATCH_SIZES, model_files, read_network
from app.console import complain, printable_name
from app.documents.errors import WriteError
from app.documents.writers import make_folder
from detector.errors import DetectorError, ModelFileError


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the parser of `cardlight export`."""
    parser = subparsers.add_parser("export", help="write folded weights that were trained on for the runtime")
    parser.add_argument("network", choices=tuple(BATCH_SIZES))
    parser.add_argument(
        "--weights", type=named_path, required=True, help="weights of a run that started from folded ones"
    )
    parser.add_argument(
        "--mean-with",
        type=named_path,
        metavar="W",
        help="write the mean of the weights and of these, that they started from",
    )
    parser.add_argument("--models", type=named_path, required=True, help="folder for the runtime's model files")
    add_overwrite_argument(parser)
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Write the model files with the run's record beside them.

    Returns:
        0, or 1 where the weights are not fit for it or the folder can't be written to, or 2 where a name is taken.
    """
    from detector.training.averaging import mean_of
    from detector.training.folding import write_runtime_models
    from detector.training.record import copy_record

    problem = taken_name_problem(model_files(arguments.models, arguments.network), overwrite=arguments.overwrite)
    if problem:
        complain(f"export: {problem}")
        return 2
    other: Path | None = arguments.mean_with
    try:
        network = read_network(arguments.network, arguments.weights)
        if network.config.norm != "affine":
            raise ModelFileError(f"{arguments.weights.name} is not folded yet; run: cardlight fold")
        if other is not None:
            network = mean_of(network, read_network(arguments.network, other))
        make_folder(arguments.models)
        copy_record(arguments.weights, write_runtime_models(network, arguments.models), mean_with=other)
    except DetectorError as error:
        complain(str(error))
        return 1
    except WriteError as error:
        complain(f"{printable_name(arguments.models)}: {error}")
        return 1
    return 0
