from __future__ import annotations

from pathlib import Path

import pytest

from app import cli
from app.batch.errors import FolderBusyError
from app.batch.job import BatchJob, BatchReport, Progress
from app.commands import batch
from app.documents.export import ExportFormat, PdfFormat
from app.documents.paper import Paper
from detector import DetectorError


def run(*argv: object) -> int:
    return batch.run(cli.build_parser("batch").parse_args(["batch", *map(str, argv)]))


@pytest.fixture
def orders(monkeypatch: pytest.MonkeyPatch) -> list:
    """Jobs are noted and not run."""
    seen: list = []

    def note(job: BatchJob) -> BatchReport:
        seen.append(job._order)
        job._on_progress(Progress(total=5, done=2, files_per_s=1.0))
        return BatchReport(
            Progress(total=5, done=5, cards=7), 3, (("bad\n.png", "it is \x1b[2J bad."),), cancelled=False
        )

    monkeypatch.setattr(BatchJob, "run", note)
    return seen


def test_arguments_become_the_order(tmp_path: Path, orders) -> None:
    status = run("in", "b.pdf", tmp_path, "--layout", "a4", "--workers", 3, "--watch", "--threshold", "0.4")

    (order,) = orders
    assert status == 1
    assert (order.inputs, order.out, order.workers, order.watch) == (("in", "b.pdf"), tmp_path, 3, True)
    assert (order.threshold, order.device) == (0.4, "auto")
    assert order.options.export == ExportFormat(PdfFormat(Paper.A4))


def test_an_address_of_this_computer_is_a_path(tmp_path: Path, orders) -> None:
    run("file:///a/in", f"file://{tmp_path}")

    (order,) = orders
    assert (order.inputs, order.out) == (("/a/in",), tmp_path)


@pytest.mark.parametrize("places", [("", "out"), ("file://", "out"), ("in", "")])
def test_a_place_without_a_name_is_wrong_usage(places, orders, capsys) -> None:
    with pytest.raises(SystemExit) as exit_info:
        run(*places)

    assert exit_info.value.code == 2
    assert "it is empty" in capsys.readouterr().err


def test_failures_and_a_summary_are_printed(tmp_path: Path, orders, capsys) -> None:
    run("in", tmp_path)

    printed = capsys.readouterr()
    assert printed.err == "cardlight: bad\\n.png: it is \\x1b[2J bad.\n"
    assert printed.out == f"5 files scanned, 3 done before, 7 cards, 1 failures, saved in {tmp_path}\n"


@pytest.mark.parametrize(
    ("error", "status"), [(FolderBusyError(), 3), (DetectorError("no detector"), 3), (KeyboardInterrupt(), 130)]
)
def test_what_stops_a_batch_has_a_status_and_a_line(tmp_path: Path, monkeypatch, capsys, error, status) -> None:
    def fail(_job: BatchJob) -> BatchReport:
        raise error

    monkeypatch.setattr(BatchJob, "run", fail)

    assert run("in", tmp_path) == status
    assert len(capsys.readouterr().err.splitlines()) == 1


@pytest.mark.parametrize("wrong", [["--workers", "0"], ["--workers", "x"], ["--dpi", "72"]])
def test_wrong_usage(tmp_path: Path, wrong) -> None:
    with pytest.raises(SystemExit) as exit_info:
        run("in", tmp_path, *wrong)
    assert exit_info.value.code == 2


def test_arguments_that_contradict_each_other(tmp_path: Path) -> None:
    assert run("in", tmp_path / "out", "--layout", "a4", "--format", "png") == 2
    assert not (tmp_path / "out").exists()


def test_statuses_are_in_the_help(capsys) -> None:
    with pytest.raises(SystemExit):
        run("--help")
    help_text = capsys.readouterr().out
    assert "exit status:" in help_text
    assert "130  interrupted" in help_text


@pytest.mark.parametrize(
    "arguments",
    [("--ray", "in", "out"), ("s3://in", "out"), ("in", "s3://out"), ("in", "out", "--watch", "--ray")],
)
def test_what_does_not_go_with_or_without_a_cluster(arguments, orders) -> None:
    try:
        status = run(*arguments)
    except SystemExit as error:
        status = error.code

    assert status == 2
    assert orders == []


def test_a_cluster_is_named_behind_the_folders(orders) -> None:
    assert (
        run("in", "out", "--ray") == run("in", "out", "--ray", "10.0.0.1:6379") == run("in", "out", "--ray=auto") == 1
    )
    assert [order.out for order in orders] == [Path("out")] * 3
