"""`cardlight scan`: find cards in pictures and save them straight, upright, and at true size."""

from __future__ import annotations

import argparse
import datetime
import json
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.capture.errors import ImageReadError
from app.capture.folders import CLOSED_FOLDER, list_images
from app.capture.images import read_bytes
from app.capture.pages import PAGE_SUFFIXES
from app.commands.argument_types import named_path
from app.commands.output_arguments import add_detector_arguments, add_output_arguments, scan_options
from app.console import complain, printable_name
from app.crash_log import CrashLog
from app.detecting import CardDetector, DetectorLoader
from app.documents.encoded_card import EncodedCard
from app.documents.errors import DocumentError, WriteError
from app.documents.export import ExportedFile, PdfFormat, make_files
from app.documents.names import OutputNames, is_new
from app.documents.writers import make_folder, write_file
from app.places import user_places
from app.process_life import end_in_order
from app.scanning import MADE_ITS_READER_FAIL, FoundCard, ScannedPage, ScanOptions, cut_pages, scan_file
from detector import Detector, DetectorError

_TOGETHER_NAME = "cards"


@dataclass(frozen=True, slots=True)
class Saving:
    """Where the files go.

    Attributes:
        names: Gives out the files' names.
        overwrite: Whether files of the same names are replaced.
    """

    names: OutputNames
    overwrite: bool

    def save(self, files: Sequence[ExportedFile]) -> tuple[Path, ...]:
        """Write the files of one source, and say where.

        Raises:
            DocumentError: the names cannot be told apart, or a file cannot be written.
        """
        paths = self.names.claim([item.file for item in files])
        for path, item in zip(paths, files, strict=True):
            write_file(path, item.file.data, overwrite=self.overwrite)
        return paths


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one page of an input, or of an input that could not be read at all.

    Attributes:
        path: The input as given, or as found in the folder given.
        page: From 1.
        size_px: Width and height; None where the page could not be read.
        cards: The cards, best first.
        saved: The files written.
        error: What went wrong, in one line for the user; None where nothing did.
    """

    path: Path
    page: int = 1
    size_px: tuple[int, int] | None = None
    cards: tuple[FoundCard, ...] = ()
    saved: tuple[Path, ...] = ()
    error: str | None = None


@dataclass(slots=True)
class Pile:
    """The cards of all inputs, kept until they are saved together."""

    cards: list[EncodedCard] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)
    sources: list[str] = field(default_factory=list)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the parser of `cardlight scan`."""
    parser = subparsers.add_parser(
        "scan",
        help="find cards in pictures and save them",
        description="Find identity cards in pictures and save each one straight, upright, and at true size.",
        epilog="Exit status: 0 when every input was scanned, 1 when one failed, 2 for wrong usage.",
    )
    parser.add_argument(
        "paths", nargs="+", type=named_path, metavar="PATH", help="a picture, a PDF, or a folder of them"
    )
    parser.add_argument(
        "--out", type=named_path, metavar="DIR", help="folder to save to; needed unless --json is given"
    )
    parser.add_argument("--overwrite", action="store_true", help="replace files of the same names in DIR, but no input")
    parser.add_argument("--together", action="store_true", help="one pdf for the cards of all inputs, in their order")
    parser.add_argument("--json", action="store_true", help="print one JSON object a page")
    add_output_arguments(parser)
    add_detector_arguments(parser)
    return parser


@end_in_order()
def run(arguments: argparse.Namespace, load: DetectorLoader = Detector.load) -> int:
    """Scan every input. One that fails is reported and the others go on.

    Args:
        arguments: As parsed by `add_parser`'s parser.
        load: Gives the detector.

    Returns:
        0 when every input was scanned, 1 when one failed, 2 when the arguments contradict each other.
    """
    try:
        options = _checked_options(arguments)
    except ValueError as error:
        complain(f"scan: {error}")
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
    found = list(_found(arguments.paths, arguments.out))
    scan = _Scan(detector, options, _saving(arguments, found), Pile() if arguments.together else None)
    results = _report(scan.all(found), as_json=arguments.json)
    try:
        piled_up = scan.save_pile()
    except DocumentError as error:
        complain(str(error))
        return 1
    if not arguments.json:
        print(*filter(None, [piled_up, _summary(results, arguments.out)]), sep="\n")
    return 1 if any(result.error for result in results) else 0


def _checked_options(arguments: argparse.Namespace) -> ScanOptions:
    if arguments.out is None and (arguments.overlay or not arguments.json):
        raise ValueError("say where to save, with --out DIR (or use --json alone to only print what is found)")
    if arguments.out is not None and any(_is_searched(path, arguments.out) for path in arguments.paths):
        raise ValueError(
            "the folder to save to is one that is searched, so its cards would be scanned again by the next "
            "scan; choose another --out DIR, a folder in it for example"
        )
    options = scan_options(arguments)
    if arguments.together and (arguments.out is None or not isinstance(options.export.files, PdfFormat)):
        raise ValueError("--together makes one pdf; add --out DIR, and --format pdf or --layout a4")
    if arguments.together and arguments.overlay:
        raise ValueError("--together saves nothing but one pdf of the cards; leave --overlay out")
    return options


def _is_searched(path: Path, out: Path) -> bool:
    return os.path.isdir(path) and os.path.realpath(path) == os.path.realpath(out)  # noqa: PTH112 (as below)


def _found(paths: Sequence[Path], out: Path | None) -> Iterator[Path | Result]:
    """The files of all inputs, folders searched, and what is wrong with a folder."""
    for path in paths:
        if not os.path.isdir(path):  # noqa: PTH112 (Path.is_dir raises where a parent folder is closed)
            yield path
            continue
        listing = list_images(path, skip=out, suffixes=PAGE_SUFFIXES)
        for folder in listing.unreadable:
            yield Result(folder, error=CLOSED_FOLDER)
        if not listing.images and not listing.unreadable:
            yield Result(path, error="the folder holds no pictures. Choose another one.")
        yield from listing.images


def _saving(arguments: argparse.Namespace, found: Sequence[Path | Result]) -> Saving | None:
    if arguments.out is None:
        return None
    if not arguments.overwrite:
        return Saving(OutputNames(arguments.out, is_new), overwrite=False)
    inputs = {_identity(item) for item in found if isinstance(item, Path)} - {None}
    return Saving(OutputNames(arguments.out, lambda path, _data: _identity(path) not in inputs), overwrite=True)


def _identity(path: Path) -> tuple[int, int] | None:
    """The same for all names of one file; None where there is none."""
    try:
        state = path.stat()
    except (OSError, ValueError):  # the latter for a name that no file can have
        return None
    return state.st_dev, state.st_ino


@dataclass(frozen=True, slots=True)
class _Scan:
    """One run over all inputs."""

    detector: CardDetector
    options: ScanOptions
    saving: Saving | None
    pile: Pile | None
    date: datetime.date = field(default_factory=datetime.date.today)

    def all(self, found: Iterable[Path | Result]) -> Iterator[Result]:
        """Results of all that was found."""
        for item in found:
            if isinstance(item, Result):
                yield item
            else:
                yield from self._one(item)

    def save_pile(self) -> str:
        """Save the cards that were piled up, and say so in a line, which is empty where there are none.

        Raises:
            DocumentError: they cannot be saved.
        """
        if self.pile is None or self.saving is None or not self.pile.cards:
            return ""
        pile = self.pile
        files = make_files(pile.cards, pile.pages, _TOGETHER_NAME, self.date, self.options.export, pile.sources)
        (path,) = self.saving.save(files)
        return f"{_count(len(self.pile.cards), 'card')} -> {printable_name(Path(path.name))}"

    def _one(self, path: Path) -> Iterator[Result]:
        pages = self._saved(path) if self.pile is None else self._onto_pile(path, self.pile)
        try:
            yield from pages
        except Exception as error:  # noqa: BLE001 (the top frame of one file: whatever it does, the others go on)
            CrashLog(user_places().state).record(error)
            yield Result(path, error=MADE_ITS_READER_FAIL)

    def _saved(self, path: Path) -> Iterator[Result]:
        scanned = scan_file(path, self.detector, self.options, self.date)
        error = scanned.error
        saved: tuple[Path, ...] = ()
        if self.saving and not error:
            try:
                saved = self.saving.save(scanned.files)
            except DocumentError as failure:
                error = str(failure)
        for page in scanned.pages:
            files = [
                target
                for target, item in zip(saved, scanned.files, strict=False)
                if item.file.fields.page == page.number
            ]
            yield _page_result(path, page, tuple(files), error)
        if not scanned.pages:
            yield Result(path, error=error)

    def _onto_pile(self, path: Path, pile: Pile) -> Iterator[Result]:
        try:
            for cut in cut_pages(read_bytes(path), self.detector, self.options.style):
                pile.cards += [self.options.export.encode(card) for card in cut.cards]
                pile.pages += [cut.page.number] * len(cut.cards)
                pile.sources += [path.stem] * len(cut.cards)
                yield _page_result(path, cut.page, (), None)
        except ImageReadError as error:
            yield Result(path, error=str(error))


def _page_result(path: Path, page: ScannedPage, saved: tuple[Path, ...], error: str | None) -> Result:
    unsaved = next((card.error for card in page.cards if card.error), None)
    return Result(path, page.number, page.size_px, page.cards, saved, page.error or error or unsaved)


def _report(results: Iterator[Result], *, as_json: bool) -> list[Result]:
    """Print each result as it comes, and return them all."""
    seen = []
    for result in results:
        if result.error:
            complain(f"{_name(result)}: {result.error}")
        if as_json:
            print(json.dumps(_as_json(result)), flush=True)
        elif result.saved or not result.error:
            print(_as_line(result), flush=True)
        seen.append(result)
    return seen


def _as_json(result: Result) -> dict[str, Any]:
    width, height = result.size_px or (None, None)
    return {
        "file": str(result.path),
        "page": result.page,
        "width": width,
        "height": height,
        "detections": [_card_as_json(card) for card in result.cards],
        "error": result.error,
    }


def _card_as_json(card: FoundCard) -> dict[str, Any]:
    detection = card.detection
    return {
        "score": round(float(detection.score), 4),
        "box": [round(float(value), 2) for value in detection.box],
        "quad": [[round(float(x), 2), round(float(y), 2)] for x, y in detection.quad],
        "rotation": detection.rotation,
        "format": card.format_name,
        "flags": [str(flag) for flag in card.quality.flags],
    }


def _name(result: Result) -> str:
    return printable_name(result.path) + (f", page {result.page}" if result.page > 1 else "")


def _as_line(result: Result) -> str:
    saved = f" -> {', '.join(printable_name(Path(path.name)) for path in result.saved)}" if result.saved else ""
    if not result.cards:
        return f"{_name(result)}: no card{saved}"
    cards = ", ".join(_card_in_words(card) for card in result.cards)
    return f"{_name(result)}: {_count(len(result.cards), 'card')} ({cards}){saved}"


def _card_in_words(card: FoundCard) -> str:
    return ", ".join([f"{card.detection.score:.0%}", *(str(flag) for flag in card.quality.flags)])


def _summary(results: Sequence[Result], out: Path) -> str:
    scanned = [result for result in results if not result.error]
    cards = sum(len(result.cards) for result in scanned)
    line = f"{_count(len(scanned), 'picture')}, {_count(cards, 'card')}, saved in {printable_name(out)}"
    failed = len(results) - len(scanned)
    return f"{line}; {failed} failed" if failed else line


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
