"""What a batch has done so far, in an SQLite file in the folder it writes to.

The journal is what makes a batch survive anything: each file is recorded in one transaction, after its results are on
the disk. Work that was written but not recorded is done again, gives the same bytes, and so finds its own names; they
are reserved before, so that the batch knows what it wrote for its own. The open journal is also the lock that keeps a
second batch out of the folder: the system gives it up with the process.

Its contents are not trusted: names in it are only compared and listed, and files are read only if they are among the
inputs of the present run.
"""

from __future__ import annotations

import contextlib
import datetime
import functools
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath
from types import TracebackType

from app.batch.errors import FolderBusyError, JournalDamagedError, OtherSettingsError
from app.batch.inputs import NO_STATE, InputFile
from app.documents.errors import DiskFullError, OutputFolderError
from app.documents.manifest import ManifestRow, row_as_json, row_from_json

JOURNAL_NAME = "cardlight-journal.sqlite3"
_VERSION = 1
_SCHEMA = """
    CREATE TABLE batch (settings TEXT NOT NULL, date TEXT NOT NULL);
    CREATE TABLE item (
        number INTEGER PRIMARY KEY,
        path TEXT NOT NULL,
        source TEXT NOT NULL,
        size_bytes INTEGER NOT NULL,
        modified_ns INTEGER NOT NULL,
        done INTEGER NOT NULL DEFAULT 0,
        sha256 TEXT,
        UNIQUE (path, size_bytes, modified_ns)
    );
    CREATE INDEX item_by_contents ON item (path, sha256);
    CREATE TABLE card (item INTEGER NOT NULL REFERENCES item, line INTEGER NOT NULL, row TEXT NOT NULL,
        PRIMARY KEY (item, line));
    CREATE TABLE file (name TEXT PRIMARY KEY, item INTEGER NOT NULL REFERENCES item);
"""


@dataclass(frozen=True, slots=True)
class Item:
    """A file in the journal: its place in the order in which files are recorded, from 1, and what it is."""

    number: int
    input: InputFile


class Journal:
    """The journal of one folder, open and locked until it is closed."""

    def __init__(self, folder: Path, settings: str, today: datetime.date) -> None:
        """Open the journal of a folder, or begin one.

        Args:
            folder: The folder that the batch writes to.
            settings: Equal for batches whose results can be mixed.
            today: Noted as the batch's date where it begins.

        Raises:
            FolderBusyError: another batch has it open.
            OtherSettingsError: it was begun with other settings.
            JournalDamagedError: it is no journal.
            OutputFolderError: the folder cannot be written to.
        """
        try:
            self._database = sqlite3.connect(
                folder / JOURNAL_NAME, timeout=0, isolation_level=None, check_same_thread=False
            )
        except sqlite3.OperationalError as error:
            raise OutputFolderError("its journal cannot be opened") from error
        try:
            with _journal_errors():
                self._lock()
                self._begin(settings, today)
                self._check(settings)
                (date,) = self._database.execute("SELECT date FROM batch").fetchone()
                self.date = datetime.date.fromisoformat(date)
        except BaseException:
            self._database.close()
            raise

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _tb: TracebackType | None
    ) -> None:
        self._database.close()

    def plan(self, inputs: Sequence[InputFile], searched: Sequence[Path] = ()) -> None:
        """Note files that are to be done, after those noted before; files noted already stay where they are.

        A file that has changed since keeps its place where it was not done yet; otherwise it is another one. What came
        of a file in a state that it is no longer in is forgotten where another state of it is known: it was away, or
        changed for a while. So are files that are not done and are no longer found where they were looked for, and
        inputs that were not there and are no longer asked for.

        Args:
            inputs: The files.
            searched: Folders of which `inputs` has all that is to be done.
        """
        with self._transaction():
            self._forget(
                "NOT done AND path = ?1 AND (size_bytes, modified_ns) != (?2, ?3) AND EXISTS "
                "(SELECT 1 FROM item AS now WHERE now.path = ?1 AND (now.size_bytes, now.modified_ns) = (?2, ?3))",
                [_key(item) for item in inputs],
            )
            asked = {_key(item)[0] for item in inputs}
            folders = [_text(str(folder)) for folder in searched]
            known = self._database.execute("SELECT path, size_bytes, modified_ns FROM item WHERE NOT done").fetchall()
            self._forget(
                "NOT done AND path = ?1 AND (size_bytes, modified_ns) = (?2, ?3)",
                [
                    (path, *state)
                    for path, *state in known
                    if path not in asked and (tuple(state) == NO_STATE or _is_in_any(path, folders))
                ],
            )
            self._database.executemany(
                "UPDATE OR IGNORE item SET size_bytes = ?2, modified_ns = ?3 WHERE path = ?1 AND NOT done "
                "AND (size_bytes, modified_ns) != (?2, ?3)",
                [_key(item) for item in inputs],
            )
            self._database.executemany(
                "INSERT OR IGNORE INTO item (path, source, size_bytes, modified_ns) VALUES (?, ?, ?, ?)",
                [(*_key(item)[:1], _text(item.source), *_key(item)[1:]) for item in inputs],
            )

    def open_items(self, inputs: Sequence[InputFile]) -> list[Item]:
        """Those of the files that are not done, or that failed, in the order of the journal."""
        wanted = {_key(item): item for item in inputs}
        with _journal_errors():
            rows = self._database.execute(
                "SELECT number, path, size_bytes, modified_ns FROM item WHERE NOT done ORDER BY number"
            ).fetchall()
        return [Item(number, wanted[key]) for number, *rest in rows if (key := tuple(rest)) in wanted]

    def knows_contents(self, item: Item, sha256: str) -> bool:
        """Whether a file of the same path was done with the same contents: only its time has changed since."""
        with _journal_errors():
            found = self._database.execute(
                "SELECT 1 FROM item WHERE path = ? AND sha256 = ? AND done AND number != ?",
                (_text(str(item.input.path)), sha256, item.number),
            )
            return found.fetchone() is not None

    def reserve(self, item: Item, names: Sequence[str]) -> None:
        """Note the names under which a file's results are about to be written."""
        with self._transaction():
            self._note_names(item, names)

    def record(self, item: Item, sha256: str | None, rows: Sequence[ManifestRow], *, done: bool) -> None:
        """Record what became of a file, all at once; one that is not done is tried again by a later run."""
        names = dict.fromkeys(name for row in rows for name in row.files)
        with self._transaction():
            self._database.execute("UPDATE item SET done = ?, sha256 = ? WHERE number = ?", (done, sha256, item.number))
            self._database.execute("DELETE FROM card WHERE item = ?", (item.number,))
            self._database.executemany(
                "INSERT INTO card VALUES (?, ?, ?)",
                [(item.number, line, row_as_json(row)) for line, row in enumerate(rows)],
            )
            self._note_names(item, list(names))

    def names(self) -> list[str]:
        """Names of all files that were recorded, or that may have been written and were not recorded."""
        return self._names("SELECT name FROM file")

    def names_given(self) -> list[str]:
        """Names of all files that were recorded: no other file can have them."""
        return self._names("SELECT name FROM file WHERE item IN (SELECT number FROM item WHERE done)")

    def rows(self) -> list[ManifestRow]:
        """The manifest's rows, in the order of the journal."""
        with _journal_errors():
            lines = self._database.execute("SELECT row FROM card ORDER BY item, line").fetchall()
            return [row_from_json(line) for (line,) in lines]

    def _names(self, query: str) -> list[str]:
        with _journal_errors():
            names = [name for (name,) in self._database.execute(query)]
        if not all(isinstance(name, str) for name in names):
            raise JournalDamagedError
        return names

    def _note_names(self, item: Item, names: Sequence[str]) -> None:
        """Note the names of a file's results instead of those noted for it before, or reserved for another one."""
        self._database.execute("DELETE FROM file WHERE item = ?", (item.number,))
        self._database.executemany("INSERT OR REPLACE INTO file VALUES (?, ?)", [(name, item.number) for name in names])

    def _forget(self, condition: str, values: Sequence[tuple[str, int, int]]) -> None:
        """Drop the items for which a condition holds with one of the values, and what came of them."""
        self._database.executemany(
            f"DELETE FROM card WHERE item IN (SELECT number FROM item WHERE {condition})", values
        )
        self._database.executemany(f"DELETE FROM item WHERE {condition}", values)

    def _lock(self) -> None:
        """Take the lock that is held until the journal is closed."""
        self._database.execute("PRAGMA trusted_schema = OFF")
        self._database.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._database.execute("PRAGMA journal_mode = WAL").fetchone()
        self._database.execute("PRAGMA synchronous = NORMAL")
        self._database.execute("BEGIN EXCLUSIVE")
        self._database.execute("COMMIT")

    def _begin(self, settings: str, today: datetime.date) -> None:
        """Begin the journal where the file is new."""
        if self._database.execute("SELECT count(*) FROM sqlite_schema").fetchone() != (0,):
            return
        with self._transaction():
            _make_tables(self._database)
            self._database.execute("INSERT INTO batch VALUES (?, ?)", (settings, today.isoformat()))
            self._database.execute(f"PRAGMA user_version = {_VERSION}")

    def _check(self, settings: str) -> None:
        # Before anything is read: a view in a table's place could keep a query busy for ever.
        if (
            self._database.execute("PRAGMA user_version").fetchone() != (_VERSION,)
            or _tables(self._database) != _expected_tables()
        ):
            raise JournalDamagedError
        if self._database.execute("SELECT settings FROM batch").fetchall() != [(settings,)]:
            raise OtherSettingsError

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with _journal_errors():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")


def _make_tables(database: sqlite3.Connection) -> None:
    for statement in _SCHEMA.split(";"):
        database.execute(statement)


def _tables(database: sqlite3.Connection) -> list[tuple[str, ...]]:
    """The tables, indexes, views and triggers of a database, and how they were made."""
    return database.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY name").fetchall()


@functools.cache
def _expected_tables() -> list[tuple[str, ...]]:
    with contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as database:
        _make_tables(database)
        return _tables(database)


def _key(item: InputFile) -> tuple[str, int, int]:
    return _text(str(item.path)), item.size_bytes, item.modified_ns


def _is_in_any(path: str, folders: Sequence[str]) -> bool:
    return any(PurePath(path).is_relative_to(folder) for folder in folders)


def _text(name: str) -> str:
    """A name as SQLite takes it; bytes that are not UTF-8 are escaped."""
    return name.encode(errors="surrogateescape").decode(errors="backslashreplace")


@contextlib.contextmanager
def _journal_errors() -> Iterator[None]:
    try:
        yield
    except sqlite3.OperationalError as error:
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF  # text that is no UTF-8 has none
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            raise FolderBusyError from error
        if code == sqlite3.SQLITE_FULL:
            raise DiskFullError from error
        if code in (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_PERM):
            raise OutputFolderError("its journal cannot be written") from error
        raise JournalDamagedError from error
    except (sqlite3.DatabaseError, ValueError, TypeError) as error:
        raise JournalDamagedError from error
