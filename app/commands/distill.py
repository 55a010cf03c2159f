"""`cardlight distill`: train a student on rendered scenes and on a pool of pictures that a teacher labelled."""

from __future__ import annotations

import argparse
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands import torchrun
from app.commands.argument_types import named_path
from app.commands.bank_arguments import bank_of
from app.commands.label_folder import label_folder, write_sheet
from app.commands.labelling import label_pool, print_record
from app.commands.labelling_arguments import add_rule_arguments, add_teacher_arguments, labelling_option, rule_of, share
from app.commands.pool_pictures import read_pool_picture
from app.commands.training_run import (
    add_schedule_arguments,
    compute_environment,
    finder_task,
    make_trainer,
    preset_of,
    run_with_progress,
    side_of,
    starting_network,
)
from app.console import complain
from app.documents.errors import WriteError
from app.process_life import end_in_order
from detector.errors import DetectorError
from detector.network.config import PRESETS, FinderConfig

if TYPE_CHECKING:
    from detector.network.aligner import Aligner
    from detector.network.retinanet import RetinaNet
    from detector.training.distillation.student_data import DistillationTask
    from detector.training.tasks import Task

PEAK_LEARNING_RATE = 2e-3
LABELS_FOLDER = "labels"
_SHEET_PICTURES = 36


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the parser of `cardlight distill`."""
    parser = subparsers.add_parser(
        "distill",
        help="train a student on a pool that a teacher labels",
        description="Label a pool of pictures with a teacher, or take labels that there are, and train a student on "
        "them and on rendered scenes.",
    )
    parser.add_argument("pool", type=named_path, metavar="POOL", help="folder of the pictures")
    add_teacher_arguments(parser)
    add_rule_arguments(parser)
    parser.add_argument("--labels", type=named_path, metavar="DIR", help="labels of the pool, made by cardlight label")
    parser.add_argument("--student", dest="preset", choices=PRESETS, help="preset of a fresh one (default: light)")
    parser.add_argument(
        "--init", type=named_path, metavar="W", help="weights that the student starts from (default: fresh)"
    )
    parser.add_argument(
        "--share",
        type=share,
        default=0.5,
        help="part of each batch that comes from the pool, above 0 to 1; the rest is rendered (default: 0.5)",
    )
    add_schedule_arguments(parser, PEAK_LEARNING_RATE)
    parser.add_argument("--out", type=named_path, required=True, help="folder of the run; a run that is there goes on")
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Label if need be, train, and write the record.

    Returns:
        0, or 1 where the pool, a folder or a model can't be used, or 2 for arguments that don't go together.
    """
    if (arguments.teacher is None) == (arguments.labels is None):
        complain("distill: name either the --teacher or the --labels")
        return 2
    option = None if arguments.labels is None else labelling_option(arguments)
    if option is not None:
        complain(f"distill: the --labels were made already; leave {option} out")
        return 2
    if arguments.init is not None and arguments.preset is not None:
        complain("distill: a student of --init has a preset already; leave --student out")
        return 2
    if arguments.teacher is not None and torchrun.is_one_of_several():
        complain("distill: several processes can't label together; run cardlight label first, and name its --labels")
        return 2
    try:
        with compute_environment(arguments):
            _distill(arguments, arguments.labels or _label(arguments))
    except DetectorError as error:
        complain(str(error))
        return 1
    except WriteError as error:
        complain(f"{arguments.out.name}: {error}")
        return 1
    return 0


@end_in_order()
def _label(arguments: argparse.Namespace) -> Path:
    """Label the pool into the run's folder, and return the folder of the labels."""
    folder: Path = arguments.out / LABELS_FOLDER
    with label_folder(folder):
        rule = rule_of(arguments, bank_of(arguments, "train"), side_of(arguments))
        print_record(label_pool(arguments, folder, rule))
        print(f"to look at         {write_sheet(arguments.pool, folder, _SHEET_PICTURES)}")
    return folder


def _distill(arguments: argparse.Namespace, labels: Path) -> None:
    from detector.training.record import read_record, write_record

    student, record = None, None
    if arguments.init is not None:
        student, record = starting_network("finder", arguments.init), read_record(arguments.init)
    task = _task(arguments, labels, student)
    distillation = _distillation(labels, task)
    trainer = make_trainer(arguments, arguments.out, student, record, _with_imitation(arguments, task))
    run_with_progress(trainer)
    if trainer.rank == 0:
        write_record(trainer.weights_path, replace(trainer.record(), distillation=distillation))


def _task(arguments: argparse.Namespace, labels: Path, student: RetinaNet | Aligner | None) -> DistillationTask:
    from detector.training.distillation.labels import LabelledPool
    from detector.training.distillation.student_data import DistillationTask

    config = preset_of(arguments) if student is None else student.config
    assert isinstance(config, FinderConfig)
    finder = finder_task(arguments, config)
    return DistillationTask(finder, arguments.pool, LabelledPool(labels), read_pool_picture, arguments.share)


def _with_imitation(arguments: argparse.Namespace, task: DistillationTask) -> Task:
    from detector.network.weights import read_finder
    from detector.training.imitation import ImitationTask

    if arguments.imitate is None:
        return task
    return ImitationTask(task, task.finder.config, read_finder(arguments.imitate))


def _distillation(labels: Path, task: DistillationTask) -> dict[str, Any]:
    """What the record says of the pool: how it was labelled, and how much of a batch it was."""
    from detector.training.distillation.making import read_label_record

    described = asdict(read_label_record(labels))
    return {"labels": described, "machine_labelled_in_batch": task.machine_labelled, "batch": task.batch_size}
