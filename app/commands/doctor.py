"""`cardlight doctor`: what is installed, what the program can run on, and what is missing."""

from __future__ import annotations

import argparse
import hashlib
import importlib
import importlib.metadata
import os
import platform
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement

from resources import MODELS_FOLDER

_MODEL_SUFFIXES = frozenset({".onnx", ".safetensors"})
_PROGRAM = "cardlight"
_FOR_DEVELOPERS = frozenset({"dev", "bundle"})
# By what packages are imported, where it isn't their own name in small letters.
_MODULES = {
    "opencv-python-headless": "cv2",
    "pillow": "PIL",
    "PySide6-Addons": "PySide6.QtMultimedia",
    "PySide6-Essentials": "PySide6.QtWidgets",
    "python-bidi": "bidi",
}


@dataclass(frozen=True, slots=True)
class Package:
    """A package that the program uses.

    Attributes:
        distribution: The name it is installed by.
        extra: The extra that it comes with; None where the program needs it.
    """

    distribution: str
    extra: str | None = None

    @property
    def module(self) -> str:
        """The name it is imported by."""
        return _MODULES.get(self.distribution, self.distribution.lower().replace("-", "_"))


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report.

    Attributes:
        name: What it is about.
        state: What was found.
        problem: What is wrong and what to do, in one line; None where nothing is.
    """

    name: str
    state: str
    problem: str | None = None


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> argparse.ArgumentParser:
    """Add the parser of `cardlight doctor`."""
    return subparsers.add_parser(
        "doctor",
        help="print versions, devices, and what is missing",
        description="Print versions, devices and model files, then what is missing and what to do about it.",
    )


def run(_arguments: argparse.Namespace, models_folder: Path = MODELS_FOLDER) -> int:
    """Print the report.

    Returns:
        0 when cards can be scanned here, 1 when something needed is missing.
    """
    problems = [
        *_print_section("Versions", [*_program_versions(), *map(check_package, packages())]),
        *_print_section("Devices", [_processor(), _onnxruntime_providers(), check_cuda()]),
        *_print_section("Models", list(check_models(models_folder))),
    ]
    if not problems:
        print("\nNothing is missing.")
        return 0
    print("\nMissing")
    for problem in problems:
        print(f"  {problem}")
    return 1


def packages() -> list[Package]:
    """Everything that the installed program's metadata names for this system, but for what only developers need."""
    distribution = importlib.metadata.distribution(_PROGRAM)
    requirements = [Requirement(text) for text in distribution.requires or ()]
    offered = set() if _is_bundle() else set(distribution.metadata.get_all("Provides-Extra") or ())
    extras = sorted(offered - _FOR_DEVELOPERS)
    found: dict[str, Package] = {}
    for extra in (None, *extras):
        for requirement in requirements:
            wanted = requirement.marker is None or requirement.marker.evaluate({"extra": extra or ""})
            if wanted and requirement.name != _PROGRAM:
                found.setdefault(requirement.name, Package(requirement.name, extra))
    return list(found.values())


def check_package(package: Package) -> Finding:
    """The version of a package, and whether it can be imported where the program needs it."""
    name = package.distribution
    try:
        version = importlib.metadata.version(name)
    except importlib.metadata.PackageNotFoundError:
        if package.extra:
            return Finding(name, f"missing (optional: pip install 'cardlight[{package.extra}]')")
        return Finding(name, "missing", f"{name} is not installed. {_reinstall()}")
    if package.extra:
        return Finding(name, f"{version} (optional)")
    os.environ.setdefault("QT_LOGGING_RULES", "qt.multimedia.*=false")  # or Qt tells which sound systems it misses
    try:
        importlib.import_module(package.module)
    except ImportError as error:
        cause = " ".join(str(error).split())
        remedy = "Install the system's library that it names." if ".so" in cause else _reinstall()
        return Finding(name, f"{version}, does not load", f"{name} is installed but does not load ({cause}). {remedy}")
    return Finding(name, version)


def check_cuda() -> Finding:
    """Whether an NVIDIA GPU can be used, and why not. Lacking one is no problem: the CPU does."""
    try:
        import torch
    except ImportError:
        adding = "this is the program without it" if _is_bundle() else "pip install 'cardlight[cuda]' adds it"
        return Finding("CUDA", f"no: PyTorch is not installed; {adding}")
    if torch.version.cuda is None:
        return Finding("CUDA", "no: this PyTorch is built for the CPU only")
    if not torch.cuda.is_available():
        return Finding("CUDA", "no: no NVIDIA GPU, or no driver that this PyTorch can use")
    return Finding("CUDA", f"yes: {torch.cuda.get_device_name()} (CUDA {torch.version.cuda})")


def check_models(folder: Path) -> Iterator[Finding]:
    """The model files, each with its size and SHA-256; that at least one is for the runtime."""
    files = sorted(path for path in folder.glob("*") if path.suffix in _MODEL_SUFFIXES)
    for path in files:
        data = path.read_bytes()
        yield Finding(path.name, f"{len(data)} bytes, sha256 {hashlib.sha256(data).hexdigest()}")
    if not any(path.suffix == ".onnx" for path in files):
        yield Finding("runtime model", "missing", f"The networks' weights (*.onnx) are not installed. {_reinstall()}")


def _is_bundle() -> bool:
    """Whether this is the program that runs without Python: nothing can be added to it."""
    return bool(getattr(sys, "frozen", False))


def _reinstall() -> str:
    return "Install Cardlight again." if _is_bundle() else "Run: pip install --force-reinstall cardlight"


def _program_versions() -> list[Finding]:
    return [
        Finding(_PROGRAM, importlib.metadata.version(_PROGRAM)),
        Finding("Python", f"{platform.python_version()} on {platform.system()} {platform.machine()}"),
    ]


def _processor() -> Finding:
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return Finding("CPU", f"{usable} usable of {os.cpu_count()} cores")


def _onnxruntime_providers() -> Finding:
    try:
        import onnxruntime
    except ImportError:
        return Finding("ONNX Runtime", "does not load")
    return Finding("ONNX Runtime", ", ".join(onnxruntime.get_available_providers()))


def _print_section(title: str, findings: Sequence[Finding]) -> list[str]:
    """Print findings under a title, and return their problems."""
    width = max(len(finding.name) for finding in findings)
    print(title)
    for finding in findings:
        print(f"  {finding.name:<{width}}  {finding.state}")
    return [finding.problem for finding in findings if finding.problem]
