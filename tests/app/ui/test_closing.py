from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtWidgets import QPushButton

from app.ui.display_image import as_qimage
from app.ui.export_dialog import ExportDialog
from app.ui.main_window import MainWindow
from app.ui.question import Question
from app.ui.wording import Deed
from tests.app.ui.conftest import draw_scene
from tests.app.ui.test_batch_window import batch, order, pictures
from tests.app.ui.test_corner_editor import drag, editing

__all__ = ["batch", "editing", "pictures"]

WAIT_MS = 60_000


@pytest.fixture
def captured(qtbot, make_window, card, tmp_path) -> MainWindow:
    """A window with two cards in a picture that exists nowhere else."""
    window = make_window(export_folder=str(tmp_path / "out"), export_dpi=150)
    window.opener.open_image("pasted", as_qimage(draw_scene(card, (60, 200), (700, 200))))
    qtbot.waitUntil(lambda: len(window.workspace.album) == 2, timeout=WAIT_MS)
    return window


def question_of(window: MainWindow) -> Question | None:
    return next((box for box in window.findChildren(Question) if box.isVisible()), None)


def close(window: MainWindow) -> Question:
    """The question that comes up."""
    window.actions_.quit.trigger()
    assert window.isVisible()
    question = question_of(window)
    assert question is not None
    return question


def answer(qtbot, question: Question, words: str) -> None:
    button = next(button for button in question.findChildren(QPushButton) if button.text() == words)
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def export_all(qtbot, window: MainWindow) -> None:
    window.actions_.export.trigger()
    with qtbot.waitSignal(window.exporter.finished, timeout=WAIT_MS):
        window.findChild(ExportDialog).accept()


def test_captured_cards_are_not_lost_without_a_question(qtbot, captured) -> None:
    question = close(captured)

    assert question.text.text().startswith("2 captured")
    assert {button.text() for button in question.findChildren(QPushButton)} == {"Export…", "Close and delete", "Cancel"}


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_enter_and_escape_keep_everything_and_it_asks_again(qtbot, captured, key) -> None:
    qtbot.keyClick(close(captured), key)

    assert question_of(captured) is None
    assert len(captured.workspace.album) == 2
    captured.close()
    assert question_of(captured) is not None


def test_to_close_twice_asks_once(qtbot, captured) -> None:
    question = close(captured)
    captured.close()

    assert [box for box in captured.findChildren(Question) if box.isVisible()] == [question]


def test_close_and_delete_closes(qtbot, captured) -> None:
    with qtbot.waitSignal(captured.closed, timeout=WAIT_MS):
        answer(qtbot, close(captured), "Close and delete")


def test_export_begins_with_the_captured_cards_and_then_nothing_is_asked(qtbot, captured, two_cards) -> None:
    captured.open_paths([two_cards])
    qtbot.waitUntil(lambda: len(captured.workspace.album) == 4, timeout=WAIT_MS)
    captured.workspace.do(captured.workspace.album.without([captured.workspace.album.cards[0].key]), Deed.DELETE)
    answer(qtbot, close(captured), "Export…")
    dialog = captured.findChild(ExportDialog)
    assert dialog._export.text() == "Export 1 card"
    with qtbot.waitSignal(captured.exporter.finished, timeout=WAIT_MS):
        dialog.accept()

    with qtbot.waitSignal(captured.closed, timeout=WAIT_MS):
        captured.close()


def test_a_card_that_was_changed_after_its_export_counts_until_that_is_undone(qtbot, captured) -> None:
    export_all(qtbot, captured)
    first = captured.workspace.album.cards[0]
    captured.workspace.do(captured.workspace.album.turned([first.key], 1), Deed.TURN)
    captured.close()
    question = question_of(captured)
    assert question is not None
    assert question.text.text().startswith("1 captured")

    qtbot.keyClick(question, Qt.Key.Key_Escape)
    captured.workspace.undo()
    with qtbot.waitSignal(captured.closed, timeout=WAIT_MS):
        captured.close()


def test_cards_from_files_need_no_question(qtbot, window, two_cards) -> None:
    window.open_paths([two_cards])
    qtbot.waitUntil(lambda: len(window.workspace.album) == 2, timeout=WAIT_MS)

    with qtbot.waitSignal(window.closed, timeout=WAIT_MS):
        window.close()


def test_work_on_cards_from_files_is_not_lost_without_a_question(qtbot, make_window, two_cards, tmp_path) -> None:
    """Renamed, one of them; it asks until that is exported or undone."""
    window = make_window(export_folder=str(tmp_path / "out"), export_dpi=150)
    window.open_paths([two_cards])
    qtbot.waitUntil(lambda: len(window.workspace.album) == 2, timeout=WAIT_MS)
    first = window.workspace.album.cards[0]
    window.workspace.do(window.workspace.album.renamed(first.key, "Front desk"), Deed.RENAME)
    question = close(window)
    assert question.text.text() == "1 card with your changes has not been exported."
    assert {button.text() for button in question.findChildren(QPushButton)} == {
        "Export…",
        "Close without them",
        "Cancel",
    }

    answer(qtbot, question, "Export…")
    with qtbot.waitSignal(window.exporter.finished, timeout=WAIT_MS):
        window.findChild(ExportDialog).accept()
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["Front desk.png"]
    with qtbot.waitSignal(window.closed, timeout=WAIT_MS):
        window.close()


def test_a_running_export_is_not_stopped_without_a_question(qtbot, make_window, two_cards, tmp_path) -> None:
    """Its end is told by this thread's events, of which there are none between its beginning and the question."""
    window = make_window(export_folder=str(tmp_path / "out"))
    window.open_paths([two_cards])
    qtbot.waitUntil(lambda: len(window.workspace.album) == 2, timeout=WAIT_MS)
    window.actions_.export.trigger()
    window.findChild(ExportDialog).accept()
    window.close()
    question = question_of(window)
    assert question is not None
    assert question.text.text() == "An export is still running."

    with qtbot.waitSignal(window.closed, timeout=WAIT_MS):
        answer(qtbot, question, "Stop and close")


def test_a_correction_that_is_not_finished_is_not_closed_away_without_a_question(qtbot, editing) -> None:
    drag(qtbot, editing, 0, QPointF(-24, -18))
    moved = editing.editor.corners
    question = close(editing)
    assert question.text.text() == "A correction has not been finished."
    qtbot.keyClick(question, Qt.Key.Key_Escape)
    assert editing.editor.corners == moved

    with qtbot.waitSignal(editing.closed, timeout=WAIT_MS):
        answer(qtbot, close(editing), "Stop and close")


def test_a_correction_in_which_nothing_was_changed_needs_no_question(qtbot, editing) -> None:
    with qtbot.waitSignal(editing.closed, timeout=WAIT_MS):
        editing.close()


def test_a_running_batch_is_not_stopped_without_a_question(qtbot, window, batch, pictures, tmp_path) -> None:
    batch.start(order(pictures, tmp_path / "batch"))
    qtbot.mouseClick(batch._pause, Qt.MouseButton.LeftButton)
    window.close()
    question = question_of(window)
    assert question is not None
    assert question.text.text() == "A batch is still running."
    qtbot.keyClick(question, Qt.Key.Key_Escape)
    assert batch.is_running

    window.close()
    with qtbot.waitSignal(window.closed, timeout=WAIT_MS):
        answer(qtbot, question_of(window), "Stop and close")
    qtbot.waitUntil(lambda: not batch.is_running, timeout=WAIT_MS)


@pytest.mark.parametrize(
    ("told", "status"),
    [
        pytest.param("QCoreApplication.quit()", 0, id="by the system, in Qt's event for it"),
        *(
            pytest.param(f"os.kill(os.getpid(), signal.{name})", 128 + getattr(signal, name), id=name)
            for name in ("SIGTERM", "SIGHUP", "SIGINT")
            if sys.platform != "win32"
        ),
    ],
)
def test_whoever_is_told_to_end_waits_for_no_answer_and_leaves_nothing(tmp_path: Path, told: str, status: int) -> None:
    """Whether the question is there already or not; and a card that was dragged was a file."""
    code = f"""
import os
import signal
import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QTimer
from PySide6.QtGui import QImage

import app.ui.application as application
from app.places import Places
from app.session.album_card import AlbumCard
from app.ui.main_window import MainWindow
from app.ui.question import Question
from app.ui.wording import Deed

class Window(MainWindow):
    def showEvent(self, event):
        super().showEvent(event)
        QTimer.singleShot(0, self.capture)

    def capture(self):
        key = self.services.shelf.keep(__import__("numpy").zeros((9, 9, 3), "uint8"))
        corners = ((0.0, 0.0), (8.0, 0.0), (8.0, 5.0), (0.0, 5.0))
        card = AlbumCard(key, (9, 9), corners, corners, "captured", 300.0)
        self.workspace.do(self.workspace.album.added([card]), Deed.CAPTURE)
        self.close()
        print(self.isVisible(), flush=True)
        self.services.session_folder.make()
        (self.services.session_folder.path / "dragged.png").touch()
        {told}

if sys.platform != "win32":
    signal.signal(signal.SIGHUP, signal.SIG_DFL)  # what runs the tests may ignore it, as `nohup` does
application.MainWindow = Window
places = Places(Path(sys.argv[1]) / "config", Path(sys.argv[1]) / "state")
print(application.run_window([], places, lambda **_: None))
"""
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, timeout=20, check=False
    )

    assert done.stdout.split() == ["True", str(status)], done.stderr
    assert not (tmp_path / "state" / "crashes.log").exists()
    assert list((tmp_path / "state" / "sessions").iterdir()) == []
