"""Where the platform wants a program to keep its files."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_FOLDER_NAME = "Cardlight"


@dataclass(frozen=True, slots=True)
class Places:
    """Folders of the program, which may not exist yet.

    Attributes:
        config: Settings.
        state: The log of crashes, and the session's pictures where the user wants them kept until a clean exit.
    """

    config: Path
    state: Path


def user_places(platform: str = sys.platform, environ: Mapping[str, str] = os.environ) -> Places:
    """The folders of the user: XDG's on Linux, Application Support on macOS, AppData on Windows."""
    home = Path(environ.get("USERPROFILE" if platform == "win32" else "HOME") or Path.home())
    if platform == "win32":
        return Places(
            Path(environ.get("APPDATA") or home / "AppData" / "Roaming") / _FOLDER_NAME,
            Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / _FOLDER_NAME,
        )
    if platform == "darwin":
        folder = home / "Library" / "Application Support" / _FOLDER_NAME
        return Places(folder, folder)
    name = _FOLDER_NAME.lower()
    return Places(
        Path(environ.get("XDG_CONFIG_HOME") or home / ".config") / name,
        Path(environ.get("XDG_STATE_HOME") or home / ".local" / "state") / name,
    )
