"""Pre-processing on torch's device: a picture is brought there once, and both looks read what they need there.

It gives what `ImagePyramid` gives, to the rounding: halvings to the bit, the rest to a few of 255 levels, since OpenCV
places pixels to a 32nd of one.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from detector.geometry import FloatArray, Image, needed_part
from detector.image_pyramid import Pyramid


class TorchPyramid(Pyramid):
    """A picture on a device and its halvings, each made when it is first asked for."""

    def __init__(self, image: Image, device: torch.device) -> None:
        """Bring a picture, BGR uint8 (H, W, 3), to the device."""
        super().__init__((image.shape[1], image.shape[0]))
        # A GPU reads memory that is pinned while the program goes on; torch keeps it for the next picture.
        staged = torch.empty(image.shape, dtype=torch.uint8, pin_memory=device.type == "cuda")
        staged.numpy()[...] = image
        self._levels = [staged.to(device, non_blocking=True)]

    def level(self, index: int) -> Tensor:
        """The picture halved `index` times, as `level_for` gives it; uint8, (H, W, 3)."""
        while len(self._levels) <= index:
            self._levels.append(_halved(self._levels[-1]))
        return self._levels[index]

    def fitted(
        self, level: int, size_px: tuple[int, int], canvas_px: tuple[int, int], *, is_turned: bool = False
    ) -> Tensor:
        """See `Pyramid.fitted`."""
        image = self.level(level)
        if self.level_size_px(level) != size_px:
            planes = functional.interpolate(_as_planes(image), size_px[::-1], mode="bilinear", align_corners=False)
            image = _as_bytes(planes)
        if is_turned:
            image = image.rot90(1, (0, 1))
        canvas = image.new_zeros((canvas_px[1], canvas_px[0], 3))
        canvas[: image.shape[0], : image.shape[1]] = image
        return canvas

    def warped(self, level: int, matrix: FloatArray, size_px: tuple[int, int]) -> Tensor:
        """See `Pyramid.warped`."""
        image = self.level(level)
        left, top, right, bottom = needed_part(self.level_size_px(level), matrix, size_px)
        part = image[top:bottom, left:right]
        to_part = _to_unit_square((left, top, right, bottom)) @ np.linalg.inv(matrix)
        seen = _pixel_centres(size_px, image.device) @ torch.tensor(to_part.T, dtype=torch.float32).to(image.device)
        # Far outside is outside: no number is too large to be a place.
        places = (seen[..., :2] / seen[..., 2:]).clamp(-8, 8)
        return _as_bytes(functional.grid_sample(_as_planes(part), places[None], align_corners=False))

    @staticmethod
    def batch(rasters: Sequence[Tensor]) -> Tensor:
        """See `Pyramid.batch`."""
        return torch.stack(list(rasters))


def _halved(image: Tensor) -> Tensor:
    height, width = image.shape[0] // 2, image.shape[1] // 2
    fours = image[: 2 * height, : 2 * width].reshape(height, 2, width, 2, 3)
    return ((fours.sum(dim=(1, 3), dtype=torch.int16) + 2) >> 2).to(torch.uint8)


def _as_planes(image: Tensor) -> Tensor:
    """Bytes (H, W, 3) as float32 (1, 3, H, W)."""
    return image.permute(2, 0, 1)[None].float()


def _as_bytes(planes: Tensor) -> Tensor:
    """Values 0 to 255, (1, 3, H, W), as bytes (H, W, 3)."""
    return planes[0].permute(1, 2, 0).round().to(torch.uint8)


@lru_cache(maxsize=4)
def _pixel_centres(size_px: tuple[int, int], device: torch.device) -> Tensor:
    """Homogeneous coordinates of a picture's pixel centres, float32 (H, W, 3)."""
    width, height = size_px
    y, x = torch.meshgrid(
        torch.arange(height, device=device) + 0.5, torch.arange(width, device=device) + 0.5, indexing="ij"
    )
    return torch.stack([x, y, torch.ones_like(x)], dim=-1)


def _to_unit_square(part: tuple[int, int, int, int]) -> FloatArray:
    """From pixels to -1 to 1 across and down a part of a picture: left, top, right, bottom."""
    left, top, right, bottom = part
    return np.array(
        [
            [2 / (right - left), 0, -(right + left) / (right - left)],
            [0, 2 / (bottom - top), -(bottom + top) / (bottom - top)],
            [0, 0, 1],
        ]
    )
