from __future__ import annotations

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from detector.network.box_coder import decode_boxes, decode_corners, encode_boxes, encode_corners

ANCHOR = np.array([[0, 0, 10, 20.0]])
seeds = st.integers(0, 2**32 - 1)


def some_boxes(rng: np.random.Generator) -> NDArray[np.float64]:
    """Eight boxes with sides of 20 to 100 pixels."""
    corner = rng.uniform(-100, 300, (8, 2))
    return np.concatenate([corner, corner + rng.uniform(20, 100, (8, 2))], axis=1)


def test_deltas_by_hand() -> None:
    deltas = encode_boxes(np.array([[5, 5, 25, 15.0]]), ANCHOR)
    np.testing.assert_allclose(deltas, [[1.0, 0.0, math.log(2), math.log(0.5)]])


def test_corner_offsets_by_hand() -> None:
    """The corners of a square anchor are half its side away from its centre."""
    quad = np.array([[[0, 0], [10, 0], [10, 10], [0, 10.0]]])
    np.testing.assert_allclose(encode_corners(quad, np.array([[0, 0, 10, 10.0]])), [[-1, -1, 1, -1, 1, 1, -1, 1]])


@given(seeds)
def test_decoding_boxes_inverts_encoding(seed: int) -> None:
    rng = np.random.default_rng(seed)
    boxes, anchors = some_boxes(rng), some_boxes(rng)
    np.testing.assert_allclose(decode_boxes(encode_boxes(boxes, anchors), anchors), boxes, atol=1e-9)


@given(seeds)
def test_encoding_boxes_inverts_decoding(seed: int) -> None:
    rng = np.random.default_rng(seed)
    deltas, anchors = rng.uniform(-2, 2, (8, 4)), some_boxes(rng)
    np.testing.assert_allclose(encode_boxes(decode_boxes(deltas, anchors), anchors), deltas, atol=1e-9)


@given(seeds)
def test_decoding_corners_inverts_encoding(seed: int) -> None:
    rng = np.random.default_rng(seed)
    quads, anchors = rng.uniform(-100, 400, (8, 4, 2)), some_boxes(rng)
    np.testing.assert_allclose(decode_corners(encode_corners(quads, anchors), anchors), quads, atol=1e-9)


@given(seeds)
def test_encoding_corners_inverts_decoding(seed: int) -> None:
    rng = np.random.default_rng(seed)
    offsets, anchors = rng.uniform(-3, 3, (8, 8)), some_boxes(rng)
    np.testing.assert_allclose(encode_corners(decode_corners(offsets, anchors), anchors), offsets, atol=1e-9)


def test_boxes_are_decoded_to_at_most_eight_times_the_anchor() -> None:
    box = decode_boxes(np.array([[0.0, 0, 1000, -1000]]), ANCHOR)
    np.testing.assert_allclose(box[:, 2:] - box[:, :2], [[80, 2.5]])


@pytest.mark.parametrize(
    ("code", "shape"),
    [(encode_boxes, None), (decode_boxes, (8, 4)), (encode_corners, (8, 4, 2)), (decode_corners, (8, 8))],
)
def test_torch_gives_what_numpy_gives(code, shape: tuple[int, ...] | None) -> None:  # type: ignore[no-untyped-def]
    rng = np.random.default_rng(0)
    anchors = some_boxes(rng)
    values = rng.uniform(-2, 2, shape) if shape else some_boxes(rng)
    from_torch = code(torch.from_numpy(values), torch.from_numpy(anchors))
    np.testing.assert_allclose(from_torch.numpy(), code(values, anchors), rtol=1e-12)


def test_one_anchor_needs_no_leading_dimension() -> None:
    assert decode_corners(np.zeros(8), ANCHOR[0]).shape == (4, 2)
