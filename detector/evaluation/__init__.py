"""Measure a detector: `evaluate_pictures(pictures, detect)` returns a `Report`."""

from detector.evaluation.metrics import Picture, evaluate_pictures
from detector.evaluation.report import Report

__all__ = ["Picture", "Report", "evaluate_pictures"]
