from __future__ import annotations

import numpy as np

from app.commands.bench import _frame


def test_a_portrait_picture_is_framed_like_a_webcams() -> None:
    frame = _frame(np.full((1600, 900, 3), 200, np.uint8))
    assert frame.shape == (720, 1280, 3)
    lit = np.flatnonzero(frame[360, :, 0])
    assert (lit[0], lit[-1]) == (437, 841)
