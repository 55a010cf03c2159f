from __future__ import annotations

import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.session.exporting import ExportFormat
from app.settings import DPI_CHOICES, Language, Settings, SettingsError, SettingsFile, Theme, from_json, to_json


@given(
    st.builds(
        Settings,
        theme=st.sampled_from(Theme),
        language=st.sampled_from(Language),
        threshold=st.floats(0, 1),
        camera=st.text(),
        mirror=st.booleans(),
        export_format=st.sampled_from(ExportFormat),
        export_dpi=st.sampled_from(DPI_CHOICES),
        recent_files=st.lists(st.text(alphabet=st.characters(codec="utf-8")), max_size=10).map(tuple),
    )
)
def test_settings_survive_being_text(settings: Settings) -> None:
    assert from_json(to_json(settings)) == settings


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        '{"version": 99}',
        '{"version": 1, "theme": "pink"}',
        '{"version": 1, "language": "xx"}',
        '{"version": 1, "threshold": 2}',
        '{"version": 1, "mirror": 1}',
        '{"version": 1, "device": "tpu"}',
        '{"version": 1, "export_dpi": 1}',
        '{"version": 1, "recent_files": "a"}',
        '{"version": 1, "recent_files": [1]}',
        '{"version": 1, "theme": []}',
        '{"version": 1, "threshold": NaN}',
        '{"version": 1, "threshold": 1' + "0" * 400 + "}",
        '{"version": 1, "threshold": 1' + "0" * 5000 + "}",
        "[" * 100_000,
    ],
)
def test_nonsense_is_refused(text) -> None:
    with pytest.raises(SettingsError):
        from_json(text)


def test_missing_and_unknown_names_do_no_harm() -> None:
    assert from_json(json.dumps({"version": 1, "future": 1, "threshold": 1})) == Settings(threshold=1.0)


def test_no_more_recent_files_are_taken_from_a_file_than_are_kept() -> None:
    names = [f"{number}.png" for number in range(1000)]
    assert from_json(json.dumps({"version": 1, "recent_files": names})).recent_files == tuple(names[:10])


def test_a_broken_file_costs_the_settings_and_is_kept(tmp_path) -> None:
    (tmp_path / "settings.json").write_bytes(b"\xff{")

    settings, problem = SettingsFile(tmp_path).load()

    assert settings == Settings()
    assert problem is not None
    assert (tmp_path / "settings.broken.json").read_bytes() == b"\xff{"


def test_saved_settings_are_loaded(tmp_path) -> None:
    file = SettingsFile(tmp_path / "new")

    assert file.load() == (Settings(), None)
    assert file.save(Settings(theme=Theme.DARK)) is None
    assert file.load() == (Settings(theme=Theme.DARK), None)


def test_names_that_are_no_text_are_kept(tmp_path) -> None:
    settings = Settings(recent_files=("/tmp/caf\udce9.jpg", "/tmp/身份证.jpg"), export_folder="/tmp/\ud800")
    file = SettingsFile(tmp_path)

    assert file.save(settings) is None
    assert file.load() == (settings, None)


@pytest.mark.parametrize("kind", ["huge", "pipe"])
def test_what_is_no_settings_file_is_not_read(kind, tmp_path) -> None:
    path = tmp_path / "settings.json"
    if kind == "pipe":
        if not hasattr(os, "mkfifo"):
            pytest.skip("the system knows no pipes")
        os.mkfifo(path)
    else:
        path.write_text(to_json(Settings(theme=Theme.DARK)) + " " * 2**20)

    settings, problem = SettingsFile(tmp_path).load()

    assert settings == Settings()
    assert problem is not None
    assert not path.exists()


def test_a_folder_that_cannot_be_made_is_said(tmp_path) -> None:
    (tmp_path / "file").touch()

    assert SettingsFile(tmp_path / "file").save(Settings()) is not None


def test_recent_files_are_few_and_latest_first() -> None:
    settings = Settings(recent_files=tuple("abcdefghij"))

    assert settings.with_recent(["x", "c"]) == tuple("cxabdefghi")
