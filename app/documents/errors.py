"""What can go wrong between a found card and its file, one class a failure.

Each text says what happened and what to do, in one line fit for the user, without names of files or folders.
"""

from __future__ import annotations


class DocumentError(Exception):
    """Base of every failure to make a document of a found card."""


class OutlineError(DocumentError):
    """Four corners that are not the outline of a card seen from its front."""

    def __init__(self) -> None:
        super().__init__("the card's outline is not four-sided and convex. Take the photo again from above.")


class UndrawableTextError(DocumentError):
    """Text that is to be drawn on a card is empty, or in a script that there are no letters for."""

    def __init__(self, letters: str) -> None:
        super().__init__(
            f"the text holds letters that cannot be drawn ({letters}). Use another script."
            if letters
            else "the text is empty. Enter some letters."
        )


class UprightUnknownError(DocumentError):
    """Parts of a card are to be made black, but which way is up is not known, nor therefore where they are."""

    def __init__(self) -> None:
        super().__init__(
            "a card whose upright is unsure was not saved, since what is to be made black may lie elsewhere on it. "
            "Take a sharper photo."
        )


class RedactionOutsideError(DocumentError):
    """A part that is to be made black lies wholly outside the card."""

    def __init__(self) -> None:
        super().__init__(
            "a card was not saved, since a rectangle that is to be made black lies beside it. Correct the rectangle, "
            "or choose the card's format."
        )


class PaperTooSmallError(DocumentError):
    """A card does not fit on the paper at true size."""

    def __init__(self) -> None:
        super().__init__(
            "the card does not fit on the paper at true size. Save it on a page of its own, without a layout."
        )


class TooManyCardsError(DocumentError):
    """The cards of one file take more memory than is given to them."""

    def __init__(self) -> None:
        super().__init__("the file holds more cards than fit into memory. Split it into several files.")


class TemplateError(DocumentError):
    """A template for names is not well formed."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the name's template is wrong: {what}.")


class WriteError(DocumentError):
    """Base of every failure to write a file."""


class OutputExistsError(WriteError):
    """A file of that name is there already, and may not be replaced."""

    def __init__(self) -> None:
        super().__init__("a file of that name is there already, and was left as it is. Choose another folder or name.")


class OutputFolderError(WriteError):
    """The folder to write to is missing, is no folder, or may not be written to."""

    def __init__(self, cause: str) -> None:
        super().__init__(f"the folder cannot be written to ({cause}). Choose another folder.")


class DiskFullError(WriteError):
    """The disk, or the user's share of it, is full."""

    def __init__(self) -> None:
        super().__init__("the disk is full. Free some space, or choose another folder.")
