from __future__ import annotations

import datetime
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from app.documents.errors import TemplateError
from app.documents.names import NameFields, NameTemplate, NewFile, OutputNames, is_new, legal_name

FIELDS = NameFields("photo", 1, 1, "front", "ID-1", datetime.date(2026, 3, 9))
DEFAULT = NameTemplate("{source}-{index}")


def files(source: str, cards: int = 1, template: NameTemplate = DEFAULT, suffix: str = ".png") -> list[NewFile]:
    fields = [replace(FIELDS, source=source, index=number) for number in range(1, cards + 1)]
    return [NewFile(template, item, suffix, b"data") for item in fields]


def claimed(names: OutputNames, source: str, cards: int = 1, template: NameTemplate = DEFAULT) -> list[str]:
    return [path.name for path in names.claim(files(source, cards, template))]


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{source}-{index}", "photo-1"),
        ("{date}_{index:03}_{side}", "2026-03-09_001_front"),
        ("{date:%Y%m} {format} p{page:02d}", "202603 ID-1 p01"),
        ("{{plain}}", "{plain}"),
    ],
)
def test_templates_are_filled(template, expected) -> None:
    assert NameTemplate(template).fill(FIELDS) == expected


@pytest.mark.parametrize(
    "template",
    [
        "",
        "x" * 201,
        "{",
        "}",
        "{}",
        "{0}",
        "{user}",
        "{source.__class__}",
        "{source[0]}",
        "{source!r}",
        "{source:>999999999}",
        "{index:099999999}",
        "{index:{page}}",
        "{date:%c}",
        "a/{source}",
        "..\\{source}",
    ],
)
def test_templates_that_cannot_be_used(template) -> None:
    with pytest.raises(TemplateError, match="template is wrong"):
        NameTemplate(template)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("../../etc/passwd", ".png"),
        ("a:b*c?", "a_b_c_.png"),
        ("CON", "CON_.png"),
        ("nul", "nul_.png"),
        ("CON .", "CON_.png"),
        (" aux", "aux_.png"),
        ("...", "card.png"),
        (".hidden", "hidden.png"),
        ("two\nlines", "two_lines.png"),
        ("bad\udcff", "bad_.png"),
        ("身份证", "身份证.png"),
    ],
)
def test_names_are_made_legal(text, expected) -> None:
    name = legal_name(text, ".png")

    assert name == expected or expected == ".png"
    assert not {"/", "\\", ":"} & set(name)


@example(text="nul.nul." + "a" * 300, suffix=".png")
@example(text="nul." * 100, suffix=".pdf")
@given(text=st.text(max_size=400), suffix=st.sampled_from([".png", ".pdf"]))
def test_any_text_becomes_a_short_name_inside_the_folder(text, suffix) -> None:
    name = legal_name(text, suffix)

    assert name.endswith(suffix)
    assert 0 < len(name.encode()) <= 200
    assert not name.startswith((".", " "))
    assert Path("/folder", name).parent == Path("/folder")
    assert Path("/folder", name).resolve().parent == Path("/folder")


def test_long_names_keep_their_end(tmp_path: Path) -> None:
    names = claimed(OutputNames(tmp_path, is_new), "长" * 300, 2)

    assert [name[-6:] for name in names] == ["-1.png", "-2.png"]


def test_the_same_name_is_never_given_twice(tmp_path: Path) -> None:
    names = OutputNames(tmp_path, lambda path, data: True)
    sources = ["photo", "photo", "PHOTO", "photo-1", "photo_2", "photo.1"]

    given = [name.lower() for source in sources for name in claimed(names, source, 3)]

    assert len(set(given)) == len(given)


def test_names_on_the_disk_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "photo-2.png").touch()

    assert claimed(OutputNames(tmp_path, is_new), "photo", 2) == ["photo_2-1.png", "photo_2-2.png"]


def test_names_given_out_before_are_remembered(tmp_path: Path) -> None:
    assert claimed(OutputNames(tmp_path, is_new, taken=["Photo-1.png"]), "photo") == ["photo_2-1.png"]


class CountedTemplate(NameTemplate):
    """Counts how often it is filled in."""

    filled = 0

    def fill(self, fields: NameFields) -> str:
        self.filled += 1
        return super().fill(fields)


def test_the_hundredth_source_of_a_name_costs_no_more_than_the_third(tmp_path: Path) -> None:
    names, template = OutputNames(tmp_path, is_new), CountedTemplate("{source}-{index}")
    costs = []
    for _ in range(100):
        before = template.filled
        claimed(names, "photo", 1, template)
        costs.append(template.filled - before)

    assert costs[99] == costs[2]
    assert claimed(names, "photo", 1, template) == ["photo_101-1.png"]


@given(
    wishes=st.lists(
        st.tuples(st.sampled_from(["photo", "Photo", "photo_2", "长" * 90]), st.integers(0, 3)), max_size=12
    ),
    on_the_disk=st.sets(st.sampled_from(["photo-1.png", "photo_2-1.png", "photo_3-2.png", "Photo_4-1.png"])),
    template=st.sampled_from(["{source}-{index}", "{index}"]),
)
def test_names_are_the_same_as_after_a_restart(wishes, on_the_disk, template) -> None:
    def is_free(path: Path, _data: bytes) -> bool:
        return path.name not in on_the_disk

    names, given_out = OutputNames(Path("/folder"), is_free), []
    for source, cards in wishes:
        restarted = OutputNames(Path("/folder"), is_free, taken=given_out)
        now = claimed(names, source, cards, NameTemplate(template))
        assert now == claimed(restarted, source, cards, NameTemplate(template))
        given_out += now


def test_without_the_source_the_number_goes_to_the_end(tmp_path: Path) -> None:
    names, template = OutputNames(tmp_path, is_new), NameTemplate("{date}-{index}")

    assert claimed(names, "a", 2, template) == ["2026-03-09-1.png", "2026-03-09-2.png"]
    assert claimed(names, "b", 2, template) == ["2026-03-09-1_2.png", "2026-03-09-2_2.png"]


def test_a_template_that_does_not_tell_cards_apart(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"use \{index\}"):
        claimed(OutputNames(tmp_path, is_new), "a", 2, NameTemplate("{source}"))


def test_of_a_name_that_is_too_long_the_source_is_cut_and_no_number(tmp_path: Path) -> None:
    template = NameTemplate("{source}-copy for the archive-{index}-of the example bank in the old town-{source}")
    names = OutputNames(tmp_path, is_new)

    first, second, *_, last = (claimed(names, 150 * "n", 2, template) for _ in range(12))

    assert ["-1-" in first[0], "-2-" in first[1], "-1-" in last[0], "-2-" in last[1]] == [True] * 4
    assert second[1].endswith("n_2.png")
    assert last[1].endswith("n_12.png")
    assert all(len(name.encode()) <= 200 for name in (*first, *last))


@pytest.mark.parametrize("text", ["样" * 90 + "{index}" + "本" * 90, "{source}" * 8 + "{index}" + "本" * 90])
def test_a_template_that_is_too_long_itself_keeps_the_number_at_the_end(tmp_path: Path, text: str) -> None:
    names = OutputNames(tmp_path, is_new)

    assert [name[-6:] for name in claimed(names, "长" * 90, 2, NameTemplate(text))] == ["_1.png", "_2.png"]
    assert [name[-8:] for name in claimed(names, "长" * 90, 2, NameTemplate(text))] == ["_1_2.png", "_2_2.png"]
