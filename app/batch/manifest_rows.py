"""What the manifest says of a file that was scanned."""

from __future__ import annotations

from collections.abc import Sequence

from app.documents.manifest import ManifestRow
from app.scanning import FoundCard, ScannedFile, ScannedPage


def manifest_rows(source: str, scanned: ScannedFile, names: Sequence[str]) -> list[ManifestRow]:
    """A row for each card, and for each page or file that has none. Cards that are not saved have no number.

    Args:
        source: The file, as the manifest calls it.
        scanned: What became of it.
        names: Of the files that were written, in the order of `scanned.files`.
    """
    if not scanned.pages or scanned.error:
        return [ManifestRow(source, scanned.sha256, error=scanned.error)]
    rows: list[ManifestRow] = []
    cards = 0
    for page in scanned.pages:
        if not page.cards:
            rows.append(_row_without_card(source, scanned, page.number, page.error, names))
        for card in page.cards:
            if card.error:
                rows.append(_row_without_card(source, scanned, page.number, card.error, names))
                continue
            rows.append(_row_of_card(source, scanned, page, card, cards, names))
            cards += 1
    return rows


def _row_of_card(
    source: str, scanned: ScannedFile, page: ScannedPage, card: FoundCard, number: int, names: Sequence[str]
) -> ManifestRow:
    detection = card.detection
    return ManifestRow(
        source=source,
        sha256=scanned.sha256,
        page=page.number,
        card=number + 1,
        score=round(float(detection.score), 4),
        quad=tuple(round(float(value), 2) for value in detection.quad.ravel()),
        rotation=detection.rotation,
        format=card.format_name,
        source_dpi=round(card.quality.source_dpi, 1),
        flags=tuple(str(flag) for flag in card.quality.flags),
        files=tuple(name for name, item in zip(names, scanned.files, strict=True) if number in item.cards),
        error=None,
    )


def _row_without_card(
    source: str, scanned: ScannedFile, page: int, error: str | None, names: Sequence[str]
) -> ManifestRow:
    files = tuple(
        name
        for name, item in zip(names, scanned.files, strict=True)
        if not item.cards and item.file.fields.page == page
    )
    return ManifestRow(source, scanned.sha256, page, files=files, error=error)
