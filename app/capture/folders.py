"""Pictures and documents in folders."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.capture.images import IMAGE_SUFFIXES

CLOSED_FOLDER = "the folder cannot be read. Check its permissions."


@dataclass(frozen=True, slots=True)
class FolderListing:
    """What a folder holds.

    Attributes:
        images: Files whose names end as asked for, in the order of their paths.
        unreadable: Folders, of those searched, whose contents the system does not list.
    """

    images: tuple[Path, ...]
    unreadable: tuple[Path, ...]


def _never() -> bool:
    return False


def list_images(
    folder: Path,
    skip: Path | None = None,
    suffixes: frozenset[str] = IMAGE_SUFFIXES,
    is_cancelled: Callable[[], bool] = _never,
) -> FolderListing:
    """Find the pictures in a folder and its subfolders. Hidden names and linked folders are passed over.

    Args:
        folder: Where to look.
        skip: A folder not to look into, so that what is written there is not read again.
        suffixes: Lower-case endings of the files to find: `images.IMAGE_SUFFIXES`, or `pages.PAGE_SUFFIXES`.
        is_cancelled: Asked before each folder; where it says so, the listing ends there.
    """
    unreadable: list[Path] = []
    images = walk_images(folder, lambda error: unreadable.append(Path(error.filename)), skip, suffixes, is_cancelled)
    return FolderListing(tuple(sorted(images)), tuple(sorted(unreadable)))


def walk_images(
    folder: Path,
    on_unreadable: Callable[[OSError], None],
    skip: Path | None = None,
    suffixes: frozenset[str] = IMAGE_SUFFIXES,
    is_cancelled: Callable[[], bool] = _never,
) -> Iterator[Path]:
    """The pictures that `list_images` finds, one by one: folder by folder, with the names of one in memory at a time.

    The order is always the same: a folder's files by name, then its subfolders by name.

    Args:
        folder: Where to look.
        on_unreadable: Told of each folder whose contents the system does not list.
        skip: As for `list_images`.
        suffixes: As for `list_images`.
        is_cancelled: As for `list_images`.
    """
    skipped = skip.resolve() if skip else None
    for parent_name, subfolders, files in os.walk(folder, onerror=on_unreadable):
        if is_cancelled():
            return
        parent = Path(parent_name)
        subfolders[:] = sorted(
            name for name in subfolders if not name.startswith(".") and (parent / name).resolve() != skipped
        )
        yield from (parent / name for name in sorted(files) if _ends_in(name, suffixes))


def _ends_in(name: str, suffixes: frozenset[str]) -> bool:
    return not name.startswith(".") and Path(name).suffix.lower() in suffixes
