"""The way into the corner editor and out of it, with what was corrected."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from app.session.album_card import AlbumCard
from app.session.picture import Picture
from app.ui.corner_editor import CornerEditor
from app.ui.gallery_panel import GalleryPanel
from app.ui.live_session import LiveSession
from app.ui.picture_area import PictureArea
from app.ui.picture_browser import PictureBrowser
from app.ui.wording import Deed
from app.ui.workspace import Workspace


class Correction(QObject):
    """Opens cards in the editor, and takes corrections into the workspace."""

    entering = Signal()
    """The editor is about to be shown: a camera stops."""
    changed = Signal()
    """The editor was entered or left."""

    def __init__(
        self,
        parent: QObject,
        area: PictureArea,
        editor: CornerEditor,
        gallery: GalleryPanel,
        browser: PictureBrowser,
        workspace: Workspace,
        live: LiveSession,
    ) -> None:
        super().__init__(parent)
        self._area = area
        self._editor = editor
        self._gallery = gallery
        self._browser = browser
        self._workspace = workspace
        self._live = live
        editor.accepted.connect(self._take)
        editor.judged.connect(workspace.judge)
        editor.left.connect(self._leave)

    def edit_selected(self) -> None:
        """Open the editor on the first selected card."""
        self._gallery.finish_editing()
        cards = self._gallery.selected_cards()
        if cards:
            self._enter()
            self._editor.begin(cards[0])

    def edit_shown(self) -> None:
        """Open the editor on the first selected card, where a picture has the canvas."""
        if not self._live.is_running:
            self.edit_selected()

    def mark_current(self) -> None:
        """Open the editor on a card that was not found in the picture on the canvas."""
        if self._browser.current:
            self.mark(self._browser.current)

    def mark(self, picture: Picture) -> None:
        """Open the editor on a card that was not found."""
        self._enter()
        self._editor.begin_new(picture)

    def select_outline(self, index: int) -> None:
        """Select the card of an outline on the canvas."""
        cards = self._browser.cards_here()
        if not self._live.is_running and index < len(cards):
            self._gallery.select([cards[index].key])

    def edit_outline(self, index: int) -> None:
        """Open the editor on the card of an outline on the canvas."""
        self.select_outline(index)
        self.edit_shown()

    def _enter(self) -> None:
        self.entering.emit()
        self._area.show_editor()
        self._editor.canvas.setFocus()  # before the gallery goes, or some button had it
        self._gallery.hide()
        self.changed.emit()

    def _take(self, card: AlbumCard) -> None:
        album = self._workspace.album
        if album.card(card.key):
            self._workspace.do(album.replaced(card), Deed.CORRECT)
        else:
            self._workspace.do(album.added([card]), Deed.MARK)
        self._gallery.select([card.key])

    def _leave(self) -> None:
        self._area.leave_editor()
        self._gallery.show()
        self._browser.show_again(next(iter(self._gallery.selected_cards()), None))
        self.changed.emit()
        self._gallery.view.setFocus()
