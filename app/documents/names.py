"""Names for the files that are saved: by template, legal on every system, never taken twice, never out of the folder.

`NameTemplate` turns a template and what is known of a card into text; `OutputNames` turns such text into free file
names of one folder.
"""

from __future__ import annotations

import datetime
import itertools
import os
import re
import string
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from app.documents.errors import TemplateError

_MAX_NAME_BYTES = 200
_FEWEST_SOURCE_BYTES = 32
_MAX_TEMPLATE_LETTERS = 200
_NUMBER_FORMAT = re.compile(r"(0?[1-9])?d?")
_DATE_FORMAT = re.compile(r"(%[YymdjHMbB]|[ _.\-A-Za-z0-9])*")


@dataclass(frozen=True, slots=True)
class NameFields:
    """What a template can name.

    Attributes:
        source: The picture's file name without its ending.
        index: The card's number among those of its source, from 1.
        page: The page of the source that the card is on, from 1.
        side: "front" or "back" where the source shows exactly two cards, otherwise "card".
        format: The card's format.
        date: When the scan was started.
    """

    source: str
    index: int
    page: int
    side: str
    format: str
    date: datetime.date


class NameTemplate:
    """A template such as `{date}-{source}-{index:03}`; its placeholders are the fields of `NameFields`."""

    def __init__(self, text: str) -> None:
        """Check a template.

        Raises:
            TemplateError: a placeholder is unknown or badly formed, or the template has a / or a backslash.
        """
        if not text or len(text) > _MAX_TEMPLATE_LETTERS or "/" in text or "\\" in text:
            raise TemplateError("it is empty, too long, or has a slash")
        try:
            parts = list(string.Formatter().parse(text))
        except ValueError as error:
            raise TemplateError("a brace is not closed") from error
        for _, field, format_spec, conversion in parts:
            if field is not None:
                _check_placeholder(field, format_spec or "", conversion)
        self._text = text
        self._fields = {field for _, field, _, _ in parts if field}

    def __repr__(self) -> str:
        return f"NameTemplate({self._text!r})"

    @property
    def names_the_card(self) -> bool:
        """Whether names of different cards of one source differ of themselves."""
        return "index" in self._fields

    def fill(self, fields: NameFields) -> str:
        """The template with its placeholders filled in; not yet fit for a file name."""
        values = {name: getattr(fields, name) for name in self._fields}
        return self._text.format_map(values)


def _check_placeholder(field: str, format_spec: str, conversion: str | None) -> None:
    known = NameFields.__slots__
    if field not in known:
        raise TemplateError(f"{{{field}}} is none of {', '.join(f'{{{name}}}' for name in known)}")
    pattern = {"index": _NUMBER_FORMAT, "page": _NUMBER_FORMAT, "date": _DATE_FORMAT}.get(field)
    if conversion or not (pattern.fullmatch(format_spec) if pattern else not format_spec):
        raise TemplateError(f"{{{field}}} cannot be written so; use {{{field}}}, {{index:03}} or {{date:%Y-%m}}")


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file to be named.

    Attributes:
        template: Of its name without the ending.
        fields: What the template is filled with.
        suffix: The ending, with its dot.
        data: The file's contents.
    """

    template: NameTemplate
    fields: NameFields
    suffix: str
    data: bytes


_Wishes = tuple[tuple[str, NameFields, str], ...]
"""All that the names of a source's files are made of: for each its template, what that is filled with, its ending."""


class OutputNames:
    """Gives out free file names in one folder, each once.

    All files of a source are named together. Where one of their names is not free, all of them are made different by
    `_2`, `_3` and so on: after the source's name where the template has it and has room, otherwise at
    the end.
    """

    def __init__(self, folder: Path, may_be_written: Callable[[Path, bytes], bool], taken: Iterable[str] = ()) -> None:
        """Start with the names given out before.

        Args:
            folder: Where the files go.
            may_be_written: Whether a file of these contents may be put at a path, given what is there now.
            taken: Names given out before.
        """
        self._folder = folder
        self._may_be_written = may_be_written
        self._taken = {_comparable(name) for name in taken}
        self._first_attempts: dict[_Wishes, int] = {}

    def claim(self, files: Sequence[NewFile]) -> tuple[Path, ...]:
        """Paths for the files of one source, which no other is given; in the order of the files."""
        for attempt in itertools.count(self._first_attempt(files)):
            names = [_file_name(file, attempt) for file in files]
            if self._are_new(names) and self._may_all_be_written(names, files):
                break
        self._taken.update(map(_comparable, names))
        return tuple(self._folder / name for name in names)

    def _first_attempt(self, files: Sequence[NewFile]) -> int:
        """The first whose names were not given out. It is remembered: hundreds of sources may have the same name."""
        wishes = tuple((repr(file.template), file.fields, file.suffix) for file in files)
        known = self._first_attempts.get(wishes, 1)
        first = next(n for n in itertools.count(known) if self._are_new([_file_name(file, n) for file in files]))
        if first > known:
            self._first_attempts[wishes] = first
        return first

    def _are_new(self, names: Sequence[str]) -> bool:
        comparable = [_comparable(name) for name in names]
        if len(set(comparable)) < len(comparable):
            raise TemplateError("it gives several cards the same name; use {index}")
        return self._taken.isdisjoint(comparable)

    def _may_all_be_written(self, names: Sequence[str], files: Sequence[NewFile]) -> bool:
        return all(
            self._may_be_written(self._folder / name, file.data) for name, file in zip(names, files, strict=True)
        )


def is_new(path: Path, _data: bytes) -> bool:
    """Leaves every file that exists alone."""
    return not os.path.lexists(path)


def _file_name(file: NewFile, attempt: int) -> str:
    """The file's name, numbered after the first attempt. Where it is too long, the source is cut, and no number."""
    number = "" if attempt == 1 else f"_{attempt}"
    room_bytes = _room_for_source(file)
    if room_bytes < _FEWEST_SOURCE_BYTES:
        return legal_name(_text_without_room(file) + number, file.suffix)
    source = _shortened(_printable(file.fields.source + number), room_bytes)
    return legal_name(file.template.fill(replace(file.fields, source=source)), file.suffix)


def _room_for_source(file: NewFile) -> int:
    """Bytes that the source may have in the file's name; 0 where it is not in it."""
    rest, with_one_letter = (file.template.fill(replace(file.fields, source=source)) for source in ("", "x"))
    times = len(with_one_letter) - len(rest)
    return (_limit_bytes(file.suffix) - len(_printable(rest).encode())) // times if times else 0


def _text_without_room(file: NewFile) -> str:
    """The template filled in, with the card's number at its end as well where it is so long that it will be cut."""
    text = file.template.fill(file.fields)
    is_cut = len(_printable(text).encode()) > _limit_bytes(file.suffix)
    return f"{text}_{file.fields.index}" if is_cut and file.template.names_the_card else text


def legal_name(text: str, suffix: str) -> str:
    """A file name of `text` and the ending that Windows, macOS and Linux accept, of at most 200 bytes.

    Separators, control characters and what a system forbids become `_`; names of devices and hidden names are changed.
    """
    from pathvalidate import sanitize_filename  # not for before the first name: every start would wait for it

    short = _shortened(_printable(text), _limit_bytes(suffix)).strip(". ")
    clean = sanitize_filename(short, replacement_text="_", platform="universal")
    # A device's name is changed wherever it stands.
    return f"{_shortened(clean or 'card', _MAX_NAME_BYTES - len(suffix))}{suffix}"


def _limit_bytes(suffix: str) -> int:
    """Of a name without its ending, and without the letter that the name of a device is given at least."""
    return _MAX_NAME_BYTES - len(suffix) - 1


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "_" for character in text)


def _shortened(text: str, limit_bytes: int) -> str:
    """The beginning and the end of a text whose middle is left out where it is too long."""
    data = text.encode()
    if len(data) <= limit_bytes:
        return text
    end = data[-limit_bytes // 4 :].decode(errors="ignore")
    start = data[: limit_bytes - len(end.encode()) - 1].decode(errors="ignore")
    return f"{start}~{end}"


def _comparable(name: str) -> str:
    """Equal for names that some file system holds to be the same: by case, or by the form of accents."""
    return unicodedata.normalize("NFC", name).casefold()
