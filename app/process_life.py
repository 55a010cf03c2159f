"""How processes end: with the one that started them, even where that is killed, and in order when told to."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from multiprocessing import resource_tracker
from types import FrameType

_ENDING_SIGNALS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextlib.contextmanager
def end_in_order() -> Iterator[None]:
    """Let SIGTERM and SIGHUP raise SystemExit(128 + the signal), so that what is open is closed and removed.

    A signal that is ignored, as under `nohup`, stays so. Outside the main thread, which alone gets signals, nothing is
    changed.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in _ENDING_SIGNALS}
    changed = [number for number, handler in before.items() if handler is signal.SIG_DFL]
    try:
        for number in changed:
            signal.signal(number, _end)
        yield
    finally:
        for number in changed:
            signal.signal(number, before[number])


@contextlib.contextmanager
def ending_signals() -> Iterator[socket.socket]:
    """Let SIGTERM, SIGHUP and Ctrl+C end nothing: each writes its number, a byte, to the socket that is given.

    It is for a program that waits for events in another library, where a handler in Python would run with the next
    event only, and raise out of whatever that calls. A signal that is ignored stays so. The main thread alone may ask
    for it.
    """
    received, sent = socket.socketpair()
    with received, sent:
        sent.setblocking(False)
        before = {number: signal.getsignal(number) for number in (*_ENDING_SIGNALS, signal.SIGINT)}
        changed = [number for number, handler in before.items() if handler is not signal.SIG_IGN]
        wakened_before = signal.set_wakeup_fd(sent.fileno(), warn_on_full_buffer=False)
        try:
            for number in changed:
                signal.signal(number, _leave)
            yield received
        finally:
            for number in changed:
                signal.signal(number, before[number])
            signal.set_wakeup_fd(wakened_before)


def _leave(_number: int, _frame: FrameType | None) -> None:
    """A handler has to be there for a signal to be written to the socket."""


def _end(number: int, _frame: FrameType | None) -> None:
    for further in _ENDING_SIGNALS:
        signal.signal(further, signal.SIG_IGN)  # ending is not to be interrupted
    raise SystemExit(128 + number)


@contextlib.contextmanager
def keep_interrupts_from_children() -> Iterator[None]:
    """Let processes that are started meanwhile, and by threads begun meanwhile, get no Ctrl+C.

    A terminal sends it to all of them. This process ends its workers itself; one that is just loading its modules would
    print a traceback. On Windows nothing is changed.
    """
    if sys.platform == "win32":
        yield
        return
    resource_tracker.ensure_running()  # which `multiprocessing` starts with its first worker, and then lets signals in
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def is_running(process: int) -> bool:
    """Whether a process of this computer runs, or may do so."""
    if sys.platform == "win32":  # where signal 0 ends a process
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (OSError, OverflowError):
        return True
    return True


def end_with_parent() -> None:
    """End this process, started by `multiprocessing`, as soon as its parent is gone.

    Without it, a worker whose parent is killed waits for work for ever.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_end_after, args=(parent,), name="end-with-parent", daemon=True).start()


def _end_after(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os._exit(1)
