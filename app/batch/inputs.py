"""Which files a batch is about."""

from __future__ import annotations

import glob
import itertools
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from app.capture.folders import list_images
from app.capture.pages import PAGE_SUFFIXES

NO_STATE = (-1, -1)
"""Size and time of an input that is not there; it is reported as such when it is its turn."""

# The journal holds numbers of 64 bits, which end in the year 2262; a file may say that it is from a later one.
_LATEST_NS = 2**63 - 1


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
        searched: Folders that were searched whole: what was once found in them and is not among the files is gone, or
            no longer meant.
    """

    files: tuple[InputFile, ...]
    unreadable: tuple[Path, ...]
    searched: tuple[Path, ...] = ()


def find_inputs(inputs: Sequence[str], out: Path) -> FoundInputs:
    """Find the files meant by paths of files, paths of folders, searched with their subfolders, and glob patterns.

    Args:
        inputs: As given by the user. A pattern such as `scans/**/*.jpg` is used only where no file has that name.
        out: The folder that is written to; not searched.
    """
    files: dict[Path, InputFile] = {}
    unreadable: list[Path] = []
    searched: list[Path] = []
    for given in inputs:
        matches = [] if os.path.lexists(given) else sorted(_matches(given))
        searched += [_absolute(_fixed_part(given))] if matches else []
        for path in map(_absolute, matches or [given]):
            if not os.path.isdir(path):  # noqa: PTH112 (Path.is_dir raises where a parent folder is closed)
                files.setdefault(path, _seen(path, path.name))
                continue
            listing = list_images(path, skip=out, suffixes=PAGE_SUFFIXES)
            unreadable += listing.unreadable
            searched += [] if listing.unreadable else [path]
            for image in listing.images:
                files.setdefault(image, _seen(image, image.relative_to(path).as_posix()))
    return FoundInputs(tuple(files.values()), tuple(unreadable), tuple(searched))


def _absolute(path: str) -> Path:
    return Path(os.path.abspath(path))  # noqa: PTH100 (links are kept as the user named them)


def _fixed_part(pattern: str) -> str:
    """The folder that all matches of a pattern are in."""
    return str(Path(*itertools.takewhile(lambda part: glob.escape(part) == part, Path(pattern).parts)))


def _matches(pattern: str) -> list[str]:
    """As `glob.glob` gives them, but `**` leads through no linked folder: links can lead round in circles."""
    parts = Path(pattern).parts
    if "**" not in parts:
        return glob.glob(pattern)  # noqa: PTH207 (Path.glob takes no absolute pattern)
    before, after = parts[: parts.index("**")], parts[parts.index("**") + 1 :]
    tops = glob.glob(str(Path(*before))) if before else ["."]  # noqa: PTH207 (as above)
    folders = [folder for top in tops for folder in _folders(top)]
    if not after:
        return folders
    return [match for folder in folders for match in _matches(str(Path(glob.escape(folder), *after)))]


def _folders(top: str) -> Iterator[str]:
    """A folder and all below it, but for hidden ones."""
    for folder, below, _files in os.walk(top):
        below[:] = [name for name in below if not name.startswith(".")]
        yield folder


def _seen(path: Path, source: str) -> InputFile:
    try:
        state = path.stat()
    except OSError:
        return InputFile(path, source, *NO_STATE)
    return InputFile(path, source, state.st_size, max(-_LATEST_NS, min(state.st_mtime_ns, _LATEST_NS)))
