from __future__ import annotations

import io
import os
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from app.capture import errors
from app.capture.images import Limits, decode_image, look_into_image, read_image

pillow_heif.register_heif_opener()

FORMATS = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "HEIF")
ORIENTATION = 0x0112
# Where the red, green, blue and white quarter goes when a picture is shown by its EXIF orientation.
UPRIGHT_QUARTERS = {1: "rgbw", 2: "grwb", 3: "wbgr", 4: "bwrg", 5: "rbgw", 6: "brwg", 7: "wgbr", 8: "gwrb"}
BGR = {"r": (0, 0, 255), "g": (0, 255, 0), "b": (255, 0, 0), "w": (255, 255, 255)}


def encode(picture: Image.Image, format_name: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, format_name, **options)
    return buffer.getvalue()


def quarters() -> Image.Image:
    picture = Image.new("RGB", (48, 32), "white")
    picture.paste("red", (0, 0, 24, 16))
    picture.paste("lime", (24, 0, 48, 16))
    picture.paste("blue", (0, 16, 24, 32))
    return picture


def smooth_picture() -> Image.Image:
    noise = np.random.default_rng(7).integers(0, 256, (60, 90, 3), dtype=np.uint8)
    return Image.fromarray(cv2.GaussianBlur(noise, (0, 0), 2))


def png_header_only(width: int, height: int) -> bytes:
    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(64))) + chunk(b"IEND", b"")
    )


def tiff_with_pages(*later: bytes) -> bytes:
    """A sound page, and after it pages of nothing but these tags, of 12 bytes each."""
    data = bytearray(encode(quarters(), "TIFF"))
    (first,) = struct.unpack_from("<I", data, 4)
    link = first + 2 + 12 * struct.unpack_from("<H", data, first)[0]
    for tags in later:
        data += bytes(len(data) % 2)
        struct.pack_into("<I", data, link, len(data))
        data += struct.pack("<H", len(tags) // 12) + tags
        link = len(data)
        data += bytes(4)
    return bytes(data)


def read_quarters(image: np.ndarray) -> list[np.ndarray]:
    height, width = image.shape[:2]
    return [image[y, x] for y in (height // 4, height * 3 // 4) for x in (width // 4, width * 3 // 4)]


@pytest.mark.parametrize("format_name", FORMATS)
def test_every_format_becomes_bgr(format_name: str) -> None:
    image = decode_image(encode(quarters(), format_name))

    assert image.dtype == np.uint8
    assert image.flags.c_contiguous
    assert image.flags.writeable
    for pixel, name in zip(read_quarters(image), "rgbw", strict=True):
        np.testing.assert_allclose(pixel, BGR[name], atol=12)


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied_once(format_name: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = orientation

    image = decode_image(encode(quarters(), format_name, exif=exif.tobytes()))

    assert image.shape == ((32, 48, 3) if orientation < 5 else (48, 32, 3))
    for pixel, name in zip(read_quarters(image), UPRIGHT_QUARTERS[orientation], strict=True):
        np.testing.assert_allclose(pixel, BGR[name], atol=12)


def test_exif_orientation_agrees_with_opencv() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    data = encode(smooth_picture(), "JPEG", exif=exif, quality=95)

    theirs = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)

    np.testing.assert_allclose(decode_image(data), theirs, atol=2)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
def test_damaged_exif_does_not_cost_the_picture() -> None:
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    data = encode(quarters(), "JPEG", exif=exif).replace(b"Exif\0\0MM\0*", b"Exif\0\0MM\xff\xff", 1)

    assert decode_image(data).shape == (32, 48, 3)


def test_an_odd_tag_beside_the_orientation_does_not_cost_the_picture() -> None:
    make_is_a_fraction = struct.pack("<HHIIHHII", 0x010F, 5, 1, 38, ORIENTATION, 3, 1, 6)
    exif = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 2) + make_is_a_fraction + struct.pack("<III", 0, 1, 3)

    image = decode_image(encode(quarters(), "JPEG", exif=exif))

    for pixel, name in zip(read_quarters(image), UPRIGHT_QUARTERS[6], strict=True):
        np.testing.assert_allclose(pixel, BGR[name], atol=12)


@pytest.mark.parametrize("format_name", ["GIF", "WEBP", "PNG"])
def test_an_animation_gives_its_first_frame(format_name: str) -> None:
    later = [Image.new("RGB", (48, 32), colour) for colour in ("black", "yellow")]

    image = decode_image(encode(quarters(), format_name, save_all=True, append_images=later, duration=100))

    for pixel, name in zip(read_quarters(image), "rgbw", strict=True):
        np.testing.assert_allclose(pixel, BGR[name], atol=25)


def test_a_phone_picture_of_several_parts_gives_its_first(tmp_path: Path) -> None:
    data = encode(quarters(), "MPO", save_all=True, append_images=[Image.new("RGB", (48, 32))])

    assert decode_image(data).shape == (32, 48, 3)


def test_one_pixel() -> None:
    np.testing.assert_array_equal(decode_image(encode(Image.new("RGB", (1, 1), (1, 2, 3)), "PNG")), [[[3, 2, 1]]])


def test_30000_pixels_wide() -> None:
    assert decode_image(encode(Image.new("RGB", (30_000, 40), "red"), "PNG")).shape == (40, 30_000, 3)


def test_a_chinese_name(tmp_path: Path) -> None:
    path = tmp_path / "身份证.jpg"
    path.write_bytes(encode(quarters(), "JPEG"))

    assert read_image(path).shape == (32, 48, 3)


def test_the_suffix_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "picture.jpg"
    path.write_bytes(encode(quarters(), "PNG"))

    assert read_image(path).shape == (32, 48, 3)


def test_missing_file(tmp_path: Path) -> None:
    with pytest.raises(errors.FileMissingError):
        read_image(tmp_path / "none.jpg")


def test_folder(tmp_path: Path) -> None:
    with pytest.raises(errors.FolderInsteadOfFileError):
        read_image(tmp_path)


def test_file_in_the_place_of_a_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"x")
    with pytest.raises(errors.FileUnreadableError):
        read_image(tmp_path / "file" / "picture.jpg")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")
    with pytest.raises(errors.FileUnreadableError, match="regular file"):
        read_image(tmp_path / "pipe.jpg")


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "locked.jpg"
    path.write_bytes(encode(quarters(), "JPEG"))
    path.chmod(0)
    if os.access(path, os.R_OK):  # the superuser reads everything

        def refuse(_path: Path, _flags: int) -> int:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(os, "open", refuse)
    with pytest.raises(errors.FileUnreadableError, match="Permission denied"):
        read_image(path)


@pytest.mark.parametrize("times", [1, 2, 99])
def test_a_file_that_is_replaced_or_written_while_it_is_read(tmp_path: Path, monkeypatch, times: int) -> None:
    old, new = (encode(Image.new("RGB", (40, 30), colour), "PNG") for colour in ("red", "blue"))
    path = tmp_path / "a.png"
    path.write_bytes(old)
    really_fstat, changes = os.fstat, iter(range(times))

    def change_it_meanwhile(descriptor: int) -> os.stat_result:
        state = really_fstat(descriptor)
        if next(changes, None) is not None:
            (tmp_path / "new.png").write_bytes(new)
            (tmp_path / "new.png").replace(path)
        return state

    monkeypatch.setattr(os, "fstat", change_it_meanwhile)
    if times > 3:
        with pytest.raises(errors.DamagedImageError):
            read_image(path)
    else:
        assert tuple(read_image(path)[5, 5]) == (255, 0, 0)


def test_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()
    with pytest.raises(errors.EmptyFileError):
        read_image(tmp_path / "empty.jpg")


@pytest.mark.parametrize("data", [b"\0", b"just text, no picture", b"%PDF-1.7 and so on", bytes(5000)])
def test_not_an_image(data: bytes) -> None:
    with pytest.raises(errors.NotAnImageError):
        decode_image(data)


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@pytest.mark.parametrize("format_name", FORMATS)
@pytest.mark.parametrize("share", [0.3, 0.5, 0.9, 0.99])
def test_truncated(format_name: str, share: float) -> None:
    data = encode(smooth_picture(), format_name)
    with pytest.raises((errors.DamagedImageError, errors.NotAnImageError)):
        decode_image(data[: int(len(data) * share)])


@pytest.mark.parametrize("missing_bytes", [1, 2, 5, 40])
@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_without_its_last_bytes_is_damaged(missing_bytes: int, progressive: bool) -> None:
    data = encode(smooth_picture(), "JPEG", progressive=progressive)
    with pytest.raises(errors.DamagedImageError):
        decode_image(data[:-missing_bytes])


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@given(format_name=st.sampled_from([name for name in FORMATS if name != "TIFF"]), data=st.data())
def test_damage_is_a_read_error_or_a_picture(format_name: str, data: st.DataObject) -> None:
    damaged = bytearray(encode(smooth_picture(), format_name))
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    try:
        image = decode_image(bytes(damaged), Limits(megapixels=1))
    except errors.ImageReadError:
        return
    assert image.dtype == np.uint8
    assert image.ndim == 3


def test_a_page_without_a_size() -> None:
    data = tiff_with_pages(struct.pack("<HHII", 0x0131, 2, 4, 0))

    assert len(look_into_image(data).frames) == 2
    with pytest.raises(errors.DamagedImageError):
        decode_image(data, frame=1)


@pytest.mark.parametrize("moment", ["open", "load"])
@pytest.mark.parametrize("error", [AttributeError, KeyError, RuntimeError, TypeError, MemoryError])
def test_whatever_a_decoder_raises_is_a_read_error(monkeypatch, moment: str, error: type[Exception]) -> None:
    def fail(*_arguments: object, **_options: object) -> None:
        raise error

    data = encode(quarters(), "PNG")
    monkeypatch.setattr(*((Image, "open", fail) if moment == "open" else (PngImageFile, "load", fail)))
    with pytest.raises(errors.MemoryShortError if error is MemoryError else errors.DamagedImageError):
        decode_image(data)


def test_a_decompression_bomb_is_not_decoded() -> None:
    with pytest.raises(errors.ImageTooLargeError, match="50000 x 50000 pixels; the limit is 100 megapixels"):
        decode_image(png_header_only(50_000, 50_000))


def progressive(scans: int) -> bytes:
    """A grey JPEG of 40x30 pixels whose scans after the first refine nothing."""

    def segment(marker: int, content: bytes) -> bytes:
        return bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content

    tables = segment(0xDB, b"\0" + b"\x01" * 64) + segment(0xC2, struct.pack(">BHHB", 8, 30, 40, 1) + b"\x01\x11\x00")
    for kind, symbol in ((b"\x00", b"\0"), (b"\x10", b"\xe0")):
        tables += segment(0xC4, kind + bytes([1] + [0] * 15) + symbol)
    return b"\xff\xd8" + tables + segment(0xDA, b"\x01\x01\x00\x01\x3f\x00") * scans + b"\xff\xd9"


def test_a_jpeg_of_countless_scans_is_not_decoded() -> None:
    """Each costs a pass over the whole picture, and ten bytes of the file."""
    with pytest.raises(errors.DamagedImageError):
        decode_image(progressive(5_000))


def test_a_photograph_with_much_behind_its_end_is_decoded() -> None:
    """As those that move are: what follows is no part of the picture, whatever it looks like."""
    data = encode(quarters(), "JPEG", progressive=True) + b"\xff\xda" * 5_000
    assert decode_image(data).shape == (32, 48, 3)


def test_markers_within_notes_are_no_scans() -> None:
    data = encode(quarters(), "JPEG", comment=b"\xff\xda" * 5_000)
    assert decode_image(data).shape == (32, 48, 3)


def test_just_above_the_pixel_limit() -> None:
    data = encode(Image.new("L", (100, 101)), "PNG")

    assert decode_image(data, Limits(megapixels=0.0101)).shape == (101, 100, 3)
    with pytest.raises(errors.ImageTooLargeError):
        decode_image(data, Limits(megapixels=0.01))


def test_too_long_a_side() -> None:
    with pytest.raises(errors.ImageTooLargeError, match="65500 pixels a side"):
        decode_image(png_header_only(70_000, 10))


def test_a_tile_far_larger_than_its_picture_is_not_decoded() -> None:
    layout = {256: 16, 257: 16, 258: 8, 259: 8, 262: 1, 277: 1, 322: 16_000, 323: 16_000, 324: 8, 325: 64}
    data = tiff_with_pages(b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in layout.items()))

    with pytest.raises(errors.ImageTooLargeError, match="16000 x 16000"):
        decode_image(data, frame=1)


def test_pages_are_counted_no_further_than_they_are_read() -> None:
    page = b"".join(struct.pack("<HHII", tag, 4, 1, 8) for tag in (256, 257, 273, 279))

    assert len(look_into_image(tiff_with_pages(*[page] * 4)).frames) == 5
    assert len(look_into_image(tiff_with_pages(*[page] * 40), Limits(pages=20)).frames) == 21


def test_too_many_bytes_are_not_read(tmp_path: Path) -> None:
    path = tmp_path / "large.bmp"
    with path.open("wb") as file:
        file.truncate(3 * 2**20)
    with pytest.raises(errors.FileTooLargeError, match="2 MB"):
        read_image(path, Limits(file_bytes=2 * 2**20))


@pytest.mark.parametrize("error_class", errors.ImageReadError.__subclasses__())
def test_every_error_is_one_sentence_of_what_happened_and_one_of_what_to_do(error_class: type[Exception]) -> None:
    samples: dict[str, tuple[object, ...]] = {
        "FileUnreadableError": ("Permission denied",),
        "UnsupportedColoursError": ("LAB",),
        "FileTooLargeError": (2**29,),
        "ImageTooLargeError": (1, 2, "3 pixels"),
        "TooManyPagesError": (500,),
    }
    text = str(error_class(*samples.get(error_class.__name__, ())))

    assert "\n" not in text
    assert text.endswith(".")
    assert text.count(". ") == 1
