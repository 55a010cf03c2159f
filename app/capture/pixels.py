"""From a decoded picture of any kind of pixels to BGR, 8 bits."""

from __future__ import annotations

import io
import re

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageCms
from PIL.TiffImagePlugin import TiffImageFile

from app.capture.errors import UnsupportedColoursError

_WHITE = (255, 255, 255, 255)
_BITS_PER_SAMPLE = 258
_PHOTOMETRIC_INTERPRETATION, _WHITE_IS_ZERO = 262, 0
_MANAGED_MODES = frozenset({"RGB", "CMYK", "LAB"})
# Not any name with sRGB in it: there are linear ones, and others.
_SRGB_NAMES = re.compile(r"sRGB( IEC61966.*| built-in)?\s*$")
_SRGB = ImageCms.createProfile("sRGB")


def to_bgr(picture: Image.Image) -> NDArray[np.uint8]:
    """Convert a decoded Pillow picture of any mode to a new contiguous BGR uint8 array of shape (H, W, 3).

    Transparency is laid on white, 16-bit samples keep their upper 8 bits, float samples count from 0 to 1, and an
    embedded colour profile is followed to sRGB, since saved crops carry none.

    Raises:
        UnsupportedColoursError: the mode has no meaning as colours on a screen.
    """
    if picture.mode.startswith("I") or picture.mode == "F":
        grey = _deep_grey_to_8_bits(np.asarray(picture), _bits(picture))
        return np.asarray(
            cv2.cvtColor(255 - grey if _counts_from_white(picture) else grey, cv2.COLOR_GRAY2BGR), np.uint8
        )
    if picture.has_transparency_data:
        picture = _on_white(picture)
    return np.asarray(cv2.cvtColor(np.asarray(_to_rgb(picture)), cv2.COLOR_RGB2BGR), np.uint8)


def _counts_from_white(picture: Image.Image) -> bool:
    """Whether 0 is white, in a TIFF. Of samples of 8 bits and fewer, Pillow sees to that itself."""
    return isinstance(picture, TiffImageFile) and picture.tag_v2.get(_PHOTOMETRIC_INTERPRETATION) == _WHITE_IS_ZERO


def _bits(picture: Image.Image) -> int:
    """Of a sample of deep grey: 16, or fewer in a TIFF, of which Pillow gives 12 as they are."""
    noted = picture.tag_v2.get(_BITS_PER_SAMPLE) if isinstance(picture, TiffImageFile) else None
    return 12 if noted == (12,) else 16


def _deep_grey_to_8_bits(grey: NDArray[np.generic], bits: int) -> NDArray[np.uint8]:
    if np.issubdtype(grey.dtype, np.floating):
        return np.asarray(np.nan_to_num(np.asarray(grey, np.float32) * 255).clip(0, 255), np.uint8)
    return np.asarray(np.asarray(grey, np.int32).clip(0, 2**bits - 1) >> (bits - 8), np.uint8)


def _on_white(picture: Image.Image) -> Image.Image:
    background = Image.new("RGBA", picture.size, _WHITE)
    flat = Image.alpha_composite(background, picture.convert("RGBA")).convert("RGB")
    flat.info["icc_profile"] = picture.info.get("icc_profile")
    return flat


def _to_rgb(picture: Image.Image) -> Image.Image:
    managed = _follow_profile(picture)
    if managed is not None:
        return managed
    if picture.mode == "RGB":
        return picture  # `convert` would copy it
    try:
        return picture.convert("RGB")
    except ValueError as error:
        raise UnsupportedColoursError(picture.mode) from error


def _follow_profile(picture: Image.Image) -> Image.Image | None:
    """The picture in sRGB by its embedded profile; None where there is none, it is sRGB already, or it is broken."""
    profile_bytes = picture.info.get("icc_profile")
    if not profile_bytes or picture.mode not in _MANAGED_MODES:
        return None
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(profile_bytes))
        if picture.mode == "RGB" and _SRGB_NAMES.match(ImageCms.getProfileDescription(profile)):
            return None
        return ImageCms.profileToProfile(picture, profile, _SRGB, outputMode="RGB")
    except (OSError, ImageCms.PyCMSError):
        return None
