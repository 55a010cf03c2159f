from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from PySide6.QtCore import QObject, QUrl, Slot
from PySide6.QtGui import QDesktopServices, QPalette
from PySide6.QtWidgets import QApplication

from app.capture.errors import ImageReadError
from app.detecting import CardDetector
from app.places import Places
from app.settings import Language, Settings, SettingsFile
from app.ui.languages import Speech
from app.ui.main_window import MainWindow
from app.ui.services import Services
from app.ui.theme import LIGHT, apply_colours
from detector import Detection, DetectorError
from detector.geometry import Image, bounding_box, is_convex_clockwise

GROUND = (60, 70, 80)
CARD_SIZE_PX = (505, 319)


class PaleCardDetector:
    """Finds pale cards on a dark ground, as the tests' pictures have them; fails on pictures 13 pixels wide."""

    device = "CPU (test)"

    def detect(self, image: Image) -> list[Detection]:
        if image.shape[1] == 13:
            raise DetectorError("This picture can't be searched.")
        pale = cv2.bitwise_not(cv2.inRange(image, np.subtract(GROUND, 40), np.add(GROUND, 40)))
        pale = cv2.morphologyEx(pale, cv2.MORPH_CLOSE, np.ones((9, 9), np.uint8))
        contours, _ = cv2.findContours(pale, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
        quads = [cv2.boxPoints(cv2.minAreaRect(contour)).astype(np.float64) for contour in contours]
        ordered = [np.roll(quad, -int(quad.sum(axis=1).argmin()), axis=0) for quad in quads]
        return [
            Detection(0.9, bounding_box(quad), quad, 0)
            for quad in ordered
            if is_convex_clockwise(quad) and cv2.contourArea(quad.astype(np.float32)) > 4000
        ]


def draw_scene(card: Image, *places: tuple[int, int], size_px: tuple[int, int] = (1280, 720)) -> Image:
    """Cards of 505 x 319 pixels whose top-left corners are at `places`, which may lie outside."""
    width, height = size_px
    scene = np.full((height, width, 3), GROUND, np.uint8)
    small = cv2.resize(card, CARD_SIZE_PX, interpolation=cv2.INTER_AREA)
    for x, y in places:
        left, top = max(0, x), max(0, y)
        seen = small[top - y : height - y, left - x : max(0, width - x)]
        scene[top : top + seen.shape[0], left : left + seen.shape[1]] = seen
    return scene


def write_scene(path: Path, scene: Image) -> Path:
    path.write_bytes(cv2.imencode(path.suffix, scene)[1].tobytes())
    return path


@pytest.fixture
def one_card(tmp_path: Path, card: Image) -> Path:
    return write_scene(tmp_path / "身份证.png", draw_scene(card, (300, 200)))


@pytest.fixture
def two_cards(tmp_path: Path, card: Image) -> Path:
    return write_scene(tmp_path / "two.png", draw_scene(card, (60, 200), (700, 200)))


@pytest.fixture
def no_card(tmp_path: Path, card: Image) -> Path:
    return write_scene(tmp_path / "empty.png", draw_scene(card))


@pytest.fixture
def card_video(tmp_path: Path, card: Image) -> Path:
    """A card comes in within half a second, lies still for three seconds, and leaves."""
    path = tmp_path / "video.avi"
    writer = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"MJPG"), 30.0, (1280, 720))
    for x in range(-500, 380, 80):
        writer.write(draw_scene(card, (x, 200)))
    still = draw_scene(card, (380, 200))
    for _ in range(90):
        writer.write(still)
    for x in range(380, 1280, 100):
        writer.write(draw_scene(card, (x, 200)))
    writer.release()
    return path


def shows_nothing(window: MainWindow) -> bool:
    """Whether the whole canvas has one colour: that of its ground."""
    ground = window.canvas.palette().color(QPalette.ColorRole.Dark)
    image = window.canvas.grab().toImage()
    return all(
        image.pixelColor(x, y) == ground for x in range(0, image.width(), 8) for y in range(0, image.height(), 8)
    )


class OpenedFolders(QObject):
    """Stands for the system's file manager."""

    def __init__(self) -> None:
        super().__init__()
        self.paths: list[Path] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        """Note what is to be shown."""
        self.paths.append(Path(url.toLocalFile()))


@pytest.fixture
def opened_folders() -> Iterator[OpenedFolders]:
    opened = OpenedFolders()
    QDesktopServices.setUrlHandler("file", opened, "open")
    yield opened
    QDesktopServices.unsetUrlHandler("file")


class HandLane:
    """A lane whose work the test ends, each when it likes."""

    def __init__(self) -> None:
        self.ends: list[Callable[[], None]] = []

    def run(
        self,
        work: Callable[[], object],
        on_done: Callable[[object], None],
        on_failed: Callable[[str], None],
        *,
        priority: int = 0,
    ) -> None:
        def end() -> None:
            try:
                outcome = work()
            except ImageReadError as error:
                on_failed(str(error))
            else:
                on_done(outcome)

        self.ends.append(end)

    def report(self, callback: Callable[[], None]) -> None:
        callback()


MakeWindow = Callable[..., MainWindow]


@pytest.fixture(scope="session")
def speech(qapp: QApplication) -> Speech:
    return Speech(qapp)


@pytest.fixture(autouse=True)
def english(speech: Speech) -> None:
    """Whatever the machine's language is, and whatever the test before spoke."""
    speech.use(Language.ENGLISH)


@pytest.fixture
def make_window(qtbot, qapp: QApplication, tmp_path: Path) -> Iterator[MakeWindow]:
    made: list[MainWindow] = []

    def make(detector: CardDetector | None = None, **settings: object) -> MainWindow:
        places = Places(tmp_path / "config", tmp_path / "state")
        services = Services(
            places,
            Settings(**settings),  # type: ignore[arg-type]
            SettingsFile(places.config),
            lambda device, threshold, search="thorough": detector or PaleCardDetector(),
        )
        window = MainWindow(services)
        made.append(window)
        window.resize(1280, 800)
        with qtbot.waitActive(window):
            window.show()
            window.activateWindow()
        return window

    apply_colours(qapp, LIGHT)
    yield make
    for window in made:
        window.closing.close_unasked()
        window.services.close()
        window.deleteLater()


@pytest.fixture
def window(make_window: MakeWindow) -> MainWindow:
    return make_window()
