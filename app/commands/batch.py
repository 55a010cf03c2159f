"""`cardlight batch`: scan folders with all cores, and go on where an earlier run ended."""

from __future__ import annotations

import argparse
import contextlib
import functools
from collections.abc import Callable, Iterator
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, Task, TextColumn, TimeRemainingColumn
from rich.progress import Progress as ProgressBar
from rich.text import Text

from app.batch.cluster.ray_scanner import LOCAL, RayScanner
from app.batch.cluster.remote_files import find_everywhere, is_remote, output_at, without_local_scheme
from app.batch.errors import BatchError
from app.batch.job import BatchJob, BatchOrder, BatchReport, Progress, Surroundings
from app.batch.worker import load_with_one_thread
from app.commands.argument_types import named_place, whole_number
from app.commands.output_arguments import add_detector_arguments, add_output_arguments, scan_options
from app.console import complain, printable_name
from app.detecting import DetectorLoader
from app.documents.errors import WriteError
from app.places import user_places
from app.process_life import end_in_order
from detector import DetectorError

_SOME_FAILED = 1
_WRONG_USAGE = 2
_STOPPED = 3
_INTERRUPTED = 130
_MAX_WORKERS = 64
_RAY_WORDS = frozenset({LOCAL, "auto"})
_JOURNALS = "batches"

_workers = whole_number(1, _MAX_WORKERS)

_EPILOG = """\
exit status:
  0    every file was scanned
  1    some files failed; they are listed, and in the manifest
  2    wrong usage
  3    the batch could not begin or go on: its folder is in use, full or gone, or the detector is missing
  130  interrupted; 129 and 143: told to end, by SIGHUP and SIGTERM

After these and status 3, or when the computer went down, the same command goes on where it ended. DIR gets the cards, a
manifest (cardlight-manifest.jsonl and .csv) and the journal that all this is remembered in; of a DIR with an address,
the journal is kept on this computer, which alone can go on.
"""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the parser of `cardlight batch`."""
    parser = subparsers.add_parser(
        "batch",
        help="scan folders with all cores",
        description="Find the identity cards in folders of pictures and PDFs, and save each one at true size.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "inputs", nargs="+", type=_place, metavar="IN", help="a folder, a file, or a pattern such as 'a/**/*.jpg'"
    )
    parser.add_argument("out", type=_place, metavar="DIR", help="folder to save to")
    parser.add_argument("--watch", action="store_true", help="go on with files that come later, until Ctrl+C")
    parser.add_argument("--workers", type=_workers, metavar="N", help="processes (default: one a core)")
    parser.add_argument(
        "--ray",
        nargs="?",
        const=LOCAL,
        type=_ray_address,
        metavar="ADDRESS",
        help="scan by Ray Data, on a cluster, or on this computer where no ADDRESS is given; IN and DIR may then be "
        "addresses such as s3://bucket/folder. Needs the extra 'cluster'",
    )
    add_output_arguments(parser)
    add_detector_arguments(parser)
    return parser


@end_in_order()
def run(arguments: argparse.Namespace, load: DetectorLoader = load_with_one_thread) -> int:
    """Run the batch, with a progress bar on a terminal.

    Args:
        arguments: As parsed by `add_parser`'s parser.
        load: Gives each worker its detector; a function of a module.

    Returns:
        The exit status, as listed in the command's help.
    """
    try:
        options = scan_options(arguments)
    except ValueError as error:
        complain(f"batch: {error}")
        return _WRONG_USAGE
    if arguments.watch and arguments.ray:
        complain("batch: --watch works without --ray only; leave one of them out")
        return _WRONG_USAGE
    if not arguments.ray and any(map(is_remote, (*arguments.inputs, arguments.out))):
        complain("batch: addresses such as s3://bucket/folder need --ray")
        return _WRONG_USAGE
    out = Path(arguments.out)
    order = BatchOrder(
        inputs=tuple(arguments.inputs),
        out=out,
        options=options,
        device=arguments.device,
        threshold=arguments.threshold,
        workers=arguments.workers,
        watch=arguments.watch,
        load=load,
    )
    try:
        with _progress_bar() as show:
            report = BatchJob(order, show, surroundings=_surroundings(arguments)).run()
    except (BatchError, WriteError) as error:
        complain(f"{printable_name(out)}: {error}")
        return _STOPPED
    except DetectorError as error:
        complain(str(error))
        return _STOPPED
    except KeyboardInterrupt:
        complain("interrupted. The same command goes on where it ended.")
        return _INTERRUPTED
    _print(report, out)
    return _SOME_FAILED if report.failures else 0


def _surroundings(arguments: argparse.Namespace) -> Surroundings:
    if not arguments.ray:
        return Surroundings()
    return Surroundings(
        find=find_everywhere,
        output=lambda _: output_at(arguments.out, user_places().state / _JOURNALS),
        scanner=functools.partial(RayScanner, address=arguments.ray),
    )


def _place(text: str) -> str:
    return named_place(without_local_scheme(text))


def _ray_address(text: str) -> str:
    if text not in _RAY_WORDS and ":" not in text:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no address; put --ray behind the folders, or write --ray=HOST:PORT"
        )
    return text


class _RateColumn(ProgressColumn):
    """How many files are done a second."""

    def render(self, task: Task) -> Text:
        """The rate as the job measures it."""
        return Text(f"{task.fields['rate']:.1f} files/s")


@contextlib.contextmanager
def _progress_bar() -> Iterator[Callable[[Progress], None]]:
    """A bar on standard error, gone at the end; nothing where that is no terminal."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _RateColumn(),
        TimeRemainingColumn(),
    )
    with ProgressBar(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("Scanning", total=None, rate=0.0)

        def show(progress: Progress) -> None:
            bar.update(task, total=progress.total, completed=progress.done, rate=progress.files_per_s)

        yield show


def _print(report: BatchReport, out: Path) -> None:
    for source, reason in report.failures:
        complain(f"{printable_name(Path(source))}: {reason}")
    progress = report.progress
    print(
        f"{progress.done} files scanned, {report.earlier} done before, {progress.cards} cards, "
        f"{len(report.failures)} failures, saved in {printable_name(out)}"
    )
