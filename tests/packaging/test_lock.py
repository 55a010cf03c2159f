"""The lock files hold what `pyproject.toml` asks for. `make lock` brings them up to date."""

from __future__ import annotations

import re
import tomllib

import pytest
from lock import FOLDER, LOCKS, ROOT, without_torch
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_PIN = re.compile(r"(?m)^([\w.-]+)==(\S+)(?: ; (.*?))? \\$")
_OWN = "cardlight"


def requirements(extras: tuple[str, ...]) -> list[Requirement]:
    """What the project and some of its extras ask for, those of extras inside extras included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [Requirement(text) for text in project["dependencies"]]
    for extra in extras:
        for requirement in map(Requirement, project["optional-dependencies"][extra]):
            wanted += requirements(tuple(requirement.extras)) if requirement.name == _OWN else [requirement]
    return wanted


@pytest.mark.parametrize(("name", "extras"), LOCKS.items())
def test_each_requirement_is_locked_within_its_range(name, extras) -> None:
    pins: dict[str, list[str]] = {}
    for package, version, _marker in _PIN.findall((FOLDER / name).read_text()):
        pins.setdefault(canonicalize_name(package), []).append(version)
    for requirement in requirements(extras):
        if requirement.name == "torch" and name == "dev.lock":
            continue
        versions = pins.get(canonicalize_name(requirement.name), [])
        assert any(requirement.specifier.contains(version) for version in versions), f"{requirement}: run `make lock`"


@pytest.mark.parametrize("name", LOCKS)
def test_each_version_has_hashes_and_no_file_names_where_it_comes_from(name) -> None:
    lock = (FOLDER / name).read_text()
    entries = re.split(r"(?m)^(?=[^\s#])", lock)[1:]
    assert entries
    assert all("--hash=sha256:" in entry for entry in entries)
    assert not re.search(r"https?:|file:|index-url|find-links", lock)


def test_developers_get_torch_in_the_build_that_they_have() -> None:
    lock = "# Made by.\nnumpy==2.4.6 \\\n    --hash=sha256:aa\nnvidia-nccl-cu13==2.29 ; x \\\n    --hash=sha256:bb\n"
    lock += "torch==2.13.0 \\\n    --hash=sha256:cc\ntqdm==4.0 \\\n    --hash=sha256:dd\n"

    assert re.findall(r"(?m)^[\w-]+(?===)", without_torch(lock)) == ["numpy", "tqdm"]
    assert "torch==" not in (FOLDER / "dev.lock").read_text()
