from __future__ import annotations

from pathlib import Path

import pytest

from detector.training.synthesis.bank import BankSize, build_bank, load_bank
from detector.training.synthesis.picture_set import write_picture_set
from tests.detector.conftest import TINY_FINDER

SIZES = {
    "train": BankSize(cards=2, printed_matter=1, distractors=1, occluders=1, backdrops=1),
    "validation": BankSize(cards=2, printed_matter=1, distractors=1, occluders=1, backdrops=1),
}


@pytest.fixture(scope="session")
def bank_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with tiny banks of both splits."""
    folder = tmp_path_factory.mktemp("bank")
    for split, size in SIZES.items():
        build_bank(folder, split, None, size, workers=1)  # type: ignore[arg-type]
    return folder


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory, bank_folder: Path) -> Path:
    """A folder of five rendered pictures with their annotations."""
    folder = tmp_path_factory.mktemp("rendered")
    write_picture_set(folder, load_bank(bank_folder, "validation"), 5, 128, seed=1, report=lambda _done: None)
    return folder


@pytest.fixture(scope="session")
def teacher(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Weights of a tiny finder that takes much for a card."""
    import torch

    from detector.network.retinanet import RetinaNet
    from detector.network.weights import write_weights

    torch.manual_seed(3)
    finder = RetinaNet(TINY_FINDER)
    expect_cards(finder)
    path = tmp_path_factory.mktemp("weights") / "teacher.safetensors"
    write_weights(path, finder)
    return path


def expect_cards(finder: object) -> None:
    """Let a fresh finder see a card at about every other anchor, upright and as large as the anchor."""
    import torch

    torch.nn.init.zeros_(finder.classificationModel[-1].bias)  # type: ignore[attr-defined]
    torch.nn.init.normal_(finder.classificationModel[-1].weight, std=0.3)  # type: ignore[attr-defined]
    corners = torch.tensor([-1.2, -0.8, 1.2, -0.8, 1.2, 0.8, -1.2, 0.8])
    with torch.no_grad():
        bias = finder.cornerModel[-1].bias  # type: ignore[attr-defined]
        bias.copy_(corners.repeat(len(bias) // 8))
