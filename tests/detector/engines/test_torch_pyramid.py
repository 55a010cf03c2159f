"""What torch makes of a picture, against what OpenCV makes of it; on the CPU, and on a GPU where there is one."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from detector.align import warp_view
from detector.engines.torch_pyramid import TorchPyramid
from detector.geometry import rectangle_quad
from detector.image_pyramid import ImagePyramid
from detector.preprocess import letterbox

VIEW = (256, 160)

_gpu = pytest.param("cuda", marks=pytest.mark.skipif(not torch.cuda.is_available(), reason="there is no CUDA GPU"))


@pytest.fixture(params=["cpu", _gpu])
def device(request: pytest.FixtureRequest) -> torch.device:
    return torch.device(request.param)


def picture(width: int, height: int) -> NDArray[np.uint8]:
    """Smooth, so that a 32nd of a pixel is a few levels at most, with noise of two levels."""
    rng = np.random.default_rng(width)
    coarse = rng.integers(40, 216, (9, 12, 3), np.uint8)
    smooth = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(smooth + rng.integers(0, 3, smooth.shape, np.uint8), np.uint8)


def array(raster: torch.Tensor) -> NDArray[np.int64]:
    return raster.cpu().numpy().astype(int)


@pytest.mark.parametrize(("width", "height"), [(64, 48), (321, 187), (1000, 33)])
def test_halvings_are_the_same_to_the_bit(width: int, height: int, device: torch.device) -> None:
    image = np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)
    ours, expected = TorchPyramid(image, device), ImagePyramid(image)
    assert ours.size_px == expected.size_px == (width, height)
    for level in range(5):
        np.testing.assert_array_equal(array(ours.level(level)), expected.level(level))
        assert ours.level_size_px(level) == expected.level(level).shape[1::-1]


def test_a_picture_that_can_not_be_written_to_or_lies_in_pieces_is_read(device: torch.device) -> None:
    image = np.random.default_rng(0).integers(0, 256, (40, 60, 3), np.uint8)
    image.flags.writeable = False
    np.testing.assert_array_equal(array(TorchPyramid(image[::2, ::3, ::-1], device).level(0)), image[::2, ::3, ::-1])


@pytest.mark.parametrize("is_turned", [False, True])
@pytest.mark.parametrize(("width", "height"), [(1280, 720), (640, 480), (333, 500), (100, 80), (3000, 2), (1, 1)])
def test_the_finders_input_is_the_same(width: int, height: int, is_turned: bool, device: torch.device) -> None:
    image = picture(width, height)
    ours, expected = (
        letterbox(pyramid, 64, is_turned=is_turned) for pyramid in (TorchPyramid(image, device), ImagePyramid(image))
    )
    assert (ours.scale_x, ours.scale_y, ours.turned_from_px) == (
        expected.scale_x,
        expected.scale_y,
        expected.turned_from_px,
    )
    np.testing.assert_allclose(array(ours.image), expected.image, atol=1)


@pytest.mark.parametrize(
    "quad",
    [
        rectangle_quad(400, 250) + (100, 80),
        np.array([[300, 100], [900, 160], [860, 520], [260, 470.0]]),
        np.array([[610, 300], [650, 310], [644, 334], [606, 326.0]]),
        np.array([[-200, -80], [700, 30], [720, 600], [-150, 640.0]]),
        rectangle_quad(1280, 720),
    ],
    ids=["level", "tilted", "small", "cut", "whole"],
)
def test_the_aligners_view_is_the_same(quad: NDArray[np.float64], device: torch.device) -> None:
    image = picture(1280, 720)
    ours, to_view = warp_view(TorchPyramid(image, device), quad, *VIEW)
    expected, to_expected = warp_view(ImagePyramid(image), quad, *VIEW)
    np.testing.assert_array_equal(to_view, to_expected)
    # Where the picture ends, a 32nd of a pixel is an eighth of what is there.
    differences = np.abs(array(ours) - expected)
    assert differences.mean() < 1.0
    assert np.percentile(differences, 99) <= 8


def test_views_beyond_the_horizon_are_black_or_of_the_picture(device: torch.device) -> None:
    """The horizon of so flat a quad is in its view; OpenCV divides by nothing there, too."""
    image = picture(320, 200)
    flat = np.array([[120, 90], [200, 90], [318, 110], [2, 110.0]])
    ours, expected = (
        warp_view(pyramid, flat, *VIEW)[0] for pyramid in (TorchPyramid(image, device), ImagePyramid(image))
    )
    assert np.abs(array(ours) - expected).mean() < 2.0


def test_several_pictures_become_one_batch(device: torch.device) -> None:
    pyramids = [TorchPyramid(picture(320, 192) // shade, device) for shade in (1, 2, 3)]
    batch = pyramids[0].batch([letterbox(pyramid, 64).image for pyramid in pyramids])
    assert tuple(batch.shape) == (3, 192, 320, 3)
    for one, pyramid in zip(batch, pyramids, strict=True):
        torch.testing.assert_close(one, pyramid.level(0))
