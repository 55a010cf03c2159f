from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, QPointF, QSize, Qt
from PySide6.QtGui import QAction, QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QAbstractItemView, QApplication, QLineEdit

from app.capture.errors import FileMissingError
from app.session.album_card import Side
from app.ui.export_dialog import ExportDialog
from app.ui.gallery_model import CARDS_MIME_TYPE
from app.ui.main_window import MainWindow
from app.ui.question import Question
from app.ui.thumbnails import Thumbnails
from app.ui.wording import Deed
from tests.app.ui.conftest import HandLane, draw_scene, write_scene
from tests.app.ui.test_live import button_of

WAIT_MS = 20_000


@pytest.fixture
def filled(qtbot, window, one_card, two_cards) -> MainWindow:
    """Three cards, of which the first is selected, and the keyboard in the gallery."""
    window.open_paths([one_card, two_cards])
    qtbot.waitUntil(lambda: len(window.workspace.album) == 3, timeout=WAIT_MS)
    window.gallery.select([window.workspace.album.cards[0].key])
    window.activateWindow()
    window.gallery.view.setFocus()
    return window


def names(window: MainWindow) -> list[str]:
    return [card.name for card in window.workspace.album.cards]


def test_thumbnails_are_made_when_they_are_seen(qtbot, filled) -> None:
    index = filled.model.index(0)

    qtbot.waitUntil(lambda: index.data(Qt.ItemDataRole.DecorationRole) is not None, timeout=WAIT_MS)
    thumbnail = index.data(Qt.ItemDataRole.DecorationRole)
    assert thumbnail.width() > thumbnail.height() > 100


def test_a_thumbnail_that_could_not_be_made_is_made_once_its_picture_can_be_read(filled, monkeypatch) -> None:
    lane, card, arrivals = HandLane(), filled.workspace.album.cards[0], []
    thumbnails = Thumbnails(filled, filled.workspace.shelf, lane)
    thumbnails.arrived.connect(lambda: arrivals.append(thumbnails.get(card)))

    def fail(_key: str) -> None:
        raise FileMissingError

    with monkeypatch.context() as away:
        away.setattr(filled.workspace.shelf, "load", fail)
        thumbnails.get(card)
        lane.ends[0]()
    assert arrivals == [], "nothing is drawn anew, or it would be asked for without an end"

    thumbnails.get(card)
    lane.ends[1]()
    assert arrivals[0].width() > 100


def test_deleting_asks_nothing_and_is_undone(qtbot, filled) -> None:
    before = names(filled)
    qtbot.keyClick(filled.gallery.view, Qt.Key.Key_Delete)
    assert names(filled) == before[1:]
    assert [card.name for card in filled.gallery.selected_cards()] == [before[1]]

    qtbot.keyClick(filled, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert names(filled) == before
    filled.actions_.redo.trigger()
    assert names(filled) == before[1:]


def test_turning_changes_the_corners_and_keeps_the_selection(qtbot, filled) -> None:
    before = filled.workspace.album.cards[0]
    qtbot.keyClick(filled.gallery.view, Qt.Key.Key_R)

    after = filled.workspace.album.cards[0]
    assert after.corners[0] == before.corners[3]
    assert [card.key for card in filled.gallery.selected_cards()] == [before.key]


def test_renaming_by_keyboard(qtbot, filled) -> None:
    qtbot.keyClick(filled.gallery.view, Qt.Key.Key_F2)
    assert filled.gallery.view.state() is QAbstractItemView.State.EditingState
    editor = filled.gallery.view.findChild(QLineEdit)
    editor.selectAll()
    qtbot.keyClicks(editor, "rRaA fF mM")
    qtbot.keyClick(editor, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: names(filled)[0] == "rRaA fF mM", timeout=WAIT_MS)
    assert filled.pages.currentWidget() is filled.canvas


def type_name(qtbot, window: MainWindow, name: str) -> None:
    """Rename the current card, but do not press Enter."""
    view = window.gallery.view
    qtbot.keyClick(view, Qt.Key.Key_F2)
    editor = view.indexWidget(view.currentIndex())
    editor.selectAll()
    qtbot.keyClicks(editor, name)


def click(qtbot, window: MainWindow, action: QAction) -> None:
    qtbot.mouseClick(button_of(window, action), Qt.MouseButton.LeftButton)


def test_a_name_that_is_being_typed_is_exported(qtbot, filled) -> None:
    type_name(qtbot, filled, "Front desk")
    click(qtbot, filled, filled.actions_.export)

    assert filled.findChild(ExportDialog).cards == filled.workspace.album.cards
    assert names(filled)[0] == "Front desk"


def test_a_name_that_is_being_typed_outlives_a_correction(qtbot, filled) -> None:
    type_name(qtbot, filled, "Front desk")
    click(qtbot, filled, filled.actions_.edit_corners)
    with qtbot.waitSignal(filled.editor.accepted, timeout=WAIT_MS):
        filled.editor.accept()

    assert names(filled)[0] == "Front desk"


def test_a_name_that_is_being_typed_outlives_other_deeds(qtbot, filled) -> None:
    """Each of which changes the order of the cards, or leaves one out."""
    first, _, third = filled.workspace.album.cards
    filled.gallery.select([first.key, third.key])
    type_name(qtbot, filled, "Front desk")
    click(qtbot, filled, filled.actions_.pair)
    assert names(filled) == ["Front desk", "two 2", "two 1"]

    type_name(qtbot, filled, "Desk")
    click(qtbot, filled, filled.actions_.delete)
    filled.actions_.undo.trigger()
    assert names(filled) == ["Desk", "two 2", "two 1"]


def test_undo_begins_with_the_name_that_is_being_typed(qtbot, filled) -> None:
    filled.actions_.delete.trigger()
    type_name(qtbot, filled, "Front desk")
    click(qtbot, filled, filled.actions_.undo)
    assert names(filled) == ["two 1", "two 2"]

    filled.actions_.redo.trigger()
    assert names(filled) == ["Front desk", "two 2"]


def test_a_name_that_is_being_typed_is_not_closed_away_without_a_question(qtbot, filled) -> None:
    type_name(qtbot, filled, "Front desk")
    filled.close()

    assert filled.findChild(Question).text.text() == "1 card with your changes has not been exported."


def test_pairing_two_and_taking_them_apart(filled) -> None:
    first, second, _ = filled.workspace.album.cards
    filled.gallery.select([first.key, second.key])
    filled.actions_.pair.trigger()
    assert [card.pairing and card.pairing.side for card in filled.workspace.album.cards] == [
        Side.FRONT,
        Side.BACK,
        None,
    ]
    assert filled.actions_.pair.text() == "Take pair apart"

    filled.actions_.pair.trigger()
    assert not any(card.pairing for card in filled.workspace.album.cards)


def test_buttons_that_are_icons_say_what_they_would_do_now(filled) -> None:
    filled.gallery.select([card.key for card in filled.workspace.album.cards[1:]])
    assert filled.actions_.pair.toolTip() == "Pair as front and back (Ctrl+P)"
    filled.actions_.pair.trigger()

    assert filled.actions_.pair.toolTip() == "Take pair apart (Ctrl+P)"
    assert filled.actions_.undo.toolTip() == "Undo: Pair (Ctrl+Z)"


def test_dropping_cards_between_others_moves_them(filled) -> None:
    before = names(filled)
    mime = filled.model.mimeData([filled.model.index(2)])
    assert mime.hasFormat(CARDS_MIME_TYPE)

    filled.model.dropMimeData(mime, Qt.DropAction.MoveAction, 0, 0, QModelIndex())

    assert names(filled) == [before[2], before[0], before[1]]


def test_cards_are_dragged_to_another_place(qtbot, filled) -> None:
    view, before = filled.gallery.view, names(filled)
    mime = filled.model.mimeData([filled.model.index(0)])
    middle = QPointF(view.visualRect(filled.model.index(2)).center())
    below = QPointF(middle.x(), view.visualRect(filled.model.index(2)).bottom() - 1)
    move, button, no_key = Qt.DropAction.MoveAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    for event in (
        QDragEnterEvent(middle.toPoint(), move, mime, button, no_key),
        QDragMoveEvent(below.toPoint(), move, mime, button, no_key),
        QDropEvent(below, move, mime, button, no_key),
    ):
        QApplication.sendEvent(view.viewport(), event)

    assert names(filled) == [before[1], before[2], before[0]]
    filled.actions_.undo.trigger()
    assert names(filled) == before


def test_a_card_that_is_too_small_says_what_to_do(qtbot, window, tmp_path, card) -> None:
    window.open_paths([write_scene(tmp_path / "far.png", draw_scene(card[::3, ::3], (300, 200)))])
    qtbot.waitUntil(lambda: len(window.workspace.album) == 1, timeout=WAIT_MS)

    assert "Too small: move closer" in window.model.index(0).data(Qt.ItemDataRole.ToolTipRole)


def test_copying_puts_the_straight_card_on_the_clipboard(qtbot, filled) -> None:
    QGuiApplication.clipboard().clear()
    with qtbot.waitSignal(filled.commands.copied, timeout=WAIT_MS):
        qtbot.keyClick(filled.gallery.view, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)

    image = QGuiApplication.clipboard().image()
    assert (image.width(), image.height()) == (1011, 638)


def test_the_clipboard_holds_the_card_that_was_copied_last_whichever_is_made_first(filled, monkeypatch) -> None:
    lane, copied = HandLane(), []
    monkeypatch.setattr(filled.commands, "_lane", lane)
    filled.commands.copied.connect(lambda: copied.append(QGuiApplication.clipboard().image().size()))
    wide, tall, _ = filled.workspace.album.cards
    filled.workspace.do(filled.workspace.album.turned([tall.key], 1), Deed.TURN)
    for card in (wide, tall):
        filled.gallery.select([card.key])
        filled.actions_.copy.trigger()
    for end in reversed(lane.ends):
        end()

    assert copied == [QSize(638, 1011)]


def test_one_card_is_copied_and_never_one_of_several(filled) -> None:
    assert filled.actions_.copy.isEnabled()
    filled.gallery.select([card.key for card in filled.workspace.album.cards[:2]])

    assert not filled.actions_.copy.isEnabled()


def test_everything_is_selected_by_keyboard(qtbot, filled) -> None:
    qtbot.keyClick(filled.gallery.view, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)

    assert len(filled.gallery.selected_cards()) == 3


def test_selecting_a_card_shows_its_picture(qtbot, filled) -> None:
    filled.gallery.select([filled.workspace.album.cards[2].key])

    assert filled.browser.current.name == "two"


def test_cards_can_be_read_aloud(filled) -> None:
    text = filled.model.index(0).data(Qt.ItemDataRole.AccessibleTextRole)

    assert text.startswith("身份证, ID-1")
