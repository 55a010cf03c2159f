"""The small dialogs: settings, keyboard shortcuts, about."""

from __future__ import annotations

import importlib.metadata

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from app.ui.actions import Actions, action_words, shown_keys
from app.ui.icons import application_icon
from app.ui.preferences import Preferences
from app.ui.settings_dialog import SettingsDialog
from app.ui.translation import translate

_LOGO_PX = 72


def show_settings(parent: QWidget, preferences: Preferences) -> QDialog:
    """Show the settings; they hold once the dialog is accepted."""
    dialog = SettingsDialog(parent, preferences.settings)
    dialog.accepted.connect(lambda: preferences.adopt(dialog.applied_to(preferences.settings)))
    return _open(dialog)


def show_shortcuts(parent: QWidget, actions: Actions) -> QDialog:
    """Show every action that has keys."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(translate("Dialogs", "Keyboard shortcuts"))
    table = QWidget(dialog)
    grid = QGridLayout(table)
    grid.setContentsMargins(24, 16, 24, 16)
    grid.setHorizontalSpacing(48)
    grid.setVerticalSpacing(8)
    rows = [(action_words(action).removesuffix("…"), shown_keys(action)) for _, action in actions.all()]
    rows = [(text, keys) for text, keys in rows if keys]
    rows += [
        (translate("Dialogs", "Correct the selected card's corners"), translate("Dialogs", "Enter")),
        (translate("Dialogs", "Next handle in the corner editor"), translate("Dialogs", "Tab")),
        (
            translate("Dialogs", "Move a handle by 1, 10 or ¼ pixel"),
            translate("Dialogs", "Arrows, Shift, Alt"),
        ),
        (translate("Dialogs", "Leave the corner editor"), translate("Dialogs", "Esc")),
    ]
    half = (len(rows) + 1) // 2
    for index, (text, keys) in enumerate(rows):
        row, column = index % half, 2 * (index // half)
        shown = QLabel(keys, table)
        shown.setObjectName("muted")
        grid.addWidget(QLabel(text, table), row, column)
        grid.addWidget(shown, row, column + 1)
    area = QScrollArea(dialog)
    area.setWidget(table)
    area.setWidgetResizable(True)
    area.setFrameShape(QScrollArea.Shape.NoFrame)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(0, 0, 0, 16)
    layout.addWidget(area)
    layout.addLayout(_closing(dialog))
    dialog.resize(840, 520)
    return _open(dialog)


def show_about(parent: QWidget) -> QDialog:
    """Show what this is, its version, and what it promises."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(translate("Dialogs", "About Cardlight"))
    logo = QLabel(dialog)
    logo.setPixmap(application_icon().pixmap(QSize(_LOGO_PX, _LOGO_PX)))
    logo.setAlignment(Qt.AlignmentFlag.AlignTop)
    name = QLabel("Cardlight " + importlib.metadata.version("cardlight"), dialog)
    name.setObjectName("heading")
    text = QLabel(
        translate(
            "Dialogs",
            "Finds identity cards in webcam frames, photos and scans, straightens them, and saves them "
            "at true size.\n\n"
            "Everything happens on this computer. Cardlight has no network access, keeps no statistics, and deletes "
            "what it kept of a session when you close the window.",
        ),
        dialog,
    )
    text.setWordWrap(True)
    column = QVBoxLayout()
    column.setSpacing(8)
    column.addWidget(name)
    column.addWidget(text, 1)
    row = QHBoxLayout()
    row.setContentsMargins(24, 24, 24, 8)
    row.setSpacing(24)
    row.addWidget(logo)
    row.addLayout(column, 1)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(0, 0, 0, 16)
    layout.addLayout(row, 1)
    layout.addLayout(_closing(dialog))
    dialog.resize(520, 272)
    return _open(dialog)


def _closing(dialog: QDialog) -> QHBoxLayout:
    buttons = QDialogButtonBox(dialog)
    buttons.addButton(translate("Dialogs", "Close"), QDialogButtonBox.ButtonRole.RejectRole)
    buttons.rejected.connect(dialog.reject)
    row = QHBoxLayout()
    row.setContentsMargins(24, 8, 24, 0)
    row.addWidget(buttons)
    return row


def _open(dialog: QDialog) -> QDialog:
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
