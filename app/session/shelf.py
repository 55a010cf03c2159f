"""The open pictures' pixels: files are read again when needed, and what came from a camera is kept."""

from __future__ import annotations

import hashlib
import secrets
import threading
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2

from app.capture.errors import FileChangedError, FileMissingError
from app.capture.images import decode_image, read_bytes
from app.capture.pages import Page, decode_page, decode_pages
from detector.geometry import Image

_CACHE_BYTES = 384 * 2**20
_FAST_COMPRESSION = (cv2.IMWRITE_PNG_COMPRESSION, 1)


@dataclass(frozen=True, slots=True)
class FileOrigin:
    """A picture that is in a file of the user's.

    Attributes:
        path: The file.
        page: One of its pages, counted from 1.
        sha256: Of all its bytes when it was opened, in hex. Whatever has another one is not read: a scanner may have
            written the next person's document over it.
    """

    path: Path
    page: int
    sha256: str


@dataclass(frozen=True, slots=True)
class KeptOrigin:
    """A picture from a camera or the clipboard, which exists nowhere but in the session."""


Origin = FileOrigin | KeptOrigin


class Vault(Protocol):
    """Keeps the encoded pictures that exist nowhere else."""

    def keep(self, key: str, data: bytes) -> None:
        """Keep a picture's bytes."""
        ...

    def read(self, key: str) -> bytes:
        """Give them back.

        Raises:
            ImageReadError: they are not there any more.
        """
        ...


class MemoryVault:
    """Keeps pictures in memory, and so only until the program ends."""

    def __init__(self) -> None:
        self._pictures: dict[str, bytes] = {}

    def keep(self, key: str, data: bytes) -> None:
        """Keep a picture's bytes."""
        self._pictures[key] = data

    def read(self, key: str) -> bytes:
        """Give them back."""
        try:
            return self._pictures[key]
        except KeyError as error:
            raise FileMissingError from error


class Shelf:
    """Gives pictures by their key, to any thread. The ones used last stay decoded, up to 384 MB of them."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._lock = threading.Lock()
        self._origins: dict[str, Origin] = {}
        self._decoded: OrderedDict[str, Image] = OrderedDict()

    def open_file(self, path: Path) -> Iterator[tuple[str, Page]]:
        """Read the pages of a file, one after the other, each with its key; a bad page has neither key nor picture.

        Raises:
            ImageReadError: the file as a whole cannot be read.
        """
        data = read_bytes(path)
        sha256 = hashlib.sha256(data).hexdigest()
        for page in decode_pages(data):
            if page.image is None:
                yield "", page
                continue
            key = secrets.token_hex(8)
            self.restore(key, FileOrigin(path, page.number, sha256))
            self._remember(key, page.image)
            yield key, page

    def keep(self, image: Image) -> str:
        """Keep a picture that exists nowhere else, losslessly. Takes some 20 ms a megapixel."""
        key = secrets.token_hex(8)
        _, data = cv2.imencode(".png", image, _FAST_COMPRESSION)
        self.take_over(key, data.tobytes())
        self._remember(key, image.copy())
        return key

    def take_over(self, key: str, data: bytes) -> None:
        """Keep the bytes of a picture under the key that it had before."""
        self._vault.keep(key, data)
        self.restore(key, KeptOrigin())

    def restore(self, key: str, origin: Origin) -> None:
        """Note a picture under the key that it had before."""
        with self._lock:
            self._origins[key] = origin

    def origin(self, key: str) -> Origin:
        """Where a picture comes from."""
        with self._lock:
            return self._origins[key]

    def load(self, key: str) -> Image:
        """A picture's pixels, BGR uint8, which nobody may change: those of the file as it was opened, or none.

        Raises:
            FileChangedError: its file holds something else by now.
            ImageReadError: its file is gone, or no picture.
        """
        with self._lock:
            if key in self._decoded:
                self._decoded.move_to_end(key)
                return self._decoded[key]
            origin = self._origins[key]
        image = _read_page(origin) if isinstance(origin, FileOrigin) else decode_image(self._vault.read(key))
        self._remember(key, image)
        return image

    def _remember(self, key: str, image: Image) -> None:
        image.setflags(write=False)
        with self._lock:
            self._decoded[key] = image
            while len(self._decoded) > 1 and sum(kept.nbytes for kept in self._decoded.values()) > _CACHE_BYTES:
                self._decoded.popitem(last=False)


def _read_page(origin: FileOrigin) -> Image:
    data = read_bytes(origin.path)
    if hashlib.sha256(data).hexdigest() != origin.sha256:
        raise FileChangedError
    return decode_page(data, origin.page)
