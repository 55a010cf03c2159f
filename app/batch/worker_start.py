"""How a worker process begins. Imports nothing that starts threads, so that their number can be set first."""

from __future__ import annotations

import os

from app.process_life import end_with_parent

_THREAD_LIMITS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


def start_worker() -> None:
    """Keep this process to one thread of computing, since there is one worker a core, and end it with its parent.

    Two processes with two threads each on two cores slow each other down tenfold: idle threads spin.
    """
    end_with_parent()
    os.environ.update(dict.fromkeys(_THREAD_LIMITS, "1"))
    import cv2

    cv2.setNumThreads(1)
