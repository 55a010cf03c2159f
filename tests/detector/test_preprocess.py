from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from detector.errors import InvalidImageError
from detector.image_pyramid import ImagePyramid
from detector.preprocess import FINDER_SIDE_PX, as_network_input, check_image, letterbox


def ramps(width: int, height: int) -> NDArray[np.uint8]:
    """Blue rises by 200 from left to right, green from top to bottom."""
    image = np.full((height, width, 3), 128, np.uint8)
    image[..., 0] = ((np.arange(width) + 0.5) / width * 200)[None, :]
    image[..., 1] = ((np.arange(height) + 0.5) / height * 200)[:, None]
    return image


@pytest.mark.parametrize(
    ("width", "height", "content", "canvas"),
    [
        (1280, 720, (320, 180), (320, 192)),
        (720, 1280, (180, 320), (192, 320)),
        (500, 500, (320, 320), (320, 320)),
        (160, 120, (320, 240), (320, 256)),
        (4000, 3000, (320, 240), (320, 256)),
        (1, 1, (320, 320), (320, 320)),
        (3000, 1, (320, 1), (320, 64)),
        (333, 500, (213, 320), (256, 320)),
    ],
)
def test_the_longer_side_is_320_and_the_shorter_one_padded(
    width: int, height: int, content: tuple[int, int], canvas: tuple[int, int]
) -> None:
    fitted = letterbox(ImagePyramid(np.full((height, width, 3), 200, np.uint8)), coarsest_stride=64)
    assert fitted.image.shape == (canvas[1], canvas[0], 3)
    assert (fitted.image[: content[1], : content[0]] == 200).all()
    assert not fitted.image[content[1] :].any()
    assert not fitted.image[:, content[0] :].any()
    assert (fitted.scale_x, fitted.scale_y) == pytest.approx((content[0] / width, content[1] / height), rel=0.01)


@pytest.mark.parametrize(
    ("width", "height"), [(200, 150), (640, 480), (1281, 721), (5120, 2880), (6003, 4003), (2303, 31)]
)
def test_places_are_those_of_the_picture_times_the_scale(width: int, height: int) -> None:
    """Also of pictures that are halved first, with rows left over; a ramp's value says where its pixel came from."""
    fitted = letterbox(ImagePyramid(ramps(width, height)), coarsest_stride=64)
    columns, rows = int(fitted.scale_x * width), int(fitted.scale_y * height)
    across = (np.arange(columns) + 0.5) / fitted.scale_x / width * 200
    down = (np.arange(rows) + 0.5) / fitted.scale_y / height * 200
    np.testing.assert_allclose(fitted.image[rows // 2, :columns, 0], across, atol=1.6)
    np.testing.assert_allclose(fitted.image[:rows, columns // 2, 1], down, atol=1.6)


def test_a_picture_of_the_right_size_is_left_as_it_is() -> None:
    image = np.random.default_rng(0).integers(0, 256, (192, FINDER_SIDE_PX, 3), np.uint8)
    np.testing.assert_array_equal(letterbox(ImagePyramid(image), coarsest_stride=64).image, image)


@pytest.mark.parametrize("is_turned", [False, True])
@pytest.mark.parametrize(("width", "height"), [(640, 480), (480, 640), (1281, 721), (300, 300)])
def test_a_point_of_the_input_is_brought_back_to_where_it_was_in_the_picture(
    width: int, height: int, is_turned: bool
) -> None:
    """The ramps of what lies at a point of the input say where in the picture it is."""
    fitted = letterbox(ImagePyramid(ramps(width, height)), coarsest_stride=64, is_turned=is_turned)
    rows, columns = np.argwhere(fitted.image[..., 2] == 128)[::997].T
    points = fitted.in_picture(np.stack([columns, rows], axis=1) + 0.5)
    shown = fitted.image[rows, columns, :2] / 200 * (width, height)
    assert len(points) > 50
    np.testing.assert_allclose(points, shown, atol=0.008 * max(width, height))


def test_a_turned_picture_is_padded_at_its_right_and_its_bottom() -> None:
    fitted = letterbox(ImagePyramid(np.full((720, 1280, 3), 200, np.uint8)), coarsest_stride=64, is_turned=True)
    assert fitted.image.shape == (320, 192, 3)
    assert (fitted.image[:, :180] == 200).all()
    assert not fitted.image[:, 180:].any()


def test_network_input_is_planes_of_the_same_values() -> None:
    images = np.random.default_rng(0).integers(0, 256, (3, 8, 12, 3), np.uint8)
    array = as_network_input(images)
    assert array.dtype == np.float32
    np.testing.assert_array_equal(array, images.transpose(0, 3, 1, 2))


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((10, 10), np.uint8),
        np.zeros((10, 10, 4), np.uint8),
        np.zeros((10, 10, 1), np.uint8),
        np.zeros((1, 10, 10, 3), np.uint8),
        np.zeros((10, 10, 3), np.float32),
        np.zeros((10, 10, 3), np.uint16),
        np.zeros((0, 10, 3), np.uint8),
        np.zeros((10, 0, 3), np.uint8),
        None,
        [[[1, 2, 3]]],
    ],
    ids=lambda array: f"{getattr(array, 'dtype', type(array).__name__)}{getattr(array, 'shape', '')}",
)
def test_other_arrays_are_no_pictures(array: object) -> None:
    with pytest.raises(InvalidImageError, match="a picture must"):
        check_image(array)  # type: ignore[arg-type]


def test_views_and_read_only_arrays_are_pictures() -> None:
    image = np.zeros((10, 12, 3), np.uint8)
    image.setflags(write=False)
    check_image(image[::2, ::-1])
