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
        ("a: !secret b\n", 'a.yaml:1:4  tag "!secret": tags are not read\n    fix: remove the tag, or quote the text'),
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


FOUND = "a.yaml: is not UTF-8: it holds the byte"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (
            "a: 1\nb: café\n".encode("latin-1"),
            '2:7  a.yaml: is not UTF-8: it holds the byte 0xE9, as "é" is in Windows-1252',
        ),
        (
            "a: ü–\n".encode().replace("–".encode(), b"\x96"),
            '1:5  a.yaml: is not UTF-8: it holds the byte 0x96, as "–" is in Windows-1252',
        ),
        (b"a: \x81\n", "1:4  a.yaml: is not UTF-8: it holds the byte 0x81"),
        ("a: 1\n".encode("utf-16"), "1:1  a.yaml: is UTF-16, not UTF-8"),
        ("a: 1\n".encode("utf-16-be"), "1:1  a.yaml: is UTF-16, not UTF-8"),
        ("a: 1\n".encode("utf-32"), "1:1  a.yaml: is UTF-32, not UTF-8"),
    ],
)
def test_another_encoding_is_named_where_it_shows(tmp_path: Path, data: bytes, expected: str) -> None:
    path = tmp_path / "a.yaml"
    path.write_bytes(data)
    node, problems = read(path, "a.yaml")
    assert node is None
    assert texts(problems) == [f"a.yaml:{expected}\n    fix: save the file as UTF-8"]


@pytest.mark.parametrize("data", ["a: 1\n".encode("utf-8-sig"), b"a: 1\r\n"])
def test_what_windows_editors_add_to_utf8_is_read(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.yaml").write_bytes(data)
    node, _ = read(tmp_path / "a.yaml", "a.yaml")
    assert node is not None
    assert node.plain() == {"a": 1}


@pytest.mark.parametrize(
    ("text", "place", "cause", "fix"),
    [
        ("a:\n\tb: 1\n", "2:1", "a tab is used for indentation", "indent with spaces"),
        ("a: {role: CFO: acting}\n", "1:14", 'a value that holds ": " must be quoted', 'write role: "CFO: acting"'),
        ("exit: said: so\n", "1:11", 'a value that holds ": " must be quoted', 'write exit: "said: so"'),
        ("exit: they said:\n", "1:16", 'a value that holds ": " must be quoted', 'write exit: "they said:"'),
        (
            "exit: they\n  said: so\n",
            "2:7",
            'a value that holds ": " must be quoted',
            "quote the text that begins above, or indent this key as deep as its neighbors",
        ),
        ("a: 1\nb:2\nc: 3\n", "2:1", 'a space is missing after "b:"', "write b: and a space"),
        ('a: "no end\nb: 2\n', "1:4", "a quote begins here and never ends", "end it, or remove it"),
        ("a: 'doesn't'\n", "1:11", "a text in single quotes ends at its next quote", 'write a: "doesn\'t"'),
        (
            "a:\n    b: 1\n   c: 2\n",
            "3:4",
            "the line is indented like none above it",
            "indent it as deep as the other lines of its entry",
        ),
    ],
)
def test_a_mistake_is_named_where_it_was_made(text: str, place: str, cause: str, fix: str) -> None:
    _, problems = parse(text, "a.yaml")
    assert texts(problems) == [f"a.yaml:{place}  a.yaml: is not YAML: {cause}\n    fix: {fix}"]


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


@pytest.mark.parametrize("text", ["[" * 200_000, "- " * 200_000, "? " * 200_000, "a:\x85" + "- ? " * 100_000])
def test_blocks_and_brackets_without_end_are_one_problem(text: str) -> None:
    node, problems = parse(text, "a.yaml")
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
