"""The finders that are compared, in torch: as they are, and compiled."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch._dynamo.exc import TorchDynamoException
from torch._inductor import codecache

from detector.bench.boxes import BoxNetwork
from detector.bench.errors import EngineUnavailableError

_CACHE_VARIABLE = "TORCHINDUCTOR_CACHE_DIR"


def eager(network: Callable[[Tensor], tuple[Tensor, Tensor]]) -> BoxNetwork:
    """The network as torch runs it without preparation."""

    def call(picture: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        with torch.inference_mode():
            scores, offsets = network(torch.from_numpy(picture))
        return scores.numpy(), offsets.numpy()

    return call


def compiled(network: Callable[[Tensor], tuple[Tensor, Tensor]], cache: Path) -> BoxNetwork:
    """The network compiled by torch on its first call, which takes half a minute; what it makes is kept in `cache`.

    Raises:
        EngineUnavailableError: there is no C++ compiler, or, on the first call, it does not work.
    """
    require_compiler()
    with _cached_in(cache):
        run = eager(torch.compile(network, fullgraph=True, options={"compile_threads": 1}))

    def call(picture: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        with _cached_in(cache):
            return run(picture)

    return call


def require_compiler() -> None:
    """Check that torch finds the C++ compiler that it compiles with.

    Raises:
        EngineUnavailableError: it does not.
    """
    compiler = os.environ.get("CXX", "clang++" if sys.platform == "darwin" else "g++")
    if shutil.which(compiler) is None:
        raise EngineUnavailableError(f"there is no C++ compiler ({compiler})")


@contextmanager
def _cached_in(folder: Path) -> Iterator[None]:
    """Let torch's compiler keep its files here, instead of for good in the system's folder for temporary files."""
    before = os.environ.get(_CACHE_VARIABLE)
    os.environ[_CACHE_VARIABLE] = str(folder)
    codecache._HEADER_DIR, codecache._HEADER_LOCK_DIR = str(folder / "headers"), str(folder / "header-locks")
    try:
        yield
    except TorchDynamoException as error:
        raise EngineUnavailableError(f"torch can't compile here ({type(error).__name__})") from error
    finally:
        if before is None:
            os.environ.pop(_CACHE_VARIABLE, None)
        else:
            os.environ[_CACHE_VARIABLE] = before
