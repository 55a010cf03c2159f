"""Types of arguments that several commands take."""

from __future__ import annotations

import argparse
from pathlib import Path


def named_path(text: str) -> Path:
    """A path. An empty one, of a shell's variable that is not set, would be the working folder."""
    return Path(named_place(text))


def named_place(text: str) -> str:
    """A path or an address, which is not empty."""
    if not text:
        raise argparse.ArgumentTypeError("it is empty; name a file or a folder")
    return text
