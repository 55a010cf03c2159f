"""Folders and files that only the user can read."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path


def make_private_folder(path: Path) -> None:
    """Make sure that a folder exists and that nobody else can look into it, where the file system knows of that."""
    path.mkdir(parents=True, exist_ok=True)
    path.chmod(0o700)


def write_private_file(path: Path, data: bytes) -> None:
    """Write a file whole or not at all, readable by the user alone; what had its name before is replaced."""
    temporary = path.with_name(f"{path.name}.{secrets.token_hex(4)}.tmp")
    try:
        with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def read_private_text(path: Path, most_bytes: int) -> str:
    """The UTF-8 text of a file of ours, whatever became of it: a pipe or a huge file does not hold up the program.

    Raises:
        OSError: it can't be read.
        ValueError: it is no regular file, larger than `most_bytes`, or no UTF-8.
    """
    if not stat.S_ISREG(path.stat().st_mode):
        raise ValueError("no regular file")
    with path.open("rb") as file:
        data = file.read(most_bytes + 1)
    if len(data) > most_bytes:
        raise ValueError("too large")
    return data.decode()
