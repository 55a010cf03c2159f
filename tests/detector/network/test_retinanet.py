from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from detector.network.anchors import anchor_boxes
from detector.network.config import FINDERS
from detector.network.retinanet import RetinaNet, build_finder


@pytest.fixture(scope="module", params=FINDERS)
def finder(request: pytest.FixtureRequest) -> RetinaNet:
    torch.manual_seed(0)
    return build_finder(request.param)


@pytest.mark.parametrize(("width", "height"), [(320, 192), (224, 224)])
def test_there_is_an_output_for_each_anchor(finder: RetinaNet, width: int, height: int) -> None:
    with torch.no_grad():
        output = finder(torch.rand(2, 3, height, width))
    anchors = len(anchor_boxes(finder.config.anchors, width, height))
    assert output.logits.shape == (2, anchors, 1)
    assert output.deltas.shape == (2, anchors, 4)
    if finder.config.corner_head:
        assert output.corners.shape == (2, anchors, 8)
    else:
        assert output.corners is None


def test_levels_come_finest_first_at_their_strides(finder: RetinaNet) -> None:
    with torch.no_grad():
        levels = finder.pyramid(finder.backbone(torch.rand(1, 3, 256, 384)))
    assert [tuple(level.shape) for level in levels] == [
        (1, finder.config.pyramid_channels, 256 // stride, 384 // stride) for stride in finder.config.anchors.strides
    ]


def test_every_parameter_is_used(finder: RetinaNet) -> None:
    output = finder(torch.rand(1, 3, 128, 128))
    sum(part.sum() for part in output if part is not None).backward()
    assert [name for name, parameter in finder.named_parameters() if parameter.grad is None] == []


def test_a_fresh_finder_expects_a_card_at_one_anchor_in_a_hundred(finder: RetinaNet) -> None:
    with torch.no_grad():
        scores = finder(torch.rand(1, 3, 128, 128)).logits.sigmoid()
    assert float(scores.mean()) == pytest.approx(0.01, rel=0.5)


def test_the_backbone_has_fewer_than_18_layers(finder: RetinaNet) -> None:
    """Rule 6 of the article."""
    layers = [module for module in finder.backbone.modules() if isinstance(module, nn.Conv2d)]
    assert len(layers) < 18


def test_all_head_convolutions_are_1x1(finder: RetinaNet) -> None:
    """Rule 10 of the article."""
    heads = [finder.classificationModel, finder.regressionModel, *([finder.cornerModel] if finder.cornerModel else [])]
    kernels = {module.kernel_size for head in heads for module in head.modules() if isinstance(module, nn.Conv2d)}
    assert kernels == {(1, 1)}


def test_the_light_finder_is_under_4_mb_in_half_precision() -> None:
    parameters = sum(math.prod(parameter.shape) for parameter in build_finder("light").parameters())
    assert 2 * parameters < 4_000_000


def test_there_is_no_other_preset() -> None:
    with pytest.raises(KeyError):
        build_finder("heavy")
