"""Files that have stopped growing in folders that are watched.

Folders are listed again and again, which works on network drives and memory cards as well, where notifications of
the system do not.
"""

from __future__ import annotations

from collections.abc import Callable

from app.batch.inputs import FoundInputs, InputFile

SETTLING_S = 2.0
"""A file is taken once its size and time of change have stayed the same for so long."""


class SettledFiles:
    """Tells which files of successive listings have settled, each state of a file once."""

    def __init__(self, look: Callable[[], FoundInputs], clock: Callable[[], float]) -> None:
        """Watch what `look` finds, by a clock in seconds that only goes forward."""
        self._look = look
        self._clock = clock
        self._unchanged_since_s: dict[InputFile, float] = {}
        self._taken: set[InputFile] = set()

    def take(self) -> tuple[InputFile, ...]:
        """Look again, and hand out the files that have settled since the last time."""
        found = self._look().files
        now_s = self._clock()
        self._unchanged_since_s = {file: self._unchanged_since_s.get(file, now_s) for file in found}
        settled = tuple(
            file
            for file, since_s in self._unchanged_since_s.items()
            if now_s - since_s >= SETTLING_S and file not in self._taken
        )
        self._taken.update(settled)
        return settled
