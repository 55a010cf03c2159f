"""What the torch that is installed can do, told without importing it, which takes seconds."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path


def installed_package(name: str) -> Path | None:
    """The folder of a package that can be imported, without importing it; None where there is none."""
    spec = importlib.util.find_spec(name)
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) if places else None


def is_built_with_cuda(torch: Path) -> bool:
    """Whether `torch/version.py` names a version of CUDA."""
    try:
        module = ast.parse((torch / "version.py").read_text(encoding="utf-8"))
    except (OSError, ValueError, SyntaxError):
        return False
    for statement in module.body:
        targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
        if any(isinstance(target, ast.Name) and target.id == "cuda" for target in targets):
            value = getattr(statement, "value", None)
            return isinstance(value, ast.Constant) and isinstance(value.value, str)
    return False
