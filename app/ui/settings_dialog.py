"""Asks for the settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from app.settings import DPI_CHOICES, Language, Settings, Theme
from app.ui.buttons import make_primary
from app.ui.forms import level_labels
from app.ui.languages import LANGUAGE_NAMES

_PERCENTS = range(20, 100, 10)
_WIDTH_PX = 600


class SettingsDialog(QDialog):
    """Begins with some settings; `applied_to` gives those that the user has made of them."""

    def __init__(self, parent: QWidget, settings: Settings) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Settings"))
        self.language = _choice(
            self, settings.language, [(Language.SYSTEM, self.tr("As the system")), *LANGUAGE_NAMES.items()]
        )
        self.theme = _choice(
            self,
            settings.theme,
            [(Theme.SYSTEM, self.tr("As the system")), (Theme.LIGHT, self.tr("Light")), (Theme.DARK, self.tr("Dark"))],
        )
        self.device = _choice(
            self,
            settings.device,
            [
                ("auto", self.tr("Automatic: the GPU where there is one")),
                ("cpu", self.tr("CPU")),
                ("cuda", self.tr("GPU (CUDA)")),
            ],
        )
        self.threshold = _choice(
            self,
            round(settings.threshold * 100),
            [
                (percent, self.tr("{percent} %").format(percent=percent))
                for percent in sorted({*_PERCENTS, round(settings.threshold * 100)})
            ],
        )
        self.dpi = _choice(
            self, settings.export_dpi, [(dpi, self.tr("{dpi} dpi").format(dpi=dpi)) for dpi in DPI_CHOICES]
        )
        self.auto_capture = QCheckBox(self.tr("Capture steady, sharp cards by themselves"), self)
        self.auto_capture.setChecked(settings.auto_capture)
        self.mirror = QCheckBox(self.tr("Mirror the camera's preview (never the saved picture)"), self)
        self.mirror.setChecked(settings.mirror)
        self.keep = QCheckBox(self.tr("Keep captures in a private folder, to recover them after a crash"), self)
        self.keep.setChecked(settings.keep_for_recovery)
        self._lay_out()

    def applied_to(self, settings: Settings) -> Settings:
        """The settings that hold by now, with what is chosen here: what is not asked for may have changed meanwhile."""
        return replace(
            settings,
            language=Language(self.language.currentData()),
            theme=Theme(self.theme.currentData()),
            device=self.device.currentData(),
            threshold=self.threshold.currentData() / 100,
            export_dpi=self.dpi.currentData(),
            auto_capture=self.auto_capture.isChecked(),
            mirror=self.mirror.isChecked(),
            keep_for_recovery=self.keep.isChecked(),
        )

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("Lan&guage"), self.language)
        form.addRow(self.tr("&Theme"), self.theme)
        form.addRow(self.tr("Find cards &on"), self.device)
        form.addRow(self.tr("&Least certainty of a card"), self.threshold)
        form.addRow(self.tr("&Resolution of exports"), self.dpi)
        form.addRow("", self.auto_capture)
        form.addRow("", self.mirror)
        form.addRow("", self.keep)
        note = QLabel(
            self.tr(
                "Without the private folder, captures are in memory only. With it, they are deleted when you close "
                "the window. A change holds from the next start."
            ),
            self,
        )
        note.setObjectName("muted")
        note.setWordWrap(True)
        form.addRow("", note)
        level_labels(form)
        buttons = QDialogButtonBox(self)
        save = buttons.addButton(self.tr("Save"), QDialogButtonBox.ButtonRole.AcceptRole)
        make_primary(save)
        buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(16)
        layout.addLayout(form)
        layout.addStretch(1)
        layout.addWidget(buttons)
        # A label whose lines wrap is as high as its width makes it, which no size hint knows.
        self.resize(_WIDTH_PX, layout.totalHeightForWidth(_WIDTH_PX))


def _choice(parent: QWidget, chosen: object, choices: Sequence[tuple[object, str]]) -> QComboBox:
    box = QComboBox(parent)
    for value, text in choices:
        box.addItem(text, value)
    box.setCurrentIndex([value for value, _ in choices].index(chosen))
    return box
