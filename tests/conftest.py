from __future__ import annotations

import cv2
from hypothesis import settings

cv2.setNumThreads(1)
settings.register_profile("cardlight", deadline=None, derandomize=True)
settings.load_profile("cardlight")
