from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image as PillowImage
from PySide6.QtCore import QMimeData, Qt, QTimer, QUrl
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QPushButton

from app.capture import folders
from app.documents.card import Card
from app.documents.encoded_card import encode_for_pdf
from app.documents.formats import ID_1
from app.documents.pdf import card_pages
from app.ui.display_image import as_qimage
from app.ui.main_window import MainWindow
from detector import Detection
from detector.geometry import Image
from tests.app.ui.conftest import PaleCardDetector, draw_scene, write_scene
from tests.app.ui.dropping import drop, urls
from tests.app.ui.test_live import HandCamera

WAIT_MS = 20_000


def wait_for_pictures(qtbot, window: MainWindow, number: int) -> None:
    qtbot.waitUntil(lambda: window.browser.position[1] == number, timeout=WAIT_MS)


def write_pages(path: Path, scenes: list[Image]) -> Path:
    first, *others = [PillowImage.fromarray(scene[..., ::-1]) for scene in scenes]
    first.save(path, save_all=True, append_images=others, resolution=300)
    return path


def answer_file_dialog(path: Path) -> None:
    """Type a path into the dialog that is about to open, and press Enter."""

    def answer() -> None:
        dialog = QApplication.activeModalWidget()
        if not isinstance(dialog, QFileDialog):
            QTimer.singleShot(10, answer)
            return
        line = dialog.findChild(QLineEdit)
        assert line is not None
        line.setText(str(path))
        dialog.accept()

    QTimer.singleShot(0, answer)


@pytest.fixture
def own_dialogs(qapp) -> None:
    """Qt's own dialogs instead of the system's, which tests can't answer."""
    qapp.setAttribute(Qt.ApplicationAttribute.AA_DontUseNativeDialogs)


def test_every_page_of_a_tiff_becomes_a_picture(qtbot, window, tmp_path, card) -> None:
    scenes = [draw_scene(card, (300, 200)), draw_scene(card, (100, 100))]
    document = write_pages(tmp_path / "pages.tiff", scenes)
    drop(window, urls(document))

    wait_for_pictures(qtbot, window, 2)
    qtbot.waitUntil(lambda: len(window.workspace.album) == 2, timeout=WAIT_MS)


class PatientDetector(PaleCardDetector):
    """Searches one page, and the others once it may."""

    def __init__(self) -> None:
        self.is_first = True
        self.may_go_on = threading.Event()

    def detect(self, image: Image) -> list[Detection]:
        if not self.is_first:
            self.may_go_on.wait(WAIT_MS / 1000)
        self.is_first = False
        return super().detect(image)


@pytest.fixture
def patient() -> Iterator[PatientDetector]:
    detector = PatientDetector()
    yield detector
    detector.may_go_on.set()


@pytest.mark.parametrize("earlier", [0, 1])
def test_a_search_for_pictures_is_shown_and_can_be_cancelled(
    qtbot, window, tmp_path, one_card, monkeypatch, earlier
) -> None:
    if earlier:
        with qtbot.waitSignal(window.opener.finished, timeout=WAIT_MS):
            window.open_paths([one_card])
    folder = tmp_path / "many"
    for number in range(40):
        (folder / str(number)).mkdir(parents=True)
    listed: list[str] = []
    first, may_go_on = threading.Event(), threading.Event()

    def slow_walk(top: Path, **options: object) -> Iterator[tuple[str, list[str], list[str]]]:
        for found in walk(top, **options):
            listed.append(found[0])
            first.set()
            may_go_on.wait(WAIT_MS / 1000)
            yield found

    walk = os.walk
    monkeypatch.setattr(folders.os, "walk", slow_walk)
    window.open_paths([folder])
    assert first.wait(WAIT_MS / 1000)
    qtbot.waitUntil(window.status.job.isVisible, timeout=WAIT_MS)
    window.actions_.cancel_job.trigger()
    may_go_on.set()
    with qtbot.waitSignal(window.opener.finished, timeout=WAIT_MS):
        window.open_paths([one_card])
    assert [path for path in listed if path.startswith(str(folder))] == [str(folder)]


@pytest.mark.parametrize("suffix", [".tiff", ".pdf"])
def test_a_page_is_there_while_the_next_one_is_still_searched(
    qtbot, make_window, patient, tmp_path, card, suffix
) -> None:
    window = make_window(detector=patient)
    progress: list[tuple[int, int]] = []
    window.opener.progressed.connect(lambda done, total: progress.append((done, total)))
    window.open_paths([write_pages(tmp_path / f"pages{suffix}", [draw_scene(card, (300, 200))] * 3)])

    qtbot.waitUntil(lambda: window.canvas.outlines != (), timeout=WAIT_MS)
    assert (window.browser.position, len(window.workspace.album)) == ((1, 1), 1)
    assert window.status.job.isVisible()
    with qtbot.waitSignal(window.opener.finished, timeout=WAIT_MS):
        patient.may_go_on.set()
    assert window.browser.position == (1, 3)
    assert progress == [(0, 1), (0, 1), (1, 3), (2, 3), (3, 3)]
    assert not window.status.job.isVisible()


def test_pages_of_another_document_show_the_first_of_them_and_leave_the_user_there(
    qtbot, window, one_card, tmp_path, card
) -> None:
    with qtbot.waitSignal(window.opener.finished, timeout=WAIT_MS):
        window.open_paths([one_card])
    with qtbot.waitSignal(window.opener.finished, timeout=WAIT_MS):
        window.open_paths([write_pages(tmp_path / "pages.tiff", [draw_scene(card, (300, 200))] * 3)])

    assert window.browser.position == (2, 4)


def test_cancelling_half_way_keeps_the_pages_that_are_there(qtbot, make_window, patient, tmp_path, card) -> None:
    window = make_window(detector=patient)
    window.open_paths([write_pages(tmp_path / "pages.tiff", [draw_scene(card, (300, 200))] * 3)])
    wait_for_pictures(qtbot, window, 1)
    window.actions_.cancel_job.trigger()
    patient.may_go_on.set()
    another = write_scene(tmp_path / "another.png", draw_scene(card, (300, 200)))
    with qtbot.waitSignal(window.opener.finished, timeout=WAIT_MS):
        window.open_paths([another])

    assert [card.name for card in window.workspace.album.cards] == ["pages", "another"]


def test_a_page_that_cannot_be_searched_leaves_the_earlier_ones_and_ends_the_job(qtbot, window, tmp_path, card) -> None:
    scenes = [draw_scene(card, (300, 200)), draw_scene(card, size_px=(13, 40)), draw_scene(card, (300, 200))]
    with qtbot.waitSignal(window.opener.finished, timeout=WAIT_MS):
        window.open_paths([write_pages(tmp_path / "pages.tiff", scenes)])

    assert window.browser.position == (1, 1)
    assert window.notice.text == "pages.tiff: This picture can't be searched."
    assert not window.status.job.isVisible()


def test_a_phones_heic_picture_is_opened(qtbot, window, tmp_path, card) -> None:
    photo = tmp_path / "IMG_0001.HEIC"
    pillow_heif.from_pillow(PillowImage.fromarray(draw_scene(card, (300, 200))[..., ::-1])).save(photo)
    drop(window, urls(photo))

    wait_for_pictures(qtbot, window, 1)
    qtbot.waitUntil(lambda: len(window.workspace.album) == 1, timeout=WAIT_MS)


def test_every_page_of_a_pdf_becomes_a_picture(qtbot, window, tmp_path, card) -> None:
    pdf = tmp_path / "cards.pdf"
    pdf.write_bytes(card_pages([encode_for_pdf(Card(card, ID_1.size_mm(), 300.0, ID_1))] * 2))
    drop(window, urls(pdf))

    wait_for_pictures(qtbot, window, 2)


def test_a_picture_from_a_browser_is_taken_as_it_is_and_nothing_is_fetched(qtbot, window, card) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/card.png")])
    assert not drop(window, mime)

    mime.setImageData(as_qimage(draw_scene(card, (300, 200))))
    assert drop(window, mime)
    qtbot.waitUntil(lambda: len(window.workspace.album) == 1, timeout=WAIT_MS)
    assert window.browser.current.name == "Dropped picture"


@pytest.mark.usefixtures("own_dialogs")
def test_pictures_are_chosen_in_a_dialog(qtbot, window, one_card) -> None:
    answer_file_dialog(one_card)
    qtbot.keyClick(window, Qt.Key.Key_O, Qt.KeyboardModifier.ControlModifier)

    wait_for_pictures(qtbot, window, 1)


@pytest.mark.usefixtures("own_dialogs")
def test_a_folder_is_chosen_in_a_dialog(qtbot, window, one_card, two_cards) -> None:
    answer_file_dialog(one_card.parent)
    keys = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    qtbot.keyClick(window, Qt.Key.Key_O, keys)

    wait_for_pictures(qtbot, window, 2)


def test_the_invitation_opens_a_sample(qtbot, window) -> None:
    button = next(one for one in window.empty.findChildren(QPushButton) if one.text() == "Try a sample")
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)

    wait_for_pictures(qtbot, window, 1)


def test_nothing_is_decoded_or_searched_on_the_windows_thread(qtbot, make_window, one_card, monkeypatch) -> None:
    threads: set[threading.Thread] = set()

    class NotingDetector(PaleCardDetector):
        def detect(self, image: Image) -> list[Detection]:
            threads.add(threading.current_thread())
            return super().detect(image)

    window = make_window(detector=NotingDetector())
    load = window.services.shelf.load
    monkeypatch.setattr(window.services.shelf, "load", lambda key: threads.add(threading.current_thread()) or load(key))
    window.open_paths([one_card])
    qtbot.waitUntil(lambda: window.canvas.outlines != (), timeout=WAIT_MS)

    assert threads
    assert threading.main_thread() not in threads


def test_closing_the_window_while_five_hundred_files_are_opened_does_not_hang(qtbot, window, tmp_path, card) -> None:
    small = draw_scene(card, size_px=(160, 100))
    drop(window, urls(*(write_scene(tmp_path / f"{number:03}.png", small) for number in range(500))))
    qtbot.waitUntil(lambda: window.browser.position[1] >= 2, timeout=WAIT_MS)

    with qtbot.waitSignal(window.closed, timeout=WAIT_MS):
        window.close()
    window.services.close()
    assert window.browser.position[1] < 500


def test_a_path_that_cannot_be_looked_at_keeps_nothing_else_from_being_opened(
    qtbot, window, one_card, tmp_path, monkeypatch
) -> None:
    """A name may be too long for the system, a folder closed; this account may be one that no folder is closed to."""
    closed = tmp_path / "closed"
    closed.mkdir()

    def walk_open(top: Path, *, onerror: Callable[[OSError], None]) -> Iterator[tuple[str, list[str], list[str]]]:
        onerror(PermissionError(13, "Permission denied", str(top)))
        return iter(())

    monkeypatch.setattr(folders.os, "walk", walk_open)
    with qtbot.waitSignal(window.opener.finished, timeout=WAIT_MS):
        window.open_paths([closed, tmp_path / f"{'x' * 300}.png", one_card])

    assert len(window.workspace.album) == 1
    assert window.notice.text.startswith(
        "2 pictures could not be opened. The first: closed: the folder cannot be read."
    )


def test_a_files_name_is_never_taken_for_html(qtbot, window, tmp_path) -> None:
    path = tmp_path / "<b>bold<b>.png"
    path.write_bytes(b"nonsense")
    window.open_paths([path])

    qtbot.waitUntil(lambda: "<b>bold<b>.png" in window.notice.text, timeout=WAIT_MS)
    assert window.notice._text.textFormat() is Qt.TextFormat.PlainText


@pytest.mark.parametrize("earlier", [0, 1])
def test_a_camera_that_is_started_after_pictures_were_asked_for_is_not_stopped_by_them(
    qtbot, make_window, patient, one_card, two_cards, earlier
) -> None:
    window = make_window(detector=patient)
    patient.is_first = False
    if earlier:
        patient.may_go_on.set()
        window.open_paths([one_card])
        wait_for_pictures(qtbot, window, 1)
        patient.may_go_on.clear()
    window.open_paths([two_cards])
    window.start_live(HandCamera())
    patient.may_go_on.set()
    wait_for_pictures(qtbot, window, earlier + 1)
    assert window.live.is_running

    window.actions_.stop_camera.trigger()
    qtbot.waitUntil(lambda: len(window.canvas.outlines) == 2 - earlier, timeout=WAIT_MS)
    assert window.browser.position == (1, earlier + 1)


def test_a_picture_that_is_asked_for_while_a_camera_runs_is_shown_in_its_place(qtbot, window, one_card) -> None:
    window.start_live(HandCamera())
    window.open_paths([one_card])

    qtbot.waitUntil(lambda: window.canvas.outlines != (), timeout=WAIT_MS)
    assert not window.live.is_running


def test_behind_a_question_one_notice_waits_for_all_that_is_opened_at_once(qtbot, window, no_card) -> None:
    window.notice.show_notice("Lost?", ("Recover", lambda: None), must_be_answered=True)
    for copies in (3, 2):
        with qtbot.waitSignal(window.opener.finished, timeout=WAIT_MS):
            window.open_paths([no_card] * copies)
        window.notice.show_notice("Something happened.")
    said = []
    while window.notice.isVisible():
        said.append(window.notice.text)
        window.notice.close_notice()

    assert said == [
        "Lost?",
        "No card was found in 3 pictures: empty, empty, empty.",
        "Something happened.",
        "No card was found in 2 pictures: empty, empty.",
        "Something happened.",
    ]


def test_all_that_is_opened_at_once_is_spoken_of_in_one_notice(qtbot, window, one_card, no_card, tmp_path) -> None:
    (tmp_path / "broken.png").write_bytes(b"broken")
    copies = [tmp_path / f"copy{number}.png" for number in range(4)]
    for copy in copies:
        copy.write_bytes(no_card.read_bytes())

    with qtbot.waitSignal(window.opener.finished, timeout=WAIT_MS):
        window.open_paths([tmp_path / "gone.png", one_card, *copies, tmp_path / "broken.png"])

    assert window.notice.text.startswith("2 pictures could not be opened. The first: gone.png: there is no such file.")
    assert window.notice.text.endswith("No card was found in 4 pictures: copy0, copy1, copy2, ….")
