from __future__ import annotations

import math
from dataclasses import replace

import pytest
import torch
from torch import nn

from detector.network.anchors import anchor_boxes
from detector.network.config import FINDERS, LIGHT, RESNET50, TEACHERS, AnchorConfig, FinderConfig, StageConfig
from detector.network.retinanet import RetinaNet, build_finder


def thin(config: FinderConfig) -> FinderConfig:
    """A teacher with a sixteenth of its width, and one block a stage: the same parts, quick to run."""
    stages = tuple(replace(stage, channels=stage.channels // 16 * 2, depth=1) for stage in config.stages)
    widths = tuple(16 for _ in config.head_widths)
    return replace(config, stem_channels=8, stages=stages, pyramid_channels=16, head_widths=widths)


NETWORKS = FINDERS | {name: thin(config) for name, config in TEACHERS.items()}


@pytest.fixture(scope="module", params=NETWORKS)
def finder(request: pytest.FixtureRequest) -> RetinaNet:
    torch.manual_seed(0)
    return RetinaNet(NETWORKS[request.param])


@pytest.fixture(params=FINDERS)
def light_finder(request: pytest.FixtureRequest) -> RetinaNet:
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


def test_the_backbone_has_fewer_than_18_layers(light_finder: RetinaNet) -> None:
    """Rule 6 of the article."""
    layers = [module for module in light_finder.backbone.modules() if isinstance(module, nn.Conv2d)]
    assert len(layers) < 18


def test_all_head_convolutions_are_1x1(light_finder: RetinaNet) -> None:
    """Rule 10 of the article."""
    heads = [light_finder.classificationModel, light_finder.regressionModel]
    heads += [light_finder.cornerModel] if light_finder.cornerModel else []
    kernels = {module.kernel_size for head in heads for module in head.modules() if isinstance(module, nn.Conv2d)}
    assert kernels == {(1, 1)}


def test_the_light_finder_is_under_4_mb_in_half_precision() -> None:
    parameters = sum(math.prod(parameter.shape) for parameter in build_finder("light").parameters())
    assert 2 * parameters < 4_000_000


def test_a_teacher_has_thirty_times_the_students_parameters() -> None:
    with torch.device("meta"):
        teacher, student = RetinaNet(RESNET50), RetinaNet(LIGHT)
    counts = [sum(parameter.numel() for parameter in network.parameters()) for network in (teacher, student)]
    assert counts[0] > 30 * counts[1]


def test_resnets_are_as_deep_as_their_names_say() -> None:
    """All convolutions on the way, and the classifier that is left out; shortcuts are not on it."""
    for name, config in TEACHERS.items():
        with torch.device("meta"):
            modules = dict(RetinaNet(config).backbone.named_modules())
        on_the_way = [
            path for path, module in modules.items() if isinstance(module, nn.Conv2d) and "shortcut" not in path
        ]
        assert f"resnet{len(on_the_way) + 1}" == name


def test_a_residual_block_adds_what_it_was_given() -> None:
    """With the last normalisation at zero, a block that keeps its shape passes on what it gets."""
    config = FinderConfig(
        name="one stage",
        stem="resnet",
        stem_channels=8,
        stages=(StageConfig(8, 1, "basic"),),
        pyramid_channels=8,
        head_widths=(),
        corner_head=False,
        anchors=AnchorConfig(strides=(4,), sizes=(4.0,), ratios=(1.0,)),
    )
    backbone = RetinaNet(config).backbone
    nn.init.zeros_(backbone.stages[0][0].convolutions[-1][-1].weight)
    picture = torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        (feature,) = backbone(picture)
        assert torch.equal(feature, backbone.stem(picture))


def test_there_is_no_other_preset() -> None:
    with pytest.raises(KeyError):
        build_finder("heavy")
