from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

from detector.bench.child import import_and_load_ms, peak_memory_bytes
from detector.bench.contenders import ONNX_RUNTIME, OPENCV, Contender
from detector.bench.errors import ChildProcessFailedError

FRAME = np.full((72, 128, 3), 90, np.uint8)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a process's peak of memory")
def test_a_fresh_process_holds_what_the_contender_needs_and_no_more() -> None:
    script = peak_memory_bytes(Contender("contours", "contours", "script", OPENCV, Path()), FRAME, 1)
    detector = peak_memory_bytes(Contender("detector", "quick", "detector", ONNX_RUNTIME, Path()), FRAME, 1)
    assert script is not None
    assert detector is not None
    # torch alone would be 200 MB, and this process holds more than that.
    assert 20e6 < script < detector < 300e6


def test_a_process_that_fails_is_told_of(tmp_path: Path) -> None:
    missing = Contender("network", str(tmp_path / "missing.onnx"), "a peer", ONNX_RUNTIME, tmp_path)
    with pytest.raises(ChildProcessFailedError, match=r"ran a peer \(ONNX Runtime\).*can't be read"):
        peak_memory_bytes(missing, FRAME, 1)


def test_the_start_of_a_fresh_process_takes_a_moment() -> None:
    assert 0 < import_and_load_ms(threads=1) < 600_000
