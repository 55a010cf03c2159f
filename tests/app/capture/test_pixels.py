from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from app.capture.images import decode_image


@pytest.mark.parametrize(("white", "black"), [(np.uint16(0), np.uint16(65535)), (np.float32(0), np.float32(1))])
def test_deep_grey_may_count_from_white_to_black(white, black) -> None:
    buffer = io.BytesIO()
    Image.fromarray(np.array([[white, black]])).save(buffer, "TIFF", tiffinfo={262: 0})

    assert decode_image(buffer.getvalue())[0].tolist() == [[255] * 3, [0] * 3]
