"""What the user has chosen: typed, checked, and kept in one file."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from enum import StrEnum
from pathlib import Path
from typing import Any

from app.private_files import make_private_folder, read_private_text, write_private_file
from app.session.exporting import ExportFormat
from detector.detector import DEFAULT_THRESHOLD, Device

VERSION = 1
DPI_CHOICES = (150, 200, 300, 400, 600)
_FILE_NAME = "settings.json"
_BROKEN_NAME = "settings.broken.json"
_DEVICES: tuple[Device, ...] = ("auto", "cpu", "cuda")
_MAX_RECENT = 10
_LARGEST_FILE_BYTES = 2**20


class Theme(StrEnum):
    """The colours of the window."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Language(StrEnum):
    """The language of the window. The command line speaks English."""

    SYSTEM = "system"
    ENGLISH = "en"
    CHINESE = "zh_CN"
    """Simplified Chinese."""


class SettingsError(ValueError):
    """A settings file that does not hold settings."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting, with what holds for a new user.

    Attributes:
        theme: Light, dark, or the system's.
        language: Of the window: one of those it speaks, or the system's.
        device: Where cards are looked for.
        threshold: The least score of a card, 0 to 1.
        camera: Key of the camera used last; empty for none yet.
        mirror: Whether the preview, and only that, is mirrored.
        auto_capture: Whether steady, sharp cards are captured by themselves.
        keep_for_recovery: Whether captures are kept in a private folder until a clean exit, or in memory only.
        export_format: Of exported files.
        export_dpi: Their resolution.
        export_folder: Where they go; empty until the user has chosen.
        recent_files: Pictures opened last, latest first.
    """

    theme: Theme = Theme.SYSTEM
    language: Language = Language.SYSTEM
    device: Device = "auto"
    threshold: float = DEFAULT_THRESHOLD
    camera: str = ""
    mirror: bool = True
    auto_capture: bool = True
    keep_for_recovery: bool = False
    export_format: ExportFormat = ExportFormat.PNG
    export_dpi: int = 300
    export_folder: str = ""
    recent_files: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check what the types alone don't say.

        Raises:
            SettingsError: a value makes no sense.
        """
        if self.device not in _DEVICES:
            raise SettingsError("device")
        if not 0 <= self.threshold <= 1:
            raise SettingsError("threshold")
        if self.export_dpi not in DPI_CHOICES:
            raise SettingsError("export_dpi")

    def with_recent(self, files: list[str]) -> tuple[str, ...]:
        """The recent files once these, latest last, were opened too."""
        latest_first = dict.fromkeys([*reversed(files), *self.recent_files])
        return tuple(latest_first)[:_MAX_RECENT]


def to_json(settings: Settings) -> str:
    """The settings as the text of their file: ASCII alone, so that names that are no valid text survive as escapes."""
    return json.dumps({"version": VERSION, **asdict(settings)}, indent=2) + "\n"


def from_json(text: str) -> Settings:
    """The settings in the text of a file. What is missing has its default; what is unknown is passed over.

    Raises:
        SettingsError: the text is no JSON object, of a later version, or has a value of the wrong kind.
    """
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise SettingsError("not JSON") from error
    if not isinstance(data, dict) or data.get("version") != VERSION:
        raise SettingsError("version")
    return Settings(**{field.name: _value(data, field.name) for field in fields(Settings) if field.name in data})


def _value(data: Mapping[str, Any], name: str) -> Any:
    value, default = data[name], getattr(Settings(), name)
    try:
        if isinstance(default, StrEnum):
            return type(default)(value)
        if isinstance(default, tuple):
            return tuple(_checked(item, str, name) for item in _checked(value, list, name))[:_MAX_RECENT]
        if isinstance(default, float) and type(value) is int:
            return float(value)
    except (ValueError, OverflowError) as error:
        raise SettingsError(name) from error
    return _checked(value, type(default), name)


def _checked(value: Any, wanted: type, name: str) -> Any:
    if type(value) is not wanted:
        raise SettingsError(name)
    return value


class SettingsFile:
    """The file that keeps the settings. Only one part of the program writes it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def load(self) -> tuple[Settings, str | None]:
        """The settings, and a line for the user where they were lost.

        A file that makes no sense is put aside, for whoever wants to mend it, and the defaults hold.
        """
        path = self._folder / _FILE_NAME
        try:
            return from_json(read_private_text(path, _LARGEST_FILE_BYTES)), None
        except FileNotFoundError:
            return Settings(), None
        except (OSError, ValueError):
            with contextlib.suppress(OSError):
                path.replace(self._folder / _BROKEN_NAME)
            return Settings(), "Your settings could not be read and were set back. The old file was kept beside them."

    def save(self, settings: Settings) -> str | None:
        """Keep the settings; a line for the user where that fails."""
        try:
            make_private_folder(self._folder)
            write_private_file(self._folder / _FILE_NAME, to_json(settings).encode())
        except OSError:
            return "Your settings could not be saved. They hold until you close the window."
        return None
