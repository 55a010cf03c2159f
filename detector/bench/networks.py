"""The networks of the finders that are compared, in torch, and their files for the other engines.

All of them take a picture (1, 3, H, W) of 0 to 255 to probabilities (1, A) and offsets (1, A, 4 or 8) of boxes or of
corners. All but Cardlight's have random weights: a time does not depend on them.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from detector.bench.backbones import MobileNetV2, ShuffleNetV2
from detector.bench.models import SIDE_PX, BoxModel
from detector.network.backbone import Backbone
from detector.network.config import ARTICLE, RESNET18, RESNET50
from detector.network.heads import ClassificationHead, Head, over_levels
from detector.network.pyramid import Pyramid, SmoothPyramid
from detector.network.retinanet import RetinaNet
from detector.network.weights import read_finder

_STOCK = replace(RESNET50, norm="batch")


class BoxFinder(nn.Module):
    """Backbone, pyramid and the two heads that boxes need, or quads: the third one is left out, as at run time."""

    def __init__(self, backbone: nn.Module, pyramid: Pyramid | SmoothPyramid, scores: Head, offsets: Head) -> None:
        super().__init__()
        self.backbone, self.pyramid, self.scores, self.offsets = backbone, pyramid, scores, offsets

    @staticmethod
    def of(network: RetinaNet) -> BoxFinder:
        """The parts of a finder: corners where it has them, otherwise boxes."""
        offsets = network.cornerModel or network.regressionModel
        return BoxFinder(network.backbone, network.pyramid, network.classificationModel, offsets)

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """(1, 3, H, W), 0 to 255, to probabilities (1, A) and offsets (1, A, 4 or 8), the finest level first."""
        levels = self.pyramid(self.backbone(image))
        return over_levels(self.scores, levels).sigmoid().flatten(1), over_levels(self.offsets, levels)


def build(model: BoxModel, folder: Path) -> BoxFinder:
    """The network of a model: with the weights that ship, or with those of `write_files`.

    Raises:
        ModelFileError: the weights that ship are missing or damaged.
    """
    if model.shipped:
        network = BoxFinder.of(read_finder(model.weights_file(folder)))
        first = next(module for module in network.modules() if isinstance(module, nn.Conv2d))
        first.weight.data /= 255  # it was trained on values of 0 to 1
        return network.eval()
    network = _BUILDERS[model.key]()
    network.load_state_dict(load_file(model.weights_file(folder)))
    return network.eval()


def untrained(model: BoxModel) -> BoxFinder:
    """The network of a model that ships no weights, with random ones."""
    return _BUILDERS[model.key]().eval()


def write_files(model: BoxModel, folder: Path) -> None:
    """Write a model's random weights and its ONNX file of a fixed input of 320 x 320; nothing for one that ships."""
    if not model.shipped:
        network = untrained(model)
        save_file(network.state_dict(), model.weights_file(folder))
        export(network, (3, SIDE_PX, SIDE_PX), model.onnx_file(folder))


def export(network: nn.Module, input_shape: tuple[int, int, int], path: Path) -> None:
    """Write a network as an ONNX file of a fixed input (1, channels, height, width)."""
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)  # it warns that torchvision is not there
    example = torch.zeros(1, *input_shape)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", FutureWarning)  # the exporter's, about its own parts
        torch.onnx.export(network.eval(), (example,), path, external_data=False, dynamo=True, verbose=False)


def _stock(make_backbone: Callable[[], nn.Module], out_channels: tuple[int, ...]) -> BoxFinder:
    """The published RetinaNet around a backbone (Lin et al., Focal Loss, 2017, section 4)."""
    channels, widths, per_cell = _STOCK.pyramid_channels, _STOCK.head_widths, _STOCK.anchors.per_cell
    backbone = make_backbone()
    for module in backbone.modules():
        if isinstance(module, nn.Conv2d):
            # torch's own start makes the values of fifty layers vanish, and the tiniest numbers are slow to compute.
            nn.init.kaiming_normal_(module.weight)
    return BoxFinder(
        backbone,
        SmoothPyramid(list(out_channels), channels, len(_STOCK.anchors.strides)),
        ClassificationHead(channels, widths, per_cell, _STOCK.head_kernel),
        Head(channels, widths, per_cell, values=4, kernel=_STOCK.head_kernel),
    )


_BUILDERS: dict[str, Callable[[], BoxFinder]] = {
    "article": lambda: BoxFinder.of(RetinaNet(ARTICLE)),
    "article-folded": lambda: BoxFinder.of(RetinaNet(replace(ARTICLE, norm="affine"))),
    "resnet50": lambda: _stock(lambda: Backbone(_STOCK), (512, 1024, 2048)),
    "resnet18": lambda: _stock(lambda: Backbone(replace(_STOCK, stages=RESNET18.stages)), (128, 256, 512)),
    "mobilenetv2": lambda: _stock(MobileNetV2, MobileNetV2.out_channels),
    "shufflenetv2": lambda: _stock(ShuffleNetV2, ShuffleNetV2.out_channels),
}
