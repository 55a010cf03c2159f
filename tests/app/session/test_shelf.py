from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image as PillowImage

from app.capture.errors import FileChangedError, FileMissingError, ImageReadError
from app.capture.images import decode_image
from app.session.shelf import MemoryVault, Shelf


def write_picture(path, value: int = 90):
    path.write_bytes(cv2.imencode(".png", np.full((40, 60, 3), value, np.uint8))[1].tobytes())
    return path


def test_a_kept_picture_comes_back_pixel_for_pixel(card) -> None:
    vault = MemoryVault()
    key = Shelf(vault).keep(card)
    later = Shelf(MemoryVault())
    later.take_over(key, vault.read(key))

    assert np.array_equal(later.load(key), card)


def test_a_file_is_read_again_when_needed(tmp_path) -> None:
    path = write_picture(tmp_path / "身份证.png")
    shelf, later = Shelf(MemoryVault()), Shelf(MemoryVault())
    ((key, page),) = shelf.open_file(path)
    later.restore(key, shelf.origin(key))

    assert page.number == 1
    assert later.load(key).shape == (40, 60, 3)
    assert not later.load(key).flags.writeable


def test_a_page_is_read_again_by_itself(tmp_path, monkeypatch) -> None:
    levels = (10, 120, 250)
    first, *others = [PillowImage.new("L", (60, 40), level) for level in levels]
    first.save(tmp_path / "scan.tiff", save_all=True, append_images=others)
    monkeypatch.setattr("app.session.shelf._CACHE_BYTES", 0)
    shelf = Shelf(MemoryVault())
    keys = [key for key, _ in shelf.open_file(tmp_path / "scan.tiff")]
    decoded: list[int] = []
    monkeypatch.setattr(
        "app.capture.pages.decode_image",
        lambda data, limits, frame=0: decoded.append(frame) or decode_image(data, limits, frame),
    )

    assert [int(shelf.load(key)[0, 0, 0]) for key in keys] == list(levels)
    assert decoded == [0, 1, 2]


def test_a_file_that_has_changed_is_not_read_for_what_it_was(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("app.session.shelf._CACHE_BYTES", 0)
    shelf = Shelf(MemoryVault())
    ((key, _),) = shelf.open_file(write_picture(tmp_path / "scan.png", 10))
    list(shelf.open_file(write_picture(tmp_path / "other.png")))
    write_picture(tmp_path / "scan.png", 20)

    with pytest.raises(FileChangedError):
        shelf.load(key)
    write_picture(tmp_path / "scan.png", 10)
    assert int(shelf.load(key)[0, 0, 0]) == 10


def test_a_file_that_has_gone_is_said(tmp_path) -> None:
    shelf = Shelf(MemoryVault())
    with pytest.raises(ImageReadError):
        list(shelf.open_file(tmp_path / "missing.png"))
    with pytest.raises(FileMissingError):
        MemoryVault().read("nothing")


def test_old_pictures_leave_memory_and_come_back(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr("app.session.shelf._CACHE_BYTES", 2 * 40 * 60 * 3)
    shelf = Shelf(MemoryVault())
    keys = [next(shelf.open_file(write_picture(tmp_path / f"{value}.png", value)))[0] for value in range(5)]

    assert [int(shelf.load(key)[0, 0, 0]) for key in keys] == [0, 1, 2, 3, 4]
