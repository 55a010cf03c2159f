from __future__ import annotations

import dataclasses
import datetime

from app.batch.manifest_rows import manifest_rows
from app.documents.export import ExportedFile
from app.documents.manifest import ManifestRow
from app.documents.names import NameFields, NameTemplate, NewFile
from app.documents.quality import Quality, QualityFlag
from app.scanning import FoundCard, ScannedFile, ScannedPage
from detector import Detection
from detector.geometry import bounding_box, rectangle_quad

QUAD = rectangle_quad(40.123, 30)
CARD = FoundCard(
    Detection(0.98765, bounding_box(QUAD), QUAD, 90), Quality(301.26, 0.1, 0, 0, (QualityFlag.BLURRED,)), "ID-1"
)


def exported(page: int, *cards: int) -> ExportedFile:
    fields = NameFields("a", 1, page, "card", "ID-1", datetime.date(2026, 1, 1))
    return ExportedFile(NewFile(NameTemplate("{source}"), fields, ".png", b""), cards)


def test_cards_count_through_all_pages_and_name_the_files_they_are_in() -> None:
    scanned = ScannedFile(
        "00", (ScannedPage(1, cards=(CARD,)), ScannedPage(2, cards=(CARD,))), (exported(1, 0), exported(1, 0, 1))
    )
    first, second = manifest_rows("a.pdf", scanned, ("one.png", "both.pdf"))
    assert (first.page, first.card, first.files) == (1, 1, ("one.png", "both.pdf"))
    assert (second.page, second.card, second.files) == (2, 2, ("both.pdf",))
    assert (first.score, first.source_dpi, first.rotation, first.flags) == (0.9877, 301.3, 90, ("blurred",))
    assert first.quad == (0, 0, 40.12, 0, 40.12, 30, 0, 30)


def test_a_card_that_is_not_saved_has_its_reason_and_no_number() -> None:
    unsaved = dataclasses.replace(CARD, error="which way is up?")
    scanned = ScannedFile("00", (ScannedPage(1, cards=(unsaved, CARD)),), (exported(1, 0),))

    first, second = manifest_rows("a.png", scanned, ("one.png",))

    assert first == ManifestRow("a.png", "00", 1, error="which way is up?")
    assert (second.card, second.files, second.error) == (1, ("one.png",), None)


def test_a_page_without_cards_has_a_row_with_its_overlay() -> None:
    pages = (ScannedPage(1, error="it cannot be read"), ScannedPage(2))
    scanned = ScannedFile("00", pages, (exported(1), exported(2)))
    assert manifest_rows("a.pdf", scanned, ("one.png", "two.png")) == [
        ManifestRow("a.pdf", "00", 1, files=("one.png",), error="it cannot be read"),
        ManifestRow("a.pdf", "00", 2, files=("two.png",)),
    ]


def test_a_file_that_failed_has_one_row_whatever_was_found() -> None:
    assert manifest_rows("a", ScannedFile(None, error="gone"), ()) == [ManifestRow("a", None, error="gone")]
    failed = ScannedFile("00", (ScannedPage(1, cards=(CARD,)),), error="cut off")
    assert manifest_rows("a", failed, ()) == [ManifestRow("a", "00", error="cut off")]
