from __future__ import annotations

import os

import cv2
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
cv2.setNumThreads(1)
settings.register_profile("cardlight", deadline=None, derandomize=True)
settings.load_profile("cardlight")
