"""The teacher that the arguments of labelling ask for."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from app.commands.labelling_arguments import aligner_of, transforms_of
from detector.errors import DeviceUnavailableError, ModelFileError

if TYPE_CHECKING:
    import torch

    from detector.network.retinanet import RetinaNet
    from detector.training.distillation.json_lines import Json
    from detector.training.distillation.teacher import Teacher


def teacher_of(arguments: argparse.Namespace) -> tuple[Teacher, Json]:
    """The teacher that the arguments ask for, and its provenance.

    Raises:
        DeviceUnavailableError: the device cannot be used here.
        ModelFileError: a model file is missing, damaged or of another kind.
    """
    import torch

    from detector.engines.onnx_engine import OnnxAligner
    from detector.engines.torch_engine import TorchFinder
    from detector.training.distillation.predictions import provenance_of
    from detector.training.distillation.teacher import Teacher

    device = usable_device(arguments.device or "cpu")
    network = read_finder_with_corners(arguments.teacher).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    transforms = transforms_of(arguments)
    aligner_file = None if arguments.coarse else aligner_of(arguments)
    aligner = None if aligner_file is None else OnnxAligner(aligner_file, torch.get_num_threads())
    teacher = Teacher(TorchFinder(network, device), transforms, aligner)
    return teacher, provenance_of(arguments.teacher, network.config.name, transforms, aligner_file)


def usable_device(name: str) -> torch.device:
    """The device that torch calls so.

    Raises:
        DeviceUnavailableError: it is neither the CPU nor a CUDA GPU that there is.
    """
    import torch

    gpus = [f"cuda:{number}" for number in range(torch.cuda.device_count())]
    if name not in ("cpu", *gpus) and not (name == "cuda" and gpus):
        raise DeviceUnavailableError(f"{name} is no device that can be used here; choose cpu, or see: cardlight doctor")
    return torch.device(name)


def read_finder_with_corners(weights: Path) -> RetinaNet:
    """A finder that can label.

    Raises:
        ModelFileError: the file is missing, damaged, or holds another network or a finder of boxes alone.
    """
    from detector.network.weights import read_finder

    network = read_finder(weights)
    if not network.config.corner_head:
        raise ModelFileError(f"{weights.name} holds a finder without corners, of the preset {network.config.name}")
    return network
