"""What can go wrong while measuring, one class a failure."""

from __future__ import annotations

from detector.errors import DetectorError


class EngineUnavailableError(DetectorError):
    """An engine can't be used on this machine; the text says why, as the end of a sentence."""


class ChildProcessFailedError(DetectorError):
    """A process that was started to be measured ended without an answer."""
