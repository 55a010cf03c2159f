from __future__ import annotations

import numpy as np

from app.session.edge_snap import snap_to_edges
from detector.geometry import homography, rectangle_quad, warp_perspective

TRUTH = np.array([[210.5, 160.2], [980.3, 120.7], [1010.4, 610.9], [190.8, 640.1]])


def test_an_outline_some_pixels_off_is_pulled_to_within_a_pixel(card) -> None:
    to_scene = homography(rectangle_quad(1011, 638), TRUTH)
    scene = warp_perspective(card, to_scene, (1280, 800), border_value=(60, 70, 80))
    off = TRUTH + [[6, -5], [-4, 6], [5, 7], [-6, -4]]

    snapped = snap_to_edges(scene, off)

    assert np.abs(snapped - TRUTH).max() < 1.0


def test_without_edges_the_outline_stays() -> None:
    flat = np.full((800, 1280, 3), 128, np.uint8)

    assert np.allclose(snap_to_edges(flat, TRUTH), TRUTH)


def test_in_a_picture_that_opencv_does_not_read_as_a_whole(card) -> None:
    scene = np.full((800, 40_000, 3), 60, np.uint8)
    scene[100:738, 35_000:36_011] = card
    truth = rectangle_quad(1011, 638) + (35_000, 100)

    assert np.abs(snap_to_edges(scene, truth + [[5, -4], [-4, 5], [4, 6], [-5, -4]]) - truth).max() < 1.0
