"""The files and folders that were opened last."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QWidget

from app.ui.preferences import Preferences
from app.ui.translation import Retranslating


class RecentMenu(Retranslating, QMenu):
    """A menu of them, latest first; the settings remember them."""

    chosen = Signal(object)

    def __init__(self, parent: QWidget, preferences: Preferences) -> None:
        super().__init__(parent)
        self._preferences = preferences
        preferences.changed.connect(self._fill)
        self._paths: dict[QAction, Path] = {}
        self.triggered.connect(self._choose)
        self.retranslate()

    def retranslate(self) -> None:
        """Show title and entries."""
        self.setTitle(self.tr("Open recent"))
        self._fill()

    def add(self, paths: Sequence[Path]) -> None:
        """Remember what is opened now."""
        recent = self._preferences.settings.with_recent([str(path.absolute()) for path in paths])
        self._preferences.change(recent_files=recent)

    def _choose(self, action: QAction) -> None:
        if action in self._paths:
            self.chosen.emit(self._paths[action])
        else:
            self._preferences.change(recent_files=())

    def _fill(self) -> None:
        self.clear()
        self._paths.clear()
        recent = self._preferences.settings.recent_files
        self.setEnabled(bool(recent))
        for file in recent:
            action = self.addAction(Path(file).name.replace("&", "&&"))
            self._paths[action] = Path(file)  # not the action's own data: Qt loses what is no Unicode in a name
            action.setToolTip(file)
        if recent:
            self.addSeparator()
            self.addAction(self.tr("Forget these"))
