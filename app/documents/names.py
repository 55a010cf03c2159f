"""Names for the files that a scan writes."""

from __future__ import annotations

import itertools
import os
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from app.documents.writers import FileFormat


@dataclass(frozen=True, slots=True)
class OutputPaths:
    """Where the results of one picture go: a crop for each card, best first, and the overlay where one is wanted."""

    crops: tuple[Path, ...]
    overlay: Path | None


class OutputNames:
    """Gives each picture its own file names in one folder.

    Names are `<stem>-<n>` and `<stem>-overlay`. Where two pictures share a stem, the later one's becomes `<stem>_2`
    and so on; unless `overwrite`, the same happens where files of these names exist already.
    """

    def __init__(self, folder: Path, file_format: FileFormat, *, overwrite: bool) -> None:
        self._folder = folder
        self._suffix = file_format.suffix
        self._overwrite = overwrite
        self._taken: set[str] = set()

    def claim(self, picture: Path, cards: int, *, overlay: bool) -> OutputPaths:
        """Names for a picture's crops and overlay, which no other picture is given."""
        for count in itertools.count(1):
            stem = picture.stem if count == 1 else f"{picture.stem}_{count}"
            paths = self._paths(stem, cards, overlay)
            if self._is_free(stem, paths):
                break
        self._taken.add(_comparable(stem))
        return paths

    def _paths(self, stem: str, cards: int, overlay: bool) -> OutputPaths:
        crops = tuple(self._folder / f"{stem}-{number}{self._suffix}" for number in range(1, cards + 1))
        return OutputPaths(crops, self._folder / f"{stem}-overlay{self._suffix}" if overlay else None)

    def _is_free(self, stem: str, paths: OutputPaths) -> bool:
        if _comparable(stem) in self._taken:
            return False
        wanted = (*paths.crops, paths.overlay) if paths.overlay else paths.crops
        return self._overwrite or not any(os.path.lexists(path) for path in wanted)


def _comparable(stem: str) -> str:
    """Equal for names that some file system holds to be the same: by case, or by the form of accents."""
    return unicodedata.normalize("NFC", stem).casefold()
