from __future__ import annotations

from pathlib import Path

from app.places import Places, user_places


def test_places() -> None:
    home = {"HOME": "/h", "USERPROFILE": "/h"}

    assert user_places("linux", home) == Places(Path("/h/.config/cardlight"), Path("/h/.local/state/cardlight"))
    assert user_places("linux", {**home, "XDG_CONFIG_HOME": "/c"}).config == Path("/c/cardlight")
    assert user_places("darwin", home).state == Path("/h/Library/Application Support/Cardlight")
    assert user_places("win32", {**home, "APPDATA": "/a", "LOCALAPPDATA": "/l"}) == Places(
        Path("/a/Cardlight"), Path("/l/Cardlight")
    )
