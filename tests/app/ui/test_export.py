from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image as PillowImage
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from app.ui.export_dialog import ExportDialog
from app.ui.main_window import MainWindow

WAIT_MS = 20_000


@pytest.fixture
def dialog(qtbot, make_window, two_cards, tmp_path) -> ExportDialog:
    window = make_window(export_folder=str(tmp_path / "out"), export_dpi=150)
    window.open_paths([two_cards])
    qtbot.waitUntil(lambda: len(window.workspace.album) == 2, timeout=WAIT_MS)
    window.gallery.select([window.workspace.album.cards[0].key])
    qtbot.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(ExportDialog)
    qtbot.waitUntil(lambda: "mm" in dialog._facts.text(), timeout=WAIT_MS)
    return dialog


def window_of(dialog: ExportDialog) -> MainWindow:
    window = dialog.parent()
    assert isinstance(window, MainWindow)
    return window


def export(qtbot, dialog: ExportDialog) -> list[Path]:
    button = next(button for button in dialog.findChildren(QPushButton) if button.text() == "Export")
    window = window_of(dialog)
    with qtbot.waitSignal(window.exporter.finished, timeout=WAIT_MS):
        qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    return sorted(window.exporter._folder.iterdir())


def test_the_selected_card_is_exported_as_previewed(qtbot, dialog) -> None:
    assert dialog._facts.text() == "ID-1 · 85.60 × 53.98 mm · 506 × 319 pixels"
    window = window_of(dialog)

    (file,) = export(qtbot, dialog)

    with PillowImage.open(file) as picture:
        assert picture.size == (506, 319)
    assert window.notice.text == "Exported 1 file."
    assert window.services.preferences.settings.export_dpi == 150


@pytest.mark.parametrize(("name", "kind"), [("jpeg", "JPEG"), ("tiff", "TIFF")])
def test_formats_carry_their_resolution(qtbot, dialog, name, kind) -> None:
    dialog._format.setCurrentIndex(dialog._format.findData(name))

    (file,) = export(qtbot, dialog)

    with PillowImage.open(file) as picture:
        assert (picture.format, round(picture.info["dpi"][0])) == (kind, 150)


def test_all_cards_in_one_pdf(qtbot, dialog) -> None:
    dialog._scope.setCurrentIndex(dialog._scope.findData("all"))
    dialog._format.setCurrentIndex(dialog._format.findData("pdf-a4"))

    (file,) = export(qtbot, dialog)

    assert file.read_bytes().startswith(b"%PDF")


def test_a_folder_that_cannot_be_written_to_is_said(qtbot, dialog, tmp_path) -> None:
    (tmp_path / "file").touch()
    dialog._folder.setText(str(tmp_path / "file"))
    window = window_of(dialog)
    with qtbot.waitSignal(window.exporter.failed, timeout=WAIT_MS):
        dialog.accept()

    assert "The export failed" in window.notice.text


def test_without_a_folder_there_is_no_export(dialog) -> None:
    dialog._folder.clear()

    assert not dialog._export.isEnabled()


def test_to_cancel_is_to_cancel_the_exports_that_wait_too(qtbot, dialog, tmp_path) -> None:
    window = window_of(dialog)
    cards, options = window.workspace.album.cards, dialog.options
    dialog.reject()
    ends: list[str] = []
    window.exporter.finished.connect(ends.append)

    window.exporter.export(cards, replace(options, folder=tmp_path / "first"))
    window.exporter.export(cards, replace(options, folder=tmp_path / "second"))
    window.exporter.cancel()
    qtbot.waitUntil(lambda: len(ends) == 2, timeout=WAIT_MS)

    assert ends[1] == "Cancelled. 0 files had been exported."
