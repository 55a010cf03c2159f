"""What undo, redo and the turning keys do while a card is in the editor."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt

from tests.app.ui.test_corner_editor import CONTROL, SHIFT, drag, editing, press_keys

__all__ = ["editing"]

WAIT_MS = 20_000


def test_undo_and_redo_are_for_the_moves_made_in_the_editor(qtbot, editing) -> None:
    album, found = editing.workspace.album, editing.editor.corners
    drag(qtbot, editing, 0, QPointF(-24, -18))
    first = editing.editor.corners
    drag(qtbot, editing, 2, QPointF(12, 12))
    second = editing.editor.corners

    press_keys(editing, qtbot, Qt.Key.Key_Z, CONTROL)
    assert editing.editor.corners == first
    press_keys(editing, qtbot, Qt.Key.Key_Z, CONTROL)
    assert editing.editor.corners == found
    press_keys(editing, qtbot, Qt.Key.Key_Z, CONTROL)
    assert editing.workspace.album is album
    assert not editing.actions_.undo.isEnabled()
    editing.actions_.redo.trigger()
    editing.actions_.redo.trigger()
    assert editing.editor.corners == second
    assert not editing.actions_.redo.isEnabled()


def test_a_format_is_undone_like_a_move(qtbot, editing) -> None:
    qtbot.keyClick(editing.editor._format, Qt.Key.Key_Down)
    assert editing.editor._format.currentData() == "ID-1"
    press_keys(editing, qtbot, Qt.Key.Key_Z, CONTROL)

    assert editing.editor._format.currentData() == ""


def test_after_the_editor_undo_is_for_the_album_again(qtbot, editing) -> None:
    before = editing.workspace.album.cards[0]
    drag(qtbot, editing, 0, QPointF(-24, -18))
    with qtbot.waitSignal(editing.editor.accepted, timeout=WAIT_MS):
        press_keys(editing, qtbot, Qt.Key.Key_Return)
    assert editing.actions_.undo.text() == "Undo: Correct corners"
    press_keys(editing, qtbot, Qt.Key.Key_Z, CONTROL)

    assert editing.workspace.album.cards[0] == before


def test_the_turning_keys_turn_the_card_in_the_editor_and_escape_takes_that_back(qtbot, editing) -> None:
    card, before = editing.workspace.album.cards[0], editing.editor.preview.image
    press_keys(editing, qtbot, Qt.Key.Key_R)
    assert editing.editor.corners[0] == card.corners[3]
    qtbot.waitUntil(lambda: editing.editor.preview.image != before, timeout=WAIT_MS)
    press_keys(editing, qtbot, Qt.Key.Key_R, SHIFT)
    press_keys(editing, qtbot, Qt.Key.Key_R, SHIFT)
    assert editing.editor.corners[0] == card.corners[1]
    assert editing.workspace.album.cards[0] == card

    press_keys(editing, qtbot, Qt.Key.Key_Escape)
    assert editing.workspace.album.cards[0] == card


def test_a_turn_in_the_editor_outlives_a_later_reset(qtbot, editing) -> None:
    found = editing.editor.corners
    press_keys(editing, qtbot, Qt.Key.Key_R)
    with qtbot.waitSignal(editing.editor.accepted, timeout=WAIT_MS):
        press_keys(editing, qtbot, Qt.Key.Key_Return)

    assert editing.workspace.album.cards[0].found_corners[0] == found[3]
