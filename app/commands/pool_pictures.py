"""The pictures of a pool: their names, and how they are read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from app.capture.errors import ImageReadError
from app.capture.folders import walk_images
from app.capture.images import read_image
from app.console import complain, printable_name
from detector.geometry import Image
from detector.training.distillation.errors import UnreadablePictureError


def pool_names(pool: Path, skip: Path) -> Iterator[str]:
    """Names of the pictures in a folder and its subfolders, always in the same order, one folder in memory at a time.

    Hidden names, linked folders and the folder `skip` are passed over.
    """
    for path in walk_images(pool, _complain_of_folder, skip):
        yield path.relative_to(pool).as_posix()


def _complain_of_folder(error: OSError) -> None:
    complain(f"{printable_name(Path(error.filename))}: the folder can't be looked into ({error.strerror})")


def read_pool_picture(path: Path) -> Image:
    """Read a picture of a pool.

    Raises:
        UnreadablePictureError: it can't be read; the text leaves out its name.
    """
    try:
        return read_image(path)
    except ImageReadError as error:
        raise UnreadablePictureError(str(error)) from error
