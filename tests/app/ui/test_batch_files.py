from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from app.batch.file_state import FileState, FileStatus
from app.ui.batch_file_list import BatchFileList
from app.ui.batch_files import BatchFilesModel

MANY = 10_000


def status(number: int, state: FileState, cards: int = 0, reason: str | None = None) -> FileStatus:
    return FileStatus(Path(f"/scans/{number:05}.jpg"), f"{number:05}.jpg", state, cards, reason)


@pytest.fixture
def files(qtbot) -> BatchFileList:
    files = BatchFileList()
    qtbot.addWidget(files)
    files.resize(700, 400)
    with qtbot.waitExposed(files):
        files.show()
    return files


@pytest.fixture
def asked(monkeypatch) -> list[tuple[int, int]]:
    """Row and role of everything that views ask of models from now on."""
    cells: list[tuple[int, int]] = []
    data = BatchFilesModel.data

    def record(model: BatchFilesModel, index, role=Qt.ItemDataRole.DisplayRole):
        cells.append((index.row(), int(role)))
        return data(model, index, role)

    monkeypatch.setattr(BatchFilesModel, "data", record)
    return cells


def test_every_state_is_worded(files) -> None:
    files.take([status(number, state) for number, state in enumerate(FileState)])
    files.take([status(2, FileState.DONE, cards=2), status(3, FileState.FAILED, reason="it is no picture.")])

    assert files.texts() == [
        ("00000.jpg", "Waiting", ""),
        ("00001.jpg", "Scanning", ""),
        ("00002.jpg", "Done", "2 cards"),
        ("00003.jpg", "Failed", "It is no picture."),
        ("00004.jpg", "Done before", ""),
    ]


def test_a_file_that_failed_in_part_says_what_was_found_and_what_was_not(files) -> None:
    files.take([status(0, FileState.FAILED, cards=1, reason="page 2 is damaged.")])

    assert files.texts() == [("00000.jpg", "Failed", "1 card · page 2 is damaged.")]


def test_a_file_that_is_clicked_twice_is_to_be_opened(qtbot, files) -> None:
    files.take([status(1, FileState.DONE)])
    with qtbot.waitSignal(files.open_wanted) as opened:
        files.view.doubleClicked.emit(files.view.model().index(0, 1))

    assert opened.args == [Path("/scans/00001.jpg")]


def test_only_what_failed_or_has_no_card(qtbot, files) -> None:
    files.take([status(number, FileState.WAITING) for number in range(5)])
    files.take([status(1, FileState.FAILED, reason="bad.")])
    qtbot.mouseClick(files.only_to_look_at, Qt.MouseButton.LeftButton, pos=files.only_to_look_at.rect().center() / 4)
    assert [row[0] for row in files.texts()] == ["00001.jpg"]

    files.take([status(3, FileState.FAILED, reason="bad."), status(2, FileState.DONE, cards=1)])
    files.take([status(4, FileState.DONE, cards=0)])
    assert [row[0] for row in files.texts()] == ["00001.jpg", "00003.jpg", "00004.jpg"]


def test_ten_thousand_files_cost_no_more_than_the_rows_that_are_seen(qtbot, files, asked) -> None:
    files.take([status(number, FileState.WAITING) for number in range(MANY)])
    files.view.viewport().repaint()
    seen = {row for row, role in asked if role == Qt.ItemDataRole.DisplayRole}
    assert 5 < len(seen) < 100

    asked.clear()
    files.take([status(5, FileState.DONE, cards=1)])
    files.view.viewport().repaint()
    assert len(asked) < 100 * 20


def middle(files: BatchFileList) -> int:
    return files.view.indexAt(files.view.viewport().rect().center()).row()


def test_the_list_follows_what_is_scanned_until_the_user_looks_elsewhere(qtbot, files) -> None:
    files.take([status(number, FileState.WAITING) for number in range(MANY)])
    files.take([status(9000, FileState.RUNNING)])
    assert middle(files) > 8900

    files.view.scrollToTop()
    files.take([status(9001, FileState.RUNNING)])
    assert middle(files) < 100
    files.view.scrollToBottom()
    files.view.scrollTo(files.view.model().index(9000, 0))
    files.take([status(9500, FileState.RUNNING)])
    assert middle(files) > 9400


def test_a_file_that_is_selected_stays_in_view(qtbot, files) -> None:
    files.take([status(number, FileState.WAITING) for number in range(MANY)])
    place = files.view.visualRect(files.view.model().index(2, 0)).center()
    qtbot.mouseClick(files.view.viewport(), Qt.MouseButton.LeftButton, pos=place)
    files.take([status(9001, FileState.RUNNING)])

    assert middle(files) < 100


def test_what_was_being_scanned_waits_again_after_the_end(files) -> None:
    files.take([status(0, FileState.RUNNING), status(1, FileState.DONE, cards=1)])
    files.model.stop()

    assert [row[1] for row in files.texts()] == ["Waiting", "Done"]


def test_a_name_is_never_taken_for_html(files) -> None:
    files.take([FileStatus(Path("/scans/<b>x.jpg"), "<b>x.jpg", FileState.WAITING)])

    assert "&lt;b&gt;" in files.view.model().index(0, 0).data(Qt.ItemDataRole.ToolTipRole)
    assert files.texts()[0][0] == "<b>x.jpg"


def test_names_that_are_not_text_are_shown(files) -> None:
    name = b"caf\xe9.jpg".decode(errors="surrogateescape")
    files.take([FileStatus(Path("/scans") / name, name, FileState.WAITING)])

    assert files.texts()[0][0] == "caf\\xe9.jpg"
