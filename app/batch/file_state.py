"""What becomes of each file of a batch while it runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class FileState(StrEnum):
    """Where a file of a batch is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    DONE_BEFORE = "done before"
    """An earlier run of the batch did the same contents; nothing is done with it."""


@dataclass(frozen=True, slots=True)
class FileStatus:
    """One file's state.

    Attributes:
        path: Absolute; what tells files of one batch apart.
        source: As seen from the folder that was searched, with / between folders; for showing.
        state: Where it is.
        cards: Cards found in it, in this run.
        reason: Why it failed, wholly or in part, now or before, worded for the user; None where it did not.
    """

    path: Path
    source: str
    state: FileState
    cards: int = 0
    reason: str | None = None


OnFiles = Callable[[Sequence[FileStatus]], None]
"""Told of the files whose state has changed; of all files of a run at its beginning."""
