from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QObject, Qt
from PySide6.QtGui import QAction, QRawFont, QStandardItemModel
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QDialog,
    QFileDialog,
    QFileSystemModel,
    QLabel,
    QListView,
    QMessageBox,
    QWidget,
)

from app.settings import Language
from app.ui.job_indicator import JobIndicator
from app.ui.languages import Speech, language_of_system
from app.ui.main_window import MainWindow
from app.ui.reasons import reason_text
from app.ui.settings_dialog import SettingsDialog
from resources import FONTS_FOLDER, TRANSLATIONS_FOLDER
from tests.app.ui.test_translations import CHINESE as CHINESE_FILE
from tests.app.ui.test_translations import messages

WAIT_MS = 20_000
TEXTS = ("text", "title", "windowTitle", "toolTip", "statusTip", "accessibleName", "accessibleDescription")
TEXTS += ("placeholderText", "whatsThis")
CHINESE_LETTER = re.compile("[一-鿿]")
NAMES = re.compile(
    r"Cardlight [\d.]+|Cardlight|ID-\d|\bdpi\b|\bFPS\b|\bPNG\b|\bJPEG\b|\bTIFF\b|\bPDF\b|\bA4\b|\bLetter\b|\bCUDA\b"
    r"|\b[CG]PU\b|\bPyTorch\b|\bNVIDIA\b|pip install '[\w\[\]]+'|pytorch\.org|\btest\b|\bEnglish\b|简体中文"
    r"|two(?:\.png)?\b|\b(?:Ctrl|Shift|Alt|Del|Ins|PgUp|PgDown|Esc|Tab)\b|/[\w/.-]*|\*\.\w+"
)
"""What is the same in every language, and names of the test's files."""


def texts_of(parent: QWidget) -> Iterator[str]:
    """Everything that is shown or read out in a window, hidden parts included, less names and jobs that are over."""
    objects: list[QObject] = [parent, *parent.findChildren(QWidget), *parent.findChildren(QAction)]
    for item in objects:
        if isinstance(item.parent(), JobIndicator) and item.parent().isHidden():
            continue
        found = [item.property(name) for name in TEXTS]
        if isinstance(item, QComboBox):
            found += [item.itemText(row) for row in range(item.count())]
        if isinstance(item, QAbstractItemView):
            found += cells_of(item)
        yield from (NAMES.sub("", text) for text in found if isinstance(text, str))


def cells_of(view: QAbstractItemView) -> Iterator[object]:
    """What a view of ours shows; the system's files are not ours."""
    model = view.model()
    if model is None or isinstance(model, QFileSystemModel | QStandardItemModel):
        return
    columns = 1 if isinstance(view, QListView) else model.columnCount(QModelIndex())
    for column in range(columns):
        yield model.headerData(column, Qt.Orientation.Horizontal)
        for row in range(model.rowCount()):
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
                yield model.index(row, column).data(role)


def english_in(parent: QWidget) -> list[str]:
    return [text for text in texts_of(parent) if re.search("[A-Za-z]{2}", text)]


def chinese_in(parent: QWidget) -> list[str]:
    return [text for text in texts_of(parent) if CHINESE_LETTER.search(text)]


@pytest.fixture
def full_window(qtbot, window: MainWindow, two_cards: Path) -> MainWindow:
    """A window with a pair of cards, its batch window, and a step to undo."""
    window.open_paths([two_cards])
    qtbot.waitUntil(lambda: len(window.workspace.album) == 2, timeout=WAIT_MS)
    window.gallery.select_all()
    window.actions_.pair.trigger()
    window.show_batch()
    window.device.find()
    qtbot.waitUntil(lambda: bool(window.status.device), timeout=WAIT_MS)
    return window


@pytest.mark.parametrize(
    ("wanted", "language"),
    [
        (["zh-Hans-CN"], Language.CHINESE),
        (["zh-CN", "en-US"], Language.CHINESE),
        (["zh-SG"], Language.CHINESE),
        (["en-GB", "zh-CN"], Language.ENGLISH),
        (["de-DE", "zh-CN"], Language.CHINESE),
        (["zh-TW"], Language.ENGLISH),
        (["fr-FR"], Language.ENGLISH),
        (["C"], Language.ENGLISH),
        ([], Language.ENGLISH),
    ],
)
def test_the_systems_languages_are_asked_in_their_order(wanted, language) -> None:
    assert language_of_system(wanted) is language


def test_the_window_changes_its_language_while_it_is_open(qtbot, full_window, speech) -> None:
    speech.use(Language.CHINESE)
    qtbot.waitUntil(lambda: full_window.actions_.quit.text() == "退出", timeout=WAIT_MS)
    qtbot.waitUntil(lambda: english_in(full_window) == [], timeout=WAIT_MS)
    assert full_window.actions_.undo.text() == "撤销：配对"

    speech.use(Language.ENGLISH)
    qtbot.waitUntil(lambda: chinese_in(full_window) == [], timeout=WAIT_MS)
    assert full_window.actions_.undo.text() == "Undo: Pair"


def test_the_settings_choose_the_language_at_once(qtbot, qapp, window) -> None:
    speech = Speech(qapp)
    speech.follow(window.services.preferences)
    window.actions_.settings.trigger()
    dialog = window.findChild(SettingsDialog)
    dialog.language.setCurrentIndex(dialog.language.findData(Language.CHINESE))
    dialog.accept()

    qtbot.waitUntil(lambda: window.actions_.settings.text() == "设置…", timeout=WAIT_MS)
    speech.use(Language.ENGLISH)


def clipped_in(dialog: QWidget) -> list[str]:
    """Texts that do not have the room that they need."""
    labels = [label for label in dialog.findChildren(QLabel) if label.isVisible() and label.text()]
    buttons = [button for button in dialog.findChildren(QAbstractButton) if button.isVisible()]
    return [
        *(
            label.text()
            for label in labels
            if label.wordWrap() and label.height() < label.heightForWidth(label.width())
        ),
        *(label.text() for label in labels if not label.wordWrap() and label.width() < label.sizeHint().width()),
        *(button.text() for button in buttons if button.width() < button.sizeHint().width()),
    ]


@pytest.mark.parametrize("language", [Language.ENGLISH, Language.CHINESE])
@pytest.mark.parametrize("name", ["export", "settings", "shortcuts", "about", "batch"])
def test_no_text_of_a_dialog_is_clipped(qtbot, full_window, speech, name, language) -> None:
    speech.use(language)
    full_window.batch.close()
    getattr(full_window.actions_, name).trigger()
    dialog = next(dialog for dialog in full_window.findChildren(QDialog) if dialog.isVisible())

    qtbot.waitUntil(lambda: clipped_in(dialog) == [], timeout=WAIT_MS)


@pytest.mark.parametrize("language", [Language.ENGLISH, Language.CHINESE])
@pytest.mark.parametrize("size", [(1000, 650), (1440, 900)])
def test_no_text_of_the_window_is_clipped(qtbot, full_window, speech, size, language) -> None:
    speech.use(language)
    full_window.batch.close()
    full_window.resize(*size)
    qtbot.waitUntil(lambda: clipped_in(full_window) == [], timeout=WAIT_MS)

    full_window.actions_.edit_corners.trigger()
    qtbot.waitUntil(lambda: clipped_in(full_window) == [], timeout=WAIT_MS)


@pytest.mark.parametrize("name", ["export", "settings", "shortcuts", "about"])
def test_dialogs_are_wholly_in_the_windows_language(qtbot, full_window, speech, name) -> None:
    speech.use(Language.CHINESE)
    qtbot.waitUntil(lambda: full_window.actions_.quit.text() == "退出", timeout=WAIT_MS)
    full_window.batch.close()
    getattr(full_window.actions_, name).trigger()
    dialog = next(dialog for dialog in full_window.findChildren(QDialog) if dialog.isVisible())

    assert english_in(dialog) == []


def test_qts_own_dialogs_speak_it_too(qtbot, speech, tmp_path) -> None:
    speech.use(Language.CHINESE)
    files = QFileDialog(None, "", str(tmp_path))
    files.setOption(QFileDialog.Option.DontUseNativeDialog)
    question = QMessageBox(QMessageBox.Icon.Question, "", "", QMessageBox.StandardButton.Yes)
    question.addButton(QMessageBox.StandardButton.Cancel)
    for dialog in (files, question):
        qtbot.addWidget(dialog)

        assert english_in(dialog) == []


@pytest.mark.parametrize(
    ("line", "chinese"),
    [
        ("the file is empty. Copy or download it again.", "文件为空。请重新复制或下载。"),
        (
            "the folder cannot be written to (Permission denied). Choose another folder.",
            "无法写入文件夹（权限不足）。请选择其他文件夹。",
        ),
        (
            "the picture has 9000 x 20 pixels; the limit is 5 megapixels. Make it smaller.",
            "图片为 9000 × 20 像素，上限为 5 百万像素。请将其缩小。",
        ),
        ("the text holds letters that cannot be drawn ({}). Use another script.",)
        + ("文字中含有无法绘制的字符（{}）。请改用其他文字。",),
        ("nobody knows this line", "nobody knows this line"),
        ("", ""),
    ],
)
def test_failures_are_worded_in_the_windows_language(speech, line, chinese) -> None:
    assert reason_text(line) == line

    speech.use(Language.CHINESE)
    assert reason_text(line) == chinese


def test_a_failure_in_the_window_is_said_in_its_language(qtbot, window, speech, tmp_path) -> None:
    speech.use(Language.CHINESE)
    window.open_paths([tmp_path / "gone.png"])

    qtbot.waitUntil(lambda: window.notice.text == "gone.png：文件不存在。请检查文件名和文件夹。", timeout=WAIT_MS)


def test_the_bundled_font_has_every_letter_of_the_translation(qapp) -> None:
    font = QRawFont(str(FONTS_FOLDER / "NotoSansCJKsc-Regular-GBK.otf"), 16)
    letters = {letter for message in messages(CHINESE_FILE) for form in message.forms for letter in form}

    assert [letter for letter in letters - {"\n"} if not font.supportsCharacter(ord(letter))] == []


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="these always have a Chinese font")
@pytest.mark.parametrize("language", ["CHINESE", "ENGLISH"])
def test_chinese_is_drawn_where_the_system_has_no_chinese_font(tmp_path, language) -> None:
    """Letters that are drawn differ from each other; the boxes of missing ones do not."""
    fonts = tmp_path / "fonts.conf"
    latin = tmp_path / "latin"
    latin.mkdir()
    (latin / "DejaVuSans.ttf").symlink_to(FONTS_FOLDER / "DejaVuSans.ttf")
    fonts.write_text(f"<fontconfig><dir>{latin}</dir><cachedir>{tmp_path}</cachedir></fontconfig>")
    code = """
import sys
from PySide6.QtGui import QFontDatabase, QImage, QPainter, Qt
from PySide6.QtWidgets import QApplication
from app.settings import Language
from app.ui.languages import Speech, provide_chinese_letters

application = QApplication(sys.argv)
print(len(QFontDatabase.families(QFontDatabase.WritingSystem.SimplifiedChinese)))
Speech(application).use(Language[sys.argv[1]])
provide_chinese_letters()

def drawn(letter):
    image = QImage(40, 40, QImage.Format.Format_Grayscale8)
    image.fill(255)
    painter = QPainter(image)
    painter.setFont(application.font())
    painter.drawText(image.rect(), 0, letter)
    painter.end()
    return bytes(image.constBits())

print(len({drawn(letter) for letter in "导出证件设置"}))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, language],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "FONTCONFIG_FILE": str(fonts), "QT_QPA_PLATFORM": "offscreen"},
    )

    assert done.stdout.split() == ["0", "6"], done.stderr


def test_translations_are_installed_with_the_program() -> None:
    assert {file.name for file in TRANSLATIONS_FOLDER.glob("*.qm")} == {"cardlight_en.qm", "cardlight_zh_CN.qm"}
