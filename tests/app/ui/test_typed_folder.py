from __future__ import annotations

from pathlib import Path

import pytest

from app.ui.typed_folder import typed_folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("text", ["~/cards", " ~/cards ", "cards", "cards  ", "~//cards/"])
def test_a_folder_at_home_is_meant_however_it_is_typed(home, text) -> None:
    assert typed_folder(text) == home / "cards"


def test_an_absolute_folder_is_taken_as_it_is(home, tmp_path) -> None:
    assert typed_folder(f"{tmp_path / 'my cards'} ") == tmp_path / "my cards"


@pytest.mark.parametrize("text", ["", "   ", "~nobody-of-that-name/cards"])
def test_nothing_and_the_home_of_nobody_are_no_folder(home, text) -> None:
    assert typed_folder(text) is None
