"""A folder as people type it: with a tilde, with spaces around it, or beginning at their home."""

from __future__ import annotations

from pathlib import Path


def typed_folder(text: str) -> Path | None:
    """The absolute folder that was typed; None where it is none, such as the home of a user that there is not.

    What begins nowhere is looked for at home: the folder that the program was started in is nobody's choice.
    """
    typed = text.strip()
    if not typed:
        return None
    try:
        return Path.home() / Path(typed).expanduser()
    except RuntimeError:
        return None
