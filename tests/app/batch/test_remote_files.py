from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.batch.cluster.errors import UnknownAddressError
from app.batch.cluster.remote_files import RemoteOutput, find_everywhere, is_remote, output_at, read_remote
from app.batch.inputs import InputFile
from app.batch.output import FolderOutput
from app.capture.errors import FileMissingError
from app.documents.errors import OutputExistsError, OutputFolderError

fsspec = pytest.importorskip("fsspec", reason="needs fsspec: pip install 'cardlight[cluster]'")

FOLDER = "memory:///bucket/scans"


@pytest.fixture
def memory() -> Iterator[fsspec.AbstractFileSystem]:
    files = fsspec.filesystem("memory")
    for name in ("a.png", "deep/b.PDF", "deep/.hidden.png", "notes.txt"):
        files.pipe_file(f"/bucket/scans/{name}", name.encode())
    yield files
    files.store.clear()


def found(*inputs: str) -> list[InputFile]:
    return list(find_everywhere(inputs, Path("/nowhere")).files)


@pytest.mark.parametrize(
    ("place", "expected"), [("s3://a/b", True), ("file:///a", False), ("/a/b", False), ("C:\\a", False)]
)
def test_what_is_remote(place, expected) -> None:
    assert is_remote(place) is expected


def test_folders_files_and_patterns_each_once(memory) -> None:
    inputs = found(f"{FOLDER}/deep/b.PDF", FOLDER, f"{FOLDER}/*.png")

    assert [(file.source, file.size_bytes, file.address) for file in inputs] == [
        ("b.PDF", 10, f"{FOLDER}/deep/b.PDF"),
        ("scans/a.png", 5, f"{FOLDER}/a.png"),
    ]


def test_files_of_this_computer_go_the_usual_way(memory, tmp_path: Path) -> None:
    (tmp_path / "c.png").write_bytes(b"1")

    inputs = found(FOLDER, f"file://{tmp_path}")

    assert [file.source for file in inputs] == ["scans/a.png", "scans/deep/b.PDF", f"{tmp_path.name}/c.png"]
    assert (inputs[-1].path, inputs[-1].address) == (tmp_path / "c.png", None)


def test_a_file_that_changes_is_another_one(memory) -> None:
    (before,) = found(f"{FOLDER}/a.png")
    assert found(f"{FOLDER}/a.png") == [before]
    memory.pipe_file("/bucket/scans/a.png", b"other")

    (after,) = found(f"{FOLDER}/a.png")

    assert (after.path, after.size_bytes) == (before.path, before.size_bytes)
    assert after.modified_ns != before.modified_ns


def test_reading(memory) -> None:
    assert read_remote(f"{FOLDER}/a.png") == b"a.png"
    with pytest.raises(FileMissingError):
        read_remote(f"{FOLDER}/none.png")


def test_what_is_not_there_is_kept_to_be_reported(memory) -> None:
    (file,) = found(f"{FOLDER}/none.png")

    assert (file.size_bytes, file.modified_ns, file.address) == (-1, -1, f"{FOLDER}/none.png")


@pytest.mark.parametrize("address", ["nosuchthing://a/b"])
def test_an_unknown_kind_of_address(address) -> None:
    with pytest.raises(UnknownAddressError):
        found(address)


def test_writing(memory, tmp_path: Path) -> None:
    output = RemoteOutput("memory://bucket/out", tmp_path)
    output.prepare()
    output.write("a.png", b"first")

    with pytest.raises(OutputExistsError):
        output.write("a.png", b"second")
    assert output.has("a.png")
    assert output.holds("a.png", b"first")
    assert not output.holds("a.png", b"other")
    output.write("a.png", b"second", overwrite=True)

    assert memory.cat_file("/bucket/out/a.png") == b"second"
    assert memory.ls("/bucket/out", detail=False) == ["/bucket/out/a.png"]


def test_leftovers_are_removed_and_nothing_else(memory, tmp_path: Path) -> None:
    output = RemoteOutput("memory://bucket/out", tmp_path)
    for name in (".cardlight-0123.tmp", "a.png", "other.tmp"):
        memory.pipe_file(f"/bucket/out/{name}", b"1")

    output.remove_leftovers()

    assert memory.ls("/bucket/out", detail=False) == ["/bucket/out/a.png", "/bucket/out/other.tmp"]


def test_a_failure_is_told_in_one_line(memory, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    output = RemoteOutput(f"local://{tmp_path}/file/below", tmp_path)
    for act in (output.prepare, lambda: output.write("a.png", b"1")):
        with pytest.raises(OutputFolderError) as told:
            act()
        assert str(told.value).count("\n") == 0
        assert str(tmp_path) not in str(told.value)


def test_each_address_has_its_own_journal(memory, tmp_path: Path) -> None:
    folders = {RemoteOutput(f"memory://bucket/{name}", tmp_path).journal_folder for name in ("a", "a/", "b")}

    assert len(folders) == 2
    assert isinstance(output_at(f"file://{tmp_path}", tmp_path), FolderOutput)
    assert output_at(str(tmp_path), tmp_path).journal_folder == tmp_path
