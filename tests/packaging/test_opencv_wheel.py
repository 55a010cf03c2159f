from __future__ import annotations

import gzip

import pytest
from opencv_wheel import PACKAGE, WHEELS, WheelError, locked, packed_parts, wheel_folder

LOCK = """\
# Made by hand.
other==1.0 \\
    --hash=sha256:aa
sundial==2.0 ; sys_platform == 'linux' \\
    --hash=sha256:bb \\
    --hash=sha256:cc
sundial-face==3.0 \\
    --hash=sha256:dd
"""


def test_one_entry_of_a_lock_has_its_hashes_and_no_others() -> None:
    assert locked("sundial", LOCK) == "".join(LOCK.splitlines(keepends=True)[3:6])


def test_a_package_that_is_not_locked_is_refused() -> None:
    with pytest.raises(WheelError, match="moondial is not in the lock"):
        locked("moondial", LOCK)


def test_the_name_of_the_wheels_folder_tells_version_and_python(monkeypatch) -> None:
    folder = wheel_folder()
    assert folder.parent == WHEELS
    assert folder.name.startswith(f"{PACKAGE}-5.")
    monkeypatch.setattr("sys.implementation.cache_tag", "cpython-399")
    assert wheel_folder() != folder


def test_other_options_give_another_folder(monkeypatch, tmp_path) -> None:
    (tmp_path / "options.cmake").write_text("set(WITH_V4L ON CACHE BOOL '')")
    folder = wheel_folder()
    monkeypatch.setattr("opencv_wheel._RECIPE", tmp_path)
    assert wheel_folder() != folder


def test_packed_parts_are_found_between_other_bytes() -> None:
    first, second = gzip.compress(b"first" * 9), gzip.compress(b"second")
    library = b"\x7fELF" + first + b"\x1f\x8b\x08 and no more" + second + first[:20]
    assert list(packed_parts(library)) == [first, second]
