from __future__ import annotations

from pathlib import Path

import onnx
import pytest
from onnx import TensorProto, helper

from detector.bench.peers import network_alone
from detector.errors import ModelFileError


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


def _identity_network(folder: Path, kind: int) -> Path:
    shape: list[str | int | None] = ["batch", 3, "height", "width"]
    values = [helper.make_tensor_value_info(name, kind, shape) for name in ("x", "y")]
    graph = helper.make_graph([helper.make_node("Identity", ["x"], ["y"])], "identity", values[:1], values[1:])
    path = folder / f"{kind}.onnx"
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, path)
    return path
