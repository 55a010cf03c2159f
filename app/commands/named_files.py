"""Files that the user names for a command to write."""

from __future__ import annotations

import argparse
import os
from collections.abc import Iterable
from pathlib import Path

from app.console import printable_name


def add_overwrite_argument(parser: argparse.ArgumentParser) -> None:
    """Add the argument that lets the command replace files."""
    parser.add_argument("--overwrite", action="store_true", help="replace files that are there already")


def taken_name_problem(paths: Iterable[Path | None], *, overwrite: bool) -> str | None:
    """What is wrong with the names, if anything is: a file has one of them. To be asked before any long work."""
    taken = [path for path in paths if path is not None and os.path.lexists(path)]
    if overwrite or not taken:
        return None
    return f"{printable_name(taken[0])}: there is such a file already; choose another name, or add --overwrite"
