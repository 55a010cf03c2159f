"""The window of a batch: a folder of files in, cards out as files, while the main window stays free."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFileDialog,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.batch.job import BatchJob, BatchOrder, BatchReport, Progress
from app.documents.card import CardStyle
from app.documents.export import ExportFormat, PdfFormat
from app.documents.writers import FileFormat
from app.scanning import ScanOptions
from app.ui.batch_file_list import BatchFileList
from app.ui.buttons import make_primary
from app.ui.forms import level_labels
from app.ui.preferences import Preferences
from app.ui.tasks import Lane
from app.ui.translation import Retranslating
from app.ui.typed_folder import typed_folder
from app.ui.wording import as_sentence, count_of_cards, count_of_files, sentences

_FORMATS = (FileFormat.PNG, FileFormat.JPEG, FileFormat.TIFF, PdfFormat())


class BatchWindow(Retranslating, QDialog):
    """Asks for two folders, runs the job on the lane's thread, and shows how far it is and where each file is.

    To close it is to hide it: the batch goes on, and `changed` tells whoever shows elsewhere how it does.
    """

    changed = Signal()
    progressed = Signal(object)
    files_changed = Signal(object)

    def __init__(self, parent: QWidget, lane: Lane, preferences: Preferences) -> None:
        """Use `lane` for one batch at a time, and the settings as they are when it is started."""
        super().__init__(parent)
        self.setAcceptDrops(True)
        self._lane = lane
        self._preferences = preferences
        self._job: BatchJob | None = None
        self._is_paused = self._is_stopping = False
        self._progress = Progress()
        self._words: Callable[[], str] = str
        # In the order in which Tab goes through them.
        self.source, first = QLineEdit(self), QPushButton(self)
        self.target, second = QLineEdit(self), QPushButton(self)
        self._browses = (first, second)
        self._format = QComboBox(self)
        self._format.addItems([""] * len(_FORMATS))
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._state = QLabel(self)
        self._state.setObjectName("muted")
        self._state.setWordWrap(True)
        self._state.setTextFormat(Qt.TextFormat.PlainText)
        self.files = BatchFileList(self)
        self._open, self._pause, self._cancel, self._start = (QPushButton(self) for _ in range(4))
        for button in (*self._browses, self._open, self._pause, self._cancel):
            button.setAutoDefault(False)  # Enter in a field is Start
        self._start.setDefault(True)
        self._labels = tuple(QLabel(self) for _ in range(3))
        self._lay_out()
        self._connect()
        self.retranslate()

    def retranslate(self) -> None:
        """Show every text; but a failure's reason stays as it came."""
        self.setWindowTitle(self.tr("Scan a folder into files"))
        names = (self.tr("PNG"), self.tr("JPEG"), self.tr("TIFF"), self.tr("PDF, one for each file"))
        for index, name in enumerate(names):
            self._format.setItemText(index, name)
        self._bar.setAccessibleName(self.tr("Progress"))
        titles = (self.tr("&From folder"), self.tr("&Into folder"), self.tr("F&ormat"))
        for label, title in zip(self._labels, titles, strict=True):
            label.setText(title)
        for button in self._browses:
            button.setText(self.tr("Choose…"))
        self._cancel.setText(self.tr("Cancel"))
        self._open.setText(self.tr("Open folder"))
        self._start.setText(self.tr("Start"))
        self._allow()
        self._say(self._words)

    @property
    def is_running(self) -> bool:
        """Whether a batch is under way."""
        return self._job is not None

    @property
    def is_paused(self) -> bool:
        """Whether it begins no file until it is told to go on."""
        return self._is_paused and self.is_running

    @property
    def progress(self) -> Progress:
        """How far the batch is, or was at its end."""
        return self._progress

    @property
    def state(self) -> str:
        """What it says about the batch."""
        return self._state.text()

    def start(self, order: BatchOrder | None = None) -> None:
        """Run a batch: the one that the fields say, or another `order`."""
        order = order or self._order()
        if order is None:
            return
        job = BatchJob(order, self.progressed.emit, self.files_changed.emit)
        self._job = job
        self._is_paused = self._is_stopping = False
        self.files.clear()
        self._bar.setRange(0, 0)
        self._progress = Progress()
        self._say(lambda: self.tr("Looking for files…"))
        self._lane.run(job.run, self._take_report, self._take_failure)
        self._allow()
        self._pause.setFocus()

    def cancel(self) -> None:
        """Stop the batch, if one is under way; started again, it goes on from there."""
        if self._job:
            self._job.cancel()
            self._is_stopping = True
            self._say(lambda: self.tr("Stopping…"))

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Take a folder."""
        if not self._job and any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Scan what was dropped."""
        self.source.setText(next(url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()))
        event.acceptProposedAction()

    def _order(self) -> BatchOrder | None:
        source, target = typed_folder(self.source.text()), typed_folder(self.target.text())
        if source is None or target is None:
            return None
        settings = self._preferences.settings
        return BatchOrder(
            (str(source),),
            target,
            ScanOptions(
                style=CardStyle(dpi=float(settings.export_dpi)),
                export=ExportFormat(_FORMATS[self._format.currentIndex()]),
            ),
            device=settings.device,
            threshold=settings.threshold,
        )

    def _say(self, words: Callable[[], str]) -> None:
        """Say something of the batch, and the same in another language after a change of it."""
        self._words = words
        self._state.setText(words())
        self.changed.emit()

    def _show_progress(self, progress: Progress) -> None:
        self._take_progress(progress)
        if not self._is_stopping:
            self._say(lambda: self._progress_text(progress))

    def _take_progress(self, progress: Progress) -> None:
        self._progress = progress
        self._bar.setRange(0, max(1, progress.total))
        self._bar.setValue(progress.done)

    def _progress_text(self, progress: Progress) -> str:
        text = self.tr("{done} of {files} · {cards}").format(
            done=progress.done, files=count_of_files(progress.total), cards=count_of_cards(progress.cards)
        )
        if self.is_paused:
            text = sentences(self.tr("Paused."), text)
        if progress.failed:
            text += " · " + self.tr("{n} failed").format(n=progress.failed)
        if progress.left_s is not None and not self.is_paused:
            text += " · " + self.tr("about {time} left").format(time=_duration(progress.left_s))
        return text

    def _take_report(self, report: BatchReport) -> None:
        self._job = None
        self._take_progress(report.progress)
        self._say(lambda: self._report_text(report))
        self._end()

    def _report_text(self, report: BatchReport) -> str:
        progress = report.progress
        if report.cancelled:
            text = self.tr("Stopped after {done} of {files}. Start again to go on from here.").format(
                done=progress.done, files=count_of_files(progress.total)
            )
        else:
            text = self.tr("Done: {files}, {cards}.").format(
                files=count_of_files(progress.done), cards=count_of_cards(progress.cards)
            )
        if progress.failed:
            text = sentences(text, self.tr("{n} failed.").format(n=progress.failed))
        if report.closed_folders:
            closed = self.tr("%n folder(s) could not be read.", "", report.closed_folders)
            text = sentences(text, closed)
        if report.earlier:
            text = sentences(text, self.tr("Done before: {files}.").format(files=count_of_files(report.earlier)))
        return text

    def _take_failure(self, reason: str) -> None:
        self._job = None
        self._bar.setRange(0, 1)
        self._say(lambda: as_sentence(reason))
        self._end()

    def _end(self) -> None:
        self.files.model.stop()
        had_focus = self._pause.hasFocus() or self._cancel.hasFocus()
        self._allow()
        if had_focus:
            self._open.setFocus()

    def _toggle_pause(self) -> None:
        if self._job is None:
            return
        self._is_paused = not self._is_paused
        if self._is_paused:
            self._job.pause()
        else:
            self._job.resume()
        self._allow()
        if not self._is_stopping:
            self._say(self._words)

    def _allow(self) -> None:
        is_running = self._job is not None
        target = typed_folder(self.target.text())
        is_ready = target is not None and typed_folder(self.source.text()) is not None
        self._start.setEnabled(is_ready and not is_running)
        self._pause.setEnabled(is_running)
        self._pause.setText(self.tr("Go on") if self.is_paused else self.tr("Pause"))
        self._cancel.setEnabled(is_running)
        self._open.setEnabled(target is not None)
        for field in (self.source, self.target, self._format, *self._browses):
            field.setEnabled(not is_running)

    def _connect(self) -> None:
        self._start.clicked.connect(lambda: self.start())
        self._pause.clicked.connect(self._toggle_pause)
        self._cancel.clicked.connect(self.cancel)
        self._open.clicked.connect(self._open_target)
        self.source.textChanged.connect(self._allow)
        self.target.textChanged.connect(self._allow)
        self.progressed.connect(self._show_progress, Qt.ConnectionType.QueuedConnection)
        self.files_changed.connect(self.files.take, Qt.ConnectionType.QueuedConnection)

    def _lay_out(self) -> None:
        form = QFormLayout()
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        form.setHorizontalSpacing(16)
        form.setVerticalSpacing(8)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        fields = (self.source, self.target, self._format)
        for label, field in zip(self._labels, fields, strict=True):
            label.setBuddy(field)
        for label, field, button in zip(self._labels, (self.source, self.target), self._browses, strict=False):
            form.addRow(label, self._with_button(field, button))
        form.addRow(self._labels[2], self._format)
        level_labels(form)
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
        layout.addWidget(self.files, 1)
        layout.addLayout(buttons)
        self.resize(QSize(800, 640).boundedTo(self.screen().availableSize() - QSize(48, 64)))

    def _with_button(self, field: QLineEdit, button: QPushButton) -> QHBoxLayout:
        button.clicked.connect(lambda: self._browse(field))
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(field, 1)
        row.addWidget(button)
        return row

    def _open_target(self) -> None:
        folder = typed_folder(self.target.text())
        if folder:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _browse(self, field: QLineEdit) -> None:
        folder = QFileDialog.getExistingDirectory(
            self, self.tr("Choose a folder"), str(typed_folder(field.text()) or "")
        )
        if folder:
            field.setText(folder)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}" if minutes >= 60 else f"{minutes}:{rest:02}"
