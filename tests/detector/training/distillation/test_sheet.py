from __future__ import annotations

from pathlib import Path

import numpy as np

from detector.training.distillation.corrections import Correction, take_in
from detector.training.distillation.labels import LabelledPool, as_quads
from detector.training.distillation.making import Rule, make_labels
from detector.training.distillation.sheet import PERSON_BGR, TILE_PX, UNSURE_BGR, label_sheet
from detector.training.synthesis.sheet import CARD_BGR
from tests.detector.training.distillation.scripted import QUAD, predict, read_png, write_scripted

RULE = Rule(None, 0.5, "stated")


def has(sheet: np.ndarray, colour: tuple[int, int, int]) -> bool:
    return bool((sheet == np.array(colour)).all(axis=-1).any())


def test_cards_and_unsure_candidates_have_their_colours(pool: Path, labels_folder: Path) -> None:
    predict(pool, labels_folder)
    make_labels(labels_folder, RULE)
    sheet = label_sheet(pool, LabelledPool(labels_folder), read_png, 6)
    assert sheet.dtype == np.uint8
    assert has(sheet, CARD_BGR)
    assert has(sheet, UNSURE_BGR)
    assert not has(sheet, PERSON_BGR)


def test_what_a_person_corrected_is_told_apart(pool: Path, labels_folder: Path) -> None:
    predict(pool, labels_folder)
    make_labels(labels_folder, RULE)
    take_in(labels_folder, {"2.png": Correction(QUAD[None], as_quads([]))})
    make_labels(labels_folder, RULE)
    assert has(label_sheet(pool, LabelledPool(labels_folder), read_png, 6), PERSON_BGR)


def test_a_sheet_is_as_large_as_its_number_of_pictures_not_as_the_pool(tmp_path: Path) -> None:
    for index in range(30):
        write_scripted(tmp_path / "pool" / f"{index}.png", [200])
    predict(tmp_path / "pool", tmp_path / "labels")
    make_labels(tmp_path / "labels", RULE)
    few = label_sheet(tmp_path / "pool", LabelledPool(tmp_path / "labels"), read_png, 4)
    assert few.shape[1] < 2.1 * TILE_PX
    one = label_sheet(tmp_path / "pool", LabelledPool(tmp_path / "labels"), read_png, 1)
    assert one.shape[1] < 1.1 * TILE_PX


def test_pictures_that_have_gone_or_are_a_line_are_no_trouble(tmp_path: Path) -> None:
    write_scripted(tmp_path / "pool" / "gone.png", [200])
    write_scripted(tmp_path / "pool" / "line.png", [200], width=2000, height=1)
    predict(tmp_path / "pool", tmp_path / "labels")
    make_labels(tmp_path / "labels", RULE)
    (tmp_path / "pool" / "gone.png").unlink()
    assert label_sheet(tmp_path / "pool", LabelledPool(tmp_path / "labels"), read_png, 9).size
    (tmp_path / "pool" / "line.png").unlink()
    assert not label_sheet(tmp_path / "pool", LabelledPool(tmp_path / "labels"), read_png, 9)[:99, :99].any()
