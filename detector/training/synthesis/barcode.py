"""Patterns that look like one- and two-dimensional bar codes. They encode nothing."""

from __future__ import annotations

import cv2
import numpy as np

from detector.training.synthesis.paint import BLACK, WHITE, ImageU8
from detector.training.synthesis.sampling import whole


def linear_code(rng: np.random.Generator, height: int, width: int) -> ImageU8:
    """Returns a one-dimensional bar code: bars and gaps of one to four modules."""
    module = max(1, width // whole(rng, 90, 160))
    runs = rng.integers(1, 5, width)
    row = np.repeat(np.arange(width) % 2 == 0, runs * module)[:width]
    return _drawn(np.broadcast_to(row, (height, width)))


def stacked_code(rng: np.random.Generator, height: int, width: int) -> ImageU8:
    """Returns a stacked code: many thin rows of bars, with the same start and stop bars in every row."""
    row_px = whole(rng, 3, 5)
    rows, columns = -(-height // row_px), -(-width // 2)
    cells = rng.random((rows, columns)) < 0.5
    guard = np.array([1, 1, 1, 1, 0, 1, 0, 1, 0, 0], bool)
    cells[:, : len(guard)] = guard
    cells[:, -len(guard) :] = guard[::-1]
    return _drawn(np.kron(cells, np.ones((row_px, 2), bool))[:height, :width])


def matrix_code(rng: np.random.Generator, size: int) -> ImageU8:
    """Returns a square matrix code with three finder squares and a quiet zone."""
    modules = whole(rng, 21, 41)
    cells = rng.random((modules, modules)) < 0.5
    finder = np.zeros((8, 8), bool)
    finder[:7, :7] = True
    finder[1:6, 1:6] = False
    finder[2:5, 2:5] = True
    cells[:8, :8] = finder
    cells[:8, -8:] = finder[:, ::-1]
    cells[-8:, :8] = finder[::-1]
    picture = _drawn(np.pad(cells, 2))
    return np.asarray(cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA), np.uint8)


def dotted_code(rng: np.random.Generator, size: int) -> ImageU8:
    """Returns a small matrix code with two solid edges and two dashed ones."""
    modules = whole(rng, 8, 16) * 2
    cells = rng.random((modules, modules)) < 0.5
    cells[0, :] = np.arange(modules) % 2 == 0
    cells[:, -1] = np.arange(modules) % 2 == 1
    cells[:, 0] = True
    cells[-1, :] = True
    picture = _drawn(np.pad(cells, 1))
    return np.asarray(cv2.resize(picture, (size, size), interpolation=cv2.INTER_AREA), np.uint8)


def _drawn(cells: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> ImageU8:
    table = np.array((WHITE, BLACK), np.uint8)
    return np.ascontiguousarray(table[cells.astype(np.intp)])
