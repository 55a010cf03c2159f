"""The arguments of labelling a pool, and the transforms and the rule that they ask for."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.annotated_pictures import read_annotated_cards
from app.commands.argument_types import first_given, named_path
from resources import MODELS_FOLDER

if TYPE_CHECKING:
    from detector.training.distillation.making import Rule
    from detector.training.distillation.transforms import Transform
    from detector.training.synthesis.bank import Bank

SIDES_PX = (320, 512)
TURNS_DEGREES = (90, 180, 270)
_SIDE_LIMITS_PX = (64, 2048)


def add_teacher_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of a teacher and of how it looks."""
    parser.add_argument("--teacher", type=named_path, metavar="W", help="the teacher's weights, of any finder")
    add_look_arguments(parser)
    parser.add_argument(
        "--coarse", action="store_true", default=None, help="leave the corners as the teacher sees them"
    )


def add_look_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the transforms under which a teacher looks, and its aligner."""
    parser.add_argument(
        "--sides",
        type=_side,
        nargs="+",
        metavar="PX",
        help="longer sides at which it looks, the usual one first (default: 320 512)",
    )
    parser.add_argument(
        "--turns",
        type=int,
        nargs="*",
        choices=TURNS_DEGREES,
        metavar="DEGREES",
        help="turns under which it looks, too (default: 90 180 270)",
    )
    parser.add_argument("--no-mirror", action="store_true", default=None, help="do not look at it mirrored, too")
    parser.add_argument(
        "--aligner",
        type=named_path,
        metavar="FILE.onnx",
        help="aligner that refines the corners (default: the one shipped)",
    )


def add_rule_arguments(parser: argparse.ArgumentParser) -> argparse._MutuallyExclusiveGroup:
    """Add the arguments that state the threshold or the cards of a picture; returns their group."""
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--per-picture", type=_positive, metavar="CARDS", help="cards a picture has on average")
    group.add_argument(
        "--labelled", type=named_path, metavar="DIR", help="annotated pictures that have as many cards on average"
    )
    group.add_argument("--threshold", type=share, metavar="SCORE", help="score from which on a candidate is a card")
    return group


def labelling_option(arguments: argparse.Namespace) -> str | None:
    """The first option that was given of those that say how a teacher looks, and from which score on it sees a card."""
    options = {
        "--teacher": arguments.teacher,
        "--sides": arguments.sides,
        "--turns": arguments.turns,
        "--no-mirror": arguments.no_mirror,
        "--aligner": arguments.aligner,
        "--coarse": arguments.coarse,
        "--per-picture": arguments.per_picture,
        "--labelled": arguments.labelled,
        "--threshold": arguments.threshold,
    }
    return first_given(options)


def transforms_of(arguments: argparse.Namespace) -> tuple[Transform, ...]:
    """The transforms that the arguments ask for."""
    from detector.training.distillation.transforms import variations

    degrees = TURNS_DEGREES if arguments.turns is None else arguments.turns
    turns = [angle // 90 for angle in degrees]
    return variations(arguments.sides or SIDES_PX, turns, mirrored=not arguments.no_mirror)


def aligner_of(arguments: argparse.Namespace) -> Path:
    """The file of the aligner that refines the corners."""
    return arguments.aligner or MODELS_FOLDER / "aligner.onnx"


def rule_of(arguments: argparse.Namespace, bank: Bank | None, side_px: int) -> Rule:
    """How the threshold is found: as stated, or so that the pool has as many cards a picture as labelled ones.

    Those are annotated pictures, or else the scenes of a bank.

    Raises:
        AnnotationsError: the annotated pictures can't be used, or show no card.
    """
    from detector.training.distillation.making import Rule
    from detector.training.distillation.threshold import MEASURED_SCENES, cards_per_scene

    if arguments.threshold is not None:
        return Rule(None, arguments.threshold, "stated")
    if arguments.per_picture is not None:
        return Rule(arguments.per_picture, None, "stated")
    if arguments.labelled is not None:
        pictures = read_annotated_cards(arguments.labelled)
        cards = sum(len(picture.quads) for picture in pictures) / len(pictures)
        return Rule(cards, None, f"measured on {len(pictures)} labelled pictures")
    assert bank is not None
    return Rule(
        cards_per_scene(bank, side_px, MEASURED_SCENES),
        None,
        f"measured on {MEASURED_SCENES} scenes of the labelled bank",
    )


def _side(text: str) -> int:
    least, most = _SIDE_LIMITS_PX
    if not text.isdecimal() or not least <= int(text) <= most:
        raise argparse.ArgumentTypeError(f"a side must be from {least} to {most} pixels")
    return int(text)


def _positive(text: str) -> float:
    value = float(text)
    if not 0 < value < sys.maxsize:
        raise argparse.ArgumentTypeError("must be above 0")
    return value


def share(text: str) -> float:
    """A part of a whole, above 0 and at most 1, from an argument."""
    value = float(text)
    if not 0 < value <= 1:
        raise argparse.ArgumentTypeError("must be above 0 and at most 1")
    return value
