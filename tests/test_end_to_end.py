"""The weights that ship find cards in scenes that are rendered here, by faces they have never seen."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from detector import Detection, Detector
from detector.geometry import quad_iou, rectangle_quad
from detector.training.synthesis.backdrop import draw_backdrop
from detector.training.synthesis.card_face import draw_card_face
from detector.training.synthesis.composition import Plane
from detector.training.synthesis.mipmap import build_mipmap
from detector.training.synthesis.scene import Layer, Quad, Scene, render

WIDTH, HEIGHT = 960, 720
SEED = 20_260_101
SCENES = 8


def scene(seed: int) -> Scene:
    """One card on one surface, seen from a little aside, lit evenly: what any detector has to find."""
    rng = np.random.default_rng((SEED, seed))
    surface, face = build_mipmap(draw_backdrop(rng)), build_mipmap(draw_card_face(rng).image)
    tilt, _ = cv2.Rodrigues(rng.uniform(-0.3, 0.3, 3) * (1, 1, 0))
    to_camera = np.column_stack([tilt[:, 0], tilt[:, 1], [0, 0, 1.2 * WIDTH]])
    camera = np.array([[1.2 * WIDTH, 0, WIDTH / 2], [0, 1.2 * WIDTH, HEIGHT / 2], [0, 0, 1]])
    plane = Plane(camera @ to_camera, WIDTH, HEIGHT)
    centre = rng.uniform(0.45, 0.55, 2) * (WIDTH, HEIGHT)
    quad = plane.place(face.aspect, centre, rng.uniform(0.15, 0.3) * WIDTH * HEIGHT, rng.uniform(0, 2 * np.pi))
    layers = (Layer(face, quad, "card", shadow=0.4),)
    nothing = np.zeros((0, 4, 2))
    return Scene(WIDTH, HEIGHT, surface, rectangle_quad(WIDTH, HEIGHT), layers, quad[None], nothing, nothing)


@pytest.fixture(scope="module")
def answers() -> list[tuple[Quad, list[Detection]]]:
    """The true quad of each scene, and what is detected in it."""
    detector = Detector.load("cpu")
    scenes = [scene(seed) for seed in range(SCENES)]
    return [(s.cards[0], detector.detect(render(s, np.eye(3), (WIDTH, HEIGHT)))) for s in scenes]


def test_cards_are_found_where_they_lie(answers: list[tuple[Quad, list[Detection]]]) -> None:
    overlaps = [quad_iou(found[0].quad, quad) if found else 0.0 for quad, found in answers]
    assert sum(overlap > 0.9 for overlap in overlaps) >= SCENES - 1, overlaps


def test_no_card_is_found_twice(answers: list[tuple[Quad, list[Detection]]]) -> None:
    assert sum(len(found) > 1 for _, found in answers) <= 1


def test_an_even_surface_holds_no_card() -> None:
    assert Detector.load("cpu").detect(np.full((HEIGHT, WIDTH, 3), (120, 140, 150), np.uint8)) == []
