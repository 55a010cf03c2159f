"""Renders the program's icon for each system: `python packaging/icons.py FOLDER`. Needs PySide6 and Pillow."""

from __future__ import annotations

import sys
from pathlib import Path

from contents import ROOT
from PIL import Image
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

DRAWING = ROOT / "resources" / "icons" / "cardlight.svg"
SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
"""Sides in pixels."""


def render(folder: Path) -> None:
    """Write `SIDExSIDE.png` for each size, `cardlight.ico` for Windows and `cardlight.icns` for macOS."""
    folder.mkdir(parents=True, exist_ok=True)
    drawing = QSvgRenderer(str(DRAWING))
    for side in SIZES:
        image = QImage(QSize(side, side), QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        drawing.render(painter)
        painter.end()
        image.save(str(folder / f"{side}x{side}.png"))
    with Image.open(folder / "512x512.png") as largest:
        largest.save(folder / "cardlight.ico", sizes=[(side, side) for side in SIZES if side <= 256])
        largest.save(folder / "cardlight.icns")


if __name__ == "__main__":
    render(Path(sys.argv[1]))
