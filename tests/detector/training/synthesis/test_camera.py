from __future__ import annotations

import numpy as np
import pytest

from detector.training.synthesis.camera import chance, photograph

SCENE = np.random.default_rng(0).integers(0, 256, (96, 128, 3), np.uint8)


@pytest.mark.parametrize(("width", "height"), [(128, 96), (33, 47), (16, 200), (720, 40)])
@pytest.mark.parametrize("detail", [1.0, 0.25])
def test_a_photograph_has_the_size_of_the_scene(width: int, height: int, detail: float) -> None:
    scene = np.full((height, width, 3), 120, np.uint8)
    for seed in range(25):
        image = photograph(np.random.default_rng(seed), scene, detail)
        assert image.shape == scene.shape
        assert image.dtype == np.uint8


def test_the_same_seed_gives_the_same_photograph() -> None:
    for seed in range(10):
        images = [photograph(np.random.default_rng(seed), SCENE) for _ in range(2)]
        np.testing.assert_array_equal(*images)


def test_photographs_differ_and_leave_the_scene_as_it_was() -> None:
    before = SCENE.copy()
    images = {photograph(np.random.default_rng(seed), SCENE).tobytes() for seed in range(20)}
    assert len(images) == 20
    np.testing.assert_array_equal(SCENE, before)


def test_less_detail_means_less_contrast_of_fine_structure() -> None:
    def contrast(detail: float) -> float:
        return float(np.mean([photograph(np.random.default_rng(s), SCENE, detail).std() for s in range(20)]))

    assert contrast(0.25) < 0.7 * contrast(1.0)


def test_light_is_dim_to_bright_and_seldom_leaves_nothing_to_see() -> None:
    means = np.array([photograph(np.random.default_rng(seed), SCENE).mean() for seed in range(100)])
    assert means.min() < 70
    assert means.max() > 150
    assert np.mean((means > 20) & (means < 240)) > 0.9


def test_chance() -> None:
    rng = np.random.default_rng(0)
    assert not any(chance(rng, 0.0) for _ in range(100))
    assert all(chance(rng, 1.0) for _ in range(100))
    assert 200 < sum(chance(rng, 0.25) for _ in range(1000)) < 300
