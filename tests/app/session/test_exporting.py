from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from PIL import Image as PillowImage

from app.documents import pdf
from app.documents.card import CardStyle
from app.documents.errors import DiskFullError
from app.documents.paper import place_cards
from app.session import exporting
from app.session.album import Album
from app.session.album_card import AlbumCard
from app.session.exporting import ExportFormat, ExportOptions, export_cards
from app.session.shelf import FileOrigin, MemoryVault, Shelf
from detector.geometry import Image
from tests.app.session.conftest import make_card


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


def test_names_that_are_taken_are_not_written_to_find_out(album_card, shelf, tmp_path, monkeypatch) -> None:
    for name in ("Erika", "Erika (2)", "Erika (3)"):
        (tmp_path / f"{name}.png").write_bytes(b"the user's")
    written: list[Path] = []
    monkeypatch.setattr(
        exporting, "write_file", lambda path, data: (written.append(path), path.write_bytes(data), None)[2]
    )

    export([album_card], shelf, tmp_path)

    assert [path.name for path in written] == ["Erika (4).png"]


def test_a_name_that_is_taken_in_the_last_moment_is_left(album_card, shelf, tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(exporting.os.path, "lexists", lambda _path: False)
    (tmp_path / "Erika.png").write_bytes(b"the user's")

    report, _ = export([album_card], shelf, tmp_path)

    assert [path.name for path in report.saved] == ["Erika (2).png"]
    assert (tmp_path / "Erika.png").read_bytes() == b"the user's"


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


@pytest.fixture
def people(shelf, card) -> list[AlbumCard]:
    """A lone card, a pair between whose sides another card lies, the back first, and a second pair."""
    picture = shelf.keep(card)
    album = Album(tuple(make_card(name, picture) for name in ("lone", "Ada", "Ada 2", "other", "Bo", "Bo 2")))
    keys = {one.name: one.key for one in album.cards}
    album = album.paired(keys["Ada"], keys["Ada 2"]).paired(keys["Bo"], keys["Bo 2"])
    cards = {one.name: one for one in album.cards}
    return [cards[name] for name in ("lone", "Ada 2", "other", "Ada", "Bo", "Bo 2")]


def test_a_pdf_for_each_document_has_its_front_before_its_back(people, shelf, tmp_path) -> None:
    report, done = export(people, shelf, tmp_path, ExportFormat.PDF_EACH)

    assert [path.name for path in report.saved] == ["lone.pdf", "Ada.pdf", "other.pdf", "Bo.pdf"]
    assert [one.name for one in report.cards] == ["lone", "Ada", "Ada 2", "other", "Bo", "Bo 2"]
    pages = []
    for path in report.saved:
        with pikepdf.open(path) as document:
            pages.append(len(document.pages))
    assert pages == [1, 2, 1, 2]
    assert done == [1, 2, 3, 4, 5, 6]


def test_the_sides_of_a_pair_come_together_on_a_sheet(people, shelf, tmp_path, monkeypatch) -> None:
    laid: list[object] = []
    monkeypatch.setattr(pdf, "place_cards", lambda *given: laid.append(given[2]) or place_cards(*given))
    report, _ = export(people, shelf, tmp_path, ExportFormat.PDF_A4)

    assert [path.name for path in report.saved] == ["lone.pdf"]
    assert [one.name for one in report.cards] == ["lone", "Ada", "Ada 2", "other", "Bo", "Bo 2"]
    assert laid == [[1, 2, 1, 2]]


def test_a_pair_that_was_cancelled_has_no_file(people, shelf, tmp_path) -> None:
    report, _ = export(people, shelf, tmp_path, ExportFormat.PDF_EACH, cancel_after=2)

    assert report.was_cancelled
    assert [path.name for path in tmp_path.iterdir()] == ["lone.pdf"]
    assert [one.name for one in report.cards] == ["lone"]


def test_what_was_written_before_the_disk_was_full_is_reported(album_card, shelf, tmp_path, monkeypatch) -> None:
    written = []

    def write(path: Path, data: bytes) -> None:
        if len(written) == 2:
            raise DiskFullError
        written.append(path)

    monkeypatch.setattr(exporting, "write_file", write)
    report, _ = export([album_card, replace(album_card, name="b"), replace(album_card, name="c")], shelf, tmp_path)
    assert report.broken_off == str(DiskFullError())
    assert (report.saved, len(report.cards)) == (tuple(written), 2)
    with pytest.raises(DiskFullError):
        export([album_card], shelf, tmp_path)


def test_a_lost_picture_is_reported_and_the_others_go_on(album_card, shelf, tmp_path) -> None:
    gone = replace(album_card, name="gone", picture_key="gone")
    shelf.restore("gone", FileOrigin(tmp_path / "gone.png", 1, ""))

    report, _ = export([gone, album_card], shelf, tmp_path)

    assert [failure.name for failure in report.failures] == ["gone"]
    assert report.cards == (album_card,)
    assert len(report.saved) == 1


class NotingShelf(Shelf):
    """Notes which pictures are asked for."""

    def __init__(self) -> None:
        super().__init__(MemoryVault())
        self.loaded: list[str] = []

    def load(self, key: str) -> Image:
        self.loaded.append(key)
        return super().load(key)


def shuffled_cards(shelf: Shelf, card: Image, gone: FileOrigin) -> list[AlbumCard]:
    """Cards of three pictures in turns. The second one has gone; cards of one name have different pixels."""
    shelf.restore("gone", gone)
    pictures = [shelf.keep(card), "gone", shelf.keep(255 - card)]
    names = ["same", "b", "same", "d", "e", "f"]
    return [make_card(name, pictures[place % 3]) for place, name in enumerate(names)]


def test_each_picture_is_loaded_once_and_files_stay_in_order(card, tmp_path) -> None:
    shelf = NotingShelf()
    cards = shuffled_cards(shelf, card, FileOrigin(tmp_path / "gone.png", 1, ""))

    report, done = export(cards, shelf, tmp_path / "out")

    assert len(shelf.loaded) == len(set(shelf.loaded)) == 3
    assert [path.name for path in report.saved] == ["same.png", "same (2).png", "d.png", "f.png"]
    assert [failure.name for failure in report.failures] == ["b", "e"]
    assert done == [1, 2, 3, 4, 5, 6]
    brightness = [np.asarray(PillowImage.open(path)).mean() for path in report.saved]
    assert brightness[0] == brightness[2] > brightness[1] == brightness[3]


def test_a_card_without_a_proper_outline_costs_no_other_of_its_picture(album_card, shelf, tmp_path) -> None:
    crossed = replace(album_card, name="crossed", corners=tuple(album_card.corners[at] for at in (0, 2, 1, 3)))

    report, _ = export([crossed, album_card], shelf, tmp_path)

    assert [failure.name for failure in report.failures] == ["crossed"]
    assert [path.name for path in report.saved] == ["Erika.png"]


def test_cancelling_keeps_what_is_written(album_card, shelf, tmp_path) -> None:
    report, _ = export([album_card] * 5, shelf, tmp_path, cancel_after=2)

    assert report.was_cancelled
    assert len(report.saved) == len(report.cards) == len(list(tmp_path.iterdir())) == 2


def test_a_pdf_that_was_cancelled_holds_no_card(album_card, shelf, tmp_path) -> None:
    report, _ = export([album_card] * 3, shelf, tmp_path, ExportFormat.PDF, cancel_after=2)

    assert (report.saved, report.cards) == ((), ())
