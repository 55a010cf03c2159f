from __future__ import annotations

import math

import numpy as np
import pytest

from detector.untrusted import (
    MAX_COUNT,
    MAX_QUADS,
    count_from_json,
    is_name_below,
    printable,
    quad_from_json,
    quads_from_json,
    share_from_json,
)

QUAD = [[10, 10], [50, 12], [48, 40], [9, 38]]


@pytest.mark.parametrize("name", ["a.jpg", "证件/a b.jpg", "./a", "..a/b..", "caf\udce9.png"])
def test_names_below_a_folder(name: str) -> None:
    assert is_name_below(name)


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../a", "a/../b", "/a", "//a", "a\0b", "\ud800", None, 3, b"a", ["a"], {"a": 1}]
)
def test_what_leads_elsewhere_or_names_nothing(name: object) -> None:
    assert not is_name_below(name)


def test_what_is_printed_is_one_line() -> None:
    assert printable("证件\n\x1b[2J\udcff\u2028.jpg") == "证件\\n\\x1b[2J\\udcff\\u2028.jpg"


@pytest.mark.parametrize("value", [0, -1, True, 1.0, math.inf, "1", None, MAX_COUNT + 1, 10**400])
def test_what_counts_nothing(value: object) -> None:
    assert count_from_json(MAX_COUNT) == MAX_COUNT
    with pytest.raises(ValueError, match="whole number"):
        count_from_json(value)


@pytest.mark.parametrize("value", [-0.1, 1.1, math.nan, math.inf, True, "1", None, [], 10**400])
def test_what_is_no_share(value: object) -> None:
    assert [share_from_json(share) for share in (0, 0.25, 1)] == [0.0, 0.25, 1.0]
    with pytest.raises(ValueError, match="from 0 to 1"):
        share_from_json(value)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 1e308, -2e6, 10**400, "x", None, [1], {}])
def test_corners_beyond_any_picture(value: object) -> None:
    np.testing.assert_array_equal(quad_from_json(QUAD), QUAD)
    with pytest.raises(ValueError, match="four pairs of numbers"):
        quad_from_json([*QUAD[:3], [value, 38]])


@pytest.mark.parametrize("value", [None, 3, {}, "x", [[]], [QUAD[:3]], [QUAD, 3], [QUAD] * (MAX_QUADS + 1)])
def test_what_are_no_quads(value: object) -> None:
    assert quads_from_json([]).shape == (0, 4, 2)
    np.testing.assert_array_equal(quads_from_json([QUAD, QUAD]), [QUAD, QUAD])
    with pytest.raises(ValueError, match="quad"):
        quads_from_json(value)
