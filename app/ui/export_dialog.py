"""Asks how cards are to be exported, and shows what will come out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

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

from app.capture.errors import ImageReadError
from app.documents.card import CardStyle
from app.documents.errors import OutlineError
from app.documents.formats import MM_PER_INCH
from app.documents.lettering import draw_text
from app.documents.outer_shape import Corners
from app.documents.watermark import Watermark
from app.session.album_card import AlbumCard
from app.session.exporting import ExportFormat, ExportOptions, finished_card
from app.session.shelf import Shelf
from app.settings import DPI_CHOICES
from app.ui.buttons import make_primary
from app.ui.display_image import as_qimage
from app.ui.forms import level_labels
from app.ui.preview import Preview
from app.ui.tasks import Lane
from app.ui.typed_folder import typed_folder
from app.ui.wording import count_of_cards, failure_text

_PREVIEW_DPI = 150.0
_TRIAL_HEIGHT_PX = 8


class ExportDialog(QDialog):
    """Which cards, as what, and where to. Whoever shows it takes `cards` and `options` once it is accepted."""

    def __init__(
        self,
        parent: QWidget,
        everything: Sequence[AlbumCard],
        selected: Sequence[AlbumCard],
        shelf: Shelf,
        lane: Lane,
        options: ExportOptions,
    ) -> None:
        """Ask about `everything` or the `selected` cards, beginning with some `options`.

        It begins with all cards where a single one is selected: the window selects one by itself.
        """
        super().__init__(parent)
        self.setWindowTitle(self.tr("Export"))
        self._everything, self._selected = tuple(everything), tuple(selected)
        self._shelf = shelf
        self._lane = lane
        self._target = options.folder
        self._asked = 0
        self._is_blocked = False
        self._scope = QComboBox(self)
        self._format = QComboBox(self)
        self._dpi = QComboBox(self)
        self._watermark = QLineEdit(self)
        self._corners = QCheckBox(self.tr("Round the corners"), self)
        self._enhance = QCheckBox(self.tr("Even out light and colour"), self)
        self._folder = QLineEdit(str(options.folder), self)
        self._preview = Preview(self)
        self._preview.setAccessibleName(self.tr("Preview of the first card"))
        self._preview.setMinimumSize(320, 240)
        self._facts = QLabel(self)
        self._facts.setObjectName("muted")
        self._fill(options)
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
            self._target,
            ExportFormat(self._format.currentData()),
            self._style(float(self._dpi.currentData())),
        )

    def choose_selected(self) -> None:
        """Begin with the selected cards, be it one: they are meant."""
        self._scope.setCurrentIndex(0)

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

    def _fill(self, options: ExportOptions) -> None:
        if self._selected and len(self._selected) < len(self._everything):
            self._scope.addItem(
                self.tr("Selected: {cards}").format(cards=count_of_cards(len(self._selected))), "selected"
            )
        self._scope.addItem(self.tr("All: {cards}").format(cards=count_of_cards(len(self._everything))), "all")
        if len(self._selected) < 2:
            self._scope.setCurrentIndex(self._scope.findData("all"))
        for file_format, text in (
            (ExportFormat.PNG, self.tr("PNG, a file for each card")),
            (ExportFormat.JPEG, self.tr("JPEG, a file for each card")),
            (ExportFormat.TIFF, self.tr("TIFF, a file for each card")),
            (ExportFormat.PDF_EACH, self.tr("PDF, a file for each card or pair")),
            (ExportFormat.PDF, self.tr("PDF, together, a page for each card")),
            (ExportFormat.PDF_A4, self.tr("PDF, together on A4 at true size")),
            (ExportFormat.PDF_LETTER, self.tr("PDF, together on Letter at true size")),
        ):
            self._format.addItem(text, str(file_format))
        self._format.setCurrentIndex(self._format.findData(str(options.file_format)))
        for dpi in DPI_CHOICES:
            self._dpi.addItem(self.tr("{dpi} dpi").format(dpi=dpi), dpi)
        self._dpi.setCurrentIndex(self._dpi.findData(round(options.style.dpi)))
        self._corners.setChecked(options.style.corners is not Corners.SQUARE)
        self._enhance.setChecked(options.style.enhanced)
        self._watermark.setText(options.style.watermark.text if options.style.watermark else "")
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
        level_labels(form)
        buttons = QDialogButtonBox(self)
        self._export = buttons.addButton("", QDialogButtonBox.ButtonRole.AcceptRole)
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
        """Say how many cards are exported, and allow it unless something concerns all of them."""
        folder = typed_folder(self._folder.text())
        self._target = folder or self._target
        self._export.setText(self.tr("Export {cards}").format(cards=count_of_cards(len(self.cards))))
        self._export.setEnabled(folder is not None and bool(self.cards) and not self._is_blocked)

    def _browse(self) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Export to"), str(self._target))
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
            lambda preview: self._take_preview(asked, card, preview),
            lambda reason: self._take_failure(asked, reason),
            priority=2,
        )

    def _take_preview(self, asked: int, card: AlbumCard, preview: _CardPreview) -> None:
        if asked != self._asked:
            return
        self._is_blocked = False
        if preview.problem:
            self._preview.show_reason(failure_text(card.name, preview.problem))
            self._facts.clear()
        else:
            self._preview.show_image(preview.image)
            self._show_facts(card, preview.size_mm)
        self._allow()

    def _show_facts(self, card: AlbumCard, size_mm: tuple[float, float]) -> None:
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

    def _take_failure(self, asked: int, reason: str) -> None:
        if asked != self._asked:
            return
        self._is_blocked = True
        self._preview.show_reason(reason)
        self._facts.clear()
        self._allow()


@dataclass(frozen=True, slots=True, eq=False)
class _CardPreview:
    """The finished card and its size in millimetres, or why there is none; the other cards may well be exported."""

    image: QImage = field(default_factory=QImage)
    size_mm: tuple[float, float] = (0.0, 0.0)
    problem: str = ""


def _preview(card: AlbumCard, shelf: Shelf, style: CardStyle) -> _CardPreview:
    """The preview of a card.

    Raises:
        UndrawableTextError: the watermark can be drawn on no card, be this one readable or not.
    """
    if style.watermark:
        draw_text(style.watermark.text, _TRIAL_HEIGHT_PX)
    try:
        finished = finished_card(card, shelf, style)
    except (ImageReadError, OutlineError) as error:
        return _CardPreview(problem=str(error))
    return _CardPreview(as_qimage(finished.image), finished.size_mm)
