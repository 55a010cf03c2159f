"""Makes a Debian package of a bundle: `python packaging/deb.py dist/cpu/cardlight`. Needs dpkg-dev.

The bundle goes to /usr/lib/cardlight, with /usr/bin/cardlight as a link to the program in it. What it needs of the
system is found out by Debian's own `dpkg-shlibdeps` from the libraries inside.
"""

from __future__ import annotations

import argparse
import gzip
import importlib.metadata
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from contents import ROOT
from icons import SIZES, render

_LINUX = ROOT / "packaging" / "linux"
_CONTROL = """\
Package: cardlight
Version: {version}
Architecture: {architecture}
Maintainer: The Cardlight project <cardlight@project.invalid>
Installed-Size: {kilobytes}
Section: graphics
Priority: optional
Depends: {depends}
Recommends: xdg-desktop-portal
Description: find identity cards in pictures and save them at true size
 Cardlight finds identity cards in photos, scans and webcam pictures,
 straightens them, and saves them upright and at true size, as pictures or as
 documents to print. It runs on the computer's own processor; nothing leaves it.
"""
_COPYRIGHT = """\
Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/
Upstream-Name: Cardlight

Files: *
Copyright: The Cardlight project
License: see-file
 The licences of everything that comes with Cardlight are in the file
 /usr/lib/cardlight/LICENCES.txt.
"""
# The library that Qt opens by name, when a camera is asked for.
_OPENED_BY_NAME = ("libgl1",)


def build(bundle: Path) -> Path:
    """Make the package beside the bundle, and return it.

    Raises:
        CalledProcessError: a tool of Debian's failed; it has said why.
    """
    version = importlib.metadata.version("cardlight")
    architecture = _said_by("dpkg", "--print-architecture").strip()
    with tempfile.TemporaryDirectory(dir=ROOT / "build") as folder:
        root = Path(folder) / "root"
        program = root / "usr" / "lib" / "cardlight"
        shutil.copytree(bundle, program, symlinks=True)
        _add_links_and_data(root)
        control = root / "DEBIAN" / "control"
        control.parent.mkdir()
        kilobytes = sum(path.lstat().st_size for path in root.rglob("*") if not path.is_dir()) // 1024
        depends = ", ".join(sorted({*_needed_packages(program, Path(folder)), *_OPENED_BY_NAME}))
        control.write_text(
            _CONTROL.format(version=version, architecture=architecture, kilobytes=kilobytes, depends=depends)
        )
        _set_modes(root)
        package = bundle.parent / f"cardlight_{version}_{architecture}.deb"
        subprocess.run(["dpkg-deb", "--root-owner-group", "--build", str(root), str(package)], check=True)
    return package


def _add_links_and_data(root: Path) -> None:
    links = root / "usr" / "bin"
    links.mkdir(parents=True)
    (links / "cardlight").symlink_to("../lib/cardlight/cardlight")
    share = root / "usr" / "share"
    _copy(_LINUX / "cardlight.desktop", share / "applications")
    _copy(_LINUX / "cardlight.metainfo.xml", share / "metainfo")
    icons = share / "icons" / "hicolor"
    _copy(ROOT / "resources" / "icons" / "cardlight.svg", icons / "scalable" / "apps")
    with tempfile.TemporaryDirectory() as folder:
        render(Path(folder))
        for side in SIZES:
            (icons / f"{side}x{side}" / "apps").mkdir(parents=True)
            shutil.copyfile(Path(folder) / f"{side}x{side}.png", icons / f"{side}x{side}" / "apps" / "cardlight.png")
    documents = share / "doc" / "cardlight"
    documents.mkdir(parents=True)
    (documents / "copyright").write_text(_COPYRIGHT)
    (documents / "changelog.gz").write_bytes(gzip.compress((ROOT / "CHANGELOG.md").read_bytes(), mtime=0))


def _copy(file: Path, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, folder / file.name)


def _needed_packages(program: Path, folder: Path) -> list[str]:
    """The packages that the libraries of the bundle need, with the lowest versions that do."""
    (folder / "debian").mkdir()
    (folder / "debian" / "control").write_text("Source: cardlight\n\nPackage: cardlight\nArchitecture: any\n")
    binaries = [path for path in program.rglob("*") if path.is_file() and not path.is_symlink() and _is_elf(path)]
    own = sorted({f"-l{path.parent}" for path in binaries})
    command = ["dpkg-shlibdeps", "-O", "--ignore-missing-info", "--warnings=0", *own, *map(str, binaries)]
    said = _said_by(*command, folder=folder)
    found = re.search(r"^shlibs:Depends=(.*)$", said, re.MULTILINE)
    return found.group(1).split(", ") if found else []


def _is_elf(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def _set_modes(root: Path) -> None:
    for path in root.rglob("*"):
        if not path.is_symlink():
            path.chmod(
                0o755 if path.is_dir() or (path.name == "cardlight" and path.parent.name == "cardlight") else 0o644
            )
    root.chmod(0o755)


def _said_by(*command: str, folder: Path = ROOT) -> str:
    return subprocess.run(command, check=True, cwd=folder, stdout=subprocess.PIPE, text=True).stdout


def main() -> int:
    """Make the package and say where it is."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("bundle", type=Path, help="the folder with the program in it")
    package = build(parser.parse_args().bundle.resolve())
    print(f"{package.relative_to(ROOT)}: {package.stat().st_size / 1e6:.1f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
