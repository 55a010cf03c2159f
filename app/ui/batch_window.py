"""The window of a batch: a folder of files in, cards out as files, while the main window stays free."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, QUrl, Signal
from PySide6.QtGui import QCloseEvent, QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from app.batch.job import BatchJob, BatchOrder, BatchReport, Progress
from app.documents.card import CardStyle
from app.documents.export import ExportFormat, PdfFormat
from app.documents.writers import FileFormat
from app.scanning import ScanOptions
from app.settings import Settings
from app.ui.buttons import make_primary
from app.ui.tasks import Lane
from app.ui.wording import count_of_cards

_FORMATS = (FileFormat.PNG, FileFormat.JPEG, FileFormat.TIFF, PdfFormat())


class BatchWindow(QDialog):
    """Asks for two folders, runs the job on the lane's thread, and shows how far it is and what failed."""

    progressed = Signal(object)

    def __init__(self, parent: QWidget, lane: Lane, settings: Settings) -> None:
        """Use `lane` for one batch at a time."""
        super().__init__(parent)
        self.setWindowTitle(self.tr("Scan a folder into files"))
        self.setAcceptDrops(True)
        self._lane = lane
        self._settings = settings
        self._job: BatchJob | None = None
        self._is_paused = False
        self.source = QLineEdit(self)
        self.target = QLineEdit(self)
        self._format = QComboBox(self)
        self._format.addItems([self.tr("PNG"), self.tr("JPEG"), self.tr("TIFF"), self.tr("PDF, one for each file")])
        self._format.setAccessibleName(self.tr("Format"))
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._state = QLabel(self)
        self._state.setObjectName("muted")
        self._state.setWordWrap(True)
        self._failures = QTableWidget(0, 2, self)
        self._pause = QPushButton(self.tr("Pause"), self)
        self._cancel = QPushButton(self.tr("Cancel"), self)
        self._open = QPushButton(self.tr("Open folder"), self)
        self._start = QPushButton(self.tr("Start"), self)
        self._lay_out()
        self._connect()
        self._allow()

    @property
    def is_running(self) -> bool:
        """Whether a batch is under way."""
        return self._job is not None

    @property
    def state(self) -> str:
        """What it says about the batch."""
        return self._state.text()

    @property
    def failures(self) -> list[tuple[str, str]]:
        """The files that failed, and why, as they are listed."""
        texts = [[self._failures.item(row, column) for column in (0, 1)] for row in range(self._failures.rowCount())]
        return [(name.text(), reason.text()) for name, reason in texts if name and reason]

    def start(self, order: BatchOrder | None = None) -> None:
        """Run a batch: the one that the fields say, or another `order`."""
        job = BatchJob(order or self._order(), on_progress=self.progressed.emit)
        self._job = job
        self._is_paused = False
        self._failures.setRowCount(0)
        self._bar.setRange(0, 0)
        self._state.setText(self.tr("Looking for files…"))
        self._lane.run(job.run, self._take_report, self._take_failure)
        self._allow()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """Cancel what is under way; it goes on from there when it is started again."""
        if self._job:
            self._job.cancel()
        super().closeEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Take a folder."""
        if not self._job and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Scan what was dropped."""
        self.source.setText(event.mimeData().urls()[0].toLocalFile())
        event.acceptProposedAction()

    def _order(self) -> BatchOrder:
        return BatchOrder(
            (self.source.text().strip(),),
            Path(self.target.text().strip()).expanduser(),
            ScanOptions(
                style=CardStyle(dpi=float(self._settings.export_dpi)),
                export=ExportFormat(_FORMATS[self._format.currentIndex()]),
            ),
            device=self._settings.device,
            threshold=self._settings.threshold,
        )

    def _show_progress(self, progress: Progress) -> None:
        self._bar.setRange(0, max(1, progress.total))
        self._bar.setValue(progress.done)
        text = self.tr("{done} of {total} files · {cards}").format(
            done=progress.done, total=progress.total, cards=count_of_cards(progress.cards)
        )
        if progress.failed:
            text += " · " + self.tr("{n} failed").format(n=progress.failed)
        if progress.left_s is not None:
            text += " · " + self.tr("about {time} left").format(time=_duration(progress.left_s))
        self._state.setText(text)

    def _take_report(self, report: BatchReport) -> None:
        self._job = None
        progress = report.progress
        self._bar.setRange(0, max(1, progress.total))
        self._bar.setValue(progress.done)
        if report.cancelled:
            text = self.tr("Stopped after {done} of {total} files. Start again to go on from here.")
        else:
            text = self.tr("Done: {done} files, {cards}.")
        if report.earlier:
            text += " " + self.tr("{n} files had been done before.").format(n=report.earlier)
        self._state.setText(text.format(done=progress.done, total=progress.total, cards=count_of_cards(progress.cards)))
        self._failures.setRowCount(len(report.failures))
        for row, (source, reason) in enumerate(report.failures):
            self._failures.setItem(row, 0, QTableWidgetItem(source))
            self._failures.setItem(row, 1, QTableWidgetItem(reason))
        self._allow()

    def _take_failure(self, reason: str) -> None:
        self._job = None
        self._bar.setRange(0, 1)
        self._state.setText(reason)
        self._allow()

    def _toggle_pause(self) -> None:
        if self._job is None:
            return
        self._is_paused = not self._is_paused
        if self._is_paused:
            self._job.pause()
        else:
            self._job.resume()
        self._allow()

    def _stop(self) -> None:
        if self._job:
            self._job.cancel()
            self._state.setText(self.tr("Stopping…"))

    def _allow(self) -> None:
        is_running = self._job is not None
        is_ready = bool(self.source.text().strip()) and bool(self.target.text().strip())
        self._start.setEnabled(is_ready and not is_running)
        self._pause.setEnabled(is_running)
        self._pause.setText(self.tr("Go on") if self._is_paused and is_running else self.tr("Pause"))
        self._cancel.setEnabled(is_running)
        self._open.setEnabled(bool(self.target.text().strip()))
        for field in (self.source, self.target, self._format):
            field.setEnabled(not is_running)

    def _connect(self) -> None:
        self._start.clicked.connect(lambda: self.start())
        self._pause.clicked.connect(self._toggle_pause)
        self._cancel.clicked.connect(self._stop)
        self._open.clicked.connect(lambda: QDesktopServices.openUrl(QUrl.fromLocalFile(self.target.text())))
        self.source.textChanged.connect(self._allow)
        self.target.textChanged.connect(self._allow)
        self.progressed.connect(self._show_progress, Qt.ConnectionType.QueuedConnection)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        for text, field in ((self.tr("&From folder"), self.source), (self.tr("&Into folder"), self.target)):
            label = QLabel(text, self)
            label.setBuddy(field)
            form.addRow(label, self._with_button(field))
        form.addRow(self.tr("F&ormat"), self._format)
        self._failures.setHorizontalHeaderLabels([self.tr("Not scanned"), self.tr("Reason")])
        self._failures.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self._failures.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft)
        self._failures.setColumnWidth(0, 240)
        self._failures.verticalHeader().hide()
        self._failures.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self._failures.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self._failures.setShowGrid(False)
        self._failures.setAccessibleName(self.tr("Files that could not be scanned"))
        make_primary(self._start)
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self._open)
        buttons.addStretch(1)
        for button in (self._pause, self._cancel, self._start):
            buttons.addWidget(button)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 24, 24, 16)
        layout.setSpacing(16)
        layout.addLayout(form)
        layout.addWidget(self._bar)
        layout.addWidget(self._state)
        layout.addWidget(self._failures, 1)
        layout.addLayout(buttons)
        self.resize(720, 520)

    def _with_button(self, field: QLineEdit) -> QHBoxLayout:
        button = QPushButton(self.tr("Choose…"), self)
        button.clicked.connect(lambda: self._browse(field))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(field, 1)
        row.addWidget(button)
        return row

    def _browse(self, field: QLineEdit) -> None:
        folder = QFileDialog.getExistingDirectory(self, self.tr("Choose a folder"), field.text())
        if folder:
            field.setText(folder)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"
