from __future__ import annotations

import threading

from app.live.mailbox import Mailbox


def test_the_newest_item_wins() -> None:
    mailbox: Mailbox[int] = Mailbox()

    assert mailbox.put(1)
    assert not mailbox.put(2)
    assert not mailbox.put(3)

    assert mailbox.take() == 3
    assert mailbox.dropped == 2
    assert mailbox.take_now() is None


def test_closing_wakes_whoever_waits() -> None:
    mailbox: Mailbox[int] = Mailbox()
    taken: list[int | None] = []
    reader = threading.Thread(target=lambda: taken.append(mailbox.take()))
    reader.start()

    mailbox.close()
    reader.join(5)

    assert taken == [None]
    assert not mailbox.put(1)
    assert mailbox.take() is None


def test_a_slow_reader_gets_recent_items_in_order() -> None:
    mailbox: Mailbox[int] = Mailbox()
    seen: list[int] = []

    def read() -> None:
        while (item := mailbox.take()) is not None:
            seen.append(item)
            if item == 999:
                return

    reader = threading.Thread(target=read)
    reader.start()
    for number in range(1000):
        mailbox.put(number)
    reader.join(5)

    assert seen == sorted(seen)
    assert seen[-1] == 999
    assert len(seen) + mailbox.dropped == 1000
