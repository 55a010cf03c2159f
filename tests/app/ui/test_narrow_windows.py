"""What becomes of long texts and of widths that change."""

from __future__ import annotations

from PySide6.QtGui import Qt
from PySide6.QtWidgets import QSplitter

from app.ui.elided_label import ElidedLabel
from tests.app.ui.conftest import draw_scene, write_scene

WAIT_MS = 20_000


def test_a_long_text_leaves_out_its_middle_and_is_whole_in_the_tool_tip(qtbot) -> None:
    label = ElidedLabel()
    qtbot.addWidget(label)
    label.resize(120, 20)
    label.show()
    label.show_text("<b>A scan with a very long name, page 1")
    assert label.text().startswith("<b>A")
    assert label.text().endswith("1")
    assert len(label.text()) < len(label.whole)
    assert label.toolTip() == Qt.convertFromPlainText(label.whole)

    label.resize(1000, 20)
    assert label.text() == label.whole
    assert label.toolTip() == ""


def test_a_long_file_name_takes_no_room_from_the_cards(qtbot, window, tmp_path, card) -> None:
    width = window.gallery.width()
    path = write_scene(tmp_path / f"{'a long name ' * 10}1.png", draw_scene(card, (300, 200)))
    window.open_paths([path])
    qtbot.waitUntil(lambda: len(window.workspace.album) == 1, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: window.area.bar._name.whole.endswith(path.stem), timeout=WAIT_MS)

    assert window.gallery.width() == width
    assert window.model.index(0).data(Qt.ItemDataRole.ToolTipRole).startswith(path.stem)


def test_cards_become_higher_with_a_wider_gallery(qtbot, window, one_card) -> None:
    window.open_paths([one_card])
    qtbot.waitUntil(lambda: len(window.workspace.album) == 1, timeout=WAIT_MS)
    view = window.gallery.view
    before = view.visualRect(window.model.index(0)).height()
    window.findChild(QSplitter).setSizes([700, 420])

    qtbot.waitUntil(lambda: view.visualRect(window.model.index(0)).height() > before + 20, timeout=WAIT_MS)


def test_jobs_in_the_status_bar_leave_room_for_the_device(window) -> None:
    window.resize(1024, 640)
    window.status.show_text("Kept in a private folder until you close the window. Nothing leaves this computer.")
    for indicator, title in ((window.status.job, "Opening 40 pictures"), (window.status.batch, "Scanning 1200 files")):
        indicator.show_progress(window, title, 1, 40)
    window.status._device.setText("CPU (ONNX Runtime) · no GPU: PyTorch without CUDA")
    window.status.layout().activate()

    assert window.width() == 1024
    assert window.status._device.width() >= window.status._device.sizeHint().width()
    assert window.status._device.geometry().right() <= window.status.width()
