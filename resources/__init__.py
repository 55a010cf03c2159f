"""The files that come with the program: trained models and sample pictures."""

from __future__ import annotations

from pathlib import Path

_ROOT = Path(__file__).resolve().parent

MODELS_FOLDER = _ROOT / "models"
"""Holds the networks' weights: safetensors for training, ONNX for the runtime."""

SAMPLES_FOLDER = _ROOT / "samples"
"""Holds pictures rendered by the project, to try the program on."""

FONTS_FOLDER = _ROOT / "fonts"
"""Holds DejaVu Sans, for the scripts whose letters join, and Noto Sans CJK SC, for Chinese; each with its licence."""

ICONS_FOLDER = _ROOT / "icons"
"""Holds the window's icons: line drawings of 24 x 24 units whose colour is `currentColor`."""

STYLES_FOLDER = _ROOT / "styles"
"""Holds the window's style sheet, with names of colours in `@braces@`."""

TRANSLATIONS_FOLDER = _ROOT / "translations"
"""Holds the window's translations: .ts files to edit, and .qm files made of them by `make translations`."""
