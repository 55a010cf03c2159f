"""What a bundle is made of: each distribution, Python itself, fonts, and libraries of the system, with its licences."""

from __future__ import annotations

import functools
import importlib.metadata
import json
import os
import platform
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import license_expression
import opencv_wheel
from contents import ROOT

LICENCE_TEXTS = Path(__file__).resolve().parent / "licences"

_BY_CLASSIFIER = {
    "License :: OSI Approved :: MIT License": "MIT",
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: Python Software Foundation License": "PSF-2.0",
}

_READ_BY_HAND = {
    # Metadata in words, or that leave out the libraries inside a wheel. Read in the files that come with each.
    "faster-coco-eval": "MIT",
    "img2pdf": "LGPL-3.0-only",
    "lxml": "BSD-3-Clause",
    "onnxruntime": "MIT",
    "opencv-python-headless": "Apache-2.0 AND LGPL-2.1-or-later",  # FFmpeg
    "pathvalidate": "MIT",
    "pebble": "LGPL-3.0-only",
    "pi-heif": "BSD-3-Clause AND LGPL-3.0-or-later",  # libheif, libde265
    "pyinstaller": "GPL-2.0-or-later WITH Bootloader-exception AND Apache-2.0",  # the boot loader and run-time hooks
    "pypdfium2": "BSD-3-Clause AND Apache-2.0",
    "pyside6-addons": "LGPL-3.0-only AND LGPL-2.1-or-later",  # Qt's FFmpeg
    "pyside6-essentials": "LGPL-3.0-only",
    "python-bidi": "LGPL-3.0-or-later",
    "shiboken6": "LGPL-3.0-only",
}

_INSIDE_OPENCV = {
    # What a wheel that was built here has inside, by the names that its licences are kept under.
    "OpenCV": "Apache-2.0",
    "SoftFloat": "BSD-3-Clause",
    "dlpack": "Apache-2.0",
    "fonts": "OFL-1.1",
    "libjpeg-turbo": "BSD-3-Clause AND IJG AND Zlib",
    "libpng": "libpng-2.0",
    "zlib": "Zlib",
}
_THIRD_PARTIES_OF_PUBLISHED_OPENCV = "LICENSE-3RD-PARTY.txt"

_METADATA = re.compile(r"\.(dist|egg)-info/")
"""What is named in metadata alone is not inside."""

_FONT_LICENCES = {"DejaVuSans": "Bitstream-Vera", "NotoSansCJKsc": "OFL-1.1"}
_FONT_TEXTS = {"DejaVuSans": "LICENSE_DEJAVU.txt", "NotoSansCJKsc": "LICENSE_NOTO_SANS_CJK.txt"}

_COMPATIBLE = frozenset(
    {
        "0BSD",
        "Apache-2.0",
        "BSD-2-Clause",
        "BSD-3-Clause",
        "BSL-1.0",
        "Bitstream-Vera",
        "CC0-1.0",
        "HPND",
        "IJG",
        "ISC",
        "LGPL-2.1-only",
        "LGPL-2.1-or-later",
        "LGPL-3.0-only",
        "LGPL-3.0-or-later",
        "MIT",
        "MIT-CMU",
        "MPL-2.0",
        "OFL-1.1",
        "PSF-2.0",
        "Python-2.0",
        "Unlicense",
        "Zlib",
        "blessing",
        "libpng-2.0",
        "GPL-2.0-or-later WITH Bootloader-exception",
    }
)
"""Licences under which a program may be shipped with its own terms; a library under the LGPL can be replaced."""

_LIBRARIES_OF_SYSTEM = {
    # Debian says in prose what the licences of its packages are; these are all that a bundle takes from the system.
    "libffi": "MIT",
    "libsqlite3": "blessing",
}


class LicenceError(Exception):
    """A part of the bundle has no licence, or one that does not allow shipping it."""


@dataclass(frozen=True, slots=True)
class Component:
    """A part of a bundle.

    Attributes:
        name: As it is known where it comes from.
        version: Its version; empty for a font.
        licence: An SPDX expression.
        texts: Its licence files: name and text of each.
        purl: Its package URL; empty where it comes from no package.
    """

    name: str
    version: str
    licence: str
    texts: tuple[tuple[str, str], ...]
    purl: str = ""


def components_of(contents: Path) -> list[Component]:
    """The parts that the files listed by the build belong to, sorted by name.

    Raises:
        LicenceError: a file belongs to nothing that is known, or a part has no licence.
    """
    entries = json.loads(contents.read_text(encoding="utf-8"))
    sources = [source for place, source in entries if not _METADATA.search(place)]
    owners = _owners()
    found = [_python(), _from_distribution(importlib.metadata.distribution("pyinstaller"))]
    for source in sources:
        component = _component(source, owners)
        if component is not None and component not in found:
            found.append(component)
    return sorted(found, key=lambda component: component.name.lower())


def check_licences(components: Iterable[Component]) -> None:
    """Make sure that everything may be shipped.

    Raises:
        LicenceError: names what may not, or what has no licence text.
    """
    problems = [f"{one.name}: {one.licence} is not compatible" for one in components if not _is_compatible(one.licence)]
    problems += [f"{one.name}: its licence text is missing" for one in components if not one.texts]
    if problems:
        raise LicenceError("; ".join(problems))


def _is_compatible(expression: str) -> bool:
    """Whether one branch of each OR, and all of each AND, is on the list."""
    try:
        return _holds(license_expression.get_spdx_licensing().parse(expression, validate=True))
    except license_expression.ExpressionError:
        return False


def _holds(node: object) -> bool:
    if isinstance(node, license_expression.get_spdx_licensing().AND):
        return all(_holds(one) for one in node.args)
    if isinstance(node, license_expression.get_spdx_licensing().OR):
        return any(_holds(one) for one in node.args)
    return str(node) in _COMPATIBLE


def _owners() -> dict[str, importlib.metadata.Distribution]:
    """The distribution that each installed file belongs to."""
    return {
        path: distribution
        for distribution in importlib.metadata.distributions()
        for path in _paths_of(distribution.name, str(distribution.locate_file("")))
    }


@functools.cache
def _paths_of(name: str, folder: str) -> tuple[str, ...]:
    """The files of a distribution that is installed in a folder."""
    distribution = next(iter(importlib.metadata.distributions(name=name, path=[folder])))
    return tuple(os.path.normpath(os.path.join(folder, str(file))) for file in distribution.files or ())  # noqa: PTH118


def _component(source: str, owners: dict[str, importlib.metadata.Distribution]) -> Component | None:
    """What a file belongs to; None where that is listed anyway: the project itself, Python, or a link in the bundle."""
    path = Path(source)
    if not path.is_absolute():
        return None
    if path.resolve().is_relative_to(ROOT / "resources" / "fonts") and path.suffix in (".ttf", ".otf"):
        return _font(path)
    if os.path.normpath(source) in owners:
        distribution = owners[os.path.normpath(source)]
        return None if distribution.name == "cardlight" else _from_distribution(distribution)
    path = path.resolve()
    if any(path.is_relative_to(ROOT / folder) for folder in ("app", "detector", "resources", "build")):
        return None
    if any(path.is_relative_to(Path(prefix).resolve()) for prefix in _python_prefixes()):
        return None
    return _library_of_system(path)


def _python_prefixes() -> Sequence[str]:
    prefixes = [sysconfig.get_path("stdlib")]
    return [*prefixes, sys.base_prefix] if sys.base_prefix != "/usr" else prefixes


@functools.cache
def _python() -> Component:
    folders = (Path(sysconfig.get_path("stdlib")), Path(sys.base_prefix), Path("/usr/share/doc/python3"))
    names = ("LICENSE.txt", "LICENSE", "copyright")
    texts = [(name, folder / name) for folder in folders for name in names if (folder / name).is_file()]
    if not texts:
        raise LicenceError("Python: its licence text is missing")
    version = platform.python_version()
    return Component("Python", version, "Python-2.0", (_read(*texts[0]),), f"pkg:generic/python@{version}")


def _font(path: Path) -> Component:
    name = next((name for name in _FONT_LICENCES if path.name.startswith(name)), None)
    if name is None:
        raise LicenceError(f"{path.name}: no licence is known for this font")
    text = path.parent / _FONT_TEXTS[name]
    return Component(path.stem, "", _FONT_LICENCES[name], (_read(text.name, text),))


def _library_of_system(path: Path) -> Component:
    library = path.name.partition(".so")[0]
    owner = subprocess.run(["dpkg", "-S", f"*/{path.name}"], capture_output=True, text=True, check=False).stdout
    package = owner.partition(":")[0]
    licence = _LIBRARIES_OF_SYSTEM.get(library.partition("-")[0])
    if licence is None or not package:
        raise LicenceError(f"{path.name}: not known where it comes from")
    shown = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}", package], capture_output=True, text=True, check=True
    )
    text = Path("/usr/share/doc") / package / "copyright"
    return Component(
        package, shown.stdout, licence, (_read("copyright", text),), f"pkg:deb/debian/{package}@{shown.stdout}"
    )


@functools.cache
def _from_distribution(distribution: importlib.metadata.Distribution) -> Component:
    name = distribution.name.replace("_", "-").lower()
    purl = f"pkg:pypi/{name}@{distribution.version}"
    return Component(name, distribution.version, _licence(name, distribution), tuple(_texts(name, distribution)), purl)


def _built_here(distribution: importlib.metadata.Distribution) -> Path | None:
    """The folder of the wheel that a distribution came from, where that was built and not published."""
    origin = json.loads(distribution.read_text("direct_url.json") or "{}").get("url", "")
    folder = Path(url2pathname(urlsplit(origin).path)).parent
    return folder if folder.is_relative_to(opencv_wheel.WHEELS) else None


def _licence_of_opencv(licences: Path) -> str:
    """What opencv-python is under, which is MIT, with all that was built into it."""
    found = {"MIT"}
    for text in licences.iterdir():
        part = next((part for part in _INSIDE_OPENCV if text.name.startswith(f"{part}-")), None)
        if part is None:
            raise LicenceError(f"{opencv_wheel.PACKAGE}: {text.name} is the licence of a part that nobody has read yet")
        found.update(_INSIDE_OPENCV[part].split(" AND "))
    return " AND ".join(sorted(found))


def _licence(name: str, distribution: importlib.metadata.Distribution) -> str:
    metadata = distribution.metadata
    built = _built_here(distribution)
    if built:
        return _licence_of_opencv(built / opencv_wheel.LICENCES)
    if name in _READ_BY_HAND:
        return _READ_BY_HAND[name]
    stated = next(iter(metadata.get_all("License-Expression") or metadata.get_all("License") or ()), "")
    try:
        license_expression.get_spdx_licensing().parse(stated, validate=True)
    except license_expression.ExpressionError:
        stated = ""
    classified = [_BY_CLASSIFIER[one] for one in metadata.get_all("Classifier") or () if one in _BY_CLASSIFIER]
    if not stated and not classified:
        raise LicenceError(f"{name}: its metadata names no licence")
    return stated or classified[0]


def _texts(name: str, distribution: importlib.metadata.Distribution) -> Iterable[tuple[str, str]]:
    """The licence files of a distribution; what Qt's and OpenCV's lack is in this folder."""
    built = _built_here(distribution)
    for file in sorted(distribution.files or (), key=str):
        place = file.as_posix()
        is_licence = ".dist-info/licenses/" in place or any(
            word in file.name.upper() for word in ("LICENSE", "LICENCE", "COPYING", "NOTICE")
        )
        path = Path(str(distribution.locate_file(file)))
        is_of_other_wheel = built and file.name == _THIRD_PARTIES_OF_PUBLISHED_OPENCV
        if is_licence and not is_of_other_wheel and file.suffix not in (".py", ".pyc") and path.is_file():
            yield _read(place, path)
    if name == opencv_wheel.PACKAGE:
        yield _read("WENQUANYI_MICRO_HEI.txt", LICENCE_TEXTS / "WENQUANYI_MICRO_HEI.txt")
    if built:
        yield from (_read(path.name, path) for path in sorted((built / opencv_wheel.LICENCES).iterdir()))
    if name.startswith(("pyside6", "shiboken6")):
        for text in ("LGPL-3.0.txt", "GPL-3.0.txt", "LGPL-2.1.txt"):
            yield _read(text, LICENCE_TEXTS / text)


def _read(name: str, path: Path) -> tuple[str, str]:
    return name, path.read_text(encoding="utf-8", errors="replace").strip()
