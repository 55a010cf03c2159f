from __future__ import annotations

import datetime
import io
import math

import cv2
import numpy as np
import pytest
from PIL import Image

from app import scanning
from app.documents.card import CardStyle
from app.documents.redaction import Redaction
from app.scanning import ScanOptions, cut_pages, scan_bytes
from detector import Detection
from detector.geometry import bounding_box, rectangle_quad

WIDTH, HEIGHT = 1600, 1200


def steep_id_3(focal: float) -> np.ndarray:
    """A passport page tilted away by 34 degrees about its level axis: its perspective says little of the camera."""
    corners = np.column_stack([rectangle_quad(125, 88) - (62.5, 44), np.zeros(4)])
    points = corners @ cv2.Rodrigues(np.array([0.6, 0.0, 0.0]))[0].T + (0, 0, 125 * focal / 0.4)
    return points[:, :2] / points[:, 2:] * focal * WIDTH + (WIDTH / 2, HEIGHT / 2)


class KnowingDetector:
    def __init__(self, quad: np.ndarray) -> None:
        self._quad = quad

    def detect(self, image: np.ndarray) -> list[Detection]:
        return [Detection(score=0.9, box=bounding_box(self._quad), quad=self._quad, rotation=0)]


@pytest.mark.parametrize(("noted_mm", "expected"), [(None, "ID-1"), (42, "ID-3")])
def test_the_focal_length_in_the_file_helps_to_tell_the_format(noted_mm, expected) -> None:
    exif = Image.Exif()
    if noted_mm:
        exif.get_ifd(0x8769)[0xA405] = noted_mm
    buffer = io.BytesIO()
    Image.new("RGB", (WIDTH, HEIGHT)).save(buffer, "JPEG", exif=exif.tobytes())
    focal = 42 / math.hypot(36, 24) * math.hypot(WIDTH, HEIGHT) / WIDTH

    (cut,) = cut_pages(buffer.getvalue(), KnowingDetector(steep_id_3(focal)), CardStyle(dpi=150))

    assert [card.format_name for card in cut.page.cards] == [expected]
    assert cut.cards[0].size_mm == ((125, 88) if expected == "ID-3" else (85.6, 53.98))


class UnsureDetector:
    """Finds a card of which it does not know which way is up, and an upright one."""

    def detect(self, image: np.ndarray) -> list[Detection]:
        upper, lower = rectangle_quad(200, 126), rectangle_quad(200, 126) + (0, 150)
        return [Detection(0.9, bounding_box(upper), upper, None), Detection(0.9, bounding_box(lower), lower, 0)]


@pytest.mark.parametrize(("redactions", "not_saved"), [((), 0), ((Redaction(10, 10, 20, 5),), 1)])
def test_where_parts_are_made_black_a_card_that_may_lie_upside_down_is_not_saved(redactions, not_saved) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (300, 300)).save(buffer, "PNG")
    options = ScanOptions(CardStyle(dpi=150, redactions=redactions))

    scanned = scan_bytes(buffer.getvalue(), "x", UnsureDetector(), options, datetime.date(2026, 3, 9))

    unsure, sure = scanned.pages[0].cards
    assert (unsure.error is None, sure.error) == (not not_saved, None)
    assert len(scanned.files) == 2 - not_saved


def test_a_file_with_more_cards_than_memory_is_given_up(monkeypatch) -> None:
    page = Image.new("RGB", (400, 300))
    buffer = io.BytesIO()
    page.save(buffer, "TIFF", save_all=True, append_images=[page] * 4)
    monkeypatch.setattr(scanning, "_MAX_CARD_BYTES", 1000)
    detector = KnowingDetector(rectangle_quad(200, 126) + 20)

    scanned = scan_bytes(buffer.getvalue(), "x", detector, ScanOptions(CardStyle(dpi=150)), datetime.date(2026, 3, 9))

    assert "more cards than fit into memory" in scanned.error
    assert 1 < len(scanned.pages) < 5
    assert scanned.files == ()
