"""The usual way without a network: blur, edges, contours, polygons of four corners.

It is what most scripts for scanning documents do, and what the networks are measured against.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.detection import Detection
from detector.geometry import Image, bounding_box, is_convex_clockwise, quad_area

_WORKING_SIDE_PX = 640
_LEAST_AREA_SHARE = 0.02
_POLYGON_TOLERANCE = 0.03


def detect_by_contours(image: Image) -> list[Detection]:
    """Find the largest four-sided outline in a BGR uint8 picture, shape (H, W, 3): at most one detection.

    The score is the outline's share of the picture's area: there is nothing to tell a card by. Rotation is unknown.
    """
    height_px, width_px = image.shape[:2]
    scale = min(1.0, _WORKING_SIDE_PX / max(height_px, width_px))
    edges = _edges(cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))
    quads = [quad / scale for quad in _four_sided_outlines(edges)]
    if not quads:
        return []
    largest = max(quads, key=quad_area)
    score = min(1.0, quad_area(largest) / (width_px * height_px))
    return [Detection(score=score, box=bounding_box(largest), quad=largest, rotation=None)]


def _edges(image: NDArray[Any]) -> NDArray[Any]:
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    edges = cv2.Canny(cv2.GaussianBlur(grey, (5, 5), 0), 30, 90)
    return cv2.morphologyEx(edges, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))


def _four_sided_outlines(edges: NDArray[Any]) -> list[NDArray[np.float64]]:
    contours, _ = cv2.findContours(edges, cv2.RETR_LIST, cv2.CHAIN_APPROX_SIMPLE)
    quads = []
    for hull in map(cv2.convexHull, contours):
        if cv2.contourArea(hull) < _LEAST_AREA_SHARE * edges.size:
            continue
        polygon = cv2.approxPolyDP(hull, _POLYGON_TOLERANCE * cv2.arcLength(hull, True), True)
        if len(polygon) == 4:
            quad = _clockwise_from_top_left(polygon.reshape(4, 2).astype(np.float64) + 0.5)
            if is_convex_clockwise(quad):
                quads.append(quad)
    return quads


def _clockwise_from_top_left(quad: NDArray[np.float64]) -> NDArray[np.float64]:
    clockwise = quad if quad_area(quad) > 0 else quad[::-1]
    return np.roll(clockwise, -int(clockwise.sum(axis=1).argmin()), axis=0)
