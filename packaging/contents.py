"""What goes into a bundle, and what of its packages is never used and stays out."""

from __future__ import annotations

import fnmatch
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

ROOT = Path(__file__).resolve().parent.parent

Flavour = Literal["cpu", "cuda"]
Entry = tuple[str, str, str]
"""A file as PyInstaller lists it: its path in the bundle, the path it comes from, and what kind of file it is."""

COMMANDS = ("scan", "batch", "doctor")
"""The commands of a bundle; the others are for developers, and need packages that are not in it."""

_DEVELOPERS_PACKAGES = ("faster_coco_eval", "matplotlib", "onnx", "onnxscript", "shapely")
_TORCH_PACKAGES = ("torch", "safetensors")

_UNUSED_MODULES = (
    # Training, measuring, and what they need.
    "detector.training",
    "detector.bench",
    "detector.evaluation",
    "app.ui.start_bench",
    "app.ui.live_bench",
    # Whatever would speak to a network: nothing here does. `hashlib` has its own SHA-256.
    "ssl",
    "_ssl",
    "_hashlib",
    "ftplib",
    "imaplib",
    "smtplib",
    "xmlrpc",
    # Of Python: for developers, terminals and archives.
    "_bz2",
    "_curses",
    "_lzma",
    "bz2",
    "curses",
    "distutils",
    "doctest",
    "ensurepip",
    "idlelib",
    "lib2to3",
    "lzma",
    "pdb",
    "pip",
    "pydoc",
    "readline",
    "setuptools",
    "tkinter",
    "turtle",
    "unittest",
    "venv",
    "wheel",
    # Of packages: their tests, tools and parts for other programs.
    "PIL.AvifImagePlugin",
    "PIL._avif",
    "PIL.ImageQt",
    "PIL.ImageTk",
    "PySide6.QtConcurrent",
    "PySide6.QtDBus",
    "PySide6.QtMultimediaWidgets",
    "PySide6.QtOpenGL",
    "attr",
    "attrs",
    "cv2.gapi",
    "dateutil",
    "defusedxml",
    "jsonschema",
    "lxml.cssselect",
    "lxml.html",
    "lxml.isoschematron",
    "lxml.objectify",
    "numpy.f2py",
    "numpy.fft",
    "numpy.random",
    "numpy.testing",
    "onnxruntime.backend",
    "onnxruntime.datasets",
    "onnxruntime.quantization",
    "onnxruntime.tools",
    "onnxruntime.transformers",
    "pygments",
    "rich.markdown",
    "rich.syntax",
    "rich.traceback",
)

_UNUSED_FILES = (
    # Qt: PDF, modules of QML, and platforms other than a desktop's. (Its plugin for cameras needs libQt6Quick.)
    "*/Qt/qml/*",
    "*Qt6Pdf*",
    "*Qt6VirtualKeyboard*",
    "*Qt6EglFS*",
    "*Qt6EglFs*",
    "*/plugins/egldeviceintegrations/*",
    "*/plugins/generic/*",
    "*/plugins/imageformats/*qgif*",
    "*/plugins/imageformats/*qicns*",
    "*/plugins/imageformats/*qpdf*",
    "*/plugins/imageformats/*qtga*",
    "*/plugins/imageformats/*qtiff*",
    "*/plugins/imageformats/*qwbmp*",
    "*/plugins/imageformats/*qwebp*",
    "*/plugins/networkinformation/*",
    "*/plugins/platforminputcontexts/*virtualkeyboard*",
    "*/plugins/platforms/*qdirect2d*",
    "*/plugins/platforms/*qeglfs*",
    "*/plugins/platforms/*qlinuxfb*",
    "*/plugins/platforms/*qminimal*",
    "*/plugins/platforms/*qvkkhrdisplay*",
    "*/plugins/platforms/*qvnc*",
    "*/plugins/platformthemes/*qgtk3*",
    "*/plugins/tls/*",
    "*/plugins/wayland-graphics-integration-client/*emulation*",
    "*/plugins/wayland-graphics-integration-client/*vulkan*",
    "*/plugins/wayland-graphics-integration-client/*dmabuf*",
    "*/plugins/wayland-graphics-integration-client/*drm-egl*",
    "*/plugins/wayland-shell-integration/*fullscreen*",
    "*/plugins/wayland-shell-integration/*ivi*",
    "*/plugins/wayland-shell-integration/*wl-shell*",
    "*Qt6WlShellIntegration*",
    "*opengl32sw*",
    # OpenCV: its decoder of videos, which is a file of its own on Windows, and its classifiers.
    "cv2/opencv_videoio_ffmpeg*",
    "cv2/data/*",
    "cv2/LICENSE*",  # collected with all the others
    # What the packages have for people who build upon them.
    "*.pyi",
    "*.pxd",
    "*.h",
    "*/py.typed",
    "*/tests/*",
    "lxml/isoschematron/*",
    "numpy/_core/_*_tests.*",
)

_TRANSLATIONS = re.compile(r"PySide6/(.*/)?translations/(?!qtbase_(en|zh_CN)\.qm)[^/]*")
_SYSTEM_FOLDERS = ("/lib/", "/lib64/", "/usr/lib/", "/usr/lib64/")
_OF_PYTHON = re.compile(r"lib(python3|ffi|sqlite3)[.\d-]*\.so.*")
"""Libraries that Python needs and that differ from one system to the next: these come along."""

_METADATA_FILES = ("METADATA", "PKG-INFO")


def unused_modules(flavour: Flavour) -> list[str]:
    """Modules that the bundle does without."""
    return [*_UNUSED_MODULES, *_DEVELOPERS_PACKAGES, *(_TORCH_PACKAGES if flavour == "cpu" else ())]


def command_modules() -> list[str]:
    """Modules that are imported by names which only the command line knows."""
    return [f"app.commands.{name}" for name in COMMANDS]


def resource_files(flavour: Flavour) -> Iterator[tuple[str, str]]:
    """The program's own files, each with the folder of the bundle that it goes to."""
    for path in sorted((ROOT / "resources").rglob("*")):
        is_weights_of_torch = path.suffix == ".safetensors" and flavour == "cpu"
        if path.is_file() and path.suffix not in (".py", ".pyc", ".ts") and not is_weights_of_torch:
            yield str(path), path.parent.relative_to(ROOT).as_posix()


def kept(entries: Iterable[Entry]) -> list[Entry]:
    """The files that a bundle needs of those that PyInstaller collected."""
    return [entry for entry in entries if _is_needed(entry[0].replace(os.sep, "/"), entry[1])]


def _is_needed(place: str, source: str) -> bool:
    if any(fnmatch.fnmatch(place, pattern) for pattern in _UNUSED_FILES) or _TRANSLATIONS.fullmatch(place):
        return False
    if ".dist-info/" in place or ".egg-info/" in place:
        return place.rpartition("/")[2] in _METADATA_FILES
    return not _is_of_system(source)


def _is_of_system(source: str) -> bool:
    """Whether a file is a library of the Linux that this runs on: the installed program uses its own system's."""
    name = source.rpartition("/")[2]
    return (
        source.startswith(_SYSTEM_FOLDERS)
        and ".so" in name
        and "/python3" not in source
        and not _OF_PYTHON.fullmatch(name)
    )
