from __future__ import annotations

import sys
import threading
from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QPointF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QImage

from app.ui.display_image import as_qimage, display_frame, display_image
from app.ui.incoming import to_bgr
from app.ui.main_window import MainWindow
from detector.geometry import Image
from tests.app.ui.conftest import HandLane, draw_scene, shows_nothing, write_scene
from tests.app.ui.dropping import drop, urls

WAIT_MS = 20_000


def wait_for_cards(qtbot, window: MainWindow, number: int) -> None:
    qtbot.waitUntil(lambda: len(window.workspace.album) == number, timeout=WAIT_MS)


def test_the_window_begins_by_inviting(window) -> None:
    assert window.pages.currentWidget() is window.empty
    assert not window.actions_.export.isEnabled()
    assert not window.actions_.undo.isEnabled()


def test_dropped_files_are_opened_and_their_cards_collected(qtbot, window, one_card, two_cards) -> None:
    assert drop(window, urls(one_card, two_cards))

    wait_for_cards(qtbot, window, 3)
    assert window.pages.currentWidget() is window.canvas
    qtbot.waitUntil(lambda: len(window.canvas.outlines) == 1, timeout=WAIT_MS)
    assert [card.name for card in window.workspace.album.cards] == ["身份证", "two 1", "two 2"]


def test_a_dropped_folder_is_opened(qtbot, window, one_card, two_cards) -> None:
    drop(window, urls(one_card.parent))

    wait_for_cards(qtbot, window, 3)


def test_text_is_not_taken(window) -> None:
    mime = QMimeData()
    mime.setText("hello")

    assert not drop(window, mime)


def test_a_picture_is_pasted(qtbot, window, card) -> None:
    QGuiApplication.clipboard().setImage(as_qimage(draw_scene(card, (300, 200))))
    qtbot.keyClick(window, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)

    wait_for_cards(qtbot, window, 1)


def test_pasting_nothing_says_so(qtbot, window) -> None:
    QGuiApplication.clipboard().clear()
    window.actions_.paste.trigger()

    assert "no picture on the clipboard" in window.notice.text


def test_a_corrupt_file_is_said_and_the_others_are_opened(qtbot, window, one_card, tmp_path) -> None:
    (tmp_path / "broken.jpg").write_bytes(b"\xff\xd8\xff nonsense")
    window.open_paths([tmp_path / "broken.jpg", tmp_path / "missing.png", one_card])

    wait_for_cards(qtbot, window, 1)
    assert window.notice.text.startswith("2 pictures could not be opened. The first: broken.jpg: ")


def test_the_picture_of_the_next_step_is_read_ahead(qtbot, window, card, tmp_path, monkeypatch) -> None:
    window.open_paths([write_scene(tmp_path / f"{name}.png", draw_scene(card, (300, 200))) for name in "abc"])
    wait_for_cards(qtbot, window, 3)
    a, b, c = (one.picture_key for one in window.workspace.album.cards)
    lane, shelf, read = HandLane(), window.workspace.shelf, []
    load = shelf.load
    monkeypatch.setattr(window.browser, "_lane", lane)

    def noted(key: str) -> Image:
        if threading.current_thread() is threading.main_thread():  # not for a thumbnail
            read.append(key)
        return load(key)

    monkeypatch.setattr(shelf, "load", noted)
    for go, expected in (
        (lambda: window.browser.go(0), [a, b]),
        (lambda: window.browser.step(1), [b, c]),
        (lambda: window.browser.step(1), [c]),
        (lambda: window.browser.step(-1), [b, a]),
    ):
        go()
        while lane.ends:
            lane.ends.pop(0)()
        assert read == expected
        read.clear()


def test_going_from_picture_to_picture(qtbot, window, one_card, two_cards) -> None:
    window.open_paths([one_card, two_cards])
    wait_for_cards(qtbot, window, 3)
    window.browser.go(0)

    qtbot.keyClick(window, Qt.Key.Key_PageDown)
    qtbot.waitUntil(lambda: len(window.canvas.outlines) == 2, timeout=WAIT_MS)
    assert window.browser.position == (2, 2)
    assert not window.actions_.next.isEnabled()
    qtbot.keyClick(window, Qt.Key.Key_PageUp)
    qtbot.waitUntil(lambda: len(window.canvas.outlines) == 1, timeout=WAIT_MS)


def test_of_several_pictures_that_are_opened_later_the_first_is_shown(qtbot, window, one_card, two_cards) -> None:
    window.open_paths([two_cards] * 3)
    wait_for_cards(qtbot, window, 6)
    view = window.gallery.view
    assert view.verticalScrollBar().value() == 0
    window.open_paths([one_card, two_cards])
    wait_for_cards(qtbot, window, 9)

    assert window.browser.position == (4, 5)
    assert [card.name for card in window.gallery.selected_cards()] == ["身份证"]
    assert view.viewport().rect().contains(view.visualRect(window.model.index(6)))


@pytest.fixture
def slow_second(qtbot, window, one_card, two_cards, monkeypatch) -> Iterator[threading.Event]:
    """The window shows its first picture, and can show the second one once the event is set."""
    window.open_paths([one_card, two_cards])
    wait_for_cards(qtbot, window, 3)
    window.browser.go(0)
    qtbot.waitUntil(lambda: len(window.canvas.outlines) == 1, timeout=WAIT_MS)
    arrival, load = threading.Event(), window.services.shelf.load
    slow = window.workspace.album.cards[1].picture_key
    monkeypatch.setattr(
        window.services.shelf, "load", lambda key: (key != slow or arrival.wait(WAIT_MS / 1000)) and load(key)
    )
    yield arrival
    arrival.set()


def test_a_picture_is_never_seen_under_the_name_of_a_slower_one(qtbot, window, slow_second) -> None:
    window.browser.go(1)
    assert window.browser.current.name == "two"
    qtbot.waitUntil(lambda: shows_nothing(window), timeout=WAIT_MS)

    slow_second.set()
    qtbot.waitUntil(lambda: len(window.canvas.outlines) == 2, timeout=WAIT_MS)
    assert not shows_nothing(window)


def test_pictures_of_one_size_stay_zoomed_even_where_one_is_slow(qtbot, window, slow_second) -> None:
    window.actions_.zoom_in.trigger()
    scale = window.canvas.viewport.scale
    window.browser.go(1)
    qtbot.waitUntil(lambda: shows_nothing(window), timeout=WAIT_MS)
    slow_second.set()
    qtbot.waitUntil(lambda: len(window.canvas.outlines) == 2, timeout=WAIT_MS)

    assert not window.canvas.viewport.is_fitted
    assert window.canvas.viewport.scale == scale


def test_a_picture_that_has_gone_is_named_and_no_other_is_seen_under_its_name(
    qtbot, window, one_card, two_cards, monkeypatch
) -> None:
    monkeypatch.setattr("app.session.shelf._CACHE_BYTES", 0)
    window.open_paths([one_card, two_cards])
    wait_for_cards(qtbot, window, 3)
    rows = [window.model.index(row) for row in range(3)]
    qtbot.waitUntil(lambda: all(row.data(Qt.ItemDataRole.DecorationRole) for row in rows), timeout=WAIT_MS)
    window.browser.go(1)
    qtbot.waitUntil(lambda: len(window.canvas.outlines) == 2, timeout=WAIT_MS)
    one_card.unlink()
    with qtbot.waitSignal(window.browser.failed, timeout=WAIT_MS) as failed:
        qtbot.keyClick(window, Qt.Key.Key_PageUp)

    assert failed.args == ["身份证: there is no such file. Check the name and the folder."]
    assert shows_nothing(window)


def test_closing_the_last_picture_invites_again_and_keeps_the_cards(qtbot, window, one_card) -> None:
    window.open_paths([one_card])
    wait_for_cards(qtbot, window, 1)
    window.actions_.close_picture.trigger()

    assert window.pages.currentWidget() is window.empty
    assert len(window.workspace.album) == 1


def test_five_hundred_files_do_not_stop_the_window(qtbot, window, tmp_path, card) -> None:
    small = draw_scene(card, size_px=(160, 100))
    paths = [write_scene(tmp_path / f"{number:03}.png", small) for number in range(500)]
    drop(window, urls(*paths))

    qtbot.waitUntil(lambda: window.browser.position[1] >= 5, timeout=WAIT_MS)
    assert window.status.job.isVisible()
    window.actions_.cancel_job.trigger()
    assert not window.status.job.isVisible()
    opened = window.browser.position[1]
    qtbot.waitUntil(lambda: window.browser.position[1] == opened, timeout=WAIT_MS)
    assert opened < 500


def test_zooming_keeps_the_place_under_the_pointer(qtbot, window, one_card) -> None:
    window.open_paths([one_card])
    qtbot.waitUntil(lambda: window.canvas.outlines != (), timeout=WAIT_MS)
    place = QPointF(300, 250)
    before = window.canvas.viewport.to_picture(place)
    window.canvas.viewport.zoom(3, place)

    after = window.canvas.viewport.to_picture(place)
    assert abs(before.x() - after.x()) < 1e-6
    window.actions_.fit.trigger()
    assert window.canvas.viewport.is_fitted


def test_clicking_a_card_in_the_picture_selects_it(qtbot, window, two_cards) -> None:
    window.open_paths([two_cards])
    qtbot.waitUntil(lambda: len(window.canvas.outlines) == 2, timeout=WAIT_MS)
    for row in (0, 1):
        card = window.workspace.album.cards[row]
        middle = card.quad.mean(axis=0)
        place = window.canvas.viewport.transform().map(QPointF(*middle)).toPoint()
        qtbot.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=place)
        assert [chosen.key for chosen in window.gallery.selected_cards()] == [card.key]


def test_odd_widths_are_drawn_straight_and_come_back() -> None:
    picture = np.random.default_rng(0).integers(0, 255, (37, 641, 3), dtype=np.uint8)

    assert np.array_equal(to_bgr(as_qimage(picture)), picture)


def test_transparency_is_laid_on_white() -> None:
    image = QImage(3, 2, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)

    assert (to_bgr(image) == 255).all()


def test_smaller_copies_are_drawn_small() -> None:
    picture = np.zeros((2000, 3000, 3), np.uint8)
    shown = display_image(picture)

    assert shown.level_for(1.0).width() == 3000
    assert shown.level_for(0.25).width() == 750
    assert display_frame(picture, shown.size / 2).levels[0].width() == 1500


@pytest.mark.parametrize("room", [(1280, 720), (1104, 621), (640, 640), (300, 200), (1, 1)])
def test_a_frame_is_drawn_no_larger_than_its_room_and_looks_the_same(room) -> None:
    frame = np.zeros((720, 1280, 3), np.uint8)
    frame[:, 640:] = (10, 120, 250)
    (drawn,) = display_frame(frame, QSize(*room)).levels

    width = min(room[0], max(1, round(room[1] * 16 / 9)))
    assert abs(drawn.width() - width) <= 1
    if drawn.width() > 1:
        assert drawn.pixelColor(drawn.width() - 1, 0).getRgb()[:3] == (250, 120, 10)
        assert drawn.pixelColor(0, drawn.height() - 1).getRgb()[:3] == (0, 0, 0)


def test_what_was_opened_is_offered_again(qtbot, window, one_card) -> None:
    window.open_paths([one_card])
    wait_for_cards(qtbot, window, 1)
    first, *_, forget = window.recent.actions()
    assert first.text() == one_card.name

    first.trigger()
    wait_for_cards(qtbot, window, 2)
    forget.trigger()
    assert not window.recent.isEnabled()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere, names of files are Unicode")
def test_a_file_whose_name_is_no_unicode_is_opened_again(qtbot, window, one_card) -> None:
    path = one_card.with_name("card\udcff.png")
    one_card.rename(path)
    window.open_paths([path])
    wait_for_cards(qtbot, window, 1)

    window.recent.actions()[0].trigger()

    wait_for_cards(qtbot, window, 2)
