"""Give a trained network more layers without changing what it says.

Source: Chen et al., Net2Net, 2016, section 2.3 (Net2DeeperNet).
"""

from __future__ import annotations

from dataclasses import replace

import torch
from torch import nn

from detector.network.aligner import Aligner


@torch.no_grad()
def with_context(aligner: Aligner, layers: int) -> Aligner:
    """A copy of an aligner with `layers` context layers; those that it lacked change nothing until they are trained.

    Raises:
        ValueError: its norms depend on the picture, so no new layer could leave features as they are.
    """
    if aligner.config.norm != "affine":
        raise ValueError("only a network with affine norms can be deepened")
    deeper = Aligner(replace(aligner.config, context_layers=max(layers, aligner.config.context_layers)))
    for name, module in deeper.named_modules():
        if name.startswith("context.") and isinstance(module, nn.Conv2d):
            nn.init.dirac_(module.weight)
    deeper.load_state_dict(aligner.state_dict(), strict=False)
    return deeper
