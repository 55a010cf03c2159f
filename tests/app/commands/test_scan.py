from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pytest
from PIL import Image

from app import cli
from app.commands import scan
from app.places import Places
from app.scanning import MADE_ITS_READER_FAIL
from detector import Detection, DetectorError, DeviceUnavailableError
from detector.geometry import bounding_box, rectangle_quad


class FakeDetector:
    """Finds one card: the middle half of any picture at least 8 pixels high; fails on pictures 13 pixels wide.

    Has a fault that pictures 14 pixels wide bring out.
    """

    def detect(self, image: np.ndarray) -> Sequence[Detection]:
        height, width = image.shape[:2]
        if width == 13:
            raise DetectorError("unlucky width")
        if width == 14:
            raise ZeroDivisionError
        if height < 8:
            return []
        quad = rectangle_quad(width / 2, height / 2) + (width / 4, height / 4)
        return [Detection(score=np.float32(0.9), box=bounding_box(quad), quad=quad, rotation=0)]


def scan_with_fake(*argv: object) -> int:
    arguments = cli.build_parser("scan").parse_args(["scan", *map(str, argv)])
    return scan.run(arguments, load=lambda device, threshold, search="thorough": FakeDetector())


def write_picture(path: Path, width: int = 160, height: int = 100) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(cv2.imencode(path.suffix, np.full((height, width, 3), 90, np.uint8))[1].tobytes())
    return path


def names_in(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_crops_and_overlay_are_saved(tmp_path: Path, capsys) -> None:
    picture = write_picture(tmp_path / "身份证.jpg")

    status = scan_with_fake(picture, "--out", tmp_path / "out", "--overlay")

    assert status == 0
    assert names_in(tmp_path / "out") == ["身份证-1.png", "身份证-overlay.png"]
    with Image.open(tmp_path / "out" / "身份证-1.png") as crop:
        assert crop.size == (1011, 638)
        assert crop.info["dpi"] == pytest.approx((300, 300), rel=1e-4)
    printed = capsys.readouterr()
    assert printed.out.splitlines() == [
        f"{picture}: 1 card (90%, too-small) -> 身份证-1.png, 身份证-overlay.png",
        f"1 picture, 1 card, saved in {tmp_path / 'out'}",
    ]
    assert printed.err == ""


def test_format_and_resolution(tmp_path: Path) -> None:
    scan_with_fake(
        write_picture(tmp_path / "a.png"), "--out", tmp_path, "--format", "jpeg", "--dpi", 150, "--card", "id-3"
    )

    with Image.open(tmp_path / "a-1.jpg") as crop:
        assert crop.format == "JPEG"
        assert crop.size == (738, 520)
        assert crop.info["dpi"] == (150, 150)


def test_json(tmp_path: Path, capsys) -> None:
    picture = write_picture(tmp_path / "a.png")
    missing = tmp_path / "missing.png"

    status = scan_with_fake(picture, missing, "--json")

    assert status == 1
    first, second = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    assert first == {
        "file": str(picture),
        "page": 1,
        "width": 160,
        "height": 100,
        "detections": [
            {
                "score": 0.9,
                "box": [40.0, 25.0, 120.0, 75.0],
                "quad": [[40.0, 25.0], [120.0, 25.0], [120.0, 75.0], [40.0, 75.0]],
                "rotation": 0,
                "format": "ID-1",
                "flags": ["too-small"],
            }
        ],
        "error": None,
    }
    assert second == {
        "file": str(missing),
        "page": 1,
        "width": None,
        "height": None,
        "detections": [],
        "error": "there is no such file. Check the name and the folder.",
    }
    assert names_in(tmp_path) == ["a.png"]


def test_folders_are_searched_but_not_the_one_saved_to(tmp_path: Path, capsys) -> None:
    write_picture(tmp_path / "b.png")
    write_picture(tmp_path / "deep" / "a.jpg")
    (tmp_path / "notes.txt").write_text("no picture")

    for _ in range(2):
        assert scan_with_fake(tmp_path, "--out", tmp_path / "out", "--overwrite", "--json") == 0

    files = [json.loads(line)["file"] for line in capsys.readouterr().out.splitlines()]
    assert files == [str(tmp_path / "b.png"), str(tmp_path / "deep" / "a.jpg")] * 2
    assert names_in(tmp_path / "out") == ["a-1.png", "b-1.png"]


def test_a_folder_is_not_searched_and_saved_to_at_once(tmp_path: Path, capsys) -> None:
    write_picture(tmp_path / "in" / "a.png")
    (tmp_path / "link").symlink_to(tmp_path / "in")

    assert scan_with_fake(tmp_path / "in", "--out", tmp_path / "link") == 2

    assert len(capsys.readouterr().err.splitlines()) == 1
    assert names_in(tmp_path / "in") == ["a.png"]


def test_a_folder_without_pictures(tmp_path: Path, capsys) -> None:
    assert scan_with_fake(tmp_path, "--json") == 1
    assert "holds no pictures" in json.loads(capsys.readouterr().out)["error"]


def test_bad_inputs_are_named_and_the_others_go_on(tmp_path: Path, capsys) -> None:
    (tmp_path / "empty.jpg").touch()
    (tmp_path / "text.jpg").write_text("hello")
    whole = write_picture(tmp_path / "whole.jpg")
    (tmp_path / "half.jpg").write_bytes(whole.read_bytes()[:-30])
    unlucky = write_picture(tmp_path / "unlucky.png", width=13)
    bad = [tmp_path / "empty.jpg", tmp_path / "text.jpg", tmp_path / "half.jpg", tmp_path / "none.jpg", unlucky]

    status = scan_with_fake(*bad[:3], whole, *bad[3:], "--out", tmp_path / "out", "--overlay")

    assert status == 1
    printed = capsys.readouterr()
    lines = printed.err.splitlines()
    assert len(lines) == len(bad)
    for line, path in zip(lines, bad, strict=True):
        assert line.startswith(f"cardlight: {path}: ")
    assert printed.out.splitlines()[-1].endswith("; 5 failed")
    assert names_in(tmp_path / "out") == ["whole-1.png", "whole-overlay.png"]


@pytest.mark.parametrize("together", [[], ["--together", "--format", "pdf"]])
def test_a_file_that_brings_out_a_fault_is_logged_and_costs_the_others_nothing(
    tmp_path: Path, capsys, monkeypatch, together
) -> None:
    monkeypatch.setattr(scan, "user_places", lambda: Places(tmp_path / "state", tmp_path / "state"))
    deadly, whole = write_picture(tmp_path / "deadly.png", width=14), write_picture(tmp_path / "whole.png")

    assert scan_with_fake(deadly, whole, "--out", tmp_path / "out", *together) == 1

    assert capsys.readouterr().err == f"cardlight: {deadly}: {MADE_ITS_READER_FAIL}\n"
    assert names_in(tmp_path / "out") == ["cards.pdf" if together else "whole-1.png"]
    assert "deadly" not in (tmp_path / "state" / "crashes.log").read_text()


def test_a_name_with_a_line_break_stays_on_one_line(tmp_path: Path, capsys) -> None:
    scan_with_fake(tmp_path / "two\nlines.jpg", "--json")

    assert "two\\nlines.jpg: there is no such file" in capsys.readouterr().err


@pytest.mark.parametrize(("width", "height"), [(1, 1), (30_000, 40)])
def test_extreme_shapes(tmp_path: Path, width, height) -> None:
    assert scan_with_fake(write_picture(tmp_path / "a.png", width, height), "--out", tmp_path / "out", "--overlay") == 0


def test_the_same_stem_twice(tmp_path: Path) -> None:
    pictures = [write_picture(tmp_path / "x" / "a.png"), write_picture(tmp_path / "y" / "a.jpg")]

    scan_with_fake(*pictures, "--out", tmp_path / "out")

    assert names_in(tmp_path / "out") == ["a-1.png", "a_2-1.png"]


def test_files_of_an_earlier_scan_are_kept(tmp_path: Path) -> None:
    picture = write_picture(tmp_path / "a.png")
    for _ in range(2):
        scan_with_fake(picture, "--out", tmp_path / "out")

    assert names_in(tmp_path / "out") == ["a-1.png", "a_2-1.png"]


def test_overwriting_replaces_files_of_an_earlier_scan(tmp_path: Path) -> None:
    picture = write_picture(tmp_path / "a.png")
    for _ in range(2):
        scan_with_fake(picture, "--out", tmp_path, "--overwrite")

    assert names_in(tmp_path) == ["a-1.png", "a.png"]


def test_overwriting_replaces_no_input(tmp_path: Path) -> None:
    original = write_picture(tmp_path / "a.png").read_bytes()
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "link.png").symlink_to(tmp_path / "a.png")

    for given in ("a.png", "in"):
        scan_with_fake(tmp_path / given, "--out", tmp_path, "--name", "a", "--overwrite")

    assert names_in(tmp_path) == ["a.png", "a_2.png", "in"]
    assert (tmp_path / "a.png").read_bytes() == original


def test_no_place_to_save(tmp_path: Path, capsys) -> None:
    assert scan_with_fake(write_picture(tmp_path / "a.png")) == 2
    assert scan_with_fake(tmp_path / "a.png", "--json", "--overlay") == 2
    assert "--out DIR" in capsys.readouterr().err


def test_a_file_in_the_place_of_the_folder_to_save_to(tmp_path: Path, capsys) -> None:
    picture = write_picture(tmp_path / "a.png")

    assert scan_with_fake(picture, "--out", picture) == 1
    assert f"{picture}: the folder cannot be written to" in capsys.readouterr().err


def test_a_detector_that_does_not_load(tmp_path: Path, capsys) -> None:
    def fail(device: str, threshold: float | None, search: str = "thorough") -> FakeDetector:
        raise DeviceUnavailableError(f"no {device} here")

    arguments = cli.build_parser("scan").parse_args(
        ["scan", "a.png", "--out", str(tmp_path / "out"), "--device", "cuda"]
    )

    assert scan.run(arguments, load=fail) == 1
    assert capsys.readouterr().err == "cardlight: no cuda here\n"
    assert not (tmp_path / "out").exists()


def test_the_detector_is_loaded_as_asked(tmp_path: Path) -> None:
    asked = []

    def load(device: str, threshold: float | None, search: str = "thorough") -> FakeDetector:
        asked.append((device, threshold))
        return FakeDetector()

    for extra in ([], ["--device", "cpu", "--threshold", "0.25"]):
        arguments = cli.build_parser("scan").parse_args(["scan", str(tmp_path), "--json", *extra])
        scan.run(arguments, load=load)

    assert asked == [("auto", None), ("cpu", 0.25)]


@pytest.mark.parametrize(
    "wrong",
    [
        ["--dpi", "0"],
        ["--dpi", "x"],
        ["--threshold", "2"],
        ["--format", "gif"],
        [],
        ["--name", "{user}"],
        ["--redact", "1,2"],
        ["--redact", "a"],
        ["--card", "1x1"],
        ["--watermark", "हिन्दी"],
        ["--caption", "{"],
        ["--margin", "-1"],
        ["--corners", "round"],
        [""],
        ["a.png", "--out", ""],
    ],
)
def test_wrong_usage(wrong, capsys) -> None:
    with pytest.raises(SystemExit) as exit_info:
        cli.build_parser("scan").parse_args(["scan", *wrong])
    assert exit_info.value.code == 2


def test_a_pdf_of_true_size(tmp_path: Path) -> None:
    assert scan_with_fake(write_picture(tmp_path / "a.png"), "--out", tmp_path / "out", "--format", "pdf") == 0

    assert names_in(tmp_path / "out") == ["a.pdf"]
    with pikepdf.open(tmp_path / "out" / "a.pdf") as document:
        (page,) = document.pages
        assert [float(edge) / 72 * 25.4 for edge in page.mediabox[2:]] == pytest.approx([85.60, 53.98], abs=0.001)


def test_front_and_back_together_on_a_sheet(tmp_path: Path, capsys) -> None:
    pictures = [write_picture(tmp_path / "front.png"), write_picture(tmp_path / "back.png")]

    status = scan_with_fake(*pictures, "--out", tmp_path / "out", "--together", "--layout", "a4", "--caption", "{side}")

    assert status == 0
    assert names_in(tmp_path / "out") == ["cards.pdf"]
    assert "2 cards -> cards.pdf" in capsys.readouterr().out
    with pikepdf.open(tmp_path / "out" / "cards.pdf") as document:
        (page,) = document.pages
        assert set(page.resources.XObject.keys()) == {"/Card1", "/Caption1", "/Card2", "/Caption2"}


def test_a_caption_names_the_picture_that_its_card_is_from(tmp_path: Path) -> None:
    pictures = [write_picture(tmp_path / "a.png"), write_picture(tmp_path / "b.png")]

    scan_with_fake(*pictures, "--out", tmp_path / "out", "--together", "--layout", "a4", "--caption", "{source}")

    assert names_in(tmp_path / "out") == ["cards.pdf"]
    with pikepdf.open(tmp_path / "out" / "cards.pdf") as document:
        captions = [document.pages[0].resources.XObject[name] for name in ("/Caption1", "/Caption2")]
        first, second = (next(iter(caption.Resources.XObject.values())).read_bytes() for caption in captions)
    assert first != second


def test_every_page_of_a_pdf_is_scanned(tmp_path: Path, capsys) -> None:
    scan_with_fake(write_picture(tmp_path / "a.png"), write_picture(tmp_path / "b.png"), "--out", tmp_path,
                   "--together", "--format", "pdf")  # fmt: skip

    assert scan_with_fake(tmp_path / "cards.pdf", "--out", tmp_path / "out", "--overlay") == 0

    assert names_in(tmp_path / "out") == [
        "cards-1.png", "cards-2.png", "cards-overlay.png", "cards-page2-overlay.png"
    ]  # fmt: skip
    assert "cards.pdf, page 2: 1 card" in capsys.readouterr().out


def test_everything_that_can_be_done_to_a_card(tmp_path: Path) -> None:
    pixels = ["--format", "tiff", "--dpi", 600, "--corners", "transparent", "--margin", 5, "--card", "90x60"]
    marks = ["--enhance", "--watermark", "仅供银行使用", "--redact", "10,10,20,5"]
    arguments = [*pixels, *marks, "--name", "{date:%Y}_{source}_{index:03}"]

    assert scan_with_fake(write_picture(tmp_path / "a.png"), "--out", tmp_path / "out", *arguments) == 0

    (name,) = names_in(tmp_path / "out")
    assert name.endswith("_a_001.tiff")
    with Image.open(tmp_path / "out" / name) as crop:
        assert (crop.mode, crop.info["dpi"]) == ("RGBA", (600, 600))
        assert crop.size == (2126 + 236, 1417 + 236)
        assert crop.getpixel((118 + 400, 118 + 300))[:3] == (0, 0, 0)


def test_a_card_that_cannot_be_saved_as_asked_is_said(tmp_path: Path, capsys) -> None:
    picture = write_picture(tmp_path / "a.png")

    assert scan_with_fake(picture, "--out", tmp_path / "out", "--redact", "200,10,5,5") == 1

    assert capsys.readouterr().err.startswith(f"cardlight: {picture}: a card was not saved, since ")
    assert names_in(tmp_path / "out") == []


@pytest.mark.parametrize(
    "wrong",
    [
        ["--layout", "a4", "--format", "png"],
        ["--caption", "x"],
        ["--together"],
        ["--together", "--format", "pdf", "--overlay"],
        ["--watermark-size", "9"],
        ["--redact", "1,1,20,20", "--overlay"],
        ["--watermark", "copy", "--overlay"],
        ["--format", "jpeg", "--dpi", "200.5"],
    ],
)
def test_arguments_that_contradict_each_other(tmp_path: Path, capsys, wrong) -> None:
    assert scan_with_fake(tmp_path / "a.png", "--out", tmp_path / "out", *wrong) == 2
    assert not (tmp_path / "out").exists()


def test_json_stays_json_where_cards_are_piled_up(tmp_path: Path, capsys) -> None:
    pictures = [write_picture(tmp_path / "front.png"), write_picture(tmp_path / "back.png")]

    assert scan_with_fake(*pictures, "--out", tmp_path / "out", "--together", "--format", "pdf", "--json") == 0

    printed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert len(printed) == 2
    assert names_in(tmp_path / "out") == ["cards.pdf"]
