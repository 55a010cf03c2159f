"""The colours of the window, light and dark, and how they get into Qt."""

from __future__ import annotations

import functools
import re
from dataclasses import asdict, dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QStyleFactory

from app.settings import Theme
from resources import ICONS_FOLDER, STYLES_FOLDER

_NAMED_COLOUR = re.compile(r"@(\w+)@")


@dataclass(frozen=True, slots=True)
class Colours:
    """Every colour of a theme, by what it is for. Text on its ground has a contrast of at least 4.5 to 1.

    Attributes:
        window: Ground of bars and panels.
        base: Ground of lists and fields.
        canvas: Ground around pictures.
        text: Text on window and base.
        muted: Text that matters less.
        border: Lines between areas.
        hover: Ground under the pointer.
        pressed: Ground while pressed or switched on.
        accent: The one colour that says: this is next.
        accent_hover: The same under the pointer.
        accent_text: Text on the accent.
        link: Text that leads elsewhere.
        selection: Ground of what is selected.
        warning: Text of advice.
        warning_ground: Ground of notices.
        good: What has succeeded.
    """

    window: str
    base: str
    canvas: str
    text: str
    muted: str
    border: str
    hover: str
    pressed: str
    accent: str
    accent_hover: str
    accent_text: str
    link: str
    selection: str
    warning: str
    warning_ground: str
    good: str


LIGHT = Colours(
    window="#f6f7f9",
    base="#ffffff",
    canvas="#e4e7eb",
    text="#1b1f24",
    muted="#59636e",
    border="#d3d8de",
    hover="#e9ecf0",
    pressed="#dbe0e6",
    accent="#1a66dd",
    accent_hover="#1558c2",
    accent_text="#ffffff",
    link="#1a66dd",
    selection="#dbe8fd",
    warning="#8a4b00",
    warning_ground="#fff3dc",
    good="#1a7f37",
)

DARK = Colours(
    window="#212429",
    base="#2a2e34",
    canvas="#15171a",
    text="#e9ebee",
    muted="#a8b1bb",
    border="#3b4048",
    hover="#31363d",
    pressed="#3c424a",
    accent="#2f72e2",
    accent_hover="#2664d0",
    accent_text="#ffffff",
    link="#6fa1f2",
    selection="#22406e",
    warning="#f0b95c",
    warning_ground="#3b3120",
    good="#57c074",
)


def is_system_dark(application: QApplication) -> bool:
    """Whether the system asks for dark windows."""
    return application.styleHints().colorScheme() is Qt.ColorScheme.Dark


def colours_for(theme: Theme, *, is_dark_system: bool) -> Colours:
    """The colours that a theme stands for."""
    if theme is Theme.SYSTEM:
        return DARK if is_dark_system else LIGHT
    return DARK if theme is Theme.DARK else LIGHT


def apply_colours(application: QApplication, colours: Colours) -> None:
    """Dress the whole application."""
    application.setStyle(QStyleFactory.create("Fusion"))
    application.setPalette(_palette(colours))
    application.setStyleSheet(_style_sheet(colours))


@functools.cache
def _style_sheet(colours: Colours) -> str:
    template = (STYLES_FOLDER / "window.qss").read_text(encoding="utf-8")
    values = asdict(colours) | {"check": (ICONS_FOLDER / "check.svg").as_posix()}
    return _NAMED_COLOUR.sub(lambda match: values[match[1]], template)


def _palette(colours: Colours) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for target, value in (
        (role.Window, colours.window),
        (role.WindowText, colours.text),
        (role.Base, colours.base),
        (role.AlternateBase, colours.hover),
        (role.Text, colours.text),
        (role.PlaceholderText, colours.muted),
        (role.Button, colours.base),
        (role.ButtonText, colours.text),
        (role.ToolTipBase, colours.base),
        (role.ToolTipText, colours.text),
        (role.Highlight, colours.accent),
        (role.HighlightedText, colours.accent_text),
        (role.Accent, colours.accent),
        (role.Link, colours.link),
        (role.Mid, colours.border),
        (role.Dark, colours.canvas),
        (role.BrightText, colours.warning),
    ):
        palette.setColor(target, QColor(value))
    faint = QColor(colours.muted)
    faint.setAlpha(140)
    for target in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, faint)
    return palette
