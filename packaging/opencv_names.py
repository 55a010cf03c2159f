"""Which of OpenCV's names a bundle's own modules use, and which of them the OpenCV in it lacks."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import cv2
from contents import ROOT

_OWN_FOLDERS = ("app", "detector")


def missing_names(contents: Path) -> list[str]:
    """The names that modules listed by the build use, and the installed OpenCV does not have."""
    sources = [Path(source) for _, source in json.loads(contents.read_text(encoding="utf-8")) if source.endswith(".py")]
    own = [path for path in sources if any(path.is_relative_to(ROOT / folder) for folder in _OWN_FOLDERS)]
    used = {name for path in own for name in names_used(path.read_text(encoding="utf-8"))}
    return sorted(name for name in used if not hasattr(cv2, name))


def names_used(source: str) -> set[str]:
    """The attributes of `cv2` that a module's source names."""
    return {
        node.attr
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "cv2"
    }
