from __future__ import annotations

from dataclasses import replace

import pytest
import torch

from detector.network.aligner import Aligner
from detector.network.config import LIGHT, AlignerConfig
from detector.network.layers import ChannelAffine, ConvNormReLU
from detector.network.retinanet import RetinaNet
from detector.training.pruning import narrowed, shallower

WIDTHS = (8, 16, 16, 24)


def trained(config: AlignerConfig) -> Aligner:
    torch.manual_seed(0)
    config = replace(config, norm="affine", widths=WIDTHS, depths=(1, 2, 1), context_layers=1)
    aligner = Aligner(config).eval()
    with torch.no_grad():
        for part in aligner.modules():
            if isinstance(part, ChannelAffine):
                part.scale.uniform_(0.5, 2)
                part.shift.uniform_(-0.2, 0.2)
    return aligner


@torch.no_grad()
def silenced(aligner: Aligner, widths: tuple[int, int, int, int]) -> Aligner:
    """The aligner with random channels switched off, so that `widths` of each feature map are left."""
    kept = {width: torch.randperm(width)[:fewer] for width, fewer in zip(WIDTHS, widths, strict=True)}
    # Maps of one width share their channels: those that are added up have to.
    stages = {aligner.stem: 0, aligner.stage4: 1, aligner.stage8: 2, aligner.stage16: 3, aligner.context: 3}
    stages |= {aligner.decoder8: 2, aligner.decoder4: 1}
    for stage, index in stages.items():
        width = WIDTHS[index]
        off = torch.ones(width, dtype=torch.bool)
        off[kept[width] if index != 1 else kept[16]] = False
        for part in stage.modules():
            if isinstance(part, ConvNormReLU):
                part[0].weight[off] = 0
                part[1].shift[off] = 0
        if stage in (aligner.decoder8, aligner.decoder4):
            stage.reduce.weight[off] = 0
            stage.reduce.bias[off] = 0
    return aligner


def test_channels_that_say_nothing_are_the_ones_that_go(tiny_aligner) -> None:
    aligner = silenced(trained(tiny_aligner), (4, 8, 8, 16))
    smaller = narrowed(aligner, (4, 8, 8, 16)).eval()

    views = torch.rand(3, 3, 32, 64)
    for before, after in zip(aligner(views), smaller(views), strict=True):
        torch.testing.assert_close(after, before)
    assert smaller.config.widths == (4, 8, 8, 16)


def test_the_given_network_is_left_as_it_is(tiny_aligner) -> None:
    aligner = trained(tiny_aligner)
    before = {name: tensor.clone() for name, tensor in aligner.state_dict().items()}
    narrowed(aligner, (4, 8, 8, 16))
    assert all(torch.equal(tensor, before[name]) for name, tensor in aligner.state_dict().items())


def test_one_that_is_narrow_enough_stays_the_same(tiny_aligner) -> None:
    aligner = trained(tiny_aligner)
    kept = narrowed(aligner, (64, 64, 64, 64)).state_dict()
    assert all(torch.equal(kept[name], tensor) for name, tensor in aligner.state_dict().items())


def test_a_network_with_group_norms_is_refused(tiny_aligner) -> None:
    with pytest.raises(ValueError, match="affine norms"):
        narrowed(Aligner(tiny_aligner), (4, 4, 4, 4))


def test_a_finder_loses_the_last_layers_of_its_stages_and_keeps_the_rest() -> None:
    torch.manual_seed(0)
    deep = tuple(replace(stage, depth=stage.depth + 1) for stage in LIGHT.stages)
    finder = RetinaNet(replace(LIGHT, norm="affine", stages=deep)).eval()
    with torch.no_grad():
        for stage in finder.backbone.stages:
            # A last layer that hands on what it gets: without it, nothing changes.
            torch.nn.init.dirac_(stage[1][-1][0].weight)
    smaller = shallower(finder, LIGHT).eval()

    picture = torch.rand(1, 3, 64, 96)
    for before, after in zip(finder(picture), smaller(picture), strict=True):
        torch.testing.assert_close(after, before)
    assert smaller.config.stages == LIGHT.stages
    assert len([*smaller.parameters()]) < len([*finder.parameters()])


def test_a_finder_that_is_shallow_already_stays_so() -> None:
    shallow = replace(LIGHT, stages=tuple(replace(stage, depth=0) for stage in LIGHT.stages))
    assert shallower(RetinaNet(shallow), LIGHT).config == shallow
