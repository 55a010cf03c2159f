from __future__ import annotations

from resources import MODELS_FOLDER, SAMPLES_FOLDER


def test_folders_are_there() -> None:
    assert MODELS_FOLDER.is_dir()
    assert SAMPLES_FOLDER.is_dir()
