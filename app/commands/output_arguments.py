"""The arguments that say what becomes of the cards, the same for every command that saves them."""

from __future__ import annotations

import argparse
import re

from app.documents.card import CardStyle
from app.documents.errors import DocumentError
from app.documents.export import ExportFormat, PdfFormat
from app.documents.formats import FORMATS, MAX_DPI, MIN_DPI, CardFormat, free_format
from app.documents.lettering import draw_text
from app.documents.names import NameTemplate
from app.documents.outer_shape import Corners
from app.documents.paper import Paper
from app.documents.redaction import Redaction
from app.documents.watermark import Watermark
from app.documents.writers import FileFormat
from app.scanning import ScanOptions

_FORMATS_BY_NAME = {card_format.name.lower(): card_format for card_format in FORMATS}
_FREE_SIZE = re.compile(r"(\d+(?:\.\d+)?)x(\d+(?:\.\d+)?)")
_LARGEST_MM = 500.0
_PDF = "pdf"
_PLAIN = Watermark("")
_PAPERS = {"a4": Paper.A4, "letter": Paper.LETTER}


def add_output_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that `scan_options` reads."""
    _add_file_arguments(parser.add_argument_group("files"))
    _add_card_arguments(parser.add_argument_group("cards"))


def add_detector_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that say how cards are looked for."""
    group = parser.add_argument_group("detector")
    group.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto", help="default: auto")
    group.add_argument("--threshold", type=_share, help="lowest score, 0 to 1 (default: the one shipped)")


def _add_file_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument(
        "--format", choices=[*map(str, FileFormat), _PDF], help="default: png; a pdf has a page of true size a card"
    )
    group.add_argument("--layout", choices=list(_PAPERS), help="lay the cards on sheets of paper, in a pdf")
    group.add_argument(
        "--caption", type=_template, metavar="TEXT", help="written below each card of a layout, filled in as --name is"
    )
    group.add_argument(
        "--name",
        type=_template,
        metavar="TEMPLATE",
        help="of the files, from {source} {index} {index:03} {page} {side} {format} {date} {date:%%Y-%%m}",
    )
    group.add_argument("--overlay", action="store_true", help="also save each picture with its cards marked")


def _add_card_arguments(group: argparse._ArgumentGroup) -> None:
    group.add_argument("--dpi", type=_dpi, default=300.0, help=f"resolution, {MIN_DPI:g} to {MAX_DPI:g} (default: 300)")
    group.add_argument(
        "--card",
        type=_card_format,
        metavar="FORMAT",
        help=f"{', '.join(_FORMATS_BY_NAME)}, or a size in mm such as 90x60 (default: by shape)",
    )
    group.add_argument("--corners", type=Corners, choices=list(Corners), default=Corners.SQUARE, help="default: square")
    group.add_argument("--margin", type=_margin, default=0.0, metavar="MM", help="around each card (default: 0)")
    group.add_argument("--enhance", action="store_true", help="even out shadow and glare, and make white white")
    group.add_argument("--watermark", type=_drawable, metavar="TEXT", help="written across each card, for good")
    group.add_argument("--watermark-opacity", type=_opacity, metavar="SHARE", help=f"default: {_PLAIN.opacity:g}")
    group.add_argument("--watermark-size", type=_letter_size, metavar="MM", help=f"default: {_PLAIN.size_mm:g}")
    group.add_argument("--watermark-angle", type=_angle, metavar="DEGREES", help=f"default: {_PLAIN.angle_deg:g}")
    group.add_argument(
        "--redact",
        type=_redaction,
        action="append",
        default=[],
        metavar="LEFT,TOP,WIDTH,HEIGHT",
        help="make a rectangle of each upright card black, for good; in mm, may be given several times",
    )


def scan_options(arguments: argparse.Namespace) -> ScanOptions:
    """What the arguments of `add_output_arguments` ask for.

    Raises:
        ValueError: two of them contradict each other; the text says which.
    """
    if arguments.layout and arguments.format not in (None, _PDF):
        raise ValueError("--layout makes a pdf; leave --format out, or say --format pdf")
    if arguments.caption and not arguments.layout:
        raise ValueError("--caption goes below the cards of a --layout; add --layout a4 or letter")
    if arguments.overlay and (arguments.redact or arguments.watermark):
        raise ValueError("--overlay shows the cards as they were; leave it out with --redact or --watermark")
    if arguments.format == FileFormat.JPEG and arguments.dpi != round(arguments.dpi):
        raise ValueError("a jpeg notes whole dots per inch; give --dpi without a fraction, or another --format")
    is_pdf = arguments.layout or arguments.format == _PDF
    files = (
        PdfFormat(_PAPERS.get(arguments.layout), arguments.caption)
        if is_pdf
        else FileFormat(arguments.format or FileFormat.PNG)
    )
    return ScanOptions(_style(arguments), ExportFormat(files, arguments.name), arguments.overlay)


def _style(arguments: argparse.Namespace) -> CardStyle:
    return CardStyle(
        dpi=arguments.dpi,
        card_format=arguments.card,
        corners=arguments.corners,
        margin_mm=arguments.margin,
        enhanced=arguments.enhance,
        watermark=_watermark(arguments),
        redactions=tuple(arguments.redact),
    )


def _watermark(arguments: argparse.Namespace) -> Watermark | None:
    look = {
        "opacity": arguments.watermark_opacity,
        "size_mm": arguments.watermark_size,
        "angle_deg": arguments.watermark_angle,
    }
    given = {name: value for name, value in look.items() if value is not None}
    if arguments.watermark:
        return Watermark(arguments.watermark, **given)
    if given:
        raise ValueError("there is no watermark whose look could be chosen; add --watermark TEXT")
    return None


def _within(text: str, low: float, high: float, what: str) -> float:
    value = float(text)
    if not low <= value <= high:
        raise argparse.ArgumentTypeError(f"{what} must be from {low:g} to {high:g}")
    return value


def _dpi(text: str) -> float:
    return _within(text, MIN_DPI, MAX_DPI, "the resolution in dpi")


def _share(text: str) -> float:
    return _within(text, 0, 1, "the threshold")


def _opacity(text: str) -> float:
    return _within(text, 0.05, 1, "the opacity")


def _letter_size(text: str) -> float:
    return _within(text, 1.5, 30, "the size in mm")


def _angle(text: str) -> float:
    return _within(text, -90, 90, "the angle in degrees")


def _margin(text: str) -> float:
    return _within(text, 0, 50, "the margin in mm")


def _card_format(text: str) -> CardFormat | None:
    if text == "auto":
        return None
    size = _FREE_SIZE.fullmatch(text)
    if size:
        sides = [_within(side, 10, _LARGEST_MM, "each side in mm") for side in size.groups()]
        return free_format(*sides)
    if text not in _FORMATS_BY_NAME:
        raise argparse.ArgumentTypeError(f"use auto, {', '.join(_FORMATS_BY_NAME)}, or a size in mm such as 90x60")
    return _FORMATS_BY_NAME[text]


def _template(text: str) -> NameTemplate:
    try:
        return NameTemplate(text)
    except DocumentError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def _drawable(text: str) -> str:
    try:
        draw_text(text, 24)
    except DocumentError as error:
        raise argparse.ArgumentTypeError(str(error)) from error
    return text


def _redaction(text: str) -> Redaction:
    edges = [float(part) for part in text.split(",")]
    if len(edges) != 4 or not all(abs(edge) <= _LARGEST_MM for edge in edges) or min(edges[2:]) <= 0:
        raise argparse.ArgumentTypeError("give LEFT,TOP,WIDTH,HEIGHT in mm, such as 10,20,30,5")
    return Redaction(*edges)
