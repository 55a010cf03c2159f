"""Start a teacher from a ResNet that was trained on ImageNet, from a local safetensors file with torchvision's names.

BatchNorm is fixed at its running statistics, as is usual in detection, and becomes an affine; so does the normalisation
of the picture, which such a network expects in RGB, and ours is not given.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import torch
from torch import nn

from detector.errors import ModelFileError
from detector.network.config import FinderConfig
from detector.network.layers import ChannelAffine
from detector.network.resnet import ResidualBlock
from detector.network.retinanet import RetinaNet
from detector.network.weights import Tensors, read_tensors

# Of ImageNet's pictures in RGB, 0 to 1.
MEAN = (0.485, 0.456, 0.406)
STANDARD_DEVIATION = (0.229, 0.224, 0.225)
EPSILON = 1e-5


def finder_on_pretrained_resnet(config: FinderConfig, path: Path) -> RetinaNet:
    """A fresh teacher whose backbone has the weights of a file; its norms are affines.

    Within three pixels of the border the backbone's first layer differs from the original, which pads with the mean
    colour instead of black.

    Raises:
        ModelFileError: the preset has no ResNet, or the file is missing, damaged or holds no weights of that ResNet.
    """
    if config.stem != "resnet":
        raise ModelFileError(f"the preset {config.name} has no ResNet; choose resnet18 or resnet50")
    model = RetinaNet(replace(config, norm="affine"))
    tensors, _ = read_tensors(path)
    try:
        for convolution, norm, source in _convolutions(model):
            _take(convolution, norm, tensors, source)
        stem, stem_norm, _ = _convolutions(model)[0]
        _take_normalisation(stem, stem_norm)
    except (KeyError, RuntimeError) as error:
        raise ModelFileError(
            f"{path.name} does not hold the weights of a {config.name} by torchvision's names"
        ) from error
    return model


def _convolutions(model: RetinaNet) -> list[tuple[nn.Conv2d, ChannelAffine, tuple[str, str]]]:
    """Each convolution of the backbone with its norm, and what torchvision calls the two."""
    found = [(model.backbone.stem[0], ("conv1", "bn1"))]  # type: ignore[index]  # a Sequential
    for number, stage in enumerate(model.backbone.stages, start=1):
        for index, block in enumerate(stage.children()):
            assert isinstance(block, ResidualBlock)
            name = f"layer{number}.{index}"
            found += [
                (pair, (f"{name}.conv{place}", f"{name}.bn{place}"))
                for place, pair in enumerate(block.convolutions, start=1)
            ]
            if isinstance(block.shortcut, nn.Sequential):
                found.append((block.shortcut, (f"{name}.downsample.0", f"{name}.downsample.1")))
    return [(pair[0], pair[1], names) for pair, names in found]


@torch.no_grad()
def _take(convolution: nn.Conv2d, norm: ChannelAffine, tensors: Tensors, source: tuple[str, str]) -> None:
    of_convolution, of_norm = source
    weight = tensors[f"{of_convolution}.weight"]
    if weight.shape != convolution.weight.shape:
        raise KeyError(of_convolution)
    convolution.weight.copy_(weight)
    scale = tensors[f"{of_norm}.weight"] / (tensors[f"{of_norm}.running_var"] + EPSILON).sqrt()
    norm.scale.copy_(scale)
    norm.shift.copy_(tensors[f"{of_norm}.bias"] - scale * tensors[f"{of_norm}.running_mean"])


@torch.no_grad()
def _take_normalisation(convolution: nn.Conv2d, norm: ChannelAffine) -> None:
    """Let the first layer take BGR from 0 to 1 instead of normalised RGB."""
    mean, deviation = (torch.tensor(values).view(1, 3, 1, 1) for values in (MEAN, STANDARD_DEVIATION))
    weight = convolution.weight / deviation
    norm.shift.sub_(norm.scale * (weight * mean).sum(dim=(1, 2, 3)))
    convolution.weight.copy_(weight.flip(1))
