from __future__ import annotations

from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper
from torch import nn

from detector.bench.complexity import profile
from detector.bench.networks import export
from detector.bench.onnx_complexity import count
from resources import MODELS_FOLDER


def test_a_small_network_as_counted_by_hand(tmp_path: Path) -> None:
    network = nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1), nn.Conv2d(8, 8, 3, groups=4), nn.Flatten(), nn.Linear(512, 5)
    )
    export(network, (3, 10, 10), tmp_path / "small.onnx")
    cost = count(tmp_path / "small.onnx")
    assert cost is not None
    assert cost.multiply_adds == 800 * (27 + 1) + 512 * (2 * 9 + 1) + 5 * (512 + 1)
    assert cost.parameters == sum(parameter.numel() for parameter in network.parameters())
    assert cost.memory_bytes == profile(network, (3, 10, 10), "small").total.memory_bytes


def test_free_sizes_are_those_that_are_timed() -> None:
    cost = count(MODELS_FOLDER / "finder.onnx")
    assert cost is not None
    assert 1e8 < cost.multiply_adds < 1e9
    assert 1e5 < cost.parameters < 1e7


def test_shapes_that_contradict_each_other_are_not_counted(tmp_path: Path) -> None:
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1, size]) for name, size in (("x", 3), ("y", 4))]
    graph = helper.make_graph([helper.make_node("Relu", ["x"], ["y"])], "wrong", values[:1], values[1:])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), tmp_path / "a.onnx")
    assert count(tmp_path / "a.onnx") is None


@pytest.mark.parametrize("name", ["finder", "aligner"])
def test_the_networks_that_ship_can_be_counted(name: str) -> None:
    assert count(MODELS_FOLDER / f"{name}.onnx") is not None
