from __future__ import annotations

import json

from contents import ROOT
from opencv_names import missing_names, names_used


def test_names_are_found_wherever_they_are_used() -> None:
    source = "import cv2\n\n\ndef turn(image):\n    return cv2.warpAffine(image, flags=cv2.INTER_AREA).cv3.shape\n"
    assert names_used(source) == {"warpAffine", "INTER_AREA"}


def test_what_opencv_lacks_is_told_of_the_projects_own_modules_alone(monkeypatch, tmp_path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "own.py").write_text("import cv2\ncv2.resize, cv2.sundial, cv2.dial")
    (tmp_path / "other.py").write_text("import cv2\ncv2.moondial")
    monkeypatch.setattr("opencv_names.ROOT", tmp_path)
    contents = tmp_path / "contents.json"
    contents.write_text(json.dumps([["own", str(tmp_path / "app" / "own.py")], ["o", str(tmp_path / "other.py")]]))

    assert missing_names(contents) == ["dial", "sundial"]


def test_the_published_opencv_has_all_that_the_program_uses(tmp_path) -> None:
    contents = tmp_path / "contents.json"
    contents.write_text(json.dumps([[path.name, str(path)] for path in (ROOT / "app").rglob("*.py")]))
    assert missing_names(contents) == []
