"""Undo and redo, for a state that is never changed but replaced."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

State = TypeVar("State")

_REMEMBERED = 500


@dataclass(frozen=True, slots=True)
class Step(Generic[State]):
    """A state before or after something was done, and what that was, in words for the user."""

    state: State
    deed: str


class History(Generic[State]):
    """The present state, and the way there. Remembers the last 500 steps."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._done: list[Step[State]] = []
        self._undone: list[Step[State]] = []

    @property
    def state(self) -> State:
        """The present state."""
        return self._state

    @property
    def undoable(self) -> str | None:
        """What `undo` would undo."""
        return self._done[-1].deed if self._done else None

    @property
    def redoable(self) -> str | None:
        """What `redo` would do again."""
        return self._undone[-1].deed if self._undone else None

    def do(self, state: State, deed: str) -> bool:
        """Go on to a new state; what was undone can't be redone then. False where nothing changes."""
        if state == self._state:
            return False
        self._done = [*self._done[-_REMEMBERED + 1 :], Step(self._state, deed)]
        self._undone.clear()
        self._state = state
        return True

    def amend(self, change: Callable[[State], State]) -> bool:
        """Change what is known of things, now and at every step, without a step of its own; False for no change now."""
        before, self._state = self._state, change(self._state)
        self._done = [Step(change(step.state), step.deed) for step in self._done]
        self._undone = [Step(change(step.state), step.deed) for step in self._undone]
        return self._state != before

    def undo(self) -> bool:
        """Go back one step; False at the beginning."""
        return self._go(self._done, self._undone)

    def redo(self) -> bool:
        """Do again what was undone last; False where nothing was."""
        return self._go(self._undone, self._done)

    def _go(self, source: list[Step[State]], target: list[Step[State]]) -> bool:
        if not source:
            return False
        step = source.pop()
        target.append(Step(self._state, step.deed))
        self._state = step.state
        return True
