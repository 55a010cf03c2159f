from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from app.process_life import end_in_order, ending_signals, is_running, keep_interrupts_from_children

ROOT = Path(__file__).parents[2]

PARENT = """
import multiprocessing, sys, time
from app.process_life import end_with_parent

def work(ready):
    end_with_parent()
    ready.set()
    time.sleep(600)

if __name__ == "__main__":
    context = multiprocessing.get_context("spawn")
    ready = context.Event()
    context.Process(target=work, args=(ready,)).start()
    ready.wait()
    print("ready", flush=True)
    time.sleep(600)
"""


def test_a_worker_ends_when_its_parent_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "parent.py"
    script.write_text(PARENT)
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.kill()
        # The worker has inherited this pipe; it ends with the last process that has it.
        assert process.stdout.read() == b""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes without asking them")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_process_that_is_told_to_end_closes_what_is_open_first_undisturbed(number: signal.Signals) -> None:
    code = (
        "import os, signal, time\nfrom app.process_life import end_in_order\n"
        f"signal.signal({number:d}, signal.SIG_DFL)\n"  # what runs the tests may ignore it, as `nohup` does
        "with end_in_order():\n"
        "    try:\n        print('ready', flush=True)\n        time.sleep(600)\n"
        f"    finally:\n        os.kill(os.getpid(), {number:d})\n        print('closed', flush=True)"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(number)
        assert process.stdout.read() == b"closed\n"
    assert process.returncode == 128 + number


def tell_whether_interrupts_come(told: Connection) -> None:
    told.send(signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, []))


def interrupts_come_to_a_child() -> bool:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=tell_whether_interrupts_come, args=(theirs,))
    process.start()
    try:
        return bool(ours.recv())
    finally:
        process.join()


@pytest.mark.skipif(sys.platform == "win32", reason="signals are not held back on Windows")
def test_an_interrupt_comes_to_no_child_that_is_started_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(ROOT)
    with keep_interrupts_from_children():
        assert not interrupts_come_to_a_child()
    assert interrupts_come_to_a_child()
    assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, [])


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGHUP on Windows")
def test_a_signal_that_is_ignored_stays_so() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with end_in_order():
            assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
            assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGHUP on Windows")
def test_signals_that_tell_to_end_are_read_from_a_socket_but_for_one_that_is_ignored() -> None:
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with ending_signals() as received:
            for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGINT):
                os.kill(os.getpid(), number)
            assert received.recv(3) == bytes([signal.SIGTERM, signal.SIGINT])
        assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGHUP, before)


@pytest.mark.skipif(sys.platform == "win32", reason="it is not known on Windows")
def test_processes_that_run_and_that_do_not() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()

    assert is_running(os.getpid())
    assert not is_running(process.pid)
