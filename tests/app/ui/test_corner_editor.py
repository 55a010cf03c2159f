from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QPushButton

from app.documents.card import Card, CardStyle
from app.session.album_card import AlbumCard
from app.session.exporting import finished_card
from app.session.shelf import Shelf
from app.ui.main_window import MainWindow
from app.ui.wording import Deed
from tests.app.ui.conftest import GROUND
from tests.app.ui.dropping import drop, urls

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


@pytest.fixture
def corrected(qtbot, editing, monkeypatch) -> Iterator[MainWindow]:
    """Just after *Done*, with a picture that takes its time to be read again."""
    may_go_on = threading.Event()
    load = editing.services.shelf.load
    monkeypatch.setattr(editing.services.shelf, "load", lambda key: may_go_on.wait(WAIT_MS / 1000) and load(key))
    drag(qtbot, editing, 0, QPointF(-24, -18))
    qtbot.keyClick(editing.editor.canvas, Qt.Key.Key_Return)
    yield editing
    may_go_on.set()


def test_a_correction_is_in_effect_at_once(corrected) -> None:
    (card,) = corrected.workspace.album.cards
    assert card.corners != card.found_corners
    assert corrected.gallery.selected_cards() == [card]


def test_what_is_done_to_a_card_while_its_correction_is_judged_stays(qtbot, editing, monkeypatch) -> None:
    editor, workspace = editing.editor, editing.workspace
    drag(qtbot, editing, 0, QPointF(-60, -45))
    with qtbot.waitSignal(editor.judged, timeout=WAIT_MS) as judged:
        qtbot.keyClick(editor.canvas, Qt.Key.Key_Return)
        renamed = replace(workspace.album.cards[0], name="renamed")
        workspace.do(workspace.album.replaced(renamed), Deed.RENAME)
    (card,) = workspace.album.cards
    assert (card.name, card.source_dpi) == ("renamed", judged.args[0].source_dpi)
    assert card.source_dpi != renamed.source_dpi
    editing.actions_.undo.trigger()
    assert workspace.album.cards == (judged.args[0],)

    workspace.do(workspace.album.without([card.key]), Deed.DELETE)
    workspace.judge(judged.args[0])
    assert len(workspace.album) == 0


def test_a_corner_outside_the_picture_can_be_taken(qtbot, editing) -> None:
    canvas = editing.editor.canvas
    assert canvas.viewport.is_fitted
    edit = editing.editor._edit
    for _ in range(2):
        corners = np.array(edit.draft.corners) - (0, 150)
        edit.replace(corners)
    qtbot.keyClick(canvas, Qt.Key.Key_Up)

    for factor in (1.0, 4.0):
        canvas.viewport.zoom(factor, QPointF())
        canvas.viewport.pan(QPointF(5000, 5000))
        place = canvas.viewport.transform().map(QPointF(*editing.editor.corners[0]))
        assert editing.editor.corners[0][1] < -50
        assert canvas.rect().contains(place.toPoint())


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


def test_tab_goes_from_handle_to_handle_in_both_directions(qtbot, editing) -> None:
    canvas, edit = editing.editor.canvas, editing.editor._edit
    for _ in range(7):
        qtbot.keyClick(canvas, Qt.Key.Key_Tab)
    assert edit.selected == 7
    for _ in range(7):
        qtbot.keyClick(canvas, Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
    assert edit.selected == 0
    assert canvas.hasFocus()

    for _ in range(8):
        qtbot.keyClick(canvas, Qt.Key.Key_Tab)
    assert not canvas.hasFocus()


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


def press_keys(window: MainWindow, qtbot, key: Qt.Key, *modifiers: Qt.KeyboardModifier) -> None:
    """Press keys where the focus is, as a person does."""
    keys = Qt.KeyboardModifier.NoModifier
    for modifier in modifiers:
        keys |= modifier
    qtbot.keyClick(window.focusWidget() or window, key, keys)


CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_no_key_changes_the_album_behind_the_editor(qtbot, editing) -> None:
    album, actions = editing.workspace.album, editing.actions_
    for key, *modifiers in (
        (Qt.Key.Key_Delete,),
        (Qt.Key.Key_A, CONTROL),
        (Qt.Key.Key_Delete,),
        (Qt.Key.Key_P, CONTROL),
        (Qt.Key.Key_F2,),
        (Qt.Key.Key_E, CONTROL),
        (Qt.Key.Key_F5,),
        (Qt.Key.Key_V, CONTROL),
        (Qt.Key.Key_Insert,),
    ):
        press_keys(editing, qtbot, key, *modifiers)

    assert editing.workspace.album is album
    assert editing.area.is_editing
    assert not editing.notice.isVisible()
    for action in (actions.open, actions.open_folder, actions.try_sample, actions.play_video, actions.export):
        assert not action.isEnabled()
    press_keys(editing, qtbot, Qt.Key.Key_Escape)
    for action in (actions.open, actions.start_camera, actions.export, actions.delete, actions.select_all):
        assert action.isEnabled()


def test_dropping_files_or_a_video_while_editing_is_refused_and_loses_nothing(
    qtbot, editing, two_cards, card_video
) -> None:
    drag(qtbot, editing, 0, QPointF(-24, -18))
    moved = editing.editor.corners
    for dropped in (two_cards, card_video):
        editing.notice.close_notice()
        drop(editing, urls(dropped))
        assert "Finish this correction first" in editing.notice.text
        assert editing.notice.isVisible()

    assert not editing.live.is_running
    assert editing.editor.corners == moved
    assert editing.area.is_editing


def test_pictures_that_arrive_while_editing_wait_behind_the_editor(qtbot, editing, two_cards, no_card) -> None:
    press_keys(editing, qtbot, Qt.Key.Key_Escape)
    editing.open_paths([two_cards, no_card])
    editing.actions_.edit_corners.trigger()
    qtbot.waitUntil(lambda: "No card was found in empty" in editing.notice.text, timeout=WAIT_MS)
    corners = editing.editor.corners
    _press(qtbot, editing, "Mark it by hand")
    assert editing.editor.corners == corners
    assert "Finish this correction first" in editing.notice.text

    press_keys(editing, qtbot, Qt.Key.Key_Escape)
    assert editing.browser.position == (1, 3)
    assert len(editing.workspace.album) == 3


def test_a_card_is_marked_in_a_picture_in_which_another_was_found(qtbot, window, one_card) -> None:
    assert not window.actions_.mark_card.isEnabled()
    window.open_paths([one_card])
    qtbot.waitUntil(lambda: len(window.workspace.album) == 1, timeout=WAIT_MS)
    press_keys(window, qtbot, Qt.Key.Key_Insert)
    qtbot.waitUntil(lambda: len(window.editor.corners) == 4, timeout=WAIT_MS)
    with qtbot.waitSignal(window.editor.accepted, timeout=WAIT_MS):
        press_keys(window, qtbot, Qt.Key.Key_Return)

    found, marked = window.workspace.album.cards
    assert found.picture_key == marked.picture_key
    assert found.corners != marked.corners


def test_a_mark_that_was_given_up_does_not_come_into_the_next_correction(qtbot, window, one_card) -> None:
    window.open_paths([one_card])
    qtbot.waitUntil(lambda: len(window.workspace.album) == 1, timeout=WAIT_MS)
    press_keys(window, qtbot, Qt.Key.Key_Insert)
    press_keys(window, qtbot, Qt.Key.Key_Escape)
    press_keys(window, qtbot, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not window.editor.preview.image.isNull(), timeout=WAIT_MS)

    assert window.editor.corners == window.workspace.album.cards[0].corners


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_keys_press_the_focused_button(qtbot, editing, key) -> None:
    found = editing.editor.corners
    drag(qtbot, editing, 3, QPointF(-20, 20))
    reset = _button(editing, "Reset")
    reset.setFocus()
    press_keys(editing, qtbot, key)

    assert editing.editor.corners == found
    assert editing.area.is_editing


def _button(window: MainWindow, text: str) -> QPushButton:
    return next(button for button in window.findChildren(QPushButton) if button.text() == text and button.isVisible())


def test_a_late_preview_of_another_card_is_not_shown(qtbot, window, two_cards, monkeypatch) -> None:
    window.open_paths([two_cards])
    qtbot.waitUntil(lambda: len(window.workspace.album) == 2, timeout=WAIT_MS)
    first, second = window.workspace.album.cards
    begun = {card.key: threading.Event() for card in (first, second)}
    may_end = {card.key: threading.Event() for card in (first, second)}

    def slow(card: AlbumCard, shelf: Shelf, style: CardStyle) -> Card:
        begun[card.key].set()
        may_end[card.key].wait(WAIT_MS / 1000)
        return finished_card(card, shelf, style)

    monkeypatch.setattr("app.ui.corner_editor.finished_card", slow)
    for card in (first, second):
        window.gallery.select([card.key])
        qtbot.keyClick(window.gallery.view, Qt.Key.Key_Return)
        qtbot.waitUntil(lambda: window.editor.canvas.hasFocus(), timeout=WAIT_MS)
        if card is first:
            qtbot.waitUntil(begun[first.key].is_set, timeout=WAIT_MS)
            qtbot.keyClick(window.editor.canvas, Qt.Key.Key_Escape)
    may_end[first.key].set()
    qtbot.waitUntil(begun[second.key].is_set, timeout=WAIT_MS)

    assert window.editor.preview.image.isNull()
    may_end[second.key].set()
    qtbot.waitUntil(lambda: not window.editor.preview.image.isNull(), timeout=WAIT_MS)


def _press(qtbot, window: MainWindow, text: str) -> None:
    qtbot.mouseClick(_button(window, text), Qt.MouseButton.LeftButton)
