from __future__ import annotations

import pytest

from detector.untrusted import is_name_below


@pytest.mark.parametrize("name", ["a.jpg", "证件/a b.jpg", "./a", "..a/b..", "caf\udce9.png"])
def test_names_below_a_folder(name: str) -> None:
    assert is_name_below(name)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../a", "a/../b", "/a", "//a", "a\0b", "\ud800", None, 3, b"a", ["a"], {"a": 1}]
)
def test_what_leads_elsewhere_or_names_nothing(name: object) -> None:
    assert not is_name_below(name)
