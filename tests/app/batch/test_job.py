from __future__ import annotations

import dataclasses
import errno
import json
import os
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import SimpleNamespace

import cv2
import numpy as np
import pytest

from app.batch import job as job_module
from app.batch.errors import FolderBusyError, ManifestInTheWayError, OtherSettingsError, WatchesItselfError
from app.batch.file_state import FileState, FileStatus
from app.batch.inputs import FoundInputs
from app.batch.job import (
    MANIFEST_CSV_NAME,
    MANIFEST_NAME,
    BatchJob,
    BatchOrder,
    BatchReport,
    Progress,
    Surroundings,
)
from app.documents.card import CardStyle
from app.documents.errors import DiskFullError
from app.documents.export import ExportFormat
from app.documents.names import NameTemplate
from app.scanning import ScanOptions
from detector import Detection, DetectorError
from detector.geometry import bounding_box, rectangle_quad

ROOT = Path(__file__).parents[3]
OPTIONS = ScanOptions(CardStyle(dpi=150))


class FakeDetector:
    """Finds the middle of each picture; dies on pictures 13 pixels wide."""

    def detect(self, image: np.ndarray) -> Sequence[Detection]:
        height, width = image.shape[:2]
        if width == 13:
            os.kill(os.getpid(), signal.SIGKILL)
        quad = rectangle_quad(width / 2, height / 2) + (width / 4, height / 4)
        return [Detection(score=0.9, box=bounding_box(quad), quad=quad, rotation=0)]


def load_fake(device: str, threshold: float | None, search: str = "thorough") -> FakeDetector:
    return FakeDetector()


def load_nothing(device: str, threshold: float | None, search: str = "thorough") -> FakeDetector:
    raise DetectorError("no detector here")


def load_uninterrupted(device: str, threshold: float | None, search: str = "thorough") -> FakeDetector:
    if signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, []):
        raise DetectorError("an interrupt would come to this worker")
    return FakeDetector()


@pytest.fixture(autouse=True)
def workers_find_this_module(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT)
    monkeypatch.setitem(sys.modules, __name__, sys.modules[__name__])


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    folder = tmp_path / "in"
    for name in ("x/a.png", "y/a.png", "b.png"):
        write_picture(folder / name)
    return folder


def write_picture(path: Path, width: int = 120, level: int = 90) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(".png", np.full((80, width, 3), level, np.uint8))[1].tobytes())


def order(pictures: Path, **changes: object) -> BatchOrder:
    values = {"inputs": (str(pictures),), "out": pictures.parent / "out", "options": OPTIONS, "workers": 1}
    return BatchOrder(**{**values, "load": load_fake, **changes})


def run(wanted: BatchOrder, on_progress: Callable[[Progress], None] = lambda progress: None) -> BatchReport:
    return BatchJob(wanted, on_progress).run()


def rows(out: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (out / MANIFEST_NAME).read_text().splitlines()]


def names(out: Path) -> set[str]:
    return {path.name for path in out.iterdir() if path.suffix == ".png"}


def test_cards_and_manifest(pictures: Path) -> None:
    seen: list[Progress] = []
    report = run(order(pictures), seen.append)

    out = pictures.parent / "out"
    assert names(out) == {"a-1.png", "a_2-1.png", "b-1.png"}
    assert [(row["source"], row["files"]) for row in rows(out)] == [
        ("b.png", ["b-1.png"]),
        ("x/a.png", ["a-1.png"]),
        ("y/a.png", ["a_2-1.png"]),
    ]
    assert len((out / MANIFEST_CSV_NAME).read_text().splitlines()) == 4
    assert (report.failures, report.earlier, report.cancelled) == ((), 0, False)
    assert [progress.done for progress in seen] == [0, 1, 2, 3]
    assert (seen[-1].total, seen[-1].cards, seen[-1].left_s) == (3, 3, 0)


def test_a_second_run_does_only_what_is_new(pictures: Path) -> None:
    out = pictures.parent / "out"
    run(order(pictures))
    before = {path.name: path.stat().st_mtime_ns for path in out.glob("*.png")}
    write_picture(pictures / "c.png")
    os.utime(pictures / "b.png")

    report = run(order(pictures))

    assert (report.progress.done, report.earlier) == (2, 2)
    assert names(out) == {*before, "c-1.png"}
    assert {path.name: path.stat().st_mtime_ns for path in out.glob("*.png") if path.name in before} == before


def test_each_files_state_is_told(pictures: Path) -> None:
    run(order(pictures))
    (pictures / "bad.png").write_bytes(b"hello")
    os.utime(pictures / "x/a.png")
    write_picture(pictures / "new.png")
    told: list[FileStatus] = []

    BatchJob(order(pictures), on_files=told.extend).run()

    states: dict[str, list[FileState]] = {}
    for status in told:
        states.setdefault(status.source, []).append(status.state)
    assert states == {
        "b.png": [FileState.DONE_BEFORE],
        "y/a.png": [FileState.DONE_BEFORE],
        "x/a.png": [FileState.WAITING, FileState.RUNNING, FileState.DONE_BEFORE],
        "bad.png": [FileState.WAITING, FileState.RUNNING, FileState.FAILED],
        "new.png": [FileState.WAITING, FileState.RUNNING, FileState.DONE],
    }
    last = {status.source: status for status in told}
    assert (last["new.png"].cards, last["new.png"].reason, last["new.png"].path) == (1, None, pictures / "new.png")
    assert "not a picture" in (last["bad.png"].reason or "")


def test_a_closed_folder_is_told_among_the_files(pictures: Path) -> None:
    closed = FoundInputs((), (pictures,))
    told: list[FileStatus] = []

    surroundings = Surroundings(find=lambda inputs, out: closed)
    BatchJob(order(pictures), on_files=told.extend, surroundings=surroundings).run()

    ((status),) = told
    assert (status.source, status.state) == (str(pictures), FileState.FAILED)
    assert "cannot be read" in (status.reason or "")


def test_bad_files_are_listed_and_tried_again_by_the_next_run(pictures: Path) -> None:
    (pictures / "bad.png").write_bytes(b"hello")
    write_picture(pictures / "deadly.png", width=13)
    out = pictures.parent / "out"

    report = run(order(pictures))

    assert [source for source, _ in report.failures] == ["bad.png", "deadly.png"]
    assert "crash" in dict(report.failures)["deadly.png"]
    assert report.progress.failed == 2
    assert names(out) == {"a-1.png", "a_2-1.png", "b-1.png"}
    write_picture(pictures / "deadly.png")
    assert [source for source, _ in run(order(pictures)).failures] == ["bad.png"]
    assert [row["source"] for row in rows(out)].count("deadly.png") == 1
    assert "deadly-1.png" in names(out)


def test_cancel_and_go_on(pictures: Path) -> None:
    job = BatchJob(order(pictures), lambda progress: job.cancel() if progress.done == 1 else None)

    assert job.run().cancelled
    assert names(pictures.parent / "out") == {"b-1.png"}
    assert run(order(pictures)).progress.done == 2
    assert names(pictures.parent / "out") == {"a-1.png", "a_2-1.png", "b-1.png"}


def test_pause_and_resume(pictures: Path) -> None:
    paused = threading.Event()

    def pause_at_once(progress: Progress) -> None:
        if progress.done == 0:
            job.pause()
            paused.set()

    job = BatchJob(order(pictures), pause_at_once)
    thread = threading.Thread(target=job.run)
    thread.start()
    assert paused.wait(60)
    thread.join(0.3)
    assert thread.is_alive()
    assert names(pictures.parent / "out") == set()
    job.resume()
    thread.join(60)
    assert len(names(pictures.parent / "out")) == 3


class HourLongPause:
    """Is over after an hour by the clock that it sets on."""

    def __init__(self, now_s: list[float]) -> None:
        self._now_s = now_s

    def wait(self, _timeout_s: float) -> None:
        self._now_s[0] += 3600


def test_a_pause_does_not_count_as_time_that_files_took(pictures: Path, monkeypatch) -> None:
    now_s, seen = [0.0], []
    monkeypatch.setattr(job_module.time, "monotonic", lambda: now_s[0])
    job = BatchJob(order(pictures), seen.append)
    monkeypatch.setattr(job, "_may_go_on", HourLongPause(now_s))
    run = SimpleNamespace(started_s=0.0, progress=Progress())
    job._wait(run)
    now_s[0] += 10
    job._tell(run, total=100, done=10)

    assert seen[-1].left_s == pytest.approx(90)


def test_watching_takes_what_comes_until_cancelled(pictures: Path, monkeypatch) -> None:
    monkeypatch.setattr("app.batch.watching.SETTLING_S", 0)
    monkeypatch.setattr(job_module, "_WATCH_INTERVAL_S", 0.01)

    def come_later(progress: Progress) -> None:
        if progress.done == 3 == progress.total:
            write_picture(pictures / "late.png")
        if progress.done == 4:
            job.cancel()

    job = BatchJob(order(pictures, watch=True), come_later)

    report = job.run()

    assert "late-1.png" in names(pictures.parent / "out")
    assert not report.cancelled


def test_a_batch_into_a_folder_of_pictures_does_not_scan_its_own_cards(pictures: Path) -> None:
    (pictures.parent / "link").symlink_to(pictures)
    into_itself = order(pictures, out=pictures.parent / "link")

    assert run(into_itself).progress.done == 3
    write_picture(pictures / "late.png")

    assert run(into_itself).progress.done == 1
    assert names(pictures) == {"a-1.png", "a_2-1.png", "b.png", "b-1.png", "late.png", "late-1.png"}
    with pytest.raises(WatchesItselfError):
        run(dataclasses.replace(into_itself, watch=True))


def test_a_pattern_that_leads_into_the_folder_written_to_takes_no_file_of_the_batch(pictures: Path) -> None:
    everything = order(pictures, inputs=(str(pictures / "**" / "*"),), out=pictures / "out")

    for done in (3, 0):
        report = run(everything)
        assert (report.progress.done, report.failures) == (done, ())


def test_the_users_files_are_left_alone(pictures: Path) -> None:
    out = pictures.parent / "out"
    out.mkdir()
    (out / "b-1.png").write_bytes(b"the user's")

    run(order(pictures))

    assert (out / "b-1.png").read_bytes() == b"the user's"
    assert names(out) == {"a-1.png", "a_2-1.png", "b-1.png", "b_2-1.png"}


def test_names_that_do_not_tell_cards_of_different_files_apart(pictures: Path) -> None:
    options = ScanOptions(CardStyle(dpi=150), ExportFormat(template=NameTemplate("card")))

    run(order(pictures, options=options))

    assert names(pictures.parent / "out") == {"card.png", "card_2.png", "card_3.png"}


def test_a_full_disk_stops_the_batch_and_the_next_run_goes_on(pictures: Path, monkeypatch) -> None:
    def fail(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", fail)
        with pytest.raises(DiskFullError):
            run(order(pictures))
    assert names(pictures.parent / "out") == set()
    assert run(order(pictures)).progress.done == 3


def test_two_batches_into_one_folder_are_refused(pictures: Path) -> None:
    def begin_another(progress: Progress) -> None:
        with pytest.raises(FolderBusyError):
            run(order(pictures))
        refused.append(progress)

    refused: list[Progress] = []
    run(order(pictures), begin_another)
    assert refused


def test_other_settings_are_refused(pictures: Path) -> None:
    run(order(pictures))
    with pytest.raises(OtherSettingsError):
        run(order(pictures, options=ScanOptions(CardStyle(dpi=200))))


def test_a_manifest_of_another_batch_is_not_replaced(pictures: Path) -> None:
    out = pictures.parent / "out"
    out.mkdir()
    (out / MANIFEST_CSV_NAME).write_bytes(b"the user's")

    with pytest.raises(ManifestInTheWayError):
        run(order(pictures))
    with pytest.raises(ManifestInTheWayError):
        run(order(pictures))
    assert (out / MANIFEST_CSV_NAME).read_bytes() == b"the user's"


@pytest.mark.skipif(sys.platform == "win32", reason="signals are not held back on Windows")
def test_an_interrupt_comes_to_no_worker_of_the_first_or_of_later_ones(pictures: Path) -> None:
    write_picture(pictures / "a-deadly.png", width=13)

    report = run(order(pictures, load=load_uninterrupted))

    assert [source for source, _ in report.failures] == ["a-deadly.png"]


def test_a_detector_that_does_not_load_stops_the_batch(pictures: Path) -> None:
    with pytest.raises(DetectorError, match="no detector here"):
        run(order(pictures, load=load_nothing))
    assert rows(pictures.parent / "out") == []
