"""The finders that are compared on the same input with the same steps around them, by name. Does not import torch."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from detector.network.config import ARTICLE, LIGHT, RESNET50, AnchorConfig
from resources import MODELS_FOLDER

SIDE_PX = 320


@dataclass(frozen=True, slots=True)
class BoxModel:
    """A network that takes a picture of 320 x 320 to scores and boxes of its anchors.

    Attributes:
        key: Names its files.
        title: For people to read.
        anchors: What its outputs belong to.
        shipped: The file name in `MODELS_FOLDER`, without its ending, of a network with trained weights.
    """

    key: str
    title: str
    anchors: AnchorConfig
    shipped: str | None = None

    def onnx_file(self, folder: Path) -> Path:
        """Its network for ONNX Runtime and OpenVINO; `folder` holds those that are made for the comparison."""
        return self._file(folder, ".onnx")

    def weights_file(self, folder: Path) -> Path:
        """Its weights for torch."""
        return self._file(folder, ".safetensors")

    def _file(self, folder: Path, suffix: str) -> Path:
        return (MODELS_FOLDER / self.shipped if self.shipped else folder / self.key).with_suffix(suffix)


# Anchors, pyramid and heads of the peers are those of the published RetinaNet; only their backbones differ.
LIGHT_FINDER = BoxModel("light", "Cardlight's finder", LIGHT.anchors, shipped="finder")
ARTICLE_FINDER = BoxModel("article", "the article's network", ARTICLE.anchors)
ARTICLE_FOLDED = BoxModel("article-folded", "the article's network, GroupNorm folded", ARTICLE.anchors)
RESNET50_PEER = BoxModel("resnet50", "ResNet-50 RetinaNet", RESNET50.anchors)
LIGHTER_BACKBONES = (
    BoxModel("resnet18", "ResNet-18 RetinaNet", RESNET50.anchors),
    BoxModel("mobilenetv2", "MobileNetV2 RetinaNet", RESNET50.anchors),
    BoxModel("shufflenetv2", "ShuffleNetV2 RetinaNet", RESNET50.anchors),
)
BOX_MODELS = (LIGHT_FINDER, ARTICLE_FINDER, ARTICLE_FOLDED, RESNET50_PEER, *LIGHTER_BACKBONES)
# What is compared unless everything is asked for: it takes a minute.
FEW_BOX_MODELS = (LIGHT_FINDER, RESNET50_PEER)
