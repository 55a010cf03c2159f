"""The arguments that name a bank of pictures, shared by the commands that compose scenes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from detector.training.synthesis.bank import Bank, Split


def add_bank_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that `bank_of` reads."""
    parser.add_argument("--bank", type=Path, required=True, help="folder of the bank of pictures; built when missing")
    parser.add_argument(
        "--backgrounds",
        type=Path,
        help="background photographs for a bank that is built (default: rendered ones alone)",
    )


def bank_of(arguments: argparse.Namespace, split: Split) -> Bank:
    """The bank of a split; rendered first where it is missing."""
    from detector.training.synthesis.bank import build_bank, has_bank, load_bank

    if has_bank(arguments.bank, split):
        return load_bank(arguments.bank, split)
    return build_bank(arguments.bank, split, arguments.backgrounds, report=lambda kind: print(f"rendered {kind}"))
