"""What a session holds, as text: for finding it again after a crash."""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.documents.formats import CardFormat
from app.documents.quality import QualityFlag
from app.session.album import Album
from app.session.album_card import AlbumCard, Corners, Pairing, Side
from app.session.shelf import FileOrigin, KeptOrigin, Origin

_VERSION = 1
_PICTURE_KEY = re.compile("[0-9a-f]+")  # it becomes part of a file's name


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """The cards, and where each of their pictures comes from."""

    album: Album
    origins: dict[str, Origin]


def to_json(record: SessionRecord) -> str:
    """The record as text."""
    return json.dumps(
        {
            "version": _VERSION,
            "cards": [_card_to_json(card) for card in record.album.cards],
            "origins": {key: _origin_to_json(origin) for key, origin in record.origins.items()},
        },
        ensure_ascii=False,
    )


def from_json(text: str) -> SessionRecord:
    """The record in a text, whatever that may be.

    Raises:
        ValueError: it is none.
    """
    try:
        return _record(json.loads(text))
    except (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError) as error:
        raise ValueError("no record") from error


def _record(data: dict[str, Any]) -> SessionRecord:
    if data["version"] != _VERSION or not all(map(_PICTURE_KEY.fullmatch, data["origins"])):
        raise ValueError("version, or keys of pictures")
    origins = {key: _origin_from_json(value) for key, value in data["origins"].items()}
    cards = tuple(_card_from_json(card) for card in data["cards"])
    return SessionRecord(Album(tuple(card for card in cards if card.picture_key in origins)), origins)


def _origin_to_json(origin: Origin) -> dict[str, Any]:
    if isinstance(origin, KeptOrigin):
        return {}
    return {"file": str(origin.path), "page": origin.page, "sha256": origin.sha256}


def _origin_from_json(data: dict[str, Any]) -> Origin:
    """Where no hash was noted, as by earlier versions, the empty one is that of no file: it has to be opened again."""
    return FileOrigin(Path(data["file"]), int(data["page"]), str(data.get("sha256", ""))) if data else KeptOrigin()


def _card_to_json(card: AlbumCard) -> dict[str, Any]:
    chosen, pairing = card.card_format, card.pairing
    return {
        "key": card.key,
        "picture": card.picture_key,
        "size_px": card.picture_size_px,
        "corners": card.corners,
        "found": card.found_corners,
        "name": card.name,
        "source_dpi": card.source_dpi,
        "flags": card.flags,
        "lossless": card.is_lossless,
        "focal_35mm": card.focal_35mm,
        "format": [chosen.name, chosen.width_mm, chosen.height_mm, chosen.corner_radius_mm] if chosen else None,
        "pairing": [pairing.key, pairing.side] if pairing else None,
    }


def _card_from_json(data: dict[str, Any]) -> AlbumCard:
    width_px, height_px = data["size_px"]
    return AlbumCard(
        picture_key=str(data["picture"]),
        picture_size_px=(int(width_px), int(height_px)),
        corners=_corners(data["corners"]),
        found_corners=_corners(data["found"]),
        name=str(data["name"]),
        source_dpi=float(data["source_dpi"]),
        flags=tuple(QualityFlag(flag) for flag in data["flags"]),
        card_format=CardFormat(*data["format"]) if data["format"] else None,
        is_lossless=bool(data["lossless"]),
        focal_35mm=float(data["focal_35mm"]) if data["focal_35mm"] else None,
        pairing=Pairing(data["pairing"][0], Side(data["pairing"][1])) if data["pairing"] else None,
        key=str(data["key"]),
    )


def _corners(data: list[list[float]]) -> Corners:
    corners = tuple((float(x), float(y)) for x, y in data)
    if len(corners) != 4 or not all(math.isfinite(value) for corner in corners for value in corner):
        raise ValueError("corners")
    return corners
