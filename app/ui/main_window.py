"""The main window: the picture in the middle, cards on the right, tools above, numbers below.

It makes the parts and connects them. What things do is in the objects it connects; what actions do, in `action_deeds`.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QKeyEvent
from PySide6.QtWidgets import QMainWindow, QSplitter

from app.capture.camera import FrameSource
from app.ui.action_deeds import connect_actions
from app.ui.action_states import ActionStates
from app.ui.actions import Actions, make_actions
from app.ui.buttons import offer_key
from app.ui.camera_picker import CameraPicker
from app.ui.canvas import Canvas
from app.ui.card_commands import CardCommands
from app.ui.card_delegate import CardDelegate
from app.ui.closing import Closing
from app.ui.corner_editor import CornerEditor
from app.ui.correction import Correction
from app.ui.device_finder import DeviceFinder
from app.ui.empty_state import EmptyState
from app.ui.exporter import ExportEnd, Exporter, open_path
from app.ui.gallery_model import GalleryModel
from app.ui.gallery_panel import GalleryPanel
from app.ui.incoming import can_take
from app.ui.keeper import Keeper
from app.ui.live_control import LiveControl
from app.ui.live_session import LiveSession
from app.ui.live_view import LiveView
from app.ui.main_menu import fill_menu_bar, make_tool_bar
from app.ui.opening import Opening
from app.ui.picture_area import PictureArea
from app.ui.picture_browser import PictureBrowser
from app.ui.picture_opener import PictureOpener
from app.ui.recent_menu import RecentMenu
from app.ui.services import Services
from app.ui.status_bar import StatusBar
from app.ui.theme import LIGHT, Colours
from app.ui.thumbnails import Thumbnails
from app.ui.translation import Retranslating
from app.ui.wording import count_of_cards
from app.ui.workspace import Workspace

if TYPE_CHECKING:
    from app.ui.batch_window import BatchWindow

_PANEL_WIDTH_PX = 304


class MainWindow(Retranslating, QMainWindow):
    """The window. It takes pictures from `open_paths` and frames from the live session."""

    closed = Signal()

    def __init__(self, services: Services, colours: Colours = LIGHT) -> None:
        """Build the window on the services that outlive it, in the `colours` that the application has."""
        super().__init__()
        self.setWindowTitle("Cardlight")
        self.setAcceptDrops(True)
        self.setMinimumSize(800, 560)
        self.services = services
        self.workspace = Workspace(self, services.shelf)
        self.batch: BatchWindow | None = None
        self.actions_ = make_actions(self)
        self._build_widgets(colours)
        self._build_deeds()
        self._lay_out()
        connect_actions(self)
        self._connect_parts()
        self._follow_preferences()
        self.dress(colours)
        self._show_keeping()

    def _build_widgets(self, colours: Colours) -> None:
        services, actions = self.services, self.actions_
        self.canvas = Canvas(self)
        self.editor = CornerEditor(self, services.shelf, services.files)
        self.empty = EmptyState(actions.open, actions.start_camera, actions.try_sample, colours, self)
        self.area = PictureArea(actions, self.empty, self.canvas, self.editor, self)
        self.notice, self.pages = self.area.notice, self.area.pages
        self.status = StatusBar(actions.cancel_job, actions.batch, self)
        self.picker = CameraPicker(self)
        self.recent = RecentMenu(self, services.preferences)
        self.model = GalleryModel(self, self.workspace, Thumbnails(self, services.shelf, services.files))
        self._delegate = CardDelegate(self, colours)
        self.gallery = GalleryPanel(self.model, self._delegate, actions.export, _card_actions(actions), self)

    def _build_deeds(self) -> None:
        services, workspace = self.services, self.workspace
        self.browser = PictureBrowser(self, workspace, self.canvas, services.files)
        self.opener = PictureOpener(self, services.shelf, services.still_detector, services.detection)
        self.live = LiveSession(self, services.live_detector)
        self.opening = Opening(
            self, self.opener, self.browser, workspace, self.recent, self.area, self.status.job, self.live
        )
        self.live_view = LiveView(self, self.live, self.canvas)
        self.live_control = LiveControl(self, self.live, self.picker, self.canvas, self.browser, services.preferences)
        self.correction = Correction(self, self.area, self.editor, self.gallery, self.browser, workspace, self.live)
        self.commands = CardCommands(self, workspace, self.gallery, self.model, services.session_folder, services.files)
        self.exporter = Exporter(self, workspace, services.preferences, services.files, services.exports)
        self.keeper = Keeper(self, workspace, services, self.browser)
        self.closing = Closing(
            self,
            self.exporter,
            self.keeper,
            self.gallery,
            self.area,
            lambda: bool(self.batch and self.batch.is_running),
        )
        self.device = DeviceFinder(self, services)
        self.states = ActionStates(self, self.actions_, self.area, self.gallery, self.browser, workspace, self.live)

    def _lay_out(self) -> None:
        fill_menu_bar(self.menuBar(), self.actions_, self.recent)
        self.addToolBar(make_tool_bar(self, self.actions_, self.picker))
        self.setStatusBar(self.status)
        splitter = QSplitter(Qt.Orientation.Horizontal, self)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self.area)
        splitter.addWidget(self.gallery)
        splitter.setStretchFactor(0, 1)
        splitter.setSizes([10_000, _PANEL_WIDTH_PX])
        self.setCentralWidget(splitter)

    def _connect_parts(self) -> None:
        live, correction = self.live_control, self.correction
        self.opening.video_chosen.connect(live.play_video)
        self.opening.showing.connect(live.stop)
        self.opening.shown.connect(self._select_what_has_arrived)
        self.browser.stepped.connect(self._select_what_is_shown)
        self.opening.mark_wanted.connect(correction.mark)
        self.live.captured.connect(self.keeper.keep)
        self.live_view.numbers_changed.connect(self.status.show_text)
        live.started.connect(self._show_live)
        correction.entering.connect(live.stop)
        for changed in (live.changed, correction.changed):
            changed.connect(self.states.follow)
        for changed in (live.changed, self.browser.current_changed, self.workspace.album_changed):
            changed.connect(self._show_keeping)
        self.gallery.open_wanted.connect(correction.edit_selected)
        self.canvas.outline_clicked.connect(correction.select_outline)
        self.canvas.outline_activated.connect(correction.edit_outline)
        self.canvas.enter_pressed.connect(correction.edit_shown)
        self.exporter.progressed.connect(self._show_exporting)
        self.exporter.finished.connect(self._exported)
        self.exporter.failed.connect(self._end_exporting)
        self.device.found.connect(self.status.show_device)
        self.keeper.kept.connect(self._show_capture)
        for said in (
            live.said,
            self.browser.failed,
            self.commands.failed,
            self.device.failed,
            self.editor.failed,
            self.exporter.failed,
            self.keeper.failed,
            self.services.preferences.save_failed,
        ):
            said.connect(self.notice.show_notice)
        self.commands.copied.connect(lambda: self.notice.show_notice(self.tr("The card is on the clipboard.")))
        self.services.preferences.changed.connect(self._follow_preferences)

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files and folders; a video is played as a camera."""
        self.opening.open_paths(paths)

    def start_live(self, source: FrameSource) -> None:
        """Show a live source instead of pictures."""
        self.live_control.start(source)

    def show_batch(self) -> None:
        """Show the window for scanning a folder into files, which pictures of this window have no part in."""
        if self.batch is None:
            # Not for before the first window: they load the worker pool.
            from app.ui.batch_watch import BatchWatch
            from app.ui.batch_window import BatchWindow

            self.batch = BatchWindow(self, self.services.batches, self.services.preferences)
            BatchWatch(self.batch, self.status.batch, self.notice)
            self.batch.files.open_wanted.connect(self._open_from_batch)
        self.batch.show()
        self.batch.raise_()

    def _open_from_batch(self, path: Path) -> None:
        self.activateWindow()
        self.open_paths([path])

    def dress(self, colours: Colours) -> None:
        """Take the colours of a theme."""
        self.actions_.dress(colours)
        self.empty.dress(colours)
        self.editor.dress(colours)
        self._delegate.colours = colours
        self.gallery.repaint_cards()

    def retranslate(self) -> None:
        """Say everything anew that no widget says by itself."""
        self.actions_.retranslate()
        self.states.follow()
        self._show_keeping()

    def _follow_preferences(self) -> None:
        settings = self.services.preferences.settings
        self.actions_.mirror.setChecked(settings.mirror)
        self.actions_.auto_capture.setChecked(settings.auto_capture)
        self.live_view.is_mirrored = settings.mirror
        self.live.set_auto_capture(settings.auto_capture)
        self.services.choose_detector(settings)

    def _select_what_is_shown(self) -> None:
        """Keys act on what is selected: that is never a card of a picture which the user has left."""
        self.gallery.select([card.key for card in self.browser.cards_here()[:1]])

    def _select_what_has_arrived(self) -> None:
        """But what comes by itself ends no typing, whose next letters would be keys of the new card."""
        if not self.gallery.is_name_typed:
            self._select_what_is_shown()

    def _show_capture(self) -> None:
        """The newest card is what keys act on; a capture that comes after the camera's end is shown, too."""
        self.gallery.select_newest()
        if not self.live.is_running:
            self.browser.show_again()

    def _show_live(self, name: str) -> None:
        self.canvas.setFocus()  # the button that started it is gone, and Space must not press the next one
        self.actions_.freeze.setChecked(False)
        self.area.bar.show_name(name)

    def _show_keeping(self) -> None:
        """Say what happens to pictures, except where the live numbers are."""
        if not self.live.is_running:
            self.status.show_text(self.keeper.promise if self.browser.current else "")
        self.empty.show_keeping(self.keeper.promise)

    def _show_exporting(self, done: int, total: int) -> None:
        title = self.tr("Exporting {cards}").format(cards=count_of_cards(total))
        self.status.job.show_progress(self.exporter, title, done, total, self.exporter.cancel)

    def _end_exporting(self) -> None:
        self.status.job.finish(self.exporter)

    def _exported(self, end: ExportEnd) -> None:
        self._end_exporting()
        answers = [(self.tr("Open folder"), partial(open_path, end.folder))]
        if end.only_file:
            answers.insert(0, (self.tr("Open file"), partial(open_path, end.only_file)))
        self.notice.show_notice(end.text, *answers)

    def event(self, event: QEvent) -> bool:
        """Space and Enter press the button that has the focus, whatever the window's own keys are."""
        if isinstance(event, QKeyEvent) and offer_key(self.focusWidget(), event):
            event.accept()
            return True
        return super().event(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        """Take files, folders and pictures."""
        if can_take(event.mimeData()):
            event.acceptProposedAction()
            self.empty.set_dropping(True)

    def dragLeaveEvent(self, _event: QDragLeaveEvent) -> None:  # noqa: N802
        """They went elsewhere."""
        self.empty.set_dropping(False)

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        """Open them."""
        self.empty.set_dropping(False)
        self.opening.open_dropped(event.mimeData())
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """End everything that is under way, then go; but ask before, where something would be lost."""
        if not self.closing.is_allowed():
            event.ignore()
            return
        self.live.close()
        self.opener.cancel()
        self.exporter.cancel()
        if self.batch is not None:
            self.batch.cancel()
            self.batch.close()
        super().closeEvent(event)
        QTimer.singleShot(0, self.closed.emit)


def _card_actions(actions: Actions) -> list[QAction]:
    return [
        actions.edit_corners,
        actions.turn_left,
        actions.turn_right,
        actions.pair,
        actions.copy,
        actions.rename,
        actions.delete,
    ]
