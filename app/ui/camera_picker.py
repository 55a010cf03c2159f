"""Chooses a camera by its name, and its resolution."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QWidget

from app.capture.camera import CameraInfo, FrameSource, Resolution
from app.ui.camera_list import Cameras
from app.ui.translation import Retranslating


class CameraPicker(Retranslating, QWidget):
    """Two lists: cameras, and what the chosen one offers. Empty until `show_cameras`."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._cameras: Cameras | None = None
        self._infos: tuple[CameraInfo, ...] = ()
        self._wanted_key = ""
        self._names = QComboBox(self)
        self._names.setMinimumWidth(160)
        self._resolutions = QComboBox(self)
        self._resolutions.setMinimumWidth(104)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self._names)
        row.addWidget(self._resolutions)
        self._names.currentIndexChanged.connect(self._choose)
        self._show([])
        self.retranslate()

    def retranslate(self) -> None:
        """Name the lists, and the entries that are no camera's."""
        self._names.setAccessibleName(self.tr("Camera"))
        self._resolutions.setAccessibleName(self.tr("Resolution"))
        self._resolutions.setItemText(0, self.tr("Automatic"))
        if not self._infos:
            self._names.setItemText(0, self.tr("No camera"))

    @property
    def problem(self) -> str:
        """Why the choice is smaller than it could be; empty where it is not."""
        return self._cameras.problem if self._cameras else ""

    @property
    def chosen_key(self) -> str:
        """The key of the chosen camera; empty where there is none."""
        index = self._names.currentIndex()
        return self._infos[index].key if 0 <= index < len(self._infos) else ""

    def show_cameras(self, cameras: Cameras, wanted_key: str) -> None:
        """List the cameras from now on, and choose the one of that key where it is there."""
        self._cameras = cameras
        self._wanted_key = wanted_key
        cameras.watch(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """List again what is plugged in now. The camera that was wanted is chosen, be it after it was away."""
        if self._cameras:
            self._show(list(self._cameras.list()))

    def open_chosen(self) -> FrameSource | None:
        """The chosen camera, not started yet; None where there is none."""
        self.refresh()
        index = self._names.currentIndex()
        if self._cameras is None or not 0 <= index < len(self._infos):
            return None
        self._wanted_key = self.chosen_key
        resolution = self._resolutions.currentData()
        return self._cameras.open(self._infos[index], resolution if isinstance(resolution, Resolution) else None)

    def _show(self, infos: list[CameraInfo]) -> None:
        key, resolution = self.chosen_key, self._resolutions.currentData()
        self._infos = tuple(infos)
        with QSignalBlocker(self._names):  # this is not the user's choice
            self._names.clear()
            self._names.addItems([info.name for info in infos] or [self.tr("No camera")])
            self._names.setEnabled(bool(infos))
            keys = [info.key for info in infos]
            chosen = next((wanted for wanted in (self._wanted_key, key) if wanted in keys), None)
            if chosen is not None:
                self._names.setCurrentIndex(keys.index(chosen))
        self._show_resolutions()
        offered = [self._resolutions.itemData(row) for row in range(self._resolutions.count())]
        if self.chosen_key == key and resolution in offered:
            self._resolutions.setCurrentIndex(offered.index(resolution))

    def _choose(self) -> None:
        self._wanted_key = self.chosen_key
        self._show_resolutions()

    def _show_resolutions(self) -> None:
        index = self._names.currentIndex()
        offered = self._infos[index].resolutions if 0 <= index < len(self._infos) else ()
        self._resolutions.clear()
        self._resolutions.addItem(self.tr("Automatic"), None)
        for resolution in offered:
            self._resolutions.addItem(str(resolution), resolution)
        self._resolutions.setVisible(bool(offered))
