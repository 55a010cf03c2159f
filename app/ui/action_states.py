"""Which page makes sense now, and which actions do: follows pictures, cards, selection and camera."""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction

from app.ui.actions import Actions, action_words, show_words
from app.ui.card_commands import is_pair
from app.ui.gallery_panel import GalleryPanel
from app.ui.live_session import LiveSession
from app.ui.opening import sample_pictures
from app.ui.picture_area import PictureArea
from app.ui.picture_browser import PictureBrowser
from app.ui.wording import deed_text
from app.ui.workspace import Workspace


class ActionStates(QObject):
    """Shows the page, and enables and shows actions."""

    def __init__(
        self,
        parent: QObject,
        actions: Actions,
        area: PictureArea,
        gallery: GalleryPanel,
        browser: PictureBrowser,
        workspace: Workspace,
        live: LiveSession,
    ) -> None:
        super().__init__(parent)
        self._actions = actions
        self._area = area
        self._gallery = gallery
        self._browser = browser
        self._workspace = workspace
        self._live = live
        workspace.album_changed.connect(self.follow)
        browser.current_changed.connect(self.follow)
        area.editor.changed.connect(self._show_steps)
        gallery.selection_changed.connect(self._show_selected)
        self.follow()

    def follow(self) -> None:
        """Take up what is open, captured, selected, edited and shown."""
        is_live = self._live.is_running
        row, count = self._browser.position
        self._area.show_page(has_picture=is_live or count > 0)
        if self._browser.current and not is_live:
            self._area.bar.show_name(f"{row} / {count}   {self._browser.current.name}")
        self._enable(is_live=is_live, row=row, count=count)
        self._show_steps()
        self._follow_selection()

    def _enable(self, *, is_live: bool, row: int, count: int) -> None:
        actions, on_canvas, has_cards = self._actions, self._area.is_on_canvas, len(self._workspace.album) > 0
        is_free = not self._area.is_editing  # what changes the album would do so out of sight of the editor
        for action, is_possible in (
            (actions.open, is_free),
            (actions.open_folder, is_free),
            (actions.paste, is_free),
            (actions.start_camera, is_free),
            (actions.play_video, is_free),
            (actions.capture, is_live),
            (actions.previous, on_canvas and not is_live and row > 1),
            (actions.next, on_canvas and not is_live and row < count),
            (actions.close_picture, on_canvas and not is_live and count > 0),
            (actions.mark_card, on_canvas and not is_live and count > 0),
            (actions.zoom_in, on_canvas),
            (actions.zoom_out, on_canvas),
            (actions.fit, on_canvas),
            (actions.try_sample, is_free and bool(sample_pictures())),
            (actions.export, is_free and has_cards),
            (actions.select_all, is_free and has_cards),
        ):
            action.setEnabled(is_possible)
        for action, is_of_use in (
            (actions.start_camera, not is_live),
            (actions.stop_camera, is_live),
            (actions.freeze, is_live),
            (actions.mirror, is_live),
        ):
            action.setVisible(is_of_use)

    def _follow_selection(self) -> None:
        cards, actions = self._gallery.selected_cards(), self._actions
        is_editing = self._area.is_editing
        actions.copy.setEnabled(len(cards) == 1 and not is_editing)
        for action in (actions.delete, actions.edit_corners, actions.rename):
            action.setEnabled(bool(cards) and not is_editing)
        for action in (actions.turn_left, actions.turn_right):
            action.setEnabled(bool(cards) or is_editing)
        can_unpair = any(card.pairing for card in cards)
        actions.pair.setEnabled((len(cards) == 2 or can_unpair) and not is_editing)
        is_unpairing = can_unpair and (len(cards) != 2 or is_pair(cards))
        show_words(actions.pair, self.tr("Take pair apart") if is_unpairing else action_words(actions.pair))
        self._browser.select(frozenset(card.key for card in cards))

    def _show_selected(self) -> None:
        self._follow_selection()
        cards = self._gallery.selected_cards()
        if len(cards) == 1 and not self._live.is_running and self._area.is_on_canvas:
            self._browser.show_picture_of(cards[0])

    def _show_steps(self) -> None:
        steps = self._area.editor if self._area.is_editing else self._workspace
        self._show_step(self._actions.undo, steps.undoable)
        self._show_step(self._actions.redo, steps.redoable)

    def _show_step(self, action: QAction, deed: str | None) -> None:
        words = action_words(action)
        action.setEnabled(deed is not None)
        show_words(action, self.tr("{action}: {deed}").format(action=words, deed=deed_text(deed)) if deed else words)
