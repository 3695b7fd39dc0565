"""What is adopted as YAML: one file per object and resource type, in raw sections, that reads back as it was meant."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from revops_iac.errors import AuthorError
from revops_iac.provider.kind import Definition
from revops_iac.source.yaml_tree import parse

HEADER = "# Written by revops adopt. Edit it as you like: later runs only add entries at its end.\n"
FOLDER = "adopted"
UNLIMITED = 1_000_000
"""Characters of a line: a folded text is hard to compare."""


BREAKS = frozenset("\r\x85\u2028\u2029\ufeff")
"""What YAML 1.1 takes for the end of a line, or for the mark at the beginning of a file: escaped, in quotes."""


class _Dumper(yaml.SafeDumper):
    """Lists indented below their key, as in the starter model."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """A text in lines as a block; in quotes where YAML 1.1 or 1.2 would read anything else than the text."""
    if BREAKS.intersection(text):
        style: str | None = '"'
    else:
        style = "|" if "\n" in text else None if _reads_as_text(text) else "'"
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


@lru_cache(maxsize=4096)
def _reads_as_text(text: str) -> bool:
    """Whether the text alone is read as a text by the reader of the model.

    >>> [_reads_as_text(one) for one in ("1e3", "0x10", "plain")]
    [False, True, True]
    """
    node, problems = parse(text, "")
    return not problems and node is not None and node.content == text


INDENT = 2
LONGEST_KEY = 100
"""Characters of a key, above which YAML may need another form for it."""
WORDS = re.compile(r"[A-Za-z_][\w.]*(?: \w+)*", re.ASCII)
RESERVED = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
"""What YAML 1.1 or 1.2 reads as something else than a text."""


def _is_plain(text: str) -> bool:
    return WORDS.fullmatch(text) is not None and text.lower() not in RESERVED


@lru_cache(maxsize=4096)
def _spelled_text(text: str) -> str:
    return _spelled_scalar(text)


def _spelled_scalar(value: Any) -> str:
    return _dumped(value).removesuffix("\n").removesuffix("\n...")


def _spelled(value: Any) -> str:
    """A scalar, or an empty mapping or list, as the dumper spells it."""
    if isinstance(value, str):
        return _spelled_text(value)  # a number has no such memory: 0.0 equals -0.0
    return _dumped(value).removesuffix("\n") if isinstance(value, dict | list) else _spelled_scalar(value)


def _key(key: str) -> str:
    return key if _is_plain(key) else _dumped({key: 0}).removesuffix(": 0\n")


def _lines(content: Any, column: int) -> Iterator[str]:
    """The lines of a mapping or list that is not empty, from a column on."""
    pad = " " * column
    is_mapping = isinstance(content, dict)
    for key in content:
        value = content[key] if is_mapping else key
        head = f"{pad}{_key(key)}:" if is_mapping else f"{pad}-"
        if isinstance(value, str) and _is_plain(value):
            yield f"{head} {value}"
        elif isinstance(value, dict | list) and value:
            nested = _lines(value, column + INDENT)
            yield head if is_mapping else f"{head} {next(nested).lstrip(' ')}"
            yield from nested
        else:
            first, *rest = _spelled(value).split("\n")
            yield f"{head} {first}"
            yield from (f"{pad}{line}" if line else line for line in rest)


_Dumper.add_representer(str, _text)


@dataclass(frozen=True)
class FileEdit:
    """One file before and after; `before` is None for one that does not exist yet."""

    path: Path
    before: str | None
    after: str

    def write(self) -> None:
        """Puts the new text in place in one step. Raises AuthorError."""
        put(self.path, self.after)


def put(path: Path, text: str | None) -> None:
    """Writes a file of the model in one step, or removes it. Raises AuthorError."""
    try:
        if text is None:
            path.unlink(missing_ok=True)
            return
        path.parent.mkdir(parents=True, exist_ok=True)
        scratch = path.with_name(f"{path.name}.{os.getpid()}.tmp")
        scratch.write_text(text, encoding="utf-8")
        scratch.replace(path)
    except OSError as error:
        raise AuthorError(
            f"{path} cannot be written: {error.strerror}", "make the folder of the model writable"
        ) from None


def edit(folder: Path, system: str, kind: str, entries: Mapping[str, Definition], object_: str = "") -> FileEdit:
    """The file of a kind of an object with these entries added, in a new file where the present one is not ours."""
    place = folder / "model" / FOLDER / system
    place = place / re.sub(r"[^\w.-]", "_", object_) if object_ else place
    stem = re.sub(r"(?<!^)(?=[A-Z])", "_", kind).lower()
    number = 1
    while True:
        suffix = f"_{number}" if number > 1 else ""
        path = place / f"{stem}{suffix}.yaml"
        before = path.read_text(encoding="utf-8") if path.exists() else None
        is_empty = before is None or before.strip() == HEADER.strip()
        after = render(system, kind, entries) if is_empty else added(before or "", system, kind, entries)
        if after is not None:
            return FileEdit(path, before, after)
        number += 1


LIFTED = "lifted"
LIFTED_HEADER = "# Written by revops lift. Edit it as you like.\n"


def lifted_edit(folder: Path, stem: str, content: Definition, comments: Sequence[str]) -> FileEdit:
    """The file of one lifted entry, below the comments that stood with what it says. Raises AuthorError."""
    path = folder / "model" / LIFTED / f"{stem}.yaml"
    if path.exists():
        raise AuthorError(f"{path} exists already", "rename it, then lift again")
    text = "".join([LIFTED_HEADER, *(f"{line}\n" for line in comments), dump(content)])
    if _read(text) != content:
        raise AuthorError(f"{path}: the entry does not read back from YAML as it is")
    return FileEdit(path, None, text)


def render(system: str, kind: str, entries: Mapping[str, Definition]) -> str:
    """A file with these entries. Raises AuthorError for what YAML cannot carry."""
    text = f"{HEADER}{dump({system: {kind: dict(entries)}})}"
    if _read(text) != {system: {kind: dict(entries)}}:
        raise AuthorError(f"{system} {kind}: the entries do not read back from YAML as they are")
    return text


def added(before: str, system: str, kind: str, entries: Mapping[str, Definition]) -> str | None:
    """The text of a file with entries added at its end; None where it is a person's, or no longer ends in the kind."""
    content = _read(before)
    if not before.startswith(HEADER.rstrip("\n")) or not isinstance(content, dict) or list(content) != [system]:
        return None
    there = content[system].get(kind) if isinstance(content[system], dict) else None
    if not isinstance(there, dict):
        return None
    lines = dump({system: {kind: dict(entries)}}).splitlines(keepends=True)[2:]
    after = f"{before.rstrip()}\n{''.join(lines)}"
    return after if _read(after) == {system: {**content[system], kind: {**there, **entries}}} else None


def dump_inline(value: Any) -> str:
    """A value on one line, as it stands in a flow mapping or list."""
    flow = yaml.dump(
        value, Dumper=_Dumper, default_flow_style=True, width=1_000_000, allow_unicode=True, sort_keys=False
    )
    return str(flow).strip()


def dump(content: Any) -> str:
    """The content as the files of a model spell it: blocks, nothing that YAML 1.1 or 1.2 would misread.

    Structure is written here, and scalars by PyYAML, whose dumper takes four times as long for the same text.
    """
    if not content or not isinstance(content, dict | list) or _has_odd_key(content):
        return _dumped(content)
    return "".join(f"{line}\n" for line in _lines(content, 0))


def _has_odd_key(content: Any) -> bool:
    """Whether a key is empty, too long for one line, or has several: YAML has another form for it."""
    if isinstance(content, dict):
        return any(_is_odd(key) or _has_odd_key(one) for key, one in content.items())
    return isinstance(content, list) and any(map(_has_odd_key, content))


def _is_odd(key: str) -> bool:
    return not key or len(key) > LONGEST_KEY or not BREAKS.isdisjoint(key) or "\n" in key


def _dumped(content: Any) -> str:
    return yaml.dump(content, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=UNLIMITED)


def _read(text: str) -> Any:
    node, problems = parse(text, "")
    return None if problems or node is None else node.plain()
