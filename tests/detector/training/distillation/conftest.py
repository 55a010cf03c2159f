from __future__ import annotations

from pathlib import Path

import pytest

from tests.detector.training.distillation.scripted import write_scripted


@pytest.fixture
def pool(tmp_path: Path) -> Path:
    """Six pictures with candidates or none, one of them in a folder, and two files that are no pictures."""
    folder = tmp_path / "pool"
    for index, scores in enumerate([[250], [200, 100], [], [150], [90, 60]]):
        write_scripted(folder / f"{index}.png", scores)
    write_scripted(folder / "证件" / "a.png", [240, 30])
    (folder / "2b.png").write_bytes(b"no picture")
    (folder / "empty.png").write_bytes(b"")
    return folder


@pytest.fixture
def labels_folder(tmp_path: Path) -> Path:
    return tmp_path / "labels"
