"""What the files of a model say of a person who leaves, and the same files with somebody else in that place."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from revops_iac.diagnostics import Position
from revops_iac.model import Model
from revops_iac.model.condition import REGIONS, Compare, Condition, ParseError, parse
from revops_iac.model.condition.regions import Regions
from revops_iac.model.references import Path as KeyPath
from revops_iac.model.references import reference_at, type_at
from revops_iac.source.account_lists import OWNER
from revops_iac.source.yaml_edits import Value, YamlText

REFERENCES = frozenset({"person", "person or team"})


@dataclass(frozen=True)
class Place:
    """One place that names the person: where it is, in a file and in the model, and who stands there from now on.

    `to` is None where the person goes, which may be because `already` stands there; `account` is of a list of accounts.
    """

    position: Position
    path: KeyPath = ()
    to: str | None = None
    already: str | None = None
    account: str = ""


@dataclass(frozen=True)
class _Change:
    to: str | None = None
    already: str | None = None


@dataclass(frozen=True)
class Leaving:
    """Every place that names a person who leaves, and the new text of each file."""

    places: tuple[Place, ...]
    texts: Mapping[Path, str]


def leaves(folder: Path, model: Model, person: str, to: str) -> Leaving:
    """`person` replaced by `to` in model, overlays and lists of accounts of `folder`; the person's own entry goes."""
    token = REGIONS.set(Regions.of(model))
    try:
        return _leaving(folder, model, person, to)
    finally:
        REGIONS.reset(token)


def _leaving(folder: Path, model: Model, person: str, to: str) -> Leaving:
    places: list[Place] = []
    texts: dict[Path, str] = {}
    for path in sorted(one for part in ("model", "overlays") for one in (folder / part).rglob("*") if one.is_file()):
        shown = f"{folder.resolve().name}/{path.relative_to(folder).as_posix()}"
        before = path.read_bytes().decode("utf-8")
        if path.suffix in (".yaml", ".yml") and not path.name.startswith("."):
            found, after = _in_yaml(before, shown, model, person, to)
        elif path.suffix == ".csv" and path.name in _lists_of(model):
            found, after = _in_accounts(before, shown, person, to)
        else:
            continue
        places += found
        if after != before:
            texts[path] = after
    return Leaving(tuple(places), texts)


def _lists_of(model: Model) -> set[str]:
    rules = [rule for routing in model.routing.values() for rule in routing.rules.values()]
    return {Path(rule.accounts.file).name for rule in rules if rule.accounts and rule.accounts.file}


def _in_yaml(text: str, shown: str, model: Model, person: str, to: str) -> tuple[list[Place], str]:
    edited = YamlText(text)
    places = []
    lists = _members(edited)
    for value in edited.values():
        change = _change(edited, value, model, lists, person, to)
        if change is not None:
            places.append(Place(Position(shown, value.line, 1), value.path, change.to, change.already))
    return places, edited.edited()


def _members(edited: YamlText) -> Mapping[KeyPath, list[str]]:
    """What stands in each list, and under each key of its items."""
    found: dict[KeyPath, list[str]] = {}
    for value in edited.values():
        path = value.path
        if path and not value.is_key and isinstance(path[-1], int):
            found.setdefault(path[:-1], []).append(value.text)
        elif len(path) > 1 and not value.is_key and isinstance(path[-2], int):
            found.setdefault((*path[:-2], path[-1]), []).append(value.text)
    return found


def _change(
    edited: YamlText, value: Value, model: Model, lists: Mapping[KeyPath, list[str]], person: str, to: str
) -> _Change | None:
    """Makes the change of one value, and says which; None where it does not name the person."""
    path = value.path
    if value.is_key:
        if value.text == person and (path == ("people", "persons", person) or _is_reference(path, is_key=True)):
            edited.remove(path)
            return _Change()
        return None
    if path[:3] == ("people", "persons", person):
        return None
    if value.text == person and _is_reference(path):
        return _replaced(edited, path, model, lists, person, to)
    if _names_in_text(value, model, person):
        edited.replace(path, person, to)
        return _Change(to)
    return None


def _replaced(
    edited: YamlText, path: KeyPath, model: Model, lists: Mapping[KeyPath, list[str]], person: str, to: str
) -> _Change:
    """Nobody stands twice in a list, and nobody becomes their own manager or deputy."""
    instead = to
    if path[:3] == ("people", "persons", to):
        above = model.people.persons[person].manager
        if path[-1] != "manager" or above is None or above == to:
            edited.remove(path)
            return _Change()
        instead = above
    if to in lists.get(path[:-1], ()):
        edited.remove(path)
        return _Change(already=to)
    if len(path) > 1 and isinstance(path[-2], int) and to in lists.get((*path[:-2], path[-1]), ()):
        edited.remove(path[:-1])
        return _Change(already=to)
    edited.replace(path, person, instead)
    return _Change(instead)


def _is_reference(path: KeyPath, is_key: bool = False) -> bool:
    return reference_at(Model, path, is_key) in REFERENCES


def _names_in_text(value: Value, model: Model, person: str) -> bool:
    """Whether a condition compares a field of people with the person, or a row of accounts names them as the owner."""
    if not re.search(rf"(?<![\w.]){re.escape(person)}(?![\w.])", value.text):
        return False
    if value.path[-2:] == ("accounts", "rows"):
        return any(line.partition(" = ")[2].strip() == person for line in value.text.splitlines())
    kind = type_at(Model, value.path)
    if not (isinstance(kind, type) and issubclass(kind, Condition)):
        return False
    try:
        condition = parse(value.text)
    except ParseError:
        return False
    return any(
        isinstance(comparison, Compare)
        and person in map(str, comparison.values)
        and (field := model.field(comparison.field))
        and field.type == "user"
        for comparison in condition.comparisons()
    )


def _in_accounts(text: str, shown: str, person: str, to: str) -> tuple[list[Place], str]:
    """The owners in a list of accounts; every other character of the file stays."""
    header = text.partition("\n")[0].lstrip("\ufeff")
    separator = ";" if header.count(";") > header.count(",") else ","
    names = [name.strip().casefold() for name in next(csv.reader(io.StringIO(header), delimiter=separator), [])]
    if OWNER not in names:
        return [], text
    places, lines = [], text.splitlines(keepends=True)
    for number, line in enumerate(lines[1:], 1):
        cells = next(csv.reader(io.StringIO(line), delimiter=separator), [])
        at = names.index(OWNER)
        if at < len(cells) and cells[at].strip() == person:
            lines[number] = _last_word_replaced(line, separator, at, len(cells), person, to)
            places.append(Place(Position(shown, number + 1, 1), to=to, account=cells[0].strip()))
    return places, "".join(lines)


def _last_word_replaced(line: str, separator: str, at: int, count: int, person: str, to: str) -> str:
    """The cell `at` of a line; cells before it may hold the same word, and separators in quotes."""
    cell = r'(?:\s*"(?:[^"]|"")*"\s*|[^' + re.escape(separator) + r"\r\n]*)"
    before = re.match(rf"(?:{cell}{re.escape(separator)}){{{at}}}", line)
    start = before.end() if before else 0
    return line[:start] + line[start:].replace(person, to, 1)
