"""The processes that torchrun starts together: how they join, and what the first of them does alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager


def is_one_of_several() -> bool:
    """Whether torchrun started this process."""
    return "WORLD_SIZE" in os.environ


def is_first() -> bool:
    """Whether this process does what is to be done once."""
    return os.environ.get("RANK", "0") == "0"


@contextmanager
def joined(device: str) -> Iterator[None]:
    """Be one of the processes that torchrun started, if it did; on "cuda", with the GPU of its number alone."""
    if not is_one_of_several():
        yield
        return
    import torch
    from torch import distributed

    if device == "cuda":
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]))
    distributed.init_process_group("nccl" if device.startswith("cuda") else "gloo")
    try:
        yield
    finally:
        distributed.destroy_process_group()


def wait_for_all() -> None:
    """Wait until all processes that have `joined` are here."""
    if is_one_of_several():
        from torch import distributed

        distributed.barrier()
