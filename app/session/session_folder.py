"""The one folder for a session's pictures that only the user can read, gone after a clean exit.

It is made when it is first needed. While the session lives, it holds a lock in it; a folder without a living session
was left by a crash.
"""

from __future__ import annotations

import contextlib
import secrets
import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from app.capture.errors import FileMissingError
from app.documents.errors import OutputFolderError
from app.private_files import make_private_folder, read_private_text, write_private_file
from app.session.album_card import AlbumCard
from app.session.file_lock import FileLock
from app.session.record import SessionRecord, from_json, to_json
from app.session.shelf import KeptOrigin, Shelf

_LOCK_NAME = "lock"
_RECORD_NAME = "session.json"
_LARGEST_RECORD_BYTES = 64 * 2**20
# A folder without a record that was changed less than this long ago may be one that a session is just making.
_BEING_MADE_S = 60


class SessionFolder:
    """The folder of this session: also the vault of its pictures, where those are kept for recovery."""

    def __init__(self, sessions: Path) -> None:
        """Choose a name in the folder `sessions`; nothing is made yet."""
        self.path = sessions / secrets.token_hex(8)
        self._lock = FileLock(self.path / _LOCK_NAME)
        self._guard = threading.Lock()

    def make(self) -> None:
        """Make the folder; does nothing where it is there.

        Raises:
            OutputFolderError: it can't be made.
        """
        with self._guard:
            try:
                make_private_folder(self.path.parent)
                make_private_folder(self.path)
                self._lock.acquire()
            except OSError as error:
                raise OutputFolderError(error.strerror or "unknown reason") from error

    def keep(self, key: str, data: bytes) -> None:
        """Keep a picture's bytes."""
        self.make()
        try:
            write_private_file(self.path / f"{key}.png", data)
        except OSError as error:
            raise OutputFolderError(error.strerror or "unknown reason") from error

    def read(self, key: str) -> bytes:
        """Give a picture's bytes back."""
        try:
            return (self.path / f"{key}.png").read_bytes()
        except OSError as error:
            raise FileMissingError from error

    def write_record(self, record: SessionRecord) -> None:
        """Note what the session holds, for recovery."""
        self.make()
        try:
            write_private_file(self.path / _RECORD_NAME, to_json(record).encode())
        except OSError as error:
            raise OutputFolderError(error.strerror or "unknown reason") from error

    def purge(self) -> None:
        """Delete the folder with everything in it: the session ends well."""
        with self._guard:
            self._lock.release()
            shutil.rmtree(self.path, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class LeftSession:
    """A session that did not end well.

    Attributes:
        path: Its folder.
        record: What it held.
    """

    path: Path
    record: SessionRecord

    def read(self, key: str) -> bytes:
        """The bytes of one of its pictures.

        Raises:
            FileMissingError: they are not there.
        """
        try:
            return (self.path / f"{key}.png").read_bytes()
        except OSError as error:
            raise FileMissingError from error

    def restore_to(self, shelf: Shelf) -> tuple[AlbumCard, ...]:
        """Give its pictures to another session's shelf, under the keys they had.

        Returns:
            Its cards, but for those whose picture is not there any more.

        Raises:
            FileMissingError: that is so of all of them.
            WriteError: they cannot be kept.
        """
        lost = set()
        for key, origin in self.record.origins.items():
            if not isinstance(origin, KeptOrigin):
                shelf.restore(key, origin)
                continue
            try:
                shelf.take_over(key, self.read(key))
            except FileMissingError:
                lost.add(key)
        album = self.record.album
        cards = album.without(card.key for card in album.cards if card.picture_key in lost).cards
        if lost and not cards:
            raise FileMissingError
        return cards

    def delete(self) -> None:
        """Delete it for good."""
        shutil.rmtree(self.path, ignore_errors=True)


def find_left_sessions(sessions: Path) -> list[LeftSession]:
    """Sessions that crashed, latest first; one that can't be looked into is passed over.

    Folders of crashed sessions that hold no cards, or whose record makes no sense, are deleted on the way: nothing else
    would ever delete their pictures. But not at once: another window may just be making its own.
    """
    left = []
    for folder in _latest_first(sessions):
        with contextlib.suppress(OSError):
            session = _read_left(folder)
            if session is None and time.time() - folder.stat().st_mtime < _BEING_MADE_S:
                continue
            if _is_alive(folder):
                continue
            if session is None:
                shutil.rmtree(folder, ignore_errors=True)
            else:
                left.append(session)
    return left


def _latest_first(sessions: Path) -> list[Path]:
    folders = []
    with contextlib.suppress(OSError):
        for folder in sessions.iterdir():
            with contextlib.suppress(OSError):
                if folder.is_dir() and not folder.is_symlink():
                    folders.append((folder.stat().st_mtime, folder))
    return [folder for _, folder in sorted(folders, reverse=True)]


def _is_alive(folder: Path) -> bool:
    lock = FileLock(folder / _LOCK_NAME)
    if not lock.acquire():
        return True
    lock.release()
    return False


def _read_left(folder: Path) -> LeftSession | None:
    """The session in a folder; None where it holds none.

    Raises:
        OSError: its record can't be read now.
    """
    try:
        record = from_json(read_private_text(folder / _RECORD_NAME, _LARGEST_RECORD_BYTES))
    except (FileNotFoundError, ValueError):
        return None
    return LeftSession(folder, record) if record.album.cards else None
