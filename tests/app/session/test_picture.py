from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image as PillowImage

from app.documents.errors import OutlineError
from app.documents.quality import QualityFlag
from app.session.picture import Picture, judged_anew, keep_picture, marked_by_hand, search_file
from detector import Detection
from detector.geometry import Image, bounding_box, rectangle_quad


class MiddleDetector:
    def detect(self, image: Image) -> list[Detection]:
        height, width = image.shape[:2]
        quad = rectangle_quad(width / 2, height / 2) + (width / 4, height / 4)
        return [Detection(0.9, bounding_box(quad), quad, None)]


def test_each_page_of_a_file_is_a_picture(tmp_path, shelf) -> None:
    pages = [PillowImage.new("RGB", (160, 100), colour) for colour in ("red", "green", "blue")]
    pages[0].save(tmp_path / "scan.tiff", save_all=True, append_images=pages[1:])

    pictures = list(search_file(shelf, tmp_path / "scan.tiff", MiddleDetector()))

    assert [picture.name for picture in pictures] == ["scan", "scan p2", "scan p3"]
    assert all(isinstance(picture, Picture) and len(picture.cards) == 1 for picture in pictures)
    assert [picture.page_count for picture in pictures] == [3, 3, 3]
    assert QualityFlag.UNSURE_UPRIGHT in pictures[0].cards[0].flags
    assert pictures[0].cards[0].is_lossless


def test_an_outline_that_is_none_gives_no_card(shelf) -> None:
    crossed = rectangle_quad(50, 40)[[0, 2, 1, 3]]
    picture = keep_picture(
        shelf, "frame", np.zeros((60, 80, 3), np.uint8), [Detection(0.9, bounding_box(crossed), crossed, 0)]
    )

    assert picture.cards == ()


def test_a_corrected_card_is_judged_anew(card, shelf) -> None:
    scene = cv2.copyMakeBorder(card, 200, 200, 200, 200, cv2.BORDER_CONSTANT, value=(60, 60, 60))
    truth = rectangle_quad(1011, 638) + 200
    wrong = truth - [400, 0]
    (found,) = keep_picture(shelf, "frame", scene, [Detection(0.9, bounding_box(wrong), wrong, 0)]).cards

    right = judged_anew(replace(found, corners=tuple(map(tuple, truth.tolist()))), scene)

    assert QualityFlag.CUT_OFF in found.flags
    assert right.flags == ()
    assert right.key == found.key
    with pytest.raises(OutlineError):
        judged_anew(replace(found, corners=tuple(map(tuple, truth[::-1].tolist()))), scene)


def test_a_card_marked_by_hand(card, shelf) -> None:
    picture = keep_picture(shelf, "frame", card, [])

    assert marked_by_hand(picture, card, rectangle_quad(1011, 638)).name == "frame"


def test_a_card_marked_by_hand_keeps_what_its_file_said(tmp_path, shelf) -> None:
    photo = PillowImage.new("RGB", (160, 100))
    exif = PillowImage.Exif()
    exif.get_ifd(0x8769)[0xA405] = 28
    photo.save(tmp_path / "photo.jpg", exif=exif)
    (picture,) = search_file(shelf, tmp_path / "photo.jpg", MiddleDetector())

    (found,) = picture.cards
    marked = marked_by_hand(picture, np.zeros((100, 160, 3), np.uint8), rectangle_quad(80, 50))

    assert (found.is_lossless, found.focal_35mm) == (False, 28)
    assert (marked.is_lossless, marked.focal_35mm) == (False, 28)
