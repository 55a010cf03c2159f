"""Give flat masks a body: rounded shading from the distance to the outline, cylinders, soft edges."""

import cv2
import numpy as np

from detector.training.synthesis.surface import Field, Image, blended, coverage, shaded, uniform, with_alpha


def inflated(colours: Image, mask: Image, light_angle: float, gloss: float, roundness: float = 1.0) -> Image:
    """Shade a flat shape as if blown up like a cushion.

    Args:
        colours: (H, W, 3) BGR, the shape's own colours.
        mask: (H, W) alpha of the shape.
        light_angle: Where the light comes from, in radians.
        gloss: Strength of the highlight, 0 (dull) to 1 (wet).
        roundness: How far the rounding reaches inwards: 1 to the middle, near 0 along the rim only.

    Returns:
        The shaded colours, (H, W, 3).
    """
    padded = cv2.copyMakeBorder(mask, 0, 1, 0, 0, cv2.BORDER_REPLICATE)
    distance = cv2.distanceTransform((padded > 127).astype(np.uint8), cv2.DIST_L2, 3)[:-1]
    reach = np.float32(max(1.0, float(distance.max()) * roundness))
    depth = np.clip(distance / reach, 0, 1)
    rise = cv2.GaussianBlur(np.sqrt(depth * (2 - depth)), (0, 0), max(1.0, float(reach) * 0.12))
    slope_x = cv2.Sobel(rise, cv2.CV_32F, 1, 0) * (reach / 8)
    slope_y = cv2.Sobel(rise, cv2.CV_32F, 0, 1) * (reach / 8)
    facing = slope_x * np.float32(np.cos(light_angle)) + slope_y * np.float32(np.sin(light_angle))
    steep = slope_x * slope_x + slope_y * slope_y
    upward = 1 / np.sqrt(1 + steep)
    light = np.float32(0.45) + np.float32(0.6) * upward + np.float32(0.4) * facing * upward
    picture = shaded(colours, np.clip(light, 0.15, 1.5).astype(np.float32))
    highlight = np.exp(-((facing - 0.6) ** 2 + np.abs(steep - 0.36)) * 14) * np.float32(gloss)
    return blended(picture, (255, 255, 255), highlight.astype(np.float32))


def cylinder(rng: np.random.Generator, colours: Image, half_widths: Field, gloss: float) -> tuple[Image, Image]:
    """Shade an upright round rod.

    Args:
        rng: Chooses where the light comes from.
        colours: (H, W, 3) BGR.
        half_widths: (H,) half of the rod's width in pixels at each row.
        gloss: Strength of the streak of light along the rod, 0 to 1.

    Returns:
        The shaded colours (H, W, 3) and the alpha mask (H, W).
    """
    width = colours.shape[1]
    offsets = np.abs(np.arange(width, dtype=np.float32) - np.float32((width - 1) / 2))
    mask = (np.clip(half_widths[:, None] - offsets[None, :] + 0.5, 0, 1) * 255).astype(np.uint8)
    across = np.arange(width, dtype=np.float32) - np.float32((width - 1) / 2)
    position = np.clip(across[None, :] / np.maximum(half_widths[:, None], 1), -1, 1)
    lamp = np.float32(uniform(rng, -0.6, 0.6))
    light = np.float32(0.35) + np.float32(0.75) * np.sqrt(
        np.clip(1 - (position - lamp) ** 2 / (1 + abs(lamp)) ** 2, 0, 1)
    )
    streak = np.exp(-((position - lamp) ** 2) * np.float32(uniform(rng, 20, 90))) * np.float32(gloss)
    picture = blended(shaded(colours, light.astype(np.float32)), (255, 255, 255), streak.astype(np.float32))
    return picture, mask


def softened(picture: Image, mask: Image, blur_px: float) -> Image:
    """Return picture (H, W, 3) and mask (H, W) as BGRA, out of focus by a Gaussian of `blur_px`.

    The picture is widened first, so that a blurred edge stays open to what lies beneath on all sides but the bottom.
    """
    if blur_px < 0.4:
        return with_alpha(picture, mask)
    margin = int(blur_px * 2)
    wide = cv2.copyMakeBorder(picture, margin, 0, margin, margin, cv2.BORDER_REPLICATE)
    alpha = cv2.copyMakeBorder(mask, margin, 0, margin, margin, cv2.BORDER_CONSTANT, value=0)
    weight = coverage(np.asarray(alpha, np.uint8))
    spread = cv2.GaussianBlur(weight, (0, 0), blur_px, borderType=cv2.BORDER_REPLICATE)
    weighted = np.asarray(wide, np.float32) * weight[..., None]
    colour = np.asarray(cv2.GaussianBlur(weighted, (0, 0), blur_px, borderType=cv2.BORDER_REPLICATE), np.float32)
    colour /= np.maximum(spread, 1e-3)[..., None]
    return with_alpha(np.clip(colour, 0, 255).astype(np.uint8), (spread * 255).astype(np.uint8))
