from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from app.device_choice import DeviceChoice, NoGpuReason, device_choice
from detector.engines.installed_torch import installed_package

WITH_CUDA = "from typing import Optional\n__version__ = '2.9.0+cu130'\ncuda: Optional[str] = '13.0'\n"
WITHOUT_CUDA = "from typing import Optional\n__version__ = '2.9.0+cpu'\ncuda: Optional[str] = None\n"
OLD_STYLE = "__version__ = '2.0.0'\ncuda = '11.8'\n"


@pytest.fixture
def packages(tmp_path: Path) -> Callable[..., Callable[[str], Path | None]]:
    def install(version: str | None) -> Callable[[str], Path | None]:
        folders: dict[str, Path] = {}
        if version is not None:
            folders["torch"] = tmp_path / "torch"
            folders["torch"].mkdir()
            (folders["torch"] / "version.py").write_text(version)
        return folders.get

    return install


def test_a_gpu_needs_no_reason(packages) -> None:
    assert device_choice("RTX (CUDA)", "auto", packages(None)) == DeviceChoice("RTX (CUDA)")


@pytest.mark.parametrize(
    ("wanted", "version", "reason"),
    [
        ("cpu", WITH_CUDA, NoGpuReason.CHOSEN),
        ("auto", None, NoGpuReason.NO_TORCH),
        ("auto", WITHOUT_CUDA, NoGpuReason.TORCH_WITHOUT_CUDA),
        ("auto", WITH_CUDA, NoGpuReason.NO_DEVICE),
        ("auto", OLD_STYLE, NoGpuReason.NO_DEVICE),
        ("auto", "no Python at all (", NoGpuReason.TORCH_WITHOUT_CUDA),
    ],
)
def test_why_the_cpu_is_used(packages, wanted, version, reason) -> None:
    assert device_choice("CPU (ONNX Runtime)", wanted, packages(version)).no_gpu is reason


def test_a_torch_without_its_version_is_no_reason_to_fail(tmp_path: Path) -> None:
    assert device_choice("CPU", "auto", {"torch": tmp_path}.get).no_gpu is NoGpuReason.TORCH_WITHOUT_CUDA


def test_packages_are_found_without_being_imported() -> None:
    assert installed_package("nowhere_to_be_found") is None
    assert installed_package("numpy") == Path(sys.modules["numpy"].__file__ or "").parent
    code = "import sys; from app.device_choice import device_choice; device_choice('CPU', 'auto'); print(*sys.modules)"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "torch" not in printed.stdout.split()
