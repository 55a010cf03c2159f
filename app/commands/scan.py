"""`cardlight scan`: find cards in pictures and save them straight, upright, and at true size."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.capture.errors import ImageReadError
from app.capture.folders import list_images
from app.capture.images import read_image
from app.console import complain, printable_name
from app.detecting import CardDetector, DetectorLoader
from app.documents.errors import DocumentError, WriteError
from app.documents.formats import FORMATS, CardFormat
from app.documents.names import OutputNames
from app.documents.overlay import draw_overlay
from app.documents.straighten import straighten_card
from app.documents.writers import FileFormat, encode_picture, make_folder, write_file
from detector import Detection, Detector, DetectorError
from detector.geometry import Image

_OVERLAY_DPI = 96.0
_FORMATS_BY_NAME = {card_format.name.lower(): card_format for card_format in FORMATS}


@dataclass(frozen=True, slots=True)
class Saving:
    """What is saved of each picture, and how.

    Attributes:
        names: Gives out the files' names.
        file_format: Of crops and overlays.
        dpi: Of the crops.
        card_format: Of every card; None tells it from the card's shape.
        overlay: Whether the picture with its cards marked is saved too.
        overwrite: Whether files of the same names are replaced.
    """

    names: OutputNames
    file_format: FileFormat
    dpi: float
    card_format: CardFormat | None
    overlay: bool
    overwrite: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one input. Size and detections are kept when only the saving failed.

    Attributes:
        path: The input as given, or as found in the folder given.
        size_px: Width and height; None where the picture could not be read.
        detections: The cards, best first.
        saved: The files written.
        error: What went wrong, in one line for the user; None where nothing did.
    """

    path: Path
    size_px: tuple[int, int] | None = None
    detections: tuple[Detection, ...] = ()
    saved: tuple[Path, ...] = ()
    error: str | None = None


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the parser of `cardlight scan`."""
    parser = subparsers.add_parser(
        "scan",
        help="find cards in pictures and save them",
        description="Find identity cards in pictures and save each one straight, upright, and at true size.",
    )
    parser.add_argument("paths", nargs="+", type=Path, metavar="PATH", help="a picture, or a folder of pictures")
    parser.add_argument("--out", type=Path, metavar="DIR", help="folder to save to; needed unless --json is given")
    parser.add_argument("--format", choices=[str(item) for item in FileFormat], default="png", help="default: png")
    parser.add_argument("--dpi", type=_dpi, default=300.0, help="resolution of the saved cards (default: 300)")
    parser.add_argument(
        "--card", choices=["auto", *_FORMATS_BY_NAME], default="auto", help="format of the cards (default: by shape)"
    )
    parser.add_argument("--overlay", action="store_true", help="also save each picture with its cards marked")
    parser.add_argument("--overwrite", action="store_true", help="replace files of the same names in DIR")
    parser.add_argument("--json", action="store_true", help="print one JSON object a picture")
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto", help="default: auto")
    parser.add_argument("--threshold", type=_score, help="lowest score, 0 to 1 (default: the one shipped)")
    return parser


def run(arguments: argparse.Namespace, load: DetectorLoader = Detector.load) -> int:
    """Scan every input. One that fails is reported and the others go on.

    Args:
        arguments: As parsed by `add_parser`'s parser.
        load: Gives the detector.

    Returns:
        0 when every input was scanned, 1 when one failed, 2 when there is nowhere to save.
    """
    if arguments.out is None and (arguments.overlay or not arguments.json):
        complain("scan: say where to save, with --out DIR (or use --json alone to only print what is found)")
        return 2
    try:
        detector = load(device=arguments.device, threshold=arguments.threshold)
        if arguments.out is not None:
            make_folder(arguments.out)
    except DetectorError as error:
        complain(str(error))
        return 1
    except WriteError as error:
        complain(f"{printable_name(arguments.out)}: {error}")
        return 1
    saving = None if arguments.out is None else _saving(arguments)
    results = _report(_scan_all(arguments.paths, arguments.out, detector, saving), as_json=arguments.json)
    if not arguments.json:
        print(_summary(results, arguments.out))
    return 1 if any(result.error for result in results) else 0


def _dpi(text: str) -> float:
    value = float(text)
    if not 50 <= value <= 1200:
        raise argparse.ArgumentTypeError("the resolution must be from 50 to 1200 dpi")
    return value


def _score(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("the threshold must be from 0 to 1")
    return value


def _saving(arguments: argparse.Namespace) -> Saving:
    file_format = FileFormat(arguments.format)
    return Saving(
        names=OutputNames(arguments.out, file_format, overwrite=arguments.overwrite),
        file_format=file_format,
        dpi=arguments.dpi,
        card_format=_FORMATS_BY_NAME.get(arguments.card),
        overlay=arguments.overlay,
        overwrite=arguments.overwrite,
    )


def _scan_all(
    paths: Sequence[Path], out: Path | None, detector: CardDetector, saving: Saving | None
) -> Iterator[Result]:
    for path in paths:
        if not os.path.isdir(path):  # noqa: PTH112 (Path.is_dir raises where a parent folder is closed)
            yield _scan(path, detector, saving)
            continue
        listing = list_images(path, skip=out)
        for folder in listing.unreadable:
            yield Result(folder, error="the folder cannot be read. Check its permissions.")
        if not listing.images and not listing.unreadable:
            yield Result(path, error="the folder holds no pictures. Choose another one.")
        for image in listing.images:
            yield _scan(image, detector, saving)


def _scan(path: Path, detector: CardDetector, saving: Saving | None) -> Result:
    try:
        picture = read_image(path)
    except ImageReadError as error:
        return Result(path, error=str(error))
    height, width = picture.shape[:2]
    try:
        detections = tuple(detector.detect(picture))
    except DetectorError as error:
        return Result(path, (width, height), error=str(error))
    try:
        saved = _save(path, picture, detections, saving) if saving else ()
    except DocumentError as error:
        return Result(path, (width, height), detections, error=str(error))
    return Result(path, (width, height), detections, saved)


def _save(path: Path, picture: Image, detections: Sequence[Detection], saving: Saving) -> tuple[Path, ...]:
    crops = [straighten_card(picture, card.quad, saving.dpi, saving.card_format) for card in detections]
    files = [encode_picture(crop, saving.file_format, saving.dpi) for crop in crops]
    names = saving.names.claim(path, len(crops), overlay=saving.overlay)
    targets = list(names.crops)
    if names.overlay:
        targets.append(names.overlay)
        files.append(encode_picture(draw_overlay(picture, detections), saving.file_format, _OVERLAY_DPI))
    for target, data in zip(targets, files, strict=True):
        write_file(target, data, overwrite=saving.overwrite)
    return tuple(targets)


def _report(results: Iterator[Result], *, as_json: bool) -> list[Result]:
    """Print each result as it comes, and return them all."""
    seen = []
    for result in results:
        if result.error:
            complain(f"{printable_name(result.path)}: {result.error}")
        if as_json:
            print(json.dumps(_as_json(result)), flush=True)
        elif not result.error:
            print(_as_line(result), flush=True)
        seen.append(result)
    return seen


def _as_json(result: Result) -> dict[str, Any]:
    width, height = result.size_px or (None, None)
    detections = [
        {
            "score": round(float(card.score), 4),
            "box": [round(float(value), 2) for value in card.box],
            "quad": [[round(float(x), 2), round(float(y), 2)] for x, y in card.quad],
            "rotation": card.rotation,
        }
        for card in result.detections
    ]
    return {
        "file": str(result.path),
        "width": width,
        "height": height,
        "detections": detections,
        "error": result.error,
    }


def _as_line(result: Result) -> str:
    name = printable_name(result.path)
    saved = f" -> {', '.join(printable_name(Path(path.name)) for path in result.saved)}" if result.saved else ""
    if not result.detections:
        return f"{name}: no card{saved}"
    scores = ", ".join(f"{card.score:.0%}" for card in result.detections)
    return f"{name}: {_count(len(result.detections), 'card')} ({scores}){saved}"


def _summary(results: Sequence[Result], out: Path) -> str:
    scanned = [result for result in results if not result.error]
    cards = sum(len(result.detections) for result in scanned)
    line = f"{_count(len(scanned), 'picture')}, {_count(cards, 'card')}, saved in {printable_name(out)}"
    failed = len(results) - len(scanned)
    return f"{line}; {failed} failed" if failed else line


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
