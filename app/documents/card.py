"""A card as it is saved: cut out, straight, at true size, with everything burned into its pixels that is wanted.

`make_card` is the one way from a found card to something that `writers` and `pdf` save; commands, batches and the
window all come through it.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.documents.enhance import enhance
from app.documents.formats import MM_PER_INCH, CardFormat, choose_format, true_aspect
from app.documents.outer_shape import Corners, add_margin, on_white, round_corners
from app.documents.redaction import Redaction, redact
from app.documents.straighten import straighten
from app.documents.watermark import Watermark, add_watermark
from detector.geometry import FloatArray, Image


@dataclass(frozen=True, slots=True)
class CardStyle:
    """How cards are to look.

    Attributes:
        dpi: Pixels per inch, `formats.MIN_DPI` to `formats.MAX_DPI`.
        card_format: Of every card; None tells it from each card's shape.
        corners: What becomes of the corners behind the card's rounded ones.
        margin_mm: White, or transparent where the corners are, on each side; 0 for none.
        enhanced: Whether light and white are evened.
        watermark: Written across the card; None for none.
        redactions: Rectangles made black, in millimetres of the upright card without its margin.
    """

    dpi: float = 300.0
    card_format: CardFormat | None = None
    corners: Corners = Corners.SQUARE
    margin_mm: float = 0.0
    enhanced: bool = False
    watermark: Watermark | None = None
    redactions: tuple[Redaction, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Card:
    """A card ready to be saved.

    Attributes:
        image: uint8; BGR, shape (H, W, 3), or BGRA, shape (H, W, 4), where its corners are transparent.
        size_mm: True width and height, with the margin.
        dpi: Pixels per inch of the image.
        card_format: The format it was straightened to.
        lossless: Whether its source was stored without loss, so that it should be stored so again.
    """

    image: Image
    size_mm: tuple[float, float]
    dpi: float
    card_format: CardFormat
    lossless: bool = True


def make_card(picture: Image, quad: FloatArray, style: CardStyle, *, lossless: bool = True) -> Card:
    """Cut a card out of a picture and finish it.

    Redactions come last but for the outer shape, so that nothing drawn afterwards uncovers what they hide.

    Args:
        picture: BGR uint8, shape (H, W, 3); left as it is.
        quad: Corners in pixels of the picture, shape (4, 2), clockwise from the content's top-left.
        style: How it is to look.
        lossless: Whether the picture was stored without loss.

    Raises:
        OutlineError: the quad is not convex and clockwise.
        UndrawableTextError: the watermark is empty or in a script that cannot be drawn.
    """
    height, width = picture.shape[:2]
    aspect = true_aspect(quad, (width, height))
    card_format = style.card_format or choose_format(aspect)
    portrait = aspect < 1
    flat = straighten(picture, quad, card_format.size_px(style.dpi, portrait=portrait))
    image = _shaped(_marked(flat, style), style, card_format)
    width_mm, height_mm = card_format.size_mm(portrait=portrait)
    size_mm = (width_mm + 2 * style.margin_mm, height_mm + 2 * style.margin_mm)
    return Card(image, size_mm, style.dpi, card_format, lossless)


def _marked(flat: Image, style: CardStyle) -> Image:
    if style.enhanced:
        flat = enhance(flat)
    if style.watermark:
        flat = add_watermark(flat, style.watermark, style.dpi)
    return redact(flat, style.redactions, style.dpi)


def _shaped(flat: Image, style: CardStyle, card_format: CardFormat) -> Image:
    if style.corners is not Corners.SQUARE:
        flat = round_corners(flat, card_format.corner_radius_mm / MM_PER_INCH * style.dpi)
    if style.corners is Corners.WHITE:
        flat = on_white(flat)
    margin_px = round(style.margin_mm / MM_PER_INCH * style.dpi)
    return add_margin(flat, margin_px) if margin_px else flat
