"""What is dropped or pasted: files, folders, or a picture itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QImage

from app.ui.gallery_model import CARDS_MIME_TYPE
from detector.geometry import Image


@dataclass(frozen=True, slots=True)
class Incoming:
    """Paths to open, or a picture that came without a file.

    Attributes:
        paths: Files and folders of this computer.
        image: The picture; None where there is none.
    """

    paths: tuple[Path, ...] = ()
    image: QImage | None = None


def can_take(mime: QMimeData) -> bool:
    """Whether something in it can be opened. The gallery's own cards, dragged over the window, are not."""
    return not mime.hasFormat(CARDS_MIME_TYPE) and (mime.hasImage() or any(url.isLocalFile() for url in mime.urls()))


def read_incoming(mime: QMimeData) -> Incoming:
    """Files where there are some; otherwise the picture, as a browser gives it along with its address."""
    paths = tuple(Path(url.toLocalFile()) for url in mime.urls() if url.isLocalFile())
    if paths:
        return Incoming(paths)
    image = mime.imageData() if mime.hasImage() else None
    return Incoming(image=image if isinstance(image, QImage) and not image.isNull() else None)


def to_bgr(image: QImage) -> Image:
    """A QImage as a BGR picture of its own; transparency is laid on white. For workers' threads."""
    rgba = image.convertToFormat(QImage.Format.Format_RGBA8888)
    stored = np.frombuffer(rgba.constBits(), np.uint8).reshape(rgba.height(), rgba.bytesPerLine())
    pixels = stored[:, : 4 * rgba.width()].reshape(rgba.height(), rgba.width(), 4)
    colour = cv2.cvtColor(pixels, cv2.COLOR_RGBA2BGR)
    if not image.hasAlphaChannel():
        return np.asarray(colour, np.uint8)
    alpha = pixels[..., 3:].astype(np.float32) / 255
    return np.asarray(np.round(colour * alpha + 255 * (1 - alpha)), np.uint8)
