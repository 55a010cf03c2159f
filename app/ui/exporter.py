"""Exports cards as a job: asks how, works off the window's thread, and says what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget

from app.documents.card import CardStyle
from app.session.album_card import AlbumCard
from app.session.exported_cards import ExportedCards
from app.session.exporting import ExportFormat, ExportOptions, ExportReport, export_cards
from app.session.shelf import KeptOrigin
from app.ui.preferences import Preferences
from app.ui.reasons import reason_text
from app.ui.tasks import Cancel, Lane
from app.ui.typed_folder import typed_folder
from app.ui.wording import count_of_cards, count_of_files, failure_text, sentences
from app.ui.workspace import Workspace

if TYPE_CHECKING:
    from app.ui.export_dialog import ExportDialog


@dataclass(frozen=True, slots=True)
class ExportEnd:
    """How an export ended.

    Attributes:
        text: A line for the user.
        folder: Where it went.
        only_file: The file that it made, where it made one.
    """

    text: str
    folder: Path
    only_file: Path | None


class Exporter(QObject):
    """Exports one after the other; to cancel is to cancel those that wait, too."""

    progressed = Signal(int, int)
    finished = Signal(object)
    """An `ExportEnd`."""
    failed = Signal(str)

    def __init__(
        self, parent: QObject, workspace: Workspace, preferences: Preferences, previews: Lane, lane: Lane
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._preferences = preferences
        self._previews, self._lane = previews, lane
        self._asked_for: list[Cancel] = []
        self._style = CardStyle()
        self._exported = ExportedCards()

    @property
    def is_running(self) -> bool:
        """Whether an export is under way or waits."""
        return bool(self._asked_for)

    @property
    def unexported(self) -> list[AlbumCard]:
        """The cards whose pictures exist nowhere else, and that are in no file as they are now."""
        return [card for card in self._workspace.album.cards if self._is_kept(card) and card not in self._exported]

    @property
    def unexported_changes(self) -> list[AlbumCard]:
        """The cards of the user's files that the user has worked on, and that are in no file as they are now."""
        cards = [card for card in self._workspace.album.cards if not self._is_kept(card)]
        return [card for card in cards if self._workspace.is_changed(card) and card not in self._exported]

    def ask(self, window: QWidget, selected: Sequence[AlbumCard]) -> None:
        """Show the dialog; it does not block the window's events, and export follows where it is accepted."""
        self._dialog(window, selected).open()

    def ask_about(self, window: QWidget, selected: Sequence[AlbumCard]) -> None:
        """The same, beginning with the selected cards, be it one."""
        dialog = self._dialog(window, selected)
        dialog.choose_selected()
        dialog.open()

    def export(self, cards: Sequence[AlbumCard], options: ExportOptions) -> None:
        """Export some cards."""
        cancel = Cancel()
        self._asked_for.append(cancel)
        total = len(cards)
        shelf = self._workspace.shelf

        def work() -> ExportReport:
            return export_cards(cards, shelf, options, report, cancel.is_asked)

        def report(done: int) -> None:
            self._lane.report(lambda: self.progressed.emit(done, total))

        def take_report(export_report: ExportReport) -> None:
            self._asked_for.remove(cancel)
            if export_report.saved:  # a folder that can't be written to is not proposed again
                self._preferences.change(export_folder=str(options.folder))
            self._take_report(options.folder, export_report)

        def fail(reason: str) -> None:
            self._asked_for.remove(cancel)
            self.failed.emit(self.tr("The export failed: {reason}").format(reason=reason))

        self.progressed.emit(0, total)
        self._lane.run(work, take_report, fail)

    def cancel(self) -> None:
        """End the exports that are under way or wait; what is written stays."""
        for cancel in self._asked_for:
            cancel()

    def _is_kept(self, card: AlbumCard) -> bool:
        return isinstance(self._workspace.shelf.origin(card.picture_key), KeptOrigin)

    def _dialog(self, window: QWidget, selected: Sequence[AlbumCard]) -> ExportDialog:
        from app.ui.export_dialog import ExportDialog  # not for before the first window

        workspace = self._workspace
        cards, shelf = workspace.album.cards, workspace.shelf
        dialog = ExportDialog(window, cards, selected, shelf, self._previews, self._first_options())
        dialog.accepted.connect(lambda: self._accept(dialog))
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    def _first_options(self) -> ExportOptions:
        """The settings', and the last export's style: who marks one copy wants the next one marked, too."""
        settings = self._preferences.settings
        return ExportOptions(
            typed_folder(settings.export_folder) or Path.home(),
            ExportFormat(settings.export_format),
            replace(self._style, dpi=float(settings.export_dpi)),
        )

    def _accept(self, dialog: ExportDialog) -> None:
        options = dialog.options
        self._style = options.style
        self._preferences.change(export_format=options.file_format, export_dpi=round(options.style.dpi))
        self.export(dialog.cards, options)

    def _take_report(self, folder: Path, report: ExportReport) -> None:
        self._exported.add(report.cards)
        only_file = report.saved[0] if len(report.saved) == 1 else None
        files = count_of_files(len(report.saved))
        text = self.tr("Exported {files}.").format(files=files)
        if only_file:
            cards = count_of_cards(len(report.cards))
            text = self.tr("Exported {cards} into {file}.").format(cards=cards, file=only_file.name)
        if report.was_cancelled:
            text = self.tr("Cancelled. {files} had been exported.").format(files=files)
        if report.broken_off:
            text = self.tr("{files} had been exported. Then the export failed: {reason}").format(
                files=files, reason=reason_text(report.broken_off)
            )
        if report.failures:
            first = report.failures[0]
            failed = self.tr("{cards} could not be exported: {failure}").format(
                cards=count_of_cards(len(report.failures)), failure=failure_text(first.name, first.reason)
            )
            text = sentences(text, failed)
        self.finished.emit(ExportEnd(text, folder, only_file))


def open_path(path: Path) -> None:
    """Have the system show a file or folder."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))
