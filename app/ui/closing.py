"""Asks before what exists nowhere else goes with the window."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QDialogButtonBox, QWidget

from app.ui.buttons import make_primary
from app.ui.exporter import Exporter
from app.ui.gallery_panel import GalleryPanel
from app.ui.keeper import Keeper
from app.ui.picture_area import PictureArea
from app.ui.question import Question
from app.ui.wording import sentences


class Closing(QObject):
    """Lets a window be closed: at once where nothing is lost by it, otherwise after a question that blocks nothing."""

    def __init__(
        self,
        window: QWidget,
        exporter: Exporter,
        keeper: Keeper,
        gallery: GalleryPanel,
        area: PictureArea,
        is_batch_running: Callable[[], bool],
    ) -> None:
        super().__init__(window)
        self._window = window
        self._exporter = exporter
        self._keeper = keeper
        self._gallery = gallery
        self._area = area
        self._is_batch_running = is_batch_running
        self._is_agreed = False
        self._question: Question | None = None

    def is_allowed(self) -> bool:
        """Whether the window may be closed now; where not, the question is shown."""
        self._gallery.finish_editing()
        if self._is_agreed or not self._losses():
            return True
        if self._question is None:
            self._ask()
        return False

    def close_unasked(self) -> None:
        """Close the window: the answer was given, or nobody is there to give one."""
        self._is_agreed = True
        if self._window.isVisible():
            self._window.close()

    @property
    def _captured(self) -> int:
        """How many cards would be lost."""
        return len(self._exporter.unexported) + self._keeper.on_their_way

    def _losses(self) -> str:
        """What would be lost, in sentences."""
        captured, changed = self._captured, len(self._exporter.unexported_changes)
        return sentences(
            self.tr("An export is still running.") if self._exporter.is_running else "",
            self.tr("A batch is still running.") if self._is_batch_running() else "",
            self.tr("A correction has not been finished.") if self._is_correcting() else "",
            self.tr("%n captured card(s) have not been exported.", None, captured) if captured else "",
            self.tr("%n card(s) with your changes have not been exported.", None, changed) if changed else "",
        )

    def _is_correcting(self) -> bool:
        return self._area.is_editing and self._area.editor.undoable is not None

    def _ask(self) -> None:
        question = Question(self._window, self._losses())
        captured, changed = self._captured, self._exporter.unexported_changes
        role = QDialogButtonBox.ButtonRole
        if (captured or changed) and not self._exporter.is_running:
            make_primary(question.add_answer(self.tr("Export…"), role.AcceptRole, self._export))
        words = self.tr("Stop and close")
        if captured:
            words = self.tr("Close and delete")
        elif changed:
            words = self.tr("Close without them")
        question.add_answer(words, role.DestructiveRole, self.close_unasked)
        question.finished.connect(self._forget)
        self._question = question
        question.open()

    def _forget(self) -> None:
        self._question = None

    def _export(self) -> None:
        cards = [*self._exporter.unexported, *self._exporter.unexported_changes]
        self._gallery.select([card.key for card in cards])
        self._exporter.ask_about(self._window, cards)
