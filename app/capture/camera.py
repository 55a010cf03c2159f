"""What every source of live frames has in common, and what can go wrong with one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from app.capture.frames import CameraFrame

VIDEO_SUFFIXES = frozenset({".mp4", ".m4v", ".avi", ".mov", ".mkv", ".webm"})
"""Files that are played as if they were a camera."""


class CameraError(Exception):
    """Base of every failure of a live source; its text says what happened and what to do."""


class CameraUnavailableError(CameraError):
    """The camera does not open."""

    def __init__(self) -> None:
        super().__init__(
            "The camera does not open. Close other programs that use it, allow access to it in the system's "
            "privacy settings, then start it again."
        )


class CameraLostError(CameraError):
    """The camera stopped giving frames: it was unplugged, or its driver gave up."""

    def __init__(self) -> None:
        super().__init__("The camera was disconnected. Everything captured is kept. Plug it in and start it again.")


class CameraFailedError(CameraError):
    """Live scanning came to an end that nobody foresaw."""

    def __init__(self) -> None:
        super().__init__(
            "Live scanning was stopped by a fault in Cardlight. Everything captured is kept. Start it again."
        )


class FrameDamagedError(Exception):
    """One frame holds no picture; the next one may."""


class VideoUnreadableError(CameraError):
    """The file is no video, or in a format that is not decoded here."""

    def __init__(self) -> None:
        super().__init__("This video can't be played. Use MP4, AVI, MOV or MKV.")


@dataclass(frozen=True, slots=True)
class Resolution:
    """Width and height of a camera's frames, in pixels."""

    width_px: int
    height_px: int

    def __str__(self) -> str:
        return f"{self.width_px} × {self.height_px}"


@dataclass(frozen=True, slots=True)
class CameraInfo:
    """A camera that can be chosen.

    Attributes:
        key: Tells it from the others, also after a restart where the system allows.
        name: What the system calls it, for people to read.
        resolutions: What it offers, largest first; empty where that is not known before it is opened.
    """

    key: str
    name: str
    resolutions: tuple[Resolution, ...] = ()


class FrameSource(Protocol):
    """Delivers frames from when it is started until it is stopped or lost."""

    @property
    def name(self) -> str:
        """What people call it."""
        ...

    def start(self, deliver: Callable[[CameraFrame], None], on_end: Callable[[CameraError | None], None]) -> None:
        """Begin; returns at once.

        Args:
            deliver: Called with each frame, on a thread of the source's choosing; it must return quickly.
            on_end: Called once where the frames end by themselves: with the reason, or None for a video's last frame.
        """
        ...

    def stop(self) -> None:
        """End; no frame is delivered after this returns. Harmless when it has ended already."""
        ...
