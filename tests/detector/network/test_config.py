from __future__ import annotations

import json
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
