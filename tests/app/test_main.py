from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from app import cli
from app import main as entry
from app.main import main
from app.places import Places


def test_interrupted(monkeypatch) -> None:
    def interrupt(_argv: Sequence[str]) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "run_command", interrupt)

    assert main(["scan"]) == 130


def test_a_reader_that_stops_reading_is_no_error() -> None:
    code = (
        "from app import cli, main\n"
        "def talk(argv):\n"
        "    while True: print('x' * 1000, flush=True)\n"
        "cli.run_command = talk\n"
        "raise SystemExit(main.main(['scan']))"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=20) == 1


@pytest.mark.skipif(sys.platform != "linux", reason="/dev/full is Linux's")
@pytest.mark.parametrize("buffered", [True, False])
@pytest.mark.parametrize("end", ["print('x', flush=True)", "return 0", "sys.exit(0)"])
def test_a_full_disk_behind_the_output_is_told_in_one_line(monkeypatch, end: str, buffered: bool) -> None:
    monkeypatch.setenv("PYTHONUNBUFFERED", "" if buffered else "1")
    code = (
        "import sys\nfrom app import cli, main\n"
        f"def talk(argv):\n    print('y')\n    {end}\n"
        "cli.run_command = talk\n"
        "raise SystemExit(main.main(['scan']))"
    )
    with Path("/dev/full").open("wb") as full:
        printed = subprocess.run([sys.executable, "-c", code], stdout=full, stderr=subprocess.PIPE, check=False)

    assert printed.returncode == 1
    assert printed.stderr == b"cardlight: the output cannot be written (No space left on device)\n"


def test_what_nobody_foresaw_is_told_in_one_line_and_logged_without_names(tmp_path: Path, monkeypatch, capsys) -> None:
    def fail(_argv: Sequence[str]) -> int:
        raise FileNotFoundError(2, "No such file or directory", "/home/me/my-passport.jpg")

    monkeypatch.setattr(cli, "run_command", fail)
    monkeypatch.setattr(entry, "user_places", lambda: Places(tmp_path, tmp_path))

    assert main(["scan"]) == 1

    log = tmp_path / "crashes.log"
    assert capsys.readouterr().err == f"cardlight: something went wrong inside Cardlight; a log is in {log}\n"
    assert "FileNotFoundError" in log.read_text()
    assert "passport" not in log.read_text()


def test_an_old_terminal_does_not_stop_a_chinese_name() -> None:
    code = (
        "from app import cli, console, main\n"
        "cli.run_command = lambda argv: console.complain(argv[0]) or 0\n"
        "raise SystemExit(main.main(['身份证.jpg']))"
    )
    environment = {"PYTHONIOENCODING": "ascii"}
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, env=environment)

    assert printed.stderr == b"cardlight: \\u8eab\\u4efd\\u8bc1.jpg\n"


def test_warnings_of_libraries_stay_off_the_terminal() -> None:
    code = (
        "import warnings\nfrom app import cli, main\n"
        "cli.run_command = lambda argv: warnings.warn('odd metadata') or 0\n"
        "raise SystemExit(main.main(['scan']))"
    )
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)

    assert (printed.returncode, printed.stderr) == (0, b"")


def test_without_a_display_the_window_is_refused_in_plain_words() -> None:
    code = "from app import main\nraise SystemExit(main.main([]))"
    environment = {"PYTHONIOENCODING": "utf-8"}
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, env=environment, text=True)

    assert printed.returncode == 2
    assert "no display" in printed.stderr


@pytest.mark.parametrize("exists", [True, False])
def test_a_file_is_for_the_window_and_a_misspelt_command_is_not(tmp_path, monkeypatch, exists) -> None:
    shown: list[Path] = []
    monkeypatch.setattr(entry, "_show_window", lambda paths: shown.extend(paths) or 0)
    monkeypatch.setattr(cli, "run_command", lambda argv: 2)
    picture = tmp_path / "picture.png"
    if exists:
        picture.touch()

    assert entry.main([str(picture)]) == (0 if exists else 2)
    assert shown == ([picture] if exists else [])


def test_worker_processes_of_a_frozen_program_are_answered_before_arguments_are_read() -> None:
    code = (
        "import multiprocessing, runpy, sys\n"
        "multiprocessing.freeze_support = lambda: sys.exit(42)\n"
        "sys.argv = ['cardlight', '--multiprocessing-fork', 'parent_pid=1', 'pipe_handle=5']\n"
        "runpy.run_module('app.main', run_name='__main__')\n"
    )

    assert subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=False).returncode == 42
