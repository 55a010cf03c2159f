from __future__ import annotations

import importlib
import importlib.util
import subprocess
import sys

import pytest
from PIL import Image

from app import cli


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_help_lists_every_command_and_imports_none() -> None:
    code = (
        "import sys\nfrom app.main import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: pass\n"
        "print([name for name in sys.modules if name in ('numpy', 'cv2', 'torch', 'onnxruntime')])"
    )
    printed = python(code)

    assert printed.stdout.splitlines()[-1] == "[]"
    for command in cli.COMMANDS:
        assert command.summary.split()[0] in printed.stdout


def test_a_command_that_a_bundle_leaves_out_is_not_listed_and_is_wrong_usage(monkeypatch) -> None:
    present = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *package: None if name.endswith(".train") else present(name, *package)
    )
    listed = cli.build_parser("scan").format_help()

    assert "measure the detector" in listed
    assert "train the finder or the aligner" not in listed
    with pytest.raises(SystemExit) as exit_info:
        cli.run_command(["train"])
    assert exit_info.value.code == 2


@pytest.mark.parametrize("command", cli.COMMANDS)
def test_every_command_adds_its_parser_and_runs(command: cli.Command) -> None:
    module = importlib.import_module(f"app.commands.{command.name}")

    assert callable(module.run)
    with pytest.raises(SystemExit) as exit_info:
        cli.build_parser(command.name).parse_args([command.name, "--help"])
    assert exit_info.value.code == 0


def test_scanning_on_the_cpu_imports_no_torch(tmp_path) -> None:
    Image.new("RGB", (160, 100)).save(tmp_path / "picture.png")
    code = (
        "import sys\nfrom app.main import main\n"
        f"main(['scan', {str(tmp_path)!r}, '--json', '--device', 'cpu'])\n"
        "print('torch' in sys.modules)"
    )
    printed = python(code)

    assert printed.stdout.splitlines()[-1] == "False", printed.stderr


def test_no_command_is_wrong_usage(capsys) -> None:
    with pytest.raises(SystemExit) as exit_info:
        cli.run_command([])
    assert exit_info.value.code == 2


def test_an_unknown_command_is_wrong_usage(capsys) -> None:
    with pytest.raises(SystemExit) as exit_info:
        cli.run_command(["fly"])
    assert exit_info.value.code == 2


@pytest.mark.parametrize("module_name", ["torch", "onnx"])
def test_a_missing_training_package_is_named(monkeypatch, capsys, module_name) -> None:
    def fail(_name: str) -> None:
        raise ModuleNotFoundError(f"No module named {module_name!r}", name=module_name)

    monkeypatch.setattr(importlib, "import_module", fail)

    assert cli.run_command(["train"]) == 2
    assert f"needs {module_name}, which is not installed. Run: pip install" in capsys.readouterr().err


def test_another_missing_module_is_a_fault_of_ours(monkeypatch) -> None:
    def fail(_name: str) -> None:
        raise ModuleNotFoundError("No module named 'app.nothing'", name="app.nothing")

    monkeypatch.setattr(importlib, "import_module", fail)
    with pytest.raises(ModuleNotFoundError):
        cli.run_command(["train"])
