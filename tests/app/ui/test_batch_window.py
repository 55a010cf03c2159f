from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.batch.job import BatchOrder
from app.scanning import ScanOptions
from app.ui.batch_window import BatchWindow
from tests.app.batch.test_job import load_fake
from tests.app.ui.conftest import write_scene

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


def test_a_folder_is_scanned_and_what_failed_is_listed_with_its_reason(qtbot, batch, pictures, tmp_path) -> None:
    batch.start(order(pictures, tmp_path / "out"))
    assert batch.is_running
    qtbot.waitUntil(lambda: not batch.is_running, timeout=WAIT_MS)

    assert batch.state.startswith("Done: 4 files")
    ((name, reason),) = batch.failures
    assert name.endswith("broken.jpg")
    assert "not a picture" in reason


def test_closing_the_window_during_a_batch_does_not_hang_and_it_goes_on_later(
    qtbot, window, batch, pictures, tmp_path
) -> None:
    batch.start(order(pictures, tmp_path / "out"))
    batch.close()
    qtbot.waitUntil(lambda: not batch.is_running, timeout=WAIT_MS)
    batch.start(order(pictures, tmp_path / "out"))
    qtbot.waitUntil(lambda: not batch.is_running, timeout=WAIT_MS)

    assert batch.state.startswith("Done")


def test_a_target_that_cannot_be_made_is_said(qtbot, batch, pictures, tmp_path) -> None:
    (tmp_path / "file").touch()
    batch.start(order(pictures, tmp_path / "file"))
    qtbot.waitUntil(lambda: not batch.is_running, timeout=WAIT_MS)

    assert "cannot be written to" in batch.state
