"""The record of a run: what made a weight file, kept beside it."""

from __future__ import annotations

import hashlib
import json
import platform
import subprocess
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from detector.errors import ModelFileError

RECORD_SUFFIX = ".json"


@dataclass(frozen=True, slots=True)
class FoldingStep:
    """One step on the way from the trained network to the runtime's: what it scores, and how long it takes.

    Attributes:
        name: Which network, in which runtime.
        metrics: On validation scenes.
        network_ms: Median time of one picture (320x320) or view.
    """

    name: str
    metrics: dict[str, float]
    network_ms: float


@dataclass(frozen=True, slots=True)
class RunRecord:
    """How weights came to be.

    Attributes:
        command: The command line, without folders.
        commit: Commit of the project, "unknown" outside a checkout; ends in "+" where files were changed.
        device: What it ran on.
        minutes: Time of training.
        steps: Optimiser steps.
        pictures: Pictures shown; with `--echo` each several times in other light, of a pool as often as drawn.
        history: Rows of the curves.
        started_from: Record of the weights it started from, or None for fresh ones.
        folding: What folding did to accuracy and speed, for weights of the runtime.
        bank: What the bank was made of that scenes were composed from; None where it doesn't say.
        distillation: What a student learned from besides rendered scenes: the labels' record, and their share.
    """

    command: str
    commit: str
    device: str
    minutes: float
    steps: int
    pictures: int
    history: list[dict[str, float]]
    started_from: dict[str, Any] | None
    folding: tuple[FoldingStep, ...] = ()
    bank: dict[str, Any] | None = None
    distillation: dict[str, Any] | None = None


def record_path(weights: Path) -> Path:
    """Where the record of a weight file lies: beside it, with the same stem."""
    return weights.with_suffix(RECORD_SUFFIX)


def write_record(weights: Path, record: RunRecord) -> None:
    """Write the record beside a weight file."""
    record_path(weights).write_text(json.dumps(asdict(record), indent=1) + "\n", encoding="utf-8")


def read_record(weights: Path) -> dict[str, Any] | None:
    """The record beside a weight file, or None where there is none.

    Raises:
        ModelFileError: it is damaged.
    """
    path = record_path(weights)
    if not path.exists():
        return None
    try:
        record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise ModelFileError(f"{path.name} is damaged; delete it to go on without the record") from error
    return record


def copy_record(source: Path, target: Path, *, mean_with: Path | None = None) -> None:
    """Give one weight file the record of another; none where that has none.

    It says with which file's weights it is the mean of the other's, if it is.

    Raises:
        ModelFileError: the record is damaged, or the file can't be read.
    """
    record = read_record(source)
    if record is not None:
        if mean_with is not None:
            record["mean_with"] = {"file": mean_with.name, "sha256": hash_of(mean_with)}
        record_path(target).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")


def hash_of(path: Path) -> str:
    """SHA-256 of a file.

    Raises:
        ModelFileError: it can't be read.
    """
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelFileError(f"{path.name} can't be read ({error.strerror})") from error


def command_line(arguments: list[str]) -> str:
    """The command as typed, with folders reduced to their names: a record says nothing of anyone's disk."""
    return " ".join(["cardlight", *(Path(argument).name if "/" in argument else argument for argument in arguments)])


def commit_of_checkout() -> str:
    """Commit of the checkout this package runs from."""
    folder = Path(__file__).parent
    try:
        described = subprocess.run(
            ["git", "describe", "--always", "--abbrev=12", "--dirty=+"],
            cwd=folder,
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return "unknown"
    return described.stdout.strip()


def device_in_words(device: torch.device) -> str:
    """The device with what matters for speed."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    words = f"CPU ({platform.machine()}), {torch.get_num_threads()} threads"
    return f"{words}, bfloat16" if is_fast_in_bfloat16(device) else words


def is_fast_in_bfloat16(device: torch.device) -> bool:
    """Whether a network trains several times faster in bfloat16: on a GPU, or a processor with matrix instructions."""
    return device.type == "cuda" or bool(torch.cpu.get_capabilities().get("amx_bf16"))
