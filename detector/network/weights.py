"""Weight files: one network each, as safetensors with the configuration inside, never pickle."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import torch
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor

from detector.errors import ModelFileError
from detector.network.aligner import Aligner
from detector.network.config import AlignerConfig, FinderConfig
from detector.network.retinanet import RetinaNet

Tensors = dict[str, Tensor]
Network = TypeVar("Network", RetinaNet, Aligner)


def write_weights(path: Path, model: RetinaNet | Aligner, *, half: bool = False) -> None:
    """Write a network with its configuration; `read_finder` and `read_aligner` invert it.

    With `half`, the weights are rounded to half precision, as they are shipped.
    """
    kind = "finder" if isinstance(model, RetinaNet) else "aligner"
    dtype = torch.float16 if half else torch.float32
    tensors = {name: tensor.detach().cpu().to(dtype).contiguous() for name, tensor in model.state_dict().items()}
    write_tensors(path, tensors, {"kind": kind, "config": model.config.to_json()})


def read_finder(path: Path) -> RetinaNet:
    """The finder that `write_weights` wrote.

    Raises:
        ModelFileError: the file is missing, damaged or holds another network.
    """
    return _read(path, "finder", lambda config: RetinaNet(FinderConfig.from_json(config)))


def read_aligner(path: Path) -> Aligner:
    """The aligner that `write_weights` wrote.

    Raises:
        ModelFileError: the file is missing, damaged or holds another network.
    """
    return _read(path, "aligner", lambda config: Aligner(AlignerConfig.from_json(config)))


def _read(path: Path, kind: str, build: Callable[[str], Network]) -> Network:
    """The network of a kind that a file holds, built from the configuration inside."""
    tensors, metadata = read_tensors(path)
    if metadata.get("kind") != kind or "config" not in metadata:
        raise ModelFileError(f"{path.name} holds no weights of the {kind}")
    try:
        if not all(bool(tensor.isfinite().all()) for tensor in tensors.values()):
            raise ValueError("a weight that is not finite")
        network = build(metadata["config"])
        network.load_state_dict(tensors)
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ModelFileError(f"{path.name} was made for another version of the {kind}") from error
    return network


def write_tensors(path: Path, tensors: Tensors, metadata: dict[str, str]) -> None:
    """Write named tensors whole or not at all; `read_tensors` inverts it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    save_file(tensors, partial, metadata)
    partial.replace(path)


def read_tensors(path: Path) -> tuple[Tensors, dict[str, str]]:
    """Inverse of `write_tensors`.

    Raises:
        ModelFileError: the file is missing or damaged.
    """
    try:
        with safe_open(path, framework="pt") as file:
            return {key: file.get_tensor(key) for key in file.keys()}, file.metadata() or {}  # noqa: SIM118 (it is no dict)
    except FileNotFoundError as error:
        raise ModelFileError(f"{path.name} is missing") from error
    except (SafetensorError, OSError) as error:
        raise ModelFileError(f"{path.name} can't be read: it is damaged or no safetensors file") from error
