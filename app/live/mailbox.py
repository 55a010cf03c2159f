"""A mailbox of one slot in which the newest item wins.

It stands between a thread that produces and one that may be slower: nothing queues up, so nothing falls behind.
"""

from __future__ import annotations

import threading
from typing import Generic, TypeVar

Item = TypeVar("Item")


class Mailbox(Generic[Item]):
    """Hands items from one thread to another. What is not taken before the next one comes is dropped."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._item: Item | None = None
        self._closed = False
        self._dropped = 0

    @property
    def dropped(self) -> int:
        """How many items were replaced before anyone took them."""
        with self._condition:
            return self._dropped

    def put(self, item: Item) -> bool:
        """Leave an item; never waits. True where the slot was empty, so that a reader may have to be woken."""
        with self._condition:
            if self._closed:
                return False
            was_empty = self._item is None
            self._dropped += not was_empty
            self._item = item
            self._condition.notify()
            return was_empty

    def take(self) -> Item | None:
        """Wait for an item; None once no more come."""
        with self._condition:
            self._condition.wait_for(lambda: self._item is not None or self._closed)
            return self._empty()

    def take_newer(self, than: Item, within_s: float) -> Item:
        """Wait a while for an item newer than one that was taken, and give that, or the other where none comes.

        The one that is replaced counts as dropped.
        """
        with self._condition:
            self._condition.wait_for(lambda: self._item is not None or self._closed, within_s)
            newer = self._empty()
            self._dropped += newer is not None
            return than if newer is None else newer

    def take_now(self) -> Item | None:
        """The item there is, or None; never waits."""
        with self._condition:
            return self._empty()

    def finish(self) -> None:
        """What comes later is not kept; what is there can still be taken."""
        with self._condition:
            self._closed = True
            self._condition.notify_all()

    def close(self) -> None:
        """Nothing can be taken any more; wakes whoever waits."""
        with self._condition:
            self._closed = True
            self._item = None
            self._condition.notify_all()

    def _empty(self) -> Item | None:
        item, self._item = self._item, None
        return item
