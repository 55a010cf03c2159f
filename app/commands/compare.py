"""`cardlight compare`: measure trained finders beside each other, as teacher and student: accuracy, size, time."""

from __future__ import annotations

import argparse
import json
import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import Progress

from app.commands.annotated_pictures import read_annotated_cards
from app.commands.argument_types import named_path, whole_number
from app.commands.labelling_arguments import add_look_arguments, aligner_of, transforms_of
from app.commands.named_files import add_overwrite_argument, taken_name_problem
from app.commands.teachers import read_finder_with_corners, usable_device
from app.console import complain, printable_name
from app.documents.errors import WriteError
from app.documents.writers import write_file
from detector import Detector, DetectorError

if TYPE_CHECKING:
    import torch
    from torch import Tensor

    from detector.evaluation import Picture
    from detector.network.config import FinderConfig
    from detector.network.retinanet import RetinaNet
    from detector.training.distillation.comparison import Accuracy, Comparison, Cost, Detect

_SIDE_PX = 320
_THREADS = 2

_count = whole_number(1, 1000)

Networks = Mapping[str, "RetinaNet"]


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the parser of `cardlight compare`."""
    parser = subparsers.add_parser(
        "compare",
        help="measure trained finders beside each other",
        description="Measure trained finders on annotated pictures, a teacher and its student with and without "
        "distillation, for example, and what each costs. Prints Markdown tables.",
    )
    parser.add_argument("folder", type=named_path, metavar="DIR", help="annotated pictures, as for cardlight evaluate")
    parser.add_argument("weights", type=_named, nargs="+", metavar="NAME=W", help="weights with the name to print")
    parser.add_argument("--baseline", metavar="NAME", help="print the gain in AP over this one")
    parser.add_argument(
        "--transforms-of", metavar="NAME", help="measure this one under several transforms, too, as a teacher looks"
    )
    parser.add_argument("--whole", action="store_true", help="measure the whole detector around each finder, too")
    add_look_arguments(parser)
    parser.add_argument("--device", default="cpu", help="what the finders see the pictures with: cpu or cuda")
    parser.add_argument("--threads", type=_count, default=_THREADS, help=f"compute threads (default: {_THREADS})")
    parser.add_argument("--repeats", type=_count, default=20, help="timed calls of each network (default: 20)")
    parser.add_argument("--out", type=named_path, metavar="NAME", help="also write NAME.json and NAME.md")
    add_overwrite_argument(parser)
    return parser


def run(arguments: argparse.Namespace) -> int:
    """Measure, print the tables, and write them if asked to.

    Returns:
        0 when all went well, 1 when something could not be read or written, 2 for a name that was not given, was given
        twice, or is taken.
    """
    names = [name for name, _ in arguments.weights]
    if len(set(names)) < len(names):
        complain("compare: each of the weights needs a name of its own")
        return 2
    files = dict(arguments.weights)
    for name in (arguments.baseline, arguments.transforms_of):
        if name is not None and name not in files:
            complain(f"compare: there are no weights named {name}")
            return 2
    problem = taken_name_problem(_files(arguments.out), overwrite=arguments.overwrite)
    if problem:
        complain(f"compare: {problem}")
        return 2
    try:
        comparison = _compare(arguments, files)
        print(comparison.to_markdown())
        if arguments.out is not None:
            _write(arguments.out, comparison, overwrite=arguments.overwrite)
    except DetectorError as error:
        complain(str(error))
        return 1
    except WriteError as error:
        complain(f"{printable_name(arguments.out)}: {error}")
        return 1
    return 0


def _named(text: str) -> tuple[str, Path]:
    name, separator, path = text.partition("=")
    if not (name and separator and path):
        raise argparse.ArgumentTypeError("must be like teacher=weights.safetensors")
    return name, Path(path)


def _compare(arguments: argparse.Namespace, files: Mapping[str, Path]) -> Comparison:
    import onnxruntime
    import torch

    from detector.bench.comparison import processor_name
    from detector.training.distillation.comparison import Comparison

    device = usable_device(arguments.device)
    torch.set_num_threads(arguments.threads)
    pictures = read_annotated_cards(arguments.folder)
    cards = sum(len(picture.quads) for picture in pictures)
    networks = {name: read_finder_with_corners(path).eval() for name, path in files.items()}
    versions = f"torch {torch.__version__}, onnxruntime {onnxruntime.__version__}"
    alone, whole = _detectors(arguments, networks, device)
    return Comparison(
        conditions=f"{processor_name()}, {arguments.threads} threads, {versions}",
        pictures=len(pictures),
        cards=cards,
        baseline=arguments.baseline,
        finder=_measured(pictures, alone, arguments.baseline),
        whole=_measured(pictures, whole, arguments.baseline),
        cost=_costs(networks, arguments.threads, arguments.repeats),
    )


def _detectors(
    arguments: argparse.Namespace, networks: Networks, device: torch.device
) -> tuple[dict[str, Detect], dict[str, Detect]]:
    """What to measure: finders alone, and whole detectors."""
    from detector.engines.onnx_engine import OnnxAligner
    from detector.engines.torch_engine import TorchFinder
    from detector.training.distillation.comparison import PairEngine, as_detections
    from detector.training.distillation.teacher import Teacher
    from detector.training.folding import coarse_detections

    finders = {name: TorchFinder(network, device) for name, network in networks.items()}
    alone: dict[str, Detect] = {name: partial(coarse_detections, finder) for name, finder in finders.items()}
    if arguments.transforms_of is not None:
        transforms = transforms_of(arguments)
        teacher = Teacher(finders[arguments.transforms_of], transforms, None)
        alone[f"{arguments.transforms_of}, {len(transforms)} looks"] = lambda image: as_detections(teacher.find(image))
    if not arguments.whole:
        return alone, {}
    aligner = OnnxAligner(aligner_of(arguments), arguments.threads)
    return alone, {name: Detector(PairEngine(finder, aligner)).detect for name, finder in finders.items()}


def _measured(
    pictures: Sequence[Picture], detectors: Mapping[str, Detect], baseline: str | None
) -> dict[str, Accuracy]:
    from detector.training.distillation.comparison import compare_accuracy

    with _progress(len(pictures) * len(detectors)) as advance:
        return compare_accuracy(pictures, detectors, baseline if detectors else None, advance)


@contextmanager
def _progress(total: int) -> Iterator[Callable[[], None]]:
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Measuring", total=total)
        yield lambda: bar.advance(task)


def _costs(networks: Networks, threads: int, repeats: int) -> dict[str, Cost]:
    """What each network costs. Those of one configuration cost the same; all others are timed in turns."""
    import torch

    from detector.bench.complexity import profile
    from detector.bench.latency import measure
    from detector.bench.peers import network_alone
    from detector.network.retinanet import RetinaNet
    from detector.training.distillation.comparison import Cost
    from detector.training.export import export_finder

    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it warns that torchvision is not there
    picture = torch.rand(1, 3, _SIDE_PX, _SIDE_PX)
    by_config = {network.config: network for network in networks.values()}
    calls: dict[tuple[FinderConfig, str], Callable[[], object]] = {}
    with TemporaryDirectory() as folder:
        for config, network in by_config.items():
            calls[config, "torch"] = partial(_in_torch, network, picture)
            # Its time does not depend on the weights, and only affines can be folded.
            path = Path(folder) / "finder.onnx"
            export_finder(RetinaNet(replace(config, norm="affine")), path)
            calls[config, "onnx"] = network_alone(path, threads)
        times = measure(calls, repeats)
    costs = {}
    for config, network in by_config.items():
        parameters = sum(parameter.numel() for parameter in network.parameters())
        counted = profile(RetinaNet(config), (3, _SIDE_PX, _SIDE_PX), config.name).total.multiply_adds
        costs[config] = Cost(
            preset=config.name,
            parameters=parameters,
            megabytes=2 * parameters / 1e6,
            giga_multiply_adds=counted / 1e9,
            torch_ms=times[config, "torch"].median_ms,
            onnx_ms=times[config, "onnx"].median_ms,
        )
    return {name: costs[network.config] for name, network in networks.items()}


def _in_torch(network: RetinaNet, picture: Tensor) -> object:
    import torch

    with torch.inference_mode():
        return network(picture)


def _files(out: Path | None) -> list[Path]:
    return [] if out is None else [Path(f"{out}.json"), Path(f"{out}.md")]


def _write(out: Path, comparison: Comparison, *, overwrite: bool) -> None:
    contents = json.dumps(comparison.to_json(), indent=2), comparison.to_markdown()
    for path, content in zip(_files(out), contents, strict=True):
        write_file(path, f"{content}\n".encode(), overwrite=overwrite)
