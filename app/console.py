"""Text for the terminal."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import TextIO


def make_streams_tolerant() -> None:
    """Let the standard streams escape what the terminal's encoding lacks, instead of failing on it."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def is_terminal(stream: TextIO | None) -> bool:
    """Whether a standard stream is shown on a terminal; one that was closed before the program began is None."""
    return stream is not None and stream.isatty()


def printable_name(path: Path) -> str:
    """The path as given, on one line: line breaks, control characters and undecodable bytes are escaped."""
    return _printable(str(path))


def complain(message: str) -> None:
    """Print one line to standard error, with the program's name before it; what does not print is escaped."""
    print(f"cardlight: {_printable(message)}", file=sys.stderr)


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)
