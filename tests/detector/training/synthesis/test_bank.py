from __future__ import annotations

import pickle
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from detector.training.synthesis.bank import (
    Backgrounds,
    Bank,
    BankSize,
    DamagedBankError,
    PictureStack,
    build_bank,
    description_of,
    load_bank,
)
from detector.training.synthesis.mipmap import MipMap, build_mipmap
from tests.detector.training.conftest import read_photo

RENDERED = ("cards", "printed_matter", "distractors", "occluders", "backdrops")


@pytest.fixture(scope="module")
def validation_bank(bank_folder: Path) -> Bank:
    return load_bank(bank_folder, "validation")


@pytest.fixture
def pictures() -> list[MipMap]:
    rng = np.random.default_rng(0)
    shapes = ((60, 100, 3), (120, 50, 4), (25, 25, 3))
    return [build_mipmap(rng.integers(0, 256, shape, np.uint8)) for shape in shapes]


@pytest.fixture
def stack(pictures: list[MipMap], tmp_path: Path) -> PictureStack:
    PictureStack.write(tmp_path / "some.pictures", pictures)
    return PictureStack(tmp_path / "some.pictures")


def assert_same(first: MipMap, second: MipMap) -> None:
    assert len(first.levels) == len(second.levels)
    for level, other in zip(first.levels, second.levels, strict=True):
        np.testing.assert_array_equal(level, other)


def contents(pictures: object) -> set[bytes]:
    return {picture.levels[0].tobytes() for picture in pictures}  # type: ignore[attr-defined]


def test_a_stack_is_read_as_it_was_written(pictures: list[MipMap], stack: PictureStack) -> None:
    assert len(stack) == len(pictures)
    for picture, read in zip(pictures, stack, strict=True):
        assert_same(read, picture)


def test_a_stack_is_indexed_as_a_list(pictures: list[MipMap], stack: PictureStack) -> None:
    assert_same(stack[-1], pictures[-1])
    assert_same(stack[-3], pictures[0])
    assert [read.levels[0].shape for read in stack[1:]] == [picture.levels[0].shape for picture in pictures[1:]]
    with pytest.raises(IndexError):
        stack[3]
    with pytest.raises(IndexError):
        stack[-4]


def test_an_empty_stack_is_empty(tmp_path: Path) -> None:
    PictureStack.write(tmp_path / "none.pictures", [])
    assert list(PictureStack(tmp_path / "none.pictures")) == []


@pytest.mark.parametrize(
    ("ending", "content"),
    [
        (".json", ""),
        (".json", "[" * 100_000),
        (".json", "3"),
        (".json", '[["ab"]]'),
        (".json", "[[[1, 2.5, 3]]]"),
        (".json", "[[[1, 2, 3]]]"),
        (".pictures", ""),
        (".pictures", "cut off"),
        (".pictures", None),
        (".json", None),
    ],
)
def test_a_damaged_stack_is_named(stack: PictureStack, tmp_path: Path, ending: str, content: str | None) -> None:
    path = tmp_path / f"some{ending}"
    path.unlink()
    if content is not None:
        path.write_text(content)
    with pytest.raises(DamagedBankError, match=r"the bank's some\.pictures is missing or damaged"):
        PictureStack(tmp_path / "some.pictures")


@pytest.mark.parametrize("content", ["", "3", "[" * 100_000])
def test_a_damaged_description_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "train").mkdir()
    (tmp_path / "train/bank.json").write_text(content)
    with pytest.raises(DamagedBankError, match=r"the bank's bank\.json is missing or damaged"):
        description_of(tmp_path, "train")


def test_a_stack_is_pickled_as_its_path(pictures: list[MipMap], stack: PictureStack) -> None:
    pickled = pickle.dumps(stack)
    assert len(pickled) < 1000
    assert_same(pickle.loads(pickled)[1], pictures[1])


def test_pictures_of_a_stack_cannot_be_written(stack: PictureStack) -> None:
    with pytest.raises(ValueError, match="read-only"):
        stack[0].levels[0][:] = 0


def test_a_bank_has_the_size_asked_for(bank: Bank, validation_bank: Bank) -> None:
    assert [len(getattr(bank, kind)) for kind in RENDERED] == [3, 2, 2, 2, 2]
    assert [len(getattr(validation_bank, kind)) for kind in RENDERED] == [2, 1, 1, 1, 1]


@pytest.mark.parametrize("kind", ["photos", "hard_photos", "textures"])
def test_every_photograph_is_in_one_split_alone(kind: str, bank: Bank, validation_bank: Bank) -> None:
    train, validation = contents(getattr(bank, kind)), contents(getattr(validation_bank, kind))
    assert train.isdisjoint(validation)
    assert (len(train), len(validation)) == (10, 2)


@pytest.mark.parametrize("kind", RENDERED)
def test_no_drawing_is_in_both_splits(kind: str, bank: Bank, validation_bank: Bank) -> None:
    assert contents(getattr(bank, kind)).isdisjoint(contents(getattr(validation_bank, kind)))


def test_drawings_differ(bank: Bank) -> None:
    assert len(contents(bank.cards)) == len(bank.cards)


def test_cards_are_cut_out_and_backgrounds_are_not(bank: Bank) -> None:
    channels = {
        kind: bank_pictures[0].levels[0].shape[2] for kind, bank_pictures in zip(KINDS, parts(bank), strict=True)
    }
    assert channels == dict.fromkeys(RENDERED[:4], 4) | dict.fromkeys(KINDS[4:], 3)


KINDS = (*RENDERED, "photos", "hard_photos", "textures")


def parts(bank: Bank) -> list[PictureStack]:
    return [getattr(bank, kind) for kind in KINDS]


def test_the_same_seed_gives_the_same_bank_and_another_one_does_not(
    bank_folder: Path, backgrounds: Backgrounds, tmp_path: Path
) -> None:
    size = BankSize(cards=2, printed_matter=1, distractors=1, occluders=1, backdrops=1)
    reported: list[str] = []
    again = build_bank(tmp_path / "again", "validation", backgrounds, size, workers=1, report=reported.append)
    assert reported == list(RENDERED)
    for name in sorted(path.name for path in (bank_folder / "validation").glob("*.pictures")):
        same = (tmp_path / "again" / "validation" / name).read_bytes()
        assert same == (bank_folder / "validation" / name).read_bytes(), name
    cards_alone = BankSize(cards=2, printed_matter=0, distractors=0, occluders=0, backdrops=0)
    other = build_bank(tmp_path / "other", "validation", backgrounds, cards_alone, workers=1, seed=1)
    assert contents(other.cards).isdisjoint(contents(again.cards))


def test_a_file_that_is_no_picture_is_passed_over(tmp_path: Path) -> None:
    for number in range(11):
        path = tmp_path / "backgrounds" / "photos" / f"{number:02}.jpg"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(cv2.imencode(".jpg", np.zeros((60, 80, 3), np.uint8))[1].tobytes())
    (tmp_path / "backgrounds" / "photos" / "00.jpg").write_bytes(b"no picture")
    found = Backgrounds(tmp_path / "backgrounds", read_photo)
    bank = build_bank(tmp_path / "bank", "validation", found, BankSize(0, 0, 0, 0, 0), workers=1)
    assert len(bank.photos) == 1


def test_large_photographs_are_reduced(tmp_path: Path) -> None:
    picture: NDArray[np.uint8] = np.zeros((900, 1280, 3), np.uint8)
    (tmp_path / "backgrounds" / "photos").mkdir(parents=True)
    cv2.imwrite(str(tmp_path / "backgrounds" / "photos" / "large.jpg"), picture)
    found = Backgrounds(tmp_path / "backgrounds", read_photo)
    bank = build_bank(tmp_path / "bank", "validation", found, BankSize(0, 0, 0, 0, 0), workers=1)
    assert bank.photos[0].levels[0].shape == (450, 640, 3)
