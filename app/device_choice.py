"""What cards are looked for on, and why that is not the GPU. Found out without importing torch."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum, auto
from pathlib import Path

from detector.detector import Device
from detector.engines.installed_torch import installed_package, is_built_with_cuda

_CPU = "CPU"


class NoGpuReason(Enum):
    """Why the GPU is not used."""

    CHOSEN = auto()
    """The settings say so."""
    NO_TORCH = auto()
    """PyTorch, which runs the networks on a GPU, is not installed."""
    TORCH_WITHOUT_CUDA = auto()
    """The PyTorch that is installed is built for the CPU."""
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
    if not is_built_with_cuda(torch):
        return NoGpuReason.TORCH_WITHOUT_CUDA
    return NoGpuReason.NO_DEVICE
