"""The list of what was found where: one row a card, in JSON Lines and in CSV.

A page or file that failed, or that holds no card, has one row without a card, and so has a card that was not saved.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from types import NoneType
from typing import Any, NamedTuple

# A spreadsheet takes a cell that begins so for a formula, and a file's name can begin with anything.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_NO_ROW = "not a row of a manifest"


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """A card, or what became of a page without one.

    Attributes:
        source: The file, as seen from the folder that was searched, with / between folders.
        sha256: Of the file's bytes, in hexadecimal; None where they could not be read.
        page: From 1; None where the file as a whole failed.
        card: The card's number in the file, from 1; None where there is none.
        score: How sure the detector is, 0 to 1.
        quad: Corners in pixels of the page, clockwise from the content's top-left, as x1, y1 to x4, y4.
        rotation: How far the content is turned in the page: 0, 90, 180, 270 degrees; None where unsure.
        format: The card's format.
        source_dpi: Pixels of the page per inch of the card.
        flags: What is not good enough about the picture.
        files: Names of the files that hold the card.
        error: What went wrong, in one line; None where nothing did.
    """

    source: str
    sha256: str | None
    page: int | None = None
    card: int | None = None
    score: float | None = None
    quad: tuple[float, ...] = ()
    rotation: int | None = None
    format: str | None = None
    source_dpi: float | None = None
    flags: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    error: str | None = None


class _Kind(NamedTuple):
    """What a row has under a name: a value of one of the types, or a list of such."""

    types: tuple[type, ...]
    is_list: bool = False


_TEXT, _MAYBE_TEXT = (str,), (str, NoneType)
_MAYBE_WHOLE, _REAL, _MAYBE_REAL = (int, NoneType), (int, float), (int, float, NoneType)
_KINDS = {
    "source": _Kind(_TEXT),
    "sha256": _Kind(_MAYBE_TEXT),
    "page": _Kind(_MAYBE_WHOLE),
    "card": _Kind(_MAYBE_WHOLE),
    "score": _Kind(_MAYBE_REAL),
    "quad": _Kind(_REAL, is_list=True),
    "rotation": _Kind(_MAYBE_WHOLE),
    "format": _Kind(_MAYBE_TEXT),
    "source_dpi": _Kind(_MAYBE_REAL),
    "flags": _Kind(_TEXT, is_list=True),
    "files": _Kind(_TEXT, is_list=True),
    "error": _Kind(_MAYBE_TEXT),
}


def row_as_json(row: ManifestRow) -> str:
    """One line of JSON, without its line break."""
    return json.dumps(dataclasses.asdict(row), ensure_ascii=True)


def row_from_json(line: str) -> ManifestRow:
    """The inverse of `row_as_json`.

    Raises:
        ValueError: the line is no such row.
    """
    if not isinstance(line, str):
        raise ValueError(_NO_ROW)
    try:
        values = json.loads(line, parse_constant=_no_number)
    except RecursionError as error:
        raise ValueError(_NO_ROW) from error
    if not isinstance(values, dict) or values.keys() != _KINDS.keys():
        raise ValueError(_NO_ROW)
    return ManifestRow(**{name: _checked(values[name], kind) for name, kind in _KINDS.items()})


def _no_number(_text: str) -> float:
    """NaN and the infinities are JSON to Python alone."""
    raise ValueError(_NO_ROW)


def _checked(value: object, kind: _Kind) -> Any:
    if kind.is_list:
        if not isinstance(value, list):
            raise ValueError(_NO_ROW)
        return tuple(_checked(item, _Kind(kind.types)) for item in value)
    if type(value) not in kind.types:  # a bool is an int to `isinstance`
        raise ValueError(_NO_ROW)
    return value


def json_lines(rows: Iterable[ManifestRow]) -> bytes:
    """The manifest in JSON Lines: UTF-8, one object a row."""
    return "".join(f"{row_as_json(row)}\n" for row in rows).encode()


def comma_separated(rows: Iterable[ManifestRow]) -> bytes:
    """The manifest as CSV with a header: UTF-8 with a byte order mark, as spreadsheets want it.

    Lists are separated by spaces, file names by `|`, which no name has. A cell that a spreadsheet would take for a
    formula gets a leading apostrophe.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(field.name for field in dataclasses.fields(ManifestRow))
    writer.writerows([_cell(value) for value in _cells(row)] for row in rows)
    return text.getvalue().encode("utf-8-sig", errors="backslashreplace")


def _cells(row: ManifestRow) -> list[object]:
    return [
        "|".join(row.files) if field.name == "files" else getattr(row, field.name) for field in dataclasses.fields(row)
    ]


def _cell(value: object) -> object:
    if isinstance(value, tuple):
        return " ".join(map(str, value))
    if isinstance(value, str) and value.startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value
