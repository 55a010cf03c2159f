from __future__ import annotations

import sys

import pytest

from app.display import what_prevents_a_window

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="X11 and Wayland are Linux's")


def lacking(_name: str) -> object:
    raise OSError


def there(name: str) -> object:
    return name


def test_no_display_is_told() -> None:
    assert "no display" in str(what_prevents_a_window({}, there))


@pytest.mark.parametrize("environment", [{"DISPLAY": ":0"}, {"DISPLAY": ":0", "QT_QPA_PLATFORM": "xcb"}])
def test_a_library_that_x11_lacks_is_named_with_its_package(environment: dict[str, str]) -> None:
    assert "apt-get install libxcb-cursor0" in str(what_prevents_a_window(environment, lacking))
    assert what_prevents_a_window(environment, there) is None


@pytest.mark.parametrize(
    "environment",
    [{"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, {"DISPLAY": ":0", "QT_QPA_PLATFORM": "offscreen"}],
)
def test_other_platforms_do_without_it(environment: dict[str, str]) -> None:
    assert what_prevents_a_window(environment, lacking) is None


def test_a_bundle_has_it_inside(monkeypatch) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert what_prevents_a_window({"DISPLAY": ":0"}, lacking) is None
