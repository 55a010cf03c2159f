from __future__ import annotations

import io
import multiprocessing
import struct
import sys

import numpy as np
import pikepdf
import pillow_heif
import pytest
from PIL import Image, TiffImagePlugin

from app.capture import pdf_pages, pdf_renderer
from app.capture.errors import (
    CostlyPdfError,
    DamagedImageError,
    DamagedPdfError,
    EmptyFileError,
    EncryptedPdfError,
    ImageReadError,
    ImageTooLargeError,
    NotAnImageError,
)
from app.capture.images import DEFAULT_LIMITS, Limits
from app.capture.pages import decode_page, decode_pages
from app.documents.card import Card
from app.documents.encoded_card import encode_for_pdf
from app.documents.formats import ID_1
from app.documents.pdf import card_pages

pillow_heif.register_heif_opener()

RED, BLUE = (0, 0, 255), (255, 0, 0)


def tiff(*colours: tuple[int, int, int], orientation: int = 1) -> bytes:
    frames = [Image.new("RGB", (40, 20), colour[::-1]) for colour in colours]
    exif = Image.Exif()
    exif[0x0112] = orientation
    buffer = io.BytesIO()
    frames[0].save(buffer, "TIFF", save_all=True, append_images=frames[1:], exif=exif)
    return buffer.getvalue()


def pdf(*levels: int) -> bytes:
    cards = [Card(np.full((319, 506, 3), level, np.uint8), ID_1.size_mm(), 150, ID_1) for level in levels]
    return card_pages([encode_for_pdf(card) for card in cards])


def saved(document: pikepdf.Pdf, **options: object) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(("format_name", "lossless"), [("PNG", True), ("JPEG", False)])
def test_a_picture_is_one_page(format_name, lossless) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 20)).save(buffer, format_name)

    (page,) = decode_pages(buffer.getvalue())

    assert (page.number, page.error, page.lossless) == (1, None, lossless)
    assert page.image is not None
    assert page.image.shape == (20, 40, 3)


@pytest.mark.parametrize("format_name", ["JPEG", "PNG", "WEBP", "TIFF", "HEIF"])
@pytest.mark.parametrize(("noted", "expected"), [(26, 26.0), (0, None), (60000, None), (None, None)])
def test_a_noted_focal_length(format_name, noted, expected) -> None:
    exif = Image.Exif()
    exif[0x0112] = 1
    if noted is not None:
        exif.get_ifd(0x8769)[0xA405] = noted
    buffer = io.BytesIO()
    Image.new("RGB", (40, 20)).save(buffer, format_name, exif=exif.tobytes())

    (page,) = decode_pages(buffer.getvalue())

    assert page.focal_35mm == expected


def test_a_heic_of_several_pictures_is_its_primary_one() -> None:
    heic = pillow_heif.HeifFile()
    for colour in (RED, BLUE):
        heic.add_from_pillow(Image.new("RGB", (40, 20), colour[::-1]))
    buffer = io.BytesIO()
    heic.save(buffer, primary_index=1, quality=-1)

    (page,) = decode_pages(buffer.getvalue())

    np.testing.assert_allclose(page.image[5, 5], BLUE, atol=3)


def test_every_page_of_a_tiff() -> None:
    pages = list(decode_pages(tiff(RED, BLUE, RED)))

    assert [page.number for page in pages] == [1, 2, 3]
    assert [tuple(page.image[5, 5]) for page in pages] == [RED, BLUE, RED]


def directories(data: bytes) -> list[int]:
    """Where the directory of each page of a TIFF begins, and where the last one ends."""
    places = [struct.unpack_from("<I", data, 4)[0]]
    while places[-1]:
        (entries,) = struct.unpack_from("<H", data, places[-1])
        end = places[-1] + 2 + 12 * entries
        places.append(struct.unpack_from("<I", data, end)[0])
    return [*places[:-1], end]


def test_a_page_of_a_tiff_that_cannot_be_gone_to_costs_no_page_before_it() -> None:
    data = bytearray(tiff(RED, BLUE, RED))
    _, _, third, end = directories(data)
    unknown = data.copy()
    struct.pack_into("<HHII", unknown, third + 2, 256, 2, 1, 0)  # its width is a text

    for bad in (unknown, data[: end - 6]):
        first, second, last = decode_pages(bytes(bad))
        assert (tuple(first.image[5, 5]), tuple(second.image[5, 5])) == (RED, BLUE)
        assert "damaged" in last.error
        assert (first.count, last.number) == (3, 3)


def test_every_page_of_a_tiff_is_upright() -> None:
    assert [page.image.shape for page in decode_pages(tiff(RED, BLUE, orientation=6))] == [(40, 20, 3)] * 2


def test_a_smaller_copy_of_a_tiff_s_page_is_no_page() -> None:
    buffer = io.BytesIO()
    with TiffImagePlugin.AppendingTiffWriter(buffer, new=True) as writer:
        for kind, colour in ((1, BLUE), (0, RED), (1, RED), (0, BLUE)):
            Image.new("RGB", (40, 20), colour[::-1]).save(writer, "TIFF", tiffinfo={254: kind})
            writer.newFrame()

    pages = list(decode_pages(buffer.getvalue()))

    assert [(page.number, page.count, tuple(page.image[5, 5])) for page in pages] == [(1, 2, RED), (2, 2, BLUE)]
    assert tuple(decode_page(buffer.getvalue(), 2)[5, 5]) == BLUE


def test_a_tiff_of_smaller_copies_alone_has_its_first_for_a_page() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 20)).save(buffer, "TIFF", tiffinfo={254: 1})

    assert len(list(decode_pages(buffer.getvalue()))) == 1


def test_a_bad_page_of_a_tiff_does_not_cost_the_others() -> None:
    pages = list(decode_pages(tiff(RED, BLUE), Limits(megapixels=0.0008)))
    assert [page.error for page in pages] == [None, None]

    small, large = Image.new("RGB", (4, 2)), Image.new("RGB", (40, 20))
    buffer = io.BytesIO()
    large.save(buffer, "TIFF", save_all=True, append_images=[small])
    first, second = decode_pages(buffer.getvalue(), Limits(megapixels=0.0001))
    assert "megapixels" in first.error
    assert second.image.shape == (2, 4, 3)


def test_pages_beyond_the_limit_are_said_to_be_left_out() -> None:
    for data in (tiff(RED, BLUE, RED), pdf(10, 20, 30)):
        pages = list(decode_pages(data, Limits(pages=2)))

        assert [page.error is None for page in pages] == [True, True, False]
        assert "only the first 2 pages" in pages[-1].error


def test_how_many_pages_there_will_be_is_known_from_the_first_one() -> None:
    for data in (tiff(RED, BLUE, RED), pdf(10, 20, 30)):
        assert [page.count for page in decode_pages(data)] == [3] * 3
        assert [page.count for page in decode_pages(data, Limits(pages=1))] == [2] * 2


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_page_alone_is_as_among_the_others(number) -> None:
    for data in (tiff(RED, BLUE, RED, orientation=6), pdf(10, 120, 30)):
        assert np.array_equal(decode_page(data, number), list(decode_pages(data))[number - 1].image)


@pytest.mark.parametrize("number", [-1, 0, 3, 10**30])
def test_a_page_that_is_not_there(number) -> None:
    for data, error in ((tiff(RED, BLUE, RED), DamagedImageError), (pdf(10, 20, 30), DamagedPdfError)):
        with pytest.raises(error):
            decode_page(data, number, Limits(pages=2))


def test_of_an_animation_there_is_the_first_picture_alone() -> None:
    buffer = io.BytesIO()
    first, second = Image.new("L", (4, 2)), Image.new("L", (4, 2), 200)
    first.save(buffer, "GIF", save_all=True, append_images=[second])

    assert not decode_page(buffer.getvalue(), 1).any()
    with pytest.raises(DamagedImageError):
        decode_page(buffer.getvalue(), 2)


def test_a_page_alone_has_the_limits_of_all() -> None:
    with pytest.raises(ImageTooLargeError):
        decode_page(tiff(RED, BLUE), 2, Limits(megapixels=0.0001))
    height, width = decode_page(pdf(10, 20), 2, Limits(megapixels=0.1)).shape[:2]
    assert height * width <= 100_000


class NotingConnection:
    """Notes the lengths of what is sent."""

    def __init__(self) -> None:
        self.sent_bytes: list[int] = []

    def send_bytes(self, data: bytes) -> None:
        self.sent_bytes.append(len(data))


def test_for_a_page_alone_no_other_is_rendered() -> None:
    connection = NotingConnection()
    pdf_renderer._send_document(connection, pdf(10, 20, 30), 1000, range(1, 2))

    assert len(connection.sent_bytes) == len(["how many pages", "the page's size", "its pixels"])


def test_every_page_of_a_pdf_at_300_dpi() -> None:
    pages = list(decode_pages(pdf(10, 200)))

    assert [page.number for page in pages] == [1, 2]
    for page, level in zip(pages, (10, 200), strict=True):
        assert page.image.shape[:2] == pytest.approx((638, 1011), abs=1)
        assert page.image[300, 500].tolist() == [level] * 3
        assert page.image.flags.writeable


def test_colours_of_a_pdf_are_in_order() -> None:
    image = np.full((319, 506, 3), RED, np.uint8)

    (page,) = decode_pages(card_pages([encode_for_pdf(Card(image, ID_1.size_mm(), 150, ID_1))]))

    assert tuple(page.image[100, 100]) == RED


def form(data: bytes, *, xfa: bool) -> bytes:
    """The first page of a PDF as the picture on a button, on a page of its own."""
    with pikepdf.new() as document, pikepdf.open(io.BytesIO(data)) as source:
        page = document.add_blank_page(page_size=source.pages[0].mediabox[2:])
        picture = document.make_indirect(document.copy_foreign(source.pages[0].as_form_xobject()))
        kind = {"Type": pikepdf.Name.Annot, "Subtype": pikepdf.Name.Widget, "FT": pikepdf.Name.Btn, "Ff": 2**16}
        look = {"Rect": page.mediabox, "F": 4, "AP": pikepdf.Dictionary(N=picture)}
        button = document.make_indirect(pikepdf.Dictionary(**kind, **look, T=pikepdf.String("picture")))
        page.Annots = pikepdf.Array([button])
        document.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([button]))
        if xfa:
            document.Root.AcroForm.XFA = document.make_stream(b"<xdp/>")
        return saved(document)


@pytest.mark.parametrize("xfa", [False, True])
def test_a_picture_in_a_field_of_a_form_is_shown(capfd, xfa) -> None:
    (page,) = decode_pages(form(pdf(120), xfa=xfa))

    assert page.image[300, 500].tolist() == [120] * 3
    assert capfd.readouterr().err == ""


def test_a_huge_page_is_rendered_coarser() -> None:
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(14_400, 14_400))
        data = saved(document)

    (page,) = decode_pages(data, Limits(megapixels=1))

    assert 0.9e6 < page.image.shape[0] * page.image.shape[1] <= 1e6


def test_a_pdf_with_a_password() -> None:
    with pikepdf.new() as document:
        document.add_blank_page()
        data = saved(document, encryption=pikepdf.Encryption(owner="a", user="b"))

    with pytest.raises(EncryptedPdfError):
        list(decode_pages(data))


def test_a_pdf_may_have_something_before_it_and_a_picture_its_mark_in_it() -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (40, 20)).save(buffer, "JPEG", comment="from %PDF-1.7")

    assert [page.image.shape for page in decode_pages(buffer.getvalue())] == [(20, 40, 3)]
    assert len(list(decode_pages(b"sent by mail\n" + pdf(10, 20)))) == 2


@pytest.mark.parametrize("data", [b"%PDF-1.7\nnothing more", b"%PDF-" + bytes(2000)])
def test_a_broken_pdf(data) -> None:
    with pytest.raises(DamagedPdfError):
        list(decode_pages(data))


def test_a_pdf_page_whose_boxes_make_no_sense_costs_no_other(capfd) -> None:
    with pikepdf.open(io.BytesIO(pdf(10, 20, 30))) as document:
        document.pages[1].cropbox = pikepdf.Array([5000, 5000, 6000, 6000])
        data = saved(document)

    first, second, third = decode_pages(data)
    assert (first.error, third.error) == (None, None)
    assert second.error == str(DamagedPdfError())
    assert "Traceback" not in capfd.readouterr().err


def test_a_pdf_that_takes_too_long_is_given_up() -> None:
    pages = list(pdf_pages.render_pdf(pdf(10, 20), DEFAULT_LIMITS, page_limit_s=60))
    assert len(pages) == 2
    with pytest.raises(CostlyPdfError):
        pdf_pages.render_pdf_page(pdf(10, 20), 2, DEFAULT_LIMITS, page_limit_s=0)

    with pytest.raises(pdf_pages.CostlyPdfError):
        list(pdf_pages.render_pdf(pdf(10, 20), DEFAULT_LIMITS, page_limit_s=0))


@pytest.mark.skipif(sys.platform != "linux", reason="memory is limited on Linux only")
def test_a_pdf_that_takes_too_much_memory_is_given_up(monkeypatch) -> None:
    monkeypatch.setattr(pdf_pages, "_MAX_MEMORY_BYTES", 2**20)
    with pikepdf.new() as document:
        document.add_blank_page(page_size=(14_400, 14_400))
        data = saved(document)

    ((page, _),) = pdf_pages.render_pdf(data, DEFAULT_LIMITS)

    assert isinstance(page, ImageReadError)
    with pytest.raises(type(page)):
        decode_page(data, 1)


def test_stopping_half_way_leaves_no_process() -> None:
    pages = decode_pages(pdf(10, 20, 30))
    next(pages)
    pages.close()
    decode_page(pdf(10, 20, 30), 2)

    assert multiprocessing.active_children() == []


@pytest.mark.parametrize(("data", "error"), [(b"", EmptyFileError), (b"hello", NotAnImageError)])
def test_what_is_no_document(data, error) -> None:
    with pytest.raises(error):
        list(decode_pages(data))
