"""PDFs are PDF/A-1b: by pikepdf's validator, which follows veraPDF's rules, and by Apache Preflight where it is."""

from __future__ import annotations

import io
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from pikepdf import pdfa
from PIL import Image, ImageCms

from app.documents.card import Card
from app.documents.encoded_card import encode_for_pdf
from app.documents.formats import ID_1
from app.documents.paper import Paper
from app.documents.pdf import card_pages, sheet_pages
from app.documents.srgb_profile import srgb_profile

CARDS = [
    Card(np.full((319, 506, 3), 40, np.uint8), ID_1.size_mm(), 150, ID_1, lossless=True),
    Card(np.full((319, 506, 4), 40, np.uint8), ID_1.size_mm(), 150, ID_1, lossless=False),
]
JARS = [
    Path("/usr/share/java", f"{name}.jar")
    for name in (
        *("pdfbox2", "fontbox2", "preflight", "xmpbox"),
        *("commons-logging", "commons-io", "javax.activation", "jaxb-api"),
    )
]


@pytest.fixture(params=["pages", "sheets"])
def data(request) -> bytes:
    cards = [encode_for_pdf(card) for card in CARDS]
    return card_pages(cards) if request.param == "pages" else sheet_pages(cards, ["Front", "背面"], Paper.A4)


def test_the_rules_of_verapdf(data) -> None:
    report = pdfa.validate_written(io.BytesIO(data), "1b")

    assert report.findings == []
    assert report.passed


def test_the_validator_finds_what_is_wrong(data) -> None:
    with pikepdf.open(io.BytesIO(data)) as document:
        del document.Root.OutputIntents
        buffer = io.BytesIO()
        document.save(buffer, object_stream_mode=pikepdf.ObjectStreamMode.disable)

    assert not pdfa.validate_written(buffer, "1b").passed


@pytest.mark.skipif(
    not (shutil.which("java") and all(jar.exists() for jar in JARS)),
    reason="needs Java and Debian's libpdfbox2-java, libcommons-io-java, libactivation-java and libjaxb-api-java",
)
def test_apache_preflight(data, tmp_path: Path) -> None:
    (tmp_path / "cards.pdf").write_bytes(data)
    validator = "org.apache.pdfbox.preflight.Validator_A1b"

    told = subprocess.run(
        ["java", "-cp", ":".join(map(str, JARS)), validator, tmp_path / "cards.pdf"], capture_output=True, text=True
    )

    assert "is a valid PDF/A-1b file" in told.stdout
    assert told.returncode == 0


def test_nothing_is_told_but_the_level(data) -> None:
    with pikepdf.open(io.BytesIO(data)) as document:
        assert set(document.Root.keys()) == {"/Type", "/Pages", "/Metadata", "/OutputIntents"}
        assert "/Info" not in document.trailer
        assert len(document.trailer.ID) == 2
        with document.open_metadata() as metadata:
            assert metadata.pdfa_status == "1B"
            assert [key.rsplit("}")[-1] for key in metadata] == ["part", "conformance"]


def test_the_profile_is_that_of_srgb() -> None:
    profile = ImageCms.ImageCmsProfile(io.BytesIO(srgb_profile()))
    colours = Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 50, 3), dtype=np.uint8))

    same = ImageCms.profileToProfile(colours, profile, ImageCms.createProfile("sRGB"))

    assert (profile.profile.version, profile.profile.xcolor_space) == (2.1, "RGB ")
    assert np.abs(np.asarray(same, int) - np.asarray(colours, int)).max() <= 1
