"""What the main window tells of a batch whose own window may be hidden."""

from __future__ import annotations

from PySide6.QtCore import QObject

from app.ui.batch_window import BatchWindow
from app.ui.job_indicator import JobIndicator
from app.ui.notice_bar import NoticeBar
from app.ui.wording import count_of_files


class BatchWatch(QObject):
    """Shows how far a batch is in the status bar, and how it ended where nobody sees that in the batch's window."""

    def __init__(self, batch: BatchWindow, indicator: JobIndicator, notice: NoticeBar) -> None:
        super().__init__(batch)
        self._batch = batch
        self._indicator = indicator
        self._notice = notice
        self._was_running = False
        batch.changed.connect(self._follow)

    def _follow(self) -> None:
        batch, was_running = self._batch, self._was_running
        self._was_running = batch.is_running
        if batch.is_running:
            self._indicator.show_progress(batch, self._title(), batch.progress.done, batch.progress.total)
        elif was_running:
            self._indicator.finish(batch)
            if not batch.isVisible():
                self._notice.show_notice(batch.state, (self.tr("Show"), batch.show))

    def _title(self) -> str:
        total = self._batch.progress.total
        if not total:
            return self._batch.state
        words = self.tr("Paused: {files}") if self._batch.is_paused else self.tr("Scanning {files}")
        return words.format(files=count_of_files(total))
