from __future__ import annotations

import json
import math
from dataclasses import replace

import pytest

from detector.network.config import ALIGNER, LIGHT, PRESETS, AlignerConfig, FinderConfig


@pytest.mark.parametrize("preset", PRESETS)
def test_a_finder_survives_json(preset: str) -> None:
    config = replace(PRESETS[preset], norm="affine")
    assert FinderConfig.from_json(config.to_json()) == config
    assert hash(FinderConfig.from_json(config.to_json())) == hash(config)


def test_a_file_from_before_there_were_teachers_is_read() -> None:
    fields = json.loads(LIGHT.to_json())
    del fields["head_kernel"], fields["smooth_pyramid"]
    assert FinderConfig.from_json(json.dumps(fields)) == LIGHT


def test_an_aligner_survives_json() -> None:
    config = replace(ALIGNER, widths=(8, 16, 24, 32), norm="affine")
    assert AlignerConfig.from_json(config.to_json()) == config
    assert hash(AlignerConfig.from_json(config.to_json())) == hash(config)


@pytest.mark.parametrize("config", [LIGHT, ALIGNER], ids=lambda config: config.name)
def test_unknown_fields_are_refused(config: FinderConfig | AlignerConfig) -> None:
    fields = json.loads(config.to_json()) | {"colour": "red"}
    with pytest.raises(TypeError, match="colour"):
        type(config).from_json(json.dumps(fields))


@pytest.mark.parametrize(
    "changes",
    [
        {"stem": "bogus"},
        {"stem": ["dense"]},
        {"norm": "bogus"},
        {"stages": [{"channels": 8, "depth": 1, "convolution": "bogus"}]},
        {"stages": [{"channels": 8, "depth": -1}]},
        {"stages": [{"channels": 8, "depth": 10**6}]},
        {"stages": []},
        {"stem_channels": 200_000},
        {"pyramid_channels": "8"},
        {"head_widths": [0]},
        {"head_kernel": True},
        {"anchors": {"strides": [16, 0], "sizes": [2.5], "ratios": [1.0]}},
        {"anchors": {"strides": [16], "sizes": [math.nan], "ratios": [1.0]}},
        {"anchors": {"strides": [16], "sizes": [2.5], "ratios": []}},
    ],
)
def test_what_no_finder_is_built_from_is_refused(changes: dict[str, object]) -> None:
    fields = json.loads(LIGHT.to_json()) | changes
    with pytest.raises((TypeError, ValueError)):
        FinderConfig.from_json(json.dumps(fields))


@pytest.mark.parametrize(
    "changes",
    [{"norm": "bogus"}, {"view_width_px": 0}, {"widths": [8, 8]}, {"widths": [8, 8, 8, 10**9]}, {"depths": [1, 1, -1]}],
)
def test_what_no_aligner_is_built_from_is_refused(changes: dict[str, object]) -> None:
    fields = json.loads(ALIGNER.to_json()) | changes
    with pytest.raises((TypeError, ValueError)):
        AlignerConfig.from_json(json.dumps(fields))


@pytest.mark.parametrize("kind", [FinderConfig, AlignerConfig])
def test_deep_nesting_is_no_configuration(kind: type[FinderConfig | AlignerConfig]) -> None:
    with pytest.raises(ValueError, match="nested"):
        kind.from_json("[" * 100_000)
