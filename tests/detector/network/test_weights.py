from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from torch import Tensor

from detector.errors import ModelFileError
from detector.network.aligner import Aligner
from detector.network.config import AlignerConfig, FinderConfig
from detector.network.retinanet import RetinaNet
from detector.network.weights import read_aligner, read_finder, read_tensors, write_tensors, write_weights


@pytest.fixture
def finder(tiny_finder: FinderConfig) -> RetinaNet:
    return RetinaNet(tiny_finder)


@pytest.fixture
def aligner(tiny_aligner: AlignerConfig) -> Aligner:
    return Aligner(tiny_aligner)


def assert_same(first: dict[str, Tensor], second: dict[str, Tensor]) -> None:
    assert first.keys() == second.keys()
    for name, tensor in first.items():
        assert torch.equal(tensor, second[name]), name


def test_a_finder_is_read_as_it_was_written(finder: RetinaNet, tmp_path: Path) -> None:
    write_weights(tmp_path / "finder.safetensors", finder)
    read = read_finder(tmp_path / "finder.safetensors")
    assert read.config == finder.config
    assert_same(read.state_dict(), finder.state_dict())


def test_an_aligner_is_read_as_it_was_written(aligner: Aligner, tmp_path: Path) -> None:
    write_weights(tmp_path / "aligner.safetensors", aligner)
    read = read_aligner(tmp_path / "aligner.safetensors")
    assert read.config == aligner.config
    assert_same(read.state_dict(), aligner.state_dict())


def test_half_precision_rounds_the_weights_and_halves_the_file(finder: RetinaNet, tmp_path: Path) -> None:
    full, half = tmp_path / "full.safetensors", tmp_path / "half.safetensors"
    write_weights(full, finder)
    write_weights(half, finder, half=True)
    assert half.stat().st_size < 0.7 * full.stat().st_size
    rounded = {name: tensor.half().float() for name, tensor in finder.state_dict().items()}
    assert_same(read_finder(half).state_dict(), rounded)


def test_the_folder_is_made_and_nothing_else_is_left_in_it(aligner: Aligner, tmp_path: Path) -> None:
    write_weights(tmp_path / "new" / "aligner.safetensors", aligner)
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["aligner.safetensors"]


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"^finder\.safetensors is missing$"):
        read_finder(tmp_path / "finder.safetensors")


def test_a_truncated_file_is_refused(finder: RetinaNet, tmp_path: Path) -> None:
    path = tmp_path / "finder.safetensors"
    write_weights(path, finder)
    whole = path.read_bytes()
    for length in (0, 7, 100, len(whole) // 2, len(whole) - 1):
        path.write_bytes(whole[:length])
        with pytest.raises(ModelFileError, match=r"^finder\.safetensors can't be read"):
            read_finder(path)


def test_a_pickle_is_refused(finder: RetinaNet, tmp_path: Path) -> None:
    path = tmp_path / "finder.safetensors"
    torch.save(finder.state_dict(), path)
    with pytest.raises(ModelFileError, match="no safetensors file"):
        read_finder(path)


def test_a_file_of_the_other_network_is_refused(finder: RetinaNet, aligner: Aligner, tmp_path: Path) -> None:
    write_weights(tmp_path / "finder.safetensors", finder)
    write_weights(tmp_path / "aligner.safetensors", aligner)
    with pytest.raises(ModelFileError, match="no weights of the finder"):
        read_finder(tmp_path / "aligner.safetensors")
    with pytest.raises(ModelFileError, match="no weights of the aligner"):
        read_aligner(tmp_path / "finder.safetensors")


def test_a_foreign_safetensors_file_is_refused(tmp_path: Path) -> None:
    write_tensors(tmp_path / "other.safetensors", {"weight": torch.zeros(2)}, {})
    with pytest.raises(ModelFileError, match="no weights of the finder"):
        read_finder(tmp_path / "other.safetensors")


def without_strides(config: FinderConfig) -> str:
    fields = json.loads(config.to_json())
    del fields["anchors"]["strides"]
    return json.dumps(fields)


@pytest.mark.parametrize("config", ["no JSON", "[]", "{}", '{"stages": [], "anchors": []}', "wider", "without strides"])
def test_weights_that_do_not_fit_their_configuration_are_refused(
    config: str, finder: RetinaNet, tiny_finder: FinderConfig, tmp_path: Path
) -> None:
    if config == "wider":
        config = tiny_finder.to_json().replace('"pyramid_channels": 8', '"pyramid_channels": 16')
        assert config != tiny_finder.to_json()
    if config == "without strides":
        config = without_strides(tiny_finder)
    path = tmp_path / "finder.safetensors"
    write_tensors(path, finder.state_dict(), {"kind": "finder", "config": config})
    with pytest.raises(ModelFileError, match="another version of the finder"):
        read_finder(path)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_weights_that_are_not_finite_are_refused(value: float, finder: RetinaNet, tmp_path: Path) -> None:
    with torch.no_grad():
        next(finder.parameters()).view(-1)[3] = value
    write_weights(tmp_path / "finder.safetensors", finder)
    with pytest.raises(ModelFileError, match="another version of the finder"):
        read_finder(tmp_path / "finder.safetensors")


def test_missing_weights_are_refused(aligner: Aligner, tmp_path: Path) -> None:
    path = tmp_path / "aligner.safetensors"
    tensors = aligner.state_dict()
    del tensors["heat.weight"]
    write_tensors(path, tensors, {"kind": "aligner", "config": aligner.config.to_json()})
    with pytest.raises(ModelFileError, match="another version of the aligner"):
        read_aligner(path)


def test_tensors_are_read_as_they_were_written(tmp_path: Path) -> None:
    tensors = {"a": torch.arange(6).reshape(2, 3), "b": torch.tensor(3.5), "c": torch.zeros(0, 4)}
    write_tensors(tmp_path / "some.safetensors", tensors, {"note": "说明"})
    read, metadata = read_tensors(tmp_path / "some.safetensors")
    assert metadata == {"note": "说明"}
    assert_same(read, tensors)
