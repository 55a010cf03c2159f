"""Batches on a Ray of this computer, with two workers."""

from __future__ import annotations

import importlib.util
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import kill_and_resume

from app.batch.cluster.errors import ClusterMissingError
from app.batch.cluster.ray_scanner import RayScanner

HAS_RAY = importlib.util.find_spec("ray") is not None
needs_ray = pytest.mark.skipif(not HAS_RAY, reason="needs Ray: pip install 'cardlight[cluster]'")
HARNESS = Path(__file__).with_name("ray_batch.py")


@pytest.fixture
def pictures(tmp_path: Path) -> Path:
    kill_and_resume.write_pictures(tmp_path / "in", 24)
    return tmp_path / "in"


@pytest.fixture
def whole(pictures: Path, tmp_path: Path) -> dict[str, bytes]:
    """What the same batch gives without Ray."""
    kill_and_resume.run_whole(pictures, tmp_path / "whole")
    return kill_and_resume.contents(tmp_path / "whole")


@needs_ray
def test_files_at_addresses_give_the_same_bytes_as_on_one_computer(tmp_path: Path, pictures: Path, whole) -> None:
    out, state = tmp_path / "out", tmp_path / "state"
    arguments = [f"shared://{pictures}", f"shared://{out}", "--workers", "2", "--dpi", "150", "--ray"]
    environment = {"HOME": str(tmp_path), "XDG_STATE_HOME": str(state), "PATH": "", "PYTHONPATH": ":".join(sys.path)}

    told = subprocess.run([sys.executable, HARNESS, *arguments], env=environment, capture_output=True, text=True)

    assert told.returncode == 1
    assert [line.rsplit(":")[-1] for line in told.stderr.splitlines()] == [
        " the picture is damaged or incomplete. Copy or download it again."
    ]
    assert "24 files scanned" in told.stdout
    assert kill_and_resume.contents(out) == whole
    assert len(list(state.rglob("*.sqlite3"))) == 1


@needs_ray
def test_a_killed_batch_goes_on(tmp_path: Path, pictures: Path, whole) -> None:
    out = tmp_path / "out"
    process = kill_and_resume.start(pictures, out, "--ray")
    while not list(out.glob("*.png")):
        try:
            raise AssertionError(f"ended with {process.wait(timeout=0.1)}")
        except subprocess.TimeoutExpired:
            continue
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert len(list(out.glob("*.png"))) < len(whole) - 2

    assert kill_and_resume.start(pictures, out, "--ray").wait() == 1

    assert kill_and_resume.contents(out) == whole
    assert not list(Path(tempfile.gettempdir()).glob(f"cardlight-ray-{process.pid}-*"))


@pytest.mark.skipif(HAS_RAY, reason="Ray is installed")
def test_without_ray(tmp_path: Path) -> None:
    with pytest.raises(ClusterMissingError, match="pip install"):
        RayScanner(None)
