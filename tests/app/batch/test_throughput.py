from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))
import kill_and_resume

from app.batch.job import BatchOrder
from app.batch.throughput import decode_and_encode, measure_throughput, render_pictures
from app.documents.card import CardStyle
from app.documents.writers import FileFormat
from app.scanning import ScanOptions


def test_rendered_pictures_have_12_megapixels_and_differ(tmp_path: Path) -> None:
    sample = np.full((90, 160, 3), 200, np.uint8)

    render_pictures([sample], tmp_path / "in", 2)

    first, second = (cv2.imread(str(path)) for path in sorted((tmp_path / "in").iterdir()))
    assert first.shape == second.shape == (3000, 4000, 3)
    assert (first != second).any()
    assert abs(float(first[:2000].mean()) - 200) < 2


def test_the_bare_loop_encodes_what_it_is_told_to(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(cv2.imencode(".png", np.zeros((80, 120, 3), np.uint8))[1].tobytes())

    sizes = [
        decode_and_encode(tmp_path / "a.png", crops, (FileFormat.PNG, 300.0))
        for crops in ((), ((0, 0, 50, 40),), ((0, 0, 50, 40), (10, 10, 50, 40)))
    ]

    assert sizes[0] == 0 < sizes[1] == sizes[2] - sizes[1]


def test_both_are_measured_over_the_same_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(Path(__file__).parent)
    kill_and_resume.write_pictures(tmp_path / "in-folders", 6)
    (tmp_path / "in").mkdir()
    for number, path in enumerate(sorted((tmp_path / "in-folders").rglob("*.png"))):
        path.rename(tmp_path / "in" / f"{number}.png")
    order = BatchOrder((), tmp_path, ScanOptions(CardStyle(dpi=150)), workers=1, load=kill_and_resume.load_fake)

    measured = measure_throughput(order, tmp_path, rounds=2)

    assert (measured.pictures, measured.workers, measured.cards) == (6, 1, 5)
    assert measured.ratio == measured.batch_per_s / measured.bare_per_s > 0
    assert measured.batch_s > 4 / measured.batch_per_s
    if sys.platform == "linux":
        assert 50 < measured.worker_peak_mb < 600
