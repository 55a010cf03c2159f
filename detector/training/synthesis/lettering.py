"""Lines and columns of text in many scripts, drawn quickly.

The words mean nothing: each script has a long running text made up once, and every line is a cut of it.
"""

from collections.abc import Sequence
from functools import cache

import cv2
import numpy as np

from detector.training.synthesis.surface import Image, chance, uniform

_RUNNING_TEXT_CHARS = 8_000
_CONSONANTS_AND_VOWELS = {
    "latin": ("bcdfghklmnprstvwz", "aeiouy"),
    "cyrillic": ("бвгджзклмнпрстфхцчшщ", "аеиоуыэюяё"),
    "greek": ("βγδζθκλμνξπρστφχψ", "αεηιουω"),
}
_ADVANCE = {"latin": 0.46, "cyrillic": 0.5, "greek": 0.48, "chinese": 0.95, "arabic": 0.42, "digits": 0.46}
SCRIPTS = ("latin", "cyrillic", "greek", "chinese", "arabic")
_SCRIPT_WEIGHTS = (0.5, 0.24, 0.08, 0.12, 0.06)


@cache
def font(name: str) -> cv2.FontFace:
    """Return OpenCV's built-in font `sans`, `italic` or `uni`, loaded once."""
    return cv2.FontFace(name)


def choose_script(rng: np.random.Generator) -> str:
    """Return a script's name, Latin and Cyrillic more often than the others."""
    return SCRIPTS[int(rng.choice(len(SCRIPTS), p=_SCRIPT_WEIGHTS))]


def _letter(rng: np.random.Generator, letters: str) -> str:
    return letters[int(rng.integers(len(letters)))]


def _word(rng: np.random.Generator, script: str) -> str:
    if script == "chinese":
        return "".join(chr(int(code)) for code in rng.integers(0x4E00, 0x5E00, int(rng.integers(4, 14)))) + "，"
    if script == "arabic":
        return "".join(chr(int(code)) for code in rng.integers(0x0628, 0x063B, int(rng.integers(2, 8))))
    if script == "digits":
        return str(int(rng.integers(0, 10 ** int(rng.integers(1, 6)))))
    consonants, vowels = _CONSONANTS_AND_VOWELS[script]
    syllables = [_letter(rng, consonants) + _letter(rng, vowels) for _ in range(int(rng.integers(1, 5)))]
    word = "".join(syllables) + (_letter(rng, consonants) if chance(rng, 0.5) else "")
    word = word.capitalize() if chance(rng, 0.12) else word
    return word + (_letter(rng, ",.,.;-") if chance(rng, 0.12) else "")


@cache
def _running_text(script: str) -> str:
    rng = np.random.default_rng(len(script))
    gap = "" if script == "chinese" else " "
    words: list[str] = []
    length = 0
    while length < _RUNNING_TEXT_CHARS:
        words.append(_word(rng, script))
        length += len(words[-1]) + len(gap)
    return gap.join(words)


def phrase(rng: np.random.Generator, script: str, chars: int) -> str:
    """Return about `chars` characters of the script's running text, cut anywhere."""
    text = _running_text(script)
    start = int(rng.integers(0, len(text) - chars - 1))
    return text[start : start + chars].strip()


def line_capacity(script: str, width_px: float, size_px: int) -> int:
    """Return about how many characters of the size fill a line of the width."""
    return max(1, round(width_px / (_ADVANCE[script] * size_px)))


def write(
    picture: Image,
    text: str,
    origin: tuple[int, int],
    colour: Sequence[int],
    size_px: int,
    face: str = "sans",
    weight: int = 0,
) -> int:
    """Write text with its baseline's left end at `origin` (x, y), and return the x where it ends.

    Args:
        picture: (H, W, 3) picture, drawn into; text beyond it is cut.
        text: Any characters.
        origin: Left end of the baseline.
        colour: BGR.
        size_px: Height of the letters' body.
        face: `sans`, `italic` or `uni` (which has Chinese and Arabic).
        weight: 0 for the face's own, 100 to 900 for lighter to bolder.
    """
    end, _ = cv2.putText(picture, text, origin, tuple(colour), font(face), size_px, weight)
    return int(end[0])


def face_of(rng: np.random.Generator, script: str) -> str:
    """Return a font that has the script's characters."""
    if script in ("chinese", "arabic"):
        return "uni"
    return "italic" if chance(rng, 0.12) else "sans"


def write_line(
    rng: np.random.Generator,
    picture: Image,
    box: tuple[int, int, int, int],
    script: str,
    colour: Sequence[int],
    *,
    upper: bool = False,
    weight: int = 0,
) -> None:
    """Fill the box (x1, y1, x2, y2) with one line of text as high as the box; what is too long is cut off."""
    x1, y1, x2, y2 = box
    region = picture[y1:y2, x1:x2]
    if region.shape[0] < 3 or region.shape[1] < 3:
        return
    size = max(3, int(region.shape[0] * 0.78))
    text = phrase(rng, script, line_capacity(script, region.shape[1], size))
    face = "uni" if script in ("chinese", "arabic") else "sans"
    write(region, text.upper() if upper else text, (0, int(region.shape[0] * 0.78)), colour, size, face, weight)


def write_column(
    rng: np.random.Generator,
    picture: Image,
    box: tuple[int, int, int, int],
    script: str,
    size_px: int,
    colour: Sequence[int],
    *,
    leading: float = 1.3,
    justified: bool = True,
) -> None:
    """Fill the box (x1, y1, x2, y2) with paragraphs: lines to the right edge, indents and short last lines."""
    x1, y1, x2, y2 = box
    column = picture[y1:y2, x1:x2]
    if column.size == 0:
        return
    height, width = column.shape[:2]
    face = face_of(rng, script)
    weight = int(rng.choice([0, 0, 300, 500]))
    step = size_px * leading
    baselines = np.arange(size_px, height, step)
    ends_paragraph = rng.random(len(baselines)) < 0.13
    fills = np.where(ends_paragraph, rng.uniform(0.2, 0.9, len(baselines)), 1.0)
    if not justified:
        fills *= rng.uniform(0.85, 1.0, len(baselines))
    indent = 0
    for baseline, fill, ends in zip(baselines, fills, ends_paragraph, strict=True):
        chars = line_capacity(script, (width - indent) * float(fill), size_px)
        write(column, phrase(rng, script, chars), (indent, int(baseline)), colour, size_px, face, weight)
        indent = int(size_px * 1.2) if ends else 0


def write_scrawl(
    rng: np.random.Generator,
    picture: Image,
    start: tuple[float, float],
    length_px: float,
    size_px: float,
    colour: Sequence[int],
    thickness_px: int = 1,
) -> None:
    """Write one line of made-up joined handwriting: loops along a wavering baseline, with gaps between words."""
    x, y = start
    end = x + length_px
    slope = uniform(rng, -0.03, 0.03)
    while x < end:
        word_px = min(end - x, size_px * uniform(rng, 1.0, 5.0))
        count = max(6, int(word_px / size_px * 14))
        phase = np.cumsum(rng.uniform(0.5, 1.1, count))
        tall = np.where(rng.random(count) < 0.15, 1.9, 0.8) * rng.uniform(0.6, 1.2, count)
        xs = x + np.linspace(0, word_px, count) + 0.28 * size_px * np.cos(phase)
        ys = y + slope * (xs - start[0]) - size_px * 0.45 * tall * np.sin(phase)
        stroke = np.stack([xs, ys], 1) * 16
        cv2.polylines(picture, [stroke.astype(np.int32)], False, tuple(colour), thickness_px, cv2.LINE_AA, 4)
        x += word_px + size_px * uniform(rng, 0.5, 1.1)
