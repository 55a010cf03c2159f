"""Builds the bundle: `python packaging/bundle.py cpu|cuda`, in an environment that has what goes in and PyInstaller.

The result is `dist/FLAVOUR/cardlight`, with `LICENCES.txt` and `bom.cdx.json` inside. `--archive` packs it as well.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import os
import platform
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import get_args

import icu_data
from bill_of_materials import BillError, bill_of_materials
from components import LicenceError, check_licences, components_of
from contents import ROOT, Flavour
from icons import render
from licences import licences_text
from opencv_names import missing_names

MAX_CPU_MB = 260
MAX_CPU_ARCHIVE_MB = 100
_BYTES_PER_MB = 1_000_000

# Python's own where it was built on this machine, and of published libraries those that still have much to drop. None
# under the LGPL is here, since those are shipped unchanged, and not NumPy's OpenBLAS, which `strip` breaks.
_STRIPPED = (
    "libpython3*",
    "python3*/lib-dynload/*.so",
    "PIL/*.so",
    "PySide6/Qt/lib/libicu*.so.*",
    "numpy/_core/*.so",
    "_pi_heif*.so",
    "pikepdf.libs/libqpdf*.so.*",
    "pillow.libs/libfreetype*.so.*",
    "pypdfium2_raw/libpdfium.so",
)


class IncompleteError(Exception):
    """Something that the program uses is not in the bundle."""


def build(flavour: Flavour) -> Path:
    """Build one flavour, and return its folder.

    Raises:
        CalledProcessError: PyInstaller failed; it has said why.
        LicenceError: something inside may not be shipped.
        BillError: the bill of materials is not valid.
        IcuDataError: Qt's ICU is not as it was.
        IncompleteError: OpenCV was built without something that the program uses.
    """
    work = ROOT / "build" / f"bundle-{flavour}"
    contents, icons = work / "contents.json", work / "icons"
    version = importlib.metadata.version("cardlight")
    render(icons)
    environment = {
        **os.environ,
        "CARDLIGHT_FLAVOUR": flavour,
        "CARDLIGHT_VERSION": version,
        "CARDLIGHT_ICONS": str(icons),
        "CARDLIGHT_CONTENTS": str(contents),
    }
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    folders = ["--distpath", str(ROOT / "dist" / flavour), "--workpath", str(work / "pyinstaller")]
    subprocess.run([*command, *folders, str(ROOT / "packaging" / "cardlight.spec")], check=True, env=environment)
    bundle = ROOT / "dist" / flavour / "cardlight"
    missing = missing_names(contents)
    if missing:
        raise IncompleteError(f"OpenCV is without {', '.join(missing)}")
    if sys.platform == "linux":
        _shrink(bundle / "_internal")
    components = components_of(contents)
    check_licences(components)
    (bundle / "LICENCES.txt").write_text(licences_text(components), encoding="utf-8")
    bill = bill_of_materials(components, version, ROOT / "resources" / "models", _last_change())
    (bundle / "bom.cdx.json").write_text(bill, encoding="utf-8")
    return bundle


def size_mb(bundle: Path) -> float:
    """The bytes of all files, in millions; what links point to counts once."""
    return sum(path.lstat().st_size for path in bundle.rglob("*") if not path.is_dir()) / _BYTES_PER_MB


def archive(bundle: Path, flavour: Flavour) -> Path:
    """Pack the bundle, and return the archive beside it."""
    version = importlib.metadata.version("cardlight")
    name = f"cardlight-{version}-{flavour}-{platform.system().lower()}-{platform.machine()}"
    target = bundle.parent / f"{name}.tar.xz"
    if sys.platform == "linux":
        command = ["tar", "--create", "--xz", f"--file={target}", "--owner=0", "--group=0", "--sort=name"]
        rename = f"--transform=s,^cardlight,{name},"
        every_core = {**os.environ, "XZ_DEFAULTS": "--threads=0"}
        subprocess.run([*command, rename, "cardlight"], check=True, cwd=bundle.parent, env=every_core)
    else:
        with tarfile.open(target, "w:xz") as packed:
            packed.add(bundle, name)
    return target


def _shrink(inside: Path) -> None:
    """Drop what debuggers want of libraries, and what Qt does not want of ICU's data."""
    libraries = [str(path) for pattern in _STRIPPED for path in inside.glob(pattern)]
    subprocess.run(["strip", "--strip-unneeded", *libraries], check=True)
    for library in inside.glob("PySide6/Qt/lib/libicudata.so.*"):
        icu_data.shorten(library)


def _last_change() -> datetime.datetime:
    """When the sources were last committed, or SOURCE_DATE_EPOCH, so that the same sources give the same bundle."""
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    if seconds is None:
        shown = subprocess.run(
            ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        seconds = shown.stdout.strip() or "0"
    return datetime.datetime.fromtimestamp(int(seconds), datetime.UTC)


def main() -> int:
    """Build, and say how large it is; 1 where it may not be shipped or is too large."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("flavour", choices=get_args(Flavour))
    parser.add_argument("--archive", action="store_true", help="pack it as well")
    arguments = parser.parse_args()
    flavour: Flavour = arguments.flavour
    try:
        bundle = build(flavour)
    except (LicenceError, BillError, IncompleteError, icu_data.IcuDataError) as error:
        print(f"bundle: {error}", file=sys.stderr)
        return 1
    sizes = [("unpacked", size_mb(bundle), MAX_CPU_MB)]
    if arguments.archive:
        packed = archive(bundle, flavour)
        sizes.append((packed.name, packed.stat().st_size / _BYTES_PER_MB, MAX_CPU_ARCHIVE_MB))
    for name, size, _limit in sizes:
        print(f"{bundle.relative_to(ROOT)}, {name}: {size:.1f} MB")
    too_large = [name for name, size, limit in sizes if flavour == "cpu" and size > limit]
    if too_large:
        print(f"bundle: larger than it may be: {', '.join(too_large)}", file=sys.stderr)
    return int(bool(too_large))


if __name__ == "__main__":
    sys.exit(main())
