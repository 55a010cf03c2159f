from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QPushButton

from app.ui.main_window import MainWindow
from tests.app.ui.conftest import GROUND

WAIT_MS = 20_000


@pytest.fixture
def editing(qtbot, window, one_card) -> MainWindow:
    window.open_paths([one_card])
    qtbot.waitUntil(lambda: len(window.workspace.album) == 1, timeout=WAIT_MS)
    window.gallery.view.setFocus()
    qtbot.keyClick(window.gallery.view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not window.editor.preview.image.isNull(), timeout=WAIT_MS)
    return window


def drag(qtbot, window: MainWindow, corner: int, by: QPointF) -> None:
    canvas = window.editor.canvas
    start = canvas.viewport.transform().map(QPointF(*window.editor.corners[corner]))
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start.toPoint())
    qtbot.mouseMove(canvas, (start + by).toPoint())
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=(start + by).toPoint())


def test_enter_opens_the_editor_on_the_selected_card(editing) -> None:
    assert editing.pages.currentWidget() is editing.editor
    assert editing.editor.corners == editing.workspace.album.cards[0].corners


def test_dragging_a_corner_and_accepting_changes_the_card_and_can_be_undone(qtbot, editing) -> None:
    before = editing.workspace.album.cards[0]
    drag(qtbot, editing, 0, QPointF(-24, -18))
    dragged = editing.editor.corners
    assert dragged[0][0] < before.corners[0][0]

    with qtbot.waitSignal(editing.editor.accepted, timeout=WAIT_MS):
        qtbot.keyClick(editing.editor.canvas, Qt.Key.Key_Return)
    assert editing.workspace.album.cards[0].corners == dragged
    assert editing.pages.currentWidget() is editing.canvas
    editing.actions_.undo.trigger()
    assert editing.workspace.album.cards[0] == before


def test_an_edge_is_dragged_as_a_whole_and_only_across_itself(qtbot, editing) -> None:
    canvas, before = editing.editor.canvas, editing.editor.corners
    to_widget = canvas.viewport.transform()
    middle = (QPointF(*before[0]) + QPointF(*before[1])) / 2
    start = to_widget.map(middle).toPoint()
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=start)
    qtbot.mouseMove(canvas, start + QPoint(25, -20))
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=start + QPoint(25, -20))

    after = editing.editor.corners
    assert after[2:] == before[2:]
    for corner in (0, 1):
        assert after[corner][1] < before[corner][1] - 10
        assert after[corner][0] == pytest.approx(before[corner][0], abs=2)


def test_the_loupe_magnifies_what_is_under_the_handle_while_it_is_held(qtbot, editing) -> None:
    canvas = editing.editor.canvas
    place = canvas.viewport.transform().map(QPointF(*editing.editor.corners[2])).toPoint()
    above = place - QPoint(0, 100)
    before = canvas.grab().toImage().pixelColor(above)
    qtbot.mousePress(canvas, Qt.MouseButton.LeftButton, pos=place)

    loupe = canvas.grab().toImage()
    ground = QColor(*reversed(GROUND))
    assert before != ground
    assert loupe.pixelColor(above + QPoint(30, 30)) == ground
    qtbot.mouseRelease(canvas, Qt.MouseButton.LeftButton, pos=place)
    assert canvas.grab().toImage().pixelColor(above) == before


def test_the_preview_follows_and_a_format_can_be_forced(qtbot, editing) -> None:
    before = editing.editor.preview.image
    drag(qtbot, editing, 1, QPointF(40, -30))
    qtbot.waitUntil(lambda: editing.editor.preview.image != before, timeout=WAIT_MS)
    box = editing.editor._format
    while box.currentData() != "ID-2":
        qtbot.keyClick(box, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: "ID-2" in editing.editor._facts.text(), timeout=WAIT_MS)
    with qtbot.waitSignal(editing.editor.accepted, timeout=WAIT_MS):
        qtbot.keyClick(editing.editor.canvas, Qt.Key.Key_Return)

    assert editing.workspace.album.cards[0].true_format.name == "ID-2"


def test_escape_leaves_the_card_as_it_was(qtbot, editing) -> None:
    before = editing.workspace.album.cards[0]
    drag(qtbot, editing, 2, QPointF(30, 30))
    qtbot.keyClick(editing.editor.canvas, Qt.Key.Key_Escape)

    assert editing.workspace.album.cards[0] == before
    assert editing.pages.currentWidget() is editing.canvas


@pytest.mark.parametrize(
    ("modifier", "step"),
    [
        (Qt.KeyboardModifier.NoModifier, 1.0),
        (Qt.KeyboardModifier.ShiftModifier, 10.0),
        (Qt.KeyboardModifier.AltModifier, 0.25),
    ],
)
def test_arrows_nudge_the_chosen_handle(qtbot, editing, modifier, step) -> None:
    before = editing.editor.corners
    qtbot.keyClick(editing.editor.canvas, Qt.Key.Key_Tab)
    qtbot.keyClick(editing.editor.canvas, Qt.Key.Key_Right, modifier)

    assert editing.editor.corners[1] == (before[1][0] + step, before[1][1])
    assert editing.editor.corners[0] == before[0]


def test_snap_finds_the_edges_again(qtbot, editing) -> None:
    found = np.array(editing.editor.corners)
    for _ in range(6):
        qtbot.keyClick(editing.editor.canvas, Qt.Key.Key_Left)
    _press(qtbot, editing, "Snap to edges")

    qtbot.waitUntil(lambda: np.abs(np.array(editing.editor.corners) - found).max() < 2, timeout=WAIT_MS)


def test_reset_and_turn(qtbot, editing) -> None:
    found = editing.editor.corners
    drag(qtbot, editing, 3, QPointF(-20, 20))
    _press(qtbot, editing, "Reset")
    assert editing.editor.corners == found
    _press(qtbot, editing, "Turn")
    assert editing.editor.corners[0] == found[3]


def test_a_card_that_was_not_found_is_marked_by_hand(qtbot, window, no_card) -> None:
    window.open_paths([no_card])
    qtbot.waitUntil(lambda: "No card was found" in window.notice.text, timeout=WAIT_MS)
    _press(qtbot, window, "Mark it by hand")
    qtbot.waitUntil(lambda: len(window.editor.corners) == 4, timeout=WAIT_MS)

    with qtbot.waitSignal(window.editor.accepted, timeout=WAIT_MS):
        _press(qtbot, window, "Done")
    assert [card.name for card in window.workspace.album.cards] == ["empty"]


def _press(qtbot, window: MainWindow, text: str) -> None:
    button = next(button for button in window.findChildren(QPushButton) if button.text() == text and button.isVisible())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
