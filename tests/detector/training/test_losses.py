from __future__ import annotations

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from detector.training.losses import cyclic_corner_loss, focal_loss, heat_map_loss

SIGMA_PX = 4.0
TRUTH = torch.tensor([[[10.0, 6.0], [50.0, 8.0], [52.0, 26.0], [9.0, 24.0]]])


def positions(columns: int = 16, rows: int = 8, stride: int = 4) -> torch.Tensor:
    y, x = torch.meshgrid(torch.arange(rows), torch.arange(columns), indexing="ij")
    return (torch.stack([x, y], dim=-1).reshape(-1, 2) + 0.5) * stride


def gaussians(corners: torch.Tensor) -> torch.Tensor:
    squared = (corners[:, :, None] - positions()).square().sum(dim=-1)
    return (-squared / (2 * SIGMA_PX**2)).view(len(corners), 4, 8, 16)


def test_focal_loss_by_hand() -> None:
    """At probability one half both entries' cross-entropy is log 2, their factor (1/2)^2, the weights 1/4 and 3/4."""
    loss = focal_loss(torch.zeros(2), torch.tensor([1.0, 0.0]))
    assert float(loss) == pytest.approx((0.25 + 0.75) * 0.25 * math.log(2))


@given(st.lists(st.tuples(st.floats(-8, 8), st.booleans()), min_size=1, max_size=10))
def test_focal_loss_is_the_formula_of_the_paper(entries: list[tuple[float, bool]]) -> None:
    expected = 0.0
    for logit, positive in entries:
        p = 1 / (1 + math.exp(-logit))
        p_t, alpha_t = (p, 0.25) if positive else (1 - p, 0.75)
        expected -= alpha_t * (1 - p_t) ** 2 * math.log(p_t)
    logits, targets = torch.tensor(entries, dtype=torch.float64).unbind(dim=1)
    assert float(focal_loss(logits, targets)) == pytest.approx(expected, rel=1e-6)


def test_focal_loss_of_extreme_logits_has_a_finite_gradient() -> None:
    logits = torch.tensor([-200.0, 200.0, -200.0, 200.0], requires_grad=True)
    focal_loss(logits, torch.tensor([1.0, 0.0, 0.0, 1.0])).backward()
    assert logits.grad is not None
    assert torch.isfinite(logits.grad).all()


def test_corner_loss_by_hand() -> None:
    """One coordinate of eight is off by 3, linear beyond beta: (3 - beta / 2) / 8."""
    predicted = TRUTH.clone()
    predicted[0, 1, 0] += 3
    assert cyclic_corner_loss(predicted, TRUTH, beta=1.0).tolist() == pytest.approx([2.5 / 8])


@given(st.integers(0, 3), st.integers(0, 2**32 - 1))
def test_corner_loss_does_not_depend_on_where_the_order_starts(start: int, seed: int) -> None:
    predicted = TRUTH + torch.randn(1, 4, 2, generator=torch.Generator().manual_seed(seed))
    expected = cyclic_corner_loss(predicted, TRUTH, beta=0.1)
    torch.testing.assert_close(cyclic_corner_loss(predicted, TRUTH.roll(start, dims=1), beta=0.1), expected)
    torch.testing.assert_close(cyclic_corner_loss(predicted.roll(start, dims=1), TRUTH, beta=0.1), expected)


def test_corner_loss_of_the_reversed_order_is_large() -> None:
    assert float(cyclic_corner_loss(TRUTH.flip(1), TRUTH, beta=0.1)) > 5


def test_corner_loss_is_one_for_each_quad() -> None:
    predicted = torch.cat([TRUTH, TRUTH + 1])
    losses = cyclic_corner_loss(predicted, torch.cat([TRUTH, TRUTH]), beta=0.5)
    assert losses.tolist() == pytest.approx([0, 0.75])
    assert cyclic_corner_loss(TRUTH[:0], TRUTH[:0], beta=0.5).shape == (0,)


def test_heat_map_loss_has_its_minimum_at_the_gaussians_of_the_truth() -> None:
    heat = gaussians(TRUTH).requires_grad_()
    least = heat_map_loss(heat, TRUTH, positions(), SIGMA_PX)
    least.sum().backward()
    torch.testing.assert_close(heat.grad, torch.zeros_like(heat), atol=1e-6, rtol=0)
    elsewhere = heat_map_loss(gaussians(TRUTH + 3), TRUTH, positions(), SIGMA_PX)
    flat = heat_map_loss(torch.zeros(1, 4, 8, 16), TRUTH, positions(), SIGMA_PX)
    assert (elsewhere > least + 0.1).all()
    assert (flat > least + 0.1).all()


def test_heat_map_loss_of_flat_maps_is_the_logarithm_of_the_cells() -> None:
    loss = heat_map_loss(torch.zeros(1, 4, 8, 16), TRUTH, positions(), SIGMA_PX)
    torch.testing.assert_close(loss, torch.full((1, 4), math.log(8 * 16)))
