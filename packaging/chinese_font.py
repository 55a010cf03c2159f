"""Makes the bundled Chinese font of Noto Sans CJK: `python packaging/chinese_font.py NotoSansCJK-Regular.ttc`.

It holds the 21,000 letters of GBK, among them those of nearly all Chinese names, and the Latin ones, without the hints
and features that text in windows has no use for. Needs fontTools.
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter, load_font, save_font

FACE = 2  # Noto Sans CJK SC, of the collection's faces
TARGET = Path(__file__).resolve().parent.parent / "resources" / "fonts" / "NotoSansCJKsc-Regular-GBK.otf"


def letters() -> list[int]:
    """The code points that GBK can encode, and all of Latin."""
    return [point for point in range(0x20, 0x10000) if point < 0x250 or _is_in_gbk(chr(point))]


def _is_in_gbk(letter: str) -> bool:
    try:
        letter.encode("gbk")
    except UnicodeEncodeError:
        return False
    return True


def main() -> int:
    """Write the font."""
    options = Options(font_number=FACE, hinting=False, layout_features=[], name_IDs=["*"], name_languages=[0x409])
    font = load_font(sys.argv[1], options)
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=letters())
    subsetter.subset(font)
    save_font(font, str(TARGET), options)
    return 0


if __name__ == "__main__":
    sys.exit(main())
