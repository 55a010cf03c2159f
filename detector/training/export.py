"""Write a network as ONNX for the runtime: as it runs, configuration inside, weights in half precision."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import numpy_helper
from torch import Tensor, nn

from detector.network.aligner import Aligner
from detector.network.retinanet import RetinaNet
from detector.network.runtime import RuntimeAligner, RuntimeFinder

HALVED_FROM = 256


def export_finder(finder: RetinaNet, path: Path) -> None:
    """Write a finder with affine norms as `finder.onnx`; height and width are free multiples of the coarsest stride."""
    network = RuntimeFinder(finder)
    step = finder.config.anchors.strides[-1]
    example = torch.zeros(1, 3, 2 * step, 3 * step)
    height, width = torch.export.Dim("rows", min=1, max=64), torch.export.Dim("columns", min=1, max=64)
    shapes = {"image": {2: step * height, 3: step * width}}
    metadata = {"kind": "finder", "config": finder.config.to_json()}
    _export(network, example, path, ["image"], ["scores", "corners"], shapes, metadata)


def export_aligner(aligner: Aligner, path: Path) -> None:
    """Write an aligner with affine norms as `aligner.onnx`; the number of views is free."""
    network = RuntimeAligner(aligner)
    config = aligner.config
    example = torch.zeros(2, 3, config.view_height_px, config.view_width_px)
    metadata = {"kind": "aligner", "config": config.to_json()}
    shapes = {"views": {0: torch.export.Dim("count", min=1, max=256)}}
    _export(network, example, path, ["views"], ["corners", "rotation", "card"], shapes, metadata)


def _export(
    network: nn.Module,
    example: Tensor,
    path: Path,
    inputs: list[str],
    outputs: list[str],
    shapes: dict[str, dict[int, Any]],
    metadata: dict[str, str],
) -> None:
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        exported = Path(folder) / "exported.onnx"
        torch.onnx.export(
            network.eval(),
            (example,),
            exported,
            input_names=inputs,
            output_names=outputs,
            dynamic_shapes=shapes,
            dynamo=True,
            external_data=False,
            verbose=False,
        )
        model = onnx.load(exported)
    graph = model.graph
    # The exporter leaves its stack traces, with the paths of this machine.
    for part in (model, graph, *graph.node, *graph.input, *graph.output, *graph.value_info, *graph.initializer):
        del part.metadata_props[:]
    onnx.helper.set_model_props(model, metadata)
    model.producer_name, model.doc_string = "cardlight", ""
    _halve_weights(model)
    onnx.checker.check_model(model, full_check=True)
    partial = path.with_name(path.name + ".partial")
    onnx.save(model, partial)
    partial.replace(path)


def _halve_weights(model: onnx.ModelProto) -> None:
    """Store large weights as float16 with a cast, which ONNX Runtime computes once while it loads."""
    for index, weight in enumerate(model.graph.initializer):
        values = numpy_helper.to_array(weight)
        if values.dtype != np.float32 or values.size < HALVED_FROM:
            continue
        half_name = f"{weight.name}.half"
        cast = onnx.helper.make_node("Cast", [half_name], [weight.name], to=onnx.TensorProto.FLOAT)
        model.graph.node.insert(0, cast)
        model.graph.initializer[index].CopyFrom(numpy_helper.from_array(values.astype(np.float16), half_name))
