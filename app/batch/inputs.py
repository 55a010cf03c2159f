"""Which files a batch is about."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.capture.folders import list_images
from app.capture.pages import PAGE_SUFFIXES

NO_STATE = (-1, -1)
"""Size and time of an input that is not there; it is reported as such when it is its turn."""


@dataclass(frozen=True, slots=True)
class InputFile:
    """A file to be scanned, as it was when it was found.

    Attributes:
        path: Absolute.
        source: As seen from the folder that was searched, with / between folders; the bare name of a file given.
        size_bytes: -1 where there is no such file.
        modified_ns: Time of its last change, in nanoseconds, or whatever else tells its states apart; -1 where there is
            no such file.
        address: Where it is, if it is no file of this computer.
    """

    path: Path
    source: str
    size_bytes: int
    modified_ns: int
    address: str | None = None


@dataclass(frozen=True, slots=True)
class FoundInputs:
    """What was found.

    Attributes:
        files: Each once, in the order of the inputs, those of a folder in the order of their paths.
        unreadable: Folders whose contents the system does not list.
    """

    files: tuple[InputFile, ...]
    unreadable: tuple[Path, ...]


def find_inputs(inputs: Sequence[str], out: Path) -> FoundInputs:
    """Find the files meant by paths of files, paths of folders, searched with their subfolders, and glob patterns.

    Args:
        inputs: As given by the user. A pattern such as `scans/**/*.jpg` is used only where no file has that name.
        out: The folder that is written to; not searched.
    """
    files: dict[Path, InputFile] = {}
    unreadable: list[Path] = []
    for path in _expanded(inputs):
        if not os.path.isdir(path):  # noqa: PTH112 (Path.is_dir raises where a parent folder is closed)
            files.setdefault(path, _seen(path, path.name))
            continue
        listing = list_images(path, skip=out, suffixes=PAGE_SUFFIXES)
        unreadable += listing.unreadable
        for image in listing.images:
            files.setdefault(image, _seen(image, image.relative_to(path).as_posix()))
    return FoundInputs(tuple(files.values()), tuple(unreadable))


def _expanded(inputs: Sequence[str]) -> Iterator[Path]:
    for given in inputs:
        matches = [] if os.path.lexists(given) else sorted(glob.glob(given, recursive=True))  # noqa: PTH207 (Path.glob takes no absolute pattern)
        for path in matches or [given]:
            yield Path(os.path.abspath(path))  # noqa: PTH100 (links are kept as the user named them)


def _seen(path: Path, source: str) -> InputFile:
    try:
        state = path.stat()
    except OSError:
        return InputFile(path, source, *NO_STATE)
    return InputFile(path, source, state.st_size, state.st_mtime_ns)
