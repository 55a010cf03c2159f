"""What each action does."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow


def connect_actions(window: MainWindow) -> None:
    """Give every action of a window its deed."""
    actions, commands = window.actions_, window.commands
    opening, live, preferences = window.opening, window.live_control, window.services.preferences
    editor = window.editor

    def editing(to_edited: Callable[[], None], to_album: Callable[[], None]) -> Callable[[], None]:
        """One deed for the card in the editor, and another one where none is edited."""
        return lambda: to_edited() if window.area.is_editing else to_album()

    def ask_to_export() -> None:
        window.gallery.finish_editing()
        window.exporter.ask(window, window.gallery.selected_cards())

    for action, deed in (
        (actions.open, opening.ask_for_pictures),
        (actions.open_folder, opening.ask_for_folder),
        (actions.paste, opening.paste),
        (actions.try_sample, opening.open_sample),
        (actions.export, ask_to_export),
        (actions.batch, window.show_batch),
        (actions.quit, window.close),
        (actions.undo, editing(editor.undo, commands.undo)),
        (actions.redo, editing(editor.redo, commands.redo)),
        (actions.select_all, window.gallery.select_all),
        (actions.copy, commands.copy),
        (actions.rename, window.gallery.rename),
        (actions.edit_corners, window.correction.edit_selected),
        (actions.mark_card, window.correction.mark_current),
        (actions.turn_left, editing(lambda: editor.turn(-1), lambda: commands.turn(-1))),
        (actions.turn_right, editing(lambda: editor.turn(1), lambda: commands.turn(1))),
        (actions.pair, commands.pair),
        (actions.delete, commands.delete),
        (actions.start_camera, live.start_camera),
        (actions.stop_camera, live.stop),
        (actions.play_video, live.ask_for_video),
        (actions.capture, live.capture),
        (actions.zoom_in, window.canvas.zoom_in),
        (actions.zoom_out, window.canvas.zoom_out),
        (actions.fit, window.canvas.fit),
        (actions.previous, lambda: window.browser.step(-1)),
        (actions.next, lambda: window.browser.step(1)),
        (actions.close_picture, window.browser.close_current),
        (actions.settings, lambda: _dialogs().show_settings(window, preferences)),
        (actions.shortcuts, lambda: _dialogs().show_shortcuts(window, actions)),
        (actions.about, lambda: _dialogs().show_about(window)),
        (actions.close_notice, window.notice.close_notice),
    ):
        action.triggered.connect(deed)
    actions.freeze.toggled.connect(live.freeze)
    actions.mirror.toggled.connect(lambda on: preferences.change(mirror=on))
    actions.auto_capture.toggled.connect(lambda on: preferences.change(auto_capture=on))


def _dialogs() -> ModuleType:
    from app.ui import dialogs  # not for before the first window

    return dialogs
