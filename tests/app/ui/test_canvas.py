from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from app.ui.canvas import Canvas
from app.ui.main_window import MainWindow

WAIT_MS = 20_000


@pytest.fixture
def canvas(qtbot, window: MainWindow, one_card) -> Canvas:
    window.open_paths([one_card])
    qtbot.waitUntil(lambda: window.canvas.outlines != (), timeout=WAIT_MS)
    window.canvas.setFocus()
    return window.canvas


def turn_wheel(canvas: Canvas, at: QPointF, notches: int) -> None:
    event = QWheelEvent(
        at,
        canvas.mapToGlobal(at),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(canvas, event)


def test_the_wheel_zooms_on_the_place_under_the_pointer(canvas) -> None:
    place = QPointF(300, 250)
    scale, before = canvas.viewport.scale, canvas.viewport.to_picture(place)
    turn_wheel(canvas, place, 3)

    assert canvas.viewport.scale > 1.5 * scale
    after = canvas.viewport.to_picture(place)
    assert abs(after.x() - before.x()) + abs(after.y() - before.y()) < 1e-6


def test_dragging_moves_a_picture_that_is_zoomed(qtbot, canvas) -> None:
    turn_wheel(canvas, QPointF(canvas.rect().center()), 6)
    before = QPointF(canvas.viewport.offset)
    start = QPoint(5, 5)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(canvas, start + QPoint(30, 20))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=start + QPoint(30, 20))

    moved = canvas.viewport.offset - before
    assert (moved.x(), moved.y()) == (30, 20)


def test_a_click_by_a_hand_that_is_not_still_leaves_the_picture_fitted(qtbot, window, canvas) -> None:
    start = canvas.rect().center()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(canvas, start + QPoint(1, 0))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=start + QPoint(1, 0))
    qtbot.keyClick(canvas, Qt.Key.Key_Left)
    turn_wheel(canvas, QPointF(start), 0)

    scale = canvas.viewport.scale
    window.resize(window.width() + 300, window.height() + 200)
    qtbot.waitUntil(lambda: canvas.viewport.scale > scale, timeout=WAIT_MS)


def test_keys_zoom_move_and_fit(qtbot, canvas) -> None:
    scale = canvas.viewport.scale
    for _ in range(6):
        qtbot.keyClick(canvas, Qt.Key.Key_Plus)
    assert canvas.viewport.scale > 3 * scale
    before = canvas.viewport.offset.x()
    qtbot.keyClick(canvas, Qt.Key.Key_Left)
    assert canvas.viewport.offset.x() > before
    qtbot.keyClick(canvas, Qt.Key.Key_Minus)
    assert canvas.viewport.scale < 4 * scale
    qtbot.keyClick(canvas, Qt.Key.Key_0)
    assert canvas.viewport.scale == scale


def test_a_double_click_on_a_card_opens_its_corners_and_elsewhere_fits(qtbot, window, canvas) -> None:
    canvas.zoom_in()
    qtbot.mouseDClick(canvas, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert canvas.viewport.is_fitted

    middle = window.workspace.album.cards[0].quad.mean(axis=0)
    qtbot.mouseDClick(
        canvas, Qt.MouseButton.LeftButton, pos=canvas.viewport.transform().map(QPointF(*middle)).toPoint()
    )
    assert window.pages.currentWidget() is window.editor
