"""What a camera hands over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from detector.geometry import Image


@dataclass(frozen=True, slots=True, eq=False)
class CameraFrame:
    """One frame of a camera, not yet decoded: whoever takes it decodes it, and a frame that is dropped costs nothing.

    Attributes:
        number: Counts the frames of one source from 0.
        captured_at_s: When it arrived, on the clock of `time.perf_counter`.
        decode: Gives the frame's pixels, BGR uint8 (H, W, 3); call it once, on any thread but the window's.
    """

    number: int
    captured_at_s: float
    decode: Callable[[], Image]
