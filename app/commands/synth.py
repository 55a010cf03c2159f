"""`cardlight synth`: render training scenes with their labels."""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.progress import Progress

from app.commands.argument_types import named_path, whole_number
from app.commands.bank_arguments import add_bank_arguments, bank_of
from app.commands.named_files import add_overwrite_argument, taken_name_problem
from app.console import complain, printable_name
from app.documents.errors import WriteError
from app.documents.writers import FileFormat, encode_picture, make_folder, write_file
from detector.errors import DetectorError

if TYPE_CHECKING:
    import numpy as np

    from detector.geometry import Image
    from detector.training.synthesis.bank import Bank

_SHEET_DPI = 96.0
_SCENE_SIDE_PX = 320

_count, _seed, _side = whole_number(1, 100_000), whole_number(0, 2**32 - 1), whole_number(32, 4096)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the parser of `cardlight synth`."""
    parser = subparsers.add_parser("synth", help="render training scenes with their labels")
    add_bank_arguments(parser)
    parser.add_argument("--split", choices=("train", "validation"), default="train")
    parser.add_argument("--count", type=_count, default=64, help="scenes (default: 64)")
    parser.add_argument("--seed", type=_seed, default=0)
    parser.add_argument(
        "--size", type=_side, metavar="PX", help="longer side of the pictures of --out (default: 320, as on a sheet)"
    )
    parser.add_argument(
        "--camera",
        choices=("any", "webcam"),
        help="what takes the pictures of --out (default: any); scenes to train on are taken by any",
    )
    parser.add_argument(
        "--views", action="store_true", help="draw the aligner's close views on the --sheet instead of scenes"
    )
    add_overwrite_argument(parser)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--sheet", type=named_path, metavar="PNG", help="draw a contact sheet with the labels")
    what.add_argument("--out", type=named_path, metavar="DIR", help="write pictures that `cardlight evaluate` reads")
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Render.

    Returns:
        0, or 1 where the bank can't be used or a file can't be written, or 2 where a name is taken or arguments don't
        go together.
    """
    problem = _option_without_use(arguments) or taken_name_problem(_names(arguments), overwrite=arguments.overwrite)
    if problem:
        complain(f"synth: {problem}")
        return 2
    try:
        bank = bank_of(arguments, arguments.split)
        if arguments.out is not None:
            _write_pictures(arguments, bank)
        else:
            sheet = encode_picture(_sheet(arguments, bank), FileFormat.PNG, _SHEET_DPI)
            write_file(arguments.sheet, sheet, overwrite=arguments.overwrite)
    except DetectorError as error:
        complain(str(error))
        return 1
    except WriteError as error:
        complain(f"{printable_name(arguments.out or arguments.sheet)}: {error}")
        return 1
    return 0


def _write_pictures(arguments: argparse.Namespace, bank: Bank) -> None:
    from detector.training.synthesis.camera import photograph
    from detector.training.synthesis.picture_set import write_picture_set
    from detector.training.synthesis.webcam import webcam_frame

    make_folder(arguments.out)
    with Progress() as progress:
        task = progress.add_task("Rendering", total=arguments.count)
        write_picture_set(
            arguments.out,
            bank,
            arguments.count,
            arguments.size or _SCENE_SIDE_PX,
            arguments.seed,
            lambda done: progress.update(task, completed=done),
            webcam_frame if arguments.camera == "webcam" else photograph,
            partial(write_file, overwrite=arguments.overwrite),
        )


def _option_without_use(arguments: argparse.Namespace) -> str | None:
    if arguments.out is not None:
        return "--views are drawn on a --sheet" if arguments.views else None
    for option, value in (("--size", arguments.size), ("--camera", arguments.camera)):
        if value is not None:
            return f"{option} is for the pictures of --out"
    return None


def _names(arguments: argparse.Namespace) -> list[Path]:
    """The files that are to be written."""
    from detector.training.synthesis.picture_set import picture_set_files

    return [arguments.sheet] if arguments.out is None else picture_set_files(arguments.out, arguments.count)


def _sheet(arguments: argparse.Namespace, bank: Bank) -> Image:
    import numpy as np

    from detector.training.synthesis.sheet import contact_sheet

    rng = np.random.default_rng(arguments.seed)
    draw = _labelled_views if arguments.views else _labelled_scenes
    return contact_sheet(draw(rng, bank, arguments.count))


def _labelled_scenes(rng: np.random.Generator, bank: Bank, count: int) -> list[Image]:
    from detector.training.finder_data import batch_shape, finder_picture
    from detector.training.synthesis.sheet import draw_scene_labels

    pictures = []
    for _ in range(count):
        scene, image = finder_picture(rng, bank, *batch_shape(rng, _SCENE_SIDE_PX))
        pictures.append(draw_scene_labels(image, scene))
    return pictures


def _labelled_views(rng: np.random.Generator, bank: Bank, count: int) -> list[Image]:
    from detector.network.config import ALIGNER
    from detector.training.aligner_data import scene_views
    from detector.training.synthesis.sheet import draw_view_labels

    pictures: list[Image] = []
    while len(pictures) < count:
        pictures += [draw_view_labels(view) for view in scene_views(rng, bank, ALIGNER)]
    return pictures[:count]
