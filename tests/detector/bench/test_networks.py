from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import onnxruntime
import pytest
import torch
from torch import nn

from detector.bench import openvino_engine, peers
from detector.bench.backbones import MobileNetV2, ShuffleNetV2
from detector.bench.boxes import BoxNetwork, fitted
from detector.bench.complexity import profile
from detector.bench.errors import EngineUnavailableError
from detector.bench.models import (
    ARTICLE_FINDER,
    BOX_MODELS,
    LIGHT_FINDER,
    LIGHTER_BACKBONES,
    RESNET50_PEER,
    BoxModel,
)
from detector.bench.networks import build, untrained, write_files
from detector.bench.torch_engines import compiled, eager
from detector.network.config import FinderConfig
from resources import MODELS_FOLDER, SAMPLES_FOLDER

# Of torchvision's networks, whose parameters are published, less what only their classifiers need.
PUBLISHED_PARAMETERS = {
    "resnet50": 25_557_032 - 2_049_000,
    "resnet18": 11_689_512 - 513_000,
    "mobilenetv2": 3_504_872 - 1_281_000 - (320 * 1280 + 2 * 1280),
    "shufflenetv2": 2_278_604 - 1_025_000 - (464 * 1024 + 2 * 1024),
}


@pytest.mark.parametrize("model", [RESNET50_PEER, *LIGHTER_BACKBONES], ids=lambda model: model.key)
def test_the_backbones_are_the_published_ones(model: BoxModel) -> None:
    with torch.device("meta"):
        network = untrained(model)
        scores, offsets = network(torch.zeros(1, 3, 320, 320))
    parameters = sum(parameter.numel() for parameter in network.backbone.parameters())
    assert parameters == PUBLISHED_PARAMETERS[model.key]
    anchors = 9 * (40**2 + 20**2 + 10**2 + 5**2 + 3**2)
    assert (tuple(scores.shape), tuple(offsets.shape)) == ((1, anchors), (1, anchors, 4))


@pytest.mark.parametrize(
    ("make", "last", "multiply_adds"),
    [(MobileNetV2, (320, 1280), 300e6), (ShuffleNetV2, (464, 1024), 146e6)],
    ids=["mobilenetv2", "shufflenetv2"],
)
def test_the_light_backbones_cost_what_their_papers_say(
    make: type[nn.Module], last: tuple[int, int], multiply_adds: float
) -> None:
    """At 224 x 224, products alone, the classifiers' too (MobileNetV2, table 4; ShuffleNetV2, table 8)."""
    counted = profile(make(), (3, 224, 224), "backbone")
    convolutions = sum(layer.cost.multiply_adds for layer in counted.layers if layer.kind == "Conv2d")
    classifier = 49 * last[0] * last[1] + last[1] * 1000
    assert convolutions + classifier == pytest.approx(multiply_adds, rel=0.01)


def test_the_base_costs_what_the_published_retinanet_does() -> None:
    counted = profile(untrained(RESNET50_PEER), (3, 320, 320), "resnet50")
    assert counted.total.multiply_adds == pytest.approx(20.4e9, rel=0.01)


def test_the_finder_that_ships_is_the_one_that_is_compared() -> None:
    session = onnxruntime.InferenceSession(LIGHT_FINDER.onnx_file(Path()))
    shipped = FinderConfig.from_json(session.get_modelmeta().custom_metadata_map["config"])
    assert shipped.anchors == LIGHT_FINDER.anchors
    assert LIGHT_FINDER.weights_file(Path()) == MODELS_FOLDER / "finder.safetensors"


def test_torch_and_onnx_runtime_run_the_same_network() -> None:
    path = LIGHT_FINDER.onnx_file(Path())
    _assert_alike(eager(build(LIGHT_FINDER, Path())), peers.box_network(path, threads=1))


def test_files_are_written_of_what_does_not_ship(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    exported: list[tuple[tuple[int, int, int], Path]] = []
    monkeypatch.setattr("detector.bench.networks.export", lambda _network, shape, path: exported.append((shape, path)))
    write_files(LIGHT_FINDER, tmp_path)
    assert not exported
    write_files(ARTICLE_FINDER, tmp_path)
    assert exported == [((3, 320, 320), ARTICLE_FINDER.onnx_file(tmp_path))]
    picture = torch.rand(1, 3, 64, 64)
    first, second = (build(ARTICLE_FINDER, tmp_path)(picture)[1] for _ in range(2))
    torch.testing.assert_close(first, second)


def test_openvino_runs_the_same_network() -> None:
    pytest.importorskip("openvino")
    path = LIGHT_FINDER.onnx_file(Path())
    _assert_alike(peers.box_network(path, threads=1), openvino_engine.box_network(path, threads=1))


@pytest.mark.parametrize("model", BOX_MODELS[1:], ids=lambda model: model.key)
def test_random_weights_neither_vanish_nor_explode(model: BoxModel) -> None:
    """Numbers too small for the processor's normal format would take it several times as long."""
    torch.manual_seed(0)
    network = untrained(model)
    with torch.inference_mode():
        coarsest = network.backbone(255 * torch.rand(1, 3, 64, 64))[-1]
    assert 1e-6 < coarsest.abs().max() < 1e9


def test_a_missing_compiler_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CXX", str(tmp_path / "no-compiler"))
    with pytest.raises(EngineUnavailableError, match="there is no C\\+\\+ compiler"):
        compiled(nn.Identity(), tmp_path)


@pytest.mark.skipif(not Path("/bin/false").exists(), reason="needs a program that only fails")
@pytest.mark.filterwarnings("ignore:.*is deprecated:DeprecationWarning")
def test_a_compiler_that_does_not_work_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CXX", "/bin/false")
    run = compiled(lambda x: (x.mean((1, 2, 3)), x.relu()), tmp_path)
    with (
        torch._inductor.config.patch({"cpp.cxx": ("/bin/false",)}),
        pytest.raises(EngineUnavailableError, match="torch can't compile here"),
    ):
        run(np.ones((1, 3, 8, 8), np.float32))


def test_without_openvino_it_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(EngineUnavailableError, match="pip install openvino"):
        openvino_engine.box_network(LIGHT_FINDER.onnx_file(Path()), threads=1)


def _assert_alike(first: BoxNetwork, second: BoxNetwork) -> None:
    image = cv2.imread(str(SAMPLES_FOLDER / "card-on-wood.jpg"))
    assert image is not None
    picture, _ = fitted(np.asarray(image, np.uint8))
    (scores, offsets), (other_scores, other_offsets) = first(picture), second(picture)
    np.testing.assert_allclose(scores, other_scores, atol=2e-3)
    likely = scores[0] > 0.05
    np.testing.assert_allclose(offsets[0, likely], other_offsets[0, likely], atol=2e-2)
