from __future__ import annotations

import os
import subprocess
import sys
import unicodedata

import cv2
import numpy as np
import pytest

from app.documents.errors import UndrawableTextError
from app.documents.lettering import draw_text


@pytest.mark.parametrize(
    "text",
    ["Copy for Bank", "仅供银行使用", "Только копия", "Αντίγραφο", "コピー 한국어", "עותק", "نسخة للبنك", "Việt Đặng"],
)
def test_scripts_are_drawn_at_their_size(text) -> None:
    ink = draw_text(text, 40)

    assert 20 <= ink.shape[0] <= 60
    assert ink.shape[1] > 60
    assert ink[[0, -1]].any()
    assert ink[:, [0, -1]].any()
    assert ink.max() == 255


def test_arabic_letters_join() -> None:
    assert cv2.connectedComponents((draw_text("سسسس", 60) > 100).astype(np.uint8))[0] - 1 == 1


def test_other_letters_beside_arabic_ones_are_no_boxes() -> None:
    alone, beside = draw_text("仅供银行", 60), draw_text("نسخة 仅供银行", 60)
    seen = beside[:, : alone.shape[1]]
    seen = seen[seen.any(axis=1)]

    height = min(len(seen), len(alone))
    assert np.abs(seen[:height].astype(int) - alone[:height]).mean() < 5


def test_letters_do_not_depend_on_the_fonts_of_the_system(tmp_path) -> None:
    """What every watermark and caption is drawn by gives the same where no font is installed."""
    code = """
import hashlib
from app.documents.lettering import draw_text

for text in ("仅供银行使用", "複印 コピー 한국어", "نسخة 仅供银行"):
    print(hashlib.sha256(draw_text(text, 40).tobytes()).hexdigest())
"""
    empty = tmp_path / "fonts.conf"
    empty.write_text(f"<fontconfig><cachedir>{tmp_path}</cachedir></fontconfig>")
    digests = [
        subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True).stdout
        for environment in (dict(os.environ), {**os.environ, "FONTCONFIG_FILE": str(empty), "HOME": str(tmp_path)})
    ]

    assert digests[0] == digests[1]


@pytest.mark.parametrize("letters", ["仅供某某银行开户使用", "證件影印本", "喆镕堃玥芃"])
def test_chinese_letters_are_drawn_each_in_its_own_shape(letters) -> None:
    assert len({draw_text(letter, 40).tobytes() for letter in letters}) == len(set(letters))


def test_hebrew_runs_from_right_to_left() -> None:
    both = draw_text("אל", 40)
    alef = draw_text("א", 40)

    right_end = both[-alef.shape[0] :, -alef.shape[1] :]
    assert np.abs(right_end.astype(int) - alef).mean() < 30


@pytest.mark.parametrize(
    "text", ["", "  ", "\n\x00", "हिन्दी", "copy ไทย", "یہ نقل صرف بینک کے لیے ہے", "ܫܠܡܐ", "a\u0363"]
)
def test_what_cannot_be_drawn_is_said(text) -> None:
    with pytest.raises(UndrawableTextError, match="the text"):
        draw_text(text, 40)


def test_letters_that_cannot_be_drawn_are_named_as_they_were_typed() -> None:
    with pytest.raises(UndrawableTextError) as raised:
        draw_text("نسخة ہے", 40)
    assert "ہ" in str(raised.value)
    assert "ن" not in str(raised.value)


@pytest.mark.parametrize("name", ["Müller", "ガイド", "Hiếu", "홍길동"])
def test_names_of_files_whose_accents_are_letters_of_their_own_are_drawn_alike(name) -> None:
    decomposed = unicodedata.normalize("NFD", name)
    assert decomposed != name
    np.testing.assert_array_equal(draw_text(decomposed, 40), draw_text(name, 40))


def test_a_question_mark_is_a_letter_too() -> None:
    assert draw_text("?", 40).any()


def test_long_text_and_control_characters_stay_one_short_line() -> None:
    assert draw_text("a\x1b\n" + "b" * 10_000, 20).shape[1] < 200 * 20
