"""The arguments that name a bank of pictures, shared by the commands that compose scenes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.capture.errors import ImageReadError
from app.capture.images import read_image
from app.commands import torchrun
from app.commands.argument_types import named_path
from app.console import complain, printable_name

if TYPE_CHECKING:
    from detector.geometry import Image
    from detector.training.synthesis.bank import Backgrounds, Bank, Split


def add_bank_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that `bank_of` reads."""
    parser.add_argument(
        "--bank", type=named_path, required=True, help="folder of the bank of pictures; built when missing"
    )
    add_backgrounds_argument(parser)


def add_backgrounds_argument(parser: argparse.ArgumentParser) -> None:
    """Add the argument that `backgrounds_of` reads."""
    parser.add_argument(
        "--backgrounds",
        type=named_path,
        metavar="DIR",
        help="folders of photographs (JPEG) for a bank that is built: those whose names begin with textures or tiles "
        "hold plain surfaces, with blocks or distractor rectangles that are no cards, the others anything (default: "
        "rendered backgrounds alone)",
    )


def bank_of(arguments: argparse.Namespace, split: Split) -> Bank:
    """The bank of a split; rendered first where it is missing, by one process where there are several.

    Raises:
        DetectorError: it is damaged, or its folder can't be made.
    """
    from detector.training.synthesis.bank import build_bank, has_bank, load_bank

    if torchrun.is_first() and not has_bank(arguments.bank, split):
        build_bank(arguments.bank, split, backgrounds_of(arguments), report=report_kind)
    torchrun.wait_for_all()
    return load_bank(arguments.bank, split)


def backgrounds_of(arguments: argparse.Namespace) -> Backgrounds | None:
    """The photographs of `--backgrounds`; those that can't be read are named and passed over."""
    from detector.training.synthesis.bank import Backgrounds

    return None if arguments.backgrounds is None else Backgrounds(arguments.backgrounds, _read_photo)


def report_kind(kind: str) -> None:
    """Say that the pictures of a kind are there."""
    print(f"rendered {kind}")


def _read_photo(path: Path) -> Image | None:
    try:
        return read_image(path)
    except ImageReadError as error:
        complain(f"{printable_name(path)}: passed over: {error}")
        return None
