from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from detector.geometry import Image
from detector.training.synthesis.bank import Backgrounds, Bank, BankSize, build_bank, load_bank

SIZES = {
    "train": BankSize(cards=3, printed_matter=2, distractors=2, occluders=2, backdrops=2),
    "validation": BankSize(cards=2, printed_matter=1, distractors=1, occluders=1, backdrops=1),
}
BACKGROUND_FOLDERS = ("blocks_on_paper_tables", "photos", "textures_robot")
FILES_A_FOLDER = 12


@pytest.fixture(scope="session")
def backgrounds(tmp_path_factory: pytest.TempPathFactory) -> Backgrounds:
    """Folders of photographs, each of noise of its own."""
    root = tmp_path_factory.mktemp("backgrounds")
    rng = np.random.default_rng(0)
    for folder in BACKGROUND_FOLDERS:
        (root / folder).mkdir()
        for index in range(FILES_A_FOLDER):
            coarse = rng.integers(0, 256, (6, 8, 3), np.uint8)
            picture = cv2.resize(coarse, (80, 60), interpolation=cv2.INTER_CUBIC)
            cv2.imwrite(str(root / folder / f"{index:02}.jpg"), picture)
    return Backgrounds(root, read_photo)


def read_photo(path: Path) -> Image | None:
    return cv2.imread(str(path))  # type: ignore[return-value]


@pytest.fixture(scope="session")
def bank_folder(tmp_path_factory: pytest.TempPathFactory, backgrounds: Backgrounds) -> Path:
    """A folder with tiny banks of both splits."""
    folder = tmp_path_factory.mktemp("bank")
    for split, size in SIZES.items():
        build_bank(folder, split, backgrounds, size, workers=1)  # type: ignore[arg-type]
    return folder


@pytest.fixture(scope="session")
def bank(bank_folder: Path) -> Bank:
    return load_bank(bank_folder, "train")
