from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import onnx
import pytest

from detector.engines.onnx_engine import OnnxEngine
from detector.errors import ModelFileError
from detector.network.config import AlignerConfig, AnchorConfig, FinderConfig


@pytest.fixture
def copied(models: Path, tmp_path: Path) -> Path:
    """The model folder of the runtime, to damage."""
    for name in ("finder.onnx", "aligner.onnx"):
        shutil.copy(models / name, tmp_path / name)
    return tmp_path


def test_it_says_what_it_runs_on(models: Path) -> None:
    assert OnnxEngine(models).device == "CPU (ONNX Runtime)"


@pytest.mark.parametrize("name", ["finder.onnx", "aligner.onnx"])
def test_a_missing_file_is_named(name: str, copied: Path) -> None:
    (copied / name).unlink()
    with pytest.raises(ModelFileError, match=rf"^{name} is missing; reinstall Cardlight$"):
        OnnxEngine(copied)


@pytest.mark.parametrize("name", ["finder.onnx", "aligner.onnx"])
@pytest.mark.parametrize("share", [0.0, 0.01, 0.5, 0.99])
def test_a_truncated_file_is_named(name: str, share: float, copied: Path) -> None:
    whole = (copied / name).read_bytes()
    (copied / name).write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(ModelFileError, match=rf"^{name} can't be loaded: it is damaged or no model; .*$"):
        OnnxEngine(copied)


def test_a_file_of_another_kind_is_named(copied: Path) -> None:
    (copied / "finder.onnx").write_text("This is a text, not a model.\n" * 100)
    with pytest.raises(ModelFileError, match=r"^finder\.onnx can't be loaded: it is damaged or no model; .*$"):
        OnnxEngine(copied)


def test_files_that_changed_places_are_refused(copied: Path) -> None:
    shutil.copy(copied / "aligner.onnx", copied / "finder.onnx")
    with pytest.raises(ModelFileError, match=r"^finder\.onnx holds no finder; reinstall Cardlight$"):
        OnnxEngine(copied)


def test_a_model_of_another_version_is_refused(copied: Path) -> None:
    path = copied / "aligner.onnx"
    path.write_bytes(path.read_bytes().replace(b'"view_width_px"', b'"view_width_mm"'))
    with pytest.raises(ModelFileError, match="another version"):
        OnnxEngine(copied)


def with_metadata(path: Path, **metadata: str) -> None:
    model = onnx.load(path)
    onnx.helper.set_model_props(model, {one.key: one.value for one in model.metadata_props} | metadata)
    onnx.save(model, path)


def test_a_network_with_the_metadata_of_the_other_is_refused(copied: Path, tiny_aligner: AlignerConfig) -> None:
    shutil.copy(copied / "finder.onnx", copied / "aligner.onnx")
    with_metadata(copied / "aligner.onnx", kind="aligner", config=tiny_aligner.to_json())
    with pytest.raises(ModelFileError, match=r"^aligner\.onnx belongs to another version; reinstall Cardlight$"):
        OnnxEngine(copied)


def test_an_aligner_of_other_views_is_refused(copied: Path, tiny_aligner: AlignerConfig) -> None:
    with_metadata(copied / "aligner.onnx", config=replace(tiny_aligner, view_width_px=128).to_json())
    with pytest.raises(ModelFileError, match=r"^aligner\.onnx belongs to another version"):
        OnnxEngine(copied)


@pytest.mark.parametrize(
    "anchors",
    [
        AnchorConfig(strides=(16, 32, 64), sizes=(2.5,), ratios=(0.62, 1.6)),
        AnchorConfig(strides=(16, 32), sizes=(2.5, 3.5), ratios=(0.62, 1.6)),
        AnchorConfig(strides=(16, 32, 128), sizes=(2.5, 3.5), ratios=(0.62, 1.6)),
        AnchorConfig(strides=(1, 2, 3), sizes=(2.5, 3.5), ratios=(0.62, 1.6)),
    ],
)
def test_a_finder_of_other_anchors_is_refused(anchors: AnchorConfig, copied: Path, tiny_finder: FinderConfig) -> None:
    with_metadata(copied / "finder.onnx", config=replace(tiny_finder, anchors=anchors).to_json())
    with pytest.raises(ModelFileError, match=r"^finder\.onnx belongs to another version"):
        OnnxEngine(copied)


@pytest.mark.parametrize(("name", "kind"), [("finder.onnx", "finder"), ("aligner.onnx", "aligner")])
def test_a_configuration_nested_deeply_is_refused(name: str, kind: str, copied: Path) -> None:
    with_metadata(copied / name, kind=kind, config="[" * 100_000)
    with pytest.raises(ModelFileError, match="another version"):
        OnnxEngine(copied)


def test_the_runtime_does_not_import_torch(models: Path) -> None:
    program = (
        "import sys, pathlib, numpy, detector\n"
        "found = detector.Detector.load('cpu', models=pathlib.Path(sys.argv[1]))\n"
        "found.detect(numpy.full((120, 160, 3), 90, numpy.uint8))\n"
        "sys.exit('torch' in sys.modules)"
    )
    subprocess.run([sys.executable, "-c", program, str(models)], check=True)
