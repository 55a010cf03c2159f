from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from app.settings import Theme
from app.ui.dressing import Dressing
from app.ui.first_paint import FirstPaint
from app.ui.start_bench import StartError, measure_starts
from app.ui.theme import DARK, LIGHT
from resources import SAMPLES_FOLDER


def test_the_program_reports_its_window_and_then_its_first_card(monkeypatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)

    measured = measure_starts(next(SAMPLES_FOLDER.glob("*.jpg")), 1)

    (window_s,), (card_s,) = measured.window_s, measured.card_s
    assert 0 < window_s < card_s
    assert measured.display == "offscreen"


def test_a_program_that_does_not_come_to_its_window_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(StartError, match="did not start"):
        measure_starts(tmp_path / "missing.jpg", 1)


def test_what_can_wait_is_done_once_and_after_the_first_painting(qtbot, qapp: QApplication) -> None:
    painted: list[bool] = []
    window = QWidget()
    qtbot.addWidget(window)
    FirstPaint(window, lambda: painted.append(window.isVisible()))
    qapp.processEvents()
    assert painted == []

    window.show()
    qtbot.waitUntil(lambda: painted == [True])
    window.repaint()
    window.hide()
    window.show()
    qtbot.waitExposed(window)
    assert painted == [True]


def test_only_another_theme_styles_the_application_anew(qtbot, qapp: QApplication, window) -> None:
    preferences = window.services.preferences
    preferences.change(theme=Theme.LIGHT)
    dressing = Dressing(qapp, preferences)
    changes: list[object] = []
    dressing.changed.connect(changes.append)

    preferences.change(mirror=not preferences.settings.mirror)
    assert changes == []
    preferences.change(theme=Theme.DARK)
    assert (changes, dressing.colours) == ([DARK], DARK)
    preferences.change(theme=Theme.LIGHT)
    assert changes == [DARK, LIGHT]
    dressing.deleteLater()
