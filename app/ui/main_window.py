"""The main window: the picture in the middle, cards on the right, tools above, numbers below.

It lays out and connects. What things do is in the objects it connects.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QCloseEvent, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QGuiApplication
from PySide6.QtWidgets import QFileDialog, QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from app.capture.camera import FrameSource
from app.capture.folders import list_images
from app.capture.pages import PAGE_SUFFIXES
from app.capture.video_file import VIDEO_SUFFIXES, VideoFile
from app.session.album_card import AlbumCard
from app.session.picture import OpeningFailure, Picture
from app.ui.actions import Actions, make_actions
from app.ui.camera_picker import CameraPicker
from app.ui.canvas import Canvas
from app.ui.card_commands import CardCommands, is_pair
from app.ui.card_delegate import CardDelegate
from app.ui.corner_editor import CornerEditor
from app.ui.dialogs import show_about, show_settings, show_shortcuts
from app.ui.empty_state import EmptyState
from app.ui.exporter import Exporter
from app.ui.gallery_model import GalleryModel
from app.ui.gallery_panel import GalleryPanel
from app.ui.incoming import can_take, read_incoming
from app.ui.keeper import Keeper
from app.ui.live_session import LiveSession
from app.ui.live_view import LiveView
from app.ui.main_menu import fill_menu_bar, make_tool_bar
from app.ui.notice_bar import NoticeBar
from app.ui.picture_bar import PictureBar
from app.ui.picture_browser import PictureBrowser
from app.ui.picture_opener import PictureOpener
from app.ui.recent_menu import RecentMenu
from app.ui.services import Services
from app.ui.status_bar import StatusBar
from app.ui.theme import LIGHT, Colours
from app.ui.thumbnails import Thumbnails
from app.ui.wording import count_of_cards, count_of_pictures
from app.ui.workspace import Workspace
from resources import SAMPLES_FOLDER

if TYPE_CHECKING:
    from app.ui.batch_window import BatchWindow

_PANEL_WIDTH_PX = 304


class MainWindow(QMainWindow):
    """The window. It takes pictures from `open_paths` and frames from the live session."""

    closed = Signal()

    def __init__(self, services: Services) -> None:
        """Build the window on the services that outlive it."""
        super().__init__()
        self.setWindowTitle("Cardlight")
        self.setAcceptDrops(True)
        self.setMinimumSize(800, 560)
        self.services = services
        self.workspace = Workspace(self, services.shelf)
        self.batch: BatchWindow | None = None
        self.actions_ = make_actions(self)
        self._build_parts()
        self._lay_out()
        self._connect_actions()
        self._connect_parts()
        self._follow_preferences()
        self.dress(LIGHT)
        self._show_state()
        self._show_selection()

    def _build_parts(self) -> None:
        services, actions = self.services, self.actions_
        self.canvas = Canvas(self)
        self.editor = CornerEditor(self, services.shelf, services.files)
        self.empty = EmptyState(actions.open, actions.start_camera, actions.try_sample, LIGHT, self)
        self.notice = NoticeBar(actions.close_notice, self)
        self.status = StatusBar(actions.cancel_job, self)
        self.setStatusBar(self.status)
        self.picker = CameraPicker(self)
        self.recent = RecentMenu(self, services.preferences)
        self.model = GalleryModel(self, self.workspace, Thumbnails(self, services.shelf, services.files))
        self._delegate = CardDelegate(self, LIGHT)
        self.gallery = GalleryPanel(self.model, self._delegate, actions.export, _card_actions(actions), self)
        self.browser = PictureBrowser(self, self.workspace, self.canvas, services.files)
        self.opener = PictureOpener(self, services.shelf, services.still_detector, services.detection)
        self.live = LiveSession(self, services.live_detector)
        self.live_view = LiveView(self, self.live, self.canvas)
        self.commands = CardCommands(
            self, self.workspace, self.gallery, self.model, services.session_folder, services.files
        )
        self.exporter = Exporter(self, self.workspace, services.preferences, services.files)
        self.keeper = Keeper(self, self.workspace, services)

    def _lay_out(self) -> None:
        actions = self.actions_
        fill_menu_bar(self.menuBar(), actions, self.recent)
        self.addToolBar(make_tool_bar(self, actions, self.picker))
        bar = PictureBar(
            [actions.previous, actions.next],
            [actions.freeze, actions.mirror, actions.zoom_out, actions.zoom_in, actions.fit],
            self,
        )
        self.picture_bar = bar
        self.pages = QStackedWidget(self)
        for page in (self.empty, self.canvas, self.editor):
            self.pages.addWidget(page)
        left = QWidget(self)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.notice)
        column.addWidget(self.pages, 1)
        column.addWidget(bar)
        self._splitter = QSplitter(Qt.Orientation.Horizontal, self)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(left)
        self._splitter.addWidget(self.gallery)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setSizes([10_000, _PANEL_WIDTH_PX])
        self.setCentralWidget(self._splitter)

    def _connect_actions(self) -> None:
        actions, commands, workspace = self.actions_, self.commands, self.workspace
        for action, deed in (
            (actions.open, self.ask_for_pictures),
            (actions.open_folder, self.ask_for_folder),
            (actions.paste, self.paste),
            (actions.try_sample, self.open_sample),
            (actions.export, self.export),
            (actions.batch, self.show_batch),
            (actions.quit, self.close),
            (actions.undo, workspace.undo),
            (actions.redo, workspace.redo),
            (actions.select_all, self.gallery.select_all),
            (actions.copy, commands.copy),
            (actions.rename, self.gallery.rename),
            (actions.edit_corners, self.edit_corners),
            (actions.turn_left, lambda: commands.turn(-1)),
            (actions.turn_right, lambda: commands.turn(1)),
            (actions.pair, commands.pair),
            (actions.delete, commands.delete),
            (actions.start_camera, self.start_camera),
            (actions.stop_camera, self.stop_camera),
            (actions.play_video, self.ask_for_video),
            (actions.capture, self.capture),
            (actions.zoom_in, self.canvas.zoom_in),
            (actions.zoom_out, self.canvas.zoom_out),
            (actions.fit, self.canvas.fit),
            (actions.previous, lambda: self.browser.step(-1)),
            (actions.next, lambda: self.browser.step(1)),
            (actions.close_picture, self.browser.close_current),
            (actions.settings, lambda: show_settings(self, self.services.preferences)),
            (actions.shortcuts, lambda: show_shortcuts(self, actions)),
            (actions.about, lambda: show_about(self)),
            (actions.close_notice, self.notice.hide),
        ):
            action.triggered.connect(deed)
        actions.freeze.toggled.connect(self._freeze)
        actions.mirror.toggled.connect(lambda on: self.services.preferences.change(mirror=on))
        actions.auto_capture.toggled.connect(lambda on: self.services.preferences.change(auto_capture=on))

    def _connect_parts(self) -> None:
        say = self.notice.show_notice
        self.recent.chosen.connect(lambda path: self.open_paths([path]))
        self.opener.opened.connect(self._take_picture)
        self.opener.failed.connect(self._take_failure)
        self.opener.progressed.connect(self._show_opening)
        self.opener.finished.connect(self.status.job.finish)
        self.browser.current_changed.connect(self._show_state)
        self.live.captured.connect(self.keeper.keep)
        self.live.ended.connect(self._live_ended)
        self.live_view.numbers_changed.connect(self.status.show_text)
        self.workspace.album_changed.connect(self._show_state)
        self.gallery.selection_changed.connect(self._follow_selection)
        self.workspace.album_changed.connect(self._show_selection)
        self.gallery.open_wanted.connect(self.edit_corners)
        self.canvas.outline_clicked.connect(self._select_outline)
        self.canvas.outline_activated.connect(self._edit_outline)
        self.editor.accepted.connect(self._take_correction)
        self.editor.left.connect(self._leave_editor)
        self.exporter.progressed.connect(self._show_exporting)
        self.exporter.finished.connect(self._exported)
        self.exporter.failed.connect(self.status.job.finish)
        self.keeper.device_known.connect(self.status.show_device)
        self.keeper.kept.connect(self.gallery.view.scrollToBottom)
        for failing in (
            self.browser.failed,
            self.commands.failed,
            self.editor.failed,
            self.exporter.failed,
            self.keeper.failed,
            self.services.preferences.save_failed,
        ):
            failing.connect(say)
        self.commands.copied.connect(lambda: say(self.tr("The card is on the clipboard.")))
        self.services.preferences.changed.connect(self._follow_preferences)

    # --- Pictures ---

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files and folders; a video is played as a camera."""
        videos = [path for path in paths if path.suffix.lower() in VIDEO_SUFFIXES]
        if videos:
            self.play_video(videos[0])
        pictures = [path for path in paths if path not in videos]
        if pictures:
            self.recent.add(pictures)
            self.opener.open_paths(pictures)

    def ask_for_pictures(self) -> None:
        """Let the user choose files."""
        pattern = " ".join(f"*{suffix}" for suffix in sorted(PAGE_SUFFIXES))
        files, _ = QFileDialog.getOpenFileNames(
            self, self.tr("Open pictures"), "", self.tr("Pictures and PDF") + f" ({pattern})"
        )
        self.open_paths([Path(file) for file in files])

    def ask_for_folder(self) -> None:
        """Let the user choose a folder, and open all pictures in it."""
        folder = QFileDialog.getExistingDirectory(self, self.tr("Open a folder of pictures"))
        if folder:
            self.open_paths([Path(folder)])

    def open_sample(self) -> None:
        """Open the first of the pictures that come with the program."""
        self.open_paths(sample_pictures()[:1])

    def paste(self) -> None:
        """Open what is on the clipboard."""
        mime = QGuiApplication.clipboard().mimeData()
        if mime is not None and can_take(mime):
            self._open_incoming(mime, self.tr("Pasted picture"))
        else:
            self.notice.show_notice(self.tr("There is no picture on the clipboard. Copy one, then paste again."))

    def _open_incoming(self, mime: QMimeData, name: str) -> None:
        incoming = read_incoming(mime)
        if incoming.image is not None:
            self.opener.open_image(name, incoming.image)
        elif incoming.paths:
            self.open_paths(incoming.paths)
        else:
            self.notice.show_notice(self.tr("This can't be opened. Save the picture to a file, and drop that."))

    def _take_picture(self, picture: Picture) -> None:
        is_first = self.browser.current is None
        self.browser.add(picture)
        if is_first or not self.status.job.isVisible():
            self.stop_camera()
            self.browser.go(self.browser.position[1] - 1)
        if picture.cards:
            self.workspace.do(self.workspace.album.added(picture.cards), self.tr("Find cards"))
            if is_first:
                self.gallery.select([picture.cards[0].key])
        else:
            self.notice.show_notice(
                self.tr("No card was found in {name}.").format(name=picture.name),
                self.tr("Mark it by hand"),
                lambda: self._mark_by_hand(picture),
            )

    def _take_failure(self, failure: OpeningFailure) -> None:
        self.notice.show_notice(f"{failure.name}: {failure.reason}" if failure.name else failure.reason)

    def _mark_by_hand(self, picture: Picture) -> None:
        self._show_editor()
        self.editor.begin_new(picture)

    def _show_opening(self, done: int, total: int) -> None:
        if total > 1 or not self.browser.current:
            title = self.tr("Opening {pictures}").format(pictures=count_of_pictures(total))
            self.status.job.show_progress(title, done, total, self.opener.cancel)

    # --- Live ---

    def start_camera(self) -> None:
        """Start the camera that is chosen."""
        source = self.picker.open_chosen()
        if source is None:
            self.notice.show_notice(
                self.tr("No camera was found. Plug one in, or allow access to it in the system's privacy settings.")
                + (f" {self.picker.problem}" if self.picker.problem else "")
            )
            return
        self.services.preferences.change(camera=self.picker.chosen_key)
        self.start_live(source)

    def ask_for_video(self) -> None:
        """Let the user choose a video to play as a camera."""
        pattern = " ".join(f"*{suffix}" for suffix in sorted(VIDEO_SUFFIXES))
        file, _ = QFileDialog.getOpenFileName(self, self.tr("Play a video"), "", self.tr("Videos") + f" ({pattern})")
        if file:
            self.play_video(Path(file))

    def play_video(self, path: Path) -> None:
        """Play a video as a camera."""
        self.start_live(VideoFile(path))

    def start_live(self, source: FrameSource) -> None:
        """Show a live source instead of pictures."""
        self.browser.leave_canvas()
        self.live.start(source, auto_capture=self.services.preferences.settings.auto_capture)
        self.actions_.freeze.setChecked(False)
        self.picture_bar.show_name(source.name)
        self._show_state()

    def stop_camera(self) -> None:
        """Stop the live source, and show the last picture again."""
        if self.live.is_running:
            self.live.stop()
            self._left_live()

    def capture(self) -> None:
        """Keep the cards in view."""
        if not self.live.capture():
            self.notice.show_notice(self.tr("No card is in view. Hold one in front of the camera."))

    def _freeze(self, is_frozen: bool) -> None:
        self.live.is_frozen = is_frozen

    def _live_ended(self, reason: str) -> None:
        self._left_live()
        self.notice.show_notice(reason or self.tr("The video has ended."))

    def _left_live(self) -> None:
        self.canvas.clear()
        self.browser.show_again()
        self._show_state()

    # --- Cards ---

    def edit_corners(self) -> None:
        """Open the corner editor on the first selected card."""
        cards = self.gallery.selected_cards()
        if cards:
            self._show_editor()
            self.editor.begin(cards[0])

    def export(self) -> None:
        """Ask how to export the cards, and do it."""
        self.exporter.ask(self, self.gallery.selected_cards())

    def _select_outline(self, index: int) -> None:
        cards = self.browser.cards_here()
        if not self.live.is_running and index < len(cards):
            self.gallery.select([cards[index].key])

    def _edit_outline(self, index: int) -> None:
        self._select_outline(index)
        if not self.live.is_running:
            self.edit_corners()

    def _show_editor(self) -> None:
        self.stop_camera()
        self.pages.setCurrentWidget(self.editor)
        self.gallery.hide()
        self._show_state()

    def _take_correction(self, card: AlbumCard) -> None:
        album = self.workspace.album
        if album.card(card.key):
            self.workspace.do(album.replaced(card), self.tr("Correct corners"))
        else:
            self.workspace.do(album.added([card]), self.tr("Mark card"))
        self.gallery.select([card.key])

    def _leave_editor(self) -> None:
        self.pages.setCurrentWidget(self.canvas)
        self.gallery.show()
        self.browser.show_again()
        self._show_state()
        self.gallery.view.setFocus()

    def _show_exporting(self, done: int, total: int) -> None:
        title = self.tr("Exporting {cards}").format(cards=count_of_cards(total))
        self.status.job.show_progress(title, done, total, self.exporter.cancel)

    def _exported(self, text: str) -> None:
        self.status.job.finish()
        self.notice.show_notice(text, self.tr("Open folder"), self.exporter.open_folder)

    def show_batch(self) -> None:
        """Show the window for scanning a folder into files, which pictures of this window have no part in."""
        if self.batch is None:
            from app.ui.batch_window import BatchWindow  # not for before the first window: it loads the worker pool

            self.batch = BatchWindow(self, self.services.batches, self.services.preferences.settings)
        self.batch.show()
        self.batch.raise_()

    # --- What is shown and allowed ---

    def dress(self, colours: Colours) -> None:
        """Take the colours of a theme."""
        self.actions_.dress(colours)
        self.empty.dress(colours)
        self.editor.dress(colours)
        self._delegate.colours = colours
        self.gallery.view.viewport().update()

    def _follow_preferences(self) -> None:
        settings = self.services.preferences.settings
        self.actions_.mirror.setChecked(settings.mirror)
        self.actions_.auto_capture.setChecked(settings.auto_capture)
        self.live_view.is_mirrored = settings.mirror
        self.live.set_auto_capture(settings.auto_capture)
        self.services.choose_detector(settings)

    def _show_state(self) -> None:
        """Allow what makes sense now, and show the page that does."""
        actions, is_live = self.actions_, self.live.is_running
        is_editing = self.pages.currentWidget() is self.editor
        row, count = self.browser.position
        if not is_editing:
            self.pages.setCurrentWidget(self.canvas if is_live or count else self.empty)
        if self.browser.current and not is_live:
            self.picture_bar.show_name(f"{self.browser.current.name}   {row} / {count}")
        self.picture_bar.setVisible(self.pages.currentWidget() is self.canvas)
        on_canvas = self.pages.currentWidget() is self.canvas
        for action, is_possible in (
            (actions.capture, is_live),
            (actions.previous, on_canvas and not is_live and row > 1),
            (actions.next, on_canvas and not is_live and row < count),
            (actions.close_picture, on_canvas and not is_live and count > 0),
            (actions.zoom_in, on_canvas),
            (actions.zoom_out, on_canvas),
            (actions.fit, on_canvas),
            (actions.try_sample, bool(sample_pictures())),
            (actions.export, len(self.workspace.album) > 0),
            (actions.select_all, len(self.workspace.album) > 0),
        ):
            action.setEnabled(is_possible)
        for action, is_of_use in (
            (actions.start_camera, not is_live),
            (actions.stop_camera, is_live),
            (actions.freeze, is_live),
            (actions.mirror, is_live),
        ):
            action.setVisible(is_of_use)
        _show_step(actions.undo, self.tr("Undo"), self.workspace.undoable)
        _show_step(actions.redo, self.tr("Redo"), self.workspace.redoable)
        if not is_live:
            self.status.show_text(self.keeper.promise if count else "")
        self.empty.show_keeping(self.keeper.promise)

    def _show_selection(self) -> None:
        cards, actions = self.gallery.selected_cards(), self.actions_
        for action in (
            actions.copy,
            actions.delete,
            actions.turn_left,
            actions.turn_right,
            actions.edit_corners,
            actions.rename,
        ):
            action.setEnabled(bool(cards))
        can_unpair = any(card.pairing for card in cards)
        actions.pair.setEnabled(len(cards) == 2 or can_unpair)
        is_unpairing = can_unpair and (len(cards) != 2 or is_pair(cards))
        actions.pair.setText(self.tr("Take pair apart") if is_unpairing else self.tr("Pair as front and back"))
        self.browser.select(frozenset(card.key for card in cards))

    def _follow_selection(self) -> None:
        self._show_selection()
        cards = self.gallery.selected_cards()
        if len(cards) == 1 and not self.live.is_running and self.pages.currentWidget() is self.canvas:
            self.browser.show_picture_of(cards[0])

    # --- Events of the window itself ---

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
        self._open_incoming(event.mimeData(), self.tr("Dropped picture"))
        event.acceptProposedAction()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        """End everything that is under way, then go."""
        self.live.stop()
        self.opener.cancel()
        self.exporter.cancel()
        if self.batch is not None:
            self.batch.close()
        super().closeEvent(event)
        QTimer.singleShot(0, self.closed.emit)


def sample_pictures() -> list[Path]:
    """The pictures that come with the program."""
    return list(list_images(SAMPLES_FOLDER).images)


def _show_step(action: QAction, word: str, deed: str | None) -> None:
    action.setEnabled(deed is not None)
    action.setText(f"{word}: {deed}" if deed else word)


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
