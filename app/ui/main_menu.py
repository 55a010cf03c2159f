"""The menus and the tool bar: where each action is found."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar, QSizePolicy, QToolBar, QToolButton, QWidget

from app.ui.actions import Actions
from app.ui.buttons import make_primary
from app.ui.camera_picker import CameraPicker
from app.ui.translation import QT_TRANSLATE_NOOP, Retranslating, translate

_ICON_PX = 20


def fill_menu_bar(bar: QMenuBar, actions: Actions, recent: QMenu) -> None:
    """Put every action into a menu, so that all can be found and reached by keys; `recent` goes into the first."""
    for title, entries in (
        (
            QT_TRANSLATE_NOOP("Menu", "&File"),
            (actions.open, actions.open_folder, actions.paste, actions.try_sample, None, actions.export, actions.batch)
            + (None, actions.close_picture, actions.quit),
        ),
        (
            QT_TRANSLATE_NOOP("Menu", "&Edit"),
            (actions.undo, actions.redo, None, actions.select_all, actions.copy, actions.rename, actions.edit_corners)
            + (actions.turn_left, actions.turn_right, actions.pair, actions.delete, None, actions.mark_card)
            + (None, actions.settings),
        ),
        (
            QT_TRANSLATE_NOOP("Menu", "&Camera"),
            (actions.start_camera, actions.stop_camera, actions.play_video, None, actions.capture)
            + (actions.auto_capture, actions.freeze, actions.mirror),
        ),
        (
            QT_TRANSLATE_NOOP("Menu", "&View"),
            (actions.zoom_in, actions.zoom_out, actions.fit, None, actions.previous, actions.next),
        ),
        (QT_TRANSLATE_NOOP("Menu", "&Help"), (actions.shortcuts, actions.about)),
    ):
        menu = _Menu(title, bar)
        bar.addMenu(menu)
        for entry in entries:
            if entry is None:
                menu.addSeparator()
            else:
                menu.addAction(entry)
        if actions.open in entries:
            menu.insertMenu(actions.paste, recent)


def make_tool_bar(parent: QWidget, actions: Actions, picker: CameraPicker) -> QToolBar:
    """The tool bar: camera and files on the left, capture on the right."""
    bar = _ToolBar(parent)
    bar.setMovable(False)
    bar.setFloatable(False)
    bar.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
    bar.setIconSize(QSize(_ICON_PX, _ICON_PX))
    bar.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
    bar.addAction(actions.open)
    bar.addSeparator()
    bar.addWidget(picker)
    bar.addAction(actions.start_camera)
    bar.addAction(actions.stop_camera)
    space = QWidget(bar)
    space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
    bar.addWidget(space)
    for action in (actions.undo, actions.redo):
        bar.addWidget(_icon_button(action, bar))
    bar.addSeparator()
    bar.addAction(actions.auto_capture)
    bar.addAction(actions.capture)
    make_primary(_button(bar, actions.capture))
    for action in (actions.open, actions.start_camera, actions.stop_camera, actions.auto_capture, actions.capture):
        _button(bar, action).setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return bar


def _button(bar: QToolBar, action: QAction) -> QToolButton:
    button = bar.widgetForAction(action)
    if not isinstance(button, QToolButton):
        raise TypeError(action.text())
    return button


def _icon_button(action: QAction, bar: QToolBar) -> QToolButton:
    button = QToolButton(bar)
    button.setDefaultAction(action)
    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


class _Menu(Retranslating, QMenu):
    """A menu that knows its title in English."""

    def __init__(self, title: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._title = title
        self.retranslate()

    def retranslate(self) -> None:
        """Show the title."""
        self.setTitle(translate("Menu", self._title))


class _ToolBar(Retranslating, QToolBar):
    """Its title is for screen readers."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.retranslate()

    def retranslate(self) -> None:
        """Say the title."""
        self.setWindowTitle(translate("Menu", "Tools"))
