from __future__ import annotations

from resources import MODELS_FOLDER, SAMPLES_FOLDER


def test_both_networks_ship_with_their_records() -> None:
    shipped = {path.name for path in MODELS_FOLDER.iterdir()}

    assert shipped >= {f"{name}.{kind}" for name in ("finder", "aligner") for kind in ("onnx", "safetensors", "json")}


def test_sample_pictures_ship() -> None:
    assert len(list(SAMPLES_FOLDER.glob("*.jpg"))) >= 2
