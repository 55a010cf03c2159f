"""A card as it is saved: cut out, straight, at true size, with everything burned into its pixels that is wanted.

`make_card` is the one way from a found card to something that `writers` and `pdf` save; commands, batches and the
window all come through it.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.documents.card_shape import tell_shape
from app.documents.enhance import enhance
from app.documents.errors import UprightUnknownError
from app.documents.formats import MM_PER_INCH, CardFormat
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


@dataclass(frozen=True, slots=True, eq=False)
class FlatCard:
    """A card cut out, straight and at true size, with nothing done to it yet.

    Attributes:
        image: BGR uint8, shape (H, W, 3).
        size_mm: True width and height.
        card_format: The format it was straightened to.
    """

    image: Image
    size_mm: tuple[float, float]
    card_format: CardFormat


def make_card(
    picture: Image, quad: FloatArray, style: CardStyle, *, lossless: bool = True, focal_35mm: float | None = None
) -> Card:
    """Cut a card out of a picture and finish it: `flatten_card`, then `finish_card`.

    Raises:
        OutlineError: the quad is not convex and clockwise.
        UndrawableTextError: the watermark is empty or in a script that cannot be drawn.
        RedactionOutsideError: a redaction lies wholly outside the card.
    """
    return finish_card(flatten_card(picture, quad, style, focal_35mm), style, lossless=lossless)


def flatten_card(picture: Image, quad: FloatArray, style: CardStyle, focal_35mm: float | None = None) -> FlatCard:
    """Cut a card out of a picture, in the style's resolution and format.

    Args:
        picture: BGR uint8, shape (H, W, 3); left as it is.
        quad: Corners in pixels of the picture, shape (4, 2), clockwise from the content's top-left.
        style: How it is to look.
        focal_35mm: Of the picture, where its file notes it; helps to tell the format.

    Raises:
        OutlineError: the quad is not convex and clockwise.
    """
    height, width = picture.shape[:2]
    shape = tell_shape(quad, (width, height), focal_35mm)
    card_format = style.card_format or shape.card_format
    flat = straighten(picture, quad, card_format.size_px(style.dpi, portrait=shape.portrait))
    return FlatCard(flat, card_format.size_mm(portrait=shape.portrait), card_format)


def finish_card(flat: FlatCard, style: CardStyle, *, lossless: bool = True, upright: bool = True) -> Card:
    """Burn into a card what is wanted, and give it its outer shape.

    Redactions come last but for the outer shape, so that nothing drawn afterwards uncovers what they hide.

    Args:
        flat: In the style's resolution; left as it is.
        style: How it is to look.
        lossless: Whether the picture it comes from was stored without loss.
        upright: Whether it is known which way is up.

    Raises:
        UndrawableTextError: the watermark is empty or in a script that cannot be drawn.
        UprightUnknownError: there are redactions, and it is not known which way is up.
        RedactionOutsideError: a redaction lies wholly outside the card.
    """
    if style.redactions and not upright:
        raise UprightUnknownError
    image = _shaped(_marked(flat.image, style), style, flat.card_format)
    width_mm, height_mm = (side + 2 * style.margin_mm for side in flat.size_mm)
    return Card(image, (width_mm, height_mm), style.dpi, flat.card_format, lossless)


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
