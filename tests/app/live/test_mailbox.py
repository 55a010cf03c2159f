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


def test_a_newer_item_replaces_one_that_was_taken() -> None:
    mailbox: Mailbox[int] = Mailbox()
    mailbox.put(2)

    assert mailbox.take_newer(1, within_s=5) == 2
    assert mailbox.dropped == 1


def test_without_a_newer_item_the_one_that_was_taken_stays() -> None:
    mailbox: Mailbox[int] = Mailbox()

    assert mailbox.take_newer(1, within_s=0.001) == 1
    assert mailbox.dropped == 0


def test_closing_ends_the_wait_for_a_newer_item() -> None:
    mailbox: Mailbox[int] = Mailbox()
    mailbox.close()

    assert mailbox.take_newer(1, within_s=60) == 1


def test_what_is_there_at_the_end_can_still_be_taken() -> None:
    mailbox: Mailbox[int] = Mailbox()
    mailbox.put(1)
    mailbox.finish()

    assert not mailbox.put(2)
    assert [mailbox.take(), mailbox.take()] == [1, None]
