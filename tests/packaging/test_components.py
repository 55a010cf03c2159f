from __future__ import annotations

import importlib.metadata
import json
from pathlib import Path

import pytest
from components import Component, LicenceError, check_licences, components_of
from licences import licences_text

from resources import FONTS_FOLDER


def component(name: str = "part", licence: str = "MIT", text: str = "Do as you like.") -> Component:
    return Component(name, "1.0", licence, (("LICENSE", text),) if text else ())


def distribution(folder: Path, name: str, metadata: str, licence: str = "") -> Path:
    """An installed package of one module, and the path of that."""
    module = folder / f"{name}.py"
    module.write_text("")
    info = folder / f"{name}-1.0.dist-info"
    info.mkdir()
    files = [module.name, f"{info.name}/METADATA", f"{info.name}/RECORD"]
    if licence:
        (info / "LICENSE").write_text(licence)
        files.append(f"{info.name}/LICENSE")
    (info / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {name}\nVersion: 1.0\n{metadata}")
    (info / "RECORD").write_text("".join(f"{file},,\n" for file in files))
    return module


@pytest.fixture
def found(tmp_path, monkeypatch):
    """The parts that files belong to, by name."""
    monkeypatch.syspath_prepend(tmp_path)

    def find(*sources: Path | str, place: str = "") -> dict[str, Component]:
        contents = tmp_path / "contents.json"
        contents.write_text(json.dumps([(place or Path(source).name, str(source)) for source in sources]))
        return {one.name: one for one in components_of(contents)}

    return find


def test_python_and_the_boot_loader_are_always_inside(found) -> None:
    assert set(found()) == {"Python", "pyinstaller"}
    check_licences(found().values())


@pytest.mark.parametrize(
    "metadata",
    [
        "License-Expression: MIT\n",
        "License: MIT\n",
        "License: as in the file LICENSE\nClassifier: License :: OSI Approved :: MIT License\n",
    ],
)
def test_a_distribution_is_found_with_its_licence_and_text(found, tmp_path, metadata) -> None:
    part = found(distribution(tmp_path, "sundial", metadata, "Sundials for all."))["sundial"]

    assert (part.version, part.licence, part.purl) == ("1.0", "MIT", "pkg:pypi/sundial@1.0")
    assert [text for _, text in part.texts] == ["Sundials for all."]


def test_a_distribution_without_a_licence_is_refused(found, tmp_path) -> None:
    module = distribution(tmp_path, "sundial", "License: ask me\n", "Sundials for some.")
    with pytest.raises(LicenceError, match="sundial: its metadata names no licence"):
        found(module)


def test_a_file_of_unknown_origin_is_refused(found, tmp_path) -> None:
    stray = tmp_path / "libstray.so.1"
    stray.write_bytes(b"")
    with pytest.raises(LicenceError, match=r"libstray\.so\.1: not known where it comes from"):
        found(stray)


def test_what_only_metadata_names_is_not_inside(found, tmp_path) -> None:
    module = distribution(tmp_path, "sundial", "License: MIT\n", "Sundials for all.")
    metadata = module.parent / "sundial-1.0.dist-info" / "METADATA"
    assert "sundial" not in found(metadata, place="sundial-1.0.dist-info/METADATA")


@pytest.fixture
def opencv_built_here(tmp_path, monkeypatch):
    """An OpenCV that came from a wheel of `build/wheels`, with these licences of what is inside."""

    def install(*licences: str) -> Path:
        monkeypatch.setattr("opencv_wheel.WHEELS", tmp_path / "wheels")
        wheel = tmp_path / "wheels" / "opencv-1.0" / "opencv_python_headless-1.0.whl"
        (wheel.parent / "licences").mkdir(parents=True)
        for name in licences:
            (wheel.parent / "licences" / name).write_text(f"Terms of {name}.")
        module = distribution(tmp_path, "opencv_python_headless", "License: Apache 2.0\n", "Terms of OpenCV.")
        third_parties = tmp_path / "LICENSE-3RD-PARTY.txt"
        third_parties.write_text("Terms of FFmpeg.")
        info = tmp_path / "opencv_python_headless-1.0.dist-info"
        (info / "direct_url.json").write_text(json.dumps({"url": wheel.as_uri(), "archive_info": {}}))
        with (info / "RECORD").open("a") as record:
            record.write(f"{third_parties.name},,\n")
        return module

    return install


def test_opencv_built_here_has_the_licences_of_what_is_inside(found, opencv_built_here) -> None:
    parts = found(opencv_built_here("OpenCV-LICENSE", "zlib-LICENSE", "fonts-Rubik_OFL.txt"))
    opencv = parts["opencv-python-headless"]

    assert opencv.licence == "Apache-2.0 AND MIT AND OFL-1.1 AND Zlib"
    texts = "".join(text for _, text in opencv.texts)
    assert all(f"Terms of {name}." in texts for name in ("OpenCV", "zlib-LICENSE", "fonts-Rubik_OFL.txt"))
    assert "WenQuanYi" in texts
    assert "FFmpeg" not in texts
    check_licences([opencv])


def test_a_part_of_opencv_that_nobody_has_read_is_refused(found, opencv_built_here) -> None:
    module = opencv_built_here("zlib-LICENSE", "sundial-LICENSE")
    with pytest.raises(LicenceError, match="sundial-LICENSE is the licence of a part that nobody has read yet"):
        found(module)


def test_every_font_that_ships_has_its_licence(found) -> None:
    fonts = [path for path in FONTS_FOLDER.iterdir() if path.suffix in (".ttf", ".otf")]
    parts = found(*fonts)
    assert {path.stem for path in fonts} <= set(parts)
    check_licences(parts.values())


@pytest.mark.parametrize("licence", ["MIT", "GPL-3.0-only OR LGPL-3.0-only", "BSD-3-Clause AND (0BSD OR GPL-2.0-only)"])
def test_compatible_licences_pass(licence) -> None:
    check_licences([component(licence=licence)])


@pytest.mark.parametrize(
    "licence", ["GPL-3.0-only", "MIT AND GPL-2.0-or-later", "AGPL-3.0-only OR GPL-3.0-only", "Ask-First"]
)
def test_other_licences_are_refused_by_name(licence) -> None:
    with pytest.raises(LicenceError, match=r"sundial: .* is not compatible"):
        check_licences([component(), component("sundial", licence)])


def test_a_missing_text_is_refused() -> None:
    with pytest.raises(LicenceError, match="sundial: its licence text is missing"):
        check_licences([component("sundial", text="")])


def test_the_file_of_licences_has_every_text_once() -> None:
    text = licences_text([component("first"), component("second"), component("third", text="Ask first.")])

    assert text.count("Do as you like.") == 1
    assert "[LICENSE: the same text as LICENSE of first]" in text
    assert text.count("Ask first.") == 1
    assert "Qt, PySide6 and Shiboken are used under the GNU Lesser General Public License" in text


def test_everything_that_the_program_needs_may_be_shipped(found) -> None:
    needed = importlib.metadata.distribution("cardlight").requires or []
    names = {name.replace("_", "-").lower() for name in map(_name_of, needed) if name}
    modules = [_a_file_of(name) for name in sorted(names - {"cardlight"})]
    check_licences(found(*modules).values())


def _name_of(requirement: str) -> str:
    """The name of a requirement of everybody's; nothing for those of extras."""
    return "" if "extra ==" in requirement else requirement.split(";")[0].split("<")[0].split(">")[0].split("=")[0]


def _a_file_of(name: str) -> Path:
    files = importlib.metadata.files(name) or []
    return next(Path(str(file.locate())) for file in files if file.suffix in (".py", ".so"))
