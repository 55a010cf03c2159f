"""The things around cards: repeatable, varied, and of the shapes that scenes are composed from."""

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

from detector.training.synthesis.backdrop import draw_backdrop
from detector.training.synthesis.distractors import draw_distractor
from detector.training.synthesis.occluders import draw_occluder
from detector.training.synthesis.printed_matter import draw_printed_matter

Draw = Callable[[np.random.Generator], NDArray[np.uint8]]

CUT_OUTS = [draw_printed_matter, draw_distractor, draw_occluder]
EVERYTHING = [*CUT_OUTS, draw_backdrop]
SEEDS = range(8)


@pytest.fixture
def photo() -> NDArray[np.uint8]:
    """One photograph of a single colour that no drawing uses."""
    return np.full((300, 400, 3), (3, 201, 87), np.uint8)


@pytest.mark.parametrize("draw", EVERYTHING)
def test_same_seed_draws_the_same(draw: Draw) -> None:
    for seed in SEEDS:
        first, second = draw(np.random.default_rng(seed)), draw(np.random.default_rng(seed))
        np.testing.assert_array_equal(first, second)


@pytest.mark.parametrize("draw", EVERYTHING)
def test_other_seed_draws_something_else(draw: Draw) -> None:
    pictures = {draw(np.random.default_rng(seed)).tobytes() for seed in SEEDS}
    assert len(pictures) == len(SEEDS)


@pytest.mark.parametrize("draw", CUT_OUTS)
def test_cut_outs_are_bgra_with_something_to_see(draw: Draw) -> None:
    for seed in SEEDS:
        picture = draw(np.random.default_rng(seed))
        assert picture.dtype == np.uint8
        assert picture.ndim == 3
        assert picture.shape[2] == 4
        assert 100 <= max(picture.shape[:2]) <= 640
        assert picture[..., 3].max() > 200
        assert np.mean(picture[..., 3] > 127) > 0.001


@pytest.mark.parametrize("draw", [draw_printed_matter, draw_distractor])
def test_sheets_and_rectangles_fill_their_picture(draw: Draw) -> None:
    for seed in SEEDS:
        alpha = draw(np.random.default_rng(seed))[..., 3]
        assert np.mean(alpha > 127) > 0.7


def test_occluders_leave_room_around_them() -> None:
    assert all(draw_occluder(np.random.default_rng(seed))[..., 3].min() == 0 for seed in SEEDS)


@pytest.mark.parametrize("size_px", [64, 480])
def test_backdrop_has_the_size_asked_for(size_px: int) -> None:
    for seed in SEEDS:
        picture = draw_backdrop(np.random.default_rng(seed), size_px)
        assert picture.shape == (size_px, size_px, 3)
        assert picture.dtype == np.uint8


@pytest.mark.parametrize("draw", [draw_printed_matter, draw_distractor])
def test_photos_are_used_and_left_unchanged(draw: Callable[..., NDArray[np.uint8]], photo: NDArray[np.uint8]) -> None:
    untouched = photo.copy()
    differs = [
        not np.array_equal(draw(np.random.default_rng(seed)), draw(np.random.default_rng(seed), [photo]))
        for seed in range(30)
    ]
    assert any(differs)
    np.testing.assert_array_equal(photo, untouched)


def test_tiny_photos_are_enlarged() -> None:
    speck = np.zeros((5, 3, 3), np.uint8)
    for seed in SEEDS:
        draw_printed_matter(np.random.default_rng(seed), [speck])
        draw_distractor(np.random.default_rng(seed), [speck])
