"""What PDF/A-2b asks of files like ours, clause by clause of ISO 19005-2, as far as it can be checked here."""

from __future__ import annotations

import io

import numpy as np
import pikepdf
import pytest
from PIL import ImageCms

from app.documents.card import Card
from app.documents.formats import ID_1
from app.documents.paper import Paper
from app.documents.pdf import card_pages, sheet_pages

CARDS = [
    Card(np.full((319, 506, 3), 40, np.uint8), ID_1.size_mm(), 150, ID_1, lossless=True),
    Card(np.full((319, 506, 4), 40, np.uint8), ID_1.size_mm(), 150, ID_1, lossless=False),
]


@pytest.fixture(params=["pages", "sheets"])
def data(request) -> bytes:
    return card_pages(CARDS) if request.param == "pages" else sheet_pages(CARDS, ["Front", "背面"], Paper.A4)


def opened(data: bytes) -> pikepdf.Pdf:
    return pikepdf.open(io.BytesIO(data))


def test_6_1_2_the_header_marks_the_file_as_binary(data) -> None:
    first, second = data.split(b"\n")[:2]

    assert first == b"%PDF-1.7"
    assert second[:1] == b"%"
    assert sum(byte > 127 for byte in second[1:5]) == 4


def test_6_1_3_the_trailer_has_an_identifier_and_no_encryption(data) -> None:
    with opened(data) as document:
        assert len(document.trailer.ID) == 2
        assert not document.is_encrypted
    assert data.rstrip().endswith(b"%%EOF")


def test_6_1_7_filters_are_allowed(data) -> None:
    with opened(data) as document:
        filters = {str(item.get("/Filter")) for item in document.objects if isinstance(item, pikepdf.Stream)}
    assert filters <= {"/FlateDecode", "/DCTDecode", "None"}


def test_6_2_3_the_output_intent_has_an_rgb_profile(data) -> None:
    with opened(data) as document:
        (intent,) = document.Root.OutputIntents
        profile_bytes = intent.DestOutputProfile.read_bytes()
        assert intent.S == "/GTS_PDFA1"
        assert intent.DestOutputProfile.N == 3
    profile = ImageCms.ImageCmsProfile(io.BytesIO(profile_bytes)).profile
    assert (profile.device_class, profile.xcolor_space.strip()) == ("mntr", "RGB")
    assert profile.version < 5


def test_6_2_4_pictures_are_in_the_colours_of_that_profile_and_8_not_interpolated(data) -> None:
    with opened(data) as document:
        pictures = [item for item in document.objects if isinstance(item, pikepdf.Stream) and "/Width" in item]
        assert len(pictures) >= 2
        for picture in pictures:
            assert picture.ColorSpace in ("/DeviceRGB", "/DeviceGray")
            assert "/SMask" not in picture
            assert not picture.get("/Interpolate", False)


def test_6_2_11_there_are_no_fonts_to_embed(data) -> None:
    with opened(data) as document:
        assert not [item for item in document.objects if isinstance(item, pikepdf.Dictionary) and "/Font" in item]
    assert b"/Font" not in data


def test_6_5_and_6_6_no_actions_scripts_or_attachments(data) -> None:
    with opened(data) as document:
        assert set(document.Root.keys()) == {"/Type", "/Pages", "/Metadata", "/OutputIntents"}


def test_6_6_2_metadata_name_the_level_and_nothing_else(data) -> None:
    with opened(data) as document:
        assert "/Filter" not in document.Root.Metadata
        assert "/Info" not in document.trailer
        with document.open_metadata() as metadata:
            assert metadata.pdfa_status == "2B"
            assert [key.rsplit("}")[-1] for key in metadata] == ["part", "conformance"]
