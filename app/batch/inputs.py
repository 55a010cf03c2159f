"""Which files a batch is about."""

from __future__ import annotations

import glob
import itertools
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

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
        source: As seen from the folder that was searched, with / between folders; the name of a file given. Where
            there are several inputs, the folder's name comes first, and further ones before it where names are equal.
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


@dataclass(frozen=True, slots=True)
class Place:
    """One of the files and folders that are meant by the inputs.

    Attributes:
        path: Absolute.
        files: The file itself, or those in the folder; their sources are not told apart from those of other places.
        unreadable: As in `FoundInputs`.
        searched: As in `FoundInputs`.
    """

    path: Path
    files: tuple[InputFile, ...]
    unreadable: tuple[Path, ...] = ()
    searched: tuple[Path, ...] = ()


def find_inputs(inputs: Sequence[str], out: Path) -> FoundInputs:
    """Find the files meant by paths of files, paths of folders, searched with their subfolders, and glob patterns.

    Args:
        inputs: As given by the user. A pattern such as `scans/**/*.jpg` is used only where no file has that name.
        out: The folder that is written to; not searched.
    """
    return join_places([place for given in inputs for place in find_places(given, out)])


def find_places(given: str, out: Path) -> Iterator[Place]:
    """The places that one input means; all else as in `find_inputs`."""
    matches = [] if os.path.lexists(given) else sorted(_matches(given))
    searched = (_absolute(_fixed_part(given)),) if matches else ()
    for path in map(_absolute, matches or [given]):
        if not os.path.isdir(path):  # noqa: PTH112 (Path.is_dir raises where a parent folder is closed)
            yield Place(path, (_seen(path),), searched=searched)
            continue
        listing = list_images(path, skip=out, suffixes=PAGE_SUFFIXES)
        whole = () if listing.unreadable else (path,)
        yield Place(path, tuple(map(_seen, listing.images)), listing.unreadable, (*searched, *whole))


def join_places(places: Sequence[Place]) -> FoundInputs:
    """What all inputs mean together, with sources that tell the files apart."""
    names = _distinct_names([place.path for place in places])
    files: dict[Path, InputFile] = {}
    for place in places:
        for file in place.files:
            is_in_only_place = len(names) == 1 and file.path != place.path
            source = PurePosixPath("" if is_in_only_place else names[place.path], _within(file, place))
            files.setdefault(file.path, replace(file, source=str(source)))
    unreadable = tuple(folder for place in places for folder in place.unreadable)
    searched = dict.fromkeys(folder for place in places for folder in place.searched)
    return FoundInputs(tuple(files.values()), unreadable, tuple(searched))


def _within(file: InputFile, place: Place) -> str:
    return file.path.relative_to(place.path).as_posix()


def _distinct_names(paths: Sequence[Path]) -> dict[Path, str]:
    """For each path its name, with the names of so many folders before it that no other path ends so."""
    counts = Counter(end for path in set(paths) for end in _ends(path))
    return {path: next(end for end in _ends(path) if counts[end] == 1) for path in paths}


def _ends(path: Path) -> Iterator[str]:
    return ("/".join(path.parts[-count:]) for count in range(1, len(path.parts) + 1))


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


def _seen(path: Path) -> InputFile:
    try:
        state = path.stat()
    except OSError:
        return InputFile(path, path.name, *NO_STATE)
    return InputFile(path, path.name, state.st_size, max(-_LATEST_NS, min(state.st_mtime_ns, _LATEST_NS)))
