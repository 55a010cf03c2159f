"""`cardlight batch` with a fake detector, and with files at `shared://`: an address that only fsspec knows."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import fsspec
from fsspec.implementations.local import LocalFileSystem

sys.path.insert(0, str(Path(__file__).parent))
import kill_and_resume

from app import cli
from app.commands import batch

PROTOCOL = "shared://"


class SharedFiles(LocalFileSystem):
    """This computer's files under another name, which any process can read."""

    protocol = "shared"

    @classmethod
    def _strip_protocol(cls, path: str) -> str:
        return super()._strip_protocol(str(path).removeprefix(PROTOCOL))

    def unstrip_protocol(self, name: str) -> str:
        return PROTOCOL + self._strip_protocol(name)


fsspec.register_implementation("shared", SharedFiles, clobber=True)


def load_fake(device: str, threshold: float | None) -> kill_and_resume.MiddleDetector:
    """A detector whose loading makes a worker know `shared://`, since it imports this module."""
    return kill_and_resume.MiddleDetector()


if __name__ == "__main__":
    load = importlib.import_module(Path(__file__).stem).load_fake
    sys.exit(batch.run(cli.build_parser("batch").parse_args(["batch", *sys.argv[1:]]), load=load))
