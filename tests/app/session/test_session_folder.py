from __future__ import annotations

import json
import math
import os
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.capture.errors import FileChangedError, FileMissingError
from app.documents.formats import ID_2
from app.session.album import Album
from app.session.record import SessionRecord, SessionRecordError, from_json, to_json
from app.session.session_folder import LeftSession, SessionFolder, find_left_sessions
from app.session.shelf import FileOrigin, KeptOrigin, MemoryVault, Shelf

CRASH = """
import os, sys
from pathlib import Path
from app.session.session_folder import SessionFolder
from app.session.record import from_json
folder = SessionFolder(Path(sys.argv[1]))
folder.write_record(from_json(Path(sys.argv[2]).read_text(encoding="utf-8")))
folder.keep(sys.argv[3], Path(sys.argv[4]).read_bytes())
print("ready", flush=True)
os._exit(9)
"""


@pytest.fixture
def record(album_card) -> SessionRecord:
    chosen = replace(album_card, card_format=ID_2, focal_35mm=26.0, key="second", name="身份证")
    album = Album((album_card, chosen)).paired(album_card.key, "second")
    return SessionRecord(album, {album_card.picture_key: KeptOrigin()})


def test_a_record_survives_being_text(record, tmp_path) -> None:
    with_file = SessionRecord(record.album, {**record.origins, "f": FileOrigin(tmp_path / "a.pdf", 3, "ab" * 32)})

    assert from_json(to_json(with_file)) == with_file


def test_a_recovered_picture_is_that_of_the_file_as_it_was_opened(record, tmp_path, card) -> None:
    (tmp_path / "scan.png").write_bytes(_png(card))
    opener, later = Shelf(MemoryVault()), Shelf(MemoryVault())
    ((key, _),) = opener.open_file(tmp_path / "scan.png")
    left = LeftSession(tmp_path, from_json(to_json(SessionRecord(record.album, {key: opener.origin(key)}))))
    left.restore_to(later)

    (tmp_path / "scan.png").write_bytes(_png(card[::-1]))
    with pytest.raises(FileChangedError):
        later.load(key)
    (tmp_path / "scan.png").write_bytes(_png(card))
    assert np.array_equal(later.load(key), card)


def test_an_old_record_without_hashes_keeps_its_cards_but_trusts_no_file(record, tmp_path, card) -> None:
    (tmp_path / "scan.png").write_bytes(_png(card))
    key = record.album.cards[0].picture_key
    data = json.loads(to_json(SessionRecord(record.album, {key: FileOrigin(tmp_path / "scan.png", 1, "")})))
    del data["origins"][key]["sha256"]
    left = LeftSession(tmp_path, from_json(json.dumps(data)))
    shelf = Shelf(MemoryVault())
    left.restore_to(shelf)

    assert left.record.album == record.album
    with pytest.raises(FileChangedError):
        shelf.load(key)


@pytest.mark.parametrize(
    "origins",
    ["[]", '{"../key": {}}', '{"f": 1}', '{"f": {"file": "a", "page": Infinity}}', '{"f": {"page": 1}}'],
)
def test_a_record_that_makes_no_sense_is_none(origins) -> None:
    with pytest.raises(SessionRecordError):
        from_json(f'{{"version": 1, "cards": [], "origins": {origins}}}')


def test_a_record_of_corners_nowhere_is_none(record) -> None:
    with pytest.raises(SessionRecordError):
        from_json(to_json(record).replace("[[0.0, 0.0]", "[[NaN, 0.0]"))


@pytest.mark.parametrize("name", ["nul\0.png", "half a letter \ud800.png"])
def test_a_record_of_a_name_that_no_file_can_have_is_of_no_file(name) -> None:
    text = json.dumps({"version": 1, "cards": [], "origins": {"f": {"file": name, "page": 1, "sha256": "0"}}})
    shelf = Shelf(MemoryVault())
    shelf.restore("f", from_json(text).origins["f"])

    with pytest.raises(FileMissingError):
        shelf.load("f")


def test_the_folder_is_private_and_gone_after_a_clean_exit(tmp_path, record) -> None:
    folder = SessionFolder(tmp_path / "sessions")
    folder.write_record(record)
    folder.keep("key", b"data")

    assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
    assert stat.S_IMODE((folder.path / "key.png").stat().st_mode) == 0o600
    assert folder.read("key") == b"data"
    folder.purge()
    assert not folder.path.exists()


def test_a_living_session_is_not_offered(tmp_path, record) -> None:
    folder = SessionFolder(tmp_path)
    folder.write_record(record)

    assert find_left_sessions(tmp_path) == []
    assert folder.path.exists()
    folder.purge()


def test_what_a_crash_left_can_be_recovered_or_deleted(tmp_path, record, shelf, card) -> None:
    key = record.album.cards[0].picture_key
    (tmp_path / "record.json").write_text(to_json(record), encoding="utf-8")
    (tmp_path / "picture.png").write_bytes(_png(card))
    sessions = tmp_path / "sessions"
    arguments = [str(sessions), str(tmp_path / "record.json"), key, str(tmp_path / "picture.png")]
    subprocess.run([sys.executable, "-c", CRASH, *arguments], check=False, capture_output=True)

    (left,) = find_left_sessions(sessions)
    later = Shelf(MemoryVault())
    left.restore_to(later)

    assert left.record.album == record.album
    assert np.array_equal(later.load(key), card)
    left.delete()
    assert find_left_sessions(sessions) == []


def test_a_picture_that_is_gone_costs_no_other_card(tmp_path, album_card, card) -> None:
    lost = replace(album_card, picture_key="1" * 16, key="lost")
    origins = {album_card.picture_key: KeptOrigin(), lost.picture_key: KeptOrigin()}
    left = LeftSession(tmp_path, SessionRecord(Album((lost, album_card)), origins))
    with pytest.raises(FileMissingError):
        left.restore_to(Shelf(MemoryVault()))

    (tmp_path / f"{album_card.picture_key}.png").write_bytes(_png(card))
    assert left.restore_to(Shelf(MemoryVault())) == (album_card,)


def test_the_other_side_of_a_card_whose_picture_is_gone_is_alone(tmp_path, album_card, card) -> None:
    lost = replace(album_card, picture_key="1" * 16, key="lost")
    album = Album((lost, album_card)).paired(lost.key, album_card.key)
    left = LeftSession(tmp_path, SessionRecord(album, {one.picture_key: KeptOrigin() for one in album.cards}))
    (tmp_path / f"{album_card.picture_key}.png").write_bytes(_png(card))

    assert left.restore_to(Shelf(MemoryVault())) == (album_card,)


def test_a_record_keeps_names_that_are_no_text(record, tmp_path) -> None:
    with_file = SessionRecord(record.album, {**record.origins, "f": FileOrigin(tmp_path / "caf\udce9.jpg", 1, "")})
    folder = SessionFolder(tmp_path / "sessions")

    folder.write_record(with_file)

    assert from_json((folder.path / "session.json").read_text(encoding="utf-8")) == with_file
    folder.purge()


def damaged(content: dict, *place: str | int, value: object) -> str:
    """The record with another value in one place."""
    changed = json.loads(json.dumps(content))
    part = changed
    for name in place[:-1]:
        part = part[name]
    part[place[-1]] = value
    return json.dumps(changed)


def damaged_records(record) -> Iterator[str]:
    content = json.loads(to_json(record))
    yield from ("", "[]", "3", "{}", "[" * 100_000)
    yield damaged(content, "version", value=99)
    yield damaged(content, "origins", value=[])
    yield damaged(content, "origins", value={"../../x": {}})
    yield damaged(content, "origins", value={"a": {"file": 3, "page": 1}})
    yield damaged(content, "origins", value={"a": {"file": "a.pdf", "page": 0}})
    yield damaged(content, "cards", value=[{}])
    for name, values in {
        "size_px": ([1, 0], [10**400, 1], [1]),
        "corners": ([], [[0, 0]], [[0, 0], [1, 0], [1, math.nan], [0, 1]], [[0, 0], [1e308, 0], [1, 1], [0, 1]]),
        "source_dpi": (-1, math.inf, math.nan, 10**400, "x"),
        "focal_35mm": (math.inf,),
        "flags": (["pink"], 3),
        "format": (["ID", 0, 1, 0], ["ID", 1, 1, 9], ["ID", 1], ["ID", "x", "y", "z"]),
        "pairing": (["a"], ["a", "left"]),
    }.items():
        for value in values:
            yield damaged(content, "cards", 0, name, value=value)


def test_what_is_no_record_is_refused(record) -> None:
    for text in damaged_records(record):
        with pytest.raises(SessionRecordError):
            from_json(text)


def leave_behind(folder: Path) -> None:
    """Let a session's folder be one of an hour ago."""
    an_hour_ago = time.time() - 3600
    os.utime(folder, (an_hour_ago, an_hour_ago))


def test_a_folder_that_a_session_is_just_making_is_left_alone(tmp_path) -> None:
    """It is there a moment before the lock in it is held."""
    folder = tmp_path / ("0" * 16)
    folder.mkdir()

    assert find_left_sessions(tmp_path) == []
    assert list(folder.iterdir()) == []
    leave_behind(folder)
    assert find_left_sessions(tmp_path) == []
    assert not folder.exists()


def test_a_bad_session_hides_no_other_and_is_deleted(tmp_path, record) -> None:
    (tmp_path / "a file").touch()
    for number, text in enumerate((to_json(record), '{"version":1,"origins":[],"cards":[]}', " " * (2**26 + 1))):
        (tmp_path / str(number)).mkdir()
        (tmp_path / str(number) / "session.json").write_text(text)
        leave_behind(tmp_path / str(number))

    (left,) = find_left_sessions(tmp_path)

    assert left.path == tmp_path / "0"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["0", "a file"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system knows no pipes")
def test_a_pipe_is_no_record(tmp_path) -> None:
    (tmp_path / "old").mkdir()
    os.mkfifo(tmp_path / "old" / "session.json")
    leave_behind(tmp_path / "old")

    assert find_left_sessions(tmp_path) == []
    assert not (tmp_path / "old").exists()


def test_a_broken_record_is_deleted(tmp_path) -> None:
    (tmp_path / "old").mkdir()
    (tmp_path / "old" / "session.json").write_text("{")
    leave_behind(tmp_path / "old")

    assert find_left_sessions(tmp_path) == []
    assert not (tmp_path / "old").exists()
    assert find_left_sessions(tmp_path / "never made") == []


def _png(card) -> bytes:
    vault = MemoryVault()
    return vault.read(Shelf(vault).keep(card))
