"""What can go wrong with a picture that is read, one class a failure."""

from __future__ import annotations


class ImageReadError(Exception):
    """Base of every failure to read a picture.

    Its text says what happened and what to do, in one line fit for the user. It leaves out the file's name, which
    the caller knows and may not want to log.
    """


class FileMissingError(ImageReadError):
    """There is no file of that name."""

    def __init__(self) -> None:
        super().__init__("there is no such file. Check the name and the folder.")


class FolderInsteadOfFileError(ImageReadError):
    """The path leads to a folder."""

    def __init__(self) -> None:
        super().__init__("this is a folder, not a picture. Choose a file in it.")


class FileUnreadableError(ImageReadError):
    """The file is there, but the system does not hand over its contents."""

    def __init__(self, cause: str) -> None:
        super().__init__(f"the file cannot be read ({cause}). Check its permissions, or copy it to this computer.")


class EmptyFileError(ImageReadError):
    """The file holds no bytes."""

    def __init__(self) -> None:
        super().__init__("the file is empty. Copy or download it again.")


class NotAnImageError(ImageReadError):
    """The contents are not in a format that is read here, whatever the file's name says."""

    def __init__(self) -> None:
        super().__init__(
            "this is not a picture, or its beginning is damaged. Use JPEG, PNG, WebP, TIFF, BMP, GIF or HEIC."
        )


class DamagedImageError(ImageReadError):
    """The picture starts well, but its data end too soon or make no sense."""

    def __init__(self) -> None:
        super().__init__("the picture is damaged or incomplete. Copy or download it again.")


class MemoryShortError(ImageReadError):
    """The computer has not the memory that decoding the picture takes."""

    def __init__(self) -> None:
        super().__init__(
            "reading the picture takes more memory than is free. Close other programs, or make it smaller."
        )


class UnsupportedColoursError(ImageReadError):
    """The picture is sound, but stores its colours in a way that cannot be shown."""

    def __init__(self, mode: str) -> None:
        super().__init__(f"the picture's kind of colours ({mode}) is not supported. Save it as RGB and try again.")


class FileTooLargeError(ImageReadError):
    """The file has more bytes than are ever read into memory."""

    def __init__(self, limit_bytes: int) -> None:
        super().__init__(
            f"the file is larger than {limit_bytes // 2**20} MB, the limit. Save the picture with stronger compression."
        )


class ImageTooLargeError(ImageReadError):
    """The picture, once decoded, would have more pixels than the limit."""

    def __init__(self, width_px: int, height_px: int, limit: str) -> None:
        super().__init__(f"the picture has {width_px} x {height_px} pixels; the limit is {limit}. Make it smaller.")


class TooManyPagesError(ImageReadError):
    """The document has more pages than are read."""

    def __init__(self, limit: int) -> None:
        super().__init__(f"only the first {limit} pages are read. Split the document to read the others.")


class FileChangedError(ImageReadError):
    """The file is not known to hold what it held when it was opened."""

    def __init__(self) -> None:
        super().__init__("the file has changed since it was opened. Open it again.")


class EncryptedPdfError(ImageReadError):
    """The PDF cannot be opened without its password."""

    def __init__(self) -> None:
        super().__init__("the PDF is protected by a password. Save a copy of it without one.")


class DamagedPdfError(ImageReadError):
    """The PDF, or a page of it, makes no sense."""

    def __init__(self) -> None:
        super().__init__("the PDF is damaged. Open it in a PDF viewer and print it to a new PDF.")


class CostlyPdfError(ImageReadError):
    """A page of the PDF took more time or memory than it may."""

    def __init__(self) -> None:
        super().__init__(
            "the PDF takes too much time or memory to show. Print it to a new PDF, or scan the paper again."
        )
