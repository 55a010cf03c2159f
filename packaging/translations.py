"""Brings the window's translations up to date with its sources: `make translations`.

Qt's lupdate collects the texts of `app/ui` into the .ts files, which are then to be translated, in Qt Linguist or by
hand; Qt's lrelease makes of them the .qm files that the program loads. Both come with PySide6.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "app" / "ui"
FOLDER = ROOT / "resources" / "translations"
_COLLECTING = ["-silent", "-extensions", "py", "-locations", "none", "-no-obsolete", "-sort-messages"]


def update() -> None:
    """Collect the texts into the .ts files. English needs only those that count things."""
    for file in sorted(FOLDER.glob("*.ts")):
        only = ["-pluralonly"] if file.stem.endswith("_en") else []
        _run("pyside6-lupdate", *_COLLECTING, *only, str(SOURCES), "-ts", str(file))


def compile_all() -> None:
    """Make the .qm files; what is not translated is left out, and shown in English."""
    for file in sorted(FOLDER.glob("*.ts")):
        _run("pyside6-lrelease", "-silent", "-nounfinished", str(file), "-qm", str(file.with_suffix(".qm")))


def _run(tool: str, *arguments: str) -> None:
    subprocess.run([str(Path(sys.executable).parent / tool), *arguments], check=True)


if __name__ == "__main__":
    update()
    compile_all()
