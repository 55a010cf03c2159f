"""Labelling a pool from the command line: its arguments, the teacher, its progress. For `label` and `distill`."""

from __future__ import annotations

import argparse
import sys
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from app.capture.errors import ImageReadError
from app.capture.folders import walk_images
from app.capture.images import read_image
from app.console import complain, printable_name
from app.documents.writers import FileFormat, encode_picture, write_file
from app.session.file_lock import FileLock
from detector.errors import ModelFileError
from detector.evaluation.annotations import read_pictures
from detector.geometry import Image
from detector.training.distillation.errors import LabelFolderError, UnreadablePictureError, writing_labels
from resources import MODELS_FOLDER

if TYPE_CHECKING:
    from detector.network.retinanet import RetinaNet
    from detector.training.distillation.json_lines import Json
    from detector.training.distillation.making import LabelRecord, Rule
    from detector.training.distillation.predictions import Look, Prediction
    from detector.training.distillation.teacher import Teacher
    from detector.training.distillation.transforms import Transform
    from detector.training.synthesis.bank import Bank

SIDES_PX = (320, 512)
TURNS_DEGREES = (90, 180, 270)
SHEET_FILE = "labels.png"
_SHEET_DPI = 96.0
_LOCK_FILE = ".lock"
_SIDE_LIMITS_PX = (64, 2048)
# More files that can't be read are counted, not named.
_NAMED_PROBLEMS = 20
# A teacher that finds less than this share of what is wanted is said to see too little.
_FEW_SHARE = 0.8
# Pictures in work for each process that looks at them.
_AHEAD = 4


def add_teacher_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of a teacher and of how it looks."""
    parser.add_argument("--teacher", type=Path, metavar="W", help="the teacher's weights, of any finder")
    add_look_arguments(parser)
    parser.add_argument("--coarse", action="store_true", help="leave the corners as the teacher sees them")


def add_look_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the transforms under which a teacher looks, and its aligner."""
    parser.add_argument(
        "--sides",
        type=_side,
        nargs="+",
        default=SIDES_PX,
        metavar="PX",
        help="longer sides at which it looks, the usual one first (default: 320 512)",
    )
    parser.add_argument(
        "--turns",
        type=int,
        nargs="*",
        choices=TURNS_DEGREES,
        default=TURNS_DEGREES,
        metavar="DEGREES",
        help="turns under which it looks, too (default: 90 180 270)",
    )
    parser.add_argument("--no-mirror", dest="mirror", action="store_false", help="do not look at it mirrored, too")
    parser.add_argument(
        "--aligner",
        type=Path,
        default=MODELS_FOLDER / "aligner.onnx",
        metavar="FILE.onnx",
        help="aligner that refines the corners (default: the one shipped)",
    )


def add_rule_arguments(parser: argparse.ArgumentParser) -> argparse._MutuallyExclusiveGroup:
    """Add the arguments that state the threshold or the cards of a picture; returns their group."""
    group = parser.add_mutually_exclusive_group()
    group.add_argument("--per-picture", type=_positive, metavar="CARDS", help="cards a picture has on average")
    group.add_argument(
        "--labelled", type=Path, metavar="DIR", help="annotated pictures that have as many cards on average"
    )
    group.add_argument("--threshold", type=share, metavar="SCORE", help="score from which on a candidate is a card")
    return group


def transforms_of(arguments: argparse.Namespace) -> tuple[Transform, ...]:
    """The transforms that the arguments ask for."""
    from detector.training.distillation.transforms import variations

    turns = [degrees // 90 for degrees in arguments.turns]
    return variations(arguments.sides, turns, mirrored=arguments.mirror)


def teacher_of(arguments: argparse.Namespace) -> tuple[Teacher, Json]:
    """The teacher that the arguments ask for, and its provenance.

    Raises:
        ModelFileError: a model file is missing, damaged or of another kind.
    """
    import torch

    from detector.engines.onnx_engine import OnnxAligner
    from detector.engines.torch_engine import TorchFinder
    from detector.training.distillation.predictions import provenance_of
    from detector.training.distillation.teacher import Teacher

    network = read_finder_with_corners(arguments.teacher).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    transforms = transforms_of(arguments)
    aligner = None if arguments.coarse else OnnxAligner(arguments.aligner, torch.get_num_threads())
    teacher = Teacher(TorchFinder(network, torch.device(arguments.device)), transforms, aligner)
    aligner_file = None if arguments.coarse else arguments.aligner
    return teacher, provenance_of(arguments.teacher, network.config.name, transforms, aligner_file)


def read_finder_with_corners(weights: Path) -> RetinaNet:
    """A finder that can label.

    Raises:
        ModelFileError: the file is missing, damaged, or holds another network or a finder of boxes alone.
    """
    from detector.network.weights import read_finder

    network = read_finder(weights)
    if not network.config.corner_head:
        raise ModelFileError(f"{weights.name} holds a finder without corners, of the preset {network.config.name}")
    return network


def rule_of(arguments: argparse.Namespace, bank: Bank | None, side_px: int) -> Rule:
    """How the threshold is found: as stated, or so that the pool has as many cards a picture as labelled ones.

    Those are annotated pictures, or else the scenes of a bank.

    Raises:
        AnnotationsError: the annotated pictures can't be used.
    """
    from detector.training.distillation.making import Rule
    from detector.training.distillation.threshold import MEASURED_SCENES, cards_per_scene

    if arguments.threshold is not None:
        return Rule(None, arguments.threshold, "stated")
    if arguments.per_picture is not None:
        return Rule(arguments.per_picture, None, "stated")
    if arguments.labelled is not None:
        pictures = read_pictures(arguments.labelled, read_pool_picture)
        cards = sum(len(picture.quads) for picture in pictures) / len(pictures)
        return Rule(cards, None, f"measured on {len(pictures)} labelled pictures")
    assert bank is not None
    return Rule(
        cards_per_scene(bank, side_px, MEASURED_SCENES),
        None,
        f"measured on {MEASURED_SCENES} scenes of the labelled bank",
    )


def label_pool(arguments: argparse.Namespace, folder: Path, rule: Rule) -> LabelRecord:
    """Label a pool into a folder, going on where an earlier call ended, with progress.

    Raises:
        DetectorError: the pool, the folder or a model can't be used; the text says why.
    """
    from detector.training.distillation.making import make_labels
    from detector.training.distillation.predictions import predict_pool

    pool: Path = arguments.pool
    teacher, provenance = teacher_of(arguments)
    with _LabellingProgress() as progress, _looking(arguments, teacher) as look:
        predict_pool(pool, folder, lambda: pool_names(pool, folder), look, provenance, progress.report)
    return make_labels(folder, rule)


@contextmanager
def _looking(arguments: argparse.Namespace, teacher: Teacher) -> Iterator[Look]:
    """Looks with this teacher, or with one like it in each of several processes."""
    from detector.training.distillation.predictions import looking

    if arguments.workers <= 1:
        yield looking(arguments.pool, read_pool_picture, teacher)
        return
    with ProcessPoolExecutor(arguments.workers, get_context("spawn"), _Worker.prepare, (arguments,)) as pool:
        yield lambda names: _in_order(pool, names, arguments.workers * _AHEAD)


class _Worker:
    """What a process that looks at pictures holds."""

    pool: Path
    teacher: Teacher

    @classmethod
    def prepare(cls, arguments: argparse.Namespace) -> None:
        """Load the teacher, for one thread: there are other processes."""
        import cv2
        import torch

        torch.set_num_threads(1)
        cv2.setNumThreads(1)
        cls.pool, (cls.teacher, _) = arguments.pool, teacher_of(arguments)

    @classmethod
    def look(cls, name: str) -> Prediction:
        """What the teacher sees in one picture."""
        from detector.training.distillation.predictions import predict

        return predict(cls.pool, name, read_pool_picture, cls.teacher)


def _in_order(pool: ProcessPoolExecutor, names: Iterable[str], ahead: int) -> Iterator[Prediction]:
    """What is seen in each picture, in their order, with at most so many in work: a large pool takes no more memory."""
    waiting: deque[Future[Prediction]] = deque()
    for name in names:
        waiting.append(pool.submit(_Worker.look, name))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


@contextmanager
def label_folder(folder: Path) -> Iterator[Path]:
    """A folder of labels, made if it is missing, for one process alone.

    Raises:
        LabelFolderError: it can't be made, or another process works in it.
    """
    with writing_labels():
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / _LOCK_FILE)
        taken = lock.acquire()
    if not taken:
        raise LabelFolderError("another cardlight is at work in it")
    try:
        yield folder
    finally:
        lock.release()


def pool_names(pool: Path, skip: Path) -> Iterator[str]:
    """Names of the pictures in a folder and its subfolders, always in the same order, one folder in memory at a time.

    Hidden names, linked folders and the folder `skip` are passed over.
    """
    for path in walk_images(pool, _complain_of_folder, skip):
        yield path.relative_to(pool).as_posix()


def _complain_of_folder(error: OSError) -> None:
    complain(f"{printable_name(Path(error.filename))}: the folder can't be looked into ({error.strerror})")


def read_pool_picture(path: Path) -> Image:
    """Read a picture of a pool.

    Raises:
        UnreadablePictureError: it can't be read; the text leaves out its name.
    """
    try:
        return read_image(path)
    except ImageReadError as error:
        raise UnreadablePictureError(str(error)) from error


def write_sheet(pool: Path, folder: Path, count: int) -> Path:
    """Draw the contact sheet of a folder of labels, and return its path.

    Raises:
        WriteError: it can't be written.
    """
    from detector.training.distillation.labels import LabelledPool
    from detector.training.distillation.sheet import label_sheet

    path = folder / SHEET_FILE
    sheet = label_sheet(pool, LabelledPool(folder), read_pool_picture, count)
    write_file(path, encode_picture(sheet, FileFormat.PNG, _SHEET_DPI), overwrite=True)
    return path


def print_record(record: LabelRecord) -> None:
    """Print what came of labelling."""
    rule = record.rule
    print(
        f"pictures           {record.pictures}" + f" ({record.unreadable} more can't be read)" * bool(record.unreadable)
    )
    print(f"cards              {record.cards}, {record.cards_per_picture:.3f} a picture")
    if rule.cards_per_picture is not None:
        print(f"  wanted           {rule.cards_per_picture:.3f} a picture, {rule.source}")
        if record.cards_per_picture < _FEW_SHARE * rule.cards_per_picture:
            print("  too few          the teacher sees no more; train it longer, or take another one")
    print(f"threshold          {record.threshold:.4f}")
    print(f"unsure candidates  {record.unsure}")
    if record.corrected:
        print(f"corrected          {record.corrected} pictures")


class _LabellingProgress:
    """A progress bar, and the files that can't be read, named as they come."""

    def __init__(self) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (TextColumn("Labelling"), BarColumn(), MofNCompleteColumn(), TextColumn("{task.fields[text]}"))
        self._bar = Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True), transient=True)
        self._task = self._bar.add_task("", total=None, text="")
        self._problems = self._cards = 0

    def __enter__(self) -> _LabellingProgress:
        self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bar.stop()
        if self._problems > _NAMED_PROBLEMS:
            complain(f"{self._problems - _NAMED_PROBLEMS} more files can't be read; predictions.jsonl names them")

    def report(self, done: int, total: int, prediction: Prediction | None) -> None:
        """Show how far it is."""
        if prediction is not None and prediction.problem is not None:
            self._problems += 1
            if self._problems <= _NAMED_PROBLEMS:
                self._bar.console.file.flush()
                complain(f"{printable_name(Path(prediction.file))}: {prediction.problem}")
        text = f"{self._problems} unreadable" if self._problems else ""
        self._bar.update(self._task, completed=done, total=total, text=text)


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
