"""Another document was scanned over the name of one that is open: nothing of it may be shown as the first one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication

from app.documents.card import CardStyle
from app.session.exporting import ExportFormat, ExportOptions
from app.ui.main_window import MainWindow
from tests.app.ui.conftest import draw_scene, write_scene

WAIT_MS = 20_000
CHANGED = "身份证: the file has changed since it was opened. Open it again."


@pytest.fixture
def changed(qtbot, window, one_card, two_cards, card, monkeypatch) -> MainWindow:
    """The first of two pictures has left the memory, and its file has changed."""
    monkeypatch.setattr("app.session.shelf._CACHE_BYTES", 0)
    window.open_paths([one_card, two_cards])
    qtbot.waitUntil(lambda: window.model.rowCount() == 3, timeout=WAIT_MS)
    rows = [window.model.index(row) for row in range(3)]
    qtbot.waitUntil(lambda: all(row.data(Qt.ItemDataRole.DecorationRole) for row in rows), timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.canvas.outlines != (), timeout=WAIT_MS)
    window.browser.go(1)
    qtbot.waitUntil(lambda: len(window.canvas.outlines) == 2, timeout=WAIT_MS)
    window.gallery.select([window.workspace.album.cards[1].key])
    write_scene(one_card, draw_scene(255 - card, (300, 200)))
    return window


def select_changed(window: MainWindow) -> None:
    window.gallery.select([window.workspace.album.cards[0].key])


def test_the_canvas_does_not_show_it(qtbot, changed) -> None:
    changed.browser.go(0)

    qtbot.waitUntil(lambda: changed.notice.text == CHANGED, timeout=WAIT_MS)


def test_it_is_not_exported_but_the_others_are(qtbot, changed, tmp_path) -> None:
    ends: list[str] = []
    changed.exporter.finished.connect(lambda end: ends.append(end.text))
    options = ExportOptions(tmp_path / "out", ExportFormat.PNG, CardStyle(dpi=150.0))
    changed.exporter.export(changed.workspace.album.cards, options)

    qtbot.waitUntil(lambda: ends != [], timeout=WAIT_MS)
    assert ends == [f"Exported 2 files. 1 card could not be exported: {CHANGED}"]
    assert sorted(path.name for path in options.folder.iterdir()) == ["two 1.png", "two 2.png"]


def test_it_is_not_copied(qtbot, changed) -> None:
    QGuiApplication.clipboard().clear()
    select_changed(changed)
    with qtbot.waitSignal(changed.commands.failed, timeout=WAIT_MS) as failed:
        changed.actions_.copy.trigger()

    assert failed.args == [CHANGED]
    assert QGuiApplication.clipboard().image().isNull()


def test_it_is_not_dragged_out(qtbot, changed) -> None:
    select_changed(changed)
    with qtbot.waitSignal(changed.commands.failed, timeout=WAIT_MS) as failed:
        changed.gallery.view.startDrag(Qt.DropAction.CopyAction)

    assert failed.args == [CHANGED]
    assert list((changed.services.session_folder.path / "dragged").glob("*/*")) == []


def test_its_corners_are_not_corrected_in_another_picture(qtbot, changed) -> None:
    select_changed(changed)
    changed.gallery.view.setFocus()
    with qtbot.waitSignal(changed.editor.failed, timeout=WAIT_MS) as failed:
        qtbot.keyClick(changed.gallery.view, Qt.Key.Key_Return)

    assert failed.args == [CHANGED]
    qtbot.waitUntil(lambda: changed.pages.currentWidget() is changed.canvas, timeout=WAIT_MS)
    assert changed.editor.preview.image.isNull()
