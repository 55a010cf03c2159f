"""A training run from the command line: its arguments, its trainer, its progress. For `train`, `fold`, `distill`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.commands import torchrun
from app.commands.argument_types import first_given, named_path
from app.commands.bank_arguments import add_bank_arguments, bank_of
from app.commands.teachers import usable_device
from detector.network.config import LIGHT, PRESETS, FinderConfig

if TYPE_CHECKING:
    from detector.network.aligner import Aligner
    from detector.network.retinanet import RetinaNet
    from detector.training.tasks import FinderTask, Task
    from detector.training.trainer import Progress, Trainer

# Sides and batches that train fast and well on a CPU.
FINDER_SIDE_PX = 320
BATCH_SIZES = {"finder": 16, "aligner": 32}


def add_run_arguments(parser: argparse.ArgumentParser, learning_rate: float) -> None:
    """Add the arguments of a run; `learning_rate` is the default peak of its schedule."""
    parser.add_argument(
        "network", nargs="?", choices=tuple(BATCH_SIZES), default="finder", help="which network (default: finder)"
    )
    parser.add_argument("--finder", type=named_path, help="train the aligner on what this finder.onnx finds, too")
    parser.add_argument(
        "--model", "--preset", dest="preset", choices=PRESETS, help="preset of the finder: %(choices)s (default: light)"
    )
    add_schedule_arguments(parser, learning_rate)


def add_schedule_arguments(parser: argparse.ArgumentParser, learning_rate: float) -> None:
    """Add the arguments of a run whose network is known."""
    add_bank_arguments(parser)
    parser.add_argument(
        "--size", type=int, help=f"longer side of the finder's input, pixels (default: {FINDER_SIDE_PX})"
    )
    parser.add_argument("--batch", type=int, help="pictures in a batch")
    parser.add_argument("--learning-rate", type=float, default=learning_rate, help="peak of the schedule")
    budget = parser.add_mutually_exclusive_group(required=True)
    budget.add_argument("--steps", type=int, help="length of the schedule in steps")
    budget.add_argument("--minutes", type=float, help="length of the schedule in minutes of training")
    parser.add_argument("--validate-every", type=int, default=500, help="steps between validations and checkpoints")
    parser.add_argument("--device", default="cpu", help="cpu or cuda")
    parser.add_argument("--threads", type=int, help="compute threads (default: torch's choice)")
    parser.add_argument(
        "--workers",
        type=int,
        default=1,
        help="processes that compose scenes, and look at a pool's pictures (default: 1)",
    )
    parser.add_argument(
        "--echo",
        type=_times,
        default=1,
        metavar="TIMES",
        help="how many times each batch is shown, mirrored and in other light: for a GPU that learns faster than "
        "scenes are composed (default: 1)",
    )
    parser.add_argument(
        "--imitate",
        type=named_path,
        metavar="FILE.safetensors",
        help="train the finder also to see what this larger one, with a pyramid of the same shape, sees",
    )
    parser.add_argument(
        "--webcam-share",
        type=_part,
        metavar="PART",
        help="part of the finder's scenes that a webcam takes, 0 to 1 (default: a quarter)",
    )
    parser.add_argument("--seed", type=int, default=0)


def foreign_option(arguments: argparse.Namespace) -> str | None:
    """What is wrong with the arguments of a run, if anything is: an option belongs to the other network."""
    of_the_finder = {
        "--imitate": arguments.imitate,
        "--model": arguments.preset,
        "--size": arguments.size,
        "--webcam-share": arguments.webcam_share,
    }
    of_the_other = of_the_finder if arguments.network == "aligner" else {"--finder": arguments.finder}
    owner = "finder" if arguments.network == "aligner" else "aligner"
    option = first_given(of_the_other)
    return None if option is None else f"{option} is for the {owner}"


def preset_of(arguments: argparse.Namespace) -> FinderConfig:
    """The preset of a finder that is trained from fresh weights."""
    return PRESETS[arguments.preset or LIGHT.name]


def side_of(arguments: argparse.Namespace) -> int:
    """Longer side of the finder's input, in pixels."""
    return arguments.size or FINDER_SIDE_PX


def _times(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return int(text)


def _part(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 1:
        raise argparse.ArgumentTypeError("must be from 0 to 1")
    return value


@contextmanager
def compute_environment(arguments: argparse.Namespace) -> Iterator[None]:
    """Cap the threads, and join the other processes where torchrun started several.

    Raises:
        DeviceUnavailableError: the device cannot be used here.
    """
    import torch

    usable_device(arguments.device)
    if arguments.threads:
        torch.set_num_threads(arguments.threads)
    with torchrun.joined(arguments.device):
        yield


def model_files(folder: Path, network: str) -> list[Path]:
    """The runtime's files of a network, in the folder of the models, and their record."""
    return [folder / f"{network}{suffix}" for suffix in (".safetensors", ".onnx", ".json")]


def read_network(network: str, weights: Path) -> RetinaNet | Aligner:
    """The finder or the aligner of a weight file.

    Raises:
        ModelFileError: the file is missing, damaged or holds another network.
    """
    from detector.network.weights import read_aligner, read_finder

    return read_finder(weights) if network == "finder" else read_aligner(weights)


def starting_network(network: str, weights: Path) -> RetinaNet | Aligner:
    """The finder or the aligner to start from; one of an earlier version gets today's depths and widths.

    Raises:
        ModelFileError: the file is missing, damaged or holds another network.
    """
    from detector.network.aligner import Aligner
    from detector.network.config import ALIGNER, LIGHT
    from detector.network.retinanet import RetinaNet
    from detector.training.deepening import deepened
    from detector.training.pruning import narrowed, shallower

    start = read_network(network, weights)
    if isinstance(start, Aligner) and start.config.norm == "affine":
        return narrowed(deepened(start, ALIGNER), ALIGNER.widths)
    if isinstance(start, RetinaNet) and start.config.name == LIGHT.name:
        return shallower(start, LIGHT)
    return start


def make_trainer(
    arguments: argparse.Namespace,
    folder: Path,
    initial: RetinaNet | Aligner | None,
    started_from: dict[str, Any] | None,
    task: Task | None = None,
) -> Trainer:
    """The trainer of a run in `folder`, from `initial` weights with their record, or from fresh ones.

    It trains what the arguments say, or a `task` of its own.
    """
    from detector.training.record import command_line
    from detector.training.synthesis.bank import description_of
    from detector.training.trainer import Trainer, TrainingConfig

    config = TrainingConfig(
        steps=arguments.steps,
        minutes=arguments.minutes,
        learning_rate=arguments.learning_rate,
        seed=arguments.seed,
        device=arguments.device,
        workers=arguments.workers,
        echo=arguments.echo,
        validate_every=arguments.validate_every,
    )
    return Trainer(
        task if task is not None else make_task(arguments, initial),
        config,
        folder,
        bank_of(arguments, "train"),
        bank_of(arguments, "validation"),
        initial=initial,
        command=command_line(sys.argv[1:]),
        bank=description_of(arguments.bank, "train"),
        started_from=started_from,
    )


def make_task(arguments: argparse.Namespace, initial: RetinaNet | Aligner | None) -> Task:
    """What to train; a network that there is keeps its configuration."""
    from detector.network.config import ALIGNER, AlignerConfig
    from detector.network.weights import read_finder
    from detector.training.aligner_data import FinderCandidates
    from detector.training.imitation import ImitationTask
    from detector.training.tasks import AlignerTask

    fresh = preset_of(arguments) if arguments.network == "finder" else ALIGNER
    config = initial.config if initial is not None else fresh
    if isinstance(config, AlignerConfig):
        finder = FinderCandidates(arguments.finder) if arguments.finder is not None else None
        return AlignerTask(config, batch_size=arguments.batch or BATCH_SIZES["aligner"], finder=finder)
    task = finder_task(arguments, config)
    return task if arguments.imitate is None else ImitationTask(task, config, read_finder(arguments.imitate))


def finder_task(arguments: argparse.Namespace, config: FinderConfig) -> FinderTask:
    """Train a finder of this configuration on scenes, as the arguments say."""
    from detector.training.finder_data import WEBCAM_SHARE
    from detector.training.tasks import FinderTask

    return FinderTask(
        config,
        side_px=side_of(arguments),
        batch_size=arguments.batch or BATCH_SIZES["finder"],
        webcam_share=WEBCAM_SHARE if arguments.webcam_share is None else arguments.webcam_share,
    )


def run_with_progress(trainer: Trainer) -> None:
    """Train to the end of the schedule under a progress bar with losses and pictures per second."""
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
