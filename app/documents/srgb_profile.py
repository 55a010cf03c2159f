"""The ICC profile of sRGB, in version 2 of the format, which every PDF/A level takes.

Little CMS, and so Pillow, makes profiles of version 4 only. This one is written by ICC.1:2001-04: the primaries of
IEC 61966-2-1, adapted to the D50 white of the format by the Bradford method, and its tone curve.
"""

from __future__ import annotations

import functools
import struct

_HEADER_BYTES = 128
_MADE = (2000, 1, 1, 0, 0, 0)  # fixed, so that the same cards always give the same bytes
_WHITE_D50 = (0.9642, 1.0, 0.8249)
_RED, _GREEN, _BLUE = (0.43607, 0.22249, 0.01392), (0.38515, 0.71687, 0.09708), (0.14307, 0.06061, 0.71410)
_CURVE_POINTS = 1024
_TEXT = b"sRGB IEC61966-2.1"


@functools.cache
def srgb_profile() -> bytes:
    """The profile."""
    tags = {
        b"desc": _description(_TEXT),
        b"cprt": b"text" + bytes(4) + b"No copyright, use freely\0",
        b"wtpt": _colour(_WHITE_D50),
        b"rXYZ": _colour(_RED),
        b"gXYZ": _colour(_GREEN),
        b"bXYZ": _colour(_BLUE),
    }
    curve = _curve()
    table, body = b"", b""
    first = _HEADER_BYTES + 4 + 12 * (len(tags) + 3)
    for name, data in tags.items():
        table += struct.pack(">4sII", name, first + len(body), len(data))
        body += _padded(data)
    for name in (b"rTRC", b"gTRC", b"bTRC"):  # one curve for all three
        table += struct.pack(">4sII", name, first + len(body), len(curve))
    body += _padded(curve)
    return _header(first + len(body)) + struct.pack(">I", len(tags) + 3) + table + body


def _header(size: int) -> bytes:
    head = struct.pack(">I4xI4s4s4s6H4s", size, 0x02100000, b"mntr", b"RGB ", b"XYZ ", *_MADE, b"acsp")
    return (head + bytes(28) + b"".join(_fixed(value) for value in _WHITE_D50)).ljust(_HEADER_BYTES, b"\0")


def _description(text: bytes) -> bytes:
    """A textDescriptionType with no Unicode and no Macintosh text."""
    return b"desc" + bytes(4) + struct.pack(">I", len(text) + 1) + text + bytes(1 + 4 + 4 + 2 + 1 + 67)


def _colour(xyz: tuple[float, float, float]) -> bytes:
    return b"XYZ " + bytes(4) + b"".join(_fixed(value) for value in xyz)


def _curve() -> bytes:
    points = [round(65535 * _linear(step / (_CURVE_POINTS - 1))) for step in range(_CURVE_POINTS)]
    return b"curv" + bytes(4) + struct.pack(f">I{_CURVE_POINTS}H", _CURVE_POINTS, *points)


def _linear(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4


def _fixed(value: float) -> bytes:
    return struct.pack(">i", round(value * 65536))


def _padded(data: bytes) -> bytes:
    return data + bytes(-len(data) % 4)
