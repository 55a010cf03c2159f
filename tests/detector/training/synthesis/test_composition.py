from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from detector.geometry import is_convex_clockwise, quad_area, rectangle_quad, side_lengths
from detector.training.synthesis.bank import Bank
from detector.training.synthesis.composition import (
    LABELLED_FROM,
    Plane,
    _dressed_card,
    compose_scene,
    pick,
    tilted_plane,
)
from detector.training.synthesis.mipmap import build_mipmap
from detector.training.synthesis.scene import Scene, render, visible_shares

WIDTH, HEIGHT = 320, 256
FLAT = Plane(np.eye(3), WIDTH, HEIGHT)


@pytest.fixture(scope="module")
def scenes(bank: Bank) -> list[Scene]:
    return [compose_scene(np.random.default_rng(seed), bank, WIDTH, HEIGHT) for seed in range(150)]


def quads_of(scenes: list[Scene], role: str) -> Iterator[np.ndarray]:
    for scene in scenes:
        yield from (layer.quad for layer in scene.layers if layer.role == role)


def test_the_same_seed_gives_the_same_scene(bank: Bank, scenes: list[Scene]) -> None:
    for seed in (0, 7, 31):
        again = compose_scene(np.random.default_rng(seed), bank, WIDTH, HEIGHT)
        np.testing.assert_array_equal(again.cards, scenes[seed].cards)
        pictures = [render(scene, np.eye(3), (WIDTH, HEIGHT)) for scene in (again, scenes[seed])]
        np.testing.assert_array_equal(*pictures)


def test_scenes_differ(scenes: list[Scene]) -> None:
    assert len({scene.background_quad.tobytes() for scene in scenes}) == len(scenes)


def test_cards_are_of_all_sizes_and_some_scenes_have_none(scenes: list[Scene]) -> None:
    counts = [len(scene.cards) for scene in scenes]
    shares = [quad_area(quad) / (WIDTH * HEIGHT) for scene in scenes for quad in scene.cards]
    assert min(counts) == 0
    assert 5 <= max(counts) <= 9
    assert min(shares) < 0.03
    assert max(shares) > 0.5


@pytest.mark.parametrize("role", ["card", "rectangle", "ground"])
def test_whatever_lies_in_a_scene_is_a_convex_quad(role: str, scenes: list[Scene]) -> None:
    quads = list(quads_of(scenes, role))
    assert len(quads) > 20
    assert all(is_convex_clockwise(quad) for quad in quads)


def test_every_card_is_asked_for_or_hidden(scenes: list[Scene]) -> None:
    for scene in scenes:
        cards = {layer.quad.tobytes() for layer in scene.layers if layer.role == "card"}
        asked, hidden = ({quad.tobytes() for quad in quads} for quads in (scene.cards, scene.hidden_cards))
        assert asked.isdisjoint(hidden)
        assert asked | hidden == cards


def test_hidden_cards_are_those_of_which_little_is_seen(scenes: list[Scene]) -> None:
    seen = 0
    for scene in scenes:
        shares = visible_shares(list(scene.layers), WIDTH, HEIGHT)
        for layer, share in zip(scene.layers, shares, strict=True):
            if layer.role == "card":
                hidden = any((layer.quad == quad).all() for quad in scene.hidden_cards)
                assert hidden == (share < LABELLED_FROM)
                seen += hidden
    assert seen


def test_few_cards_are_hidden(scenes: list[Scene]) -> None:
    hidden, asked = (sum(len(quads) for quads in kind) for kind in zip(*map(both_kinds, scenes), strict=True))
    assert hidden < 0.15 * asked


def both_kinds(scene: Scene) -> tuple[np.ndarray, np.ndarray]:
    return scene.hidden_cards, scene.cards


def test_the_frame_cuts_few_cards(scenes: list[Scene]) -> None:
    cards = np.concatenate([scene.cards for scene in scenes])
    whole = ((cards > -0.5) & (cards < (WIDTH + 0.5, HEIGHT + 0.5))).all(axis=(1, 2))
    assert 0.8 < whole.mean() < 1


def test_a_card_in_a_sleeve_is_seen() -> None:
    card = build_mipmap(np.full((638, 1011, 4), 255, np.uint8))
    quad = rectangle_quad(200, 126) + 40
    dressed = [_dressed_card(np.random.default_rng(seed), card, quad) for seed in range(100)]
    sleeved = [layers for layers in dressed if len(layers) == 2 and layers[0].role == "card"]
    assert sleeved
    for layers in sleeved:
        assert visible_shares(layers, WIDTH, HEIGHT)[0] > 0.9


@given(st.floats(0.4, 2.5), st.floats(60, 200), st.floats(60, 200), st.floats(100, 20_000), st.floats(-np.pi, np.pi))
def test_a_flat_plane_places_what_is_asked_for(aspect: float, x: float, y: float, area: float, angle: float) -> None:
    quad = FLAT.place(aspect, np.array([x, y]), area, angle)
    sides = side_lengths(quad)
    np.testing.assert_allclose(quad.mean(axis=0), (x, y), atol=1e-6)
    assert quad_area(quad) == pytest.approx(area)
    assert sides[0] / sides[1] == pytest.approx(aspect)
    np.testing.assert_allclose(quad[1] - quad[0], sides[0] * np.array([np.cos(angle), np.sin(angle)]), atol=1e-6)


@given(st.integers(0, 2**32 - 1))
def test_tilted_planes_show_small_things_at_about_their_area(seed: int) -> None:
    plane = tilted_plane(np.random.default_rng(seed), WIDTH, HEIGHT)
    quad = plane.place(1.586, np.array([WIDTH / 2, HEIGHT / 2]), 400.0, 0.3)
    assert is_convex_clockwise(quad)
    assert quad_area(quad) == pytest.approx(400, rel=0.1)


def test_any_picture_may_be_picked() -> None:
    pictures = [build_mipmap(np.full((30, 30, 3), value, np.uint8)) for value in range(3)]
    rng = np.random.default_rng(0)
    assert {int(pick(rng, pictures).levels[0][0, 0, 0]) for _ in range(50)} == {0, 1, 2}
