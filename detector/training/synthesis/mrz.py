"""Machine-readable zones after ICAO Doc 9303.

Part 3 section 4.9 defines the check digit, parts 4, 5, 6 and 7 the lines: TD3 (passports, 2 x 44), TD1 (cards,
3 x 30), TD2 (2 x 36) and the visas MRV-A (2 x 44) and MRV-B (2 x 36).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

FILLER = "<"
_WEIGHTS = (7, 3, 1)


@dataclass(frozen=True, slots=True)
class MrzRecord:
    """What a machine-readable zone says. Names are upper-case A to Z, with spaces between parts."""

    document_code: str
    country: str
    surname: str
    given_names: str
    number: str
    sex: str
    birth: date
    expiry: date
    optional: str = ""


def check_digit(characters: str) -> str:
    """Returns the check digit of a field: weights 7, 3, 1, modulo 10 (Doc 9303 part 3, section 4.9).

    Raises:
        ValueError: a character is not 0 to 9, A to Z or the filler `<`.
    """
    total = sum(_value(character) * _WEIGHTS[index % 3] for index, character in enumerate(characters))
    return str(total % 10)


def _value(character: str) -> int:
    if character == FILLER:
        return 0
    if "0" <= character <= "9":
        return int(character)
    if "A" <= character <= "Z":
        return ord(character) - ord("A") + 10
    raise ValueError(f"not a character of a machine-readable zone: {character!r}")


def td1_lines(record: MrzRecord) -> list[str]:
    """Returns the three lines of 30 characters that cards of format ID-1 carry on their back."""
    upper = _pad(record.document_code, 2) + record.country + _checked(record.number, 9) + _pad(record.optional, 15)
    dates = _checked_date(record.birth) + record.sex + _checked_date(record.expiry)
    middle = dates + record.country + FILLER * 11
    composite = check_digit(upper[5:] + middle[0:7] + middle[8:15] + middle[18:29])
    return [upper, middle + composite, _names(record, 30)]


def td2_lines(record: MrzRecord) -> list[str]:
    """Returns the two lines of 36 characters of format ID-2."""
    lower = _identity(record) + _pad(record.optional, 7)
    return [_heading(record, 36), lower + _composite(lower)]


def td3_lines(record: MrzRecord) -> list[str]:
    """Returns the two lines of 44 characters at the bottom of a passport's data page."""
    lower = _identity(record) + _checked(record.optional, 14)
    return [_heading(record, 44), lower + _composite(lower)]


def visa_lines(record: MrzRecord, width: int) -> list[str]:
    """Returns the two lines of a visa, `width` 44 (MRV-A) or 36 (MRV-B); visas have no composite check digit."""
    identity = _identity(record)
    return [_heading(record, width), identity + _pad(record.optional, width - len(identity))]


def _heading(record: MrzRecord, width: int) -> str:
    return _pad(record.document_code, 2) + record.country + _names(record, width - 5)


def _identity(record: MrzRecord) -> str:
    number = _checked(record.number, 9)
    return number + record.country + _checked_date(record.birth) + record.sex + _checked_date(record.expiry)


def _composite(lower: str) -> str:
    return check_digit(lower[0:10] + lower[13:20] + lower[21:])


def _names(record: MrzRecord, width: int) -> str:
    surname = record.surname.replace(" ", FILLER)
    given = record.given_names.replace(" ", FILLER)
    return _pad(surname + FILLER * 2 + given, width)


def _checked(field: str, width: int) -> str:
    padded = _pad(field, width)
    return padded + check_digit(padded)


def _checked_date(day: date) -> str:
    return _checked(day.strftime("%y%m%d"), 6)


def _pad(field: str, width: int) -> str:
    return field[:width].ljust(width, FILLER)
