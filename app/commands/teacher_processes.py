"""A teacher at work on the pictures of a pool, in this process or in several."""

from __future__ import annotations

import argparse
from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import TYPE_CHECKING

from app.commands.pool_pictures import read_pool_picture
from app.commands.teachers import teacher_of

if TYPE_CHECKING:
    from detector.training.distillation.predictions import Look, Prediction
    from detector.training.distillation.teacher import Teacher

# Pictures in work for each process that looks at them.
_AHEAD = 4

# What one of several processes looks with, once it is prepared.
_look: Look


@contextmanager
def looking_with(arguments: argparse.Namespace, teacher: Teacher) -> Iterator[Look]:
    """Looks with this teacher, or with one like it in each of several processes."""
    from detector.training.distillation.predictions import looking

    if arguments.workers <= 1:
        yield looking(arguments.pool, read_pool_picture, teacher)
        return
    with ProcessPoolExecutor(arguments.workers, get_context("spawn"), _prepare, (arguments,)) as pool:
        yield lambda names: _in_order(pool, names, arguments.workers * _AHEAD)


def _prepare(arguments: argparse.Namespace) -> None:
    """Load the teacher, for one thread: there are other processes."""
    global _look
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


def _in_order(pool: ProcessPoolExecutor, names: Iterable[str], ahead: int) -> Iterator[Prediction]:
    """What is seen in each picture, in their order, with at most so many in work: a large pool takes no more memory."""
    waiting: deque[Future[Prediction]] = deque()
    for name in names:
        waiting.append(pool.submit(_seen, name))
        if len(waiting) >= ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()
