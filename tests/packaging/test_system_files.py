"""What tells systems about the program says the same as the program itself."""

from __future__ import annotations

import configparser
import mimetypes
import re
import tomllib
import xml.etree.ElementTree as ElementTree

from contents import ROOT

from app.capture.images import IMAGE_SUFFIXES

PACKAGING = ROOT / "packaging"
VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]


def desktop_entry() -> configparser.SectionProxy:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment, method-assign]
    parser.read(PACKAGING / "linux" / "cardlight.desktop", encoding="utf-8")
    return parser["Desktop Entry"]


def test_every_kind_of_file_that_is_read_is_associated() -> None:
    associated = set(desktop_entry()["MimeType"].strip(";").split(";"))
    mimetypes.add_type("image/heic", ".heic")
    mimetypes.add_type("image/heif", ".heif")
    mimetypes.add_type("image/webp", ".webp")
    kinds = {mimetypes.guess_type(f"picture{suffix}")[0] for suffix in IMAGE_SUFFIXES - {".jfif", ".hif"}}
    assert {kind.replace("x-ms-bmp", "bmp") for kind in kinds if kind} | {"application/pdf"} == associated


def test_the_metadata_knows_the_same_files_and_this_version() -> None:
    root = ElementTree.parse(PACKAGING / "linux" / "cardlight.metainfo.xml").getroot()
    kinds = {element.text for element in root.iter("mediatype")}
    assert kinds == set(desktop_entry()["MimeType"].strip(";").split(";"))
    assert VERSION in [element.attrib["version"] for element in root.iter("release")]
    assert root.findtext("summary") == "Find identity cards in pictures and save them at true size"


def test_windows_opens_the_same_files() -> None:
    script = (PACKAGING / "windows" / "cardlight.iss").read_text(encoding="utf-8")
    registered = set(re.findall(r'SupportedTypes"; ValueType: string; ValueName: "(\.\w+)"', script))
    assert registered == IMAGE_SUFFIXES | {".pdf"}
