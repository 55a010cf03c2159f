"""Types of arguments that several commands take, and which of them were given."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable, Mapping
from pathlib import Path

_DIGITS = re.compile(r"\d{1,20}")


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """The type of a whole number from `least`, which is 0 or more, to `most`."""

    def number(text: str) -> int:
        if not _DIGITS.fullmatch(text) or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"must be a whole number from {least} to {most}")
        return int(text)

    return number


def named_path(text: str) -> Path:
    """A path. An empty one, of a shell's variable that is not set, would be the working folder."""
    return Path(named_place(text))


def named_place(text: str) -> str:
    """A path or an address, which is not empty."""
    if not text:
        raise argparse.ArgumentTypeError("it is empty; name a file or a folder")
    return text


def first_given(options: Mapping[str, object]) -> str | None:
    """The first of some options that has a value; None, the default of each, is none."""
    return next((option for option, value in options.items() if value is not None), None)
