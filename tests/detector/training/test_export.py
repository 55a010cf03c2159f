from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

import detector
from detector.engines.onnx_engine import OnnxEngine
from detector.engines.torch_engine import TorchEngine
from detector.network.config import AlignerConfig, FinderConfig


@pytest.fixture(scope="module")
def exported(models: Path) -> OnnxEngine:
    return OnnxEngine(models, threads=1)


@pytest.fixture(scope="module")
def reference(models: Path) -> TorchEngine:
    return TorchEngine(models, "cpu")


@pytest.mark.parametrize(("width", "height"), [(320, 192), (192, 320), (128, 128), (320, 64), (64, 64)])
def test_an_exported_finder_gives_what_torch_gives(
    width: int, height: int, exported: OnnxEngine, reference: TorchEngine
) -> None:
    image = np.random.default_rng(width).integers(0, 256, (2, height, width, 3), np.uint8)
    result, expected = exported.find(image), reference.find(image)
    assert float(np.ptp(expected.scores)) > 0.2
    np.testing.assert_allclose(result.scores, expected.scores, atol=5e-3)
    np.testing.assert_allclose(result.corners, expected.corners, atol=2e-2)


@pytest.mark.parametrize("count", [1, 3])
def test_an_exported_aligner_gives_what_torch_gives(count: int, exported: OnnxEngine, reference: TorchEngine) -> None:
    views = np.random.default_rng(count).integers(0, 256, (count, 32, 64, 3), np.uint8)
    result, expected = exported.align(views), reference.align(views)
    assert result.corners.shape == (count, 4, 2)
    np.testing.assert_allclose(result.corners, expected.corners, atol=5e-2)
    np.testing.assert_allclose(result.rotation, expected.rotation, atol=5e-3)
    np.testing.assert_allclose(result.card, expected.card, atol=5e-3)


def test_outputs_depend_on_the_picture(exported: OnnxEngine) -> None:
    rng = np.random.default_rng(0)
    noise = rng.integers(0, 256, (2, 32, 64, 3), np.uint8)
    noise[1] //= 5
    result = exported.align(noise)
    assert float(np.abs(result.corners[0] - result.corners[1]).max()) > 0.5


def test_the_configuration_is_inside(
    exported: OnnxEngine, tiny_finder: FinderConfig, tiny_aligner: AlignerConfig
) -> None:
    assert exported.finder_config.norm == exported.aligner_config.norm == "affine"
    assert exported.finder_config.anchors == tiny_finder.anchors
    assert exported.aligner_config.widths == tiny_aligner.widths


@pytest.mark.parametrize("kind", ["finder", "aligner"])
def test_nothing_of_the_machine_is_inside(kind: str, models: Path) -> None:
    model = onnx.load(models / f"{kind}.onnx")
    assert {entry.key for entry in model.metadata_props} == {"kind", "config"}
    contents = (models / f"{kind}.onnx").read_bytes()
    assert str(Path(detector.__file__).parent).encode() not in contents
    assert b"site-packages" not in contents


@pytest.mark.parametrize("kind", ["finder", "aligner"])
def test_large_weights_are_stored_in_half_precision(kind: str, models: Path) -> None:
    model = onnx.load(models / f"{kind}.onnx")
    full = [w.name for w in model.graph.initializer if w.data_type == onnx.TensorProto.FLOAT and np.prod(w.dims) >= 256]
    half = [w.name for w in model.graph.initializer if w.data_type == onnx.TensorProto.FLOAT16]
    assert full == []
    assert half


def test_only_the_models_are_left_in_the_folder(models: Path) -> None:
    assert sorted(path.name for path in models.iterdir()) == [
        "aligner.onnx",
        "aligner.safetensors",
        "finder.onnx",
        "finder.safetensors",
    ]
