from __future__ import annotations

import stat

from app.crash_log import CrashLog


def fail() -> None:
    raise ValueError("/home/erika/passport.jpg")


def test_it_tells_where_but_nothing_of_the_users(tmp_path) -> None:
    log = CrashLog(tmp_path / "state")
    try:
        fail()
    except ValueError as error:
        log.record(error)

    text = log.path.read_text()
    assert "ValueError" in text
    assert "in fail" in text
    assert "erika" not in text
    assert str(tmp_path) not in text
    assert stat.S_IMODE(log.path.stat().st_mode) == 0o600


def test_a_log_that_cannot_be_written_is_no_failure(tmp_path) -> None:
    (tmp_path / "file").touch()

    CrashLog(tmp_path / "file").record(ValueError())
