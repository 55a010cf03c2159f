from __future__ import annotations

import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from icu_data import IcuDataError, is_needed, packed, shorten, unpacked

HEADER = struct.pack("<HBB", 32, 0xDA, 0x27) + bytes(8) + b"CmnD\x01".ljust(20, b"\0")
ITEMS = {"icudt73l/root.res": b"all languages", "icudt73l/de.res": b"German", "icudt73l/en.res": b"x" * 16}


@pytest.mark.parametrize(
    "name",
    ["root.res", "pool.res", "supplementalData.res", "cnvalias.icu", "nfkc.nrm", "en.res", "zh_Hans_CN.res"]
    + ["coll/ucadata.icu", "coll/root.res", "coll/zh.res", "zone/en_GB.res", "gb18030.cnv"],
)
def test_what_qt_asks_for_is_kept(name) -> None:
    assert is_needed(f"icudt73l/{name}")


@pytest.mark.parametrize(
    "name",
    ["de.res", "sr_Latn_RS.res", "tzm.res", "coll/sv.res", "zone/fr.res", "curr/en.res", "brkitr/root.res"]
    + ["unames.icu", "rfc3722.spp", "ibm-1047_P100-1995.cnv"],
)
def test_other_languages_and_uses_are_dropped(name) -> None:
    assert not is_needed(f"icudt73l/{name}")


def test_what_is_packed_can_be_unpacked_and_is_sorted_and_aligned() -> None:
    data = packed(HEADER, ITEMS)
    header, items = unpacked(data)

    assert header == HEADER
    assert list(items) == sorted(ITEMS)
    assert {name: content.rstrip(b"\0") for name, content in items.items()} == ITEMS
    assert all(data.index(content) % 16 == 0 for content in ITEMS.values())
    assert packed(header, items) == data


def test_something_else_is_refused(tmp_path) -> None:
    with pytest.raises(IcuDataError, match="not ICU's common data"):
        unpacked(bytes(100))
    with pytest.raises(IcuDataError, match=r"libother\.so is not ICU's library"):
        shorten(tmp_path / "libother.so")


@pytest.mark.skipif(sys.platform != "linux" or not shutil.which("objcopy"), reason="needs Linux and binutils")
def test_qt_sorts_chinese_by_its_sounds_with_the_shortened_library(tmp_path) -> None:
    import PySide6

    (published,) = (Path(PySide6.__path__[0]) / "Qt" / "lib").glob("libicudata.so.*")
    library = tmp_path / published.name
    shutil.copyfile(published, library)
    shorten(library)
    assert library.stat().st_size < published.stat().st_size / 5

    sort = (
        "import functools\n"
        "from PySide6.QtCore import QCollator, QLocale\n"
        "collator = QCollator(QLocale('zh_CN'))\n"
        "print(*sorted('中一阿', key=functools.cmp_to_key(collator.compare)), sep='')"
    )
    environment = {"LD_LIBRARY_PATH": str(tmp_path), "PYTHONIOENCODING": "utf-8"}
    sorted_text = subprocess.run([sys.executable, "-c", sort], env=environment, capture_output=True, check=True).stdout
    assert sorted_text.decode().strip() == "阿一中"
