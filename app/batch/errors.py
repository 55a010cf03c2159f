"""Why a batch cannot start or go on, one class a failure."""

from __future__ import annotations


class BatchError(Exception):
    """Base of every failure of a batch as a whole.

    Its text says what happened and what to do, in one line fit for the user, without names of files or folders.
    """


class FolderBusyError(BatchError):
    """Another batch writes into the folder."""

    def __init__(self) -> None:
        super().__init__("another batch is writing into this folder. Wait for it to end, or choose another folder.")


class OtherSettingsError(BatchError):
    """The folder holds a batch that was made with other settings."""

    def __init__(self) -> None:
        super().__init__(
            "the folder holds a batch made with other settings. Use the same settings, or choose another folder."
        )


class JournalDamagedError(BatchError):
    """The journal is no journal, or one of another version."""

    def __init__(self) -> None:
        super().__init__(
            "the journal in this folder is damaged, or of another version of the program. Choose another folder."
        )


class ManifestInTheWayError(BatchError):
    """There is a manifest, but not the journal of the batch that it is about."""

    def __init__(self) -> None:
        super().__init__(
            "the folder holds the manifest of another batch, whose journal is gone. Move it, or choose another folder."
        )


class WatchesItselfError(BatchError):
    """The folder to write to is one of those that are watched, so that every card would be taken for a new picture."""

    def __init__(self) -> None:
        super().__init__("the folder to save to is one that is watched. Choose another folder.")
