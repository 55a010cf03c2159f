"""The blocks that card layouts are put together from: header, portrait, fields, number, signature, MRZ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from detector.training.synthesis import emblem, mrz, paint, portrait, text, typesetting
from detector.training.synthesis.paint import Color, ImageU8
from detector.training.synthesis.palette import Palette
from detector.training.synthesis.sampling import chance, pick, pick_weighted, uniform, whole


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle in pixels: top-left corner and size."""

    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """The x just right of the box."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """The y just below the box."""
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Sheet:
    """A card face in the making: the picture, and what all blocks drawn on it have in common."""

    rng: np.random.Generator
    image: ImageU8
    palette: Palette
    holder: text.Holder
    photos: Sequence[NDArray[np.uint8]]

    @property
    def width(self) -> int:
        """Pixels."""
        return int(self.image.shape[1])

    @property
    def height(self) -> int:
        """Pixels."""
        return int(self.image.shape[0])

    @property
    def margin(self) -> int:
        """The usual distance of content from the edge, in pixels."""
        return int(0.035 * self.width)


def draw_header(sheet: Sheet, kind: str, height: int) -> None:
    """Draws the top of a state document: country in large letters, what the document is, flag or emblem."""
    rng, image, palette = sheet.rng, sheet.image, sheet.palette
    ink = pick(rng, (palette.accent, palette.ink))
    if chance(rng, 0.28):
        band = palette.accent if not palette.is_dark else pick(rng, palette.line)
        image[:height] = band
        ink = paint.WHITE if paint.luminance(band) < 0.6 else paint.BLACK
    left, right = sheet.margin, sheet.width - sheet.margin
    symbol = pick_weighted(rng, (("flag", 0.4), ("emblem", 0.3), ("both", 0.2), ("none", 0.1)))
    symbol_height = int(height * uniform(rng, 0.6, 0.85))
    top = (height - symbol_height) // 2 + 2
    if symbol in ("flag", "both"):
        flag = emblem.random_flag(rng, symbol_height, int(symbol_height * uniform(rng, 1.3, 1.7)))
        x = left if chance(rng, 0.7) else right - flag.shape[1]
        paint.paste(image, flag, x, top)
        left, right = (x + flag.shape[1] + 8, right) if x == left else (left, x - 8)
    if symbol in ("emblem", "both"):
        at_left = chance(rng, 0.5)
        x = left if at_left else right - symbol_height
        emblem.draw_emblem(rng, image, x, top, symbol_height, ink)
        left, right = (x + symbol_height + 8, right) if at_left else (left, x - 8)
    _header_lines(sheet, kind, Box(left, 0, right - left, height), ink)


def _header_lines(sheet: Sheet, kind: str, box: Box, ink: Color) -> None:
    rng, holder = sheet.rng, sheet.holder
    anchor = pick(rng, ("left", "left", "center"))
    x = box.x if anchor == "left" else box.x + box.width // 2
    country = holder.country
    if holder.script != "latin" and chance(rng, 0.5):
        country += " / " + text.country_name(rng, "latin")
    name = text.title(rng, kind, holder.script)
    for _ in range(whole(rng, 0, 2)):
        name += pick(rng, (" / ", "   ", " · ")) + text.title(rng, kind, "latin")
    big, small = (country, name) if chance(rng, 0.65) else (name, country)
    weight, font = pick(rng, (500, 700, 800)), pick(rng, ("sans", "sans", "uni", "italic"))
    two_lines = chance(rng, 0.8)
    size = int(box.height * (uniform(rng, 0.38, 0.50) if two_lines else uniform(rng, 0.5, 0.75)))
    baseline = box.height * (0.52 if two_lines else 0.72)
    typesetting.draw_text(
        sheet.image, big, x, baseline, size, ink, font=font, weight=weight, max_width_px=box.width, anchor=anchor
    )
    if two_lines:
        size = max(8, int(box.height * uniform(rng, 0.22, 0.36)))
        color = pick(rng, (ink, paint.mix(ink, sheet.palette.grounds[0], 0.25)))
        typesetting.draw_text(
            sheet.image, small, x, box.height * 0.92, size, color, max_width_px=box.width, anchor=anchor
        )


def draw_portrait(sheet: Sheet, box: Box) -> ImageU8:
    """Draws the holder's portrait into a box, framed, rounded, oval, faded or cut out; returns the picture used."""
    rng, image = sheet.rng, sheet.image
    person = portrait.random_portrait(rng, box.height, box.width, sheet.photos)
    style = pick_weighted(
        rng, (("plain", 0.45), ("framed", 0.15), ("rounded", 0.12), ("oval", 0.06), ("faded", 0.14), ("printed", 0.08))
    )
    stencil = np.zeros((box.height, box.width), np.uint8)
    inset = int(0.12 * box.width) if style == "faded" else 0
    area = (inset, inset, box.width - 1 - inset, box.height - 1 - inset)
    if style == "rounded":
        paint.rounded_rectangle(stencil, area, box.width * uniform(rng, 0.06, 0.2))
    elif style == "oval":
        middle, axes = (box.width // 2, box.height // 2), (box.width // 2 - 1, box.height // 2 - 1)
        cv2.ellipse(stencil, middle, axes, 0, 0, 360, 255, -1, cv2.LINE_AA)
    else:
        cv2.rectangle(stencil, area[:2], area[2:], 255, -1)
    mask = paint.as_mask(stencil, 0.08 * box.width if style == "faded" else 0.0)
    lay(image, box, person, mask, "printed" if style == "printed" else "opaque", uniform(rng, 0.88, 1.0))
    if style == "framed":
        color = pick(rng, (paint.WHITE, sheet.palette.accent, paint.BLACK))
        cv2.rectangle(image, (box.x, box.y), (box.right - 1, box.bottom - 1), color, whole(rng, 1, 4))
    return person


def draw_ghost(sheet: Sheet, person: ImageU8, box: Box) -> None:
    """Draws the small pale second portrait that many documents carry."""
    small = np.asarray(cv2.resize(person, (box.width, box.height), interpolation=cv2.INTER_AREA), np.uint8)
    grey = cv2.cvtColor(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), cv2.COLOR_GRAY2BGR)
    stencil = np.zeros((box.height, box.width), np.uint8)
    middle, axes = (box.width // 2, box.height // 2), (int(box.width * 0.4), int(box.height * 0.42))
    if chance(sheet.rng, 0.5):
        cv2.ellipse(stencil, middle, axes, 0, 0, 360, 255, -1)
    else:
        cv2.rectangle(stencil, (3, 3), (box.width - 4, box.height - 4), 255, -1)
    mask = paint.as_mask(stencil, uniform(sheet.rng, 0.5, 0.06 * box.width + 0.6))
    lay(
        sheet.image,
        box,
        np.asarray(grey, np.uint8),
        mask,
        pick(sheet.rng, ("printed", "opaque")),
        uniform(sheet.rng, 0.3, 0.8),
    )


def lay(image: ImageU8, box: Box, picture: ImageU8, mask: paint.Mask, mode: str, opacity: float) -> None:
    """Lays a picture into a box: "opaque" covers the ground, "printed" darkens it as ink on paper does."""
    x1, y1, x2, y2 = max(0, box.x), max(0, box.y), min(image.shape[1], box.right), min(image.shape[0], box.bottom)
    if x2 <= x1 or y2 <= y1:
        return
    inner = (slice(y1 - box.y, y2 - box.y), slice(x1 - box.x, x2 - box.x))
    view = np.ascontiguousarray(image[y1:y2, x1:x2])
    layer = np.ascontiguousarray(picture[inner])
    if mode == "printed":
        layer = np.asarray(cv2.multiply(view, layer, scale=1 / 235), np.uint8)
    paint.blend(view, np.ascontiguousarray(mask[inner]), layer, opacity)
    image[y1:y2, x1:x2] = view


@dataclass(frozen=True, slots=True)
class FieldStyle:
    """How the fields of one card look.

    Attributes:
        placing: "above", "beside" or "numbered" (label above its value, before it, or a mere number).
        label_px: size of the labels.
        value_px: size of the values.
        value_weight: 400 is regular, 700 bold.
        font: one of OpenCV's built-in fonts.
        second: the tongue of a second label, or None.
        columns: how many fields stand side by side.
        anchor: "left", or "right" as Arabic documents have it.
    """

    placing: str
    label_px: int
    value_px: int
    value_weight: int
    font: str
    second: str | None
    columns: int
    anchor: str


def random_field_style(sheet: Sheet, area: Box) -> FieldStyle:
    """Returns a style whose sizes suit the card and the area to fill."""
    rng = sheet.rng
    scale = sheet.width / 512 if sheet.width > sheet.height else 0.8
    value = uniform(rng, 11, 21) * scale * (1.0 if area.height < 250 or chance(rng, 0.5) else 1.3)
    placing = pick_weighted(rng, (("above", 0.62), ("beside", 0.2), ("numbered", 0.18)))
    wide = area.width > 200
    return FieldStyle(
        placing=placing,
        label_px=max(6, int(value * uniform(rng, 0.5, 0.75))),
        value_px=max(8, int(value)),
        value_weight=pick(rng, (400, 500, 600, 700, 800)),
        font=pick(rng, ("sans", "sans", "sans", "uni", "italic")),
        second=pick(rng, ("en", "fr", "de")) if chance(rng, 0.45) else None,
        columns=pick_weighted(rng, ((1, 0.5), (2, 0.5))) if wide else 1,
        anchor="right" if sheet.holder.script == "arabic" and chance(rng, 0.6) else "left",
    )


def draw_fields(sheet: Sheet, area: Box, style: FieldStyle, first: int = 0) -> int:
    """Fills an area with the holder's fields from number `first` on; returns the y below the last one."""
    rng, values = sheet.rng, sheet.holder.values
    row_px = style.value_px + (style.label_px if style.placing == "above" else 0) + whole(rng, 2, 9)
    capacity = max(1, area.height // row_px)
    kinds = [kind for rank, kind in enumerate(text.FIELD_KINDS) if rank < 4 or chance(rng, 0.8)][first:]
    gap = 8
    column_px = (area.width - gap * (style.columns - 1)) // style.columns
    y, index, row = area.y, 0, 0
    while index < len(kinds) and row < capacity:
        lone = style.columns == 1 or row < 2 or chance(rng, 0.15)
        for column in range(1 if lone else style.columns):
            if index >= len(kinds):
                break
            box = Box(area.x + column * (column_px + gap), y, area.width if lone else column_px, row_px)
            _draw_field(sheet, box, kinds[index], values[kinds[index]], style, index + 1)
            index += 1
        y += row_px
        row += 1
    return y


def _draw_field(sheet: Sheet, box: Box, kind: str, value: str, style: FieldStyle, position: int) -> None:
    image, palette = sheet.image, sheet.palette
    label = text.label(sheet.holder.tongue, kind, second=style.second)
    ink = palette.ink
    if style.placing == "above":
        x, baseline = box.x if style.anchor == "left" else box.right, box.y + style.label_px
        typesetting.draw_text(
            image, label, x, baseline, style.label_px, palette.label, max_width_px=box.width, anchor=style.anchor
        )
        typesetting.draw_text(
            image,
            value,
            x,
            baseline + style.value_px,
            style.value_px,
            ink,
            font=style.font,
            weight=style.value_weight,
            max_width_px=box.width,
            anchor=style.anchor,
        )
        return
    prefix = f"{position}." if style.placing == "numbered" else label + ":"
    baseline = box.y + style.value_px
    used = typesetting.draw_text(
        image, prefix, box.x, baseline, style.label_px, palette.label, max_width_px=box.width * 0.5
    )
    offset = max(used + 6, int(box.width * 0.4) if style.placing == "beside" else int(1.6 * style.value_px))
    typesetting.draw_text(
        image,
        value,
        box.x + offset,
        baseline,
        style.value_px,
        ink,
        font=style.font,
        weight=style.value_weight,
        max_width_px=box.width - offset,
    )


def mrz_lines_for(sheet: Sheet, form: str) -> list[str]:
    """Returns the holder's machine-readable zone in one of the forms TD1, TD2, TD3, MRV-A and MRV-B."""
    record = sheet.holder.mrz
    if form == "TD1":
        return mrz.td1_lines(record)
    if form == "TD2":
        return mrz.td2_lines(record)
    if form == "TD3":
        return mrz.td3_lines(record)
    return mrz.visa_lines(record, 44 if form == "MRV-A" else 36)


def mrz_height(sheet: Sheet, form: str) -> int:
    """Returns how many pixels at the bottom of the card its machine-readable zone takes."""
    return int(sheet.height * {"TD1": 0.36, "TD2": 0.24, "TD3": 0.23, "MRV-A": 0.23, "MRV-B": 0.24}[form])


def draw_mrz(sheet: Sheet, form: str) -> None:
    """Draws the machine-readable zone along the bottom edge, on a pale strip at times."""
    rng, image = sheet.rng, sheet.image
    lines = mrz_lines_for(sheet, form)
    height = mrz_height(sheet, form)
    top = sheet.height - height
    ink: Color = pick(rng, ((15, 15, 15), (45, 45, 45), (30, 25, 20)))
    if chance(rng, 0.45) or sheet.palette.is_dark:
        pale = paint.mix(sheet.palette.grounds[0], paint.WHITE, uniform(rng, 0.8, 1.0))
        strip = np.ascontiguousarray(image[top:])
        paint.blend(strip, np.ones(strip.shape[:2], np.float32), pale, uniform(rng, 0.7, 1.0))
        image[top:] = strip
    span = uniform(rng, 0.86, 0.95) * sheet.width
    pitch = span / len(lines[0])
    size = int(min(pitch * uniform(rng, 1.3, 1.52), height / len(lines) * 0.95))
    step = height * uniform(rng, 0.82, 0.92) / len(lines)
    x, weight = (sheet.width - span) * uniform(rng, 0.35, 0.65), pick(rng, (400, 500, 600, 700))
    for index, line in enumerate(lines):
        baseline = top + step * (index + 0.5) + size * 0.4
        typesetting.draw_monospaced(image, line, x, baseline, pitch, size, ink, weight)


def draw_signature_block(sheet: Sheet, box: Box) -> None:
    """Draws a signature, on a line or a pale field at times, with its label."""
    rng, image = sheet.rng, sheet.image
    ink: Color = pick(rng, ((20, 20, 20), (110, 50, 30), (140, 60, 20), (50, 40, 40)))
    if chance(rng, 0.2) or sheet.palette.is_dark:
        cv2.rectangle(image, (box.x, box.y), (box.right, box.bottom), (240, 242, 242), -1)
    if chance(rng, 0.4):
        cv2.line(image, (box.x, box.bottom), (box.right, box.bottom), sheet.palette.label, 1)
    emblem.draw_signature(rng, image, box.x, box.y, box.width, box.height, ink)
    if chance(rng, 0.35):
        label = pick(rng, ("Signature", "Unterschrift", "Firma", "Signature of bearer", "Podpis", "Подпись"))
        typesetting.draw_text(image, label, box.x, box.bottom + 8, 7, sheet.palette.label)
