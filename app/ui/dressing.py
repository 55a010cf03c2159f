"""Keeps the application in the colours that the settings and the system ask for."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from app.ui.preferences import Preferences
from app.ui.theme import Colours, apply_colours, colours_for, is_system_dark


class Dressing(QObject):
    """Dresses the application at once, and again only when its colours change: every widget is styled anew then."""

    changed = Signal(object)

    def __init__(self, application: QApplication, preferences: Preferences) -> None:
        super().__init__(application)
        self._application = application
        self._preferences = preferences
        self.colours = self._wanted()
        apply_colours(application, self.colours)
        preferences.changed.connect(self._follow)
        application.styleHints().colorSchemeChanged.connect(lambda _scheme: self._follow())

    def _wanted(self) -> Colours:
        theme = self._preferences.settings.theme
        return colours_for(theme, is_dark_system=is_system_dark(self._application))

    def _follow(self) -> None:
        wanted = self._wanted()
        if wanted != self.colours:
            self.colours = wanted
            apply_colours(self._application, wanted)
            self.changed.emit(wanted)
