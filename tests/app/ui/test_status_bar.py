from __future__ import annotations

from collections.abc import Sequence

import pytest
from PySide6.QtCore import Qt

from app.device_choice import DeviceChoice, NoGpuReason
from app.ui.settings_dialog import SettingsDialog
from detector import Detection
from detector.geometry import Image

WAIT_MS = 20_000


class CpuDetector:
    device = "CPU (ONNX Runtime)"

    def detect(self, image: Image) -> Sequence[Detection]:
        return []


@pytest.mark.parametrize(
    ("reason", "short", "full"),
    [
        (NoGpuReason.CHOSEN, "chosen in the settings", "the settings say so"),
        (NoGpuReason.NO_TORCH, "no GPU: PyTorch is missing", "install it with: pip install"),
        (NoGpuReason.TORCH_WITHOUT_CUDA, "no GPU: PyTorch without CUDA", "built for the CPU only"),
        (NoGpuReason.NO_DEVICE, "no GPU found", "finds no NVIDIA GPU"),
    ],
)
def test_why_not_the_gpu_in_short_and_in_full(window, reason, short, full) -> None:
    window.status.show_device(DeviceChoice("CPU (ONNX Runtime)", reason))

    assert window.status.device == f"CPU (ONNX Runtime) · {short}"
    assert full in window.status._device.toolTip()


def test_a_gpu_is_only_named(window) -> None:
    window.status.show_device(DeviceChoice("CPU", NoGpuReason.NO_TORCH))
    window.status.show_device(DeviceChoice("RTX (CUDA)"))

    assert (window.status.device, window.status._device.toolTip()) == ("RTX (CUDA)", "")


def test_choosing_another_device_is_said_at_once(qtbot, make_window) -> None:
    window = make_window(detector=CpuDetector())
    window.device.find()
    qtbot.waitUntil(lambda: window.status.device.startswith("CPU"), timeout=WAIT_MS)
    assert "chosen" not in window.status.device

    qtbot.keyClick(window, Qt.Key.Key_Comma, Qt.KeyboardModifier.ControlModifier)
    dialog = window.findChild(SettingsDialog)
    qtbot.keyClick(dialog.device, Qt.Key.Key_Down)
    qtbot.keyClick(dialog, Qt.Key.Key_Return)

    qtbot.waitUntil(lambda: "chosen in the settings" in window.status.device, timeout=WAIT_MS)


def test_a_gpu_that_is_chosen_and_not_there_is_always_said(qtbot, window) -> None:
    """The detection thread asks for the detector as soon as the settings change, whoever follows them first."""
    wanted: list[str] = []
    window.services.still_detector._load = lambda device, threshold: wanted.append(device) or CpuDetector()
    window.services.still_detector._detector = None
    run = window.services.detection.run
    window.services.detection.run = lambda work, *calls, **options: (work(), run(work, *calls, **options))
    window.services.preferences.change(device="cuda")

    assert wanted[0] == "cuda"
