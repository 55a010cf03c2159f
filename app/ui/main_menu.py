"""The menus and the tool bar: where each action is found."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QMenuBar, QSizePolicy, QToolBar, QToolButton, QWidget

from app.ui.actions import Actions
from app.ui.buttons import make_primary
from app.ui.camera_picker import CameraPicker

_ICON_PX = 20


def fill_menu_bar(bar: QMenuBar, actions: Actions, recent: QMenu) -> None:
    """Put every action into a menu, so that all can be found and reached by keys; `recent` goes into the first."""
    for title, entries in (
        (
            _tr("&File"),
            (actions.open, actions.open_folder, actions.paste, actions.try_sample, None, actions.export, actions.batch)
            + (None, actions.close_picture, actions.quit),
        ),
        (
            _tr("&Edit"),
            (actions.undo, actions.redo, None, actions.select_all, actions.copy, actions.rename, actions.edit_corners)
            + (actions.turn_left, actions.turn_right, actions.pair, actions.delete, None, actions.settings),
        ),
        (
            _tr("&Camera"),
            (actions.start_camera, actions.stop_camera, actions.play_video, None, actions.capture)
            + (actions.auto_capture, actions.freeze, actions.mirror),
        ),
        (
            _tr("&View"),
            (actions.zoom_in, actions.zoom_out, actions.fit, None, actions.previous, actions.next),
        ),
        (_tr("&Help"), (actions.shortcuts, actions.about)),
    ):
        menu = bar.addMenu(title)
        for entry in entries:
            if entry is None:
                menu.addSeparator()
            else:
                menu.addAction(entry)
        if actions.open in entries:
            menu.insertMenu(actions.paste, recent)


def make_tool_bar(parent: QWidget, actions: Actions, picker: CameraPicker) -> QToolBar:
    """The tool bar: camera and files on the left, capture on the right."""
    bar = QToolBar(_tr("Tools"), parent)
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


def _tr(text: str) -> str:
    return QCoreApplication.translate("Menu", text)
