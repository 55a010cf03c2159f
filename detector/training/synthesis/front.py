"""Fronts of cards: state documents, passport and visa pages, bank cards, member cards and badges."""

from __future__ import annotations

import cv2

from detector.training.synthesis import barcode, emblem, layout, ornament, paint, text, typesetting
from detector.training.synthesis.layout import Box, Sheet
from detector.training.synthesis.paint import Color, ImageU8
from detector.training.synthesis.sampling import chance, pick, pick_weighted, uniform, whole


def draw_state_front(sheet: Sheet, kind: str, mrz_form: str | None) -> None:
    """Draws the front of an identity card, licence, visa or the data page of a passport.

    Args:
        sheet: the card to draw on; its ground is drawn already.
        kind: "identity", "licence", "passport" or "visa".
        mrz_form: the form of the machine-readable zone at the bottom, or None for a front without one.
    """
    rng = sheet.rng
    header = int(sheet.height * uniform(rng, 0.13, 0.22))
    bottom = sheet.height - (layout.mrz_height(sheet, mrz_form) if mrz_form else sheet.margin)
    _draw_state_ground(sheet)
    layout.draw_header(sheet, kind, header)
    if mrz_form:
        layout.draw_mrz(sheet, mrz_form)
    elif chance(rng, 0.22):
        bottom -= _draw_bottom_number(sheet)
    body = Box(sheet.margin, header + 4, sheet.width - 2 * sheet.margin, bottom - header - 8)
    place = pick_weighted(rng, (("left", 0.68), ("right", 0.25), ("middle", 0.07)))
    photo = _portrait_box(sheet, body, place)
    person = layout.draw_portrait(sheet, photo)
    if chance(rng, 0.2) and body.bottom - photo.bottom > 12:
        size = min(16, body.bottom - photo.bottom)
        typesetting.draw_text(
            sheet.image,
            sheet.holder.mrz.number,
            photo.x,
            photo.bottom + size - 1,
            size,
            sheet.palette.ink,
            weight=600,
            max_width_px=photo.width,
        )
    areas = _field_areas(body, photo, place)
    if kind in ("passport", "visa"):
        areas[0] = _draw_code_row(sheet, areas[0])
    _fill_areas(sheet, areas, person)
    _sprinkle(sheet, kind, body, photo)


def _draw_state_ground(sheet: Sheet) -> None:
    """Draws what lies behind everything else: a large pale emblem, or a coloured band along one side."""
    rng, palette = sheet.rng, sheet.palette
    if chance(rng, 0.3):
        size = int(sheet.height * uniform(rng, 0.4, 0.85))
        x, y = whole(rng, 0, sheet.width - size), whole(rng, 0, sheet.height - size)
        color = pick(rng, (*palette.line, palette.accent))
        emblem.draw_emblem(rng, sheet.image, x, y, size, color, uniform(rng, 0.12, 0.4))
    if chance(rng, 0.1):
        band = int(sheet.width * uniform(rng, 0.04, 0.12))
        x = pick(rng, (0, sheet.width - band))
        cv2.rectangle(sheet.image, (x, 0), (x + band, sheet.height), palette.accent, -1)


def _draw_bottom_number(sheet: Sheet) -> int:
    """Draws the holder's number in large figures along the bottom edge; returns the height that it takes."""
    rng, size = sheet.rng, whole(sheet.rng, 20, 30)
    baseline = sheet.height - sheet.margin - 2
    x = sheet.margin + int(uniform(rng, 0, 0.15) * sheet.width)
    label = text.label(sheet.holder.tongue, "personal_number")
    used = typesetting.draw_text(
        sheet.image, label, x, baseline, int(size * 0.6), sheet.palette.label, max_width_px=0.3 * sheet.width
    )
    number = text.digits(rng, whole(rng, 9, 18))
    pitch = min(size * 0.75, (sheet.width - sheet.margin - x - used - 12) / len(number))
    size = min(size, int(pitch * 1.5))
    typesetting.draw_monospaced(sheet.image, number, x + used + 12, baseline, pitch, size, sheet.palette.ink, 600)
    return size + 8


def _draw_code_row(sheet: Sheet, area: Box) -> Box:
    """Draws the row "type, state, number" that heads passports; returns the area left below it."""
    record, row = sheet.holder.mrz, 29
    texts = (("Type", record.document_code), ("Code", record.country), ("No.", record.number))
    for (name, value), share in zip(texts, (0.0, 0.22, 0.55), strict=True):
        x = area.x + area.width * share
        typesetting.draw_text(sheet.image, name, x, area.y + 8, 8, sheet.palette.label)
        typesetting.draw_text(
            sheet.image, value, x, area.y + 23, 16, sheet.palette.ink, weight=600, max_width_px=0.44 * area.width
        )
    return Box(area.x, area.y + row, area.width, area.height - row)


def _portrait_box(sheet: Sheet, body: Box, place: str) -> Box:
    rng = sheet.rng
    height = int(body.height * uniform(rng, 0.62, 0.98))
    width = int(min(height / uniform(rng, 1.18, 1.38), 0.38 * sheet.width))
    slack = body.height - height
    y = body.y + int(slack * uniform(rng, 0, 0.7))
    nudge = int(uniform(rng, 0, 0.03) * sheet.width)
    x = {"left": body.x + nudge, "right": body.right - width - nudge, "middle": body.x + (body.width - width) // 2}[
        place
    ]
    return Box(x, y, width, height)


def _field_areas(body: Box, photo: Box, place: str) -> list[Box]:
    gap = 10
    if place == "left":
        return [Box(photo.right + gap, body.y, body.right - photo.right - gap, body.height)]
    if place == "right":
        return [Box(body.x, body.y, photo.x - gap - body.x, body.height)]
    left = Box(body.x, body.y, photo.x - gap - body.x, body.height)
    return [left, Box(photo.right + gap, body.y, body.right - photo.right - gap, body.height)]


def _fill_areas(sheet: Sheet, areas: list[Box], person: ImageU8) -> None:
    """Fills the space beside the portrait with fields, a ghost portrait and one or two signatures."""
    rng = sheet.rng
    for index, area in enumerate(areas):
        style = layout.random_field_style(sheet, area)
        ghost_width = int(area.width * uniform(rng, 0.16, 0.26)) if chance(rng, 0.4) and area.width > 180 else 0
        text_width = area.width - (ghost_width if chance(rng, 0.6) else 0)
        signature_height = int(area.height * uniform(rng, 0.12, 0.24)) if chance(rng, 0.75) else 0
        if ghost_width:
            ghost_height = int(ghost_width * 1.25)
            top = area.y + int((area.height - ghost_height) * uniform(rng, 0.3, 1.0))
            layout.draw_ghost(sheet, person, Box(area.right - ghost_width, top, ghost_width, ghost_height))
        fields = Box(area.x, area.y, text_width, area.height - signature_height)
        layout.draw_fields(sheet, fields, style, first=5 * index)
        if signature_height:
            width = int(min(area.width, uniform(rng, 70, 170)))
            x = area.x + int((area.width - width) * pick(rng, (0.0, 0.3, 0.9)))
            layout.draw_signature_block(sheet, Box(x, area.bottom - signature_height, width, signature_height - 8))


def _sprinkle(sheet: Sheet, kind: str, body: Box, photo: Box) -> None:
    """Adds what only some documents have: number in colour, chip, hologram, stamp, small codes."""
    rng, image, holder = sheet.rng, sheet.image, sheet.holder
    if kind in ("identity", "licence") and chance(rng, 0.5):
        color: Color = pick(rng, ((30, 30, 190), (20, 20, 20), sheet.palette.accent))
        size = whole(rng, 13, 24)
        x = photo.x - 6 if photo.right > 0.75 * sheet.width else sheet.width - sheet.margin - 2
        typesetting.draw_text(image, holder.mrz.number, x, body.y + size, size, color, weight=700, anchor="right")
    if chance(rng, 0.14):
        room = sheet.width - photo.right - 60
        x = photo.right + int(room * rng.random()) if room > 0 else body.x
        emblem.draw_chip(rng, image, x, body.y + int(body.height * uniform(rng, 0.2, 0.6)), whole(rng, 44, 62))
    if chance(rng, 0.3):
        ornament.draw_hologram(rng, image)
    if chance(rng, 0.12):
        x, y = photo.right + whole(rng, -40, 30), photo.bottom - whole(rng, 0, 40)
        emblem.draw_stamp(rng, image, x, y, whole(rng, 60, 110))
    if chance(rng, 0.12):
        size = whole(rng, 34, 60)
        paint.paste(image, barcode.matrix_code(rng, size), body.right - size, body.bottom - size)
    if chance(rng, 0.12):
        edge_x = sheet.width - sheet.margin if chance(rng, 0.6) else 2
        typesetting.draw_vertical(
            image, text.document_number(rng), edge_x, body.y + 10, whole(rng, 8, 12), sheet.palette.ink
        )


def draw_bank_front(sheet: Sheet) -> None:
    """Draws a payment card: chip, number (raised or flat), holder, validity, the bank's and the scheme's marks."""
    rng, image, palette = sheet.rng, sheet.image, sheet.palette
    ink = palette.ink
    left, width, height = int(0.08 * sheet.width), sheet.width, sheet.height
    decoration = pick(rng, ("wash", "sweep", "lines", "none"))
    if decoration == "wash":
        ornament.draw_wash(rng, image, palette)
    elif decoration == "sweep":
        ornament.draw_sweep(rng, image, palette)
    elif decoration == "lines":
        ornament.draw_line_field(rng, image, palette.line[0], uniform(rng, 0.2, 0.6))
    bank_x, anchor = (left, "left") if chance(rng, 0.7) else (width - left, "right")
    size = whole(rng, 22, 38)
    typesetting.draw_text(
        image,
        text.company_name(rng),
        bank_x,
        0.17 * height,
        size,
        ink,
        weight=pick(rng, (500, 700, 900)),
        max_width_px=0.55 * width,
        anchor=anchor,
    )
    if chance(rng, 0.9):
        emblem.draw_chip(rng, image, left, int(height * uniform(rng, 0.28, 0.36)), whole(rng, 58, 76))
    flat = chance(rng, 0.45)
    number = text.grouped_number(rng, 4, 4)
    pitch = 0.84 * width / len(number)
    if flat:
        typesetting.draw_monospaced(image, number, left, 0.66 * height, pitch, int(pitch * 1.45), ink, 500)
    else:
        typesetting.draw_embossed(image, number, left, 0.66 * height, pitch, int(pitch * 1.42), ink)
    expiry = f"{whole(rng, 1, 12):02d}/{whole(rng, 20, 34)}"
    typesetting.draw_text(image, "VALID THRU " + expiry, 0.42 * width, 0.76 * height, 15, ink)
    name = f"{sheet.holder.mrz.given_names} {sheet.holder.mrz.surname}"
    typesetting.draw_text(image, name, left, 0.89 * height, 21, ink, weight=500, max_width_px=0.6 * width)
    colors: tuple[Color, Color] = (palette.accent, pick(rng, palette.line))
    emblem.draw_logo(rng, image, int(0.78 * width), int(0.74 * height), int(0.2 * height), colors)


def draw_member_front(sheet: Sheet) -> None:
    """Draws a health, student, library or club card: logo and name on top, few fields, a portrait only at times."""
    rng, image, palette = sheet.rng, sheet.image, sheet.palette
    header = int(sheet.height * uniform(rng, 0.18, 0.3))
    colors: tuple[Color, Color] = (palette.accent, pick(rng, palette.line))
    ink = palette.ink
    if chance(rng, 0.3):
        ornament.draw_sweep(rng, image, palette)
    if chance(rng, 0.45):
        image[:header] = palette.accent
        ink = _ink_on(palette.accent)
        colors = (ink, palette.grounds[0])
    logo = int(header * 0.7)
    emblem.draw_logo(rng, image, sheet.margin, int(header * 0.15), logo, colors)
    x, room = sheet.margin + logo + 12, sheet.width - 2 * sheet.margin - logo - 12
    typesetting.draw_text(
        image, text.company_name(rng), x, header * 0.5, int(header * 0.42), ink, weight=700, max_width_px=room
    )
    title = text.title(rng, "member", sheet.holder.script)
    typesetting.draw_text(image, title, x, header * 0.88, int(header * 0.3), ink, max_width_px=room)
    body = Box(sheet.margin, header + 10, sheet.width - 2 * sheet.margin, sheet.height - header - 10 - sheet.margin)
    area = body
    if chance(rng, 0.6):
        place = pick(rng, ("left", "right"))
        photo = _portrait_box(sheet, body, place)
        layout.draw_portrait(sheet, photo)
        area = _field_areas(body, photo, place)[0]
    elif chance(rng, 0.6):
        emblem.draw_chip(rng, image, body.x + 14, body.y + int(body.height * 0.1), whole(rng, 56, 74))
        area = Box(body.x + 14, body.y + body.height // 2, body.width - 28, body.height // 2)
    code_height = int(body.height * 0.22) if chance(rng, 0.4) else 0
    fields = Box(area.x, area.y, area.width, int((area.height - code_height) * uniform(rng, 0.55, 1.0)))
    layout.draw_fields(sheet, fields, layout.random_field_style(sheet, fields))
    if code_height:
        code = barcode.linear_code(rng, code_height - 6, int(area.width * uniform(rng, 0.5, 0.95)))
        paint.paste(image, code, area.x, area.bottom - code_height + 6)


def draw_badge_front(sheet: Sheet) -> None:
    """Draws a card in portrait format: an employee's badge, a pass for visitors, or a student's card with fields."""
    rng, image = sheet.rng, sheet.image
    draw = pick_weighted(
        rng, ((_draw_badge, 0.5), (_draw_cover_badge, 0.18), (_draw_pass, 0.16), (_draw_upright_card, 0.16))
    )
    draw(sheet)
    if chance(rng, 0.3):
        middle = sheet.width // 2
        slot = (middle - 28, 8, middle + 28, 20)
        stencil = paint.empty_stencil(image)
        paint.rounded_rectangle(stencil, slot, 6)
        paint.blend(image, paint.as_mask(stencil), pick(rng, ((60, 60, 60), (215, 215, 215), (120, 130, 140))))


def _draw_badge(sheet: Sheet) -> None:
    """Mark and company on top, portrait below, name, function, a code at the foot."""
    rng, image, palette = sheet.rng, sheet.image, sheet.palette
    width, height, middle = sheet.width, sheet.height, sheet.width // 2
    header = int(height * uniform(rng, 0.14, 0.24))
    ink = palette.ink
    if chance(rng, 0.25):
        ornament.draw_sweep(rng, image, palette)
    if chance(rng, 0.6):
        image[:header] = palette.accent
        ink = _ink_on(palette.accent)
    logo = int(header * 0.42)
    emblem.draw_logo(rng, image, middle - logo // 2, int(header * 0.08), logo, (ink, pick(rng, palette.line)))
    _draw_centred(sheet, text.company_name(rng), header * 0.85, int(header * 0.3), ink, 700)
    photo_height = int(height * uniform(rng, 0.3, 0.42))
    photo_width = int(photo_height / uniform(rng, 1.0, 1.3))
    x = middle - photo_width // 2 if chance(rng, 0.75) else sheet.margin
    layout.draw_portrait(sheet, Box(x, header + 12, photo_width, photo_height))
    y = header + 20 + photo_height
    size = whole(rng, 22, 34)
    _draw_centred(sheet, _holder_name(sheet), y + size, size, palette.ink, 800)
    title = text.title(rng, "member", sheet.holder.script)
    _draw_centred(sheet, title, y + size * 1.9, int(size * 0.7), palette.label, 400)
    below = int(y + size * 2.2)
    if chance(rng, 0.5):
        fields = Box(sheet.margin * 2, below, width - 4 * sheet.margin, int(0.82 * height) - below)
        layout.draw_fields(sheet, fields, layout.random_field_style(sheet, fields))
    _draw_badge_foot(sheet)


def _draw_cover_badge(sheet: Sheet) -> None:
    """A portrait from edge to edge, above or below a band with name, function and company."""
    rng, image, palette = sheet.rng, sheet.image, sheet.palette
    width, height = sheet.width, sheet.height
    band = int(height * uniform(rng, 0.28, 0.45))
    top = 0 if chance(rng, 0.25) else height - band
    ground = pick(rng, (palette.accent, palette.grounds[0], paint.WHITE))
    image[top : top + band] = ground
    layout.draw_portrait(sheet, Box(0, 0 if top else band, width, height - band))
    ink, size = _ink_on(ground), whole(rng, 24, 38)
    x = sheet.margin if chance(rng, 0.5) else None
    title = text.title(rng, "member", sheet.holder.script)
    for line, share, line_size, weight in (
        (_holder_name(sheet), 0.34, size, 800),
        (title, 0.34 + 0.9 * size / band, int(size * 0.65), 400),
        (text.company_name(rng), 0.9, int(size * 0.6), 700),
    ):
        _draw_centred(sheet, line, top + band * share, line_size, ink, weight, left=x)
    if chance(rng, 0.4):
        side = int(0.42 * band)
        paint.paste(image, barcode.matrix_code(rng, side), width - side - sheet.margin, top + band - side - 8)


def _draw_pass(sheet: Sheet) -> None:
    """A visitor's or a guest's pass: its word in large letters, a number or a code, at times a small portrait."""
    rng, image, palette = sheet.rng, sheet.image, sheet.palette
    width, height = sheet.width, sheet.height
    band = int(height * uniform(rng, 0.16, 0.3))
    top = int(height * pick(rng, (0.0, 0.12, 0.62)))
    image[top : top + band] = palette.accent
    word = text.title(rng, "member", sheet.holder.script).upper()
    _draw_centred(sheet, word, top + band * 0.68, int(band * 0.5), _ink_on(palette.accent), 800)
    y = top + band + 12 if top < height // 2 else int(0.08 * height)
    room = (height if top < height // 2 else top) - y - 12
    _draw_centred(sheet, text.company_name(rng), y + 26, 26, palette.ink, 700)
    block = Box(int(width * 0.22), y + 40, int(width * 0.56), int((room - 40) * uniform(rng, 0.5, 0.7)))
    kind = pick(rng, ("code", "number", "portrait"))
    if kind == "code":
        side = min(block.width, block.height)
        paint.paste(image, barcode.matrix_code(rng, side), (width - side) // 2, block.y)
    elif kind == "number":
        number = text.digits(rng, whole(rng, 2, 5))
        _draw_centred(sheet, number, block.y + block.height * 0.8, int(block.height * 0.7), palette.ink, 800)
    else:
        photo_width = min(block.width, int(block.height / 1.25))
        layout.draw_portrait(sheet, Box((width - photo_width) // 2, block.y, photo_width, block.height))
    _draw_centred(sheet, _holder_name(sheet), y + room - 14, whole(rng, 18, 28), palette.ink, 600)


def _draw_upright_card(sheet: Sheet) -> None:
    """A student's or a member's card stood upright: a header, a small portrait with fields beside and below it."""
    rng, image, palette = sheet.rng, sheet.image, sheet.palette
    width, height = sheet.width, sheet.height
    header = int(height * uniform(rng, 0.1, 0.18))
    ink = palette.ink
    if chance(rng, 0.5):
        image[:header] = palette.accent
        ink = _ink_on(palette.accent)
    logo = int(header * 0.7)
    emblem.draw_logo(rng, image, sheet.margin, int(header * 0.15), logo, (ink, pick(rng, palette.line)))
    left = sheet.margin + logo + 10
    _draw_centred(sheet, text.company_name(rng), header * 0.65, int(header * 0.32), ink, 700, left=left)
    photo_width = int(width * uniform(rng, 0.32, 0.48))
    photo = Box(sheet.margin, header + 14, photo_width, int(photo_width * uniform(rng, 1.15, 1.35)))
    layout.draw_portrait(sheet, photo)
    beside = Box(photo.right + 10, photo.y, width - photo.right - 10 - sheet.margin, photo.height)
    foot = int(0.8 * height)
    below = Box(sheet.margin, photo.bottom + 12, width - 2 * sheet.margin, foot - photo.bottom - 16)
    for area in (beside, below):
        layout.draw_fields(sheet, area, layout.random_field_style(sheet, area))
    _draw_badge_foot(sheet)


def _holder_name(sheet: Sheet) -> str:
    return f"{sheet.holder.values['given_names']} {sheet.holder.values['surname']}"


def _ink_on(ground: Color) -> Color:
    return paint.WHITE if paint.luminance(ground) < 0.6 else paint.BLACK


def _draw_centred(
    sheet: Sheet, line: str, baseline: float, size: int, ink: Color, weight: int, *, left: int | None = None
) -> None:
    """Draws a line of text in the middle of the card, or from `left` on."""
    x, anchor = (sheet.width // 2, "center") if left is None else (left, "left")
    room = 0.9 * sheet.width if left is None else sheet.width - left - sheet.margin
    typesetting.draw_text(
        sheet.image, line, x, baseline, max(9, size), ink, weight=weight, max_width_px=room, anchor=anchor
    )


def _draw_badge_foot(sheet: Sheet) -> None:
    rng, image = sheet.rng, sheet.image
    width, height = sheet.width, sheet.height
    foot = pick(rng, ("code", "code", "band", "matrix"))
    if foot == "code":
        code = barcode.linear_code(rng, int(0.1 * height), int(0.7 * width))
        paint.paste(image, code, int(0.15 * width), int(0.86 * height))
    elif foot == "band":
        cv2.rectangle(image, (0, int(0.9 * height)), (width, height), sheet.palette.accent, -1)
    else:
        side = int(0.15 * height)
        paint.paste(image, barcode.matrix_code(rng, side), (width - side) // 2, int(0.83 * height))
