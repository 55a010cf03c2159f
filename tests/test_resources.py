from __future__ import annotations

import cv2
import pytest

from detector import Detector
from resources import MODELS_FOLDER, SAMPLES_FOLDER


def test_both_networks_ship_with_their_records() -> None:
    shipped = {path.name for path in MODELS_FOLDER.iterdir()}

    assert shipped >= {f"{name}.{kind}" for name in ("finder", "aligner") for kind in ("onnx", "safetensors", "json")}


@pytest.mark.parametrize(
    ("name", "turns"),
    [
        ("card-on-cloth", [0]),
        ("card-on-wood", [0]),
        ("held-down", [0]),
        ("passport-on-newspaper", [0]),
        ("shadow-stripes", [180]),
        ("two-cards", [0, 270]),
    ],
)
def test_every_card_of_the_samples_is_found_the_right_way_up(name: str, turns: list[int]) -> None:
    image = cv2.imread(str(SAMPLES_FOLDER / f"{name}.jpg"))

    assert [card.rotation for card in Detector.load("cpu").detect(image)] == turns


def test_all_samples_are_named_here() -> None:
    assert len(list(SAMPLES_FOLDER.glob("*.jpg"))) == 6
