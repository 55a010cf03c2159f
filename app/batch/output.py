"""Where the files of a batch go."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Protocol

from app.documents.writers import make_folder, remove_leftovers, write_file


class Output(Protocol):
    """A place for files, known by their names."""

    @property
    def journal_folder(self) -> Path:
        """The folder of this computer that the journal is in."""
        ...

    def prepare(self) -> None:
        """Make sure that the place and the journal's folder exist.

        Raises:
            WriteError: they cannot be made.
        """
        ...

    def remove_leftovers(self) -> None:
        """Remove what writing left behind when it was killed; nobody else may be writing there.

        Raises:
            WriteError: the place may not be changed.
        """
        ...

    def has(self, name: str) -> bool:
        """Whether something has a name."""
        ...

    def holds(self, name: str, data: bytes) -> bool:
        """Whether a file has exactly this name and these contents."""
        ...

    def write(self, name: str, data: bytes, *, overwrite: bool = False) -> None:
        """Write a file, which appears whole or not at all.

        Raises:
            WriteError: it cannot be written, or the name is taken and `overwrite` is false.
        """
        ...


class FolderOutput:
    """A folder of this computer, which holds the journal as well."""

    def __init__(self, folder: Path) -> None:
        """Write to a folder."""
        self._folder = folder

    @property
    def journal_folder(self) -> Path:
        """The folder itself."""
        return self._folder

    def prepare(self) -> None:
        """As in `Output`."""
        make_folder(self._folder)

    def remove_leftovers(self) -> None:
        """As in `Output`."""
        remove_leftovers(self._folder)

    def has(self, name: str) -> bool:
        """As in `Output`; a link that leads nowhere has its name, too."""
        return os.path.lexists(self._folder / name)

    def holds(self, name: str, data: bytes) -> bool:
        """As in `Output`."""
        path = self._folder / name
        try:
            return path.is_file() and path.stat().st_size == len(data) and path.read_bytes() == data
        except OSError:
            return False

    def write(self, name: str, data: bytes, *, overwrite: bool = False) -> None:
        """As in `Output`."""
        write_file(self._folder / name, data, overwrite=overwrite)
