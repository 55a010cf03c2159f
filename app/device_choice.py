"""What cards are looked for on, and why that is not the GPU. Found out without importing torch."""

from __future__ import annotations

import ast
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from detector.detector import Device

_CPU = "CPU"


class NoGpuReason(Enum):
    """Why the GPU is not used."""

    CHOSEN = auto()
    """The settings say so."""
    NO_TORCH = auto()
    """PyTorch, which runs the networks on a GPU, is not installed."""
    TORCH_WITHOUT_CUDA = auto()
    """The PyTorch that is installed is built for the CPU, or lacks CUDA's libraries."""
    NO_DEVICE = auto()
    """PyTorch could use a GPU, and there is none, or no driver for it."""


@dataclass(frozen=True, slots=True)
class DeviceChoice:
    """What a detector runs on.

    Attributes:
        name: For people to read.
        no_gpu: Why it is not the GPU; None where it is.
    """

    name: str
    no_gpu: NoGpuReason | None = None


def installed_package(name: str) -> Path | None:
    """The folder of a package that can be imported, without importing it; None where there is none."""
    spec = importlib.util.find_spec(name)
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) if places else None


def device_choice(name: str, wanted: Device, package: Callable[[str], Path | None] = installed_package) -> DeviceChoice:
    """Explain what a detector runs on. Reads a file, so it is for workers' threads.

    Args:
        name: What the detector says that it runs on.
        wanted: What it was asked to run on.
        package: Finds installed packages.
    """
    return DeviceChoice(name, _reason(wanted, package) if name.startswith(_CPU) else None)


def _reason(wanted: Device, package: Callable[[str], Path | None]) -> NoGpuReason:
    if wanted == "cpu":
        return NoGpuReason.CHOSEN
    torch = package("torch")
    if torch is None:
        return NoGpuReason.NO_TORCH
    if not _is_built_with_cuda(torch) or package("nvidia") is None:
        return NoGpuReason.TORCH_WITHOUT_CUDA
    return NoGpuReason.NO_DEVICE


def _is_built_with_cuda(torch: Path) -> bool:
    """Whether `torch/version.py` names a version of CUDA."""
    try:
        module = ast.parse((torch / "version.py").read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError):
        return False
    for statement in module.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == "cuda" for target in targets):
            value = getattr(statement, "value", None)
            return isinstance(value, ast.Constant) and isinstance(value.value, str)
    return False
