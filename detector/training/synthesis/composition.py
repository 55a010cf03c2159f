"""Compose scenes: choose a background, a plane in perspective, and what lies on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.geometry import (
    homography,
    intersection_area,
    is_convex_clockwise,
    quad_area,
    rectangle_quad,
    transform_points,
)
from detector.training.synthesis.bank import Bank
from detector.training.synthesis.camera import chance
from detector.training.synthesis.mipmap import MipMap, build_mipmap
from detector.training.synthesis.scene import Layer, Quad, Role, Scene, visible_shares

MAX_TILT = np.deg2rad(52)
MIN_CARD_SIDE_PX = 26.0
# A card of which less is seen is no document that anybody could file.
LABELLED_FROM = 0.6
CUT_BY_THE_FRAME = 0.14
WHOLE_ROUNDS = 6
# Who fills the frame with a card turns the camera to suit it.
LARGE_FROM = 0.3
MAX_CARD_OVERLAP = 0.12


@dataclass(frozen=True, slots=True)
class Plane:
    """A plane seen in perspective: `to_frame` takes its coordinates, one pixel a unit at its middle, to the frame."""

    to_frame: NDArray[np.float64]
    width: int
    height: int

    def place(self, aspect: float, centre: NDArray[np.float64], area: float, angle: float) -> Quad:
        """Frame quad of a rectangle that lies at frame point `centre`, covers about `area` and is turned by `angle`."""
        middle = transform_points(np.linalg.inv(self.to_frame), centre)
        unit = transform_points(self.to_frame, middle + (rectangle_quad(1, 1) - 0.5))
        side = np.sqrt(area / max(quad_area(unit), 1e-3))
        half = np.array([side * np.sqrt(aspect), side / np.sqrt(aspect)]) / 2
        corners = rectangle_quad(2, 2) - 1
        cos, sin = np.cos(angle), np.sin(angle)
        rotation = np.array([[cos, sin], [-sin, cos]])
        return transform_points(self.to_frame, (corners * half) @ rotation + middle)


def tilted_plane(rng: np.random.Generator, width: int, height: int) -> Plane:
    """A plane tilted by up to about 50 degrees, most often by little; focal lengths of phones and webcams."""
    focal = rng.uniform(0.9, 2.2) * max(width, height)
    tilt = MAX_TILT * rng.beta(1.1, 2.8)
    direction = rng.uniform(0, 2 * np.pi)
    rotation, _ = cv2.Rodrigues(np.array([np.cos(direction), np.sin(direction), 0.0]) * tilt)
    to_camera = np.column_stack([rotation[:, 0], rotation[:, 1], [0, 0, focal]])
    camera = np.array([[focal, 0, width / 2], [0, focal, height / 2], [0, 0, 1.0]])
    return Plane(camera @ to_camera, width, height)


def compose_scene(rng: np.random.Generator, bank: Bank, width: int, height: int) -> Scene:
    """A random scene of a bank; `width` and `height` are those of the finder's input, in pixels."""
    plane = tilted_plane(rng, width, height)
    background, background_quad = _background(rng, bank, plane)
    layers = _ground(rng, bank, plane)
    layers += _rectangles(rng, bank, plane)
    layers += _cards(rng, bank, plane)
    layers += _occluders(rng, bank, layers, width, height)
    shares = visible_shares(layers, width, height)
    cards = [(layer.quad, share) for layer, share in zip(layers, shares, strict=True) if layer.role == "card"]
    return Scene(
        width=width,
        height=height,
        background=background,
        background_quad=background_quad,
        layers=tuple(layers),
        cards=_stack([quad for quad, share in cards if share >= LABELLED_FROM]),
        hidden_cards=_stack([quad for quad, share in cards if share < LABELLED_FROM]),
        rectangles=_stack(
            [
                layer.quad
                for layer, share in zip(layers, shares, strict=True)
                if layer.role == "rectangle" and share > LABELLED_FROM
            ]
        ),
    )


def _stack(quads: list[Quad]) -> NDArray[np.float64]:
    return np.stack(quads) if quads else np.zeros((0, 4, 2))


def pick(rng: np.random.Generator, pictures: Sequence[MipMap]) -> MipMap:
    """One picture of a bank."""
    return pictures[int(rng.integers(len(pictures)))]


def _background(rng: np.random.Generator, bank: Bank, plane: Plane) -> tuple[MipMap, Quad]:
    """A surface that lies in the plane, or a photograph that faces the camera."""
    width, height = plane.width, plane.height
    kind = rng.random()
    if kind < 0.28 and bank.photos:
        photo = pick(rng, bank.hard_photos) if chance(rng, 0.35) and bank.hard_photos else pick(rng, bank.photos)
        return photo, _covering_quad(rng, photo, width, height)
    surface = pick(rng, bank.backdrops) if kind < 0.62 or not bank.textures else pick(rng, bank.textures)
    repeat_px = max(width, height) * rng.uniform(0.5, 2.5)
    centre = np.array([rng.uniform(0, width), rng.uniform(0, height)])
    quad = plane.place(surface.aspect, centre, repeat_px**2, rng.uniform(0, 2 * np.pi))
    if not is_convex_clockwise(quad):
        return surface, _covering_quad(rng, surface, width, height)
    return surface, quad


def _covering_quad(rng: np.random.Generator, photo: MipMap, width: int, height: int) -> Quad:
    """A photograph over the whole frame: a random crop of it."""
    photo_height, photo_width = photo.levels[0].shape[:2]
    scale = max(width / photo_width, height / photo_height) * rng.uniform(1.0, 1.8)
    size = np.array([photo_width, photo_height]) * scale
    corner = (np.array([width, height]) - size) * rng.random(2)
    return np.asarray(rectangle_quad(*size) + corner)


def _ground(rng: np.random.Generator, bank: Bank, plane: Plane) -> list[Layer]:
    """Newspapers, pages and sheets that cards may lie on: as large as the frame or larger, down to notes."""
    if not chance(rng, 0.55):
        return []
    layers = []
    for _ in range(int(rng.choice([1, 2, 3, 4], p=[0.55, 0.25, 0.12, 0.08]))):
        share = np.exp(rng.uniform(np.log(0.12), np.log(3.0)))
        layers.append(_lay(rng, plane, pick(rng, bank.printed_matter), share, "ground"))
    return [layer for layer in layers if layer is not None]


def _rectangles(rng: np.random.Generator, bank: Bank, plane: Plane) -> list[Layer]:
    """Playing cards, phones, books, boxes, and small sheets: rectangles that are no identity cards."""
    if not chance(rng, 0.42):
        return []
    layers = []
    for _ in range(int(rng.choice([1, 2, 3, 5], p=[0.5, 0.25, 0.15, 0.1]))):
        kind = bank.printed_matter if chance(rng, 0.2) else bank.distractors
        share = np.exp(rng.uniform(np.log(0.02), np.log(0.4)))
        layers.append(_lay(rng, plane, pick(rng, kind), share, "rectangle"))
    return [layer for layer in layers if layer is not None]


def _lay(rng: np.random.Generator, plane: Plane, image: MipMap, share: float, role: Role) -> Layer | None:
    """Something at a random place of the plane, covering `share` of the frame; None where the plane is too steep."""
    centre = rng.uniform(-0.05, 1.05, 2) * (plane.width, plane.height)
    quad = plane.place(image.aspect, centre, share * plane.width * plane.height, _turn(rng))
    if not is_convex_clockwise(quad):
        return None
    return Layer(image, quad, role, _shadow_darkness(rng))


def _turn(rng: np.random.Generator) -> float:
    """An angle in the plane: any, or near to a quarter turn."""
    if chance(rng, 0.45):
        return float(rng.uniform(0, 2 * np.pi))
    return float(rng.choice([0, 1, 2, 3], p=[0.5, 0.17, 0.16, 0.17]) * np.pi / 2 + rng.normal(0, 0.15))


def _turn_that_fits(rng: np.random.Generator, plane: Plane, aspect: float) -> float:
    """An angle at which something large fits into the frame best, the long side along the long side, give or take."""
    lengthwise = (aspect > 1) == (plane.width > plane.height)
    quarters = rng.choice([0, 2]) if lengthwise else rng.choice([1, 3])
    return float(quarters * np.pi / 2 + rng.normal(0, 0.15))


def _shadow_darkness(rng: np.random.Generator) -> float:
    return float(rng.uniform(0.1, 0.6)) if chance(rng, 0.6) else 0.0


def _card_shares(rng: np.random.Generator) -> list[float]:
    """Shares of the frame that the scene's cards cover: no card, one of any size, or several small ones."""
    kind = rng.random()
    if kind < 0.17:
        return []
    if kind < 0.77:
        return [float(np.exp(rng.uniform(np.log(0.02), np.log(0.92)))) if chance(rng, 0.5) else rng.uniform(0.06, 0.5)]
    count = int(rng.integers(2, 10))
    typical = np.exp(rng.uniform(np.log(0.02), np.log(0.8 / count)))
    return [float(typical * np.exp(rng.normal(0, 0.15))) for _ in range(count)]


def _cards(rng: np.random.Generator, bank: Bank, plane: Plane) -> list[Layer]:
    """Cards in the scene's plane, or held up in a plane of their own; they may touch, and overlap a little."""
    layers: list[Layer] = []
    quads: list[Quad] = []
    held = chance(rng, 0.2)
    for share in _card_shares(rng):
        face = pick(rng, bank.cards)
        own_plane = tilted_plane(rng, plane.width, plane.height) if held else plane
        for _ in range(6):
            quad = _card_quad(rng, own_plane, face, share, quads)
            if quad is not None:
                layers += _dressed_card(rng, face, quad)
                quads.append(quad)
                break
    return layers


def _card_quad(rng: np.random.Generator, plane: Plane, face: MipMap, share: float, others: list[Quad]) -> Quad | None:
    """Where a card may lie, or None if this try covers another card, is too small or is seen too flatly."""
    area = max(share * plane.width * plane.height, MIN_CARD_SIDE_PX**2)
    angle = _turn(rng) if share < LARGE_FROM else _turn_that_fits(rng, plane, face.aspect)
    if chance(rng, CUT_BY_THE_FRAME):
        quad = plane.place(face.aspect, rng.random(2) * (plane.width, plane.height), area, angle)
    else:
        centre = _beside(rng, others[-1]) if others and chance(rng, 0.35) else _anywhere(rng, plane, area)
        quad = _whole(plane, face.aspect, centre, area, angle)
    if not is_convex_clockwise(quad) or quad_area(quad) < 0.5 * MIN_CARD_SIDE_PX**2:
        return None
    sides = np.linalg.norm(np.roll(quad, -1, axis=0) - quad, axis=1)
    if max(sides) > 4.5 * min(sides) or max(sides) > 1.6 * max(plane.width, plane.height):
        return None
    return None if any(_overlap(quad, other) > MAX_CARD_OVERLAP for other in others) else quad


def _anywhere(rng: np.random.Generator, plane: Plane, area: float) -> NDArray[np.float64]:
    """A centre from which a card of that area mostly lies inside the frame."""
    size = np.array([plane.width, plane.height], np.float64)
    room = np.maximum(size - 1.15 * np.sqrt(area), 0.05 * size)
    return np.asarray(size / 2 + rng.uniform(-0.5, 0.5, 2) * room)


def _whole(plane: Plane, aspect: float, centre: NDArray[np.float64], area: float, angle: float) -> Quad:
    """`Plane.place`, with the rectangle made smaller and moved until the frame does not cut it.

    The plane's perspective changes with the place, so this is done in a few rounds.
    """
    size = np.array([plane.width, plane.height], np.float64)
    for _ in range(WHOLE_ROUNDS):
        quad = plane.place(aspect, centre, area, angle)
        low, high = quad.min(axis=0), quad.max(axis=0)
        area *= min(1.0, *(0.98 * size / (high - low))) ** 2
        centre = centre + np.maximum(0.0, -low) - np.maximum(0.0, high - size)
    return quad


def _beside(rng: np.random.Generator, quad: Quad) -> NDArray[np.float64]:
    """A point about one card's height or width away from a card: the next one touches it."""
    centre = quad.mean(axis=0)
    side = int(rng.integers(4))
    towards = (quad[side] + quad[(side + 1) % 4]) / 2 - centre
    return np.asarray(centre + towards * rng.uniform(1.85, 2.2))


def _overlap(first: Quad, second: Quad) -> float:
    """Intersection over the smaller area."""
    return intersection_area(first, second) / min(quad_area(first), quad_area(second))


def _dressed_card(rng: np.random.Generator, face: MipMap, quad: Quad) -> list[Layer]:
    """A card, sometimes in a clear sleeve, or as the lower page of an open booklet."""
    card = Layer(face, quad, "card", _shadow_darkness(rng))
    if chance(rng, 0.22):
        return [_sheet_below(rng, face, quad), card]
    aspect = face.aspect
    if 1.3 < aspect < 1.5 and chance(rng, 0.35):
        return [_upper_page(rng, face, quad), card]
    if chance(rng, 0.08):
        return [card, _sleeve(rng, aspect, quad)]
    return [card]


def _on_card(quad: Quad, low: tuple[float, float], high: tuple[float, float]) -> Quad:
    """The rectangle from `low` to `high` in units of the card, in the frame."""
    corners = np.array([[low[0], low[1]], [high[0], low[1]], [high[0], high[1]], [low[0], high[1]]])
    return transform_points(homography(rectangle_quad(1, 1), quad), corners)


def _sheet_below(rng: np.random.Generator, face: MipMap, quad: Quad) -> Layer:
    """A plain sheet whose edges run close by some of the card's: the edges that a corner is most easily taken to.

    Half of them are of the card's own paper, as the page that a passport's data page lies on.
    """
    colour = rng.uniform(150, 255) + rng.normal(0, 6, 3)
    if chance(rng, 0.5):
        colour = _paper_colour(face) * rng.uniform(0.9, 1.12)
    paper = np.full((96, 96, 4), 255, np.uint8)
    paper[..., :3] = np.clip(colour, 0, 255)
    near, far = rng.uniform(0.015, 0.2, 4), rng.uniform(0.3, 1.5, 4)
    left, top, right, bottom = np.where(rng.random(4) < 0.6, near, far)
    return Layer(build_mipmap(paper), _on_card(quad, (-left, -top), (1 + right, 1 + bottom)), "ground", 0.3)


def _paper_colour(face: MipMap) -> NDArray[np.float64]:
    """The colour that a face shows most, BGR."""
    return np.asarray(np.median(face.levels[-1][..., :3].reshape(-1, 3), axis=0))


def _upper_page(rng: np.random.Generator, face: MipMap, quad: Quad) -> Layer:
    """The page above a passport's data page: the same paper, with little on it."""
    paper = _paper_colour(face) * rng.uniform(0.85, 1.05)
    page = np.full((128, 180, 4), 255, np.uint8)
    page[..., :3] = np.clip(paper, 0, 255)
    for row in range(int(rng.integers(20, 50)), int(rng.integers(60, 120)), int(rng.integers(8, 18))):
        end = int(rng.integers(60, 170))
        page[row : row + 2, int(rng.integers(8, 40)) : end, :3] = np.clip(paper * 0.5, 0, 255)
    page[-3:, :, :3] = np.clip(paper * rng.uniform(0.5, 0.9), 0, 255)
    return Layer(build_mipmap(page), _on_card(quad, (0, -1), (1, 0)), "ground")


def _sleeve(rng: np.random.Generator, aspect: float, quad: Quad) -> Layer:
    """A clear sleeve or a lamination around the card: faint film, brighter rim, a reflex."""
    height = 96
    width = round(height * aspect)
    film = np.full((height, width, 4), int(rng.integers(200, 256)), np.uint8)
    film[..., 3] = int(rng.integers(5, 50))
    cv2.rectangle(film, (0, 0), (width - 1, height - 1), (240, 240, 240, int(rng.integers(60, 200))), 1)
    if chance(rng, 0.5):
        x = int(rng.integers(0, width))
        cv2.line(film, (x, 0), (x - height // 2, height), (255, 255, 255, 120), int(rng.integers(2, 14)))
    margin = rng.uniform(0.02, 0.1)
    return Layer(
        build_mipmap(film), _on_card(quad, (-margin, -margin * aspect), (1 + margin, 1 + margin * aspect)), "occluder"
    )


def _occluders(rng: np.random.Generator, bank: Bank, layers: list[Layer], width: int, height: int) -> list[Layer]:
    """Fingers over the edges of cards, pens and objects that come in from the frame's border."""
    cards = [layer.quad for layer in layers if layer.role == "card"]
    occluders = []
    if cards and chance(rng, 0.28):
        for _ in range(int(rng.integers(1, 4))):
            occluders.append(_over_edge(rng, pick(rng, bank.occluders), cards[int(rng.integers(len(cards)))]))
    if chance(rng, 0.12):
        occluders.append(_from_border(rng, pick(rng, bank.occluders), width, height))
    return occluders


def _over_edge(rng: np.random.Generator, image: MipMap, card: Quad) -> Layer:
    """An occluder whose tip lies on the card a little inside a random edge, and which comes from outside."""
    side = int(rng.integers(4))
    first, second = card[side], card[(side + 1) % 4]
    along = first + (second - first) * rng.uniform(0, 1)
    inward = card.mean(axis=0) - along
    tip = along + inward * rng.uniform(0.05, 0.45)
    length = np.sqrt(quad_area(card)) * rng.uniform(0.5, 1.4)
    return Layer(image, _upright_at(image, tip, -inward, length, rng.normal(0, 0.4)), "occluder", 0.3)


def _from_border(rng: np.random.Generator, image: MipMap, width: int, height: int) -> Layer:
    middle = np.array([width, height]) / 2
    tip = rng.uniform(0.1, 0.9, 2) * (width, height)
    length = max(width, height) * rng.uniform(0.3, 1.0)
    return Layer(image, _upright_at(image, tip, tip - middle + 1e-3, length, rng.normal(0, 0.3)), "occluder", 0.2)


def _upright_at(image: MipMap, tip: NDArray[np.float64], away: NDArray[np.float64], length: float, turn: float) -> Quad:
    """Quad of an image whose top middle is at `tip` and whose bottom lies in the direction `away`."""
    direction = np.arctan2(away[1], away[0]) + turn
    down = np.array([np.cos(direction), np.sin(direction)])
    across = np.array([down[1], -down[0]])
    half_width = length * image.aspect / 2
    top_left, top_right = tip - across * half_width, tip + across * half_width
    return np.stack([top_left, top_right, top_right + down * length, top_left + down * length])
