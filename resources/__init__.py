"""The files that come with the program: trained models and sample pictures."""

from __future__ import annotations

from pathlib import Path

_ROOT = Path(__file__).resolve().parent

MODELS_FOLDER = _ROOT / "models"
"""Holds the networks' weights: safetensors for training, ONNX for the runtime."""

SAMPLES_FOLDER = _ROOT / "samples"
"""Holds pictures rendered by the project, to try the program on."""
