"""Named accounts from CSV files beside the model: read once, checked line by line, and put into the routing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from revops_iac.diagnostics import Diagnostic, Position, suggest
from revops_iac.model.references import Path as KeyPath
from revops_iac.model.subject import subject
from revops_iac.source.yaml_tree import Node

OWNER = "owner"
COLUMNS = "the first column holds the value, a column named owner may hold the key of a person"


def fill_account_lists(root: Node, folder: Path, project: Path) -> Iterator[Diagnostic]:
    """Gives every list of accounts that names a file its rows; `root` is changed in place. Yields what is wrong."""
    persons = _inside(_inside(root, "people"), "persons")
    for path, accounts in _lists(root):
        file = accounts.content.get("file")
        if file is None or not isinstance(file.content, str):
            continue
        found = list(_read(folder, file, project, list(persons.content) if persons is not None else []))
        problems = [one for one in found if isinstance(one, Diagnostic)]
        yield from (one.about(f"{subject(path)}, {file.content}") for one in problems)
        rows = "\n".join(sorted(one for one in found if isinstance(one, str)))
        start = Position((folder / file.content).relative_to(project).as_posix(), 1, 1) if rows else file.position
        accounts.content["rows"] = Node(rows, start, start, None)


def _lists(root: Node) -> Iterator[tuple[KeyPath, Node]]:
    for key, routing in _entries(_inside(root, "routing")):
        for rule_key, rule in _entries(_inside(routing, "rules")):
            accounts = _inside(rule, "accounts")
            if accounts is not None:
                yield ("routing", key, "rules", rule_key, "accounts"), accounts


def _entries(node: Node | None) -> list[tuple[str, Node]]:
    return list(node.content.items()) if node is not None else []


def _inside(node: Node | None, key: str) -> Node | None:
    """A mapping inside a mapping; None where there is none."""
    found = node.content.get(key) if node is not None and isinstance(node.content, dict) else None
    return found if found is not None and isinstance(found.content, dict) else None


def _read(folder: Path, file: Node, project: Path, persons: list[str]) -> Iterator[str | Diagnostic]:
    path = (folder / file.content).resolve()
    if not path.is_relative_to(folder.resolve()):
        yield Diagnostic("", "is outside the folder of the model", "move it beside the model", location=file.position)
        return
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        shown = folder.relative_to(project).as_posix()
        yield Diagnostic("", f"there is no such file in {shown}", "add it, or correct the path", location=file.position)
        return
    except (OSError, UnicodeDecodeError):
        yield Diagnostic("", "is not readable as UTF-8", "save it as CSV with UTF-8", location=file.position)
        return
    yield from _rows(text, path.relative_to(project.resolve()).as_posix(), persons)


def _rows(text: str, shown: str, persons: list[str]) -> Iterator[str | Diagnostic]:
    """Each row as `value` or `value = owner`; rows that are empty are skipped."""
    header = text.partition("\n")[0]
    lines = csv.reader(io.StringIO(text), delimiter=";" if header.count(";") > header.count(",") else ",")
    names = [name.strip().casefold() for name in next(lines, [])]
    if not names or names[0] == OWNER:
        yield Diagnostic("", "has no column of values", COLUMNS, location=Position(shown, 1, 1))
        return
    owner_at = names.index(OWNER) if OWNER in names else len(names)
    first_at: dict[str, int] = {}
    for cells in lines:
        value, owner = (cells[at].strip() if at < len(cells) else "" for at in (0, owner_at))
        line = Position(shown, lines.line_num, 1)
        if not value:
            continue
        if (other := first_at.setdefault(value.casefold(), lines.line_num)) != lines.line_num:
            yield Diagnostic("", f'"{value}" is on line {other} already', "remove one of them", location=line)
        elif owner and owner not in persons:
            fix = suggest(owner, persons, "declare it under people.persons")
            yield Diagnostic("", f'person "{owner}" is not declared', fix, location=line)
        else:
            yield f"{value} = {owner}" if owner else value
    if not first_at:
        yield Diagnostic("", "has no accounts", "add a row for each", location=Position(shown, 1, 1))
