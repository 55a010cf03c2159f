from __future__ import annotations

import numpy as np
import pytest

from app.documents.formats import FORMATS
from app.session.album_card import as_corners
from app.session.corner_edit import CornerEdit, Draft
from detector.geometry import rectangle_quad

START = as_corners(rectangle_quad(400, 200) + 100)


@pytest.fixture
def edit() -> CornerEdit:
    return CornerEdit(Draft(START, START), (800, 600))


def test_a_corner_moves_freely(edit) -> None:
    assert edit.move_to(0, 90, 120)
    assert edit.corners[0] == (90, 120)
    assert edit.corners[1:] == START[1:]


def test_an_edge_moves_as_a_whole_and_only_across_itself(edit) -> None:
    edit.nudge(4, 50, -10)

    assert np.allclose(edit.quad[:2], [(100, 90), (500, 90)])
    assert edit.corners[2:] == START[2:]


def test_a_step_that_folds_the_outline_is_not_taken(edit) -> None:
    assert not edit.move_to(0, 600, 500)
    assert edit.corners == START


def test_corners_stay_near_the_picture(edit) -> None:
    edit.move_to(2, 5000, 5000)

    assert edit.corners[2] == (1000, 750)


def test_reset_after_a_turn_keeps_the_turn(edit) -> None:
    edit.turn(1)
    edit.nudge(0, 5, 5)
    edit.reset()

    assert edit.corners == (START[3], START[0], START[1], START[2])


def test_corners_are_grabbed_before_edges(edit) -> None:
    assert edit.nearest_handle(104, 96, 12) == 0
    assert edit.nearest_handle(300, 105, 12) == 4
    assert edit.nearest_handle(300, 200, 12) is None


def test_the_moves_of_a_drag_are_undone_at_once_and_each_drag_apart(edit) -> None:
    for corner in (0, 2):
        edit.end_step()
        for _ in range(5):
            edit.nudge(corner, 2, 2)
    moved = edit.draft

    assert edit.undo()
    assert edit.corners[0] == (110, 110)
    assert edit.corners[2] == START[2]
    assert edit.undo()
    assert edit.corners == START
    assert not edit.undo()
    assert edit.redo()
    assert edit.redo()
    assert edit.draft == moved


def test_turns_resets_and_formats_are_steps(edit) -> None:
    edit.nudge(0, 5, 5)
    drafts = [edit.draft]
    edit.turn(1)
    drafts.append(edit.draft)
    edit.choose_format(FORMATS[1])
    drafts.append(edit.draft)
    edit.reset()

    for draft in reversed(drafts):
        assert edit.can_undo
        edit.undo()
        assert edit.draft == draft
    edit.undo()
    assert not edit.can_undo


def test_a_move_after_an_undo_forgets_what_was_undone(edit) -> None:
    edit.nudge(0, 5, 5)
    edit.undo()
    assert edit.can_redo
    edit.nudge(1, 5, 5)

    assert not edit.can_redo
    assert not edit.redo()
    assert edit.corners[1] == (505, 105)
