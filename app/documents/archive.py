"""PDF/A-2b (ISO 19005-2, level B): the form of PDF that is made for keeping.

What the level asks of a file that holds nothing but pictures: an output intent with an ICC profile that says what
its colours mean, XMP metadata that names the level, a file identifier, no encryption, no scripts, and no document
information that the XMP does not repeat. There are no fonts, since captions are pictures.
"""

from __future__ import annotations

import functools
import io

import pikepdf
from PIL import ImageCms

_PROFILE_NAME = "sRGB IEC61966-2.1"
_ICC_DATE = slice(24, 36)


def as_pdf_a(document: pikepdf.Pdf) -> bytes:
    """The bytes of the document as PDF/A-2b, the same for the same contents. The document is changed.

    Args:
        document: Pages that show RGB or grey pictures, and use no fonts.
    """
    profile = document.make_stream(_srgb_profile(), {"/N": 3, "/Alternate": pikepdf.Name.DeviceRGB})
    intent = pikepdf.Dictionary(
        Type=pikepdf.Name.OutputIntent,
        S=pikepdf.Name.GTS_PDFA1,
        OutputConditionIdentifier=pikepdf.String(_PROFILE_NAME),
        Info=pikepdf.String(_PROFILE_NAME),
        DestOutputProfile=profile,
    )
    document.Root.OutputIntents = pikepdf.Array([document.make_indirect(intent)])
    with document.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["pdfaid:part"] = "2"
        metadata["pdfaid:conformance"] = "B"
    if "/Info" in document.trailer:
        del document.trailer.Info
    buffer = io.BytesIO()
    document.save(buffer, deterministic_id=True, force_version="1.7")
    return buffer.getvalue()


@functools.cache
def _srgb_profile() -> bytes:
    """The sRGB profile that Little CMS makes, with its date of making set to a fixed one."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[_ICC_DATE] = b"".join(part.to_bytes(2, "big") for part in (2000, 1, 1, 0, 0, 0))
    return bytes(profile)
