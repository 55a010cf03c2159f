from __future__ import annotations

import warnings
from pathlib import Path

import pytest

from detector.network.config import AlignerConfig, AnchorConfig, FinderConfig, StageConfig

TINY_FINDER = FinderConfig(
    name="tiny",
    stem="dense",
    stem_channels=8,
    stages=(StageConfig(8, 0), StageConfig(8, 1), StageConfig(16, 1), StageConfig(16, 1, "1x1")),
    pyramid_channels=8,
    head_widths=(16,),
    corner_head=True,
    anchors=AnchorConfig(strides=(16, 32, 64), sizes=(2.5, 3.5), ratios=(0.62, 1.6)),
)
TINY_ALIGNER = AlignerConfig(name="tiny", view_width_px=64, view_height_px=32, widths=(8, 8, 8, 16), depths=(0, 1, 0))


@pytest.fixture(scope="session")
def tiny_finder() -> FinderConfig:
    return TINY_FINDER


@pytest.fixture(scope="session")
def tiny_aligner() -> AlignerConfig:
    return TINY_ALIGNER


@pytest.fixture(scope="session")
def models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with both tiny networks, random and folded, as safetensors for torch and as ONNX for the runtime.

    The weights are drawn large enough for the outputs to depend on the picture.
    """
    import torch

    from detector.network.aligner import Aligner
    from detector.network.layers import ChannelAffine
    from detector.network.retinanet import RetinaNet
    from detector.network.weights import write_weights
    from detector.training.export import export_aligner, export_finder
    from detector.training.fold import with_affine_norms

    folder = tmp_path_factory.mktemp("models")
    torch.manual_seed(1)
    finder = with_affine_norms(RetinaNet(TINY_FINDER), [torch.rand(2, 3, 128, 128)])
    aligner = with_affine_norms(Aligner(TINY_ALIGNER), [torch.rand(4, 3, 32, 64)])
    with torch.no_grad():
        for head in (finder.classificationModel, finder.regressionModel, finder.cornerModel):
            head[-1].weight.normal_(0, 0.5)
            head[-1].bias.normal_(0, 0.5)
        aligner.judge[-1].weight.normal_(0, 0.5)
        aligner.heat.weight.normal_(0, 1)
        for module in (*finder.modules(), *aligner.modules()):
            if isinstance(module, ChannelAffine):
                module.shift.add_(torch.randn_like(module.shift) * 0.2)
    write_weights(folder / "finder.safetensors", finder)
    write_weights(folder / "aligner.safetensors", aligner)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the exporter's own
        export_finder(finder, folder / "finder.onnx")
        export_aligner(aligner, folder / "aligner.onnx")
    return folder
