from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QToolButton


def test_a_job_that_ends_leaves_the_other_one_in_sight_with_its_own_button(qtbot, window) -> None:
    indicator, pressed = window.status.job, []
    indicator.show_progress("export", "Exporting 40 cards", 3, 40, lambda: pressed.append("export"))
    indicator.show_progress("open", "Opening 2 pictures", 1, 2, lambda: pressed.append("open"))
    assert indicator.findChild(QLabel).text() == "Opening 2 pictures"

    indicator.finish("open")

    assert indicator.isVisible()
    assert indicator.findChild(QLabel).text() == "Exporting 40 cards"
    qtbot.mouseClick(indicator.findChild(QToolButton), Qt.MouseButton.LeftButton)
    assert pressed == ["export"]

    indicator.finish("export")
    assert not indicator.isVisible()


def test_a_job_that_is_over_twice_is_over(window) -> None:
    window.status.job.finish("nobody")

    assert not window.status.job.isVisible()
