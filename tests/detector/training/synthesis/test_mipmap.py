from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.training.synthesis.mipmap import SHARPNESS, SMALLEST_SIDE_PX, MipMap, build_mipmap

OPAQUE = build_mipmap(np.full((200, 320, 3), 90, np.uint8))
CUT_OUT = build_mipmap(np.full((200, 320, 4), 255, np.uint8))


def test_levels_halve_down_to_the_smallest_side() -> None:
    assert [level.shape for level in OPAQUE.levels] == [(200, 320, 3), (100, 160, 3), (50, 80, 3), (25, 40, 3)]
    assert SMALLEST_SIDE_PX > 25 // 2


def test_cut_out_pictures_have_a_transparent_rim_of_their_edges_colour() -> None:
    image = np.random.default_rng(0).integers(0, 256, (60, 80, 4), np.uint8)
    image[..., 3] = 255
    level = build_mipmap(image).levels[0]
    np.testing.assert_array_equal(level[1:-1, 1:-1], image)
    np.testing.assert_array_equal(level[0, 1:-1, :3], image[0, :, :3])
    np.testing.assert_array_equal(level[1:-1, -1, :3], image[:, -1, :3])
    rim = np.concatenate([level[0, :, 3], level[-1, :, 3], level[:, 0, 3], level[:, -1, 3]])
    assert not rim.any()


@pytest.mark.parametrize("picture", [OPAQUE, CUT_OUT])
def test_the_aspect_is_that_of_the_picture_without_its_rim(picture: MipMap) -> None:
    assert picture.aspect == 1.6


@given(st.floats(1, 1e6))
def test_the_smallest_level_that_is_sharp_enough_is_drawn(area_px: float) -> None:
    level, _ = OPAQUE.for_area(area_px)
    enough = [other for other in OPAQUE.levels if other.shape[0] * other.shape[1] * SHARPNESS >= area_px]
    assert level is (enough[-1] if enough else OPAQUE.levels[0])


def test_the_quad_is_that_of_the_picture_within_its_rim() -> None:
    level, quad = CUT_OUT.for_area(1)
    assert level.shape == (27, 42, 4)
    np.testing.assert_array_equal(quad, [[1, 1], [41, 1], [41, 26], [1, 26]])
    _, quad = OPAQUE.for_area(1e6)
    np.testing.assert_array_equal(quad, [[0, 0], [320, 0], [320, 200], [0, 200]])
