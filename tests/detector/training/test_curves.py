from __future__ import annotations

import csv
from pathlib import Path

import cv2

from detector.training.curves import write_curves


def test_the_table_has_all_columns_of_all_rows(tmp_path: Path) -> None:
    write_curves(tmp_path, [{"step": 1, "minutes": 0.5, "loss": 2.0}, {"step": 2, "minutes": 1.0, "iou": 0.5}])
    with (tmp_path / "curves.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert rows == [
        {"step": "1", "minutes": "0.5", "loss": "2.0", "iou": ""},
        {"step": "2", "minutes": "1.0", "loss": "", "iou": "0.5"},
    ]


def test_there_is_a_panel_for_each_column(tmp_path: Path) -> None:
    row = {"step": 1.0, "minutes": 0.5}
    write_curves(tmp_path, [row | {"loss": 2.0}])
    one_row = cv2.imread(str(tmp_path / "curves.png"))
    write_curves(tmp_path, [row | dict.fromkeys("abcdefg", 1.0)])
    three_rows = cv2.imread(str(tmp_path / "curves.png"))
    assert one_row.shape[1] == three_rows.shape[1]
    assert three_rows.shape[0] == 3 * one_row.shape[0]
