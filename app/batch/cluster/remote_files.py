"""Inputs and outputs of a batch at addresses such as `s3://bucket/folder`: whatever fsspec knows.

Plain paths, and addresses that begin with `file://`, are those of this computer and go the usual way.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib
import os
import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from app.batch.cluster.errors import ClusterMissingError, UnknownAddressError
from app.batch.inputs import NO_STATE, FoundInputs, InputFile, Place, find_places, join_places
from app.batch.output import FolderOutput, Output
from app.capture.errors import FileMissingError, FileTooLargeError, FileUnreadableError
from app.capture.images import DEFAULT_LIMITS
from app.capture.pages import PAGE_SUFFIXES
from app.documents.errors import OutputExistsError, OutputFolderError
from app.private_files import make_private_folder

_TEMPORARY_PREFIX, _TEMPORARY_SUFFIX = ".cardlight-", ".tmp"
_LOCAL = "file://"
_STATE_BYTES = 7  # of the hash that stands for a remote file's state, so that it fits an integer of SQLite


def is_remote(place: str) -> bool:
    """Whether a path is an address of something other than this computer's files."""
    return "://" in place and not place.startswith(_LOCAL)


def without_local_scheme(place: str) -> str:
    """The path that an address of this computer's files holds; other addresses and paths as they are."""
    return place.removeprefix(_LOCAL)


def find_everywhere(inputs: Sequence[str], out: Path) -> FoundInputs:
    """Find inputs on this computer and elsewhere, each once, in the order of the inputs.

    Args:
        inputs: Paths, patterns and addresses of files and folders, as given by the user.
        out: The folder of this computer that is written to; not searched.

    Raises:
        BatchError: an address is of a kind that cannot be read here.
    """
    places: list[Place] = []
    for given in inputs:
        places += _find_remote(given) if is_remote(given) else find_places(without_local_scheme(given), out)
    return join_places(places)


def read_remote(address: str) -> bytes:
    """The contents of a file at an address, of at most the usual limit's bytes.

    Raises:
        ImageReadError: one of its subclasses; the file is missing, closed or too large.
    """
    files, path = _file_system(address)
    try:
        with files.open(path, "rb") as file:
            data: bytes = file.read(DEFAULT_LIMITS.file_bytes + 1)
    except FileNotFoundError as error:
        raise FileMissingError from error
    except OSError as error:
        raise FileUnreadableError(_cause(error)) from error
    if len(data) > DEFAULT_LIMITS.file_bytes:
        raise FileTooLargeError(DEFAULT_LIMITS.file_bytes)
    return data


def output_at(place: str, journals: Path) -> Output:
    """Where a batch writes that is sent to a path or an address; remote ones keep their journals in a folder here."""
    return RemoteOutput(place, journals) if is_remote(place) else FolderOutput(Path(without_local_scheme(place)))


class RemoteOutput:
    """A folder at an address. SQLite works on no such thing, so the journal stays on the computer that runs the batch.

    A batch that another computer began there is refused by its manifest. Of two computers that begin at the same
    moment, nothing keeps the second one out.
    """

    def __init__(self, address: str, journals: Path) -> None:
        """Write to an address, with a journal in a folder of this computer."""
        self._files, self._root = _file_system(address)
        self._journal_folder = journals / hashlib.sha256(address.rstrip("/").encode()).hexdigest()[:32]

    @property
    def journal_folder(self) -> Path:
        """As in `Output`: one for each address."""
        return self._journal_folder

    def prepare(self) -> None:
        """As in `Output`."""
        with _write_errors():
            make_private_folder(self._journal_folder)
            self._files.makedirs(self._root, exist_ok=True)

    def remove_leftovers(self) -> None:
        """As in `Output`."""
        with _write_errors():
            for path in self._files.glob(self._path(f"{_TEMPORARY_PREFIX}*{_TEMPORARY_SUFFIX}")):
                self._files.rm_file(path)

    def has(self, name: str) -> bool:
        """As in `Output`."""
        with _write_errors():
            return bool(self._files.exists(self._path(name)))

    def holds(self, name: str, data: bytes) -> bool:
        """As in `Output`."""
        path = self._path(name)
        try:
            return bool(self._files.size(path) == len(data) and self._files.cat_file(path) == data)
        except OSError:
            return False

    def write(self, name: str, data: bytes, *, overwrite: bool = False) -> None:
        """As in `Output`: to a temporary name, and then renamed, since not every place writes at once."""
        path = self._path(name)
        temporary = self._path(f"{_TEMPORARY_PREFIX}{secrets.token_hex(8)}{_TEMPORARY_SUFFIX}")
        with _write_errors():
            if not overwrite and self._files.exists(path):
                raise OutputExistsError
            self._files.pipe_file(temporary, data)
            self._files.mv(temporary, path)

    def _path(self, name: str) -> str:
        return f"{self._root.rstrip('/')}/{name}"


def _find_remote(address: str) -> list[Place]:
    files, root = _file_system(address)
    try:
        if files.isdir(root):
            files.invalidate_cache(root)
            folder = Path(files.unstrip_protocol(root))
            return [Place(folder, tuple(_in_folder(files, root)), searched=(folder,))]
        paths = [root] if files.exists(root) else sorted(files.glob(root))
        found = [_seen(files, path) for path in paths]
    except OSError:
        return [Place(Path(address), (), (Path(address),))]
    missing = InputFile(Path(address), PurePosixPath(root).name, *NO_STATE, files.unstrip_protocol(root))
    return [Place(file.path, (file,)) for file in found or [missing]]


def _in_folder(files: Any, root: str) -> Iterator[InputFile]:
    for path in sorted(files.find(root)):
        within = PurePosixPath(path).relative_to(PurePosixPath(root))
        if within.suffix.lower() in PAGE_SUFFIXES and not any(part.startswith(".") for part in within.parts):
            yield _seen(files, path)


def _seen(files: Any, path: str) -> InputFile:
    address = files.unstrip_protocol(path)
    # What tells one state of a remote file from another differs from place to place: a time, an ETag, a version.
    state = int.from_bytes(hashlib.sha256(str(files.ukey(path)).encode()).digest()[:_STATE_BYTES], "big")
    return InputFile(Path(address), PurePosixPath(path).name, int(files.size(path) or 0), state, address)


def _file_system(address: str) -> tuple[Any, str]:
    try:
        core = importlib.import_module("fsspec.core")
    except ModuleNotFoundError as error:
        raise ClusterMissingError from error
    try:
        files, root = core.url_to_fs(address)
    except (ValueError, ImportError) as error:
        raise UnknownAddressError from error
    return files, root


@contextlib.contextmanager
def _write_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise OutputFolderError(_cause(error)) from error


def _cause(error: OSError) -> str:
    return os.strerror(error.errno) if error.errno else "unknown reason"
