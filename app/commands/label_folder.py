"""The folder that labels are written to: one process's alone, with a sheet to judge them by."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.commands.pool_pictures import read_pool_picture
from app.documents.writers import FileFormat, encode_picture, write_file
from app.session.file_lock import FileLock
from detector.training.distillation.errors import LabelFolderError, writing_labels
from detector.training.distillation.json_lines import remove_leftovers

SHEET_FILE = "labels.png"
_SHEET_DPI = 96.0
_LOCK_FILE = ".lock"


@contextmanager
def label_folder(folder: Path) -> Iterator[Path]:
    """A folder of labels, made if it is missing, for one process alone, without what killed ones left in it.

    Raises:
        LabelFolderError: it can't be made, or another process works in it.
    """
    with writing_labels():
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / _LOCK_FILE)
        taken = lock.acquire()
    if not taken:
        raise LabelFolderError("another cardlight is at work in it")
    try:
        remove_leftovers(folder)
        yield folder
    finally:
        lock.release()


def write_sheet(pool: Path, folder: Path, count: int) -> Path:
    """Draw the contact sheet of a folder of labels, and return its path.

    Raises:
        WriteError: it can't be written.
    """
    from detector.training.distillation.labels import LabelledPool
    from detector.training.distillation.sheet import label_sheet

    path = folder / SHEET_FILE
    sheet = label_sheet(pool, LabelledPool(folder), read_pool_picture, count)
    write_file(path, encode_picture(sheet, FileFormat.PNG, _SHEET_DPI), overwrite=True)
    return path
