"""Everything the user can ask for, each with its words, its icon and its keys."""

from __future__ import annotations

from dataclasses import dataclass, fields

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from app.ui.icons import themed_icon
from app.ui.theme import Colours
from app.ui.translation import QT_TRANSLATE_NOOP, translate

_ICON_PROPERTY = "iconName"
_WORDS_PROPERTY = "words"
_ON_ACCENT = frozenset({"capture", "export"})
# What users try besides the system's own keys, of which Windows has none to quit, and none to zoom in without Shift.
_MORE_KEYS = {QKeySequence.StandardKey.Quit: ("Ctrl+Q",), QKeySequence.StandardKey.ZoomIn: ("Ctrl+=",)}
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
    mark_card: QAction
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

    def retranslate(self) -> None:
        """Say everything in the language of the window."""
        for _, action in self.all():
            show_words(action, action_words(action))


def action_words(action: QAction) -> str:
    """What an action is called, whatever its text says of the moment."""
    return translate("Actions", action.property(_WORDS_PROPERTY))


def show_words(action: QAction, words: str) -> None:
    """Say what an action does, also in the tool tip: a button may be an icon alone."""
    keys = shown_keys(action)
    plain = words.removesuffix("…")
    action.setText(words)
    action.setToolTip(f"{plain} ({keys})" if keys else plain)


def shown_keys(action: QAction) -> str:
    """The keys of an action as the system writes them; empty where it has none."""
    return action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)


def make_actions(window: QWidget) -> Actions:
    """Make the actions, and let the window answer to their keys."""
    made = Actions(
        open=_action(window, QT_TRANSLATE_NOOP("Actions", "Open…"), "open", QKeySequence.StandardKey.Open),
        open_folder=_action(window, QT_TRANSLATE_NOOP("Actions", "Open folder…"), "open", "Ctrl+Shift+O"),
        paste=_action(window, QT_TRANSLATE_NOOP("Actions", "Paste picture"), "picture", QKeySequence.StandardKey.Paste),
        try_sample=_action(window, QT_TRANSLATE_NOOP("Actions", "Try a sample"), "picture"),
        batch=_action(window, QT_TRANSLATE_NOOP("Actions", "Scan a folder into files…"), "batch", "Ctrl+B"),
        export=_action(window, QT_TRANSLATE_NOOP("Actions", "Export…"), "export", "Ctrl+E"),
        quit=_action(window, QT_TRANSLATE_NOOP("Actions", "Quit"), "", QKeySequence.StandardKey.Quit),
        undo=_action(window, QT_TRANSLATE_NOOP("Actions", "Undo"), "undo", QKeySequence.StandardKey.Undo),
        redo=_action(window, QT_TRANSLATE_NOOP("Actions", "Redo"), "redo", QKeySequence.StandardKey.Redo),
        select_all=_action(
            window, QT_TRANSLATE_NOOP("Actions", "Select all cards"), "", QKeySequence.StandardKey.SelectAll
        ),
        copy=_action(window, QT_TRANSLATE_NOOP("Actions", "Copy card"), "copy", QKeySequence.StandardKey.Copy),
        rename=_action(window, QT_TRANSLATE_NOOP("Actions", "Rename"), "", "F2"),
        edit_corners=_action(window, QT_TRANSLATE_NOOP("Actions", "Correct corners"), "corners"),
        mark_card=_action(window, QT_TRANSLATE_NOOP("Actions", "Mark a card by hand"), "", "Ins"),
        turn_left=_action(window, QT_TRANSLATE_NOOP("Actions", "Turn left"), "rotate-left", "Shift+R"),
        turn_right=_action(window, QT_TRANSLATE_NOOP("Actions", "Turn right"), "rotate-right", "R"),
        pair=_action(window, QT_TRANSLATE_NOOP("Actions", "Pair as front and back"), "pair", "Ctrl+P"),
        delete=_action(window, QT_TRANSLATE_NOOP("Actions", "Delete"), "delete", QKeySequence.StandardKey.Delete),
        start_camera=_action(window, QT_TRANSLATE_NOOP("Actions", "Start camera"), "start", "F5"),
        stop_camera=_action(window, QT_TRANSLATE_NOOP("Actions", "Stop camera"), "stop", "Shift+F5"),
        play_video=_action(window, QT_TRANSLATE_NOOP("Actions", "Play a video as camera…"), "camera"),
        capture=_action(window, QT_TRANSLATE_NOOP("Actions", "Capture"), "capture", Qt.Key.Key_Space),
        auto_capture=_action(window, QT_TRANSLATE_NOOP("Actions", "Auto-capture"), "", "A", is_checkable=True),
        freeze=_action(window, QT_TRANSLATE_NOOP("Actions", "Freeze"), "freeze", "F", is_checkable=True),
        mirror=_action(window, QT_TRANSLATE_NOOP("Actions", "Mirror preview"), "mirror", "M", is_checkable=True),
        zoom_in=_action(window, QT_TRANSLATE_NOOP("Actions", "Zoom in"), "zoom-in", QKeySequence.StandardKey.ZoomIn),
        zoom_out=_action(
            window, QT_TRANSLATE_NOOP("Actions", "Zoom out"), "zoom-out", QKeySequence.StandardKey.ZoomOut
        ),
        fit=_action(window, QT_TRANSLATE_NOOP("Actions", "Fit"), "fit", "Ctrl+0"),
        previous=_action(window, QT_TRANSLATE_NOOP("Actions", "Previous picture"), "previous", "PgUp"),
        next=_action(window, QT_TRANSLATE_NOOP("Actions", "Next picture"), "next", "PgDown"),
        close_picture=_action(
            window, QT_TRANSLATE_NOOP("Actions", "Close picture"), "close", QKeySequence.StandardKey.Close
        ),
        settings=_action(window, QT_TRANSLATE_NOOP("Actions", "Settings…"), "settings", "Ctrl+,"),
        shortcuts=_action(window, QT_TRANSLATE_NOOP("Actions", "Keyboard shortcuts"), "keyboard", "F1"),
        about=_action(window, QT_TRANSLATE_NOOP("Actions", "About Cardlight"), "info"),
        close_notice=_action(window, QT_TRANSLATE_NOOP("Actions", "Close notice"), "close"),
        cancel_job=_action(window, QT_TRANSLATE_NOOP("Actions", "Cancel job"), "close"),
    )
    for name, action in made.all():
        action.setProperty("isOnBar", name in _ON_BAR)
    made.retranslate()
    return made


def _action(
    window: QWidget,
    words: str,
    icon: str,
    keys: QKeySequence.StandardKey | Qt.Key | str | None = None,
    *,
    is_checkable: bool = False,
) -> QAction:
    action = QAction(window)
    action.setProperty(_WORDS_PROPERTY, words)
    action.setProperty(_ICON_PROPERTY, icon)
    action.setCheckable(is_checkable)
    if isinstance(keys, QKeySequence.StandardKey):
        bound = [key.toString() for key in QKeySequence.keyBindings(keys)]
        action.setShortcuts([QKeySequence(key) for key in dict.fromkeys((*bound, *_MORE_KEYS.get(keys, ())))])
    elif keys is not None:
        action.setShortcut(QKeySequence(keys))
    window.addAction(action)
    return action
