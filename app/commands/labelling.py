"""Labelling a pool from the command line, with progress, and what came of it. For `label` and `distill`."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from rich.console import Console

from app.commands.pool_pictures import pool_names
from app.commands.teacher_processes import looking_with
from app.commands.teachers import teacher_of
from app.console import complain, printable_name

if TYPE_CHECKING:
    from detector.training.distillation.making import LabelRecord, Rule
    from detector.training.distillation.predictions import Prediction

# More files that can't be read are counted, not named.
_NAMED_PROBLEMS = 20
# A teacher that finds less than this share of what is wanted is said to see too little.
_FEW_SHARE = 0.8


def label_pool(arguments: argparse.Namespace, folder: Path, rule: Rule) -> LabelRecord:
    """Label a pool into a folder, going on where an earlier call ended, with progress.

    Raises:
        DetectorError: the pool, the folder or a model can't be used; the text says why.
    """
    from detector.training.distillation.making import make_labels
    from detector.training.distillation.predictions import predict_pool

    pool: Path = arguments.pool
    teacher, provenance = teacher_of(arguments)
    with _LabellingProgress() as progress, looking_with(arguments, teacher) as look:
        predict_pool(pool, folder, lambda: pool_names(pool, folder), look, provenance, progress.report)
    return make_labels(folder, rule)


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
        self._problems = 0

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
