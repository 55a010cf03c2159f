"""Scenes: what lies where, as layers on a background, and how they are drawn.

A scene is a description in its own frame of width x height; `render` draws it through any homography, so the finder's
whole frame and the aligner's close view of one candidate come from the same description at full sharpness.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.geometry import (
    Image,
    homography,
    is_convex_clockwise,
    quad_area,
    rectangle_quad,
    transform_points,
    warp_perspective,
)
from detector.training.synthesis.mipmap import MipMap

Quad = NDArray[np.float64]
Role = Literal["card", "rectangle", "ground", "occluder"]


@dataclass(frozen=True, slots=True)
class Layer:
    """One flat thing: a BGRA picture with its corners at `quad`, and how dark a shadow it casts, 0 to 1."""

    image: MipMap
    quad: Quad
    role: Role
    shadow: float = 0.0


@dataclass(frozen=True, slots=True)
class Scene:
    """Layers from bottom to top on a background.

    Attributes:
        width: Width of the frame; quads are in its units.
        height: Height of the frame.
        background: BGR picture, mirrored beyond its edges.
        background_quad: Where its corners lie.
        layers: From bottom to top.
        cards: Quads of the cards that are to be found, from the content's top-left, (N, 4, 2).
        hidden_cards: Quads of cards too far hidden or cut to be asked for or counted against, (M, 4, 2).
        rectangles: Quads of rectangles that are no cards, (K, 4, 2).
    """

    width: int
    height: int
    background: MipMap
    background_quad: Quad
    layers: tuple[Layer, ...]
    cards: NDArray[np.float64]
    hidden_cards: NDArray[np.float64]
    rectangles: NDArray[np.float64]


def render(scene: Scene, matrix: NDArray[np.float64], size_px: tuple[int, int]) -> Image:
    """Draw a scene through the homography `matrix` (frame to picture) as a BGR picture of (width, height)."""
    canvas = _draw_background(scene, matrix, size_px)
    for layer in scene.layers:
        quad = transform_points(matrix, layer.quad)
        if is_convex_clockwise(quad):
            _draw_layer(canvas, layer, quad)
        elif is_convex_clockwise(layer.quad):
            _draw_beyond_the_horizon(canvas, layer, matrix)
    return canvas


def _draw_background(scene: Scene, matrix: NDArray[np.float64], size_px: tuple[int, int]) -> Image:
    quad = transform_points(matrix, scene.background_quad)
    image, source = scene.background.for_area(abs(quad_area(quad)))
    return warp_perspective(image, homography(source, quad), size_px, border_mode=cv2.BORDER_REFLECT_101)


def _draw_layer(canvas: Image, layer: Layer, quad: Quad) -> None:
    """Blend a layer into the canvas, drawing only the region it covers."""
    reach = 0.06 * np.sqrt(quad_area(quad)) if layer.shadow else 0.0
    low, high = np.floor(quad.min(axis=0) - 1 - reach), np.ceil(quad.max(axis=0) + 1 + reach)
    left, top = np.maximum(low, 0).astype(int)
    right, bottom = np.minimum(high, (canvas.shape[1], canvas.shape[0])).astype(int)
    if right - left < 2 or bottom - top < 2:
        return
    image, source = layer.image.for_area(quad_area(quad))
    to_region = homography(source, quad - (left, top))
    warped = warp_perspective(image, to_region, (int(right - left), int(bottom - top)))
    colour = cv2.cvtColor(warped, cv2.COLOR_BGRA2BGR)
    alpha = cv2.extractChannel(warped, 3).astype(np.float32) * (1 / 255)
    region = canvas[top:bottom, left:right]
    if layer.shadow:
        region[:] = _shadowed(region, alpha, layer.shadow, reach)
    region[:] = cv2.blendLinear(colour, np.ascontiguousarray(region), alpha, 1 - alpha)


def _draw_beyond_the_horizon(canvas: Image, layer: Layer, matrix: NDArray[np.float64]) -> None:
    """Blend a layer that reaches beyond the horizon of the view, as a sheet under a small and tilted card does."""
    height, width = canvas.shape[:2]
    image, source = layer.image.for_area(width * height)
    warped = warp_perspective(image, matrix @ homography(source, layer.quad), (width, height))
    alpha = cv2.extractChannel(warped, 3).astype(np.float32) * (1 / 255)
    canvas[:] = cv2.blendLinear(cv2.cvtColor(warped, cv2.COLOR_BGRA2BGR), canvas, alpha, 1 - alpha)


def _shadowed(region: Image, alpha: NDArray[np.float32], darkness: float, reach: float) -> Image:
    """The region under a soft shadow of `alpha`, thrown to the lower right."""
    small = cv2.resize(alpha, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    offset = reach * 0.25
    shift = np.array([[1, 0, offset], [0, 1, offset]], np.float32)
    small = cv2.warpAffine(small, shift, (small.shape[1], small.shape[0]))
    small = cv2.blur(small, (max(1, int(reach * 0.5)),) * 2)
    light = 1 - darkness * cv2.resize(small, (region.shape[1], region.shape[0]))
    return np.asarray(cv2.multiply(region, cv2.merge([light] * 3), dtype=cv2.CV_8U), np.uint8)


VISIBILITY_SCALE = 0.25
# What is no occluder hides all that it covers.
_WHOLE, _WHOLE_QUAD = np.full((64, 64), 255, np.uint8), rectangle_quad(64, 64)


def visible_shares(layers: list[Layer], width: int, height: int) -> NDArray[np.float64]:
    """For each layer, the share of its area that is inside the frame and not under layers above it."""
    size = (max(1, round(width * VISIBILITY_SCALE)), max(1, round(height * VISIBILITY_SCALE)))
    owner = np.full((size[1], size[0]), -1, np.int32)
    areas = np.ones(len(layers))
    for index, layer in enumerate(layers):
        quad = layer.quad * VISIBILITY_SCALE
        areas[index] = max(quad_area(quad), 1.0)
        shape, source = _WHOLE, _WHOLE_QUAD
        if layer.role == "occluder":
            image, source = layer.image.for_area(quad_area(quad))
            shape = np.asarray(cv2.extractChannel(image, 3), np.uint8)
        owner[warp_perspective(shape, homography(source, quad), size) > 127] = index
    counts = np.bincount(owner[owner >= 0], minlength=len(layers))
    return np.asarray(counts / areas)
