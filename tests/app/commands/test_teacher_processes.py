from __future__ import annotations

import multiprocessing
import subprocess
import sys
from pathlib import Path
from typing import cast

import pytest

from app import cli
from app.commands.teacher_processes import ProcessEndedError, looking_with
from detector.training.distillation.teacher import Teacher

ROOT = Path(__file__).parents[3]
NO_TEACHER_HERE = cast(Teacher, None)  # each process has its own

LOOKING = """
import sys, time
from app import cli
from app.commands.teacher_processes import looking_with

if __name__ == "__main__":
    arguments = cli.build_parser("label").parse_args(sys.argv[1:])
    with looking_with(arguments, None) as look:
        next(look(["scene-0000.jpg"]))
        print("ready", flush=True)
        time.sleep(600)
"""


@pytest.fixture
def argv(rendered: Path, teacher: Path, tmp_path: Path) -> list[str]:
    looks = ("--sides", "128", "--turns", "--no-mirror", "--coarse", "--workers", "2")
    return ["label", str(rendered), "--teacher", str(teacher), "--out", str(tmp_path / "labels"), *looks]


def test_a_process_that_is_ended_from_outside_is_said_so(argv: list[str]) -> None:
    """The system ends one where memory runs out."""
    with looking_with(cli.build_parser("label").parse_args(argv), NO_TEACHER_HERE) as look:
        before = multiprocessing.active_children()
        seen = look(["scene-0000.jpg"] * 1000)
        assert next(seen).width == 128
        for process in set(multiprocessing.active_children()) - set(before):
            process.kill()
        with pytest.raises(ProcessEndedError, match="Run the same again to go on from here"):
            list(seen)


def test_processes_that_look_end_when_the_command_is_killed(
    argv: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = tmp_path / "looking.py"
    script.write_text(LOOKING)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    with subprocess.Popen([sys.executable, str(script), *argv], stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.kill()
        # The others have inherited this pipe; it ends with the last process that has it.
        assert process.stdout.read() == b""
