"""Why a batch cannot use a cluster, or files at an address. For the command line alone."""

from __future__ import annotations

from app.batch.errors import BatchError


class ClusterMissingError(BatchError):
    """Ray or fsspec is not installed."""

    def __init__(self) -> None:
        super().__init__("this needs Ray, which is not installed. Run: pip install 'cardlight[cluster]'")


class ClusterUnreachableError(BatchError):
    """There is no cluster at the address, or it does not take work."""

    def __init__(self) -> None:
        super().__init__("no Ray cluster answers at this address. Check it, or leave it out to use this computer.")


class ClusterLostError(BatchError):
    """The cluster ended while it worked."""

    def __init__(self) -> None:
        super().__init__("the Ray cluster broke down. What is recorded stays; the same command goes on from there.")


class UnknownAddressError(BatchError):
    """Files are to be at an address of a kind that fsspec does not know here."""

    def __init__(self) -> None:
        super().__init__(
            "addresses of this kind need a package that is not installed, such as s3fs for s3://. Install it."
        )
