from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.session.history import History


def test_undo_and_redo() -> None:
    history = History(0)
    history.do(1, "one")
    history.do(2, "two")

    assert history.undo()
    assert (history.state, history.undoable, history.redoable) == (1, "one", "two")
    assert history.redo()
    assert history.state == 2
    assert not history.redo()


def test_what_changes_nothing_is_no_step() -> None:
    history = History(0)

    assert not history.do(0, "nothing")
    assert history.undoable is None


def test_what_is_learned_of_things_holds_at_every_step() -> None:
    history = History((1, 2))
    history.do((1, 2, 3), "add")
    history.do((1,), "remove")
    history.undo()

    assert history.amend(lambda state: tuple(10 * value for value in state))
    assert (history.state, history.undoable, history.redoable) == ((10, 20, 30), "add", "remove")
    assert not history.amend(lambda state: state)
    history.redo()
    assert history.state == (10,)
    history.undo()
    history.undo()
    assert history.state == (10, 20)


def test_a_new_deed_forgets_what_was_undone() -> None:
    history = History(0)
    history.do(1, "one")
    history.undo()
    history.do(2, "two")

    assert history.redoable is None


@given(st.lists(st.sampled_from(["do", "undo", "redo"]), max_size=60))
def test_undoing_everything_leads_back_to_the_beginning(deeds: list[str]) -> None:
    history = History(0)
    for number, deed in enumerate(deeds, start=1):
        if deed == "do":
            history.do(number, str(number))
        else:
            getattr(history, deed)()
    while history.undo():
        pass

    assert history.state == 0
