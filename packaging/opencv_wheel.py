"""Builds OpenCV from its sources, with only what the program uses: `python packaging/opencv_wheel.py`. Linux only.

The published wheel has 159 MB, most of them for networks, videos and linear algebra that nothing here asks for. This
takes the sources of the same version, by the hash in `requirements/bundle.lock`, and lets opencv-python's own setup
build them with the options of `opencv/options.cmake`. The wheel stays in `build/wheels`, beside the licences of what
is inside, under a name that changes with the version, Python and the options. Needs a compiler for C++ and Python's
headers.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from contents import ROOT

PACKAGE = "opencv-python-headless"
WHEELS = ROOT / "build" / "wheels"
LICENCES = "licences"
"""The folder beside a wheel with the licences of what is inside."""

_LOCK = ROOT / "requirements" / "bundle.lock"
_RECIPE = Path(__file__).resolve().parent / "opencv"
_FONT = "WenQuanYiMicroHei.ttf.gz"
_FONT_MD5 = "fb79cf5b4f4c89414f1233f14c2eb273"
"""OpenCV's own sum of the font that its letters beyond Latin, Greek and Cyrillic come from."""

_GZIP_MAGIC = b"\x1f\x8b\x08"


class WheelError(Exception):
    """The wheel is not what it has to be."""


def locked(package: str, lock: str) -> str:
    """The entry of a package in the text of a lock: its version and hashes.

    Raises:
        WheelError: there is none.
    """
    found = re.search(rf"(?m)^{re.escape(package)}==.*(?:\n[ \t]+.*)*\n?", lock)
    if not found:
        raise WheelError(f"{package} is not in the lock")
    return found.group()


def wheel_folder() -> Path:
    """Where the wheel of this version, Python and recipe is kept."""
    entry = locked(PACKAGE, _LOCK.read_text(encoding="utf-8"))
    recipe = [entry.encode(), *(path.read_bytes() for path in sorted(_RECIPE.iterdir()))]
    digest = hashlib.sha256(b"\0".join(recipe)).hexdigest()[:8]
    version = entry.partition("==")[2].split()[0]
    return WHEELS / f"{PACKAGE}-{version}-{sys.implementation.cache_tag}-{digest}"


def build(target: Path) -> None:
    """Build the wheel into a folder, with its licences.

    Raises:
        CalledProcessError: pip or what it calls failed; it has said why.
        WheelError: the font is missing in the published wheel, or in this one.
    """
    WHEELS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=WHEELS) as folder:
        work, done = Path(folder), Path(folder) / "done"
        requirement = work / "requirement.txt"
        requirement.write_text(locked(PACKAGE, _LOCK.read_text(encoding="utf-8")), encoding="utf-8")
        font = _published_font(requirement, work / "published")
        (work / _FONT).write_bytes(font)
        environment = {
            **os.environ,
            "CMAKE_ARGS": f"-C {_RECIPE / 'options.cmake'} -DOPENCV_UNIFONT_URL={work.as_uri()}/",
            "CMAKE_BUILD_PARALLEL_LEVEL": str(os.cpu_count()),
            "ENABLE_CONTRIB": "0",
            "ENABLE_HEADLESS": "1",
            "TMPDIR": str(work),
        }
        # Without the cache, which does not know that the options differ; not clean, because of the licences.
        command = ["wheel", "--no-cache-dir", "--no-clean", "--no-binary", PACKAGE, "--wheel-dir", str(done)]
        _pip(*command, "--requirement", str(requirement), environment=environment)
        _copy_licences(next(work.glob("pip-*/*/_skbuild")).parent, done / LICENCES)
        if font not in _library(next(done.glob("*.whl"))):
            raise WheelError("OpenCV was built without its font for every script")
        shutil.rmtree(target, ignore_errors=True)
        done.rename(target)


def _copy_licences(source: Path, target: Path) -> None:
    """Take OpenCV's own licence, and those of others that its installation puts together."""
    shutil.copytree(next(source.glob("_skbuild/*/cmake-install/share/licenses/opencv5")), target)
    for name in ("LICENSE", "COPYRIGHT"):
        shutil.copyfile(source / "opencv" / name, target / f"OpenCV-{name}")


def _published_font(requirement: Path, folder: Path) -> bytes:
    """The font that OpenCV's build would download from a host of its own; the published wheel has it inside."""
    _pip("download", "--only-binary", PACKAGE, "--dest", str(folder), "--requirement", str(requirement))
    for packed in packed_parts(_library(next(folder.glob("*.whl")))):
        if hashlib.md5(packed, usedforsecurity=False).hexdigest() == _FONT_MD5:
            return packed
    raise WheelError(f"{_FONT} is not in the published wheel")


def packed_parts(library: bytes) -> Iterator[bytes]:
    """Everything inside of a library that gzip has packed."""
    begin = library.find(_GZIP_MAGIC)
    while begin >= 0:
        reader = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
        rest = memoryview(library)[begin:]
        try:
            reader.decompress(rest)
        except zlib.error:
            pass
        else:
            if reader.eof:
                yield bytes(rest[: len(rest) - len(reader.unused_data)])
        begin = library.find(_GZIP_MAGIC, begin + 1)


def _library(wheel: Path) -> bytes:
    with zipfile.ZipFile(wheel) as files:
        return files.read(next(name for name in files.namelist() if name.startswith("cv2/cv2.")))


def _pip(command: str, *arguments: str, environment: dict[str, str] | None = None) -> None:
    options = ["--quiet", "--no-deps", "--require-hashes"]
    subprocess.run([sys.executable, "-m", "pip", command, *options, *arguments], check=True, env=environment)


def main() -> int:
    """Build the wheel unless it is there, and print where it is; 1 where that failed."""
    folder = wheel_folder()
    if not folder.is_dir():
        try:
            build(folder)
        except (WheelError, subprocess.CalledProcessError) as error:
            print(f"opencv_wheel: {error}", file=sys.stderr)
            return 1
    print(next(folder.glob("*.whl")))
    return 0


if __name__ == "__main__":
    sys.exit(main())
