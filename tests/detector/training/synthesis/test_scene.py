from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from detector.geometry import (
    homography,
    is_convex_clockwise,
    quad_area,
    rectangle_quad,
    transform_points,
    warp_perspective,
)
from detector.training.synthesis.mipmap import build_mipmap
from detector.training.synthesis.scene import Layer, Quad, Role, Scene, render, visible_shares

GREY, RED = (100, 100, 100), (20, 20, 220)
# Colours of a face's quarters, clockwise from its top-left.
QUARTERS = ((20, 20, 220), (20, 220, 20), (220, 20, 20), (20, 220, 220))
QUAD = np.array([[60, 40], [250, 60], [230, 190], [70, 170.0]])
WIDTH, HEIGHT = 320, 240


def face(colours: tuple[tuple[int, int, int], ...] = (RED,) * 4) -> NDArray[np.uint8]:
    image = np.full((200, 320, 4), 255, np.uint8)
    for quarter, (row, column) in zip(colours, ((0, 0), (0, 160), (100, 160), (100, 0)), strict=True):
        image[row : row + 100, column : column + 160, :3] = quarter
    return image


def layer(quad: Quad, image: NDArray[np.uint8] | None = None, role: Role = "card", shadow: float = 0.0) -> Layer:
    return Layer(build_mipmap(face() if image is None else image), quad, role, shadow)


def scene(*layers: Layer) -> Scene:
    background = build_mipmap(np.full((50, 70, 3), GREY, np.uint8))
    cards = np.array([layer.quad for layer in layers if layer.role == "card"]).reshape(-1, 4, 2)
    nothing = np.zeros((0, 4, 2))
    return Scene(WIDTH, HEIGHT, background, rectangle_quad(90, 60), layers, cards, nothing, nothing)


def distance_inside(quad: Quad, width: int, height: int) -> NDArray[np.float64]:
    """For each pixel's centre, how far it is inside the quad (negative outside), by the nearest side's line."""
    y, x = np.indices((height, width)) + 0.5
    sides = zip(quad, np.roll(quad, -1, axis=0), strict=True)
    return np.min(
        [
            ((b[0] - a[0]) * (y - a[1]) - (b[1] - a[1]) * (x - a[0])) / np.hypot(b[0] - a[0], b[1] - a[1])
            for a, b in sides
        ],
        axis=0,
    )


@pytest.mark.parametrize("scale", [0.5, 1.0, 3.0])
def test_a_card_is_drawn_where_its_quad_says(scale: float) -> None:
    """At every size of the picture, and so from every level of the face, to a pixel."""
    size = (round(WIDTH * scale), round(HEIGHT * scale))
    drawn = render(scene(layer(QUAD)), np.diag([scale, scale, 1]), size)
    inside = distance_inside(QUAD * scale, *size)
    assert np.abs(drawn[inside > 1.5].astype(int) - RED).max() <= 1
    assert np.abs(drawn[inside < -1.5].astype(int) - GREY).max() <= 1


@pytest.mark.parametrize("scale", [1.0, 3.0])
def test_the_edge_of_a_card_is_neither_inwards_nor_outwards(scale: float) -> None:
    """The red that is drawn amounts to the quad's area."""
    size = (round(WIDTH * scale), round(HEIGHT * scale))
    drawn = render(scene(layer(QUAD)), np.diag([scale, scale, 1]), size).astype(float)
    coverage = (drawn[..., 2] - GREY[2]) / (RED[2] - GREY[2])
    perimeter = np.linalg.norm(np.roll(QUAD, -1, axis=0) - QUAD, axis=1).sum() * scale
    assert abs(coverage.sum() - quad_area(QUAD * scale)) < 0.15 * perimeter


@pytest.mark.parametrize("start", [0, 1, 2, 3])
def test_the_first_corner_of_a_quad_is_the_faces_top_left(start: int) -> None:
    quad = np.roll(QUAD, start, axis=0)
    drawn = render(scene(layer(quad, face(QUARTERS))), np.eye(3), (WIDTH, HEIGHT))
    middles = transform_points(homography(rectangle_quad(1, 1), quad), rectangle_quad(0.5, 0.5) + 0.25)
    for (x, y), colour in zip(middles, QUARTERS, strict=True):
        np.testing.assert_allclose(drawn[int(y), int(x)], colour, atol=2)


def test_a_scene_is_drawn_through_a_homography() -> None:
    to_view = homography(QUAD, rectangle_quad(120, 80) + 20)
    view = render(scene(layer(QUAD, face(QUARTERS))), to_view, (160, 120))
    for (x, y), colour in zip(rectangle_quad(60, 40) + (50, 40), QUARTERS, strict=True):
        np.testing.assert_allclose(view[int(y), int(x)], colour, atol=2)
    np.testing.assert_allclose(view[:18], np.broadcast_to(GREY, (18, 160, 3)), atol=1)


def test_later_layers_lie_on_earlier_ones() -> None:
    blue = face(((220, 20, 20),) * 4)
    drawn = render(scene(layer(QUAD), layer(QUAD + (60, 0), blue, "occluder")), np.eye(3), (WIDTH, HEIGHT))
    np.testing.assert_allclose(drawn[110, 200], (220, 20, 20), atol=1)
    np.testing.assert_allclose(drawn[110, 100], RED, atol=1)


def test_transparent_parts_show_what_lies_beneath() -> None:
    half = face()
    half[:, 160:, 3] = 0
    drawn = render(scene(layer(rectangle_quad(200, 120) + 50, half)), np.eye(3), (WIDTH, HEIGHT))
    np.testing.assert_allclose(drawn[110, 100], RED, atol=1)
    np.testing.assert_allclose(drawn[110, 200], GREY, atol=1)


def test_a_shadow_falls_beside_the_card_and_not_on_it() -> None:
    quad = rectangle_quad(150, 100) + 60
    plain = render(scene(layer(quad)), np.eye(3), (WIDTH, HEIGHT)).astype(int)
    shadowed = render(scene(layer(quad, shadow=0.5)), np.eye(3), (WIDTH, HEIGHT)).astype(int)
    assert shadowed[110, 211, 0] < plain[110, 211, 0] - 10
    np.testing.assert_allclose(shadowed[70:150, 70:200], plain[70:150, 70:200], atol=1)
    np.testing.assert_array_equal(shadowed[:50], plain[:50])


@pytest.mark.parametrize("quad", [QUAD + (1000, 0), QUAD - (0, 1000), QUAD[::-1]], ids=["right", "above", "mirrored"])
def test_what_is_outside_or_seen_from_behind_is_not_drawn(quad: Quad) -> None:
    drawn = render(scene(layer(quad, shadow=0.5)), np.eye(3), (WIDTH, HEIGHT))
    assert np.abs(drawn.astype(int) - GREY).max() <= 1


def test_cards_cut_by_the_border_are_drawn_up_to_it() -> None:
    drawn = render(scene(layer(rectangle_quad(400, 100) - (50, 30))), np.eye(3), (WIDTH, HEIGHT))
    np.testing.assert_allclose(drawn[:68], np.broadcast_to(RED, (68, WIDTH, 3)), atol=1)


def test_what_reaches_beyond_the_horizon_of_a_view_is_drawn_as_in_a_pictures_view() -> None:
    """A sheet that fills the frame, seen in the view of a small and flat candidate on it."""
    flat = np.array([[140, 100], [190, 100], [300, 116], [40, 116.0]])
    to_view = homography(flat, rectangle_quad(1, 1) * (120, 80) + 20)
    sheet = scene(layer(rectangle_quad(WIDTH, HEIGHT), role="ground"))
    assert not is_convex_clockwise(transform_points(to_view, rectangle_quad(WIDTH, HEIGHT)))

    view = render(sheet, to_view, (160, 120))

    whole = render(sheet, np.eye(3), (WIDTH, HEIGHT))
    seen = warp_perspective(np.full((HEIGHT, WIDTH), 255, np.uint8), to_view, (160, 120)) == 255
    expected = warp_perspective(whole, to_view, (160, 120))
    assert seen.mean() > 0.5
    # But for the picture's last row, of which the horizon shows next to nothing.
    assert (np.abs(view[seen].astype(int) - expected[seen]).max(axis=-1) > 2).mean() < 0.002


# A right angle in units of four pixels, so that shares are exact at the reduced size they are counted at.
CARD = rectangle_quad(160, 120) + 40


def shares(*layers: Layer) -> list[float]:
    return visible_shares(list(layers), WIDTH, HEIGHT).tolist()


def test_a_card_in_full_view_is_visible() -> None:
    assert shares(layer(CARD)) == pytest.approx([1.0], abs=0.08)


def test_a_card_half_outside_the_frame_is_half_visible() -> None:
    assert shares(layer(CARD - (120, 0))) == pytest.approx([0.5], abs=0.06)


@pytest.mark.parametrize("side", [(-1, 0), (1, 0), (0, -1), (0, 1)], ids=["left", "right", "top", "bottom"])
def test_small_cards_cut_by_any_side_are_visible_alike(side: tuple[int, int]) -> None:
    """Half of a card of 40 x 24 pixels, at whatever fraction of the pixels that are counted."""
    seen = []
    for shift in np.arange(0, 4, 0.5):
        middle = np.array([WIDTH, HEIGHT]) / 2 * (1 + np.array(side)) + shift * (1 - np.abs(side))
        seen += shares(layer(rectangle_quad(40, 24) - (20, 12) + middle))
    assert np.mean(seen) == pytest.approx(0.5, abs=0.02)


def test_a_card_half_under_another_is_half_visible() -> None:
    assert shares(layer(CARD), layer(CARD + (80, 0))) == pytest.approx([0.5, 1.0], abs=0.08)


def test_a_covered_card_is_invisible_and_the_order_counts() -> None:
    assert shares(layer(CARD), layer(rectangle_quad(WIDTH, HEIGHT), role="ground"))[0] == 0
    assert shares(layer(rectangle_quad(WIDTH, HEIGHT), role="ground"), layer(CARD))[1] > 0.9


def test_occluders_hide_by_their_shape_not_by_their_box() -> None:
    half = face()
    half[:, 160:, 3] = 0
    assert shares(layer(CARD), layer(CARD, half, "occluder"))[0] == pytest.approx(0.5, abs=0.06)


def test_a_clear_film_hides_nothing() -> None:
    film = face()
    film[..., 3] = 50
    assert shares(layer(CARD), layer(CARD, film, "occluder"))[0] > 0.9


def test_a_card_outside_the_frame_is_invisible() -> None:
    assert shares(layer(CARD + 1000)) == [0]


def test_there_may_be_no_layers() -> None:
    assert shares() == []
