from __future__ import annotations

import errno
import hashlib
import io
import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, TiffTags

from app.documents import writers
from app.documents.errors import DiskFullError, OutputExistsError, OutputFolderError
from app.documents.formats import ID_1
from app.documents.writers import FileFormat, encode_picture, make_folder, remove_leftovers, write_file

# What TIFF needs to say how its pixels are stored.
LAYOUT_TAGS = {
    "ImageWidth",
    "ImageLength",
    "BitsPerSample",
    "Compression",
    "PhotometricInterpretation",
    "StripOffsets",
    "SamplesPerPixel",
    "RowsPerStrip",
    "StripByteCounts",
    "XResolution",
    "YResolution",
    "PlanarConfiguration",
    "ResolutionUnit",
}


def read_back(data: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


@pytest.mark.parametrize("file_format", FileFormat)
@pytest.mark.parametrize("dpi", [150, 300, 600])
def test_true_size_is_read_back(file_format, dpi) -> None:
    width, height = ID_1.size_px(dpi)

    picture = read_back(encode_picture(np.zeros((height, width, 3), np.uint8), file_format, dpi))

    assert picture.info["dpi"] == pytest.approx((dpi, dpi), rel=1e-4)
    assert picture.width / picture.info["dpi"][0] * 25.4 == pytest.approx(ID_1.width_mm, abs=25.4 / dpi)


@pytest.mark.parametrize("file_format", [FileFormat.PNG, FileFormat.TIFF])
def test_lossless_formats_keep_every_pixel_and_the_order_of_colours(file_format) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (20, 30, 3), dtype=np.uint8)

    data = encode_picture(picture, file_format, 300)

    np.testing.assert_array_equal(np.asarray(read_back(data))[..., ::-1], picture)


@pytest.mark.parametrize("levels", [256, 2])
def test_noise_becomes_a_jpeg_as_well(levels) -> None:
    noise = np.random.default_rng(0).integers(0, levels, (300, 400, 3), dtype=np.uint8) * (255 // (levels - 1))

    assert read_back(encode_picture(noise, FileFormat.JPEG, 300)).size == (400, 300)


@pytest.mark.parametrize("file_format", [FileFormat.PNG, FileFormat.TIFF])
def test_transparency_is_kept_where_the_format_has_it(file_format) -> None:
    picture = np.random.default_rng(0).integers(0, 256, (20, 30, 4), dtype=np.uint8)

    back = np.asarray(read_back(encode_picture(picture, file_format, 300)))

    np.testing.assert_array_equal(back[..., [2, 1, 0, 3]], picture)


def test_jpeg_is_white_where_the_picture_is_transparent() -> None:
    back = read_back(encode_picture(np.zeros((16, 16, 4), np.uint8), FileFormat.JPEG, 300))

    assert back.mode == "RGB"
    assert np.asarray(back).min() == 255


def test_jpeg_keeps_colours_at_full_resolution() -> None:
    picture = np.full((16, 16, 3), (30, 40, 200), np.uint8)

    back = read_back(encode_picture(picture, FileFormat.JPEG, 300))

    np.testing.assert_allclose(np.asarray(back)[..., ::-1], picture, atol=3)
    assert {component[1:3] for component in back.layer} == {(1, 1)}


@pytest.mark.parametrize("file_format", FileFormat)
def test_no_metadata_but_the_resolution(file_format) -> None:
    picture = read_back(encode_picture(np.zeros((8, 8, 3), np.uint8), file_format, 300))

    assert not {TiffTags.lookup(tag).name for tag in picture.getexif()} - LAYOUT_TAGS
    assert set(picture.info) <= {"dpi", "jfif", "jfif_version", "jfif_unit", "jfif_density", "compression"}


def test_a_new_file_is_written_and_nothing_else(tmp_path: Path) -> None:
    write_file(tmp_path / "身份证-1.png", b"data")

    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("身份证-1.png", b"data")]


def test_new_files_get_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    write_file(tmp_path / "ours", b"data")

    assert (tmp_path / "ours").stat().st_mode == (tmp_path / "usual").stat().st_mode


def test_a_file_of_the_user_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"the user's")

    with pytest.raises(OutputExistsError):
        write_file(tmp_path / "a.png", b"ours")

    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.png", b"the user's")]


def test_it_is_replaced_when_told_to(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"before")

    write_file(tmp_path / "a.png", b"after", overwrite=True)

    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.png", b"after")]


@pytest.mark.parametrize("overwrite", [False, True])
@pytest.mark.parametrize(("number", "expected"), [(errno.ENOSPC, DiskFullError), (errno.EIO, OutputFolderError)])
def test_a_failure_half_way_leaves_nothing(tmp_path: Path, monkeypatch, overwrite, number, expected) -> None:
    (tmp_path / "old.png").write_bytes(b"old")

    def fail(_descriptor: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(expected):
        write_file(tmp_path / ("old.png" if overwrite else "new.png"), b"data", overwrite=overwrite)

    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("old.png", b"old")]


@pytest.mark.parametrize(("number", "windows"), [(errno.EPERM, None), (errno.EINVAL, 1), (errno.EINVAL, 50)])
def test_without_hard_links(tmp_path: Path, monkeypatch, number: int, windows: int | None) -> None:
    """Sticks of cameras have none; Windows says so by a number of its own."""

    def no_links(_source: Path, _target: Path) -> None:
        error = OSError(number, os.strerror(number))
        if windows:
            error.winerror = windows
        raise error

    monkeypatch.setattr(os, "link", no_links)
    write_file(tmp_path / "a.png", b"first")
    with pytest.raises(OutputExistsError):
        write_file(tmp_path / "a.png", b"second")

    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a.png", b"first")]


def test_a_missing_folder(tmp_path: Path) -> None:
    with pytest.raises(OutputFolderError):
        write_file(tmp_path / "none" / "a.png", b"data")


def test_folders_are_made_with_their_parents(tmp_path: Path) -> None:
    make_folder(tmp_path / "a" / "b")
    make_folder(tmp_path / "a" / "b")

    assert (tmp_path / "a" / "b").is_dir()


@pytest.mark.parametrize("name", ["file", "file/below"])
def test_a_file_in_the_place_of_a_folder(tmp_path: Path, name) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputFolderError):
        make_folder(tmp_path / name)


def left_by(monkeypatch, folder: Path, process: int, computer: str = "here") -> str:
    """A file that a process was writing when it was killed."""
    with monkeypatch.context() as patch:
        patch.setattr(writers.os, "getpid", lambda: process)
        patch.setattr(writers, "_computer", lambda: hashlib.sha256(computer.encode()).hexdigest()[:8])
        path = folder / writers._temporary_name()
        path.write_bytes(b"a piece of a card")
    return path.name


@pytest.mark.parametrize("clear", [remove_leftovers, lambda folder: write_file(folder / "b.png", b"data")])
def test_leftovers_of_killed_writers_are_removed_and_nothing_that_is_still_written(
    tmp_path: Path, monkeypatch, clear
) -> None:
    monkeypatch.setattr(writers, "is_running", lambda process: process == 7)
    monkeypatch.setattr(writers, "_computer", lambda: hashlib.sha256(b"here").hexdigest()[:8])
    left_by(monkeypatch, tmp_path, 5)
    in_use = {left_by(monkeypatch, tmp_path, 7), left_by(monkeypatch, tmp_path, 5, "elsewhere")}
    for name in (".cardlight-0123456789abcdef.tmp", "a.png", "other.tmp"):
        (tmp_path / name).touch()

    clear(tmp_path)

    assert {path.name for path in tmp_path.iterdir()} - {"b.png"} == {"a.png", "other.tmp"} | in_use


def test_leftovers_that_cannot_be_removed_stop_no_file(tmp_path: Path, monkeypatch) -> None:
    def refuse(_folder: Path) -> None:
        raise OutputFolderError("Operation not permitted")

    monkeypatch.setattr(writers, "remove_leftovers", refuse)

    write_file(tmp_path / "a.png", b"data")

    assert (tmp_path / "a.png").read_bytes() == b"data"
