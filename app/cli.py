"""Every command of the command line. A command's module is imported only when it is the one asked for."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NamedTuple, cast

from app.console import complain

_USAGE_ERROR = 2
_TRAINING_PACKAGES = frozenset(
    {"torch", "onnx", "onnxscript", "safetensors", "matplotlib", "faster_coco_eval", "shapely"}
)


class Command(NamedTuple):
    """A command: the name of its module in `app.commands`, and the line about it in the list of commands."""

    name: str
    summary: str


COMMANDS = (
    Command("scan", "find cards in pictures and save them straight, upright, and at true size"),
    Command("batch", "scan folders with all cores, and go on where an earlier run ended"),
    Command("evaluate", "measure the detector on a folder of annotated pictures"),
    Command("doctor", "print versions, devices, and what is missing"),
    Command("profile", "count a network's multiply-adds, parameters and memory access, layer by layer"),
    Command("bench", "measure the detector's speed"),
    Command("synth", "render training scenes with their labels"),
    Command("bank", "render the pictures that training scenes are composed from"),
    Command("train", "train the finder or the aligner"),
    Command("fold", "fold a trained network's normalisation and export it for the runtime"),
    Command("export", "write folded weights that were trained on for the runtime"),
    Command("label", "label a pool of pictures with a trained finder, and take in corrections"),
    Command("distill", "train a student on a pool of pictures that a teacher labels"),
    Command("compare", "measure trained finders beside each other: accuracy, size, time"),
)


def build_parser(chosen: str | None = None) -> argparse.ArgumentParser:
    """The parser of the whole command line; only the `chosen` command knows its arguments and how to run."""
    # Slow to load, and the window, which only looks up names of commands, has no need of them.
    import importlib.metadata
    import importlib.util

    parser = argparse.ArgumentParser(
        prog="cardlight",
        description="Finds identity cards in pictures and saves them straight, at true size.",
        epilog="Without a command, or with pictures alone, the window opens.",
    )
    parser.add_argument("--version", action="version", version=f"%(prog)s {importlib.metadata.version('cardlight')}")
    subparsers = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        if importlib.util.find_spec(f"app.commands.{command.name}") is None:
            continue  # a bundle leaves out what only developers use
        if command.name == chosen:
            module = importlib.import_module(f"app.commands.{command.name}")
            module.add_parser(subparsers).set_defaults(run=module.run)
        else:
            subparsers.add_parser(command.name, help=command.summary)
    return parser


def run_command(argv: Sequence[str]) -> int:
    """Parse the arguments, run their command, and return the exit status.

    Raises:
        SystemExit: wrong usage (status 2), or `--help` or `--version` was asked for (status 0).
    """
    chosen = next((argument for argument in argv if not argument.startswith("-")), None)
    try:
        arguments = build_parser(chosen).parse_args(argv)
        return cast(int, arguments.run(arguments))
    except ModuleNotFoundError as error:
        if error.name not in _TRAINING_PACKAGES:
            raise
        complain(f"this command needs {error.name}, which is not installed. Run: pip install 'cardlight[train]'")
        return _USAGE_ERROR
