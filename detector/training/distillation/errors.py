"""What can go wrong in distillation, one class a failure."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from detector.errors import DetectorError
from detector.untrusted import printable


class UnreadablePictureError(DetectorError):
    """A picture of the pool can't be read; the text leaves out its name."""


class EmptyPoolError(DetectorError):
    """The pool holds no picture, or none that can be read."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the pool holds no picture that can be {what}. Choose a folder with pictures.")


class OtherLabelsError(DetectorError):
    """The folder of labels belongs to another pool, or to another teacher or other transforms."""

    def __init__(self, other: str) -> None:
        super().__init__(f"the folder already holds labels of {other}. Choose another folder for these.")


class MissingLabelsError(DetectorError):
    """There are no labels where they were looked for."""

    def __init__(self) -> None:
        super().__init__("the folder holds no finished labels. Make them with: cardlight label")


class DamagedLabelsError(DetectorError):
    """A file of a folder of labels makes no sense."""

    def __init__(self, name: str) -> None:
        super().__init__(f"{name} is damaged. Delete it and run cardlight label again.")


class CorrectionsError(DetectorError):
    """Corrected labels can't be read; the text names the file and the entry."""

    def __init__(self, text: str) -> None:
        super().__init__(printable(text))


class LabelFolderError(DetectorError):
    """The folder of labels can't be written to."""

    def __init__(self, cause: str) -> None:
        super().__init__(f"the folder of labels can't be written to ({cause}). Run the same again to go on from here.")


class OtherFilesError(DetectorError):
    """The folder for labels holds files that are none, under the names of labels."""

    def __init__(self, name: str) -> None:
        super().__init__(f"the folder holds a {name} that is not of its labels. Move it, or choose another folder.")


@contextmanager
def writing_labels() -> Iterator[None]:
    """Name what the system says when a folder of labels can't be written to.

    Raises:
        LabelFolderError: it can't be.
    """
    try:
        yield
    except OSError as error:
        raise LabelFolderError(error.strerror or "unknown reason") from error
