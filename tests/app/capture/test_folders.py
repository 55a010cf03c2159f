from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.capture import folders
from app.capture.folders import list_images, walk_images
from app.capture.pages import PAGE_SUFFIXES


def make(folder: Path, *names: str) -> None:
    for name in names:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).touch()


def test_pictures_by_suffix_sorted_through_subfolders(tmp_path: Path) -> None:
    make(tmp_path, "b.JPG", "a.png", "notes.txt", "deep/er/c.heic", "deep/d.webp", "jpg")

    listing = list_images(tmp_path)

    assert [str(path.relative_to(tmp_path)) for path in listing.images] == [
        "a.png",
        "b.JPG",
        "deep/d.webp",
        "deep/er/c.heic",
    ]
    assert listing.unreadable == ()


def test_pdfs_are_found_where_they_are_asked_for(tmp_path: Path) -> None:
    make(tmp_path, "a.PDF", "b.png")

    assert list_images(tmp_path).images == (tmp_path / "b.png",)
    assert list_images(tmp_path, suffixes=PAGE_SUFFIXES).images == (tmp_path / "a.PDF", tmp_path / "b.png")


def test_hidden_files_and_the_skipped_folder_are_passed_over(tmp_path: Path) -> None:
    make(tmp_path, "a.png", "._a.png", ".trash/b.png", "out/a-1.png", "out/more/a-2.png")

    assert list_images(tmp_path, skip=tmp_path / "out").images == (tmp_path / "a.png",)


def test_linked_folders_are_not_followed(tmp_path: Path) -> None:
    make(tmp_path, "a.png")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)

    assert list_images(tmp_path).images == (tmp_path / "a.png",)


def test_a_walk_goes_through_the_same_pictures_folder_by_folder(tmp_path: Path) -> None:
    make(tmp_path, "c.png", "B/b.png", "a/z.png", "a/d/y.png", "notes.txt", ".hidden/h.png", "out/o.png")

    walked = list(walk_images(tmp_path, pytest.fail, skip=tmp_path / "out"))

    assert [path.relative_to(tmp_path).as_posix() for path in walked] == ["c.png", "B/b.png", "a/z.png", "a/d/y.png"]
    assert sorted(walked) == list(list_images(tmp_path, skip=tmp_path / "out").images)


def test_a_closed_folder_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def closed(folder: Path, onerror: Callable[[OSError], None]) -> Iterator[tuple[str, list[str], list[str]]]:
        onerror(PermissionError(13, "Permission denied", os.fspath(folder / "closed")))
        yield os.fspath(folder), [], ["a.png"]

    monkeypatch.setattr(folders.os, "walk", closed)

    listing = list_images(tmp_path)

    assert listing.images == (tmp_path / "a.png",)
    assert listing.unreadable == (tmp_path / "closed",)
