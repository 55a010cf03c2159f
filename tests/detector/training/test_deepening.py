from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from detector.network.aligner import Aligner
from detector.network.config import AlignerConfig
from detector.training.deepening import deepened


def trained(config: AlignerConfig, context_layers: int = 0) -> Aligner:
    torch.manual_seed(0)
    return Aligner(replace(config, norm="affine", context_layers=context_layers)).eval()


def test_a_deeper_aligner_says_the_same(tiny_aligner) -> None:
    aligner = trained(tiny_aligner)
    deeper = deepened(aligner, replace(tiny_aligner, depths=(2, 1, 3), context_layers=2)).eval()

    views = torch.rand(3, 3, 32, 64)
    for before, after in zip(aligner(views), deeper(views), strict=True):
        torch.testing.assert_close(after, before)
    assert len(deeper.context) == deeper.config.context_layers == 2


def test_its_new_layers_can_learn(tiny_aligner) -> None:
    deeper = deepened(trained(tiny_aligner), replace(tiny_aligner, context_layers=1))
    deeper(torch.rand(2, 3, 32, 64)).corners.sum().backward()

    gradient = deeper.get_submodule("context.0.0").weight.grad
    beside_the_centre = gradient[:, :, 1, [0, 2]]
    assert (beside_the_centre != 0).any()


def test_context_layers_that_are_there_are_kept(tiny_aligner) -> None:
    aligner = trained(tiny_aligner, context_layers=1)
    kept = deepened(aligner, tiny_aligner).state_dict()
    assert all(torch.equal(kept[name], tensor) for name, tensor in aligner.state_dict().items())


def test_a_network_with_group_norms_is_refused(tiny_aligner) -> None:
    with pytest.raises(ValueError, match="affine norms"):
        deepened(Aligner(tiny_aligner), tiny_aligner)
