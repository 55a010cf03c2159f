from __future__ import annotations

import sys
import threading

import pytest

from app.crash_log import CrashLog
from app.ui.crash_hook import CrashHook


@pytest.fixture
def hook(qapp, tmp_path, monkeypatch) -> CrashHook:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)
    hook = CrashHook(CrashLog(tmp_path))
    hook.install()
    return hook


def fail() -> None:
    raise RuntimeError("secret detail")


def test_a_failure_on_the_windows_thread_is_logged_and_said_without_a_trace(qtbot, hook, tmp_path, capsys) -> None:
    with qtbot.waitSignal(hook.crashed):
        try:
            fail()
        except RuntimeError as error:
            sys.excepthook(type(error), error, error.__traceback__)

    assert "RuntimeError" in (tmp_path / "crashes.log").read_text()
    said = capsys.readouterr().err
    assert str(tmp_path / "crashes.log") in said
    assert "Traceback" not in said
    assert "secret" not in said


def test_a_failure_on_another_thread_too(qtbot, hook, tmp_path) -> None:
    with qtbot.waitSignal(hook.crashed):
        threading.Thread(target=fail).start()

    assert "RuntimeError" in (tmp_path / "crashes.log").read_text()
