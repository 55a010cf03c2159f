from __future__ import annotations

import io
import struct
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image, ImageCms

from app.capture.images import decode_image, read_image
from app.documents import srgb_profile
from tests.app.capture.test_images import BGR, encode, quarters, read_quarters


@pytest.mark.parametrize("format_name", ["JPEG", "TIFF"])
def test_cmyk(format_name: str) -> None:
    image = decode_image(
        encode(quarters().convert("CMYK"), format_name, **({"quality": 95} if format_name == "JPEG" else {}))
    )

    for pixel, name in zip(read_quarters(image), "rgbw", strict=True):
        np.testing.assert_allclose(pixel, BGR[name], atol=12)


def test_lab_colours_follow_their_profile() -> None:
    lab_profile = ImageCms.createProfile("LAB")
    lab = ImageCms.profileToProfile(quarters(), ImageCms.createProfile("sRGB"), lab_profile, outputMode="LAB")
    data = encode(lab, "TIFF", icc_profile=ImageCms.ImageCmsProfile(lab_profile).tobytes())

    for pixel, name in zip(read_quarters(decode_image(data)), "rgbw", strict=True):
        np.testing.assert_allclose(pixel, BGR[name], atol=25)


def test_a_broken_colour_profile_is_passed_over() -> None:
    image = decode_image(encode(quarters(), "PNG", icc_profile=b"no profile at all" * 20))

    assert tuple(image[4, 4]) == BGR["r"]


@pytest.mark.parametrize("suffix", [".png", ".tif"])
@pytest.mark.parametrize("channels", [1, 3, 4])
def test_16_bits_keep_their_upper_half(tmp_path: Path, suffix: str, channels: int) -> None:
    values = np.linspace(0, 65535, 40).astype(np.uint16)
    deep = np.full((30, 40, channels), 65535, np.uint16)
    deep[..., : min(channels, 3)] = values[None, :, None]
    path = tmp_path / f"deep{suffix}"
    assert cv2.imwrite(str(path), deep)

    image = read_image(path)

    np.testing.assert_allclose(image, np.broadcast_to((values >> 8)[None, :, None], image.shape), atol=1)


def test_float_grey_counts_from_0_to_1() -> None:
    data = encode(Image.fromarray(np.full((5, 6), 0.5, np.float32)), "TIFF")

    np.testing.assert_array_equal(decode_image(data), 127)


@pytest.mark.parametrize("mode", ["RGBA", "LA"])
def test_transparency_is_laid_on_white(mode: str) -> None:
    picture = Image.new(mode, (8, 8), (0,) * len(mode))

    np.testing.assert_array_equal(decode_image(encode(picture, "PNG")), 255)


def test_half_transparency_is_blended() -> None:
    image = decode_image(encode(Image.new("RGBA", (4, 4), (0, 0, 255, 128)), "PNG"))

    np.testing.assert_allclose(image[0, 0], (255, 127, 127), atol=1)


def test_a_transparent_palette_colour_is_white() -> None:
    palette = Image.new("P", (8, 8), 1)
    palette.putpalette([255, 0, 0, 0, 255, 0])
    palette.paste(0, (0, 0, 4, 8))

    image = decode_image(encode(palette, "PNG", transparency=0))

    assert tuple(image[0, 0]) == (255, 255, 255)
    assert tuple(image[0, 7]) == (0, 255, 0)


@pytest.mark.parametrize("mode", ["1", "L"])
def test_grey_and_bilevel(mode: str) -> None:
    image = decode_image(encode(quarters().convert("L").point(lambda v: 255 if v > 200 else 0).convert(mode), "PNG"))

    assert image.shape == (32, 48, 3)
    assert tuple(image[24, 40]) == (255, 255, 255)
    assert tuple(image[4, 4]) == (0, 0, 0)


@pytest.mark.parametrize(("white", "black"), [(np.uint16(0), np.uint16(65535)), (np.float32(0), np.float32(1))])
def test_deep_grey_may_count_from_white_to_black(white, black) -> None:
    buffer = io.BytesIO()
    Image.fromarray(np.array([[white, black]])).save(buffer, "TIFF", tiffinfo={262: 0})

    assert decode_image(buffer.getvalue())[0].tolist() == [[255] * 3, [0] * 3]


def test_grey_of_12_bits_is_as_bright_as_others() -> None:
    """White, and a quarter of it, two pixels in three bytes."""
    pixels = bytes([0xFF, 0xFF, 0xFF, 0x3F, 0xF3, 0xFF])
    entries = {256: 2, 257: 2, 258: 12, 259: 1, 262: 1, 273: 8 + 2 + 9 * 12 + 4, 277: 1, 278: 2, 279: len(pixels)}
    directory = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in entries.items())
    data = b"II*\0" + struct.pack("<IH", 8, len(entries)) + directory + b"\0" * 4 + pixels

    assert decode_image(data)[..., 0].tolist() == [[255, 255], [63, 63]]


@pytest.mark.parametrize("name", [b"Linear RGB", b"GIMP built-in Linear sRGB", b"sRGB-elle-V2-g10.icc"])
def test_a_linear_profile_is_followed_whatever_it_is_called(name: bytes, monkeypatch) -> None:
    monkeypatch.setattr(srgb_profile, "_TEXT", name)
    monkeypatch.setattr(srgb_profile, "_linear", lambda value: value)
    profile = srgb_profile.srgb_profile.__wrapped__()

    image = decode_image(encode(Image.new("RGB", (4, 4), (55, 55, 55)), "PNG", icc_profile=profile))

    np.testing.assert_allclose(image, 128, atol=2)
