"""A teacher at work on the pictures of a pool, in this process or in several."""

from __future__ import annotations

import argparse
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TYPE_CHECKING

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from app.commands.pool_pictures import read_pool_picture
from app.commands.teachers import teacher_of
from app.process_life import end_with_parent, keep_interrupts_from_children
from detector.errors import DetectorError

if TYPE_CHECKING:
    from detector.training.distillation.predictions import Look, Prediction
    from detector.training.distillation.teacher import Teacher

# Pictures in work for each process that looks at them.
_AHEAD = 4

# What one of several processes looks with, once it is prepared.
_look: Look


class ProcessEndedError(DetectorError):
    """A process that looked at pictures was ended from outside."""

    def __init__(self) -> None:
        super().__init__(
            "a process that looked at pictures was ended, perhaps because memory ran out. Run the same again to go on "
            "from here, with fewer --workers if it ends again."
        )


@contextmanager
def looking_with(arguments: argparse.Namespace, teacher: Teacher) -> Iterator[Look]:
    """Looks with this teacher, or with one like it in each of several processes, which end with this context.

    Looking raises ProcessEndedError where one of them is ended from outside.
    """
    from detector.training.distillation.predictions import looking

    workers = arguments.workers or 1
    if workers <= 1:
        yield looking(arguments.pool, read_pool_picture, teacher)
        return
    pool = ProcessPool(max_workers=workers, initializer=_prepare, initargs=(arguments,), context=get_context("spawn"))
    try:
        yield lambda names: _in_order(pool, names, workers * _AHEAD)
    finally:
        pool.stop()
        pool.join()


def _prepare(arguments: argparse.Namespace) -> None:
    """Load the teacher, for one thread: there are other processes."""
    global _look
    end_with_parent()
    import cv2
    import torch

    from detector.training.distillation.predictions import looking

    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    teacher, _ = teacher_of(arguments)
    _look = looking(arguments.pool, read_pool_picture, teacher)


def _seen(name: str) -> Prediction:
    """What the teacher of this process sees in one picture."""
    return next(_look([name]))


def _in_order(pool: ProcessPool, names: Iterable[str], ahead: int) -> Iterator[Prediction]:
    """What is seen in each picture, in their order, with at most so many in work: a large pool takes no more memory."""
    waiting: deque[ProcessFuture[Prediction]] = deque()
    for name in names:
        with keep_interrupts_from_children():  # the pool starts its processes with the first picture
            waiting.append(pool.schedule(_seen, (name,)))
        if len(waiting) >= ahead:
            yield _result(waiting.popleft())
    while waiting:
        yield _result(waiting.popleft())


def _result(future: ProcessFuture[Prediction]) -> Prediction:
    try:
        return future.result()
    except (ProcessExpired, BrokenProcessPool) as error:
        raise ProcessEndedError from error
