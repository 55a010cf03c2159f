from __future__ import annotations

import numpy as np
import pytest

from app.session.album_card import as_corners
from app.session.corner_edit import CornerEdit
from detector.geometry import rectangle_quad

START = as_corners(rectangle_quad(400, 200) + 100)


@pytest.fixture
def edit() -> CornerEdit:
    return CornerEdit(START, START, (800, 600))


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
