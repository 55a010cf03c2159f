"""Cuts the data of ICU, which comes with Qt, to what Qt asks for: sorting, time zones, and names of encodings.

Qt itself has no more of ICU than that; names of languages, currencies and units, line breaks and transliteration are
for other programs. What belongs to one language stays for English and Chinese, the languages of the window: elsewhere
ICU falls back to what holds for all languages.

The data is a table of items in ICU's "common data" format (icu4c/source/common/ucmndata.h), alone in a library's
`.rodata`: a header; the number of items; for each, sorted by name, two offsets from behind the header, to its name and
to its content; the names, and the contents. Needs GNU binutils.
"""

from __future__ import annotations

import re
import struct
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path

_FORMAT = b"CmnD\x01"
_FORMAT_AT = 12
_ALIGNMENT = 16
_DATA = re.compile(r"libicudata\.so\.(\d+)")

_UNUSED_FOLDERS = ("brkitr", "curr", "lang", "rbnf", "region", "translit", "unit")
_UNUSED_ITEMS = re.compile(r"unames\.icu|confusables\.cfu|rfc\w+\.spp")
"""Characters' names, those that look alike, and how protocols of the internet write names."""

_OF_A_LANGUAGE = re.compile(r"([a-z]{2,3})(_\w+)?\.res")
_LANGUAGES = ("en", "zh")
_ENCODINGS = ("gb18030.cnv", "windows-936-2000.cnv")
"""Encodings with tables of their own; those of Unicode and Latin-1 need none."""


class IcuDataError(Exception):
    """This is not ICU's data, or not as this module knows it."""


def is_needed(name: str) -> bool:
    """Whether an item is for something that Qt asks ICU for. Its name is like `icudt73l/zone/en.res`."""
    *folders, item = name.split("/")[1:]
    if (folders and folders[0] in _UNUSED_FOLDERS) or _UNUSED_ITEMS.fullmatch(item):
        return False
    if item.endswith(".cnv"):
        return item in _ENCODINGS
    language = _OF_A_LANGUAGE.fullmatch(item)
    return language is None or language[1] in _LANGUAGES


def unpacked(data: bytes) -> tuple[bytes, dict[str, bytes]]:
    """The header of ICU's data, and its items by name.

    Raises:
        IcuDataError: it is something else.
    """
    if not data.startswith(_FORMAT, _FORMAT_AT):
        raise IcuDataError("not ICU's common data")
    (header_size,) = struct.unpack_from("<H", data)
    table = data[header_size:]
    (count,) = struct.unpack_from("<I", table)
    offsets = [struct.unpack_from("<II", table, 4 + 8 * number) for number in range(count)]
    ends = [begin for _, begin in offsets[1:]] + [len(table)]
    return data[:header_size], {
        table[name : table.index(b"\0", name)].decode(): table[begin:end]
        for (name, begin), end in zip(offsets, ends, strict=True)
    }


def packed(header: bytes, items: Mapping[str, bytes]) -> bytes:
    """ICU's data with these items."""
    names = sorted(name.encode() for name in items)
    name_at = 4 + 8 * len(names)
    content_at = _aligned(name_at + sum(len(name) + 1 for name in names))
    entries, contents = [], []
    for name in names:
        content = items[name.decode()]
        entries.append(struct.pack("<II", name_at, content_at))
        contents.append(content.ljust(_aligned(len(content)), b"\0"))
        name_at += len(name) + 1
        content_at += len(contents[-1])
    table = struct.pack("<I", len(names)) + b"".join(entries) + b"".join(name + b"\0" for name in names)
    return header + table.ljust(_aligned(len(table)), b"\0") + b"".join(contents)


def _aligned(size: int) -> int:
    return -(-size // _ALIGNMENT) * _ALIGNMENT


def shorten(library: Path) -> None:
    """Replace ICU's library of data by one with only what is needed.

    Raises:
        IcuDataError: the library holds something else.
        CalledProcessError: binutils failed; it has said why.
    """
    version = _DATA.fullmatch(library.name)
    if version is None:
        raise IcuDataError(f"{library.name} is not ICU's library of data")
    with tempfile.TemporaryDirectory() as folder:
        old, new, code = (Path(folder) / name for name in ("old.dat", "new.dat", "data.o"))
        _run("objcopy", f"--dump-section=.rodata={old}", str(library), str(Path(folder) / "unused"))
        header, items = unpacked(old.read_bytes())
        new.write_bytes(packed(header, {name: content for name, content in items.items() if is_needed(name)}))
        symbol = f"icudt{version[1]}_dat"
        source = [".section .rodata", f".balign {_ALIGNMENT}", f".globl {symbol}", f".type {symbol}, @object"]
        source += [f"{symbol}:", f'.incbin "{new}"', f".size {symbol}, . - {symbol}"]
        source += ['.section .note.GNU-stack, "", @progbits', ""]
        _run("as", "-o", str(code), "-", source="\n".join(source))
        _run("ld", "-shared", "-z", "noexecstack", f"-soname={library.name}", "-o", str(library), str(code))


def _run(*command: str, source: str | None = None) -> None:
    subprocess.run(command, check=True, input=source, text=True)
