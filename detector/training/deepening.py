"""Give a trained network more layers without changing what it says.

Source: Chen et al., Net2Net, 2016, section 2.3 (Net2DeeperNet).
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import nn

from detector.network.aligner import Aligner
from detector.network.config import AlignerConfig


@torch.no_grad()
def deepened(aligner: Aligner, config: AlignerConfig) -> Aligner:
    """A copy of an aligner with at least `config`'s layers; those that it lacked change nothing until they are trained.

    Raises:
        ValueError: its norms depend on the picture, so no new layer could leave features as they are.
    """
    if aligner.config.norm != "affine":
        raise ValueError("only a network with affine norms can be deepened")
    depth4, depth8, depth16 = (max(pair) for pair in zip(aligner.config.depths, config.depths, strict=True))
    context_layers = max(aligner.config.context_layers, config.context_layers)
    deeper = Aligner(replace(aligner.config, depths=(depth4, depth8, depth16), context_layers=context_layers))
    trained = aligner.state_dict()
    for name, module in deeper.named_modules():
        if isinstance(module, nn.Conv2d) and f"{name}.weight" not in trained:
            nn.init.dirac_(module.weight)
    deeper.load_state_dict(trained, strict=False)
    return deeper
