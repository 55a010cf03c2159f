"""The one loader of still pictures: every picture that enters the program from a file comes through here.

Pillow decodes everything. OpenCV's JPEG path takes 60 ms instead of 100 ms for 12 megapixels, but it has no way to
ask for the size first, composites no transparency, and follows no colour profile; one decoder keeps one behaviour.
"""

from __future__ import annotations

import contextlib
import functools
import io
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pi_heif
from numpy.typing import NDArray
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError
from PIL.TiffImagePlugin import TILELENGTH, TILEWIDTH, TiffImageFile

from app.capture.errors import (
    DamagedImageError,
    EmptyFileError,
    FileMissingError,
    FileTooLargeError,
    FileUnreadableError,
    FolderInsteadOfFileError,
    ImageReadError,
    ImageTooLargeError,
    MemoryShortError,
    NotAnImageError,
)
from app.capture.pixels import to_bgr

IMAGE_SUFFIXES = frozenset(
    {".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".tif", ".tiff", ".bmp", ".gif", ".heic", ".heif", ".hif"}
)
"""Lower-case file name endings of the formats that are read; used to pick pictures out of a folder."""

_LOSSLESS_FORMATS = frozenset({"PNG", "TIFF", "BMP", "GIF"})
_FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "HEIF")

_JPEGS = frozenset({"JPEG", "MPO"})
# In coded pixels, a byte of all ones is followed by a zero or the number of a restart.
_JPEG_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_START_OF_SCAN, _END_OF_IMAGE = b"\xff\xda", b"\xff\xd9"
_MOST_SCANS = 200

_NEW_SUBFILE_TYPE, _REDUCED = 254, 1
_MAX_FRAMES_A_PAGE = 8  # that are looked at, smaller copies included

_READ_ATTEMPTS = 3
_BINARY, _DO_NOT_WAIT = getattr(os, "O_BINARY", 0), getattr(os, "O_NONBLOCK", 0)

# Pillow's own limit warns at 89 megapixels and fails at 178. `Limits` is checked instead, before anything is decoded.
Image.MAX_IMAGE_PIXELS = None


@dataclass(frozen=True, slots=True)
class Limits:
    """What a picture may cost. Checked before its pixels are decoded, so that a decompression bomb costs nothing.

    Attributes:
        megapixels: Width times height, in millions.
        side_px: Longest width or height.
        file_bytes: Largest file that is read into memory.
        pages: Most pages of a document that are read.
    """

    megapixels: float = 100.0
    side_px: int = 65_500
    file_bytes: int = 512 * 2**20
    pages: int = 500


DEFAULT_LIMITS = Limits()


def read_image(path: Path, limits: Limits = DEFAULT_LIMITS) -> NDArray[np.uint8]:
    """Read the picture in a file, upright by its EXIF orientation; of several the first, of a HEIC the primary one.

    Args:
        path: A regular file of any name, in JPEG, PNG, WebP, TIFF, BMP, GIF or HEIC; its suffix does not matter.
        limits: What the picture may cost at most.

    Returns:
        A new contiguous BGR array, uint8, shape (H, W, 3).

    Raises:
        ImageReadError: one of its subclasses, each with the one sentence for the user.
    """
    return decode_image(read_bytes(path, limits), limits)


def decode_image(data: bytes, limits: Limits = DEFAULT_LIMITS, frame: int = 0) -> NDArray[np.uint8]:
    """Decode the bytes of a picture file, or one of its frames; all else as in `read_image`."""
    with _decoder_errors(), _open(data) as picture:
        if frame:  # a HEIC is open at its primary picture, which need not be the first
            picture.seek(frame)
        _check_size(picture, limits)
        if picture.format in _JPEGS and _has_countless_scans(data):
            raise DamagedImageError
        picture.load()
        _turn_upright(picture)
        return to_bgr(picture)


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """What is known of a picture file before its pixels are decoded.

    Attributes:
        frames: Which of its frames are its pages: of a TIFF all but smaller copies, up to one page more than the
            limit; of an animation the first picture, of a HEIC the primary one.
        lossless: Whether its pixels are stored without loss.
        focal_35mm: Focal length in millimetres as it would be on 35 mm film; None where the file notes none.
    """

    frames: tuple[int, ...]
    lossless: bool
    focal_35mm: float | None = None


def look_into_image(data: bytes, limits: Limits = DEFAULT_LIMITS) -> ImageFacts:
    """Look into the bytes of a picture file without decoding its pixels.

    Raises:
        ImageReadError: one of its subclasses; it is no picture.
    """
    with _decoder_errors(), _open(data) as picture:
        if not isinstance(picture, TiffImageFile):
            return ImageFacts((0,), picture.format in _LOSSLESS_FORMATS, _focal_35mm(picture))
        focal_35mm = _focal_35mm(picture)
        return ImageFacts(_page_frames(picture, limits.pages + 1), True, focal_35mm)


def _page_frames(picture: TiffImageFile, at_most: int) -> tuple[int, ...]:
    """The frames of a TIFF that are pages. Pillow's own count goes through all, in a time that grows with their square.

    A frame that cannot be gone to is a page, so that it is said to be damaged; those behind it cannot be found.
    """
    pages: list[int] = []
    for frame in range(at_most * _MAX_FRAMES_A_PAGE):
        try:
            with _decoder_errors():
                picture.seek(frame)
                is_page = not _is_reduced(picture)
        except DamagedImageError as error:
            if not isinstance(error.__cause__, EOFError):
                pages.append(frame)
            break
        if is_page:
            pages.append(frame)
        if len(pages) == at_most:
            break
    return tuple(pages) or (0,)


def _is_reduced(picture: TiffImageFile) -> bool:
    """Whether the frame is a smaller copy of another one."""
    kind = picture.tag_v2.get(_NEW_SUBFILE_TYPE)
    return isinstance(kind, int) and bool(kind & _REDUCED)


def is_picture(data: bytes) -> bool:
    """Whether the bytes begin as those of a picture file do."""
    try:
        with _decoder_errors(), _open(data):
            return True
    except (NotAnImageError, EmptyFileError):
        return False
    except ImageReadError:
        return True


def read_bytes(path: Path, limits: Limits = DEFAULT_LIMITS) -> bytes:
    """The contents of a regular file of at most the limit's bytes, all of one moment.

    Raises:
        ImageReadError: one of its subclasses; the file is missing, closed, no file, too large, or still being written.
    """
    try:
        if stat.S_ISDIR(path.stat().st_mode):
            raise FolderInsteadOfFileError
        for _ in range(_READ_ATTEMPTS):
            data = _read_unchanged(path, limits.file_bytes)
            if data is not None:
                return data
        raise DamagedImageError
    except (FileNotFoundError, ValueError) as error:  # the latter for a name that no file can have
        raise FileMissingError from error
    except OSError as error:
        raise FileUnreadableError(os.strerror(error.errno) if error.errno else "unknown reason") from error


def _read_unchanged(path: Path, max_bytes: int) -> bytes | None:
    """The contents of a file; None where it was changed or replaced meanwhile."""
    # Without O_NONBLOCK, a pipe that has taken the file's name would be waited for.
    with os.fdopen(os.open(path, os.O_RDONLY | _BINARY | _DO_NOT_WAIT), "rb") as file:
        before = os.fstat(file.fileno())
        if not stat.S_ISREG(before.st_mode):
            raise FileUnreadableError("it is not a regular file")
        if before.st_size > max_bytes:
            raise FileTooLargeError(max_bytes)
        data = file.read(before.st_size + 1)
        after, named = os.fstat(file.fileno()), path.stat()
    is_same = len(data) == before.st_size and os.path.samestat(after, named) and _state(before) == _state(after)
    return data if is_same else None


def _state(status: os.stat_result) -> tuple[int, int]:
    return status.st_size, status.st_mtime_ns


def _open(data: bytes) -> Image.Image:
    if not data:
        raise EmptyFileError
    _register_heif()
    try:
        return Image.open(io.BytesIO(data), formats=_FORMATS)
    except UnidentifiedImageError as error:
        raise NotAnImageError from error


@contextlib.contextmanager
def _decoder_errors() -> Iterator[None]:
    """Names what decoders raise."""
    try:
        yield
    except ImageReadError:
        raise
    except MemoryError as error:
        raise MemoryShortError from error
    except Exception as error:  # on bytes that make no sense, Pillow and libheif raise nearly every class there is
        raise DamagedImageError from error


@functools.cache
def _register_heif() -> None:
    pi_heif.register_heif_opener()


def _check_size(picture: Image.Image, limits: Limits) -> None:
    _check_sides(*picture.size, limits)
    if isinstance(picture, TiffImageFile) and TILEWIDTH in picture.tag_v2:
        # A whole tile is decoded, however little of it is in the picture. libtiff itself cuts strips to the picture.
        _check_sides(picture.tag_v2[TILEWIDTH], picture.tag_v2[TILELENGTH], limits)


def _check_sides(width: int, height: int, limits: Limits) -> None:
    if width * height > limits.megapixels * 1e6:
        raise ImageTooLargeError(width, height, f"{limits.megapixels:g} megapixels")
    if max(width, height) > limits.side_px:
        raise ImageTooLargeError(width, height, f"{limits.side_px} pixels a side")
    if min(width, height) < 1:
        raise DamagedImageError


def _has_countless_scans(jpeg: bytes) -> bool:
    """Whether a JPEG has far more scans than cameras and programs write, about ten: each costs a pass over all pixels.

    Source of the markers: ITU-T T.81, table B.1.
    """
    position, scans = 2, 0
    while (marker := _JPEG_MARKER.search(jpeg, position)) and marker[0] != _END_OF_IMAGE:
        scans += marker[0] == _START_OF_SCAN
        if scans > _MOST_SCANS:
            return True
        length = int.from_bytes(jpeg[marker.end() : marker.end() + 2])
        position = marker.end() + max(2, length)
    return False


def _focal_35mm(picture: Image.Image) -> float | None:
    """What EXIF notes, unless it makes no sense: no camera has less than 8 or more than 1000 mm."""
    try:
        noted = float(picture.getexif().get_ifd(ExifTags.IFD.Exif).get(ExifTags.Base.FocalLengthIn35mmFilm, 0))
    except Exception:  # noqa: BLE001 (of a damaged EXIF block, nearly every class is raised)
        return None
    return noted if 8 <= noted <= 1000 else None


def _turn_upright(picture: Image.Image) -> None:
    # Where the EXIF block is damaged but the pixels are not, the picture is taken as it lies. Odd tags beside a sound
    # orientation fail after the pixels were turned, when Pillow writes the block anew.
    try:
        ImageOps.exif_transpose(picture, in_place=True)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 (of a damaged EXIF block, nearly every class is raised)
        pass
