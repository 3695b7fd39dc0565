"""Reading YAML with positions, in the core schema of YAML 1.2."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from revops_iac.diagnostics import Position
from revops_iac.source.yaml_tree import parse, read
from tests.diagnostics import texts


def value(text: str) -> object:
    node, problems = parse(text, "a.yaml")
    assert problems == []
    assert node is not None
    return node.plain()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("no", "no"),
        ("on", "on"),
        ("Yes", "Yes"),
        ("true", True),
        ("2027-01-15", "2027-01-15"),
        ("09:30", "09:30"),
        ("1_000", "1_000"),
        ("007", "007"),
        ("12", 12),
        ("-1.5", -1.5),
        ("~", None),
        ("'12'", "12"),
        ("0x1F", "0x1F"),
    ],
)
def test_scalar_is_read_by_the_core_schema(text: str, expected: object) -> None:
    assert value(f"a: {text}") == {"a": expected}


def test_keys_are_always_texts() -> None:
    assert value("{no: 1, 2027: 2, true: 3}") == {"no": 1, "2027": 2, "true": 3}


def test_every_key_and_value_has_its_place() -> None:
    node, _ = parse("a:\n  - é: 'x'\n", "a.yaml")
    assert node is not None
    item = node.content["a"].content[0].content["é"]
    assert (item.key, item.position, item.inset) == (Position("a.yaml", 2, 5), Position("a.yaml", 2, 8), 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &x {b: *x}\n", "a.yaml:1:4  a.yaml: an anchor (&) holds an alias (*) of itself\n    fix: write it out"),
        (
            "<<: [{a: 1}, b]\n",
            'a.yaml:1:1  key "<<": must name a mapping\n    fix: write <<: *name, with &name at a mapping',
        ),
        (
            "a: *nowhere\n",
            "a.yaml:1:4  a.yaml: is not YAML: found undefined alias\n    fix: correct the line or the one above it",
        ),
        ("a: !secret b\n", 'a.yaml:1:4  tag "!secret": tags are not read\n    fix: remove the tag'),
        ("a: !!int b\n", 'a.yaml:1:4  tag "int": does not fit its value\n    fix: remove the tag'),
        ("[a]: 1\n", "a.yaml:1:1  key: a list or a mapping cannot be a key\n    fix: write the key as one word"),
        (
            "a: 1\n---\nb: 2\n",
            "a.yaml:2:1  a.yaml: is not YAML: expected a single document in the stream, but found another document\n"
            "    fix: correct the line or the one above it",
        ),
    ],
)
def test_what_is_not_read_is_refused_with_its_place(text: str, expected: str) -> None:
    _, problems = parse(text, "a.yaml")
    assert texts(problems) == [expected]


def test_file_that_is_not_utf8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(b"a: \xff\n")
    node, problems = read(path, "a.yaml")
    assert node is None
    assert texts(problems)[0] == "a.yaml:1:1  a.yaml: is not UTF-8 (byte 3)\n    fix: save the file as UTF-8"


def test_control_characters_are_refused() -> None:
    node, problems = parse("a: \x00\n", "a.yaml")
    assert node is None
    assert texts(problems)[0].startswith("a.yaml:1:1  a.yaml: is not YAML: ")


def test_empty_file_is_nothing() -> None:
    assert parse("# only a comment\n", "a.yaml") == (None, [])


def test_nesting_without_end_is_refused() -> None:
    node, problems = parse("[" * 900 + "]" * 900, "a.yaml")
    assert node is None
    assert texts(problems)[0] == "a.yaml:1:1  a.yaml: is nested too deeply\n    fix: write fewer levels"


def test_brackets_without_end_are_one_problem() -> None:
    node, problems = parse("[" * 200_000, "a.yaml")
    assert node is None
    assert texts(problems) == ["a.yaml:1:1  a.yaml: is nested too deeply\n    fix: write fewer levels"]


def test_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.yaml")
    node, problems = read(tmp_path / "a.yaml", "a.yaml")
    assert node is None
    assert texts(problems) == ["a.yaml: is not a regular file\n    fix: put the model into files"]


def test_aliases_and_merge_keys_are_read_with_the_place_where_each_value_is_written() -> None:
    text = """\
x: &x {a: 1, b: [2, 3]}
y:
  <<: *x
  a: 9
z: {c: 0, <<: [{d: 4}, *x]}
w: [*x, "<<"]
"""
    node, problems = parse(text, "a.yaml")

    assert (node, problems) != (None, [])
    assert node is not None
    assert node.plain() == {
        "x": {"a": 1, "b": [2, 3]},
        "y": {"a": 9, "b": [2, 3]},
        "z": {"c": 0, "d": 4, "a": 1, "b": [2, 3]},
        "w": [{"a": 1, "b": [2, 3]}, "<<"],
    }
    places = {path: str(one.position) for path, one in node.walk()}
    assert places["y", "a"] == "a.yaml:4:6"
    assert places["y", "b", 1] == "a.yaml:1:21"
    assert places["w", 0, "a"] == "a.yaml:1:11"


def test_a_short_text_that_grows_without_end_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    node, (problem,) = parse("\n".join(lines), "a.yaml")

    assert node is None
    assert problem.message == "has more than 50,000 values more when its aliases (*) are written out"
