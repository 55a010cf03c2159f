from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton

from app.batch.job import BatchJob, BatchOrder, BatchReport, Progress
from app.scanning import ScanOptions
from app.settings import Language
from app.ui.batch_window import BatchWindow
from tests.app.batch.test_job import load_fake
from tests.app.ui.conftest import write_scene
from tests.app.ui.dropping import drop, urls

WAIT_MS = 60_000


@pytest.fixture
def batch(qtbot, window, monkeypatch, pytestconfig) -> BatchWindow:
    monkeypatch.syspath_prepend(str(pytestconfig.rootpath))  # the workers import this test's detector
    qtbot.keyClick(window, Qt.Key.Key_B, Qt.KeyboardModifier.ControlModifier)
    assert window.batch.isVisible()
    return window.batch


def order(folder: Path, out: Path) -> BatchOrder:
    return BatchOrder((str(folder),), out, ScanOptions(), device="cpu", workers=1, load=load_fake)


@pytest.fixture
def pictures(tmp_path: Path, card) -> Path:
    folder = tmp_path / "in"
    folder.mkdir()
    for number in range(3):
        write_scene(folder / f"{number}.png", card[::4, ::4])
    (folder / "broken.jpg").write_bytes(b"nonsense")
    return folder


def test_nothing_starts_before_both_folders_are_chosen(batch, tmp_path) -> None:
    assert not batch._start.isEnabled()
    batch.source.setText(str(tmp_path))
    assert not batch._start.isEnabled()
    batch.target.setText(str(tmp_path / "out"))
    assert batch._start.isEnabled()


def test_a_folder_is_scanned_and_every_files_state_is_listed(qtbot, batch, pictures, tmp_path) -> None:
    batch.start(order(pictures, tmp_path / "out"))
    assert batch.is_running
    qtbot.waitUntil(lambda: not batch.is_running, timeout=WAIT_MS)

    assert batch.state == "Done: 4 files, 3 cards. 1 failed."
    *good, bad = sorted(batch.files.texts())
    assert good == [(f"{number}.png", "Done", "1 card") for number in range(3)]
    assert bad[:2] == ("broken.jpg", "Failed")
    assert "not a picture" in bad[2]


def test_what_was_done_before_is_listed_as_such(qtbot, batch, pictures, tmp_path) -> None:
    (pictures / "broken.jpg").unlink()
    for _ in range(2):
        batch.start(order(pictures, tmp_path / "out"))
        qtbot.waitUntil(lambda: not batch.is_running, timeout=WAIT_MS)

    assert batch.files.texts() == [(f"{number}.png", "Done before", "") for number in range(3)]
    assert "Done before: 3 files." in batch.state


def test_a_dropped_folder_pause_go_on_and_the_buttons(qtbot, batch, pictures, tmp_path, opened_folders) -> None:
    """The batch is paused before its first file, since a wait for the right moment would depend on the machine."""
    drop(batch, urls(pictures))
    qtbot.keyClicks(batch.target, str(tmp_path / "out"))
    assert batch.source.text() == str(pictures)

    batch.start(order(pictures, tmp_path / "out"))
    assert batch._pause.hasFocus()
    qtbot.keyClick(batch._pause, Qt.Key.Key_Space)
    assert batch._pause.text() == "Go on"
    assert not batch._start.isEnabled()
    qtbot.waitUntil(lambda: len(batch.files.texts()) == 4, timeout=WAIT_MS)
    assert {row[1] for row in batch.files.texts()} == {"Waiting"}
    qtbot.mouseClick(batch._pause, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not batch.is_running, timeout=WAIT_MS)

    assert batch._open.hasFocus()
    qtbot.keyClick(batch._open, Qt.Key.Key_Space)
    assert opened_folders.paths == [tmp_path / "out"]


def test_cancelling_stops_and_starting_again_goes_on(qtbot, batch, pictures, tmp_path) -> None:
    batch.start(order(pictures, tmp_path / "out"))
    qtbot.mouseClick(batch._pause, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(batch._cancel, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not batch.is_running, timeout=WAIT_MS)
    assert batch.state == "Stopped after 0 of 4 files. Start again to go on from here."

    batch.start(order(pictures, tmp_path / "out"))
    qtbot.waitUntil(lambda: not batch.is_running, timeout=WAIT_MS)
    assert batch.state.startswith("Done: 4 files")


@pytest.mark.parametrize("by", ["frame", "escape"])
def test_closing_it_hides_it_and_the_main_window_tells_of_the_batch(
    qtbot, window, batch, pictures, tmp_path, by
) -> None:
    batch.start(order(pictures, tmp_path / "out"))
    qtbot.mouseClick(batch._pause, Qt.MouseButton.LeftButton)
    if by == "frame":
        batch.close()
    else:
        qtbot.keyClick(batch, Qt.Key.Key_Escape)
    assert not batch.isVisible()
    assert batch.is_running
    qtbot.waitUntil(lambda: window.status.batch._label.text() == "Paused: 4 files", timeout=WAIT_MS)
    assert batch.state.startswith("Paused. ")
    assert "left" not in batch.state
    assert window.status.batch.isVisible()

    batch._toggle_pause()
    assert window.status.batch._label.text() == "Scanning 4 files"
    assert not batch.state.startswith("Paused. ")
    qtbot.waitUntil(lambda: not batch.is_running, timeout=WAIT_MS)
    assert not window.status.batch.isVisible()
    assert window.notice.text == "Done: 4 files, 3 cards. 1 failed."
    qtbot.mouseClick(window.notice._buttons[0], Qt.MouseButton.LeftButton)
    assert batch.isVisible()


def test_the_button_in_the_status_bar_shows_the_batch_again(qtbot, window, batch, pictures, tmp_path) -> None:
    batch.start(order(pictures, tmp_path / "out"))
    qtbot.mouseClick(batch._pause, Qt.MouseButton.LeftButton)
    qtbot.keyClick(batch, Qt.Key.Key_Escape)
    qtbot.mouseClick(window.status.batch.findChild(QToolButton), Qt.MouseButton.LeftButton)

    assert batch.isVisible()
    assert batch.is_running
    batch.cancel()
    qtbot.waitUntil(lambda: not batch.is_running, timeout=WAIT_MS)
    assert not window.notice.isVisible()


def test_the_last_line_follows_the_language(qtbot, batch, pictures, tmp_path, speech) -> None:
    batch.start(order(pictures, tmp_path / "out"))
    qtbot.waitUntil(lambda: not batch.is_running, timeout=WAIT_MS)
    speech.use(Language.CHINESE)

    qtbot.waitUntil(lambda: batch.state == "完成：4 个文件，3 张证件。1 个失败。", timeout=WAIT_MS)


def test_folders_are_read_as_they_are_typed(qtbot, batch, monkeypatch, tmp_path, opened_folders) -> None:
    for variable in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(variable, str(tmp_path))
    batch.source.setText("~/scans ")
    batch.target.setText("~nobody-of-that-name/cards")
    assert not batch._start.isEnabled()
    assert not batch._open.isEnabled()

    batch.target.setText(" cards")
    assert (batch._order().inputs, batch._order().out) == ((str(tmp_path / "scans"),), tmp_path / "cards")
    qtbot.mouseClick(batch._open, Qt.MouseButton.LeftButton)
    assert opened_folders.paths == [tmp_path / "cards"]


def test_closing_the_main_window_during_a_batch_does_not_hang(qtbot, window, batch, pictures, tmp_path) -> None:
    batch.start(order(pictures, tmp_path / "out"))
    with qtbot.waitSignal(window.closed, timeout=WAIT_MS):
        window.closing.close_unasked()
    window.services.close()

    report = BatchJob(order(pictures, tmp_path / "out")).run()
    assert len(report.failures) == 1
    assert len(list((tmp_path / "out").glob("*.png"))) == 3


def test_settings_changed_after_the_window_was_made_hold(batch, window, tmp_path) -> None:
    batch.source.setText(str(tmp_path))
    batch.target.setText(str(tmp_path / "out"))
    window.services.preferences.change(export_dpi=200)

    assert batch._order().options.style.dpi == 200


def test_a_target_that_cannot_be_made_is_said(qtbot, batch, pictures, tmp_path) -> None:
    (tmp_path / "file").touch()
    batch.start(order(pictures, tmp_path / "file"))
    qtbot.waitUntil(lambda: not batch.is_running, timeout=WAIT_MS)

    assert "cannot be written to" in batch.state


def test_enter_starts_and_tab_goes_through_the_fields_in_order(qtbot, batch, pictures, tmp_path, monkeypatch) -> None:
    started: list[bool] = []
    monkeypatch.setattr(batch, "start", lambda: started.append(True))
    batch.source.setText(str(pictures))
    batch.target.setText(str(tmp_path / "out"))
    batch.source.setFocus()
    passed = []
    for _ in range(4):
        passed.append(batch.focusWidget())
        qtbot.keyClick(batch.focusWidget(), Qt.Key.Key_Tab)
    assert passed == [batch.source, batch._browses[0], batch.target, batch._browses[1]]
    qtbot.keyClick(batch.target, Qt.Key.Key_Return)

    assert started == [True]


def test_it_fits_a_small_screen(batch) -> None:
    screen = batch.screen().availableSize()
    assert batch.width() <= screen.width()
    assert batch.height() <= screen.height() - 48


def test_a_folder_that_may_not_be_read_is_said_at_the_end(batch) -> None:
    batch._take_report(BatchReport(Progress(), 0, (("/scans", "closed"), ("/more", "closed")), False, closed_folders=2))
    assert batch.state == "Done: 0 files, 0 cards. 2 folders could not be read."


def test_what_is_stopping_says_so_until_it_has_stopped(qtbot, batch, pictures, tmp_path) -> None:
    batch.start(order(pictures, tmp_path / "out"))
    batch.cancel()
    batch._show_progress(Progress(total=4, done=1))
    assert batch.state == "Stopping…"
    qtbot.waitUntil(lambda: not batch.is_running, timeout=WAIT_MS)
    assert batch.state.startswith("Stopped after")
