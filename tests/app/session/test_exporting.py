from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pikepdf
import pytest
from PIL import Image as PillowImage

from app.documents.card import CardStyle
from app.session.exporting import ExportFormat, ExportOptions, export_cards
from app.session.shelf import FileOrigin


def export(cards, shelf, folder: Path, file_format: ExportFormat = ExportFormat.PNG, cancel_after: int = 99):
    done: list[int] = []
    options = ExportOptions(folder, file_format, CardStyle(dpi=150.0))
    return export_cards(cards, shelf, options, done.append, lambda: len(done) >= cancel_after), done


def test_each_card_has_its_name_and_nothing_is_replaced(album_card, shelf, tmp_path) -> None:
    (tmp_path / "Erika.png").write_bytes(b"the user's")
    odd = replace(album_card, name="../a:b", key="odd")

    report, done = export([album_card, album_card, odd], shelf, tmp_path)

    assert [path.name for path in report.saved[:2]] == ["Erika (2).png", "Erika (3).png"]
    assert all(path.parent == tmp_path for path in report.saved)
    assert (tmp_path / "Erika.png").read_bytes() == b"the user's"
    assert done == [1, 2, 3]


@pytest.mark.parametrize("file_format", [ExportFormat.PNG, ExportFormat.JPEG, ExportFormat.TIFF])
def test_pictures_have_true_size(album_card, shelf, tmp_path, file_format) -> None:
    report, _ = export([album_card], shelf, tmp_path / "new", file_format)

    with PillowImage.open(report.saved[0]) as picture:
        assert picture.size == (506, 319)
        assert float(picture.info["dpi"][0]) == pytest.approx(150, rel=1e-3)


@pytest.mark.parametrize(
    ("file_format", "pages"), [(ExportFormat.PDF, 2), (ExportFormat.PDF_A4, 1), (ExportFormat.PDF_LETTER, 1)]
)
def test_cards_in_one_pdf(album_card, shelf, tmp_path, file_format, pages) -> None:
    report, _ = export([album_card, album_card], shelf, tmp_path, file_format)

    assert len(report.saved) == 1
    with pikepdf.open(report.saved[0]) as document:
        assert len(document.pages) == pages


def test_a_lost_picture_is_reported_and_the_others_go_on(album_card, shelf, tmp_path) -> None:
    gone = replace(album_card, name="gone", picture_key="gone")
    shelf.restore("gone", FileOrigin(tmp_path / "gone.png", 1, ""))

    report, _ = export([gone, album_card], shelf, tmp_path)

    assert [failure.name for failure in report.failures] == ["gone"]
    assert report.cards == (album_card,)
    assert len(report.saved) == 1


def test_cancelling_keeps_what_is_written(album_card, shelf, tmp_path) -> None:
    report, _ = export([album_card] * 5, shelf, tmp_path, cancel_after=2)

    assert report.was_cancelled
    assert len(report.saved) == len(report.cards) == len(list(tmp_path.iterdir())) == 2


def test_a_pdf_that_was_cancelled_holds_no_card(album_card, shelf, tmp_path) -> None:
    report, _ = export([album_card] * 3, shelf, tmp_path, ExportFormat.PDF, cancel_after=2)

    assert (report.saved, report.cards) == ((), ())
