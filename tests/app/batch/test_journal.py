from __future__ import annotations

import datetime
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from app.batch.errors import FolderBusyError, JournalDamagedError, OtherSettingsError
from app.batch.inputs import NO_STATE, InputFile
from app.batch.journal import JOURNAL_NAME, Journal
from app.documents.errors import OutputFolderError
from app.documents.manifest import ManifestRow

TODAY = datetime.date(2026, 3, 9)
A, B, C = (InputFile(Path("/in", name), name, 1, 2) for name in ("a.png", "b.png", "bad\udcff.png"))


def opened(folder: Path, settings: str = "x", today: datetime.date = TODAY) -> Journal:
    return Journal(folder, settings, today)


def test_files_keep_the_order_they_were_first_planned_in(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.plan([B, A])
        journal.plan([A, C, B])

        assert [item.input for item in journal.open_items([A, B, C])] == [B, A, C]
        assert [item.input for item in journal.open_items([A])] == [A]


def test_what_is_recorded_is_there_after_reopening(tmp_path: Path) -> None:
    row = ManifestRow("a.png", "00", 1, 1, 0.9, (1.0, 2.0), None, "ID-1", 300.0, ("blurred",), ("a-1.png",))
    with opened(tmp_path) as journal:
        journal.plan([A, B])
        first, second = journal.open_items([A, B])
        journal.record(first, "00", [row], done=True)
        journal.record(second, None, [ManifestRow("b.png", None, error="bad")], done=False)

    with opened(tmp_path, today=TODAY + datetime.timedelta(1)) as journal:
        assert journal.date == TODAY
        assert journal.names() == ["a-1.png"]
        assert journal.rows() == [row, ManifestRow("b.png", None, error="bad")]
        assert [item.input for item in journal.open_items([A, B])] == [B]


def test_names_are_reserved_until_they_are_recorded_or_others_are(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.plan([A, B])
        first, second = journal.open_items([A, B])
        journal.reserve(first, ["a-1.png", "a-2.png"])
        journal.reserve(second, ["b-1.png"])
        journal.record(second, "00", [ManifestRow("b.png", "00", 1, files=("b-1.png",))], done=True)

    with opened(tmp_path) as journal:
        assert sorted(journal.names()) == ["a-1.png", "a-2.png", "b-1.png"]
        assert journal.names_given() == ["b-1.png"]
        journal.reserve(first, ["a_2-1.png"])
        assert sorted(journal.names()) == ["a_2-1.png", "b-1.png"]


def test_a_failed_file_that_is_recorded_again_has_one_entry(tmp_path: Path) -> None:
    with opened(tmp_path) as journal:
        journal.plan([A])
        (item,) = journal.open_items([A])
        journal.record(item, None, [ManifestRow("a.png", None, error="bad")], done=False)
        journal.record(item, "00", [ManifestRow("a.png", "00", 1)], done=True)

        assert journal.rows() == [ManifestRow("a.png", "00", 1)]


def test_a_file_that_changes_before_it_is_done_keeps_its_place_and_its_failure_is_forgotten(tmp_path: Path) -> None:
    changed = InputFile(A.path, A.source, 7, 8)
    with opened(tmp_path) as journal:
        journal.plan([A, B])
        journal.record(journal.open_items([A])[0], None, [ManifestRow("a", None, error="bad")], done=False)
        journal.plan([changed, B])

        first, second = journal.open_items([changed, B])
        assert (first.number, first.input, second.input) == (1, changed, B)
        journal.record(first, "00", [], done=True)
        assert journal.rows() == []
        journal.plan([A])
        assert [item.number for item in journal.open_items([A, B])] == [2, 3]


@pytest.mark.parametrize("state", [NO_STATE, (7, 8)])
def test_a_file_that_is_as_it_was_done_again_is_not_open_for_what_it_was_meanwhile(
    tmp_path: Path, state: tuple[int, int]
) -> None:
    """Its drive was away, or a broken copy was in its place."""
    done = ManifestRow("a.png", "00", 1)
    meanwhile = InputFile(A.path, A.source, *state)
    with opened(tmp_path) as journal:
        journal.plan([A])
        journal.record(journal.open_items([A])[0], "00", [done], done=True)
        journal.plan([meanwhile])
        (item,) = journal.open_items([meanwhile])
        journal.record(item, None, [ManifestRow("a.png", None, error="bad")], done=False)
        assert len(journal.rows()) == 2

        journal.plan([A])
        assert journal.open_items([A]) == []
        assert journal.rows() == [done]


def test_what_was_not_there_is_forgotten_when_it_is_no_longer_asked_for(tmp_path: Path) -> None:
    pattern = InputFile(Path("/in/*.png"), "*.png", *NO_STATE)
    missing = InputFile(B.path, B.source, *NO_STATE)
    with opened(tmp_path) as journal:
        journal.plan([pattern, missing])
        for item in journal.open_items([pattern, missing]):
            journal.record(item, None, [ManifestRow(item.input.source, None, error="missing")], done=False)
        journal.plan([A, missing])

        assert [item.input for item in journal.open_items([A, missing])] == [missing, A]
        assert [row.source for row in journal.rows()] == ["b.png"]


def test_what_is_not_done_and_no_longer_found_where_it_was_is_forgotten(tmp_path: Path) -> None:
    elsewhere = InputFile(Path("/inner/c.png"), "c.png", 1, 2)
    with opened(tmp_path) as journal:
        journal.plan([A, B, elsewhere])
        first, *others = journal.open_items([A, B, elsewhere])
        journal.record(first, "00", [ManifestRow("a.png", "00", 1)], done=True)
        for item in others:
            journal.record(item, None, [ManifestRow(item.input.source, None, error="bad")], done=False)
        journal.plan([])
        assert [row.source for row in journal.rows()] == ["a.png", "b.png", "c.png"]
        journal.plan([], [Path("/in")])

        assert [row.source for row in journal.rows()] == ["a.png", "c.png"]
        assert journal.open_items([A, B, elsewhere]) == [others[1]]


def test_a_file_of_another_time_with_the_same_contents_is_known(tmp_path: Path) -> None:
    touched = InputFile(A.path, A.source, 1, 3)
    with opened(tmp_path) as journal:
        journal.plan([A, touched])
        first, second = journal.open_items([A, touched])
        journal.record(first, "00", [], done=True)

        assert journal.knows_contents(second, "00")
        assert not journal.knows_contents(second, "11")
        assert not journal.knows_contents(first, "00")


def test_a_second_process_is_kept_out_until_the_first_is_gone(tmp_path: Path) -> None:
    code = (
        "import datetime, pathlib, sys\nfrom app.batch.journal import Journal\n"
        f"journal = Journal(pathlib.Path({str(tmp_path)!r}), 'x', datetime.date(2026, 3, 9))\n"
        "print('open', flush=True)\nsys.stdin.read()"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"open\n"
        with pytest.raises(FolderBusyError):
            opened(tmp_path)
        process.kill()
    opened(tmp_path).__exit__(None, None, None)


def test_other_settings_are_refused(tmp_path: Path) -> None:
    opened(tmp_path).__exit__(None, None, None)
    with pytest.raises(OtherSettingsError):
        opened(tmp_path, settings="y")


@pytest.mark.parametrize("data", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 4000])
def test_a_file_that_is_no_journal(tmp_path: Path, data) -> None:
    (tmp_path / JOURNAL_NAME).write_bytes(data)
    with pytest.raises(JournalDamagedError):
        opened(tmp_path)
    assert (tmp_path / JOURNAL_NAME).read_bytes() == data


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TABLE x (y)",
        "PRAGMA user_version = 99",
        "UPDATE batch SET date = 'soon'",
        "UPDATE batch SET date = 5",
        "DELETE FROM batch",
        "CREATE TRIGGER x AFTER INSERT ON item BEGIN DELETE FROM card; END",
        "DROP TABLE batch; CREATE VIEW batch AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        "SELECT i AS settings, i AS date FROM n",
    ],
)
def test_another_database(tmp_path: Path, statement) -> None:
    if not statement.startswith("CREATE TABLE"):
        opened(tmp_path).__exit__(None, None, None)
    with sqlite3.connect(tmp_path / JOURNAL_NAME) as database:
        database.executescript(statement)
    database.close()
    with pytest.raises((JournalDamagedError, OtherSettingsError)):
        opened(tmp_path)


@pytest.mark.parametrize(
    "row", ["[]", "{}", "nonsense", '{"source": 1}', "[" * 100_000, b"\xff", b"{}", "CAST(x'ff' AS TEXT)"]
)
def test_rows_that_are_none(tmp_path: Path, row) -> None:
    insert_into_journal(tmp_path, "INSERT INTO card VALUES (1, 0, {})", row)

    with opened(tmp_path) as journal, pytest.raises(JournalDamagedError):
        journal.rows()


@pytest.mark.parametrize("name", [b"a-1.png", "CAST(x'ff' AS TEXT)"])
def test_names_that_are_none(tmp_path: Path, name) -> None:
    insert_into_journal(tmp_path, "INSERT INTO file VALUES ({}, 1)", name)

    with opened(tmp_path) as journal, pytest.raises(JournalDamagedError):
        journal.names()


def insert_into_journal(folder: Path, statement: str, value: str | bytes) -> None:
    with opened(folder) as journal:
        journal.plan([A])
    with sqlite3.connect(folder / JOURNAL_NAME) as database:
        if isinstance(value, str) and value.startswith("CAST"):
            database.execute(statement.format(value))
        else:
            database.execute(statement.format("?"), (value,))
    database.close()


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(OutputFolderError):
        opened(tmp_path / "none")
