"""What is selected, so that keys act on what the user sees."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit

from app.ui.main_window import MainWindow
from tests.app.ui.conftest import draw_scene
from tests.app.ui.dropping import drop, urls
from tests.app.ui.test_live import HandCamera, show

WAIT_MS = 20_000


@pytest.fixture
def opened(qtbot, window, one_card, two_cards) -> MainWindow:
    """Two pictures with three cards, of which the first picture is shown."""
    window.open_paths([one_card, two_cards])
    qtbot.waitUntil(lambda: len(window.workspace.album) == 3, timeout=WAIT_MS)
    return window


def selected(window: MainWindow) -> list[str]:
    return [card.name for card in window.gallery.selected_cards()]


def names(window: MainWindow) -> list[str]:
    return [card.name for card in window.workspace.album.cards]


def test_going_to_another_picture_selects_its_first_card(qtbot, opened) -> None:
    assert selected(opened) == ["身份证"]
    qtbot.keyClick(opened, Qt.Key.Key_PageDown)
    assert selected(opened) == ["two 1"]
    qtbot.keyClick(opened.canvas, Qt.Key.Key_Delete)

    assert names(opened) == ["身份证", "two 2"]


def test_a_new_picture_without_a_card_leaves_none_selected(qtbot, opened, no_card) -> None:
    with qtbot.waitSignal(opened.opening.shown, timeout=WAIT_MS):
        drop(opened, urls(no_card))
    assert selected(opened) == []
    qtbot.keyClick(opened.canvas, Qt.Key.Key_Delete)

    assert len(names(opened)) == 3


def test_closing_a_picture_selects_a_card_of_the_next_one(opened) -> None:
    opened.actions_.close_picture.trigger()
    assert selected(opened) == ["two 1"]
    opened.actions_.close_picture.trigger()
    assert selected(opened) == []


def test_after_the_editor_the_picture_of_the_card_is_shown(qtbot, opened) -> None:
    opened.gallery.select([card.key for card in opened.workspace.album.cards[1:]])
    assert opened.browser.position == (1, 2)
    qtbot.keyClick(opened.gallery.view, Qt.Key.Key_Return)
    qtbot.keyClick(opened.editor.canvas, Qt.Key.Key_Escape)

    assert opened.browser.position == (2, 2)


def test_enter_in_the_picture_opens_the_selected_card(qtbot, opened) -> None:
    opened.canvas.setFocus()
    qtbot.keyClick(opened.canvas, Qt.Key.Key_Return)

    assert opened.pages.currentWidget() is opened.editor


def test_undo_selects_what_it_brings_back(opened) -> None:
    opened.gallery.select_all()
    opened.actions_.delete.trigger()
    opened.actions_.undo.trigger()
    assert len(selected(opened)) == 3

    opened.gallery.select([opened.workspace.album.cards[2].key])
    opened.actions_.delete.trigger()
    opened.gallery.select([opened.workspace.album.cards[0].key])
    opened.actions_.undo.trigger()
    assert selected(opened) == ["two 2"]


def test_deleting_several_selects_what_follows_them(qtbot, opened) -> None:
    opened.gallery.select([card.key for card in opened.workspace.album.cards[:1]])
    qtbot.keyClick(opened.gallery.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert selected(opened) == ["身份证", "two 1"]
    opened.actions_.delete.trigger()

    assert selected(opened) == ["two 2"]


def test_the_newest_capture_is_selected_unless_a_name_is_being_typed(qtbot, make_window, card) -> None:
    window, camera = make_window(auto_capture=False), HandCamera()
    window.start_live(camera)
    show(qtbot, window, camera, draw_scene(card, (300, 200)), 0.0)
    for number in (1, 2):
        qtbot.keyClick(window, Qt.Key.Key_Space)
        qtbot.waitUntil(lambda number=number: len(window.workspace.album) == number, timeout=WAIT_MS)
        qtbot.waitUntil(lambda number=number: selected(window) == [f"Capture {number}"], timeout=WAIT_MS)

    qtbot.keyClick(window.gallery.view, Qt.Key.Key_F2)
    editor = window.gallery.view.findChild(QLineEdit)
    editor.setText("half a na")
    window.actions_.capture.trigger()
    qtbot.waitUntil(lambda: len(window.workspace.album) == 3, timeout=WAIT_MS)
    assert editor.isVisible()
    assert editor.text() == "half a na"


def test_a_picture_that_arrives_ends_no_typing(qtbot, opened, one_card) -> None:
    view = opened.gallery.view
    view.setFocus()
    qtbot.keyClick(view, Qt.Key.Key_F2)
    editor = view.indexWidget(view.currentIndex())
    editor.setText("Ca")
    with qtbot.waitSignal(opened.opening.shown, timeout=WAIT_MS):
        opened.open_paths([one_card])
    arrived = opened.workspace.album.cards[3]
    qtbot.keyClicks(opened.focusWidget(), "r")
    qtbot.keyClick(opened.focusWidget(), Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: names(opened)[0] == "Car", timeout=WAIT_MS)
    assert opened.workspace.album.cards[3] == arrived


def test_after_the_camera_what_it_captured_is_there_to_look_at(qtbot, make_window, card) -> None:
    window, camera = make_window(auto_capture=False), HandCamera()
    window.start_live(camera)
    show(qtbot, window, camera, draw_scene(card, (300, 200)), 0.0)
    qtbot.keyClick(window, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: len(window.workspace.album) == 1, timeout=WAIT_MS)
    window.actions_.stop_camera.trigger()

    assert window.browser.current.name == "Capture 1"
    qtbot.waitUntil(lambda: len(window.canvas.outlines) == 1, timeout=WAIT_MS)
