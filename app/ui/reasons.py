"""Why something failed, in the language of the window.

What knows nothing of Qt words its failures once, in English, where they happen; journals keep them so. This lists those
lines for lupdate, with names in braces for what varies, and finds a failure's line again to show it translated. A test
compares the list with the sources that the lines are from.
"""

from __future__ import annotations

import functools
import re

from app.ui.translation import QT_TRANSLATE_NOOP, translate

LINES = (
    # Reading pictures.
    QT_TRANSLATE_NOOP("Reason", "there is no such file. Check the name and the folder."),
    QT_TRANSLATE_NOOP("Reason", "this is a folder, not a picture. Choose a file in it."),
    QT_TRANSLATE_NOOP(
        "Reason", "the file cannot be read ({cause}). Check its permissions, or copy it to this computer."
    ),
    QT_TRANSLATE_NOOP("Reason", "it is not a regular file"),
    QT_TRANSLATE_NOOP("Reason", "the file is empty. Copy or download it again."),
    QT_TRANSLATE_NOOP(
        "Reason", "this is not a picture, or its beginning is damaged. Use JPEG, PNG, WebP, TIFF, BMP, GIF or HEIC."
    ),
    QT_TRANSLATE_NOOP("Reason", "the picture is damaged or incomplete. Copy or download it again."),
    QT_TRANSLATE_NOOP(
        "Reason", "reading the picture takes more memory than is free. Close other programs, or make it smaller."
    ),
    QT_TRANSLATE_NOOP(
        "Reason", "the picture's kind of colours ({mode}) is not supported. Save it as RGB and try again."
    ),
    QT_TRANSLATE_NOOP(
        "Reason", "the file is larger than {size} MB, the limit. Save the picture with stronger compression."
    ),
    QT_TRANSLATE_NOOP("Reason", "the picture has {width} x {height} pixels; the limit is {limit}. Make it smaller."),
    QT_TRANSLATE_NOOP("Reason", "{number} megapixels"),
    QT_TRANSLATE_NOOP("Reason", "{number} pixels a side"),
    QT_TRANSLATE_NOOP("Reason", "only the first {number} pages are read. Split the document to read the others."),
    QT_TRANSLATE_NOOP("Reason", "the file has changed since it was opened. Open it again."),
    QT_TRANSLATE_NOOP("Reason", "the PDF is protected by a password. Save a copy of it without one."),
    QT_TRANSLATE_NOOP("Reason", "the PDF is damaged. Open it in a PDF viewer and print it to a new PDF."),
    QT_TRANSLATE_NOOP(
        "Reason", "the PDF takes too much time or memory to show. Print it to a new PDF, or scan the paper again."
    ),
    # Cameras.
    QT_TRANSLATE_NOOP(
        "Reason",
        "The camera does not open. Close other programs that use it, allow access to it in the system's "
        "privacy settings, then start it again.",
    ),
    QT_TRANSLATE_NOOP(
        "Reason", "The camera was disconnected. Everything captured is kept. Plug it in and start it again."
    ),
    QT_TRANSLATE_NOOP(
        "Reason",
        "Live scanning was stopped by a fault in Cardlight. Everything captured is kept. Start it again.",
    ),
    QT_TRANSLATE_NOOP("Reason", "This video can't be played. Use MP4, AVI, MOV or MKV."),
    # Documents.
    QT_TRANSLATE_NOOP("Reason", "the card's outline is not four-sided and convex. Take the photo again from above."),
    QT_TRANSLATE_NOOP("Reason", "the text holds letters that cannot be drawn ({letters}). Use another script."),
    QT_TRANSLATE_NOOP("Reason", "the text is empty. Enter some letters."),
    QT_TRANSLATE_NOOP("Reason", "the file holds more cards than fit into memory. Split it into several files."),
    QT_TRANSLATE_NOOP(
        "Reason",
        "a card whose upright is unsure was not saved, since what is to be made black may lie elsewhere on it. "
        "Take a sharper photo.",
    ),
    QT_TRANSLATE_NOOP(
        "Reason",
        "a card was not saved, since a rectangle that is to be made black lies beside it. Correct the rectangle, "
        "or choose the card's format.",
    ),
    QT_TRANSLATE_NOOP(
        "Reason", "the card does not fit on the paper at true size. Save it on a page of its own, without a layout."
    ),
    QT_TRANSLATE_NOOP("Reason", "the name's template is wrong: {cause}."),
    QT_TRANSLATE_NOOP(
        "Reason", "a file of that name is there already, and was left as it is. Choose another folder or name."
    ),
    QT_TRANSLATE_NOOP("Reason", "the folder cannot be written to ({cause}). Choose another folder."),
    QT_TRANSLATE_NOOP("Reason", "a file has its name"),
    QT_TRANSLATE_NOOP("Reason", "its journal cannot be opened"),
    QT_TRANSLATE_NOOP("Reason", "its journal cannot be written"),
    QT_TRANSLATE_NOOP("Reason", "the disk is full. Free some space, or choose another folder."),
    # Batches.
    QT_TRANSLATE_NOOP(
        "Reason", "another batch is writing into this folder. Wait for it to end, or choose another folder."
    ),
    QT_TRANSLATE_NOOP(
        "Reason", "the folder holds a batch made with other settings. Use the same settings, or choose another folder."
    ),
    QT_TRANSLATE_NOOP(
        "Reason", "the journal in this folder is damaged, or of another version of the program. Choose another folder."
    ),
    QT_TRANSLATE_NOOP(
        "Reason",
        "the folder holds the manifest of another batch, whose journal is gone. Move it, or choose another folder.",
    ),
    QT_TRANSLATE_NOOP("Reason", "the folder to save to is one that is watched. Choose another folder."),
    QT_TRANSLATE_NOOP("Reason", "reading the file took too long. Check that it opens in another program."),
    QT_TRANSLATE_NOOP("Reason", "the file made its reader crash. Check that it opens in another program."),
    QT_TRANSLATE_NOOP("Reason", "the folder cannot be read. Check its permissions."),
    # The detector.
    QT_TRANSLATE_NOOP("Reason", "no CUDA GPU can be used here; choose the CPU, or see: cardlight doctor"),
    QT_TRANSLATE_NOOP("Reason", "{file} is missing; reinstall Cardlight"),
    QT_TRANSLATE_NOOP("Reason", "{file} belongs to another version; reinstall Cardlight"),
    QT_TRANSLATE_NOOP("Reason", "{file} can't be loaded: it is damaged or no model; reinstall Cardlight"),
    QT_TRANSLATE_NOOP("Reason", "{file} holds no {kind}; reinstall Cardlight"),
    QT_TRANSLATE_NOOP("Reason", "{file} holds no weights of the {kind}"),
    QT_TRANSLATE_NOOP("Reason", "{file} was made for another version of the {kind}"),
    QT_TRANSLATE_NOOP("Reason", "{file} is missing"),
    QT_TRANSLATE_NOOP("Reason", "{file} can't be read: it is damaged or no safetensors file"),
    QT_TRANSLATE_NOOP("Reason", "a picture must be a uint8 array of shape (height, width, 3) in BGR order"),
    QT_TRANSLATE_NOOP("Reason", "a picture must have at least one pixel"),
    # Settings.
    QT_TRANSLATE_NOOP(
        "Reason",
        "Your settings could not be read and were set back. The old file was kept beside them.",
    ),
    QT_TRANSLATE_NOOP("Reason", "Your settings could not be saved. They hold until you close the window."),
)
"""Every line that the sources below `app.ui` word for the user."""

SYSTEM_LINES = (
    QT_TRANSLATE_NOOP("Reason", "Permission denied"),
    QT_TRANSLATE_NOOP("Reason", "Operation not permitted"),
    QT_TRANSLATE_NOOP("Reason", "No such file or directory"),
    QT_TRANSLATE_NOOP("Reason", "Not a directory"),
    QT_TRANSLATE_NOOP("Reason", "Is a directory"),
    QT_TRANSLATE_NOOP("Reason", "File exists"),
    QT_TRANSLATE_NOOP("Reason", "File name too long"),
    QT_TRANSLATE_NOOP("Reason", "Read-only file system"),
    QT_TRANSLATE_NOOP("Reason", "Input/output error"),
    QT_TRANSLATE_NOOP("Reason", "Device or resource busy"),
    QT_TRANSLATE_NOOP("Reason", "Too many open files"),
    QT_TRANSLATE_NOOP("Reason", "Stale file handle"),
    QT_TRANSLATE_NOOP("Reason", "unknown reason"),
)
"""What systems say of files, as the causes in the lines above; others are shown as the system words them."""

_FIELD = re.compile(r"\{(\w+)\}")


def reason_text(line: str) -> str:
    """A failure's line in the language of the window; a line that is not listed stays as it is."""
    template, fields = _found(line)
    if not template:
        return line
    return translate("Reason", template).format(**{name: reason_text(value) for name, value in fields})


@functools.lru_cache(maxsize=1024)
def _found(line: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """The line as it is listed, and what stands in the place of its names; empty where it is not listed."""
    for template, pattern in _patterns():
        match = pattern.fullmatch(line)
        if match:
            return template, tuple(match.groupdict().items())
    return "", ()


@functools.cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((template, _pattern(template)) for template in (*LINES, *SYSTEM_LINES))


def _pattern(template: str) -> re.Pattern[str]:
    fixed_and_names = _FIELD.split(template)
    pieces = [f"(?P<{piece}>.+?)" if place % 2 else re.escape(piece) for place, piece in enumerate(fixed_and_names)]
    return re.compile("".join(pieces), re.DOTALL)
