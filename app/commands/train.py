"""`cardlight train finder|aligner`: train one of the networks on rendered scenes."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import TYPE_CHECKING

from app.console import complain

if TYPE_CHECKING:
    from argparse import _SubParsersAction

    from detector.network.aligner import Aligner
    from detector.network.retinanet import RetinaNet
    from detector.training.synthesis.bank import Bank, Split
    from detector.training.tasks import Task
    from detector.training.trainer import Progress, Trainer

FAILURE = 1
# Batches and sides that train fastest and well on two cores; `--size` smaller first, then this one.
FINDER_SIDE_PX = 320
BATCH_SIZES = {"finder": 16, "aligner": 32}


def add_parser(subparsers: _SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the command's parser and its arguments."""
    parser = subparsers.add_parser("train", help="train the finder or the aligner")
    parser.add_argument("network", choices=tuple(BATCH_SIZES))
    parser.add_argument("--out", type=Path, required=True, help="folder of the run; a run that is there goes on")
    parser.add_argument("--bank", type=Path, required=True, help="folder of the bank of pictures; built when missing")
    parser.add_argument("--backgrounds", type=Path, help="background photographs for a bank that is built")
    parser.add_argument("--init", type=Path, help="weights to start from")
    parser.add_argument("--preset", default="light", help="preset of the finder (default: light)")
    parser.add_argument("--size", type=int, default=FINDER_SIDE_PX, help="longer side of the finder's input, pixels")
    parser.add_argument("--batch", type=int, help="pictures in a batch")
    parser.add_argument("--learning-rate", type=float, default=2e-3, help="peak of the schedule")
    budget = parser.add_mutually_exclusive_group(required=True)
    budget.add_argument("--steps", type=int, help="length of the schedule in steps")
    budget.add_argument("--minutes", type=float, help="length of the schedule in minutes of training")
    parser.add_argument("--validate-every", type=int, default=500, help="steps between validations and checkpoints")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--threads", type=int, help="compute threads (default: torch's choice)")
    parser.add_argument("--workers", type=int, default=1, help="processes that compose scenes")
    parser.add_argument("--seed", type=int, default=0)
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Train, in one process or as one of those that torchrun started."""
    import torch
    from torch import distributed

    from detector.errors import DetectorError

    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    if "WORLD_SIZE" in os.environ:
        distributed.init_process_group("nccl" if arguments.device.startswith("cuda") else "gloo")
    try:
        _train(_trainer(arguments))
    except DetectorError as error:
        complain(str(error))
        return FAILURE
    finally:
        if distributed.is_initialized():
            distributed.destroy_process_group()
    return 0


def _trainer(arguments: argparse.Namespace) -> Trainer:
    from detector.network.weights import read_aligner, read_finder
    from detector.training.trainer import Trainer, TrainingConfig

    banks = [_bank(arguments, "train"), _bank(arguments, "validation")]
    config = TrainingConfig(
        steps=arguments.steps,
        minutes=arguments.minutes,
        learning_rate=arguments.learning_rate,
        seed=arguments.seed,
        device=arguments.device,
        workers=arguments.workers,
        validate_every=arguments.validate_every,
    )
    read = read_finder if arguments.network == "finder" else read_aligner
    initial = read(arguments.init) if arguments.init is not None else None
    return Trainer(_task(arguments, initial), config, arguments.out, banks[0], banks[1], initial=initial)


def _task(arguments: argparse.Namespace, initial: RetinaNet | Aligner | None) -> Task:
    """What to train; a network that there is keeps its configuration."""
    from detector.network.config import ALIGNER, FINDERS, AlignerConfig
    from detector.training.tasks import AlignerTask, FinderTask

    batch_size = arguments.batch or BATCH_SIZES[arguments.network]
    preset = FINDERS[arguments.preset] if arguments.network == "finder" else ALIGNER
    config = initial.config if initial is not None else preset
    if isinstance(config, AlignerConfig):
        return AlignerTask(config, batch_size=batch_size)
    return FinderTask(config, side_px=arguments.size, batch_size=batch_size)


def _bank(arguments: argparse.Namespace, split: Split) -> Bank:
    """The bank of a split; rendered first where it is missing."""
    from detector.training.synthesis.bank import build_bank, has_bank, load_bank

    if has_bank(arguments.bank, split):
        return load_bank(arguments.bank, split)
    return build_bank(arguments.bank, split, arguments.backgrounds, report=lambda kind: print(f"rendered {kind}"))


def _train(trainer: Trainer) -> None:
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    step, losses_and_rate = TextColumn("step {task.fields[step]}"), TextColumn("{task.fields[text]}")
    columns = (step, BarColumn(), losses_and_rate, TimeRemainingColumn())
    with Bar(*columns, disable=trainer.rank > 0) as bar:
        shown = bar.add_task("", total=1.0, step=0, text="")

        def report(progress: Progress) -> None:
            losses = "  ".join(f"{name} {value:.3f}" for name, value in progress.losses.items())
            text = f"{losses}  {progress.pictures_per_s:.0f}/s"
            bar.update(shown, completed=progress.share, step=progress.step, text=text)

        trainer.run(report)
