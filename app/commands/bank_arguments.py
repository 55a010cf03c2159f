"""The arguments that name a bank of pictures, shared by the commands that compose scenes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.capture.errors import ImageReadError
from app.capture.images import read_image
from app.console import complain, printable_name

if TYPE_CHECKING:
    from detector.geometry import Image
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
    from detector.training.synthesis.bank import Backgrounds, build_bank, has_bank, load_bank

    if has_bank(arguments.bank, split):
        return load_bank(arguments.bank, split)
    backgrounds = None if arguments.backgrounds is None else Backgrounds(arguments.backgrounds, _read_photo)
    return build_bank(arguments.bank, split, backgrounds, report=lambda kind: print(f"rendered {kind}"))


def _read_photo(path: Path) -> Image | None:
    try:
        return read_image(path)
    except ImageReadError as error:
        complain(f"{printable_name(path)}: passed over: {error}")
        return None
