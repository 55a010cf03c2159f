from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from detector.bench.comparison import Comparison, Row, compare
from detector.bench.comparison_table import to_markdown
from detector.bench.complexity import Cost
from detector.bench.contenders import COMPILED, ONNX_RUNTIME, Contender, load_detector, network_calls
from detector.bench.latency import summarise
from detector.bench.models import LIGHT_FINDER, LIGHTER_BACKBONES, RESNET50_PEER
from detector.bench.plots import draw_comparison
from detector.errors import ModelFileError
from detector.evaluation import Picture
from detector.geometry import Image
from resources import MODELS_FOLDER, SAMPLES_FOLDER

PNG = b"\x89PNG\r\n"


def _sample() -> Image:
    image = cv2.imread(str(SAMPLES_FOLDER / "card-on-wood.jpg"))
    assert image is not None
    return np.asarray(cv2.resize(image, (640, 360), interpolation=cv2.INTER_AREA), np.uint8)


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    """With the finder that ships in ONNX Runtime, and in an engine that is not there."""
    frame = _sample()
    contender = Contender("detector", "quick", "quick", ONNX_RUNTIME, Path())
    (card,) = load_detector(contender, 1).detect(frame)
    pictures = [
        Picture("card", "cards", card.quad[None], lambda: frame),
        Picture("none", "photos", np.zeros((0, 4, 2)), lambda: np.zeros_like(frame)),
    ]
    before = set(Path(tempfile.gettempdir()).iterdir())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CXX", "no-such-compiler")
        measured = compare(
            frame,
            np.tile(frame, (2, 2, 1)),
            models=(LIGHT_FINDER,),
            engines=(COMPILED, ONNX_RUNTIME),
            peers={"a peer": MODELS_FOLDER / "aligner.onnx"},
            pictures=pictures,
            repeats=1,
            threads=1,
        )
    left = {path for path in set(Path(tempfile.gettempdir()).iterdir()) - before if path.name.startswith("tmp")}
    assert not [path for path in left if any(path.glob("*.safetensors"))]
    return measured


def test_everything_is_measured_of_everyone(comparison: Comparison) -> None:
    rows = {(row.model, row.engine): row for row in comparison.rows}
    assert list(rows) == [
        ("Cardlight, quick search", ONNX_RUNTIME),
        ("Cardlight, thorough search", ONNX_RUNTIME),
        ("the finder at 320 x 192", ONNX_RUNTIME),
        ("the aligner, one card", ONNX_RUNTIME),
        ("a peer", ONNX_RUNTIME),
        ("Cardlight's finder", ONNX_RUNTIME),
        ("OpenCV script (blur, Canny, contours)", "OpenCV"),
    ]
    alone = {"the finder at 320 x 192", "the aligner, one card", "a peer"}
    script = "OpenCV script (blur, Canny, contours)"
    for (model, _), row in rows.items():
        assert (row.pipeline is None) == (model in alone)
        assert (row.network is None) == (row.cost is None) == (row.file_bytes == 0) == (model == script)
    assert comparison.cards == 1
    assert len(comparison.large_pictures) == 2
    assert comparison.large_picture_px == (1280, 720)
    assert comparison.sgemm_gflops > 0


def test_the_engine_that_is_not_there_is_left_out_with_its_reason(comparison: Comparison) -> None:
    assert comparison.left_out == {COMPILED: "there is no C++ compiler (no-such-compiler)"}
    assert "- torch.compile is left out: there is no C++ compiler (no-such-compiler)." in to_markdown(comparison)


def test_what_a_search_costs_is_the_sum_of_what_it_ran(comparison: Comparison) -> None:
    quick, thorough, finder, aligner = (row.cost for row in comparison.rows[:4])
    assert quick is not None
    assert thorough is not None
    assert finder is not None
    assert aligner is not None
    detector = load_detector(Contender("detector", "quick", "quick", ONNX_RUNTIME, Path()), 1)
    calls = network_calls(detector, _sample())
    assert calls.finder_shapes == [(1, 192, 320, 3)]
    views = sum(shape[0] for shape in calls.aligner_shapes)
    assert quick.multiply_adds == pytest.approx(finder.multiply_adds + views * aligner.multiply_adds, rel=0.02)
    assert thorough.multiply_adds > quick.multiply_adds
    assert quick.parameters == thorough.parameters


def test_accuracy_is_measured_of_those_with_weights(comparison: Comparison) -> None:
    accuracies = {row.model: row.accuracy for row in comparison.rows if row.accuracy}
    assert list(accuracies) == [
        "Cardlight, quick search",
        "Cardlight, thorough search",
        "OpenCV script (blur, Canny, contours)",
    ]
    quick = accuracies["Cardlight, quick search"]
    assert quick.mean_quad_iou == pytest.approx(1)
    assert quick.box_ap_50_95 == pytest.approx(1)
    assert quick.card_free_share == 0


def test_ratios_and_shares_follow_from_the_medians(comparison: Comparison) -> None:
    content = json.loads(json.dumps(comparison.to_json()))
    rows = {(row["model"], row["engine"]): row for row in content["rows"]}
    finder, quick = rows["Cardlight's finder", ONNX_RUNTIME], rows["Cardlight, quick search", ONNX_RUNTIME]
    assert quick["pipeline_ratio"] == finder["network_ratio"] == 1
    peer = rows["a peer", ONNX_RUNTIME]
    assert peer["network_ratio"] == pytest.approx(peer["network"]["median_ms"] / finder["network"]["median_ms"])
    rate = 2 * finder["cost"]["multiply_adds"] / finder["network"]["median_ms"] / 1e6
    assert finder["sgemm_share"] == pytest.approx(rate / content["sgemm_gflops"])
    assert quick["fps"] == pytest.approx(1000 / quick["pipeline"]["median_ms"])


def test_the_tables_and_the_plot(comparison: Comparison) -> None:
    text = to_markdown(comparison)
    tables = [part for part in text.split("\n\n") if part.startswith("|")]
    assert [len(table.splitlines()) - 2 for table in tables] == [7, 6, 3]
    for table in tables:
        assert len({line.count("|") for line in table.splitlines()}) == 1
    assert "Accuracy on 2 pictures" in text
    assert "Changing only the backbone" not in text
    assert draw_comparison(comparison).startswith(PNG)
    without = replace(comparison, rows=tuple(replace(row, accuracy=None) for row in comparison.rows), pictures=0)
    assert "Accuracy" not in to_markdown(without)
    assert draw_comparison(without).startswith(PNG)


def test_what_a_lighter_backbone_alone_gains_is_said(comparison: Comparison) -> None:
    def row(model: str, milliseconds: float) -> Row:
        cost = Cost(10_000_000_000, 1, 1)
        return Row(model, ONNX_RUNTIME, summarise([milliseconds]), None, cost, 0.87, 1, None, None)

    times_ms = {RESNET50_PEER: 140.0, LIGHT_FINDER: 3.5} | dict(zip(LIGHTER_BACKBONES, (110, 80, 70), strict=True))
    rows = [row(model.title, milliseconds) for model, milliseconds in times_ms.items()]
    assert (
        "- Changing only the backbone makes the ResNet-50 RetinaNet at best 2.0 times as fast in ONNX Runtime (the "
        "ShuffleNetV2 RetinaNet: 87 % of its multiply-adds are in pyramid and heads); Cardlight's finder is 40.0 times "
        "as fast."
    ) in to_markdown(replace(comparison, rows=(comparison.rows[0], *rows)))


def test_a_peer_that_is_no_network_ends_it_before_anything_is_measured(tmp_path: Path) -> None:
    steps: list[str] = []
    with pytest.raises(ModelFileError, match="can't be read"):
        compare(
            _sample(),
            _sample(),
            models=(LIGHT_FINDER,),
            engines=(ONNX_RUNTIME,),
            peers={"missing": tmp_path / "missing.onnx"},
            pictures=[],
            repeats=1,
            threads=1,
            report=steps.append,
        )
    assert steps == []
