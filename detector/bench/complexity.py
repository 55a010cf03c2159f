"""What a network costs, layer by layer: multiply-adds, parameters and memory access.

The article's rules are about all three: a layer with few multiply-adds may still be slow because of the bytes that it
moves (rules 2, 3, 5 and 7).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import torch
from rich.table import Table
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves
from torch.utils.flop_counter import FlopCounterMode, addmm_flop, conv_flop_count
from torch.utils.module_tracker import ModuleTracker

_aten = torch.ops.aten
_FLOATS = {torch.float32}
_BYTES = 4


@dataclass(frozen=True, slots=True)
class Cost:
    """Multiply-adds, parameters, and memory access: inputs, outputs and weights of each operation, bytes of float32."""

    multiply_adds: int
    parameters: int
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class LayerCost:
    """One layer: a module without children, or what a module with children does itself (adds, upsampling).

    Attributes:
        name: Dotted path inside the network.
        kind: Class of the module.
        output_shape: Of its first call, without the batch; a head runs once a level, the finest first.
        cost: Summed over its calls.
    """

    name: str
    kind: str
    output_shape: tuple[int, ...]
    cost: Cost


@dataclass(frozen=True, slots=True)
class Profile:
    """A network's cost.

    Attributes:
        model: Its name.
        input_shape: (channels, height, width).
        layers: In the order in which the network declares them.
        parts: The network's immediate children by name: backbone, pyramid, heads.
        total: Of the whole network.
    """

    model: str
    input_shape: tuple[int, int, int]
    layers: tuple[LayerCost, ...]
    parts: dict[str, Cost]
    total: Cost

    def to_json(self) -> dict[str, Any]:
        """The profile as plain dicts, lists and numbers, named like the attributes."""
        return asdict(self)

    def to_table(self) -> Table:
        """One row a layer, then one a part with its share of the total, then the total."""
        channels, height, width = self.input_shape
        table = Table(title=f"{self.model} at {width} x {height}, {channels} channels", title_justify="left")
        for heading in ("Layer", "Kind", "Output"):
            table.add_column(heading, overflow="fold")
        for heading in ("MMac", "Share", "Parameters", "Memory, kB"):
            table.add_column(heading, justify="right", no_wrap=True)
        for layer in self.layers:
            shape = " x ".join(str(size) for size in layer.output_shape)
            mega = f"{layer.cost.multiply_adds / 1e6:.3f}"
            table.add_row(layer.name, layer.kind, shape, mega, *self._shared_columns(layer.cost))
        table.add_section()
        for name, cost in (*self.parts.items(), ("total", self.total)):
            giga = f"{cost.multiply_adds / 1e9:.3f} GMac"
            table.add_row(name, "", "", giga, *self._shared_columns(cost), style="bold")
        return table

    def _shared_columns(self, cost: Cost) -> tuple[str, str, str]:
        share = cost.multiply_adds / self.total.multiply_adds if self.total.multiply_adds else 0.0
        return f"{100 * share:.1f} %", f"{cost.parameters:,}", f"{cost.memory_bytes / 1e3:,.1f}"


def profile(model: nn.Module, input_shape: tuple[int, int, int], name: str) -> Profile:
    """Count what one picture of `input_shape` (channels, height, width) costs.

    Nothing is computed: the network is moved to torch's meta device, and is of no use afterwards.

    Multiply-adds follow ptflops, whose print-out the article gives: besides the products of convolutions and matrices
    (`torch.utils.flop_counter`), one for each bias added, one for each ReLU, sigmoid and element-wise sum, two for
    each normalised value. That this is the article's convention shows in its own numbers: the ratio of its two heads,
    27.305 % to 26.569 %, is 1.0277; with biases and ReLU it comes to 1.0277, and without them to 1.0279.
    """
    model = model.to("meta").eval()
    shapes: dict[str, tuple[int, ...]] = {}
    handles = [
        module.register_forward_hook(lambda _module, _inputs, output, path=path: _note_shape(shapes, path, output))
        for path, module in model.named_modules()
    ]
    flops, tracker = FlopCounterMode(display=False, custom_mapping=_PTFLOPS), ModuleTracker()
    memory = _MemoryCounter(tracker)
    with torch.no_grad(), flops, tracker, memory:
        model(torch.zeros(1, *input_shape, device="meta"))
    for handle in handles:
        handle.remove()
    multiply_adds = {path: sum(counts.values()) // 2 for path, counts in flops.get_flop_counts().items()}
    costs = _costs(model, "", type(model).__name__, multiply_adds, memory.bytes_by_module)
    return Profile(
        model=name,
        input_shape=input_shape,
        layers=tuple(_layers(model, costs, shapes)),
        parts={path: costs[path] for path, _ in model.named_children()},
        total=costs[""],
    )


def _costs(
    module: nn.Module, path: str, called_as: str, multiply_adds: Mapping[str, int], memory_bytes: Mapping[str, int]
) -> dict[str, Cost]:
    """Cost of a module and of all modules below it, by path; one that is never called costs what its children do."""
    costs: dict[str, Cost] = {}
    children = []
    for name, child in module.named_children():
        child_path = f"{path}.{name}" if path else name
        costs |= _costs(child, child_path, f"{called_as}.{name}", multiply_adds, memory_bytes)
        children.append(costs[child_path])
    costs[path] = Cost(
        multiply_adds=multiply_adds.get(called_as, sum(child.multiply_adds for child in children)),
        parameters=sum(parameter.numel() for parameter in module.parameters()),
        memory_bytes=memory_bytes.get(called_as, sum(child.memory_bytes for child in children)),
    )
    return costs


def _layers(model: nn.Module, costs: dict[str, Cost], shapes: dict[str, tuple[int, ...]]) -> Iterator[LayerCost]:
    for path, module in model.named_modules():
        children = [costs[f"{path}.{child}" if path else child] for child, _ in module.named_children()]
        own = Cost(
            costs[path].multiply_adds - sum(child.multiply_adds for child in children),
            costs[path].parameters - sum(child.parameters for child in children),
            costs[path].memory_bytes - sum(child.memory_bytes for child in children),
        )
        if path in shapes and (own.memory_bytes or own.parameters):
            yield LayerCost(path or "(network)", type(module).__name__, shapes[path], own)


def _note_shape(shapes: dict[str, tuple[int, ...]], path: str, output: object) -> None:
    tensors = [leaf for leaf in tree_leaves(output) if isinstance(leaf, Tensor)]
    shapes.setdefault(path, tuple(tensors[0].shape[1:]))


class _MemoryCounter(TorchDispatchMode):  # type: ignore[no-untyped-call]  # torch's
    """Sum the bytes that every operation reads and writes, for each module that it runs in. Views move nothing."""

    def __init__(self, tracker: ModuleTracker) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.bytes_by_module: defaultdict[str, int] = defaultdict(int)
        self._tracker = tracker

    def __torch_dispatch__(
        self, function: Any, types: Any, arguments: tuple[Any, ...] = (), keywords: dict[str, Any] | None = None
    ) -> Any:
        result = function(*arguments, **(keywords or {}))
        if not function.is_view:
            moved = sum(
                leaf.numel() * _BYTES
                for leaf in tree_leaves((arguments, keywords, result))
                if isinstance(leaf, Tensor) and leaf.dtype in _FLOATS
            )
            for module in self._tracker.parents:
                self.bytes_by_module[module] += moved
        return result


# The formulas below count as FlopCounterMode does: two operations make one multiply-add.


def _conv(x: Any, weight: Any, bias: Any, _1: Any, _2: Any, _3: Any, transposed: bool, *_: Any, out_shape: Any) -> Any:
    return conv_flop_count(x, weight, out_shape, transposed) + (2 * math.prod(out_shape) if bias is not None else 0)


def _matrix_and_bias(bias: Any, left: Any, right: Any, *_: Any, out_shape: Any, **__: Any) -> Any:
    return addmm_flop(bias, left, right) + 2 * math.prod(out_shape)


def _one_each(*_: Any, out_shape: Any, **__: Any) -> Any:
    return 2 * math.prod(out_shape)


def _two_each(input_shape: Any, *_: Any, **__: Any) -> Any:
    return 4 * math.prod(input_shape)


_PTFLOPS = {
    _aten.convolution: _conv,
    _aten.addmm: _matrix_and_bias,
    **dict.fromkeys((_aten.relu, _aten.relu_, _aten.sigmoid, _aten.add, _aten.add_, _aten.mul), _one_each),
    **dict.fromkeys((_aten.native_group_norm, _aten.native_batch_norm), _two_each),
    _aten._native_batch_norm_legit_no_training: _two_each,
}
