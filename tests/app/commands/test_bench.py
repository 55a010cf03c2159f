from __future__ import annotations

import json
import signal
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch

from app import cli
from app.commands import bench as bench_command
from app.commands.network_bench import framed
from detector.bench.comparison import Comparison, Row
from detector.bench.complexity import Cost
from detector.bench.contenders import ENGINES, FEW_ENGINES
from detector.bench.latency import summarise
from detector.bench.models import BOX_MODELS
from detector.evaluation.annotations import AnnotationsError
from detector.geometry import Image
from resources import MODELS_FOLDER, SAMPLES_FOLDER

PNG = b"\x89PNG\r\n"


def bench(*argv: object) -> int:
    return cli.run_command(["bench", *map(str, argv)])


def test_a_portrait_picture_is_framed_like_a_webcams() -> None:
    frame = framed(np.full((1600, 900, 3), 200, np.uint8), 1280, 720)
    assert frame.shape == (720, 1280, 3)
    lit = np.flatnonzero(frame[360, :, 0])
    assert (lit[0], lit[-1]) == (437, 841)


def test_a_small_picture_is_enlarged_to_the_large_frame() -> None:
    frame = framed(np.full((90, 160, 3), 200, np.uint8), 4000, 3000)
    assert frame.shape == (3000, 4000, 3)
    lit = np.flatnonzero(frame[:, 2000, 0])
    assert (lit[0], lit[-1]) == (375, 2624)


class FakeCompare:
    """Stands for the comparison, which takes a minute: notes what it was asked for."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}

    def __call__(self, frame: Image, large: Image, **asked: Any) -> Comparison:
        self.asked = asked | {"frame": frame.shape, "large": large.shape}
        once = summarise([2.0])
        cost = Cost(1_000_000, 1000, 2_000_000)
        row = Row("Cardlight, quick search", "ONNX Runtime", once, once, cost, None, 1, 1, None)
        sizes = ((1280, 720), (4000, 3000))
        return Comparison(
            "a processor", 1, {}, sizes[0], 1, 0, (row,), sizes[1], {row.model: once}, once, once, 1024, {}
        )


@pytest.fixture
def fake(monkeypatch: pytest.MonkeyPatch) -> FakeCompare:
    compare = FakeCompare()
    monkeypatch.setattr("detector.bench.comparison.compare", compare)
    return compare


def test_the_comparison_is_printed_and_written(
    tmp_path: Path, fake: FakeCompare, capsys: pytest.CaptureFixture[str]
) -> None:
    out, plot = tmp_path / "speed.json", tmp_path / "speed.png"
    assert bench("--json", out, "--plot", plot) == 0
    printed = capsys.readouterr()
    assert json.loads(out.read_text())["rows"][0]["fps"] == 500
    assert "| Cardlight, quick search | ONNX Runtime | 2.0 (2.0 to 2.0) |" in printed.out
    assert "on 4000 x 3000" in printed.out
    assert printed.err == ""
    assert plot.read_bytes().startswith(PNG)


def test_files_that_are_there_are_replaced_only_when_told_to(
    tmp_path: Path, fake: FakeCompare, capsys: pytest.CaptureFixture[str]
) -> None:
    out, plot = tmp_path / "speed.json", tmp_path / "speed.png"
    plot.write_bytes(b"the user's")

    assert bench("--json", out, "--plot", plot) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "speed.png: there is such a file already" in printed.err
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"the user's"]

    assert bench("--json", out, "--plot", plot, "--overwrite") == 0
    assert plot.read_bytes().startswith(PNG)


def test_a_few_are_compared_unless_all_are_asked_for(fake: FakeCompare) -> None:
    assert bench() == 0
    assert (fake.asked["frame"], fake.asked["large"]) == ((720, 1280, 3), (3000, 4000, 3))
    assert [model.key for model in fake.asked["models"]] == ["light", "resnet50"]
    assert (fake.asked["engines"], fake.asked["repeats"], fake.asked["threads"]) == (FEW_ENGINES, 20, 2)
    assert fake.asked["pictures"] == []
    assert bench("--all", "--repeats", 3, "--peer", "a/net.onnx") == 0
    assert (fake.asked["models"], fake.asked["engines"], fake.asked["repeats"]) == (BOX_MODELS, ENGINES, 3)
    assert fake.asked["peers"] == {"net": Path("a/net.onnx")}


def test_accuracy_is_measured_on_the_annotated_pictures(tmp_path: Path, fake: FakeCompare) -> None:
    quad = [[1, 1], [8, 1], [8, 6], [1, 6]]
    entries = [{"file": "a.png", "width": 9, "height": 8, "quads": [quad]}]
    (tmp_path / "annotations.json").write_text(json.dumps(entries))
    (tmp_path / "a.png").write_bytes(cv2.imencode(".png", np.zeros((8, 9, 3), np.uint8))[1].tobytes())
    assert bench("--accuracy", tmp_path) == 0
    (picture,) = fake.asked["pictures"]
    assert picture.load().shape == (8, 9, 3)
    (tmp_path / "a.png").write_bytes(b"")
    with pytest.raises(AnnotationsError, match=r"a\.png: the file is empty"):
        picture.load()


def test_one_rule_is_measured_printed_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, plot = tmp_path / "rules.json", tmp_path / "rules.png"
    assert bench("--rules", "layers", "--repeats", 1, "--threads", 1, "--json", out, "--plot", plot) == 0
    printed = capsys.readouterr().out
    content = json.loads(out.read_text())
    assert (content["threads"], content["repeats"]) == (1, 1)
    (rule,) = content["rules"]
    kept, broken = rule["variants"]
    for engine in ("torch", "ONNX Runtime"):
        ratio = broken["latencies"][engine]["median_ms"] / kept["latencies"][engine]["median_ms"]
        assert broken["ratios"][engine]["median"] == pytest.approx(ratio)
        assert f"in {engine} it {rule['verdicts'][engine]}" in printed
    assert plot.read_bytes().startswith(PNG)


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--rules", "colours"], "there is no rule 'colours'; the rules are channels, "),
        (["--rules", "--all"], "leave out --all, --accuracy and --peer"),
        (["--rules", "--accuracy", "folder"], "leave out --all, --accuracy and --peer"),
        (["--cuda", "--all"], "--cuda measures what runs on the GPU; leave out"),
        (["--cuda", "--rules"], "--cuda measures what runs on the GPU; leave out"),
        (["--json", "missing/speed.json"], "missing/speed.json: there is no such folder"),
        (["--plot", "missing/speed.png"], "missing/speed.png: there is no such folder"),
        (["--peer", "a/net.onnx", "--peer", "b/net.onnx"], "have the same name"),
        (["--live", "9", "--start", "3"], "--live and --start are measured one at a time"),
        (["--batch", "12", "--json", "batch.json"], "--batch measures the program and prints it; leave out --json"),
        (["--start", "3", "--rules"], "--start measures the program and prints it; leave out --rules"),
    ],
)
def test_arguments_that_do_not_go_together(
    argv: list[str], words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert bench(*argv) == 2
    printed = capsys.readouterr()
    assert words in printed.err
    assert printed.out == ""


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a CUDA GPU")
def test_without_a_gpu_there_is_nothing_to_measure_on_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert bench("--cuda") == 1
    assert "no CUDA GPU can be used here" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows ends processes without asking them")
def test_batches_that_are_told_to_end_leave_no_pictures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def be_told_to_end(_samples: Sequence[Image], _folder: Path, _count: int) -> None:
        assert len(list(tmp_path.iterdir())) == 1
        assert signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL  # which would end the tests
        signal.raise_signal(signal.SIGTERM)

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr(bench_command, "render_pictures", be_told_to_end)
    with pytest.raises(SystemExit):
        bench("--batch", 12)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(sys.platform != "linux", reason="there is always a display")
def test_without_a_display_live_scanning_is_not_measured(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    assert bench("--live", 1) == 1
    assert "there is no display" in capsys.readouterr().err


@pytest.mark.parametrize("argv", [["--plot", "speed.jpg"], ["--repeats", "0"], ["--threads", "many"]])
def test_arguments_that_cannot_be(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bench(*argv)
    assert "error: argument" in capsys.readouterr().err


def test_files_that_cannot_be_used(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert bench("--image", tmp_path / "missing.jpg") == 1
    assert "missing.jpg" in capsys.readouterr().err
    assert bench("--accuracy", tmp_path) == 1
    assert "holds no annotations.json" in capsys.readouterr().err
    (tmp_path / "annotations.json").write_text('[{"file": "a.png", "width": 9, "height": 9, "quads": []}]')
    assert bench("--accuracy", tmp_path) == 1
    assert "no picture has a card" in capsys.readouterr().err
    assert bench("--peer", tmp_path / "missing.onnx") == 1
    assert "missing.onnx: can't be read" in capsys.readouterr().err
    assert bench("--peer", SAMPLES_FOLDER / "card-on-wood.jpg", "--image", MODELS_FOLDER / "finder.onnx") == 1
    assert "finder.onnx" in capsys.readouterr().err
