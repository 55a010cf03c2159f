"""`cardlight bank`: render the pictures that scenes are composed from, as many as asked for."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from app.commands.argument_types import named_path, whole_number
from app.commands.bank_arguments import add_backgrounds_argument, backgrounds_of, report_kind
from app.console import complain, printable_name
from detector.errors import DetectorError

_count = whole_number(1, 1_000_000)

_KINDS = ("cards", "printed-matter", "distractors", "occluders", "backdrops")


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the parser of `cardlight bank`."""
    parser = subparsers.add_parser("bank", help="render the pictures that training scenes are composed from")
    parser.add_argument("folder", type=named_path, metavar="DIR", help="the bank's folder, which --bank of train names")
    parser.add_argument("--split", choices=("train", "validation"), default="train", help="default: train")
    parser.add_argument("--seed", type=whole_number(0, 2**32 - 1), default=0)
    for kind in _KINDS:
        parser.add_argument(
            f"--{kind}", type=_count, metavar="N", help="pictures of this kind (default: as train builds)"
        )
    add_backgrounds_argument(parser)
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Render; return 0, or 1 where the folder can't be made, or 2 where there is a bank already."""
    from detector.training.synthesis.bank import BANK_SIZES, BankSize, build_bank, has_bank

    if has_bank(arguments.folder, arguments.split):
        complain(f"bank: {printable_name(arguments.folder)} holds a bank of this split already; choose another folder")
        return 2
    size = asdict(BANK_SIZES[arguments.split])
    size |= {kind: value for kind in size if (value := getattr(arguments, kind)) is not None}
    try:
        build_bank(
            arguments.folder,
            arguments.split,
            backgrounds_of(arguments),
            BankSize(**size),
            seed=arguments.seed,
            report=report_kind,
        )
    except DetectorError as error:
        complain(str(error))
        return 1
    return 0
