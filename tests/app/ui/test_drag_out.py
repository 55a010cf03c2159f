from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QPixmap

from app.ui import card_commands
from app.ui.main_window import MainWindow
from tests.app.ui.conftest import HandLane
from tests.app.ui.dropping import drop

WAIT_MS = 20_000


class FakeDrag:
    """A drag that the user lets go of at once: the system's own would take over the test's mouse."""

    begun: list[FakeDrag]

    def __init__(self, _source: object) -> None:
        self.mime: QMimeData | None = None

    def setMimeData(self, mime: QMimeData) -> None:  # noqa: N802
        self.mime = mime

    def setPixmap(self, _picture: QPixmap) -> None:  # noqa: N802
        pass

    def exec(self, _possible: Qt.DropAction, _usual: Qt.DropAction) -> Qt.DropAction:
        type(self).begun.append(self)
        return Qt.DropAction.CopyAction


@pytest.fixture
def drags(monkeypatch) -> list[FakeDrag]:
    FakeDrag.begun = []
    monkeypatch.setattr(card_commands, "QDrag", FakeDrag)
    return FakeDrag.begun


@pytest.fixture
def filled(qtbot, window: MainWindow, two_cards) -> MainWindow:
    window.open_paths([two_cards])
    qtbot.waitUntil(lambda: len(window.workspace.album) == 2, timeout=WAIT_MS)
    window.gallery.select_all()
    return window


def begin_to_drag(monkeypatch, window: MainWindow, button: Qt.MouseButton) -> None:
    monkeypatch.setattr(card_commands.QGuiApplication, "mouseButtons", staticmethod(lambda: button))
    window.gallery.view.startDrag(Qt.DropAction.CopyAction)


def test_selected_cards_are_dragged_out_as_files_of_their_own(qtbot, filled, drags, monkeypatch) -> None:
    begin_to_drag(monkeypatch, filled, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(drags) == 1, timeout=WAIT_MS)

    files = [Path(url.toLocalFile()) for url in drags[0].mime.urls()]
    assert [path.suffix for path in files] == [".png", ".png"]
    assert all(path.is_file() for path in files)
    assert not drop(filled, drags[0].mime), "cards of this window are not opened in it again"


def test_whoever_has_let_go_meanwhile_drags_nothing(qtbot, filled, drags, monkeypatch) -> None:
    begin_to_drag(monkeypatch, filled, Qt.MouseButton.NoButton)
    folder = filled.services.session_folder.path / "dragged"
    qtbot.waitUntil(lambda: len(list(folder.glob("*/*.png"))) == 2, timeout=WAIT_MS)
    filled.gallery.select([filled.workspace.album.cards[0].key])
    with qtbot.waitSignal(filled.commands.copied, timeout=WAIT_MS):
        filled.actions_.copy.trigger()

    assert drags == []


def test_a_drag_that_was_given_up_does_not_begin_with_the_next_press(qtbot, filled, drags, monkeypatch) -> None:
    lane, viewport = HandLane(), filled.gallery.view.viewport()
    monkeypatch.setattr(filled.commands, "_lane", lane)
    filled.gallery.select([filled.workspace.album.cards[0].key])
    begin_to_drag(monkeypatch, filled, Qt.MouseButton.LeftButton)
    qtbot.mouseRelease(viewport, Qt.MouseButton.LeftButton)
    lane.ends[0]()
    assert drags == []

    second = filled.gallery.view.visualRect(filled.model.index(1)).center()
    qtbot.mousePress(viewport, Qt.MouseButton.LeftButton, pos=second)
    begin_to_drag(monkeypatch, filled, Qt.MouseButton.LeftButton)
    lane.ends[0]()
    assert drags == []
    lane.ends[1]()
    assert [Path(url.toLocalFile()).name for url in drags[0].mime.urls()] == ["two 2.png"]


def test_cards_that_were_deleted_meanwhile_are_not_dragged(filled, drags, monkeypatch) -> None:
    lane = HandLane()
    monkeypatch.setattr(filled.commands, "_lane", lane)
    begin_to_drag(monkeypatch, filled, Qt.MouseButton.LeftButton)
    filled.actions_.delete.trigger()
    lane.ends[0]()

    assert drags == []


def test_dragged_files_go_with_the_session(qtbot, filled, drags, monkeypatch, tmp_path) -> None:
    begin_to_drag(monkeypatch, filled, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: len(drags) == 1, timeout=WAIT_MS)
    filled.close()
    filled.services.close()

    assert not list((tmp_path / "state" / "sessions").rglob("*.png"))


def test_cards_have_their_own_names_in_every_drag(qtbot, filled, drags, monkeypatch) -> None:
    for count in (1, 2):
        begin_to_drag(monkeypatch, filled, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda count=count: len(drags) == count, timeout=WAIT_MS)

    first, second = ([Path(url.toLocalFile()).name for url in drag.mime.urls()] for drag in drags)
    assert first == second


def test_the_mouse_selects_nothing_while_the_files_of_a_drag_are_made(qtbot, filled, drags) -> None:
    view = filled.gallery.view
    first, second = (view.visualRect(view.model().index(row, 0)).center() for row in (0, 1))
    filled.gallery.select([filled.workspace.album.cards[0].key])
    qtbot.mousePress(view.viewport(), Qt.MouseButton.LeftButton, pos=first)
    view.startDrag(Qt.DropAction.CopyAction)
    qtbot.mouseMove(view.viewport(), second)

    assert filled.gallery.selected_cards() == [filled.workspace.album.cards[0]]
    qtbot.mouseRelease(view.viewport(), Qt.MouseButton.LeftButton, pos=second)
