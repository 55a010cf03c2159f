"""Everything the user can ask for, each with its words, its icon and its keys."""

from __future__ import annotations

from dataclasses import dataclass, fields

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.ui.icons import themed_icon
from app.ui.theme import Colours

_ICON_PROPERTY = "iconName"
_ON_ACCENT = frozenset({"capture", "export"})
_ON_BAR = frozenset({"edit_corners", "turn_left", "turn_right", "pair", "copy", "delete"})


@dataclass(frozen=True, slots=True)
class Actions:
    """The window's actions by name."""

    open: QAction
    open_folder: QAction
    paste: QAction
    try_sample: QAction
    batch: QAction
    export: QAction
    quit: QAction
    undo: QAction
    redo: QAction
    select_all: QAction
    copy: QAction
    rename: QAction
    edit_corners: QAction
    turn_left: QAction
    turn_right: QAction
    pair: QAction
    delete: QAction
    start_camera: QAction
    stop_camera: QAction
    play_video: QAction
    capture: QAction
    auto_capture: QAction
    freeze: QAction
    mirror: QAction
    zoom_in: QAction
    zoom_out: QAction
    fit: QAction
    previous: QAction
    next: QAction
    close_picture: QAction
    settings: QAction
    shortcuts: QAction
    about: QAction
    close_notice: QAction
    cancel_job: QAction

    def all(self) -> list[tuple[str, QAction]]:
        """Each with its name."""
        return [(field.name, getattr(self, field.name)) for field in fields(self)]

    def dress(self, colours: Colours) -> None:
        """Draw the icons in the colours of a theme."""
        for name, action in self.all():
            icon = action.property(_ICON_PROPERTY)
            if icon:
                action.setIcon(themed_icon(icon, colours, on_accent=name in _ON_ACCENT))


def make_actions(window: QWidget) -> Actions:
    """Make the actions, and let the window answer to their keys."""
    made = Actions(
        open=_action(window, _tr("Open…"), "open", QKeySequence.StandardKey.Open),
        open_folder=_action(window, _tr("Open folder…"), "open", "Ctrl+Shift+O"),
        paste=_action(window, _tr("Paste picture"), "picture", QKeySequence.StandardKey.Paste),
        try_sample=_action(window, _tr("Try a sample"), "picture"),
        batch=_action(window, _tr("Scan a folder into files…"), "batch", "Ctrl+B"),
        export=_action(window, _tr("Export…"), "export", "Ctrl+E"),
        quit=_action(window, _tr("Quit"), "", QKeySequence.StandardKey.Quit),
        undo=_action(window, _tr("Undo"), "undo", QKeySequence.StandardKey.Undo),
        redo=_action(window, _tr("Redo"), "redo", QKeySequence.StandardKey.Redo),
        select_all=_action(window, _tr("Select all cards"), "", QKeySequence.StandardKey.SelectAll),
        copy=_action(window, _tr("Copy card"), "copy", QKeySequence.StandardKey.Copy),
        rename=_action(window, _tr("Rename"), "", "F2"),
        edit_corners=_action(window, _tr("Correct corners"), "corners"),
        turn_left=_action(window, _tr("Turn left"), "rotate-left", "Shift+R"),
        turn_right=_action(window, _tr("Turn right"), "rotate-right", "R"),
        pair=_action(window, _tr("Pair as front and back"), "pair", "Ctrl+P"),
        delete=_action(window, _tr("Delete"), "delete", QKeySequence.StandardKey.Delete),
        start_camera=_action(window, _tr("Start camera"), "start", "F5"),
        stop_camera=_action(window, _tr("Stop camera"), "stop", "Shift+F5"),
        play_video=_action(window, _tr("Play a video as camera…"), "camera"),
        capture=_action(window, _tr("Capture"), "capture", Qt.Key.Key_Space),
        auto_capture=_action(window, _tr("Auto-capture"), "", "A", is_checkable=True),
        freeze=_action(window, _tr("Freeze"), "freeze", "F", is_checkable=True),
        mirror=_action(window, _tr("Mirror preview"), "mirror", "M", is_checkable=True),
        zoom_in=_action(window, _tr("Zoom in"), "zoom-in", QKeySequence.StandardKey.ZoomIn),
        zoom_out=_action(window, _tr("Zoom out"), "zoom-out", QKeySequence.StandardKey.ZoomOut),
        fit=_action(window, _tr("Fit"), "fit", "Ctrl+0"),
        previous=_action(window, _tr("Previous picture"), "previous", "PgUp"),
        next=_action(window, _tr("Next picture"), "next", "PgDown"),
        close_picture=_action(window, _tr("Close picture"), "close", QKeySequence.StandardKey.Close),
        settings=_action(window, _tr("Settings…"), "settings", "Ctrl+,"),
        shortcuts=_action(window, _tr("Keyboard shortcuts"), "keyboard", "F1"),
        about=_action(window, _tr("About Cardlight"), "info"),
        close_notice=_action(window, _tr("Close notice"), "close"),
        cancel_job=_action(window, _tr("Cancel job"), "close"),
    )
    for name, action in made.all():
        action.setProperty("isOnBar", name in _ON_BAR)
    return made


def _action(
    window: QWidget,
    text: str,
    icon: str,
    keys: QKeySequence.StandardKey | Qt.Key | str | None = None,
    *,
    is_checkable: bool = False,
) -> QAction:
    action = QAction(text, window)
    action.setProperty(_ICON_PROPERTY, icon)
    action.setCheckable(is_checkable)
    if keys is not None:
        action.setShortcut(QKeySequence(keys))
    shown = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
    plain = text.removesuffix("…")
    action.setToolTip(f"{plain} ({shown})" if shown else plain)
    window.addAction(action)
    return action


def _tr(text: str) -> str:
    return QCoreApplication.translate("Actions", text)
