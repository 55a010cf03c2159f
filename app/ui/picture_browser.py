"""The open pictures, one of which is on the canvas with the outlines of its cards."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal

from app.session.album_card import AlbumCard
from app.session.picture import Picture
from app.ui.canvas import Canvas
from app.ui.display_image import DisplayImage, display_image
from app.ui.outlines import Outline, OutlineColour
from app.ui.tasks import Lane
from app.ui.wording import failure_text
from app.ui.workspace import Workspace

_LEAST_PRIORITY = -2
_PATIENCE_MS = 100  # most pictures are there sooner: with nothing between them, the canvas would flicker


class PictureBrowser(QObject):
    """Goes from picture to picture. What is on the canvas is made off the window's thread."""

    current_changed = Signal()
    stepped = Signal()
    """The user went to another picture, or closed one."""
    failed = Signal(str)

    def __init__(self, parent: QObject, workspace: Workspace, canvas: Canvas, lane: Lane) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._canvas = canvas
        self._lane = lane
        self._pictures: list[Picture] = []
        self._row = -1
        self._direction = 1
        self._selected: frozenset[str] = frozenset()
        self._is_showing = False
        self._display: DisplayImage | None = None
        self._waiting = QTimer(self)
        self._waiting.setSingleShot(True)
        self._waiting.setInterval(_PATIENCE_MS)
        self._waiting.timeout.connect(canvas.hide_picture)
        workspace.album_changed.connect(self._show_outlines)

    @property
    def current(self) -> Picture | None:
        """The picture on the canvas."""
        return self._pictures[self._row] if self._pictures else None

    @property
    def position(self) -> tuple[int, int]:
        """The current picture's number, from 1, and how many there are."""
        return self._row + 1, len(self._pictures)

    def add(self, picture: Picture) -> None:
        """Add a picture at the end; where there is none yet, it is the one to show."""
        self._pictures.append(picture)
        self._row = max(self._row, 0)
        self.current_changed.emit()

    def add_captured(self, picture: Picture) -> None:
        """Add a picture that the live source gave: the one to show when that has ended."""
        self._pictures.append(picture)
        self._row = len(self._pictures) - 1
        self.current_changed.emit()

    def go(self, row: int) -> None:
        """Show the picture in a row."""
        if 0 <= row < len(self._pictures):
            self._row = row
            self._is_showing = True
            self._load()
            self.current_changed.emit()

    def step(self, by: int) -> None:
        """Go so many pictures on."""
        self._direction = by
        self.go(self._row + by)
        self.stepped.emit()

    def show_again(self, card: AlbumCard | None = None) -> None:
        """Show the picture that a card is in, or else the current one, after something else was shown."""
        row = self._row_of(card) if card else None
        self.go(self._row if row is None else row)

    def show_picture_of(self, card: AlbumCard) -> None:
        """Show the picture that a card is in, if it is open."""
        row = self._row_of(card)
        if row is not None and (row != self._row or not self._is_showing):
            self.go(row)

    def close_current(self) -> None:
        """Close the current picture; its cards stay."""
        if not self._pictures:
            return
        del self._pictures[self._row]
        self._row = min(self._row, len(self._pictures) - 1)
        self._display = None
        if self._pictures:
            self._load()
        else:
            self.leave_canvas()
        self.current_changed.emit()
        self.stepped.emit()

    def leave_canvas(self) -> None:
        """Nothing of the pictures is shown any more: there are none, or something else needs the canvas."""
        self._is_showing = False
        self._waiting.stop()
        self._canvas.clear()

    def select(self, keys: frozenset[str]) -> None:
        """Draw the outlines of some cards as selected."""
        self._selected = keys
        self._show_outlines()

    def cards_here(self) -> list[AlbumCard]:
        """The album's cards in the current picture, in the order of their outlines."""
        current = self.current
        return [card for card in self._workspace.album.cards if current and card.picture_key == current.key]

    def _row_of(self, card: AlbumCard) -> int | None:
        return next((row for row, picture in enumerate(self._pictures) if picture.key == card.picture_key), None)

    def _load(self) -> None:
        """Have the current picture shown. The one before it, which has another name, is not seen for long."""
        picture = self.current
        if picture is None:
            return
        self._display = None
        self._canvas.show_outlines([])
        self._waiting.start()
        self._lane.run(
            lambda: display_image(self._workspace.shelf.load(picture.key)),
            lambda display: self._show(picture, display),
            lambda reason: self._fail(picture, reason),
            priority=2,
        )

    def _show(self, picture: Picture, display: DisplayImage) -> None:
        if picture is self.current and self._is_showing:
            self._waiting.stop()
            self._display = display
            self._canvas.show_picture(display, self._outlines())
            self._read_ahead()

    def _read_ahead(self) -> None:
        """Have the picture that the next step leads to decoded while nobody waits for it."""
        row = self._row + self._direction
        if 0 <= row < len(self._pictures):
            key = self._pictures[row].key
            self._lane.run(lambda: self._workspace.shelf.load(key), _leave, _leave, priority=_LEAST_PRIORITY)

    def _fail(self, picture: Picture, reason: str) -> None:
        if picture is self.current and self._is_showing:
            self._waiting.stop()
            self._canvas.hide_picture()
            self.failed.emit(failure_text(picture.name, reason))

    def _show_outlines(self) -> None:
        if self._is_showing and self._display:
            self._canvas.show_outlines(self._outlines())

    def _outlines(self) -> list[Outline]:
        return [
            Outline(card.quad, OutlineColour.SELECTED if card.key in self._selected else OutlineColour.PLAIN)
            for card in self.cards_here()
        ]


def _leave(_outcome: object) -> None:
    """What was read ahead is on the shelf; a picture that can't be read is told of when it is gone to."""
