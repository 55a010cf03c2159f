"""A short form of `kill_and_resume.py`, which see for the long one."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import kill_and_resume


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL on Windows")
def test_a_batch_that_is_killed_and_resumed_ends_as_if_nothing_had_happened(tmp_path: Path) -> None:
    pictures, whole, killed = (tmp_path / name for name in ("in", "whole", "killed"))
    kill_and_resume.write_pictures(pictures, 24)
    whole_s = kill_and_resume.run_whole(pictures, whole)

    hits = kill_and_resume.run_killed(pictures, killed, 3, whole_s, random.Random(1))

    assert hits > 0
    assert len(kill_and_resume.contents(whole)) > 20
    assert kill_and_resume.contents(killed) == kill_and_resume.contents(whole)
