"""The line at the window's foot: live numbers, what is kept where, the device, and the jobs that go on."""

from __future__ import annotations

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QLabel, QStatusBar, QWidget

from app.device_choice import DeviceChoice, NoGpuReason
from app.ui.elided_label import ElidedLabel
from app.ui.job_indicator import JobIndicator
from app.ui.translation import Retranslating


class StatusBar(Retranslating, QStatusBar):
    """Shows; it knows nothing of where its texts come from."""

    def __init__(self, cancel_job: QAction, show_batch: QAction, parent: QWidget | None = None) -> None:
        """Make it; the actions are the buttons beside a job and beside a batch."""
        super().__init__(parent)
        self._choice: DeviceChoice | None = None
        self.setSizeGripEnabled(False)
        self._text = ElidedLabel(self)
        self._text.setContentsMargins(16, 4, 8, 4)
        self._device = QLabel(self)
        self._device.setContentsMargins(8, 4, 16, 4)
        self.job = JobIndicator(cancel_job, self)
        self.batch = JobIndicator(show_batch, self)
        self.addWidget(self._text, 1)
        self.addPermanentWidget(self.job)
        self.addPermanentWidget(self.batch)
        self.addPermanentWidget(self._device)

    @property
    def text(self) -> str:
        """What it says on the left."""
        return self._text.whole

    def show_text(self, text: str) -> None:
        """Say something on the left."""
        self._text.show_text(text)

    @property
    def device(self) -> str:
        """What it says on the right."""
        return self._device.text()

    def show_device(self, choice: DeviceChoice) -> None:
        """Say what cards are looked for on, and where that is not the GPU, why: in short, in its tool tip in full."""
        self._choice = choice
        short, full = self._no_gpu(choice.no_gpu) if choice.no_gpu else ("", "")
        self._device.setText(f"{choice.name} · {short}" if short else choice.name)
        self._device.setToolTip(full)
        self._device.setAccessibleDescription(full)

    def retranslate(self) -> None:
        """Say anew what this words itself."""
        if self._choice:
            self.show_device(self._choice)

    def _no_gpu(self, reason: NoGpuReason) -> tuple[str, str]:
        install = "pip install 'cardlight[cuda]'"
        return {
            NoGpuReason.CHOSEN: (
                self.tr("chosen in the settings"),
                self.tr("Cards are looked for on the CPU, because the settings say so."),
            ),
            NoGpuReason.NO_TORCH: (
                self.tr("no GPU: PyTorch is missing"),
                self.tr(
                    "Cards are looked for on the CPU. A GPU needs PyTorch, which is not installed. "
                    "Where there is an NVIDIA GPU, install it with: {command}"
                ).format(command=install),
            ),
            NoGpuReason.TORCH_WITHOUT_CUDA: (
                self.tr("no GPU: PyTorch without CUDA"),
                self.tr(
                    "Cards are looked for on the CPU. The PyTorch that is installed is built for the CPU only. "
                    "Where there is an NVIDIA GPU, install one with CUDA, as pytorch.org says."
                ),
            ),
            NoGpuReason.NO_DEVICE: (
                self.tr("no GPU found"),
                self.tr(
                    "Cards are looked for on the CPU. PyTorch finds no NVIDIA GPU. Where there is one, install or "
                    "update its driver, then start Cardlight again."
                ),
            ),
        }[reason]
