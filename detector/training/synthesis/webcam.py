"""What a cheap camera in a dim room does to a picture."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.geometry import Image
from detector.training.synthesis.camera import chance, photograph

_GAMMA = 2.2


def take(rng: np.random.Generator, image: Image, detail: float, *, webcam_share: float) -> Image:
    """A picture as the networks learn from it: a photograph of so much `detail`, or, so often, a webcam's frame.

    In a webcam's dim and noisy frames, networks that know photographs alone take two cards of five for none.
    """
    return webcam_frame(rng, image) if chance(rng, webcam_share) else photograph(rng, image, detail)


def webcam_frame(rng: np.random.Generator, image: Image) -> Image:
    """The frame that a webcam gives of a scene, BGR: little light, much gain, few real pixels, hard compression."""
    height, width = image.shape[:2]
    share = rng.uniform(0.4, 0.9)
    seen = (max(16, round(width * share)), max(16, round(height * share)))
    values = cv2.resize(image, seen, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    light = _moved(rng, _defocused(rng, np.asarray(values**_GAMMA, np.float32)))
    light = light * (_vignette(rng, seen) * _white_balance(rng) * np.float32(rng.uniform(0.35, 0.95)))
    exposed = np.clip(_sensor_noise(rng, light), 0, 1) ** (1 / _GAMMA)
    frame = _processed(rng, np.asarray(255 * exposed, np.uint8))
    frame = np.asarray(cv2.resize(frame, (width, height), interpolation=cv2.INTER_LINEAR), np.uint8)
    return _compressed(rng, frame)


def _defocused(rng: np.random.Generator, light: NDArray[np.float32]) -> NDArray[np.float32]:
    """A fixed focus is right for some distances only."""
    return np.asarray(cv2.GaussianBlur(light, (0, 0), max(light.shape) / 320 * rng.uniform(0.4, 1.8)), np.float32)


def _moved(rng: np.random.Generator, light: NDArray[np.float32]) -> NDArray[np.float32]:
    """Long exposures smear what a hand holds."""
    if chance(rng, 0.5):
        return light
    length = round(max(light.shape) / 320 * rng.uniform(3, 11)) | 1
    kernel = np.zeros((length, length), np.float32)
    angle, middle = rng.uniform(0, np.pi), length // 2
    end = np.round(middle * np.array([np.cos(angle), np.sin(angle)])).astype(int)
    first, last = (middle - end).tolist(), (middle + end).tolist()
    cv2.line(kernel, (first[0], first[1]), (last[0], last[1]), 1.0)
    # OpenCV smears by Fourier transform where the kernel is long: black comes out a little below 0.
    return np.asarray(np.maximum(cv2.filter2D(light, -1, kernel / kernel.sum()), 0), np.float32)


def _vignette(rng: np.random.Generator, size: tuple[int, int]) -> NDArray[np.float32]:
    """Darker towards the corners, (H, W, 1)."""
    width, height = size
    y, x = np.mgrid[-1 : 1 : height * 1j, -1 : 1 : width * 1j]
    return np.asarray((1 - rng.uniform(0.1, 0.55) * (x**2 + y**2) / 2)[..., None], np.float32)


def _white_balance(rng: np.random.Generator) -> NDArray[np.float32]:
    """Gains of the channels under lamps that the camera takes for daylight."""
    warmth = rng.normal(0.1, 0.18)
    return np.asarray(np.exp([-warmth, rng.normal(0, 0.04), warmth]), np.float32)


def _sensor_noise(rng: np.random.Generator, light: NDArray[np.float32]) -> NDArray[np.float32]:
    """Noise of photons, which grows with the root of the light, and of reading the sensor; coarse in colour."""
    gain = np.exp(rng.uniform(np.log(0.01), np.log(0.06)))
    height, width = light.shape[:2]
    fine = rng.standard_normal((height, width, 1), np.float32)
    coarse = rng.standard_normal((height // 3 + 1, width // 3 + 1, 3), np.float32)
    colour = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(light + gain * (np.sqrt(light) + 0.15) * (fine + 0.8 * colour), np.float32)


def _processed(rng: np.random.Generator, frame: Image) -> Image:
    """Noise is smeared away, and edges are sharpened until they have halos."""
    if chance(rng, 0.6):
        frame = np.asarray(cv2.medianBlur(frame, 3), np.uint8)
    amount = rng.uniform(0, 1.6)
    soft = cv2.GaussianBlur(frame, (0, 0), 1.5)
    return np.asarray(cv2.addWeighted(frame, 1 + amount, soft, -amount, 0), np.uint8)


def _compressed(rng: np.random.Generator, frame: Image) -> Image:
    """Motion JPEG over a slow bus."""
    _, encoded = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, int(rng.uniform(12, 50))])
    return np.asarray(cv2.imdecode(encoded, cv2.IMREAD_COLOR), np.uint8)
