"""One of two processes that train together: `test_trainer.py` starts it as a program, with its rank."""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import distributed

from detector.network.config import AlignerConfig
from detector.training.synthesis.bank import load_bank
from detector.training.tasks import AlignerTask
from detector.training.trainer import Trainer, TrainingConfig


def main(rank: int, folder: Path, bank_folder: Path, aligner: AlignerConfig) -> None:
    """Train, and save this process's own weights and the losses of its first step."""
    torch.set_num_threads(1)
    distributed.init_process_group("gloo", init_method=f"file://{folder / 'meeting'}", rank=rank, world_size=2)
    config = TrainingConfig(steps=None, minutes=0.01, workers=0, validate_every=1000, validation_batches=2)
    bank = load_bank(bank_folder, "train")
    trainer = Trainer(AlignerTask(aligner, batch_size=8), config, folder / "run", bank, bank)
    first: list[float] = []
    trainer.run(lambda progress: first.extend(progress.losses.values() if progress.step == 1 else ()))
    weights = {name: tensor.contiguous() for name, tensor in trainer.model.state_dict().items()}
    save_file(weights | {"first losses": torch.tensor(first)}, folder / f"{rank}.safetensors")
    distributed.destroy_process_group()


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]), Path(sys.argv[3]), AlignerConfig.from_json(sys.argv[4]))
