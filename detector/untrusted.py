"""Checks of what files say that come from somebody else. Each is made here alone."""

from __future__ import annotations

import os
from pathlib import PurePath, PurePosixPath
from typing import TypeGuard


def is_name_below(value: object) -> TypeGuard[str]:
    """Whether this names a file below a folder, with / between folders, in a way that the file system can write."""
    if not isinstance(value, str) or "\0" in value:
        return False
    try:
        os.fsencode(value)
    except UnicodeEncodeError:
        return False
    # On Windows a \ separates folders, too, and a part such as C: leads to another drive.
    parts = (*PurePosixPath(value).parts, *PurePath(value).parts)
    return bool(parts) and ".." not in parts and not any(PurePath(part).anchor for part in parts)
