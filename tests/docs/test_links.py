"""What the documents refer to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "packaging").glob("*.md")])
_MOST_PICTURES_BYTES = 1_500_000


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_and_pictures_exist(page) -> None:
    targets = re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


def test_the_guides_pictures_are_small_and_all_shown() -> None:
    pictures = list((ROOT / "docs" / "guide").iterdir())
    shown = set(re.findall(r"\]\((guide/[^)]+)\)", (ROOT / "docs" / "guide.md").read_text(encoding="utf-8")))
    assert {f"guide/{picture.name}" for picture in pictures} == shown
    assert sum(picture.stat().st_size for picture in pictures) < _MOST_PICTURES_BYTES


def test_paths_in_the_documents_exist() -> None:
    for page in PAGES:
        for path in re.findall(
            r"`((?:app|detector|resources|packaging|docs|tests)/[\w/.-]+)`", page.read_text("utf-8")
        ):
            assert (ROOT / path).exists(), f"{page.name}: {path}"
