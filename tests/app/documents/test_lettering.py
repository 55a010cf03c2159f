from __future__ import annotations

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


def test_hebrew_runs_from_right_to_left() -> None:
    both = draw_text("אל", 40)
    alef = draw_text("א", 40)

    right_end = both[-alef.shape[0] :, -alef.shape[1] :]
    assert np.abs(right_end.astype(int) - alef).mean() < 30


@pytest.mark.parametrize("text", ["", "  ", "\n\x00", "हिन्दी", "copy ไทย"])
def test_what_cannot_be_drawn_is_said(text) -> None:
    with pytest.raises(UndrawableTextError, match="the text"):
        draw_text(text, 40)


def test_a_question_mark_is_a_letter_too() -> None:
    assert draw_text("?", 40).any()


def test_long_text_and_control_characters_stay_one_short_line() -> None:
    assert draw_text("a\x1b\n" + "b" * 10_000, 20).shape[1] < 200 * 20
