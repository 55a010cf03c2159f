"""Files of one JSON object a line: a header, then what grows line by line. They are read and written in a stream.

A process that is killed leaves at most one line unfinished, which is cut off when the file is opened again.
"""

from __future__ import annotations

import json
import os
import secrets
import weakref
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from detector.training.distillation.errors import DamagedLabelsError, writing_labels
from detector.untrusted import is_name_below

Json = dict[str, Any]
_LONGEST_LINE_BYTES = 2**20
_TEMPORARY_PREFIX, _TEMPORARY_SUFFIX = ".labels-", ".tmp"


def read_header(path: Path) -> Json:
    """The first line.

    Raises:
        DamagedLabelsError: it is no JSON object.
    """
    with _open(path) as file:
        return _parsed(file.readline(_LONGEST_LINE_BYTES), path)


def read_lines(path: Path) -> Iterator[Json]:
    """The lines after the header.

    Raises:
        DamagedLabelsError: a line is no JSON object.
    """
    with _open(path) as file:
        for line in islice(_lines(file, path), 1, None):
            yield _parsed(line, path)


class IndexedLines:
    """The lines of a file after the header, by index, as they were when it was opened: it may be replaced meanwhile.

    Each is read when it is asked for, by one process: another one gets the lines pickled, and opens the file itself.
    """

    def __init__(self, path: Path) -> None:
        """Find out where each line begins.

        Raises:
            DamagedLabelsError: a line is longer than any that is written.
        """
        self._path, self._file = path, _open(path)
        weakref.finalize(self, self._file.close)
        offsets, offset = array("q"), 0
        for line in _lines(self._file, path):
            offsets.append(offset)
            offset += len(line)
        self._offsets = offsets[1:]

    def __len__(self) -> int:
        return len(self._offsets)

    def __getitem__(self, index: int) -> Json:
        """A line.

        Raises:
            DamagedLabelsError: it is no JSON object.
        """
        self._file.seek(self._offsets[index])
        return _parsed(self._file.readline(_LONGEST_LINE_BYTES), self._path)

    def __reduce__(self) -> tuple[type[IndexedLines], tuple[Path]]:
        return IndexedLines, (self._path,)


class LineAppender:
    """Appends lines to a file, each at once in the hands of the system, so that a kill loses none."""

    def __init__(self, path: Path, header: Json) -> None:
        """Begin the file with its header, or cut off an unfinished line at the end of the one there.

        Raises:
            LabelFolderError: it can't be written to.
            DamagedLabelsError: not even its header is a finished line; it is left as it is.
        """
        with writing_labels():
            if path.exists() and path.stat().st_size:
                os.truncate(path, _sound_bytes(path))
            else:
                path.write_bytes(_line(header))
            self.lines = _count_lines(path)
            self._file = path.open("ab", buffering=0)

    def append(self, entry: Json) -> None:
        """Add a line.

        Raises:
            LabelFolderError: it can't be written.
        """
        with writing_labels():
            self._file.write(_line(entry))
        self.lines += 1

    def close(self) -> None:
        """Close the file."""
        self._file.close()


@contextmanager
def whole_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write, which gets its name when it is whole and on the disk.

    Raises:
        LabelFolderError: it can't be written.
    """
    with new_file_beside(path) as temporary, writing_labels():
        with temporary.open("wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)


@contextmanager
def new_file_beside(path: Path) -> Iterator[Path]:
    """An empty file in the same folder, of a name that no file of the user's has; deleted in the end if it is there.

    Raises:
        LabelFolderError: it can't be made.
    """
    temporary = path.with_name(f"{_TEMPORARY_PREFIX}{secrets.token_hex(8)}{_TEMPORARY_SUFFIX}")
    with writing_labels():
        temporary.open("xb").close()
    try:
        yield temporary
    finally:
        with writing_labels():
            temporary.unlink(missing_ok=True)


def remove_leftovers(folder: Path) -> None:
    """Remove what writers that were killed left in a folder that nobody else writes to, and in its subfolders.

    Raises:
        LabelFolderError: the folder can't be written to.
    """
    with writing_labels():
        for path in folder.rglob(f"{_TEMPORARY_PREFIX}*{_TEMPORARY_SUFFIX}"):
            path.unlink(missing_ok=True)


def write_line(file: BinaryIO, entry: Json) -> None:
    """Write one line."""
    file.write(_line(entry))


def picture_name(entry: Json, path: Path) -> str:
    """The picture that a line is about, by its name below the pool.

    Raises:
        DamagedLabelsError: it names none, or a file that is not below the pool.
    """
    name: object = entry.get("file")
    if not is_name_below(name):
        raise DamagedLabelsError(path.name)
    return name


def _line(entry: Json) -> bytes:
    # ASCII alone: names that are no valid text survive as escapes.
    return json.dumps(entry, separators=(",", ":")).encode("ascii") + b"\n"


def _sound_bytes(path: Path) -> int:
    """Length of the file up to its last finished line; what else a power cut left at its end is not counted.

    Raises:
        DamagedLabelsError: it has no finished line.
    """
    sound = 0
    with path.open("rb") as file:
        while line := file.readline(_LONGEST_LINE_BYTES):
            if not (line.startswith(b"{") and line.endswith(b"}\n")):
                break
            sound += len(line)
    if not sound:
        raise DamagedLabelsError(path.name)
    return sound


def _count_lines(path: Path) -> int:
    """The number of lines after the header."""
    with _open(path) as file:
        return sum(1 for _ in _lines(file, path)) - 1


def _open(path: Path) -> BinaryIO:
    # A pipe may never end.
    if not path.is_file():
        raise DamagedLabelsError(path.name)
    return path.open("rb")


def _lines(file: BinaryIO, path: Path) -> Iterator[bytes]:
    """The lines from where the file stands on."""
    while line := file.readline(_LONGEST_LINE_BYTES):
        if len(line) == _LONGEST_LINE_BYTES and not line.endswith(b"\n"):
            raise DamagedLabelsError(path.name)
        yield line


def _parsed(line: bytes, path: Path) -> Json:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise DamagedLabelsError(path.name) from error
    if not isinstance(entry, dict):
        raise DamagedLabelsError(path.name)
    return entry
