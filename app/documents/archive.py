"""PDF/A-1b (ISO 19005-1, level B): the form of PDF that is made for keeping, and its strictest part.

What the level asks of a file that holds nothing but pictures: PDF 1.4 without object streams, an output intent with an
ICC profile that says what its colours mean, XMP metadata that names the level, a file identifier, no transparency, no
encryption, no scripts, and no document information that the XMP does not repeat. There are no fonts, since captions are
pictures.
"""

from __future__ import annotations

import io

import pikepdf

from app.documents.srgb_profile import srgb_profile

_PROFILE_NAME = "sRGB IEC61966-2.1"
_METADATA = """\
<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
 <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
  <rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
   <pdfaid:part>1</pdfaid:part>
   <pdfaid:conformance>B</pdfaid:conformance>
  </rdf:Description>
 </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
"""


def as_pdf_a(document: pikepdf.Pdf) -> bytes:
    """The bytes of the document as PDF/A-1b, the same for the same contents. The document is changed.

    Args:
        document: Pages that show RGB or grey pictures without transparency, and use no fonts.
    """
    profile = document.make_stream(srgb_profile(), {"/N": 3, "/Alternate": pikepdf.Name.DeviceRGB})
    intent = pikepdf.Dictionary(
        Type=pikepdf.Name.OutputIntent,
        S=pikepdf.Name.GTS_PDFA1,
        OutputConditionIdentifier=pikepdf.String(_PROFILE_NAME),
        Info=pikepdf.String(_PROFILE_NAME),
        DestOutputProfile=profile,
    )
    document.Root.OutputIntents = pikepdf.Array([document.make_indirect(intent)])
    document.Root.Metadata = document.make_stream(
        _METADATA.encode(), Type=pikepdf.Name.Metadata, Subtype=pikepdf.Name.XML
    )
    if "/Info" in document.trailer:
        del document.trailer.Info
    buffer = io.BytesIO()
    document.save(
        buffer, deterministic_id=True, force_version="1.4", object_stream_mode=pikepdf.ObjectStreamMode.disable
    )
    return buffer.getvalue()
