from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from torch import Tensor
from torch.nn import functional

from detector.errors import ModelFileError
from detector.network.config import LIGHT, RESNET18, RESNET50, FinderConfig, StageConfig
from detector.network.runtime import folded
from detector.network.weights import Tensors, write_tensors
from detector.training.pretrained import MEAN, STANDARD_DEVIATION, finder_on_pretrained_resnet

SMALL = {
    "basic": replace(RESNET18, stem_channels=8, stages=(StageConfig(8, 1, "basic"), StageConfig(16, 2, "basic"))),
    "bottleneck": replace(
        RESNET50, stem_channels=8, stages=(StageConfig(32, 2, "bottleneck"), StageConfig(64, 1, "bottleneck"))
    ),
}
BORDER_PX = 3


def with_levels(config: FinderConfig) -> FinderConfig:
    """Both stages' maps are levels, and nothing else is."""
    return replace(config, anchors=replace(config.anchors, strides=(4, 8)), pyramid_channels=8, head_widths=())


def random_tensors(config: FinderConfig) -> Tensors:
    """Weights of a ResNet by torchvision's names."""
    torch.manual_seed(0)
    tensors = batch_norm("bn1", config.stem_channels) | {"conv1.weight": torch.randn(config.stem_channels, 3, 7, 7)}
    incoming = config.stem_channels
    for number, stage in enumerate(config.stages, start=1):
        bottleneck = stage.convolution == "bottleneck"
        width = stage.channels // 4 if bottleneck else stage.channels
        for index in range(stage.depth):
            name = f"layer{number}.{index}"
            shapes = [(width, incoming, 3), (stage.channels, width, 3)]
            if bottleneck:
                shapes = [(width, incoming, 1), (width, width, 3), (stage.channels, width, 1)]
            for place, (out, into, kernel) in enumerate(shapes, start=1):
                tensors[f"{name}.conv{place}.weight"] = torch.randn(out, into, kernel, kernel) / into
                tensors |= batch_norm(f"{name}.bn{place}", out)
            if index == 0 and (number > 1 or incoming != stage.channels):
                tensors[f"{name}.downsample.0.weight"] = torch.randn(stage.channels, incoming, 1, 1) / incoming
                tensors |= batch_norm(f"{name}.downsample.1", stage.channels)
            incoming = stage.channels
    return tensors


def batch_norm(name: str, channels: int) -> Tensors:
    return {
        f"{name}.weight": torch.rand(channels) + 0.5,
        f"{name}.bias": torch.randn(channels),
        f"{name}.running_mean": torch.randn(channels),
        f"{name}.running_var": torch.rand(channels) + 0.5,
        f"{name}.num_batches_tracked": torch.tensor(7),
    }


def as_torchvision_computes(tensors: Tensors, config: FinderConfig, rgb: Tensor) -> list[Tensor]:
    """The stages' maps of a ResNet with fixed BatchNorm, written out."""

    def layer(x: Tensor, conv: str, norm: str, stride: int = 1) -> Tensor:
        weight = tensors[f"{conv}.weight"]
        x = functional.conv2d(x, weight, stride=stride, padding=weight.shape[-1] // 2)
        parts = [tensors[f"{norm}.{part}"] for part in ("running_mean", "running_var", "weight", "bias")]
        return functional.batch_norm(x, *parts)

    x = functional.max_pool2d(layer(rgb, "conv1", "bn1", 2).relu(), 3, 2, 1)
    features = []
    for number, stage in enumerate(config.stages, start=1):
        for index in range(stage.depth):
            name, stride = f"layer{number}.{index}", 2 if index == 0 and number > 1 else 1
            strides = (1, stride, 1) if stage.convolution == "bottleneck" else (stride, 1)
            y = x
            for place, own in enumerate(strides, start=1):
                y = layer(y, f"{name}.conv{place}", f"{name}.bn{place}", own)
                y = y.relu() if place < len(strides) else y
            if f"{name}.downsample.0.weight" in tensors:
                x = layer(x, f"{name}.downsample.0", f"{name}.downsample.1", stride)
            x = (x + y).relu()
        features.append(x)
    return features


@pytest.mark.parametrize("kind", SMALL)
def test_a_teacher_sees_what_the_resnet_saw(kind: str, tmp_path: Path) -> None:
    """On a picture whose border is of ImageNet's mean colour, which the original pads with."""
    config = with_levels(SMALL[kind])
    tensors = random_tensors(config)
    write_tensors(tmp_path / "resnet.safetensors", tensors | {"fc.weight": torch.zeros(2, 2)}, {})
    model = finder_on_pretrained_resnet(config, tmp_path / "resnet.safetensors").eval()
    mean, deviation = (torch.tensor(values).view(1, 3, 1, 1) for values in (MEAN, STANDARD_DEVIATION))
    rgb = torch.rand(1, 3, 96, 96)
    with torch.no_grad():
        first = model.backbone.stem[0](rgb.flip(1))
        expected = functional.conv2d((rgb - mean) / deviation, tensors["conv1.weight"], stride=2, padding=3)
        parts = [tensors[f"bn1.{part}"] for part in ("running_mean", "running_var", "weight", "bias")]
        expected = functional.batch_norm(expected, *parts).relu()
        inner = (..., slice(BORDER_PX, -BORDER_PX), slice(BORDER_PX, -BORDER_PX))
        torch.testing.assert_close(first[inner], expected[inner], atol=1e-3, rtol=1e-4)

        grey = as_torchvision_computes(without_normalisation(tensors), config, rgb)
        for feature, wanted in zip(model.backbone(rgb.flip(1)), grey, strict=True):
            torch.testing.assert_close(feature, wanted, atol=1e-3, rtol=1e-4)


def without_normalisation(tensors: Tensors) -> Tensors:
    """The same network for RGB from 0 to 1: only its first layer is another one."""
    mean, deviation = (torch.tensor(values).view(1, 3, 1, 1) for values in (MEAN, STANDARD_DEVIATION))
    weight = tensors["conv1.weight"] / deviation
    running_mean = tensors["bn1.running_mean"] + (weight * mean).sum(dim=(1, 2, 3))
    return tensors | {"conv1.weight": weight, "bn1.running_mean": running_mean}


def test_the_norms_are_affines_that_can_be_trained_and_folded(tmp_path: Path) -> None:
    config = with_levels(SMALL["basic"])
    write_tensors(tmp_path / "resnet.safetensors", random_tensors(config), {})
    model = finder_on_pretrained_resnet(config, tmp_path / "resnet.safetensors").eval()
    assert model.config == replace(config, norm="affine")
    assert all(parameter.requires_grad for parameter in model.parameters())
    picture = torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        for given, wanted in zip(folded(model)(picture), model(picture), strict=True):
            torch.testing.assert_close(given, wanted, atol=1e-3, rtol=1e-3)


def test_files_that_do_not_fit_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "resnet.safetensors"
    config = with_levels(SMALL["basic"])
    with pytest.raises(ModelFileError, match=r"^resnet\.safetensors is missing$"):
        finder_on_pretrained_resnet(config, path)
    tensors = random_tensors(config)
    write_tensors(path, {name: value for name, value in tensors.items() if "layer2.1" not in name}, {})
    with pytest.raises(ModelFileError, match="does not hold the weights of a resnet18"):
        finder_on_pretrained_resnet(config, path)
    write_tensors(path, tensors | {"conv1.weight": torch.zeros(8, 3, 3, 3)}, {})
    with pytest.raises(ModelFileError, match="does not hold the weights of a resnet18"):
        finder_on_pretrained_resnet(config, path)
    torch.save(tensors, path)
    with pytest.raises(ModelFileError, match="no safetensors file"):
        finder_on_pretrained_resnet(config, path)
    with pytest.raises(ModelFileError, match="has no ResNet"):
        finder_on_pretrained_resnet(LIGHT, path)
