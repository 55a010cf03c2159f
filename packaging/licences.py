"""Writes the licences of everything inside a bundle into one file."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

from components import Component

_ABOUT = """\
Cardlight comes with the parts below. Each is listed with its licence, and then come the licences' texts.

Qt, PySide6 and Shiboken are used under the GNU Lesser General Public License, version 3; FFmpeg, which comes with Qt
(and with OpenCV, where that is listed under it), under version 2.1 or later; libheif, libde265, img2pdf, Pebble and
python-bidi under version 3. You may replace each of them by a version of your own:

- Qt, PySide6, Shiboken, FFmpeg, libheif and libde265 are shared libraries in the folder _internal;
- img2pdf, Pebble (the folder pebble) and python-bidi (the folder bidi) are Python modules there.

All of them are unchanged from the packages named below. Put one of the same name and a compatible version in its place:
nothing checks that it is the one that came with the program.

On Linux, OpenCV was built from its published sources with only the parts that Cardlight uses, and the data of ICU,
which comes with Qt, was cut to what Qt needs for English and Chinese.

The sources of Qt and of PySide6 are published by the Qt Project (https://download.qt.io), those of FFmpeg by the FFmpeg
project (https://ffmpeg.org), those of the others by the projects that their texts name, for the versions listed here.
You may study how the program works, and take it apart, to find faults in such a version of your own.
"""


def licences_text(components: Sequence[Component]) -> str:
    """The whole file: what is inside, how to replace what is under the LGPL, and every licence once."""
    lines = [_heading("Licences of what Cardlight comes with"), _ABOUT]
    width = max(len(f"{one.name} {one.version}") for one in components)
    lines += [f"{one.name} {one.version}".strip().ljust(width) + f"  {one.licence}" for one in components]
    printed: dict[str, str] = {}
    for component in components:
        lines += ["", _heading(f"{component.name} {component.version}".strip())]
        for name, text in component.texts:
            digest = hashlib.sha256(text.encode()).hexdigest()
            if digest in printed:
                lines += [f"[{name}: the same text as {printed[digest]}]", ""]
            else:
                printed[digest] = f"{name} of {component.name}"
                lines += [f"[{name}]", "", text, ""]
    return "\n".join(lines) + "\n"


def _heading(title: str) -> str:
    return f"{'=' * 78}\n{title}\n{'=' * 78}\n"
