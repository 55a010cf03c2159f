from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper

from detector.bench.contours import detect_by_contours
from detector.bench.latency import measure
from detector.bench.peers import network_alone, peer_pipeline
from detector.errors import ModelFileError
from detector.evaluation.matching import rectified_iou
from detector.geometry import rectangle_quad, warp_perspective


def test_contours_find_a_clean_rectangle() -> None:
    quad = rectangle_quad(500, 315) + np.array([420.0, 200.0])
    image = np.full((720, 1280, 3), 40, np.uint8)
    image[200:515, 420:920] = 220
    (detection,) = detect_by_contours(image)
    assert rectified_iou(quad, detection.quad) > 0.97
    assert np.abs(detection.quad - quad).max() < 4
    assert detection.score == pytest.approx(500 * 315 / (1280 * 720), rel=0.03)


def test_contours_start_a_turned_rectangle_at_its_top_left() -> None:
    angle = np.deg2rad(20)
    matrix = np.array([[np.cos(angle), -np.sin(angle), 300], [np.sin(angle), np.cos(angle), 100], [0, 0, 1]])
    image = warp_perspective(np.full((200, 320, 3), 230, np.uint8), matrix, (800, 600))
    (detection,) = detect_by_contours(image)
    np.testing.assert_allclose(detection.quad[0], [300, 100], atol=4)


def test_contours_find_nothing_on_a_plain_picture() -> None:
    assert detect_by_contours(np.full((300, 400, 3), 128, np.uint8)) == []


def test_every_callable_runs_in_its_turn() -> None:
    calls: list[str] = []
    latencies = measure({name: lambda name=name: calls.append(name) for name in "ab"}, 3, pause_s=0)  # type: ignore[misc]
    assert calls == list("aabb") * 3
    assert latencies["a"].repeats == 3
    assert latencies["a"].lower_quartile_ms <= latencies["a"].median_ms <= latencies["a"].upper_quartile_ms
    with pytest.raises(ValueError, match="at least 1"):
        measure({}, 0)


def test_any_onnx_network_is_run_on_its_own_shapes(tmp_path: Path) -> None:
    network_alone(_identity_network(tmp_path, TensorProto.FLOAT), threads=1)()
    network_alone(_identity_network(tmp_path, TensorProto.UINT8), threads=1)()


def test_files_that_are_no_network(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="can't be read"):
        network_alone(tmp_path / "missing.onnx", threads=1)
    broken = tmp_path / "broken.onnx"
    broken.write_bytes(b"not a network")
    with pytest.raises(ModelFileError, match="is not an ONNX network"):
        network_alone(broken, threads=1)
    with pytest.raises(ModelFileError, match="tensor\\(double\\)"):
        network_alone(_identity_network(tmp_path, TensorProto.DOUBLE), threads=1)


def test_the_peers_pipeline_brings_boxes_back_into_the_picture() -> None:
    """The best anchor, unmoved, is a square of 4 * 8 pixels around the first cell's centre at a quarter of the size."""
    anchors = 9 * (40**2 + 20**2 + 10**2 + 5**2 + 3**2)

    def network(picture: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        assert picture.shape == (1, 3, 320, 320)
        assert picture[0, :, :180].mean() == pytest.approx(1)
        assert picture[0, :, 180:].max() == 0
        logits = np.full((1, anchors, 1), -5, np.float32)
        logits[0, 1] = 5
        return [logits, np.zeros((1, anchors, 4), np.float32)]

    boxes = peer_pipeline(network, np.full((720, 1280, 3), 255, np.uint8))
    assert boxes.shape[1] == 4
    np.testing.assert_allclose(boxes[0], 4 * np.array([4 - 16, 4 - 16, 4 + 16, 4 + 16]), atol=1e-3)


def _identity_network(folder: Path, kind: int) -> Path:
    shape: list[str | int | None] = ["batch", 3, "height", "width"]
    values = [helper.make_tensor_value_info(name, kind, shape) for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "identity", values[:1], values[1:])
    path = folder / f"{kind}.onnx"
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, path)
    return path
