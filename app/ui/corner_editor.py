"""The page for correcting a card's corners: the picture with handles, and the straightened card beside it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QImage, QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.documents.card import CardStyle
from app.documents.formats import FORMATS
from app.session.album_card import AlbumCard, Corners
from app.session.corner_edit import CornerEdit, Draft
from app.session.edge_snap import snap_to_edges
from app.session.exporting import finished_card
from app.session.picture import Picture, judged_anew, marked_by_hand
from app.session.shelf import Shelf
from app.ui.buttons import make_primary
from app.ui.canvas import Canvas
from app.ui.corner_tool import CornerTool
from app.ui.display_image import DisplayImage, as_qimage, display_image
from app.ui.icons import themed_icon
from app.ui.preview import Preview
from app.ui.tasks import Lane, Outcome
from app.ui.theme import Colours
from app.ui.translation import Retranslating
from app.ui.wording import card_summary, failure_text
from detector.geometry import rectangle_quad

_PREVIEW_STYLE = CardStyle(dpi=110.0)
_PANEL_PX = 288
_NEW_CARD_SHARE = 0.6
# Where each key leaves the handles, for the buttons after them or what is before.
_LAST_HANDLES: dict[int, int] = {Qt.Key.Key_Tab: 7, Qt.Key.Key_Backtab: 0}


class CornerEditor(Retranslating, QWidget):
    """Works on one card, with an undo of its own, for what is done here and nothing else.

    `accepted` brings the card with its new corners, `judged` a moment later what it is like; `left` says that the page
    can go.
    """

    accepted = Signal(object)
    judged = Signal(object)
    left = Signal()
    changed = Signal()
    """What can be undone may be something else now."""
    failed = Signal(str)

    def __init__(self, parent: QWidget, shelf: Shelf, lane: Lane) -> None:
        super().__init__(parent)
        self._shelf = shelf
        self._lane = lane
        self._card: AlbumCard | None = None
        self._edit: CornerEdit | None = None
        self._begun = 0
        self._asked = 0
        self._is_making_preview = False
        self.canvas = Canvas(self)
        self.canvas.installEventFilter(self)
        self.preview = Preview(self)
        self._facts = QLabel(self)
        self._format = QComboBox(self)
        self._buttons: dict[str, QPushButton] = {}
        self._lay_out()
        self.retranslate()

    def retranslate(self) -> None:
        """Show every text but the card's own."""
        self.preview.setAccessibleName(self.tr("The straightened card"))
        self._title.setText(self.tr("Correct corners"))
        self._hint.setText(
            self.tr("Drag the corners or edges. Tab chooses a handle, arrows move it by a pixel, with Shift by ten.")
        )
        self._format.setAccessibleName(self.tr("Format"))
        self._format.setItemText(0, self.tr("Format by its shape"))
        for row, card_format in enumerate(FORMATS, start=1):
            width, height = f"{card_format.width_mm:g}", f"{card_format.height_mm:g}"
            size = self.tr("{format} · {width} × {height} mm").format(
                format=card_format.name, width=width, height=height
            )
            self._format.setItemText(row, size)
        for icon, text in (
            ("snap", self.tr("Snap to edges")),
            ("rotate-right", self.tr("Turn")),
            ("reset", self.tr("Reset")),
            ("close", self.tr("Cancel")),
            ("done", self.tr("Done")),
        ):
            self._buttons[icon].setText(text)

    @property
    def corners(self) -> Corners:
        """The corners as they are now; none while no card is being edited."""
        return self._edit.corners if self._edit else ()

    @property
    def undoable(self) -> str | None:
        """Empty where there is something to undo, which needs no words: it is seen. None where there is not."""
        return "" if self._edit and self._edit.can_undo else None

    @property
    def redoable(self) -> str | None:
        """The same for redo."""
        return "" if self._edit and self._edit.can_redo else None

    def dress(self, colours: Colours) -> None:
        """Take the colours of a theme."""
        for icon, button in self._buttons.items():
            button.setIcon(themed_icon(icon, colours, on_accent=icon == "done"))

    def begin(self, card: AlbumCard) -> None:
        """Correct a card."""
        self._card = card
        draft = Draft(card.corners, card.found_corners, card.card_format)
        self._edit = CornerEdit(draft, card.picture_size_px)
        self._show_format()
        self.preview.show_image(QImage())
        self._facts.clear()
        self._prepare(card.name, lambda: display_image(self._shelf.load(card.picture_key)), self._show)

    def begin_new(self, picture: Picture) -> None:
        """Mark a card that was not found, beginning in the picture's middle."""
        width, height = picture.size_px
        side = _NEW_CARD_SHARE * min(width, height)
        quad = rectangle_quad(side, side / FORMATS[0].aspect)
        quad += np.array([width, height]) / 2 - quad.mean(axis=0)
        self._prepare(picture.name, lambda: marked_by_hand(picture, self._shelf.load(picture.key), quad), self.begin)

    def accept(self) -> None:
        """Hand the card over with its new corners at once, and judged anew as soon as that is done off this thread."""
        if self._card is None or self._edit is None:
            return
        draft = self._edit.draft
        card = replace(self._card, found_corners=draft.found, corners=draft.corners, card_format=draft.card_format)
        self._end()
        self.accepted.emit(card)
        self._lane.run(
            lambda: judged_anew(card, self._shelf.load(card.picture_key)),
            self.judged.emit,
            lambda reason: self.failed.emit(failure_text(card.name, reason)),
            priority=3,
        )

    def cancel(self) -> None:
        """Leave the card as it was."""
        self._end()

    def snap(self) -> None:
        """Pull the outline onto the edges near it."""
        if self._card is None or self._edit is None:
            return
        edit, card, quad = self._edit, self._card, self._edit.quad
        self._lane.run(
            lambda: snap_to_edges(self._shelf.load(card.picture_key), quad),
            lambda snapped: self._change(edit.replace(snapped)) if edit is self._edit else None,
            self.failed.emit,
            priority=3,
        )

    def reset(self) -> None:
        """Back to what was found."""
        if self._edit:
            self._change(self._edit.reset())

    def turn(self, quarters: int) -> None:
        """Turn the content clockwise by so many quarters."""
        if self._edit:
            self._edit.turn(quarters)
            self._change(is_changed=True)

    def undo(self) -> None:
        """Go back one step of this correction."""
        if self._edit:
            self._change(self._edit.undo())

    def redo(self) -> None:
        """Do the last undone step again."""
        if self._edit:
            self._change(self._edit.redo())

    def eventFilter(self, _watched: object, event: QEvent) -> bool:  # noqa: N802
        """Tab goes from handle to handle before it goes on to the buttons; Enter and Esc end the correction."""
        if not isinstance(event, QKeyEvent) or event.type() != QEvent.Type.KeyPress:
            return False
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.accept()
            return True
        if self._edit and event.key() in _LAST_HANDLES and self._edit.selected != _LAST_HANDLES[event.key()]:
            self.canvas.keyPressEvent(event)
            return True
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Esc goes back."""
        if event.key() == Qt.Key.Key_Escape:
            self.cancel()
        else:
            super().keyPressEvent(event)

    def _prepare(self, name: str, work: Callable[[], Outcome], on_done: Callable[[Outcome], None]) -> None:
        """Do what a card needs before it can be edited; it comes to nothing where that card was left meanwhile."""
        self._begun += 1
        begun = self._begun
        self._lane.run(
            work,
            lambda outcome: on_done(outcome) if begun == self._begun else None,
            lambda reason: self._give_up(name, reason) if begun == self._begun else None,
            priority=2,
        )

    def _show(self, display: DisplayImage) -> None:
        if self._edit is None:
            return
        self.canvas.set_tool(CornerTool(self._edit, display, lambda: self._change(is_changed=True)))
        self.canvas.clear()
        self.canvas.show_picture(display)
        self.canvas.setFocus()
        self._change(is_changed=True)

    def _change(self, is_changed: bool) -> None:
        """Show what has changed; the preview follows as fast as it can be made."""
        if is_changed:
            self._show_format()
            self.canvas.update()
            self._asked += 1
            self._make_preview()
            self.changed.emit()

    def _make_preview(self) -> None:
        """One preview at a time: while one is made, later changes wait and only the last of them is made."""
        if self._card is None or self._edit is None or self._is_making_preview:
            return
        self._is_making_preview = True
        draft = self._edit.draft
        card = replace(self._card, corners=draft.corners, card_format=draft.card_format)
        asked = self._asked
        self._lane.run(
            lambda: as_qimage(finished_card(card, self._shelf, _PREVIEW_STYLE).image),
            lambda image: self._take_preview(asked, card, image),
            lambda _reason: self._take_preview(asked, card, QImage()),
            priority=3,
        )

    def _take_preview(self, asked: int, card: AlbumCard, image: QImage) -> None:
        self._is_making_preview = False
        if not image.isNull() and self._card and self._card.key == card.key:
            self.preview.show_image(image)
            self._facts.setText(card_summary(card))
        if asked != self._asked:
            self._make_preview()

    def _give_up(self, name: str, reason: str) -> None:
        self.failed.emit(failure_text(name, reason))
        self._end()

    def _end(self) -> None:
        self._begun += 1
        self._card = None
        self._edit = None
        self.canvas.clear()
        self.left.emit()

    def _choose_format(self) -> None:
        name = self._format.currentData()
        if self._edit:
            self._change(self._edit.choose_format(next((one for one in FORMATS if one.name == name), None)))

    def _show_format(self) -> None:
        if self._edit:
            chosen = self._edit.draft.card_format
            self._format.setCurrentIndex(max(0, self._format.findData(chosen.name if chosen else "")))

    def _lay_out(self) -> None:
        self.preview.setMinimumHeight(96)
        self.preview.setMaximumHeight(_PANEL_PX - 80)
        self._facts.setObjectName("muted")
        self._facts.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        for name in ("", *(card_format.name for card_format in FORMATS)):
            self._format.addItem("", name)
        self._format.currentIndexChanged.connect(self._choose_format)
        self._title, self._hint = QLabel(self), QLabel(self)
        self._title.setObjectName("title")
        self._hint.setObjectName("muted")
        self._hint.setWordWrap(True)
        panel = QFrame(self)
        panel.setObjectName("panel")
        panel.setFixedWidth(_PANEL_PX)
        column = QVBoxLayout(panel)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(8)
        for widget in (self._title, self._hint):
            column.addWidget(widget)
        column.addWidget(self.preview, 4)
        column.addWidget(self._facts)
        column.addWidget(self._format)
        column.addWidget(self._button("snap", self.snap))
        pair = QHBoxLayout()
        pair.setSpacing(8)
        pair.addWidget(self._button("rotate-right", lambda: self.turn(1)))
        pair.addWidget(self._button("reset", self.reset))
        column.addLayout(pair)
        column.addStretch(1)
        done = self._button("done", self.accept)
        make_primary(done)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._button("close", self.cancel))
        row.addWidget(done, 1)
        column.addLayout(row)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.canvas, 1)
        layout.addWidget(panel)

    def _button(self, icon: str, deed: object) -> QPushButton:
        button = QPushButton(self)
        button.clicked.connect(deed)
        self._buttons[icon] = button
        return button
