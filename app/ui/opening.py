"""How pictures get into the window: asked for, dropped, pasted, opened again; and what is said of each."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from app.capture.camera import VIDEO_SUFFIXES
from app.capture.folders import list_images
from app.capture.pages import PAGE_SUFFIXES
from app.session.picture import OpeningFailure, Picture
from app.ui.incoming import can_take, read_incoming
from app.ui.job_indicator import JobIndicator
from app.ui.live_session import LiveSession
from app.ui.picture_area import PictureArea
from app.ui.picture_browser import PictureBrowser
from app.ui.picture_opener import PictureOpener
from app.ui.recent_menu import RecentMenu
from app.ui.wording import Deed, count_of_pictures, failure_text, sentences
from app.ui.workspace import Workspace
from resources import SAMPLES_FOLDER

_NAMES_LISTED = 3


class Opening(QObject):
    """Asks for pictures, has them opened, and hands them to the browser and their cards to the workspace.

    While a card is being edited nothing is asked for, and what arrives is not shown yet.
    """

    video_chosen = Signal(object)
    """A path: a video is played as a camera."""
    showing = Signal()
    """A new picture is about to be shown: the canvas is needed."""
    shown = Signal()
    """A new picture is shown now, and its cards are in the workspace."""
    mark_wanted = Signal(object)
    """A picture without a card, in which the user wants to mark one."""

    def __init__(
        self,
        window: QWidget,
        opener: PictureOpener,
        browser: PictureBrowser,
        workspace: Workspace,
        recent: RecentMenu,
        area: PictureArea,
        job: JobIndicator,
        live: LiveSession,
    ) -> None:
        super().__init__(window)
        self._window = window
        self._opener = opener
        self._browser = browser
        self._workspace = workspace
        self._recent = recent
        self._area = area
        self._notice = area.notice
        self._job = job
        self._live = live
        self._shows_next = False
        self._failures: list[OpeningFailure] = []
        self._without_card: list[Picture] = []
        self._topic = object()
        recent.chosen.connect(lambda path: self.open_paths([path]))
        opener.opened.connect(self._take_picture)
        opener.failed.connect(self._take_failure)
        opener.progressed.connect(self._show_progress)
        opener.searching.connect(self._show_job)
        opener.finished.connect(self._finish)
        live.started.connect(self._stay)

    def open_paths(self, paths: Sequence[Path]) -> None:
        """Open files and folders; a video is played as a camera."""
        if self._is_refused():
            return
        videos = [path for path in paths if path.suffix.lower() in VIDEO_SUFFIXES]
        if videos:
            self.video_chosen.emit(videos[0])
        pictures = [path for path in paths if path not in videos]
        if pictures:
            self._recent.add(pictures)
            self._go_along()
            self._opener.open_paths(pictures)

    def ask_for_pictures(self) -> None:
        """Let the user choose files."""
        pattern = " ".join(f"*{suffix}" for suffix in sorted(PAGE_SUFFIXES))
        files, _ = QFileDialog.getOpenFileNames(
            self._window, self.tr("Open pictures"), "", self.tr("Pictures and PDF") + f" ({pattern})"
        )
        self.open_paths([Path(file) for file in files])

    def ask_for_folder(self) -> None:
        """Let the user choose a folder, and open all pictures in it."""
        folder = QFileDialog.getExistingDirectory(self._window, self.tr("Open a folder of pictures"))
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
            self._notice.show_notice(self.tr("There is no picture on the clipboard. Copy one, then paste again."))

    def open_dropped(self, mime: QMimeData) -> None:
        """Open what was dropped."""
        self._open_incoming(mime, self.tr("Dropped picture"))

    def _open_incoming(self, mime: QMimeData, name: str) -> None:
        if self._is_refused():
            return
        incoming = read_incoming(mime)
        if incoming.image is not None:
            self._go_along()
            self._opener.open_image(name, incoming.image)
        elif incoming.paths:
            self.open_paths(incoming.paths)
        else:
            self._notice.show_notice(self.tr("This can't be opened. Save the picture to a file, and drop that."))

    def _is_refused(self) -> bool:
        """Whether the card in the editor comes first; the user is told so."""
        if self._area.is_editing:
            self._notice.show_notice(self.tr("Finish this correction first, with Done or Cancel."))
        return self._area.is_editing

    def _go_along(self) -> None:
        """Show the first picture of what is asked for now; whoever asks for more meanwhile stays where he is."""
        if not self._opener.is_busy:
            self._shows_next = True

    def _stay(self) -> None:
        """Whoever starts a camera after having asked for pictures keeps it."""
        self._shows_next = False

    def _mark(self, picture: Picture) -> None:
        if not self._is_refused():
            self.mark_wanted.emit(picture)

    def _take_picture(self, picture: Picture) -> None:
        has_room = self._browser.current is None and not self._live.is_running
        is_shown = has_room or (self._shows_next and not self._area.is_editing)
        self._shows_next = False
        self._browser.add(picture)
        if is_shown:
            self.showing.emit()
            self._browser.go(self._browser.position[1] - 1)
        if picture.cards:
            self._workspace.do(self._workspace.album.added(picture.cards), Deed.FIND)
        else:
            self._without_card.append(picture)
            self._say_what_is_missing()
        if is_shown:
            self.shown.emit()

    def _take_failure(self, failure: OpeningFailure) -> None:
        self._failures.append(failure)
        self._say_what_is_missing()

    def _say_what_is_missing(self) -> None:
        """One notice for all that is opened at once: each of its own would hide the one before, or wait behind it."""
        text = sentences(self._words_for_failures(), self._words_for_pictures_without_card())
        answers = []
        if len(self._without_card) == 1:
            picture = self._without_card[0]
            answers = [(self.tr("Mark it by hand"), lambda: self._mark(picture))]
        self._notice.show_notice(text, *answers, topic=self._topic)

    def _words_for_failures(self) -> str:
        if not self._failures:
            return ""
        first = failure_text(self._failures[0].name, self._failures[0].reason)
        if len(self._failures) == 1:
            return first
        pictures = count_of_pictures(len(self._failures))
        return self.tr("{pictures} could not be opened. The first: {failure}").format(pictures=pictures, failure=first)

    def _words_for_pictures_without_card(self) -> str:
        names = [picture.name for picture in self._without_card]
        if not names:
            return ""
        if len(names) == 1:
            return self.tr("No card was found in {name}.").format(name=names[0])
        listed = ", ".join(names[:_NAMES_LISTED]) + (", …" if len(names) > _NAMES_LISTED else "")
        return self.tr("No card was found in {pictures}: {names}.").format(
            pictures=count_of_pictures(len(names)), names=listed
        )

    def _finish(self) -> None:
        self._failures, self._without_card, self._topic = [], [], object()
        self._job.finish(self)

    def _show_progress(self, done: int, total: int) -> None:
        if total > 1 or not self._browser.current:
            self._show_job(done, total)

    def _show_job(self, done: int, total: int) -> None:
        title = self.tr("Opening {pictures}").format(pictures=count_of_pictures(total))
        self._job.show_progress(self, title, done, total, self._opener.cancel)


def sample_pictures() -> list[Path]:
    """The pictures that come with the program."""
    return list(list_images(SAMPLES_FOLDER).images)
