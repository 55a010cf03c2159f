from __future__ import annotations

import cv2
import numpy as np
import pytest

from detector.geometry import Image


@pytest.fixture(scope="session")
def card() -> Image:
    """A card face of 1011 x 638 pixels, different in each of its corners, with strokes down to two pixels."""
    face = np.full((638, 1011, 3), 235, np.uint8)
    cv2.rectangle(face, (40, 120), (330, 520), (150, 120, 90), cv2.FILLED)
    cv2.rectangle(face, (0, 0), (1010, 80), (160, 60, 20), cv2.FILLED)
    for line in range(9):
        cv2.putText(face, f"SPECIMEN {line}", (380, 150 + 45 * line), cv2.FONT_HERSHEY_SIMPLEX, 1, 20, 2, cv2.LINE_AA)
    cv2.circle(face, (930, 560), 50, (30, 30, 200), cv2.FILLED, cv2.LINE_AA)
    return cv2.GaussianBlur(face, (0, 0), 1)
