from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image as PillowImage
from PySide6.QtCore import Qt

from app.documents.errors import DiskFullError
from app.documents.outer_shape import Corners
from app.documents.watermark import Watermark
from app.session.exporting import ExportReport
from app.session.shelf import FileOrigin
from app.ui.export_dialog import ExportDialog
from app.ui.exporter import ExportEnd
from app.ui.main_window import MainWindow
from app.ui.wording import Deed
from tests.app.ui.conftest import HandLane

WAIT_MS = 20_000


@pytest.fixture
def dialog(qtbot, make_window, two_cards, tmp_path) -> ExportDialog:
    window = make_window(export_folder=str(tmp_path / "out"), export_dpi=150)
    window.open_paths([two_cards])
    qtbot.waitUntil(lambda: len(window.workspace.album) == 2, timeout=WAIT_MS)
    qtbot.keyClick(window, Qt.Key.Key_E, Qt.KeyboardModifier.ControlModifier)
    return shown_dialog(qtbot, window)


def ask_again(qtbot, window: MainWindow) -> ExportDialog:
    window.actions_.export.trigger()
    return shown_dialog(qtbot, window)


def shown_dialog(qtbot, window: MainWindow) -> ExportDialog:
    """The dialog, once it shows what will come out."""
    dialog = next(dialog for dialog in window.findChildren(ExportDialog) if dialog.isVisible())
    qtbot.waitUntil(lambda: "mm" in dialog._facts.text(), timeout=WAIT_MS)
    return dialog


def choose(dialog: ExportDialog, scope: str) -> None:
    dialog._scope.setCurrentIndex(dialog._scope.findData(scope))


def ask_for_what_cannot_be_drawn(qtbot, dialog: ExportDialog) -> None:
    """A watermark in a script that there are no letters for."""
    dialog._watermark.setText("ไทย")
    qtbot.waitUntil(lambda: "cannot be drawn" in dialog._preview.text(), timeout=WAIT_MS)


def window_of(dialog: ExportDialog) -> MainWindow:
    window = dialog.parent()
    assert isinstance(window, MainWindow)
    return window


def export(qtbot, dialog: ExportDialog) -> list[Path]:
    window = window_of(dialog)
    with qtbot.waitSignal(window.exporter.finished, timeout=WAIT_MS) as finished:
        qtbot.mouseClick(dialog._export, Qt.MouseButton.LeftButton)
    return sorted(finished.args[0].folder.iterdir())


def test_the_selected_card_is_exported_as_previewed(qtbot, dialog) -> None:
    choose(dialog, "selected")
    assert dialog._facts.text() == "ID-1 · 85.60 × 53.98 mm · 506 × 319 pixels"
    window = window_of(dialog)

    (file,) = export(qtbot, dialog)

    with PillowImage.open(file) as picture:
        assert picture.size == (506, 319)
    assert window.notice.text == "Exported 1 card into two 1.png."
    assert window.services.preferences.settings.export_dpi == 150


@pytest.mark.parametrize(("name", "kind"), [("jpeg", "JPEG"), ("tiff", "TIFF")])
def test_formats_carry_their_resolution(qtbot, dialog, name, kind) -> None:
    choose(dialog, "selected")
    dialog._format.setCurrentIndex(dialog._format.findData(name))

    (file,) = export(qtbot, dialog)

    with PillowImage.open(file) as picture:
        assert (picture.format, round(picture.info["dpi"][0])) == (kind, 150)


def test_all_cards_in_one_pdf(qtbot, dialog) -> None:
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
    assert window.services.preferences.settings.export_folder == str(tmp_path / "out")  # where the next one is to go


def test_the_file_of_an_export_can_be_opened_from_the_notice(qtbot, dialog, opened_folders) -> None:
    choose(dialog, "selected")
    window = window_of(dialog)
    (file,) = export(qtbot, dialog)
    qtbot.mouseClick(window.notice._buttons[0], Qt.MouseButton.LeftButton)

    assert opened_folders.paths == [file]


def test_open_folder_opens_that_of_the_export_that_is_spoken_of(
    qtbot, dialog, opened_folders, tmp_path, monkeypatch
) -> None:
    window, lane = window_of(dialog), HandLane()
    monkeypatch.setattr(window.exporter, "_lane", lane)
    dialog.reject()
    for folder in ("first", "second"):
        options = replace(dialog.options, folder=tmp_path / folder)
        window.exporter.export(window.workspace.album.cards, options)
    lane.ends[0]()
    qtbot.mouseClick(window.notice._buttons[0], Qt.MouseButton.LeftButton)

    assert opened_folders.paths == [tmp_path / "first"]


def test_without_a_folder_there_is_no_export(dialog) -> None:
    dialog._folder.clear()

    assert not dialog._export.isEnabled()


def test_the_home_of_nobody_is_no_folder_and_the_window_goes_on(qtbot, dialog) -> None:
    dialog._folder.setText("~nobody-of-that-name/cards")
    assert not dialog._export.isEnabled()

    dialog._folder.setText(" ~/cards ")
    assert dialog._export.isEnabled()
    assert dialog.options.folder == Path.home() / "cards"


def test_enter_exports_all_cards_after_opening_pictures_and_the_button_says_so(qtbot, dialog) -> None:
    window = window_of(dialog)
    assert len(window.gallery.selected_cards()) == 1
    assert dialog._export.text() == "Export 2 cards"

    with qtbot.waitSignal(window.exporter.finished, timeout=WAIT_MS):
        qtbot.keyClick(dialog, Qt.Key.Key_Return)
    assert window.notice.text == "Exported 2 files."


def test_the_button_follows_the_choice_of_cards(dialog) -> None:
    choose(dialog, "selected")

    assert dialog._export.text() == "Export 1 card"


def test_two_of_three_selected_cards_are_meant(qtbot, dialog, one_card) -> None:
    window = window_of(dialog)
    dialog.reject()
    window.open_paths([one_card])
    qtbot.waitUntil(lambda: len(window.workspace.album) == 3, timeout=WAIT_MS)
    window.gallery.select([card.key for card in window.workspace.album.cards[1:]])

    assert ask_again(qtbot, window)._export.text() == "Export 2 cards"


def test_one_unreadable_picture_keeps_no_other_card_from_being_exported(qtbot, dialog) -> None:
    window = window_of(dialog)
    again = ask_again_without_the_first_file(window, dialog)

    qtbot.waitUntil(lambda: "no such file" in again._preview.text(), timeout=WAIT_MS)
    assert again._export.isEnabled()
    assert len(export(qtbot, again)) == 1
    assert "1 card could not be exported: two 1: there is no such file" in window.notice.text


def ask_again_without_the_first_file(window: MainWindow, dialog: ExportDialog) -> ExportDialog:
    """The dialog again, now that the first card's file is not there any more, nor its pixels in memory."""
    dialog.reject()
    window.workspace.shelf.restore("gone", FileOrigin(Path("gone.png"), page=1, sha256=""))
    unreadable = replace(window.workspace.album.cards[0], picture_key="gone")
    window.workspace.do(window.workspace.album.replaced(unreadable), Deed.CORRECT)
    window.actions_.export.trigger()
    return next(dialog for dialog in window.findChildren(ExportDialog) if dialog.isVisible())


def test_a_watermark_that_cannot_be_drawn_blocks_until_it_is_another(qtbot, dialog) -> None:
    ask_for_what_cannot_be_drawn(qtbot, dialog)
    assert not dialog._export.isEnabled()
    qtbot.keyClicks(dialog._folder, "x")
    choose(dialog, "selected")
    assert not dialog._export.isEnabled()

    dialog._watermark.setText("Copy")
    qtbot.waitUntil(dialog._export.isEnabled, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: not dialog._preview.image.isNull(), timeout=WAIT_MS)


def test_an_unreadable_picture_hides_no_watermark_that_cannot_be_drawn(qtbot, dialog) -> None:
    again = ask_again_without_the_first_file(window_of(dialog), dialog)
    ask_for_what_cannot_be_drawn(qtbot, again)

    assert not again._export.isEnabled()


def test_the_next_export_begins_with_the_marks_of_the_last_one_which_are_not_kept_on_disk(
    qtbot, dialog, tmp_path
) -> None:
    dialog._watermark.setText("Copy for Example Bank")
    dialog._corners.setChecked(True)
    dialog._enhance.setChecked(True)
    window = window_of(dialog)
    export(qtbot, dialog)

    style = ask_again(qtbot, window).options.style
    assert (style.watermark, style.corners, style.enhanced) == (
        Watermark("Copy for Example Bank"),
        Corners.WHITE,
        True,
    )
    window.services.records.close()
    assert "Example Bank" not in (tmp_path / "config" / "settings.json").read_text(encoding="utf-8")


def test_to_cancel_is_to_cancel_the_exports_that_wait_too(qtbot, dialog, tmp_path) -> None:
    window = window_of(dialog)
    cards, options = window.workspace.album.cards, dialog.options
    dialog.reject()
    ends: list[ExportEnd] = []
    window.exporter.finished.connect(ends.append)

    window.exporter.export(cards, replace(options, folder=tmp_path / "first"))
    window.exporter.export(cards, replace(options, folder=tmp_path / "second"))
    window.exporter.cancel()
    qtbot.waitUntil(lambda: len(ends) == 2, timeout=WAIT_MS)

    assert ends[1].text == "Cancelled. 0 files had been exported."


def test_an_export_that_breaks_off_tells_what_is_in_the_folder(window) -> None:
    said: list[str] = []
    window.exporter.finished.connect(lambda end: said.append(end.text))
    window.exporter._take_report(Path(), ExportReport(saved=(Path("a.png"),), broken_off=str(DiskFullError())))

    assert said == [
        "1 file had been exported. Then the export failed: the disk is full. Free some space, or choose another folder."
    ]
