"""The list of what was found where: one row a card, in JSON Lines and in CSV.

A page or file that failed, or that holds no card, has one row without a card.
"""

from __future__ import annotations

import csv
import dataclasses
import io
import json
from collections.abc import Iterable
from dataclasses import dataclass

# A spreadsheet takes a cell that begins so for a formula, and a file's name can begin with anything.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


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


def row_as_json(row: ManifestRow) -> str:
    """One line of JSON, without its line break."""
    return json.dumps(dataclasses.asdict(row), ensure_ascii=True)


def row_from_json(line: str) -> ManifestRow:
    """The inverse of `row_as_json`.

    Raises:
        ValueError: the line is no such row.
    """
    values = json.loads(line)
    names = {field.name for field in dataclasses.fields(ManifestRow)}
    if not isinstance(values, dict) or set(values) != names or not isinstance(values["source"], str):
        raise ValueError("not a row of a manifest")
    lists = {name: tuple(values[name]) for name in ("quad", "flags", "files") if isinstance(values[name], list)}
    if len(lists) < 3:
        raise ValueError("not a row of a manifest")
    return ManifestRow(**{**values, **lists})


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
