"""Writes the lock files of `requirements/` anew from `pyproject.toml`: `make lock`, or `make lock UPGRADE=1`. Needs uv.

Each names exact versions, for every system and Python that the project runs on, with the hashes of their files. The
developers' lock leaves out torch, which comes in builds for the CPU and for CUDA that share a version but no file; its
version is exact in `pyproject.toml`.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "requirements"
LOCKS = {
    "dev.lock": ("dev",),
    "bundle.lock": ("bundle",),
    "bundle-cuda.lock": ("bundle", "cuda"),
}
"""Each lock file, with the extras of `pyproject.toml` that it adds to what the program needs."""

_WITHOUT_TORCH = ("dev.lock",)
_OF_TORCH = re.compile(r"(torch|triton|cuda-[\w-]+|nvidia-[\w-]+)==")
_ABOUT = """\
# Made by `make lock` from pyproject.toml; do not edit.
"""


def write(name: str, extras: tuple[str, ...], *, upgrade: bool) -> None:
    """Write one lock file; without `upgrade`, versions that still fit stay."""
    target = FOLDER / name
    command = [sys.executable, "-m", "uv", "pip", "compile", "pyproject.toml", "--quiet", "--output-file", str(target)]
    command += ["--universal", "--python-version", "3.11", "--generate-hashes"]
    command += ["--no-header", "--no-annotate", "--no-emit-index-url", "--no-emit-find-links"]
    command += [f"--extra={extra}" for extra in extras] + (["--upgrade"] if upgrade else [])
    subprocess.run(command, cwd=ROOT, check=True)
    text = target.read_text(encoding="utf-8")
    target.write_text(_ABOUT + (without_torch(text) if name in _WITHOUT_TORCH else text), encoding="utf-8")


def without_torch(lock: str) -> str:
    """A lock without torch and what its CUDA build alone needs."""
    entries = re.split(r"(?m)^(?=[^\s#])", lock)
    return "".join(entry for entry in entries if not _OF_TORCH.match(entry))


def main() -> int:
    """Write every lock file."""
    FOLDER.mkdir(exist_ok=True)
    for name, extras in LOCKS.items():
        write(name, extras, upgrade="--upgrade" in sys.argv[1:])
    return 0


if __name__ == "__main__":
    sys.exit(main())
