from __future__ import annotations

import csv
import io
import json

import pytest

from app.documents.manifest import ManifestRow, comma_separated, json_lines, row_as_json, row_from_json

CARD = ManifestRow(
    "身份证.png", "00", 2, 1, 0.9, (1.5, 2.0), 90, "ID-1", 300.0, ("blurred", "glare"), ("a-1.png", "b.pdf")
)
FAILED = ManifestRow("=cmd()|x.png", None, error="there is no such file.")


@pytest.mark.parametrize("row", [CARD, FAILED, ManifestRow("bad\udcff.png", None)])
def test_json_and_back(row) -> None:
    assert row_from_json(row_as_json(row)) == row


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('"files": [', '"file": ['),
        ('"files": [', '"files": [1, '),
        ('"files": [', '"files": [["a"], '),
        ('"quad": [1.5, 2.0]', '"quad": "1.5, 2.0"'),
        ('"quad": [1.5', '"quad": ["1.5"'),
        ('"score": 0.9', '"score": NaN'),
        ('"score": 0.9', '"score": {}'),
        ('"card": 1', '"card": true'),
        ('"page": 2', '"page": 2.5'),
        ('"error": null', '"error": ["bad"]'),
        ('"sha256": "00"', '"sha256": 0'),
    ],
)
def test_a_row_with_something_else_under_a_name(before, after) -> None:
    line = row_as_json(CARD)
    assert before in line

    with pytest.raises(ValueError, match="row"):
        row_from_json(line.replace(before, after))


@pytest.mark.parametrize("line", ["", "[]", "{}", '{"source": "a"}', "[" * 100_000])
def test_what_is_no_row(line) -> None:
    with pytest.raises(ValueError, match=r"row|Expecting"):
        row_from_json(line)


def test_one_line_of_json_a_row() -> None:
    first, second = json_lines([CARD, FAILED]).decode().splitlines()

    assert json.loads(first)["quad"] == [1.5, 2.0]
    assert json.loads(second)["error"] == "there is no such file."


def test_csv_opens_in_a_spreadsheet() -> None:
    data = comma_separated([CARD, FAILED])

    assert data.startswith(b"\xef\xbb\xbf")
    first, second = csv.DictReader(io.StringIO(data.decode("utf-8-sig")))
    assert (first["source"], first["quad"], first["flags"], first["files"]) == (
        "身份证.png",
        "1.5 2.0",
        "blurred glare",
        "a-1.png|b.pdf",
    )
    assert second["source"] == "'=cmd()|x.png"
    assert second["card"] == ""


def test_a_name_that_is_not_unicode_does_not_stop_the_list() -> None:
    assert b"bad\\udcff" in comma_separated([ManifestRow("bad\udcff.png", None)])
