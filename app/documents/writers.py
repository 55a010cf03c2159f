"""Pictures into files: whole or not at all, at true size, with no metadata but that size."""

from __future__ import annotations

import contextlib
import errno
import functools
import hashlib
import io
import os
import platform
import re
import secrets
import zlib
from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path

import cv2
from PIL import Image as PillowImage

from app.documents.errors import DiskFullError, OutputExistsError, OutputFolderError, WriteError
from app.documents.outer_shape import on_white
from app.process_life import is_running
from detector.geometry import Image

_JPEG_QUALITY = 95
_NO_HARD_LINKS = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.EXDEV})
# Windows' numbers for a function that a file system lacks; Python has them as EINVAL, which can mean anything.
_NO_HARD_LINKS_ON_WINDOWS = frozenset({1, 50})
_TEMPORARY_PREFIX, _TEMPORARY_SUFFIX = ".cardlight-", ".tmp"
_OWNER = re.compile(rf"{re.escape(_TEMPORARY_PREFIX)}(?P<computer>[0-9a-f]{{8}})-(?P<process>\d{{1,18}})-")
_DISK_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})


class FileFormat(StrEnum):
    """The formats pictures are saved in."""

    PNG = "png"
    JPEG = "jpeg"
    TIFF = "tiff"

    @property
    def suffix(self) -> str:
        """The file name's ending, with its dot."""
        return ".jpg" if self is FileFormat.JPEG else f".{self}"


def encode_picture(picture: Image, file_format: FileFormat, dpi: float) -> bytes:
    """The bytes of a picture file that carries its resolution and no other metadata.

    Args:
        picture: BGR or BGRA uint8, shape (H, W, 3) or (H, W, 4).
        file_format: PNG and TIFF are lossless and keep transparency; JPEG has quality 95 with full colour
            resolution, and white where the picture is transparent. PNG is compressed by run lengths: of six sample
            photos that takes a quarter of the time of the usual way, and up to 42 % more space.
        dpi: Written into the file. PNG counts pixels per metre, so that 300 reads back as 299.9994.
    """
    if file_format is FileFormat.JPEG:
        return _encode_jpeg(on_white(picture), dpi)
    buffer = io.BytesIO()
    if file_format is FileFormat.TIFF:
        _as_pillow(picture).save(buffer, "TIFF", compression="tiff_adobe_deflate", dpi=(dpi, dpi))
    else:
        _as_pillow(picture).save(buffer, "PNG", dpi=(dpi, dpi), compress_type=zlib.Z_RLE)
    return buffer.getvalue()


def _encode_jpeg(picture: Image, dpi: float) -> bytes:
    rgb = _as_pillow(picture)

    def encode(*, optimize: bool) -> bytes:
        buffer = io.BytesIO()
        rgb.save(buffer, "JPEG", quality=_JPEG_QUALITY, subsampling="4:4:4", optimize=optimize, dpi=(dpi, dpi))
        return buffer.getvalue()

    try:
        return encode(optimize=True)
    except OSError:  # to optimize, Pillow keeps 2 bytes a pixel for the whole file; noise takes up to 3
        return encode(optimize=False)


def _as_pillow(picture: Image) -> PillowImage.Image:
    order = cv2.COLOR_BGR2RGB if picture.shape[2] == 3 else cv2.COLOR_BGRA2RGBA
    return PillowImage.fromarray(cv2.cvtColor(picture, order))


def write_file(path: Path, data: bytes, *, overwrite: bool = False) -> None:
    """Write a file so that it appears under its name whole or not at all, even if the power fails.

    The bytes go to a temporary name in the same folder, to the disk, and only then to `path`. What processes that were
    killed left in the folder is removed with the first file that this one writes there.

    Raises:
        OutputExistsError: the name is taken and `overwrite` is false. The file there is left as it is.
        OutputFolderError: the folder is missing or may not be written to.
        DiskFullError: there is no space left.
    """
    _clear_once(path.parent)
    with _write_errors(), _temporary_file(path.parent, data) as temporary:
        if overwrite:
            temporary.replace(path)
        else:
            _rename_to_free_name(temporary, path)


@functools.lru_cache(maxsize=256)
def _clear_once(folder: Path) -> None:
    """Clear a folder before it is first written to; listing a large one with each file would take too long."""
    with contextlib.suppress(WriteError):  # what matters is said of the file that is to be written
        remove_leftovers(folder)


def remove_leftovers(folder: Path) -> None:
    """Remove what writing left in a folder when it was killed, but nothing that a process may still be writing.

    Raises:
        OutputFolderError: the folder may not be changed.
    """
    with _write_errors():
        for path in folder.glob(f"{_TEMPORARY_PREFIX}*{_TEMPORARY_SUFFIX}"):
            if not _may_be_in_use(path.name):
                path.unlink(missing_ok=True)


def _temporary_name() -> str:
    """A new name that says who writes: which process of which computer, since several may share the folder."""
    return f"{_TEMPORARY_PREFIX}{_computer()}-{os.getpid()}-{secrets.token_hex(8)}{_TEMPORARY_SUFFIX}"


def _may_be_in_use(name: str) -> bool:
    """Whether a temporary file's process may be alive; those that name none are from earlier versions."""
    owner = _OWNER.match(name)
    return owner is not None and (owner["computer"] != _computer() or is_running(int(owner["process"])))


@functools.cache
def _computer() -> str:
    return hashlib.sha256(platform.node().encode(errors="replace")).hexdigest()[:8]


def make_folder(path: Path) -> None:
    """Make sure that a folder exists, its parents too.

    Raises:
        OutputFolderError: it cannot be made, or a file has its name.
        DiskFullError: there is no space left.
    """
    try:
        with _write_errors():
            path.mkdir(parents=True, exist_ok=True)
    except OutputExistsError as error:
        raise OutputFolderError("a file has its name") from error


@contextlib.contextmanager
def _write_errors() -> Iterator[None]:
    try:
        yield
    except FileExistsError as error:
        raise OutputExistsError from error
    except OSError as error:
        raise _named(error) from error


def _named(error: OSError) -> WriteError:
    if error.errno in _DISK_FULL:
        return DiskFullError()
    return OutputFolderError(os.strerror(error.errno) if error.errno else "unknown reason")


@contextlib.contextmanager
def _temporary_file(folder: Path, data: bytes) -> Iterator[Path]:
    """A new file in `folder` with `data` on the disk; gone at the end unless it was renamed."""
    path = folder / _temporary_name()
    try:
        with path.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        yield path
    finally:
        path.unlink(missing_ok=True)


def _rename_to_free_name(temporary: Path, path: Path) -> None:
    """Rename without replacing what is there: by a hard link, which fails atomically where the name is taken."""
    try:
        os.link(temporary, path)
    except OSError as error:
        windows = getattr(error, "winerror", None)
        if error.errno not in _NO_HARD_LINKS and windows not in _NO_HARD_LINKS_ON_WINDOWS:
            raise
        if os.path.lexists(path):
            raise FileExistsError from error
        temporary.rename(path)
