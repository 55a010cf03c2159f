"""What a batch makes of a world that changes under it. The first test is a short form of `kill_and_resume.py`."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime
import os
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import kill_and_resume

from app.batch import job as job_module
from app.batch.file_state import FileState, FileStatus, OnFiles
from app.batch.job import MANIFEST_NAME, BatchJob, BatchOrder, BatchReport, Progress, Surroundings
from app.batch.journal import Item
from app.batch.output import FolderOutput
from app.batch.scanner import OnBegun
from app.batch.worker import WorkOrder, scan_in_worker
from app.documents.card import CardStyle
from app.documents.errors import DiskFullError, OutputFolderError, WriteError
from app.documents.export import ExportFormat
from app.documents.names import NameTemplate
from app.scanning import ScannedFile, ScannedPage, ScanOptions

NOISY_PICTURES = 8


class DirectScanner:
    """Scans in this process, since the faults here are none of worker processes, which take seconds to start."""

    def __init__(self, work: WorkOrder, workers: int | None) -> None:
        self._work = work

    def scan(
        self, items: Sequence[Item], may_begin: Callable[[], bool], on_begun: OnBegun
    ) -> Iterator[tuple[Item, ScannedFile]]:
        for item in items:
            on_begun([item])
            yield item, scan_in_worker(item.input, self._work)

    def close(self) -> None:
        """Nothing runs."""


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    """Pictures whose cards take some 400 kB each."""
    rng = np.random.default_rng(0)
    for number in range(NOISY_PICTURES):
        write_picture(tmp_path / "in" / f"{number}.png", rng.integers(0, 256, (190, 300, 3), np.uint8))
    return tmp_path / "in"


def write_picture(path: Path, pixels: np.ndarray) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(cv2.imencode(".png", pixels)[1].tobytes())


def order(pictures: Path, out: Path, template: str | None = None) -> BatchOrder:
    options = ScanOptions(CardStyle(dpi=150), ExportFormat(template=NameTemplate(template) if template else None))
    return BatchOrder((str(pictures),), out, options, workers=1, load=kill_and_resume.load_fake)


def job(
    wanted: BatchOrder,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    on_files: OnFiles = lambda files: None,
) -> BatchJob:
    return BatchJob(wanted, on_progress, on_files, Surroundings(scanner=DirectScanner))


def run(wanted: BatchOrder, on_progress: Callable[[Progress], None] = lambda progress: None) -> BatchReport:
    return job(wanted, on_progress).run()


def after(count: int, act: Callable[[], object]) -> Callable[[Progress], None]:
    """Acts once so many files are recorded."""
    return lambda progress: act() if progress.done == count else None


def names(out: Path) -> list[str]:
    return sorted(path.name for path in out.iterdir() if path.suffix == ".png")


def assert_whole(out: Path) -> None:
    """No temporary files, and no half pictures."""
    for path in out.iterdir():
        assert path.name.startswith("cardlight-") or cv2.imread(str(path)) is not None, path.name


@contextlib.contextmanager
def disk(folder: Path, size: str) -> Iterator[Callable[[str], None]]:
    """A small disk of its own at a folder; hands out what changes its options."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(folder)]
    if sys.platform != "linux" or os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        pytest.skip("needs the right to mount a small disk")
    try:
        yield lambda options: subprocess.run(["mount", "-o", f"remount,{options}", str(folder)], check=True) and None
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_a_batch_that_is_killed_and_resumed_ends_as_if_nothing_had_happened(tmp_path: Path) -> None:
    pictures, whole, killed = (tmp_path / name for name in ("in", "whole", "killed"))
    kill_and_resume.write_pictures(pictures, 24)
    whole_s = kill_and_resume.run_whole(pictures, whole)

    hits = kill_and_resume.run_killed(pictures, killed, 3, whole_s, random.Random(1))

    assert hits > 0
    assert len(kill_and_resume.contents(whole)) > 20
    assert kill_and_resume.contents(killed) == kill_and_resume.contents(whole)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes without asking them")
def test_a_batch_that_is_told_to_end_leaves_nothing_half_and_goes_on_later(tmp_path: Path) -> None:
    pictures, whole, ended = (tmp_path / name for name in ("in", "whole", "ended"))
    kill_and_resume.write_pictures(pictures, 24)
    kill_and_resume.run_whole(pictures, whole)

    process = kill_and_resume.start(pictures, ended)
    while not (ended.is_dir() and names(ended)):
        with contextlib.suppress(subprocess.TimeoutExpired):
            pytest.fail(f"it ended by itself with {process.wait(timeout=0.01)}")
    process.send_signal(signal.SIGTERM)

    assert process.wait() == 128 + signal.SIGTERM
    assert_whole(ended)
    kill_and_resume.start(pictures, ended).wait()
    assert kill_and_resume.contents(ended) == kill_and_resume.contents(whole)


class InterruptingFolder(FolderOutput):
    """A folder whose user presses Ctrl+C as soon as a card is in it."""

    def write(self, name: str, data: bytes, *, overwrite: bool = False) -> None:
        super().write(name, data, overwrite=overwrite)
        if not overwrite:
            raise KeyboardInterrupt


def test_a_batch_into_its_own_folder_knows_the_card_that_it_was_interrupted_at(tmp_path: Path, pictures: Path) -> None:
    into_itself = order(pictures, pictures)

    with pytest.raises(KeyboardInterrupt):
        BatchJob(into_itself, surroundings=Surroundings(output=InterruptingFolder, scanner=DirectScanner)).run()
    assert len(names(pictures)) == NOISY_PICTURES + 1

    assert [run(into_itself).progress.done for _ in range(2)] == [NOISY_PICTURES, 0]
    assert len(names(pictures)) == 2 * NOISY_PICTURES


def test_a_full_disk_stops_the_batch_and_room_lets_it_go_on(tmp_path: Path, pictures: Path) -> None:
    with disk(tmp_path / "small", "1500k") as change:
        with pytest.raises(DiskFullError) as told:
            run(order(pictures, tmp_path / "small/out"))
        assert_is_one_line(told.value)
        assert 0 < len(names(tmp_path / "small/out")) < NOISY_PICTURES
        assert_whole(tmp_path / "small/out")

        change("size=20m")
        run(order(pictures, tmp_path / "small/out"))
        run(order(pictures, tmp_path / "whole"))
        assert kill_and_resume.contents(tmp_path / "small/out") == kill_and_resume.contents(tmp_path / "whole")


def test_a_disk_too_full_for_the_journal(tmp_path: Path, pictures: Path) -> None:
    with disk(tmp_path / "small", "8k"), pytest.raises(WriteError) as told:
        run(order(pictures, tmp_path / "small/out"))
    assert_is_one_line(told.value)


def test_a_disk_that_becomes_read_only(tmp_path: Path, pictures: Path) -> None:
    with disk(tmp_path / "small", "20m") as change:
        out = tmp_path / "small/out"
        run(order(pictures, out), after(NOISY_PICTURES, lambda: None))
        (pictures / "late.png").write_bytes((pictures / "0.png").read_bytes())
        before = kill_and_resume.contents(out)
        change("ro")

        with pytest.raises(OutputFolderError) as told:
            run(order(pictures, out))
        assert_is_one_line(told.value)
        assert kill_and_resume.contents(out) == before

        change("rw")
        run(order(pictures, out))
        assert "late-1.png" in names(out)


def test_a_folder_that_may_not_be_written_to(tmp_path: Path, pictures: Path) -> None:
    with disk(tmp_path / "small", "1m") as change:
        change("ro")
        with pytest.raises(OutputFolderError, match="Read-only file system"):
            run(order(pictures, tmp_path / "small/out"))


@pytest.mark.parametrize("done", [0, 3])
def test_a_folder_that_vanishes(tmp_path: Path, pictures: Path, done: int) -> None:
    out = tmp_path / "out"

    with pytest.raises(OutputFolderError) as told:
        run(order(pictures, out), after(done, lambda: shutil.rmtree(out)))

    assert_is_one_line(told.value)
    assert not out.exists()
    assert len(list(pictures.iterdir())) == NOISY_PICTURES
    run(order(pictures, out))
    assert len(names(out)) == NOISY_PICTURES


def test_a_clock_that_jumps_back_changes_neither_names_nor_order(tmp_path: Path, pictures: Path, monkeypatch) -> None:
    class Clock(datetime.date):
        now = datetime.date(2026, 3, 9)

        @classmethod
        def today(cls) -> datetime.date:
            return cls.now

    monkeypatch.setattr(job_module.datetime, "date", Clock)
    whole, stopped = (
        order(pictures, tmp_path / "whole", "{date}-{source}"),
        order(pictures, tmp_path / "out", "{date}-{source}"),
    )
    run(whole)
    cut_short = job(stopped, after(3, lambda: cut_short.cancel()))
    cut_short.run()

    Clock.now = datetime.date(2026, 3, 1)
    for number in (5, 6):
        os.utime(pictures / f"{number}.png", (1e9, 1e9))
    os.utime(pictures / "0.png", (4e9, 4e9))
    run(stopped)

    assert names(stopped.out) == [f"2026-03-09-{number}.png" for number in range(NOISY_PICTURES)]
    assert kill_and_resume.contents(stopped.out) == kill_and_resume.contents(whole.out)


def test_a_file_replaced_after_it_was_listed_is_read_as_it_is_then_and_done_once(
    tmp_path: Path, pictures: Path
) -> None:
    out = tmp_path / "out"
    new = np.full((190, 300, 3), 77, np.uint8)

    run(order(pictures, out), after(0, lambda: write_picture(pictures / "7.png", new)))
    told: list[FileStatus] = []
    job(order(pictures, out), on_files=told.extend).run()

    assert (cv2.imread(str(out / "7-1.png")) == 77).all()
    assert len(names(out)) == NOISY_PICTURES
    assert {status.state for status in told if status.source == "7.png"} == {
        FileState.WAITING,
        FileState.RUNNING,
        FileState.DONE_BEFORE,
    }
    assert (out / MANIFEST_NAME).read_text().count('"7.png"') == 1


def test_a_file_that_vanishes_after_it_was_listed_costs_the_others_nothing(tmp_path: Path, pictures: Path) -> None:
    report = run(order(pictures, tmp_path / "out"), after(0, (pictures / "7.png").unlink))

    assert [source for source, _ in report.failures] == ["7.png"]
    assert len(names(tmp_path / "out")) == NOISY_PICTURES - 1
    assert run(order(pictures, tmp_path / "out")).failures == ()


class BusyScanner(DirectScanner):
    """Has no time for any page of the first file, and for some of the second one."""

    def scan(
        self, items: Sequence[Item], may_begin: Callable[[], bool], on_begun: OnBegun
    ) -> Iterator[tuple[Item, ScannedFile]]:
        for (item, scanned), read in zip(super().scan(items, may_begin, on_begun), (0, 1), strict=False):
            late = tuple(ScannedPage(number, error="it took too long.") for number in (2, 3))
            if read:
                yield item, dataclasses.replace(scanned, pages=(*scanned.pages, *late))
            else:
                yield item, ScannedFile(scanned.sha256, late)


def test_a_file_of_which_every_page_failed_is_tried_again(tmp_path: Path, pictures: Path) -> None:
    out = tmp_path / "out"
    busy = BatchJob(order(pictures, out), surroundings=Surroundings(scanner=BusyScanner)).run()
    assert [source for source, _ in busy.failures] == ["0.png", "0.png", "1.png", "1.png"]

    report = run(order(pictures, out))

    assert [source for source, _ in report.failures] == ["1.png", "1.png"]
    assert report.earlier == 1
    assert (out / MANIFEST_NAME).read_text().count('"0.png"') == 1
    assert names(out) == [f"{number}-1.png" for number in range(NOISY_PICTURES)]


def test_what_failed_on_a_drive_is_remembered_while_the_drive_is_away(tmp_path: Path, pictures: Path) -> None:
    (pictures / "bad.png").write_bytes(b"hello")
    run(order(pictures, tmp_path / "out"))

    pictures.rename(tmp_path / "away")
    assert [source for source, _ in run(order(pictures, tmp_path / "out")).failures] == ["bad.png", "in"]
    (tmp_path / "away").rename(pictures)
    assert [source for source, _ in run(order(pictures, tmp_path / "out")).failures] == ["bad.png"]


def test_two_batches_into_one_folder_at_once(tmp_path: Path) -> None:
    pictures, out = tmp_path / "in", tmp_path / "out"
    kill_and_resume.write_pictures(pictures, 24)
    kill_and_resume.run_whole(pictures, tmp_path / "whole")

    processes = [kill_and_resume.start(pictures, out, stderr=subprocess.PIPE) for _ in range(3)]
    told = [process.communicate()[1].decode() for process in processes]

    refused = [text for process, text in zip(processes, told, strict=True) if process.returncode == 3]
    assert sorted(process.returncode for process in processes) == [1, 3, 3]
    assert all(text.count("\n") == 1 and "another batch is writing into this folder" in text for text in refused)
    assert kill_and_resume.contents(out) == kill_and_resume.contents(tmp_path / "whole")


def assert_is_one_line(error: Exception) -> None:
    assert "\n" not in str(error)
    assert str(error).endswith(".")
