from __future__ import annotations

import json
from dataclasses import replace

import pytest

from detector.network.config import ALIGNER, FINDERS, AlignerConfig, FinderConfig


@pytest.mark.parametrize("preset", FINDERS)
def test_a_finder_survives_json(preset: str) -> None:
    config = replace(FINDERS[preset], norm="affine")
    assert FinderConfig.from_json(config.to_json()) == config
    assert hash(FinderConfig.from_json(config.to_json())) == hash(config)


def test_an_aligner_survives_json() -> None:
    config = replace(ALIGNER, widths=(8, 16, 24, 32), norm="affine")
    assert AlignerConfig.from_json(config.to_json()) == config
    assert hash(AlignerConfig.from_json(config.to_json())) == hash(config)


@pytest.mark.parametrize("config", [FINDERS["light"], ALIGNER], ids=lambda config: config.name)
def test_unknown_fields_are_refused(config: FinderConfig | AlignerConfig) -> None:
    fields = json.loads(config.to_json()) | {"colour": "red"}
    with pytest.raises(TypeError, match="colour"):
        type(config).from_json(json.dumps(fields))
