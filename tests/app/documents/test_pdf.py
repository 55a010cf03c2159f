from __future__ import annotations

import io

import numpy as np
import pikepdf
import pypdfium2
import pytest

from app.documents import pdf
from app.documents.card import Card
from app.documents.encoded_card import encode_for_pdf
from app.documents.errors import PaperTooSmallError, UndrawableTextError
from app.documents.formats import ID_1, ID_3, CardFormat, free_format
from app.documents.paper import Paper
from app.documents.writers import FileFormat, encode_picture

MM_PER_POINT = 25.4 / 72


def made(card_format: CardFormat = ID_1, dpi: float = 300, *, level: int = 40, lossless: bool = True) -> Card:
    width, height = card_format.size_px(dpi)
    return Card(np.full((height, width, 3), level, np.uint8), card_format.size_mm(), dpi, card_format, lossless)


def noise() -> Card:
    image = np.random.default_rng(0).integers(0, 256, (638, 1011, 3), dtype=np.uint8)
    return Card(image, ID_1.size_mm(), 300, ID_1)


def card_pages(cards: list[Card]) -> bytes:
    return pdf.card_pages([encode_for_pdf(card) for card in cards])


def sheet_pages(cards: list[Card], captions: list[str], paper: Paper) -> bytes:
    return pdf.sheet_pages([encode_for_pdf(card) for card in cards], captions, paper)


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def page_sizes_mm(data: bytes) -> list[tuple[float, float]]:
    with opened(data) as document:
        boxes = [[float(edge) for edge in page.mediabox] for page in document.pages]
    return [((box[2] - box[0]) * MM_PER_POINT, (box[3] - box[1]) * MM_PER_POINT) for box in boxes]


def rendered(data: bytes, dpi: float) -> list[np.ndarray]:
    with pypdfium2.PdfDocument(data) as document:
        return [page.render(scale=dpi / 72).to_numpy().copy() for page in document]


def dark_rectangles_mm(page: np.ndarray, dpi: float) -> list[tuple[float, float]]:
    """Sizes of the dark areas of a page, from its top, by their ink."""
    ink = 1 - page.min(axis=2) / 255
    rows = np.flatnonzero(np.diff(np.pad((ink.mean(axis=1) > 0.2).astype(int), 1)))
    sizes = []
    for top, bottom in rows.reshape(-1, 2):
        area = ink[max(0, top - 2) : bottom + 2]
        middle_row, middle_column = area[area.shape[0] // 2], area[:, area.shape[1] // 2]
        sizes.append((middle_row.sum() / dpi * 25.4, middle_column.sum() / dpi * 25.4))
    return sizes


def images(data: bytes) -> list[pikepdf.Object]:
    with opened(data) as document:
        found = [item for item in document.objects if isinstance(item, pikepdf.Stream) and "/Width" in item]
        return [pikepdf.PdfImage(item).as_pil_image() for item in found]


def test_each_card_has_a_page_of_exactly_its_size() -> None:
    standing = made(ID_3)
    data = card_pages([made(), Card(standing.image, (88.0, 125.0), 300, ID_3)])

    assert page_sizes_mm(data) == [pytest.approx(size, abs=0.001) for size in ((85.60, 53.98), (88.0, 125.0))]
    for page in rendered(data, 100):
        assert (page == 40).all()


def test_lossless_pictures_keep_every_pixel() -> None:
    card = noise()

    (back,) = images(card_pages([card]))

    np.testing.assert_array_equal(np.asarray(back)[..., ::-1], card.image)


def test_pictures_of_lossy_sources_are_stored_as_the_jpeg_that_a_file_would_hold() -> None:
    card = made(lossless=False)
    expected = encode_picture(card.image, FileFormat.JPEG, card.dpi)

    for data in (card_pages([card]), sheet_pages([card], [""], Paper.A4)):
        with opened(data) as document:
            (stored,) = [item for item in document.objects if isinstance(item, pikepdf.Stream) and "/Width" in item]
            assert stored.read_raw_bytes() == expected


@pytest.mark.parametrize(("paper", "size_mm"), [(Paper.A4, (210, 297)), (Paper.LETTER, (215.9, 279.4))])
def test_front_and_back_measure_true_on_paper(paper, size_mm) -> None:
    data = sheet_pages([made(dpi=600, level=0)] * 2, ["", ""], paper)

    assert page_sizes_mm(data) == [pytest.approx(size_mm, abs=0.001)]
    (page,) = rendered(data, 600)
    sizes = dark_rectangles_mm(page, 600)
    assert sizes == [pytest.approx((85.60, 53.98), abs=0.1)] * 2


def test_captions_stand_below_their_cards() -> None:
    plain, lettered = (
        rendered(sheet_pages([made()] * 2, texts, Paper.A4), 100)[0] for texts in (["", ""], ["正面", ""])
    )

    rows = np.flatnonzero((plain != lettered).any(axis=(1, 2)))
    card_rows = np.flatnonzero((plain < 128).any(axis=(1, 2)))
    first_card_end = card_rows[np.flatnonzero(np.diff(card_rows) > 1)[0]]
    assert first_card_end < rows[0] < rows[-1] < first_card_end + 6.5 / 25.4 * 100


def test_a_long_caption_stays_as_wide_as_its_card() -> None:
    (page,) = rendered(sheet_pages([made()], ["A very long caption, far wider than any card. " * 4], Paper.A4), 100)

    columns = np.flatnonzero((page < 250).any(axis=(0, 2)))
    assert (columns[-1] - columns[0]) / 100 * 25.4 == pytest.approx(85.6, abs=0.6)


def test_more_cards_than_fit_go_to_further_sheets() -> None:
    assert len(page_sizes_mm(sheet_pages([made()] * 9, [""] * 9, Paper.A4))) == 2


def test_a_card_larger_than_the_paper() -> None:
    with pytest.raises(PaperTooSmallError):
        sheet_pages([made(free_format(300, 200), 150)], [""], Paper.A4)


def test_a_caption_that_cannot_be_drawn() -> None:
    with pytest.raises(UndrawableTextError):
        sheet_pages([made()], ["हिन्दी"], Paper.A4)


def test_transparent_corners_are_white_on_paper() -> None:
    image = np.zeros((638, 1011, 4), np.uint8)

    (page,) = rendered(card_pages([Card(image, ID_1.size_mm(), 300, ID_1)]), 100)

    assert (page == 255).all()


def test_the_same_cards_give_the_same_bytes() -> None:
    cards = [noise(), made(lossless=False)]

    assert card_pages(cards) == card_pages(cards)
    assert sheet_pages(cards, ["Front", "Back"], Paper.A4) == sheet_pages(cards, ["Front", "Back"], Paper.A4)
