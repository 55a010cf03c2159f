from __future__ import annotations

import threading
from pathlib import Path

import pytest

from app.detecting import CardDetector
from app.places import Places
from app.settings import Settings, SettingsFile
from app.ui.services import Services
from tests.app.ui.conftest import PaleCardDetector


@pytest.mark.usefixtures("qapp")
def test_live_frames_are_searched_quickly_and_pictures_thoroughly(tmp_path: Path) -> None:
    searches: list[str] = []

    def load(device: str, threshold: float | None, search: str = "thorough") -> CardDetector:
        searches.append(search)
        return PaleCardDetector()

    places = Places(tmp_path / "config", tmp_path / "state")
    services = Services(places, Settings(), SettingsFile(places.config), load)
    services.live_detector()
    services.still_detector.get()
    services.close()
    assert searches == ["quick", "thorough"]


@pytest.mark.usefixtures("qapp")
def test_what_is_to_be_put_on_record_is_when_the_window_closes(tmp_path: Path) -> None:
    places = Places(tmp_path / "config", tmp_path / "state")
    services = Services(places, Settings(), SettingsFile(places.config), lambda **_: PaleCardDetector())
    may_go_on, recorded = threading.Event(), []
    services.records.run(lambda: may_go_on.wait(20), recorded.append, recorded.append)
    services.records.run(lambda: (tmp_path / "recorded").touch(), recorded.append, recorded.append)
    threading.Timer(0.2, may_go_on.set).start()
    services.close()

    assert (tmp_path / "recorded").exists()
    assert recorded == []
