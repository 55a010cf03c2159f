from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QAbstractButton, QComboBox, QDialog

import app.ui
from app.session.session_folder import find_left_sessions
from app.settings import Theme, from_json
from app.ui import notice_bar
from app.ui.actions import Actions
from app.ui.application import offer_recovery
from app.ui.display_image import as_qimage
from app.ui.settings_dialog import SettingsDialog
from app.ui.theme import DARK, LIGHT, Colours, apply_colours, colours_for
from resources import ICONS_FOLDER
from tests.app.ui.conftest import draw_scene

WAIT_MS = 20_000


def luminance(colour: str) -> float:
    parts = [part / 255 for part in QColor(colour).getRgb()[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(first: str, second: str) -> float:
    light, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_text_is_readable_on_its_ground(colours: Colours) -> None:
    for text, grounds in (
        (colours.text, (colours.window, colours.base, colours.canvas, colours.selection, colours.warning_ground)),
        (colours.muted, (colours.window, colours.base, colours.canvas, colours.pressed)),
        (colours.warning, (colours.base,)),
        (colours.accent_text, (colours.accent, colours.accent_hover)),
        (colours.link, (colours.window, colours.base)),
    ):
        assert all(contrast(text, ground) >= 4.5 for ground in grounds)


@pytest.mark.parametrize("colours", [LIGHT, DARK])
def test_the_style_sheet_names_only_known_colours(qapp, colours) -> None:
    apply_colours(qapp, colours)

    assert "@" not in qapp.styleSheet()


def test_the_system_chooses_only_where_asked() -> None:
    assert colours_for(Theme.SYSTEM, is_dark_system=True) is DARK
    assert colours_for(Theme.LIGHT, is_dark_system=True) is LIGHT


def test_every_action_has_its_own_keys_and_a_tool_tip(window) -> None:
    actions: Actions = window.actions_
    keys = [key.toString() for _, action in actions.all() for key in action.shortcuts()]

    assert len(set(keys)) == len(keys)
    assert {"Ctrl+Q", "Ctrl+W", "Ctrl++", "Ctrl+="} <= set(keys)
    assert all(action.toolTip() for _, action in actions.all())


def test_every_action_is_in_a_menu_or_on_a_button(window) -> None:
    in_menus = {action for menu in window.menuBar().actions() for action in menu.menu().actions()}
    missing = [name for name, action in window.actions_.all() if action not in in_menus]

    assert sorted(missing) == ["cancel_job", "close_notice"]


def test_everything_that_takes_the_keyboard_has_a_name(window) -> None:
    for widget in window.findChildren(QAbstractButton) + window.findChildren(QComboBox):
        if widget.isVisible() and widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
            assert widget.accessibleName() or getattr(widget, "text", str)(), widget


@pytest.mark.parametrize("size", [(1000, 650), (3840, 2160)])
def test_the_window_takes_any_size_without_cutting_its_bars(window, size) -> None:
    window.resize(*size)

    assert (window.width(), window.height()) == size
    for button in window.findChildren(QAbstractButton):
        if button.isVisible():
            assert button.width() >= min(button.sizeHint().width(), button.maximumWidth())


def test_every_icon_is_used(window) -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in Path(app.ui.__file__).parent.glob("*.py"))

    assert [icon.stem for icon in ICONS_FOLDER.glob("*.svg") if f'"{icon.stem}' not in source] == []


def test_settings_are_shown_changed_and_kept(qtbot, window, tmp_path) -> None:
    window.actions_.settings.trigger()
    dialog = window.findChild(SettingsDialog)
    dialog.threshold.setCurrentIndex(dialog.threshold.findData(70))
    dialog.mirror.setChecked(False)
    dialog.accept()

    kept = tmp_path / "config" / "settings.json"
    qtbot.waitUntil(lambda: kept.is_file() and from_json(kept.read_text()).threshold == 0.7, timeout=WAIT_MS)
    assert not window.actions_.mirror.isChecked()


def test_saving_the_settings_leaves_what_changed_while_they_were_shown(window) -> None:
    preferences = window.services.preferences
    window.actions_.settings.trigger()
    preferences.change(export_folder="/where/an/export/went")
    dialog = window.findChild(SettingsDialog)
    dialog.mirror.setChecked(False)
    dialog.accept()

    assert preferences.settings.export_folder == "/where/an/export/went"
    assert not preferences.settings.mirror


@pytest.mark.parametrize("name", ["about", "shortcuts"])
def test_dialogs_open_and_escape_closes_them(qtbot, window, name) -> None:
    getattr(window.actions_, name).trigger()
    dialog = next(dialog for dialog in window.findChildren(QDialog) if dialog.isVisible())
    qtbot.keyClick(dialog, Qt.Key.Key_Escape)

    assert not dialog.isVisible()


def test_a_notice_can_be_closed_by_its_button(qtbot, window) -> None:
    window.notice.show_notice("Something happened.")
    window.actions_.close_notice.trigger()

    assert not window.notice.isVisible()


def test_a_failure_nobody_expected_is_logged_and_said_without_a_trace(qtbot, make_window, one_card, tmp_path) -> None:
    class Broken:
        def detect(self, image: object) -> list[object]:
            raise RuntimeError("secret detail")

    window = make_window(detector=Broken())
    window.open_paths([one_card])

    qtbot.waitUntil(lambda: "Something went wrong in Cardlight" in window.notice.text, timeout=WAIT_MS)
    assert "secret" not in window.notice.text
    assert "RuntimeError" in (tmp_path / "state" / "crashes.log").read_text()


def test_captures_of_a_crash_are_offered_and_recovered(qtbot, make_window, one_card, tmp_path, card) -> None:
    window = make_window(keep_for_recovery=True)
    window.opener.open_image("pasted", as_qimage(draw_scene(card, (300, 200))))
    folder = window.services.session_folder
    qtbot.waitUntil(lambda: (folder.path / "session.json").is_file(), timeout=WAIT_MS)
    folder._lock.release()
    (left,) = find_left_sessions(tmp_path / "state" / "sessions")
    other = make_window()

    offer_recovery(other, [left])
    assert "1 card can be recovered." in other.notice.text
    other.notice._buttons[0].click()

    qtbot.waitUntil(lambda: len(other.workspace.album) == 1 and not left.path.exists(), timeout=WAIT_MS)
    assert other.workspace.shelf.load(other.workspace.album.cards[0].picture_key).shape == (720, 1280, 3)


def test_captures_of_a_crash_can_be_deleted_for_good(qtbot, make_window, one_card, tmp_path) -> None:
    window = make_window(keep_for_recovery=True)
    window.open_paths([one_card])
    folder = window.services.session_folder
    qtbot.waitUntil(lambda: (folder.path / "session.json").is_file(), timeout=WAIT_MS)
    folder._lock.release()
    (left,) = find_left_sessions(tmp_path / "state" / "sessions")
    other = make_window()
    offer_recovery(other, [left])
    qtbot.mouseClick(other.notice._buttons[1], Qt.MouseButton.LeftButton)

    qtbot.waitUntil(lambda: not left.path.exists(), timeout=WAIT_MS)
    assert len(other.workspace.album) == 0


def test_a_clean_exit_leaves_no_pictures(qtbot, make_window, one_card, tmp_path) -> None:
    window = make_window(keep_for_recovery=True)
    window.open_paths([one_card])
    sessions = tmp_path / "state" / "sessions"
    qtbot.waitUntil(lambda: any(sessions.glob("*/session.json")), timeout=WAIT_MS)
    window.close()
    window.services.close()

    assert list(sessions.iterdir()) == []


def test_qt_gives_back_as_many_references_as_it_takes(window) -> None:
    before = sys.getrefcount(True), sys.getrefcount(None)
    for _ in range(300):
        window.isVisible()
        window.update()

    assert sys.getrefcount(True) > before[0] - 100
    assert sys.getrefcount(None) > before[1] - 100


def test_the_window_is_seen_without_loading_what_only_later_steps_need() -> None:
    late = (
        "torch",
        "onnxruntime",
        "img2pdf",
        "pypdfium2",
        "fontTools",
        "pathvalidate",
        "pebble",
        "PySide6.QtMultimedia",
    )
    code = f"import sys, app.main, app.ui.application; print([module for module in {late} if module in sys.modules])"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)

    assert printed.stdout.strip() == "[]", printed.stderr


def test_a_notice_that_must_be_answered_is_not_replaced(qtbot, window) -> None:
    answers: list[str] = []
    window.notice.show_notice("Lost?", ("Recover", lambda: answers.append("recover")), must_be_answered=True)
    window.notice.show_notice("Something happened.")
    window.notice.show_notice("Something else happened.")
    assert window.notice.text == "Lost?"

    qtbot.mouseClick(window.notice._buttons[0], Qt.MouseButton.LeftButton)

    assert answers == ["recover"]
    assert window.notice.text == "Something happened."
    window.notice.close_notice()
    assert window.notice.text == "Something else happened."
    window.notice.close_notice()
    assert window.notice.isHidden()


def test_a_notice_whose_time_is_over_waits_for_the_mouse(qtbot, window, monkeypatch) -> None:
    """The picture below moves when it goes, and somebody may be dragging a corner there."""
    monkeypatch.setattr(notice_bar, "_SHOWN_FOR_MS", 1)
    monkeypatch.setattr(notice_bar, "_WAITS_FOR_MOUSE_MS", 1)
    notice = window.notice
    qtbot.mousePress(window.canvas, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(notice._timer.timeout, timeout=WAIT_MS):
        notice.show_notice("Something was said.")
    assert notice.isVisible()

    qtbot.mouseRelease(window.canvas, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not notice.isVisible(), timeout=WAIT_MS)
