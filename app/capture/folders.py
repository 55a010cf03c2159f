"""Pictures and documents in folders."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

from app.capture.images import IMAGE_SUFFIXES


@dataclass(frozen=True, slots=True)
class FolderListing:
    """What a folder holds.

    Attributes:
        images: Files whose names end as asked for, in the order of their paths.
        unreadable: Folders, of those searched, whose contents the system does not list.
    """

    images: tuple[Path, ...]
    unreadable: tuple[Path, ...]


def list_images(folder: Path, skip: Path | None = None, suffixes: frozenset[str] = IMAGE_SUFFIXES) -> FolderListing:
    """Find the pictures in a folder and its subfolders. Hidden names and linked folders are passed over.

    Args:
        folder: Where to look.
        skip: A folder not to look into, so that what is written there is not read again.
        suffixes: Lower-case endings of the files to find: `images.IMAGE_SUFFIXES`, or `pages.PAGE_SUFFIXES`.
    """
    images: list[Path] = []
    unreadable: list[Path] = []
    skipped = skip.resolve() if skip else None
    for parent_name, subfolders, files in os.walk(
        folder, onerror=lambda error: unreadable.append(Path(error.filename))
    ):
        parent = Path(parent_name)
        subfolders[:] = [
            name for name in subfolders if not name.startswith(".") and (parent / name).resolve() != skipped
        ]
        images += [parent / name for name in files if _ends_in(name, suffixes)]
    return FolderListing(tuple(sorted(images)), tuple(sorted(unreadable)))


def _ends_in(name: str, suffixes: frozenset[str]) -> bool:
    return not name.startswith(".") and Path(name).suffix.lower() in suffixes
