from __future__ import annotations

import cv2
import numpy as np
import pytest

from detector.training.synthesis import webcam
from detector.training.synthesis.webcam import take, webcam_frame

SCENE = np.full((240, 320, 3), 90, np.uint8)
cv2.rectangle(SCENE, (80, 60), (240, 160), (230, 225, 220), cv2.FILLED)


def test_the_scene_is_still_to_be_seen() -> None:
    """Dimmer, blurred and noisy, but the card is brighter than what it lies on, and in its place."""
    for seed in range(20):
        frame = webcam_frame(np.random.default_rng(seed), SCENE)
        assert frame.shape == SCENE.shape
        assert frame.dtype == np.uint8
        inside, outside = frame[75:145, 95:225].mean(), frame[75:145, 5:65].mean()
        assert inside > outside + 15


def test_the_same_seed_gives_the_same_frame_and_others_others() -> None:
    first, same, other = (webcam_frame(np.random.default_rng(seed), SCENE) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, same)
    assert np.abs(first.astype(int) - other).mean() > 2


def test_black_smeared_by_movement_is_still_black() -> None:
    """Warnings are errors here: less than no light has no root."""
    stripes = np.zeros((320, 512, 3), np.uint8)
    stripes[:, ::40] = 255
    for seed in range(60):
        assert webcam_frame(np.random.default_rng(seed), stripes).shape == stripes.shape


def test_small_pictures_survive() -> None:
    assert webcam_frame(np.random.default_rng(0), np.full((64, 64, 3), 128, np.uint8)).shape == (64, 64, 3)


def test_so_many_pictures_as_wanted_are_a_webcams_and_photographs_keep_their_detail(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    details: list[float] = []

    def photograph(rng: np.random.Generator, image: np.ndarray, detail: float) -> np.ndarray:
        details.append(detail)
        return image

    monkeypatch.setattr(webcam, "webcam_frame", lambda rng, image: image)
    monkeypatch.setattr(webcam, "photograph", photograph)
    for seed in range(400):
        assert take(np.random.default_rng(seed), SCENE, 0.5, webcam_share=0.4) is SCENE
    assert 1 - len(details) / 400 == pytest.approx(0.4, abs=0.06)
    assert set(details) == {0.5}
