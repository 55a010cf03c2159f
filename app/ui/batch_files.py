"""The files of a batch as Qt's views want them: one row a file, with its state and what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel, Qt
from PySide6.QtGui import QGuiApplication

from app.batch.file_state import FileState, FileStatus
from app.ui.reasons import reason_text
from app.ui.tool_tips import plain_tool_tip
from app.ui.wording import as_sentence, count_of_cards

PATH_ROLE = Qt.ItemDataRole.UserRole
LOOK_ROLE = Qt.ItemDataRole.UserRole + 1
_NEEDS_A_LOOK = "look"
FILE_COLUMN, STATE_COLUMN, RESULT_COLUMN = range(3)

Index = QModelIndex | QPersistentModelIndex


class BatchFilesModel(QAbstractTableModel):
    """Grows and changes by `take`; what that costs depends on what is new, not on how many rows there are."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: list[FileStatus] = []
        self._row_of: dict[object, int] = {}

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """How many files there are."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        """File, state, result."""
        return 0 if parent.isValid() else 3

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:  # noqa: N802
        """The columns' names."""
        if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return (self.tr("File"), self.tr("State"), self.tr("Result"))[section]
        return None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A file's texts; its path; what it is filtered by; why it failed, also as a tool tip."""
        if not index.isValid():
            return None
        status = self._rows[index.row()]
        if role == PATH_ROLE:
            return status.path
        if role == LOOK_ROLE:
            return _NEEDS_A_LOOK if _needs_a_look(status) else ""
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(status, index.column())
        if role == Qt.ItemDataRole.ToolTipRole:
            return plain_tool_tip(
                _printable(str(status.path)) if index.column() == FILE_COLUMN else reason_text(status.reason or "")
            )
        if role == Qt.ItemDataRole.ForegroundRole and status.state is FileState.FAILED and index.column():
            return QGuiApplication.palette().brightText()
        return None

    def clear(self) -> None:
        """Forget all files."""
        self.beginResetModel()
        self._rows, self._row_of = [], {}
        self.endResetModel()

    def take(self, statuses: Sequence[FileStatus]) -> None:
        """Take what is told of files: known ones change in their rows, others get rows at the end."""
        new = {status.path: status for status in statuses if status.path not in self._row_of}
        changed = [(self._row_of[status.path], status) for status in statuses if status.path in self._row_of]
        for row, status in changed:
            self._rows[row] = status
        if changed:
            rows = [row for row, _ in changed]
            self.dataChanged.emit(self.index(min(rows), 0), self.index(max(rows), RESULT_COLUMN))
        if new:
            first = len(self._rows)
            self.beginInsertRows(QModelIndex(), first, first + len(new) - 1)
            self._row_of.update((path, row) for row, path in enumerate(new, first))
            self._rows.extend(new.values())
            self.endInsertRows()

    def stop(self) -> None:
        """The batch has ended: what was being scanned waits for the next run."""
        running = [status for status in self._rows if status.state is FileState.RUNNING]
        self.take([replace(status, state=FileState.WAITING) for status in running])

    def index_of(self, status: FileStatus) -> QModelIndex:
        """Where a file is."""
        row = self._row_of.get(status.path)
        return QModelIndex() if row is None else self.index(row, 0)

    def _text(self, status: FileStatus, column: int) -> str:
        if column == FILE_COLUMN:
            return _printable(status.source)
        if column == STATE_COLUMN:
            return {
                FileState.WAITING: self.tr("Waiting"),
                FileState.RUNNING: self.tr("Scanning"),
                FileState.DONE: self.tr("Done"),
                FileState.FAILED: self.tr("Failed"),
                FileState.DONE_BEFORE: self.tr("Done before"),
            }[status.state]
        cards = count_of_cards(status.cards) if status.cards or status.state is FileState.DONE else ""
        reason = reason_text(status.reason) if status.reason else ""
        return f"{cards} · {reason}" if cards and reason else cards or as_sentence(reason)


class BatchFilesFilter(QSortFilterProxyModel):
    """All files, or only those that failed, wholly or in part, and those in which no card was found."""

    def __init__(self, parent: QObject, model: BatchFilesModel) -> None:
        super().__init__(parent)
        self.setFilterRole(LOOK_ROLE)
        self.setSourceModel(model)

    def show_what_needs_a_look(self, only_that: bool) -> None:
        """Choose whether only that."""
        self.setFilterFixedString(_NEEDS_A_LOOK if only_that else "")


def _needs_a_look(status: FileStatus) -> bool:
    return status.reason is not None or (status.state is FileState.DONE and status.cards == 0)


def _printable(name: str) -> str:
    """A name whose bytes are not text has them shown escaped."""
    return name.encode(errors="surrogateescape").decode(errors="backslashreplace")
