from __future__ import annotations

import os
from pathlib import Path

import pytest

from app.batch import inputs as inputs_module
from app.batch.inputs import find_inputs
from app.capture.folders import FolderListing


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("a.png", "deep/b.PDF", "deep/er/c.heic", "notes.txt", ".hidden.png", "out/a-1.png"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"12345")
    return tmp_path


def sources(tree: Path, *inputs: str) -> list[str]:
    return [file.source for file in find_inputs([str(tree / item) for item in inputs], tree / "out").files]


def test_folders_are_searched_but_not_the_one_written_to(tree: Path) -> None:
    assert sources(tree, ".") == ["a.png", "deep/b.PDF", "deep/er/c.heic"]


def test_files_patterns_and_folders_each_once(tree: Path) -> None:
    assert sources(tree, "a.png", "deep/**/*.heic", "deep") == ["a.png", "c.heic", "deep/b.PDF"]


def test_several_inputs_are_told_apart_by_their_names_and_equal_names_by_the_folders_above(tree: Path) -> None:
    for name in ("jan/scans/1.png", "feb/scans/1.png", "feb/scans/mar/1.png", "feb/1.png"):
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(b"1")

    assert sources(tree, "jan", "feb") == ["jan/scans/1.png", "feb/1.png", "feb/scans/1.png", "feb/scans/mar/1.png"]
    assert sources(tree, "jan/scans", "feb/scans", "deep") == [
        "jan/scans/1.png",
        "feb/scans/1.png",
        "feb/scans/mar/1.png",
        "deep/b.PDF",
        "deep/er/c.heic",
    ]
    assert sources(tree, "???/1.png", "*/scans/1.png") == ["feb/1.png", "feb/scans/1.png", "jan/scans/1.png"]
    assert sources(tree, "jan/scans", "jan/scans") == ["1.png"]


def test_files_are_known_by_path_size_and_time(tree: Path) -> None:
    (file,) = find_inputs([str(tree / "a.png")], tree / "out").files

    assert file.path == tree / "a.png"
    assert file.size_bytes == 5
    assert file.modified_ns == (tree / "a.png").stat().st_mtime_ns


def test_a_file_that_is_not_there_is_kept_to_be_reported(tree: Path) -> None:
    (file,) = find_inputs([str(tree / "none.png")], tree / "out").files

    assert (file.source, file.size_bytes) == ("none.png", -1)


def test_folders_that_were_searched_whole(tree: Path, monkeypatch) -> None:
    def searched(*inputs: str) -> list[str]:
        found = find_inputs([str(tree / item) for item in inputs], tree / "out").searched
        return [str(path.relative_to(tree)) for path in found]

    assert searched("deep", "a.png", "none", "**/*.heic", "deep/*/x*") == ["deep", "."]

    listed = FolderListing((), (tree / "deep/er",))
    monkeypatch.setattr(inputs_module, "list_images", lambda *_, **__: listed)
    assert searched("deep") == []


def test_a_name_that_looks_like_a_pattern(tree: Path) -> None:
    (tree / "scan[1].png").write_bytes(b"1")

    assert sources(tree, "scan[1].png") == ["scan[1].png"]


def test_a_pattern_goes_through_all_folders_but_hidden_ones_and_links(tree: Path) -> None:
    """Links that lead back up made a picture come once for every way to it, without end where there were two."""
    for folder in (tree / "deep", tree / "deep/er"):
        (folder / "one").symlink_to(tree / "deep")
        (folder / "two").symlink_to(tree)
    (tree / ".closed").mkdir()
    (tree / ".closed/d.heic").write_bytes(b"1")

    assert sources(tree, "**/*.heic") == ["c.heic"]
    assert sources(tree, "**/er/**/*.heic") == ["c.heic"]
    assert sources(tree, "deep/**") == ["deep/b.PDF", "deep/er/c.heic"]
    assert sources(tree, "**/[ab].*") == ["a.png", "b.PDF"]


def test_a_pattern_that_begins_anywhere(tree: Path, monkeypatch) -> None:
    monkeypatch.chdir(tree / "deep")
    assert [file.path for file in find_inputs(["**/*.heic"], tree / "out").files] == [tree / "deep/er/c.heic"]


def test_a_date_that_no_journal_can_hold(tree: Path) -> None:
    os.utime(tree / "a.png", ns=(0, 2**63 + 10**12))
    (file,) = find_inputs([str(tree / "a.png")], tree / "out").files
    assert file.modified_ns == 2**63 - 1
