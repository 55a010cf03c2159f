from __future__ import annotations

import pytest
import torch

from detector.network.aligner import Aligner, SoftArgMax
from detector.network.config import ALIGNER


@pytest.fixture(scope="module")
def aligner() -> Aligner:
    torch.manual_seed(0)
    return Aligner(ALIGNER)


def test_shapes(aligner: Aligner) -> None:
    with torch.no_grad():
        output = aligner(torch.rand(3, 3, ALIGNER.view_height_px, ALIGNER.view_width_px))
    assert output.corners.shape == (3, 4, 2)
    assert output.rotation.shape == (3, 4)
    assert output.card.shape == (3,)
    assert output.heat.shape == (3, 4, ALIGNER.view_height_px // 4, ALIGNER.view_width_px // 4)


def test_every_parameter_is_used(aligner: Aligner) -> None:
    output = aligner(torch.rand(1, 3, ALIGNER.view_height_px, ALIGNER.view_width_px))
    sum(part.sum() for part in output).backward()
    assert [name for name, parameter in aligner.named_parameters() if parameter.grad is None] == []


def test_it_is_under_4_mb_in_half_precision(aligner: Aligner) -> None:
    assert 2 * sum(parameter.numel() for parameter in aligner.parameters()) < 4_000_000


def test_a_single_peak_is_found_at_the_centre_of_its_cell() -> None:
    heat = torch.zeros(1, 2, 5, 8)
    heat[0, 0, 3, 6] = heat[0, 1, 0, 0] = 100
    torch.testing.assert_close(SoftArgMax(8, 5, stride=4)(heat), torch.tensor([[[26.0, 14.0], [2.0, 2.0]]]))


def test_two_equal_neighbours_are_read_halfway_between() -> None:
    heat = torch.zeros(1, 1, 5, 8)
    heat[0, 0, 2, 3] = heat[0, 0, 2, 4] = 100
    torch.testing.assert_close(SoftArgMax(8, 5, stride=4)(heat), torch.tensor([[[16.0, 10.0]]]))


def test_under_mixed_precision_positions_are_not_rounded() -> None:
    """In bfloat16 they would be to a pixel at the far side of the view."""
    heat = torch.zeros(1, 1, 40, 64)
    heat[0, 0, 30, 60:62] = 50
    with torch.autocast("cpu", torch.bfloat16):
        corners = SoftArgMax(64, 40, stride=4)(heat.bfloat16())
    torch.testing.assert_close(corners, torch.tensor([[[244.0, 122.0]]]))
    heat[0, 0, 30, 60] += 0.5  # three eighths and five eighths of the weight
    with torch.autocast("cpu", torch.bfloat16):
        between = SoftArgMax(64, 40, stride=4)(heat.bfloat16())
    assert 242.4 < between[0, 0, 0].item() < 243.6
    assert between.dtype == torch.float32
