"""Checks of what files say that come from somebody else: names, sizes and corners. Each is made here alone."""

from __future__ import annotations

import os
from pathlib import PurePath, PurePosixPath
from typing import Any, TypeGuard

import numpy as np
from numpy.typing import NDArray

# Far beyond every picture that is read, and small enough to compute with.
MAX_COUNT = 10**6
MAX_COORDINATE_PX = 10.0**6
MAX_QUADS = 1000


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


def printable(text: str) -> str:
    """The text on one line: line breaks, control characters and undecodable bytes are escaped."""
    return "".join(character if character.isprintable() else ascii(character)[1:-1] for character in text)


def count_from_json(value: object) -> int:
    """A positive whole number, such as a side of a picture in pixels.

    Raises:
        ValueError: it is none, or is too large for anything that is counted.
    """
    if type(value) is not int or not 1 <= value <= MAX_COUNT:
        raise ValueError("not a positive whole number, or too large")
    return value


def share_from_json(value: object) -> float:
    """A number from 0 to 1.

    Raises:
        ValueError: it is none.
    """
    if type(value) not in (int, float) or not 0 <= value <= 1:  # type: ignore[operator]  # it is a number here
        raise ValueError("not a number from 0 to 1")
    return float(value)  # type: ignore[arg-type]


def quad_from_json(value: Any) -> NDArray[np.float64]:
    """Nested lists of numbers as the corners of a quad, (4, 2).

    Raises:
        ValueError: they are none, or lie beyond any picture.
    """
    try:
        quad = np.asarray(value, np.float64)
    except (TypeError, ValueError, OverflowError) as error:
        raise ValueError("a quad is not four pairs of numbers") from error
    # What is not a number is not within either.
    if quad.shape != (4, 2) or not (np.abs(quad) <= MAX_COORDINATE_PX).all():
        raise ValueError("a quad is not four pairs of numbers")
    return quad


def quads_from_json(value: object) -> NDArray[np.float64]:
    """Nested lists of numbers as quads (N, 4, 2); N may be 0.

    Raises:
        ValueError: they are none, or more than any picture shows.
    """
    if not isinstance(value, list) or len(value) > MAX_QUADS:
        raise ValueError("quads are not a list, or too many")
    return np.array([quad_from_json(quad) for quad in value], np.float64).reshape(-1, 4, 2)
