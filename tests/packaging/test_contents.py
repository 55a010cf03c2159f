from __future__ import annotations

import importlib

import pytest
from contents import COMMANDS, command_modules, kept, resource_files, unused_modules

from app import cli


@pytest.mark.parametrize(
    "place",
    [
        "PySide6/Qt/lib/libQt6Core.so.6",
        "PySide6/Qt/plugins/platforms/libqxcb.so",
        "PySide6/Qt/plugins/multimedia/libffmpegmediaplugin.so",
        "PySide6/Qt/translations/qtbase_zh_CN.qm",
        "PySide6/translations/qtbase_en.qm",
        "cv2/cv2.abi3.so",
        "resources/translations/cardlight_zh_CN.qm",
        "numpy-2.4.6.dist-info/METADATA",
    ],
)
def test_what_is_used_is_kept(place) -> None:
    entry = (place, f"/packages/{place}", "BINARY")
    assert kept([entry]) == [entry]


@pytest.mark.parametrize(
    "place",
    [
        "PySide6/Qt/lib/libQt6Pdf.so.6",
        "PySide6/Qt/plugins/tls/libqopensslbackend.so",
        "PySide6/Qt/translations/qtbase_de.qm",
        "PySide6/Qt/translations/qt_help_zh_CN.qm",
        "cv2/data/haarcascade_eye.xml",
        "numpy/_core/tests/data.csv",
        "numpy-2.4.6.dist-info/RECORD",
        "numpy-2.4.6.dist-info/direct_url.json",
    ],
)
def test_what_is_never_used_stays_out(place) -> None:
    assert kept([(place, f"/packages/{place}", "DATA")]) == []


def test_libraries_of_the_system_stay_there_but_for_pythons_own() -> None:
    entries = [
        ("libX11.so.6", "/lib/x86_64-linux-gnu/libX11.so.6", "BINARY"),
        ("libpython3.11.so.1.0", "/usr/lib/x86_64-linux-gnu/libpython3.11.so.1.0", "BINARY"),
        ("libffi.so.8", "/lib/x86_64-linux-gnu/libffi.so.8", "BINARY"),
        ("python3.11/lib-dynload/_json.so", "/usr/lib/python3.11/lib-dynload/_json.so", "EXTENSION"),
    ]
    assert kept(entries) == entries[1:]


def test_the_flavours_differ_by_torch_and_its_weights() -> None:
    assert set(unused_modules("cpu")) - set(unused_modules("cuda")) == {"torch", "safetensors"}
    weights = {source for source, _ in resource_files("cuda")} - {source for source, _ in resource_files("cpu")}
    assert weights
    assert all(source.endswith(".safetensors") for source in weights)


def test_the_samples_models_and_letters_go_in_and_no_source_does() -> None:
    folders = {folder for _, folder in resource_files("cpu")}
    assert folders >= {
        f"resources/{name}" for name in ("fonts", "icons", "models", "samples", "styles", "translations")
    }
    assert not any(source.endswith((".py", ".pyc", ".ts")) for source, _ in resource_files("cpu"))


def test_every_command_of_the_bundle_is_one_and_is_found() -> None:
    assert set(COMMANDS) <= {command.name for command in cli.COMMANDS}
    for module in command_modules():
        importlib.import_module(module)
