"""`cardlight evaluate`: measure the detector on a folder of annotated pictures."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from rich.console import Console
from rich.progress import track

from app.commands.annotated_pictures import read_annotated
from app.commands.argument_types import named_path, whole_number
from app.commands.named_files import add_overwrite_argument, taken_name_problem
from app.console import complain, is_terminal, printable_name
from app.detecting import CardDetector, DetectorLoader
from app.documents.errors import WriteError
from app.documents.writers import FileFormat, encode_picture, write_file
from detector import Detector, DetectorError
from detector.evaluation import Picture, Report, evaluate_pictures
from detector.evaluation.worst_sheet import draw_worst_sheet

_SHEET_DPI = 96.0
_SHEET_FORMATS = {".png": FileFormat.PNG, ".jpg": FileFormat.JPEG, ".jpeg": FileFormat.JPEG}
_TABLE_COLUMNS = 120

_count = whole_number(1, 1_000_000)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the parser of `cardlight evaluate`."""
    parser = subparsers.add_parser(
        "evaluate",
        help="measure the detector on a folder of annotated pictures",
        description="Measure the detector on the pictures of a folder with annotations.json, or with a COCO file.",
    )
    parser.add_argument("folder", type=named_path, metavar="DIR", help="the folder, or its .json file")
    parser.add_argument("--json", action="store_true", help="print the report as one JSON object")
    parser.add_argument(
        "--worst", nargs=2, metavar=("N", "SHEET"), help="draw the N worst pictures to SHEET, a .png or .jpg file"
    )
    add_overwrite_argument(parser)
    parser.add_argument("--device", choices=["auto", "cpu", "cuda"], default="auto", help="default: auto")
    parser.add_argument("--threshold", type=_score, help="lowest score, 0 to 1 (default: the one shipped)")
    return parser


def run(arguments: argparse.Namespace, load: DetectorLoader = Detector.load) -> int:
    """Measure, and print the report.

    Args:
        arguments: As parsed by `add_parser`'s parser.
        load: Gives the detector.

    Returns:
        0 when all went well, 1 when something could not be read or written (a report that leaves out a picture would
        be about other pictures than asked for), 2 for a sheet that can't be asked for.
    """
    problem = _sheet_problem(arguments.worst, overwrite=arguments.overwrite)
    if problem:
        complain(f"evaluate: {problem}")
        return 2
    try:
        pictures = read_annotated(arguments.folder)
        detector = load(device=arguments.device, threshold=arguments.threshold)
        report = _evaluate(pictures, detector)
        _print(report, as_json=arguments.json)
        if arguments.worst:
            sheet = _draw_sheet(pictures, report, detector, *arguments.worst)
            write_file(Path(arguments.worst[1]), sheet, overwrite=arguments.overwrite)
    except DetectorError as error:
        complain(str(error))
        return 1
    except WriteError as error:
        complain(f"{printable_name(Path(arguments.worst[1]))}: {error}")
        return 1
    return 0


def _score(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("the threshold must be from 0 to 1")
    return value


def _sheet_problem(worst: list[str] | None, *, overwrite: bool) -> str | None:
    if worst is None:
        return None
    count, sheet = worst
    try:
        _count(count)
    except argparse.ArgumentTypeError as error:
        return f"--worst N SHEET: N {error}"
    if Path(sheet).suffix.lower() not in _SHEET_FORMATS:
        return "--worst draws to a .png or .jpg file"
    return taken_name_problem([Path(sheet)], overwrite=overwrite)


def _evaluate(pictures: list[Picture], detector: CardDetector) -> Report:
    progress = track(
        pictures,
        description="Measuring",
        console=Console(stderr=True),
        transient=True,
        disable=not is_terminal(sys.stderr),
    )
    return evaluate_pictures(progress, detector.detect)


def _print(report: Report, *, as_json: bool) -> None:
    if as_json:
        print(json.dumps(report.to_json()))
        return
    console = Console(width=None if is_terminal(sys.stdout) else _TABLE_COLUMNS)
    console.print(report.to_table())


def _draw_sheet(pictures: list[Picture], report: Report, detector: CardDetector, count: str, name: str) -> bytes:
    sheet = draw_worst_sheet(pictures, report.pictures, detector.detect, int(count))
    return encode_picture(sheet, _SHEET_FORMATS[Path(name).suffix.lower()], _SHEET_DPI)
