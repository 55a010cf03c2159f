"""What a session holds, as text: for finding it again after a crash."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.documents.formats import CardFormat
from app.documents.quality import QualityFlag
from app.session.album import Album
from app.session.album_card import AlbumCard, Pairing, Side, as_corners
from app.session.shelf import FileOrigin, KeptOrigin, Origin
from detector.untrusted import count_from_json, quad_from_json

_VERSION = 1
# Keys name files in the session's folder.
_KEY = re.compile(r"\w{1,64}", re.ASCII)
_MOST_MM = 10_000.0
_MOST_DPI = 1_000_000.0


class SessionRecordError(ValueError):
    """A text that is no session's record."""


@dataclass(frozen=True, slots=True)
class SessionRecord:
    """The cards, and where each of their pictures comes from."""

    album: Album
    origins: dict[str, Origin]


def to_json(record: SessionRecord) -> str:
    """The record as text: ASCII alone, so that names that are no valid text survive as escapes."""
    return json.dumps(
        {
            "version": _VERSION,
            "cards": [_card_to_json(card) for card in record.album.cards],
            "origins": {key: _origin_to_json(origin) for key, origin in record.origins.items()},
        }
    )


def from_json(text: str) -> SessionRecord:
    """The record in a text.

    Raises:
        SessionRecordError: it is none.
    """
    try:
        return _record_from_json(json.loads(text))
    except (AttributeError, LookupError, OverflowError, RecursionError, TypeError, ValueError) as error:
        raise SessionRecordError from error


def _record_from_json(data: dict[str, Any]) -> SessionRecord:
    if data["version"] != _VERSION:
        raise ValueError("version")
    origins = {_key(key): _origin_from_json(value) for key, value in data["origins"].items()}
    cards = tuple(_card_from_json(card) for card in data["cards"])
    return SessionRecord(Album(tuple(card for card in cards if card.picture_key in origins)), origins)


def _origin_to_json(origin: Origin) -> dict[str, Any]:
    if isinstance(origin, KeptOrigin):
        return {}
    return {"file": str(origin.path), "page": origin.page, "sha256": origin.sha256}


def _origin_from_json(data: dict[str, Any]) -> Origin:
    """Where no hash was noted, as by earlier versions, the empty one is that of no file: it has to be opened again."""
    if not data:
        return KeptOrigin()
    return FileOrigin(Path(data["file"]), count_from_json(data["page"]), str(data.get("sha256", "")))


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
        picture_size_px=(count_from_json(width_px), count_from_json(height_px)),
        corners=as_corners(quad_from_json(data["corners"])),
        found_corners=as_corners(quad_from_json(data["found"])),
        name=str(data["name"]),
        source_dpi=_number(data["source_dpi"], _MOST_DPI),
        flags=tuple(QualityFlag(flag) for flag in data["flags"]),
        card_format=_format(*data["format"]) if data["format"] else None,
        is_lossless=bool(data["lossless"]),
        focal_35mm=_number(data["focal_35mm"], _MOST_MM) if data["focal_35mm"] else None,
        pairing=Pairing(str(data["pairing"][0]), Side(data["pairing"][1])) if data["pairing"] else None,
        key=str(data["key"]),
    )


def _format(name: str, width_mm: float, height_mm: float, corner_radius_mm: float) -> CardFormat:
    sides = _number(width_mm, _MOST_MM), _number(height_mm, _MOST_MM)
    if min(sides) <= 0:
        raise ValueError("format")
    return CardFormat(str(name), *sides, _number(corner_radius_mm, min(sides) / 2))


def _number(value: float, most: float) -> float:
    # What is not a number is not between them either.
    if not 0 <= value <= most:
        raise ValueError("number")
    return float(value)


def _key(text: str) -> str:
    if not _KEY.fullmatch(text):
        raise ValueError("key")
    return text
