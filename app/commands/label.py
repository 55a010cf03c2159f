"""`cardlight label`: let a trained finder label a pool of pictures, and take in what people correct in its labels."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.argument_types import first_given, named_path, whole_number
from app.commands.label_folder import label_folder, write_sheet
from app.commands.labelling import label_pool, print_record
from app.commands.labelling_arguments import add_rule_arguments, add_teacher_arguments, labelling_option, rule_of
from app.console import complain, printable_name
from app.documents.errors import WriteError
from app.process_life import end_in_order
from detector.errors import DetectorError

if TYPE_CHECKING:
    from detector.training.distillation.corrections import Correction
    from detector.training.distillation.making import LabelRecord
    from detector.training.synthesis.bank import Bank

_SHEET_PICTURES = 36
_SCENE_SIDE_PX = 320

_count = whole_number(1, 400)


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the parser of `cardlight label`."""
    parser = subparsers.add_parser(
        "label",
        help="label a pool of pictures with a trained finder",
        description="Label the pictures of a folder with a trained finder that looks at several transforms of each. A "
        "run that was cut off goes on where it ended. Writes labels.json (COCO), and labels.png to judge them by.",
    )
    parser.add_argument("pool", type=named_path, metavar="POOL", help="folder of the pictures")
    parser.add_argument("--out", type=named_path, required=True, metavar="DIR", help="folder of the labels")
    add_teacher_arguments(parser)
    rule = add_rule_arguments(parser)
    rule.add_argument(
        "--bank",
        type=named_path,
        help="bank whose scenes say how many cards a picture has on average, for the threshold",
    )
    parser.add_argument(
        "--corrections",
        type=named_path,
        metavar="FILE or DIR",
        help="take in labels that people corrected: a COCO file, or a folder of labelme files",
    )
    parser.add_argument("--labelme", action="store_true", help="write a labelme file for each picture, too")
    parser.add_argument(
        "--sheet", type=_count, default=_SHEET_PICTURES, metavar="N", help="pictures on the contact sheet"
    )
    parser.add_argument("--device", help="cpu or cuda (default: cpu)")
    parser.add_argument("--threads", type=_count, help="compute threads (default: torch's choice)")
    parser.add_argument("--workers", type=_count, help="processes that look at pictures (default: 1)")
    return parser


@end_in_order()
def run(arguments: argparse.Namespace) -> int:
    """Label, or take in corrections.

    Returns:
        0 when all went well, pictures that can't be read aside; 1 where the pool, the folder or a model can't be used;
        2 for arguments that don't go together.
    """
    problem = _problem(arguments)
    if problem:
        complain(f"label: {problem}")
        return 2
    try:
        with label_folder(arguments.out):
            record = _take_in(arguments) if arguments.corrections is not None else _label(arguments)
            print_record(record)
            _write_for_people(arguments)
    except DetectorError as error:
        complain(str(error))
        return 1
    except WriteError as error:
        complain(f"{arguments.out.name}: {error}")
        return 1
    return 0


def _problem(arguments: argparse.Namespace) -> str | None:
    if arguments.corrections is not None:
        option = labelling_option(arguments) or _further_option(arguments)
        return None if option is None else f"--corrections takes in labels that there are; leave out {option}"
    if arguments.teacher is None:
        return "name the --teacher, or the --corrections to take in"
    if not (arguments.bank or arguments.labelled or arguments.per_picture or arguments.threshold):
        return "say how many cards a picture has, by --bank, --labelled or --per-picture, or give the --threshold"
    return None


def _further_option(arguments: argparse.Namespace) -> str | None:
    """The first option that was given of those that this command alone has for labelling."""
    options = {
        "--bank": arguments.bank,
        "--device": arguments.device,
        "--threads": arguments.threads,
        "--workers": arguments.workers,
    }
    return first_given(options)


def _label(arguments: argparse.Namespace) -> LabelRecord:
    import cv2
    import torch

    if arguments.threads:
        torch.set_num_threads(arguments.threads)
        cv2.setNumThreads(arguments.threads)
    return label_pool(arguments, arguments.out, rule_of(arguments, _bank(arguments.bank), _SCENE_SIDE_PX))


def _bank(folder: Path | None) -> Bank | None:
    from detector.training.synthesis.bank import has_bank, load_bank

    if folder is None:
        return None
    if not has_bank(folder, "train"):
        raise BankMissingError
    return load_bank(folder, "train")


class BankMissingError(DetectorError):
    """There is no bank where one was named."""

    def __init__(self) -> None:
        super().__init__("the folder of the bank holds none. Build it with: cardlight synth")


def _take_in(arguments: argparse.Namespace) -> LabelRecord:
    """Take in what people corrected, and make the labels again by the rule that made them."""
    from detector.training.distillation.corrections import corrections_from_coco, take_in
    from detector.training.distillation.labels import read_labels
    from detector.training.distillation.making import make_labels, read_label_record
    from detector.training.record import hash_of

    record, taken_in = read_label_record(arguments.out), None
    if arguments.corrections.is_dir():
        given = _given_by_labelme(arguments, record.threshold)
    else:
        taken_in = hash_of(arguments.corrections)  # before it is read: what is saved from now on is not in
        given = corrections_from_coco(arguments.corrections, read_labels(arguments.out))
    outcome = take_in(arguments.out, given)
    for name in outcome.unknown[:20]:
        complain(f"{printable_name(Path(name))}: has no labels here, and was passed over")
    print(f"taken in           {outcome.corrected} corrected pictures; {outcome.same} are as they were")
    return make_labels(arguments.out, record.rule, taken_in)


def _given_by_labelme(arguments: argparse.Namespace, threshold: float) -> dict[str, Correction]:
    from detector.training.distillation.errors import CorrectionsError
    from detector.training.distillation.labelme import corrections_from_labelme, read_labelme
    from detector.training.distillation.making import labels_by_teacher

    given = []
    for one in read_labelme(arguments.corrections, arguments.pool):
        if isinstance(one, CorrectionsError):
            complain(str(one))
        else:
            given.append(one)
    if not given:
        raise CorrectionsError(f"{arguments.corrections}: holds no labelme file that can be read")
    return corrections_from_labelme(given, labels_by_teacher(arguments.out, threshold))


def _write_for_people(arguments: argparse.Namespace) -> None:
    from detector.training.distillation.labelme import LABELME_FOLDER, write_labelme
    from detector.training.distillation.labels import read_labels
    from detector.training.distillation.making import COCO_FILE, coco_was_changed

    if arguments.labelme:
        there = write_labelme(arguments.out / LABELME_FOLDER, arguments.pool, read_labels(arguments.out))
        print(f"labelme            {arguments.out / LABELME_FOLDER}" + f" ({there} files were there)" * bool(there))
    if coco_was_changed(arguments.out):
        print(f"labels             {COCO_FILE} was changed, and is left as it is; take it in with --corrections")
    else:
        print(f"labels             {arguments.out / COCO_FILE}")
    print(f"to look at         {write_sheet(arguments.pool, arguments.out, arguments.sheet)}")
