"""The list of a batch's files: where each is, and a way to see only those that a person should look at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QCheckBox, QHeaderView, QTableView, QVBoxLayout, QWidget

from app.batch.file_state import FileState, FileStatus
from app.ui.batch_files import FILE_COLUMN, PATH_ROLE, RESULT_COLUMN, STATE_COLUMN, BatchFilesFilter, BatchFilesModel
from app.ui.translation import Retranslating

_ROW_PADDING_PX = 10
_FILE_WIDTH_PX, _STATE_WIDTH_PX = 260, 110


class BatchFileList(Retranslating, QWidget):
    """Follows the file that is being scanned, until the user scrolls it out of view or selects another."""

    open_wanted = Signal(object)
    """The path of a file that was clicked twice."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = BatchFilesModel(self)
        self._filter = BatchFilesFilter(self, self.model)
        self.only_to_look_at = QCheckBox(self)
        self.view = QTableView(self)
        self._followed: FileStatus | None = None
        self._lay_out()
        self.only_to_look_at.toggled.connect(self._filter.show_what_needs_a_look)
        self.view.doubleClicked.connect(lambda index: self.open_wanted.emit(index.data(PATH_ROLE)))
        self.retranslate()

    def retranslate(self) -> None:
        """Show every text, those of the rows included."""
        self.only_to_look_at.setText(self.tr("Show on&ly what failed or has no card"))
        self.view.setAccessibleName(self.tr("Files of the batch"))
        self.view.horizontalHeader().viewport().update()
        self.view.viewport().update()

    def clear(self) -> None:
        """Forget all files, and show all that come."""
        self.only_to_look_at.setChecked(False)
        self._followed = None
        self.model.clear()

    def take(self, statuses: Sequence[FileStatus]) -> None:
        """Take what is told of files."""
        self.model.take(statuses)
        running = [status for status in statuses if status.state is FileState.RUNNING]
        if running and self._is_following():
            self._followed = running[-1]
            self.view.updateGeometries()  # rows that have just come are otherwise out of the scroll bar's reach
            self.view.scrollTo(self._place_of(running[-1]))

    def texts(self) -> list[tuple[str, str, str]]:
        """File, state and result of every row that is listed."""
        model = self._filter
        return [
            (
                model.index(row, FILE_COLUMN).data(),
                model.index(row, STATE_COLUMN).data(),
                model.index(row, RESULT_COLUMN).data(),
            )
            for row in range(model.rowCount())
        ]

    def _is_following(self) -> bool:
        if self.view.selectionModel().hasSelection():
            return False
        followed = self._place_of(self._followed) if self._followed else QModelIndex()
        return not followed.isValid() or self.view.visualRect(followed).intersects(self.view.viewport().rect())

    def _place_of(self, status: FileStatus) -> QModelIndex:
        return self._filter.mapFromSource(self.model.index_of(status))

    def _lay_out(self) -> None:
        view = self.view
        view.setModel(self._filter)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        view.setTabKeyNavigation(False)
        view.setWordWrap(False)
        view.setShowGrid(False)
        # Sections that fit their contents would be measured anew, row by row, with each change.
        rows = view.verticalHeader()
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setDefaultSectionSize(view.fontMetrics().height() + _ROW_PADDING_PX)
        rows.hide()
        columns = view.horizontalHeader()
        columns.setSectionResizeMode(RESULT_COLUMN, QHeaderView.ResizeMode.Stretch)
        columns.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        columns.setHighlightSections(False)
        view.setColumnWidth(FILE_COLUMN, _FILE_WIDTH_PX)
        view.setColumnWidth(STATE_COLUMN, _STATE_WIDTH_PX)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        layout.addWidget(view, 1)
        layout.addWidget(self.only_to_look_at)
