"""Card faces: repeatable, of true proportions, cut as cards are, with a right machine-readable zone."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from detector.training.synthesis import finish, mrz, portrait, text
from detector.training.synthesis.card_face import LONG_SIDE_PX, SIZES_MM, CardFace, draw_card_face

SPECIMEN = mrz.MrzRecord(
    document_code="P",
    country="UTO",
    surname="ERIKSSON",
    given_names="ANNA MARIA",
    number="L898902C3",
    sex="F",
    birth=date(1974, 8, 12),
    expiry=date(2012, 4, 15),
    optional="ZE184226B",
)


def face(seed: int) -> CardFace:
    return draw_card_face(np.random.default_rng(seed))


@pytest.fixture(scope="module")
def faces() -> list[CardFace]:
    return [face(seed) for seed in range(48)]


def test_equal_seeds_give_equal_bytes(faces: list[CardFace]) -> None:
    for seed in range(5):
        again = face(seed)
        assert again.image.tobytes() == faces[seed].image.tobytes()
        assert (again.format, again.side) == (faces[seed].format, faces[seed].side)


def test_distinct_seeds_give_distinct_faces(faces: list[CardFace]) -> None:
    assert len({card.image.tobytes() for card in faces}) == len(faces)


def test_pictures_have_the_proportions_of_their_format(faces: list[CardFace]) -> None:
    for card in faces:
        width_mm, height_mm = SIZES_MM[card.format]
        long_px, short_px = max(card.image.shape[:2]), min(card.image.shape[:2])
        assert card.image.dtype == np.uint8
        assert card.image.shape[2] == 4
        assert long_px == LONG_SIDE_PX
        assert abs(short_px - LONG_SIDE_PX * height_mm / width_mm) <= 1


def test_faces_are_of_many_kinds(faces: list[CardFace]) -> None:
    assert {card.format for card in faces} == set(SIZES_MM)
    assert {card.side for card in faces} == {"front", "back"}
    assert any(card.image.shape[0] > card.image.shape[1] for card in faces)


def test_corners_are_rounded_or_square_and_the_inside_is_opaque(faces: list[CardFace]) -> None:
    corner_alphas = set()
    for card in faces:
        alpha = card.image[..., 3]
        corners = {int(alpha[y, x]) for y in (0, -1) for x in (0, -1)}
        assert len(corners) == 1
        corner_alphas |= corners
        height, width = alpha.shape
        assert alpha[height // 2].min() == 255
        assert alpha[:, width // 2].min() == 255
    assert corner_alphas == {0, 255}


def test_cut_with_a_radius_removes_what_a_circle_leaves_out() -> None:
    radius_px = 20
    alpha = finish.cut(np.zeros((100, 160, 3), np.uint8), radius_px)[..., 3]
    removed_px = (alpha == 0).sum() / 4
    assert removed_px == pytest.approx((1 - np.pi / 4) * radius_px**2, rel=0.15)


def test_photos_serve_as_portraits_at_times() -> None:
    photo = np.full((200, 160, 3), (0, 255, 0), np.uint8)
    drawn = [portrait.random_portrait(np.random.default_rng(seed), 40, 32, [photo]) for seed in range(60)]
    flat = sum(float(picture.std(axis=(0, 1)).max()) < 8 for picture in drawn)
    assert 12 <= flat <= 36


def test_check_digit_of_the_worked_examples() -> None:
    assert mrz.check_digit("520727") == "3"
    assert mrz.check_digit("AB2134<<<") == "5"


def test_check_digit_refuses_other_characters() -> None:
    with pytest.raises(ValueError, match="machine-readable"):
        mrz.check_digit("ab")


def test_td3_of_the_specimen() -> None:
    assert mrz.td3_lines(SPECIMEN) == [
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    ]


def test_td1_and_td2_composite_digits() -> None:
    record = mrz.MrzRecord("I", "UTO", "ERIKSSON", "ANNA MARIA", "D23145890", "F", date(1974, 8, 12), date(2012, 4, 15))
    assert mrz.td1_lines(record) == [
        "I<UTOD231458907<<<<<<<<<<<<<<<",
        "7408122F1204159UTO<<<<<<<<<<<6",
        "ERIKSSON<<ANNA<MARIA<<<<<<<<<<",
    ]
    assert mrz.td2_lines(record) == [
        "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<",
        "D231458907UTO7408122F1204159<<<<<<<6",
    ]


@pytest.mark.parametrize("width", [36, 44])
def test_visa_lines_have_the_width_asked_for(width: int) -> None:
    assert [len(line) for line in mrz.visa_lines(SPECIMEN, width)] == [width, width]


def test_holders_give_valid_zones_of_full_width() -> None:
    for seed in range(50):
        record = text.random_holder(np.random.default_rng(seed), "I").mrz
        forms = ((mrz.td1_lines(record), 30), (mrz.td2_lines(record), 36), (mrz.td3_lines(record), 44))
        for lines, width in forms:
            assert all(len(line) == width for line in lines)
            assert all(character in "<0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ" for line in lines for character in line)
