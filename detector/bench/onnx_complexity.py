"""What a network in an ONNX file costs, for peers that exist in no other form."""

from __future__ import annotations

import math
from pathlib import Path

import onnx
from onnx import TensorProto

from detector.bench.complexity import Cost
from detector.bench.peers import FREE_PX

_BYTES = 4
_VIEWS = {"Reshape", "Flatten", "Squeeze", "Unsqueeze", "Identity"}


def count(path: Path) -> Cost | None:
    """Multiply-adds of convolutions and matrix products, parameters, and memory access; free sizes as when timed.

    None where not all shapes can be told before the network runs. ONNX Runtime must have loaded the file before.
    """
    model = onnx.load(path)
    _fix_free_sizes(model.graph)
    try:
        model = onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True)
    except onnx.shape_inference.InferenceError:
        return None
    weights = {weight.name: tuple(weight.dims) for weight in model.graph.initializer if _is_float(weight.data_type)}
    shapes = weights | {
        value.name: tuple(size.dim_value for size in value.type.tensor_type.shape.dim)
        for value in (*model.graph.input, *model.graph.value_info, *model.graph.output)
        if _is_float(value.type.tensor_type.elem_type)
    }
    return Cost(
        multiply_adds=sum(_multiply_adds(node, shapes) for node in model.graph.node),
        parameters=sum(math.prod(shape) for shape in weights.values()),
        memory_bytes=sum(_memory_bytes(node, shapes) for node in model.graph.node if node.op_type not in _VIEWS),
    )


def _fix_free_sizes(graph: onnx.GraphProto) -> None:
    weights = {weight.name for weight in graph.initializer}
    for value in graph.input:
        for axis, size in enumerate(value.type.tensor_type.shape.dim):
            if value.name not in weights and not size.HasField("dim_value"):
                size.dim_value = FREE_PX.get(axis, 1)


def _is_float(kind: int) -> bool:
    return kind in (TensorProto.FLOAT, TensorProto.FLOAT16)


def _multiply_adds(node: onnx.NodeProto, shapes: dict[str, tuple[int, ...]]) -> int:
    """Each value of the output takes as many as there are inputs to it, and one for a bias."""
    if node.op_type not in ("Conv", "Gemm", "MatMul"):
        return 0
    first, second = (shapes.get(name, ()) for name in node.input[:2])
    inputs = math.prod(second[1:]) if node.op_type == "Conv" else first[-1] if first else 0
    has_bias = len(node.input) > 2
    return math.prod(shapes.get(node.output[0], (0,))) * (inputs + has_bias)


def _memory_bytes(node: onnx.NodeProto, shapes: dict[str, tuple[int, ...]]) -> int:
    return sum(_BYTES * math.prod(shapes[name]) for name in (*node.input, *node.output) if name in shapes)
