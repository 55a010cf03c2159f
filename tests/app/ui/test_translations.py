"""The translations are complete, and say what the sources say now. `make translations` brings them up to date."""

from __future__ import annotations

import ast
import importlib
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QTranslator

import app
import app.ui
import detector
from app.batch.errors import BatchError
from app.capture.camera import CameraError
from app.capture.errors import ImageReadError
from app.documents.errors import DocumentError, TemplateError
from app.ui.reasons import LINES, SYSTEM_LINES
from detector import DetectorError
from resources import TRANSLATIONS_FOLDER

UI_FOLDER = Path(app.ui.__file__).parent
ENGLISH, CHINESE = TRANSLATIONS_FOLDER / "cardlight_en.ts", TRANSLATIONS_FOLDER / "cardlight_zh_CN.ts"
FIELD = re.compile(r"\{\w*(?::[^}]*)?\}|%n|%L?\d")
MNEMONIC = re.compile(r"&\w")

SHOWING = frozenset(
    {"QAction", "QCheckBox", "QGroupBox", "QLabel", "QLineEdit", "QMenu", "QPushButton", "QRadioButton", "QToolBar"}
    | {"addAction", "addButton", "addItem", "addItems", "addMenu", "addRow", "addTab", "setAccessibleDescription"}
    | {"setAccessibleName", "setItemText", "setPlaceholderText", "setStatusTip", "setText", "setTitle", "setToolTip"}
    | {"setWhatsThis", "setWindowTitle", "show_notice", "show_progress", "show_text", "emit"}
)
"""Calls whose texts the user sees."""

NOT_TRANSLATED = frozenset({"Cardlight"})
"""Names."""

COMMAND_LINE_ONLY = ("app/batch/cluster", "app/commands", "app/cli.py", "app/main.py", "app/console.py")
DEVELOPERS_ONLY = ("detector/training", "detector/evaluation", "detector/bench")


@dataclass(frozen=True)
class Message:
    context: str
    source: str
    forms: tuple[str, ...]
    state: str
    is_counting: bool

    @property
    def key(self) -> tuple[str, str, bool]:
        return self.context, self.source, self.is_counting


def messages(file: Path) -> list[Message]:
    found = []
    for context in ElementTree.parse(file).getroot().iter("context"):
        for element in context.iter("message"):
            translation = element.find("translation")
            assert translation is not None
            forms = [form.text or "" for form in translation.iter("numerusform")] or [translation.text or ""]
            found.append(
                Message(
                    context.findtext("name", ""),
                    element.findtext("source", ""),
                    tuple(forms),
                    translation.get("type", "finished"),
                    element.get("numerus") == "yes",
                )
            )
    return found


def sources(*skipped: str) -> Iterator[tuple[str, ast.Module]]:
    """The modules of the program, with their paths from its root."""
    for package in (app, detector):
        folder = Path(str(package.__file__)).parent
        for path in sorted(folder.rglob("*.py")):
            name = path.relative_to(folder.parent).as_posix()
            if not name.startswith(skipped):
                yield name, ast.parse(path.read_text(encoding="utf-8"))


def ui_sources() -> Iterator[tuple[str, ast.Module]]:
    for path in sorted(UI_FOLDER.glob("*.py")):
        yield path.name, ast.parse(path.read_text(encoding="utf-8"))


def called_name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")


def literal_text(node: ast.AST) -> str | None:
    """A literal's text, with {} for what an f-string puts in; None where the node is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "{}" for part in node.values)
    return None


@pytest.mark.parametrize("file", [ENGLISH, CHINESE], ids=lambda file: file.stem)
def test_everything_is_translated(file) -> None:
    for message in messages(file):
        assert message.state == "finished", message
        assert all(message.forms), message


@pytest.mark.parametrize("file", [ENGLISH, CHINESE], ids=lambda file: file.stem)
def test_what_is_filled_in_is_the_same(file) -> None:
    for message in messages(file):
        for form in message.forms:
            assert sorted(FIELD.findall(form)) == sorted(FIELD.findall(message.source)), message
            assert len(MNEMONIC.findall(form)) == len(MNEMONIC.findall(message.source)), message
            assert form.endswith("…") == message.source.endswith("…"), message


def test_chinese_is_set_as_chinese_software_sets_it() -> None:
    for message in messages(CHINESE):
        for form in message.forms:
            assert not re.search(r"[一-鿿][,:;!?()]|[,:;!?][一-鿿]", MNEMONIC.sub("", form.replace("(&", ""))[:-1]), (
                form
            )
            assert not MNEMONIC.search(form) or re.search(r"\(&[A-Z]\)[：…]?$", form), form


@pytest.mark.parametrize("file", [ENGLISH, CHINESE], ids=lambda file: file.stem)
def test_translations_are_of_the_sources_as_they_are(file, tmp_path) -> None:
    fresh = Path(shutil.copy(file, tmp_path))
    only = ["-pluralonly"] if file == ENGLISH else []
    subprocess.run(
        [str(Path(sys.executable).with_name("pyside6-lupdate")), "-silent", "-extensions", "py", "-no-obsolete"]
        + [*only, "-locations", "none", str(UI_FOLDER), "-ts", str(fresh)],
        check=True,
        capture_output=True,
    )

    in_sources = {message.key for message in messages(fresh)}
    kept = {message.key for message in messages(file)}
    assert in_sources - kept == set(), "run `make translations`, and translate these"
    assert kept - in_sources == set(), "run `make translations`: these are no longer said"


@pytest.mark.parametrize("file", [ENGLISH, CHINESE], ids=lambda file: file.stem)
def test_compiled_translations_are_those_of_their_sources(file) -> None:
    translator = QTranslator()

    assert translator.load(str(file.with_suffix(".qm")))
    for message in messages(file):
        for number, form in zip((1, 2), message.forms, strict=False):
            count = number if message.is_counting else -1
            assert translator.translate(message.context, message.source, "", count) == form, "run `make translations`"


def test_every_text_that_is_shown_is_marked_for_translation() -> None:
    plain = [
        f"{name}:{call.lineno}: {text!r}"
        for name, module in ui_sources()
        for call in ast.walk(module)
        if isinstance(call, ast.Call) and called_name(call) in SHOWING
        for argument in (call.args[:1] if called_name(call) == "addItem" else call.args)  # what follows is data
        for part in ([*argument.elts] if isinstance(argument, ast.List | ast.Tuple) else [argument])
        if (text := literal_text(part)) and re.search("[A-Za-z]{2}", text) and text not in NOT_TRANSLATED
    ]

    assert plain == []


def test_texts_are_marked_so_that_lupdate_finds_them_where_they_are_looked_up() -> None:
    wrong = []
    for name, module in ui_sources():
        for call in ast.walk(module):
            if not isinstance(call, ast.Call):
                continue
            is_tr = isinstance(call.func, ast.Attribute) and call.func.attr == "tr"
            if is_tr and not (isinstance(call.func.value, ast.Name) and call.func.value.id == "self"):
                wrong.append(f"{name}:{call.lineno}: tr of another object has another context")
            if is_tr and not (isinstance(call.args[0], ast.Constant)):
                wrong.append(f"{name}:{call.lineno}: lupdate reads literals only")
            if called_name(call) == "translate" and isinstance(call.args[1], ast.JoinedStr | ast.BinOp):
                wrong.append(f"{name}:{call.lineno}: lupdate reads literals only")

    assert wrong == []


def test_contexts_are_classes_that_are_there_or_are_named_where_they_are_used() -> None:
    named = {
        call.args[0].value
        for _, module in ui_sources()
        for call in ast.walk(module)
        if isinstance(call, ast.Call) and called_name(call) in ("translate", "QT_TRANSLATE_NOOP")
        if isinstance(call.args[0], ast.Constant)
    }
    classes = {node.name for _, module in ui_sources() for node in ast.walk(module) if isinstance(node, ast.ClassDef)}

    assert {message.context for message in messages(CHINESE)} <= named | classes


def lines_for_the_user(name: str, module: ast.Module) -> Iterator[str]:
    """Sentences, and what failures are raised with, in a module that knows nothing of Qt."""
    bases = (BatchError, CameraError, DetectorError, DocumentError, ImageReadError)
    imported = importlib.import_module(name.removesuffix(".py").replace("/", ".").removesuffix(".__init__"))
    documentation = {
        statement.value
        for node in ast.walk(module)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef)
        for statement in node.body
        if isinstance(statement, ast.Expr)
    }
    inside = {part for node in ast.walk(module) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(module):
        text = literal_text(node)
        if text and " " in text and text.endswith(".") and node not in documentation | inside:
            yield text
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            failure = getattr(imported, node.func.id, None)
            # Templates for names come from the command line alone.
            if isinstance(failure, type) and issubclass(failure, bases) and not issubclass(failure, TemplateError):
                yield from filter(None, map(literal_text, node.args))


def test_failures_worded_below_the_window_are_listed_for_translation() -> None:
    worded = {
        line
        for name, module in sources("app/ui", *COMMAND_LINE_ONLY, *DEVELOPERS_ONLY)
        for line in lines_for_the_user(name, module)
    }
    listed = {re.sub(r"\{\w+\}", "{}", line) for line in LINES}

    assert worded - listed - set(SYSTEM_LINES) == set(), "add these to app/ui/reasons.py"
    assert listed - worded == set(), "nothing says these any more"
