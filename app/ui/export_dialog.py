"""Asks how cards are to be exported, and shows what will come out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.documents.card import CardStyle
from app.documents.formats import MM_PER_INCH
from app.documents.outer_shape import Corners
from app.documents.watermark import Watermark
from app.session.album_card import AlbumCard
from app.session.exporting import ExportFormat, ExportOptions, finished_card
from app.session.shelf import Shelf
from app.settings import DPI_CHOICES, Settings
from app.ui.buttons import make_primary
from app.ui.display_image import as_qimage
from app.ui.preview import Preview
from app.ui.tasks import Lane
from app.ui.wording import count_of_cards

_PREVIEW_DPI = 150.0


class ExportDialog(QDialog):
    """Which cards, as what, and where to. Whoever shows it takes `cards` and `options` once it is accepted."""

    def __init__(
        self,
        parent: QWidget,
        everything: Sequence[AlbumCard],
        selected: Sequence[AlbumCard],
        shelf: Shelf,
        lane: Lane,
        settings: Settings,
    ) -> None:
        """Ask about `everything` or the `selected` cards, beginning with what the settings say."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export"))
        self._everything, self._selected = tuple(everything), tuple(selected)
        self._shelf = shelf
        self._lane = lane
        self._asked = 0
        self._scope = QComboBox(self)
        self._format = QComboBox(self)
        self._dpi = QComboBox(self)
        self._corners = QCheckBox(self.tr("Round the corners"), self)
        self._enhance = QCheckBox(self.tr("Even out light and colour"), self)
        self._watermark = QLineEdit(self)
        self._folder = QLineEdit(settings.export_folder or str(Path.home()), self)
        self._preview = Preview(self)
        self._preview.setAccessibleName(self.tr("Preview of the first card"))
        self._preview.setMinimumSize(320, 240)
        self._facts = QLabel(self)
        self._facts.setObjectName("muted")
        self._fill(settings)
        self._lay_out()
        self._listen()
        self._show_preview()

    @property
    def cards(self) -> tuple[AlbumCard, ...]:
        """The cards to export."""
        return self._selected if self._scope.currentData() == "selected" else self._everything

    @property
    def options(self) -> ExportOptions:
        """How to export them."""
        return ExportOptions(
            Path(self._folder.text()).expanduser(),
            ExportFormat(self._format.currentData()),
            self._style(float(self._dpi.currentData())),
        )

    def done(self, result: int) -> None:
        """Close; a preview that is still being made is not shown any more."""
        self._asked += 1
        super().done(result)

    def _style(self, dpi: float) -> CardStyle:
        text = " ".join(self._watermark.text().split())
        return CardStyle(
            dpi=dpi,
            corners=Corners.WHITE if self._corners.isChecked() else Corners.SQUARE,
            enhanced=self._enhance.isChecked(),
            watermark=Watermark(text) if text else None,
        )

    def _fill(self, settings: Settings) -> None:
        if self._selected and len(self._selected) < len(self._everything):
            self._scope.addItem(
                self.tr("Selected: {cards}").format(cards=count_of_cards(len(self._selected))), "selected"
            )
        self._scope.addItem(self.tr("All: {cards}").format(cards=count_of_cards(len(self._everything))), "all")
        for file_format, text in (
            (ExportFormat.PNG, self.tr("PNG, a file for each card")),
            (ExportFormat.JPEG, self.tr("JPEG, a file for each card")),
            (ExportFormat.TIFF, self.tr("TIFF, a file for each card")),
            (ExportFormat.PDF, self.tr("PDF, a page for each card")),
            (ExportFormat.PDF_A4, self.tr("PDF, together on A4 at true size")),
            (ExportFormat.PDF_LETTER, self.tr("PDF, together on Letter at true size")),
        ):
            self._format.addItem(text, str(file_format))
        self._format.setCurrentIndex(self._format.findData(str(settings.export_format)))
        for dpi in DPI_CHOICES:
            self._dpi.addItem(self.tr("{dpi} dpi").format(dpi=dpi), dpi)
        self._dpi.setCurrentIndex(self._dpi.findData(settings.export_dpi))
        self._watermark.setPlaceholderText(self.tr("None. For example: Copy for Example Bank only"))

    def _lay_out(self) -> None:
        browse = QPushButton(self.tr("Choose…"), self)
        browse.clicked.connect(self._browse)
        folder = QHBoxLayout()
        folder.setSpacing(8)
        folder.addWidget(self._folder, 1)
        folder.addWidget(browse)
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow(self.tr("&Cards"), self._scope)
        form.addRow(self.tr("&Format"), self._format)
        form.addRow(self.tr("&Resolution"), self._dpi)
        form.addRow(self.tr("&Watermark"), self._watermark)
        form.addRow("", self._corners)
        form.addRow("", self._enhance)
        folder_label = QLabel(self.tr("F&older"), self)
        folder_label.setBuddy(self._folder)
        form.addRow(folder_label, folder)
        buttons = QDialogButtonBox(self)
        self._export = buttons.addButton(self.tr("Export"), QDialogButtonBox.ButtonRole.AcceptRole)
        make_primary(self._export)
        buttons.addButton(self.tr("Cancel"), QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        promise = QLabel(
            self.tr("No file is replaced, and nothing but the cards' pixels and their resolution is written."), self
        )
        promise.setObjectName("muted")
        promise.setWordWrap(True)
        right = QVBoxLayout()
        right.setSpacing(16)
        right.addLayout(form)
        right.addStretch(1)
        right.addWidget(promise)
        right.addWidget(buttons)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addWidget(self._preview, 1)
        left.addWidget(self._facts, 0, Qt.AlignmentFlag.AlignHCenter)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 24)
        layout.setSpacing(24)
        layout.addLayout(left, 1)
        layout.addLayout(right, 1)
        self.resize(880, 480)

    def _listen(self) -> None:
        for box in (self._scope, self._format, self._dpi):
            box.currentIndexChanged.connect(self._show_preview)
        self._corners.toggled.connect(self._show_preview)
        self._enhance.toggled.connect(self._show_preview)
        self._watermark.textChanged.connect(self._show_preview)
        self._folder.textChanged.connect(self._allow)

    def _allow(self) -> None:
        self._export.setEnabled(bool(self._folder.text().strip()) and bool(self.cards))

    def _browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Export to"), self._folder.text())
        if folder:
            self._folder.setText(folder)

    def _show_preview(self) -> None:
        """Make the first card's preview anew; of several that were asked for, only the last is shown."""
        self._allow()
        if not self.cards:
            return
        card, style = self.cards[0], self._style(_PREVIEW_DPI)
        self._asked += 1
        asked = self._asked
        self._lane.run(
            lambda: _preview(card, self._shelf, style),
            lambda preview: self._take_preview(asked, card, *preview),
            lambda reason: self._take_failure(asked, reason),
            priority=2,
        )

    def _take_preview(self, asked: int, card: AlbumCard, image: QImage, size_mm: tuple[float, float]) -> None:
        if asked != self._asked:
            return
        self._preview.show_image(image)
        dpi = float(self._dpi.currentData())
        width_px, height_px = (round(side_mm / MM_PER_INCH * dpi) for side_mm in size_mm)
        self._facts.setText(
            self.tr("{format} · {width_mm:.2f} × {height_mm:.2f} mm · {width_px} × {height_px} pixels").format(
                format=card.true_format.name,
                width_mm=size_mm[0],
                height_mm=size_mm[1],
                width_px=width_px,
                height_px=height_px,
            )
        )
        self._export.setEnabled(True)

    def _take_failure(self, asked: int, reason: str) -> None:
        if asked == self._asked:
            self._preview.show_image(QImage())
            self._facts.setText(reason)
            self._export.setEnabled(False)


def _preview(card: AlbumCard, shelf: Shelf, style: CardStyle) -> tuple[QImage, tuple[float, float]]:
    """The finished card, and its size in millimetres."""
    finished = finished_card(card, shelf, style)
    return as_qimage(finished.image), finished.size_mm
