"""Tables of a topic before and after a change: stages, scores, routing rules, tiers, workflows."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from revops_iac.diagnostics import escaped
from revops_iac.plan.model_changes import ModelChange, renamed_keys
from revops_iac.plan.model_words import Path, Shape, Words, words

Column = tuple[str, str]
"""What it is called, and the key of the entry that it shows; `` shows what the entry is called."""


FLAGS = "|"
"""Joins the keys of a column that shows which of them are set."""


@dataclass(frozen=True)
class TableOf:
    """Which map of entries makes a table; `*` is any key. Of a long map only the entries that change are shown."""

    path: tuple[str, ...]
    columns: tuple[Column, ...]
    only_changed: bool = False

    def shows(self, at: Path, changed: Path) -> bool:
        """Whether the table of the entries at a path shows what changes at another."""
        entry, rest = changed[: len(at)], changed[len(at) + 1 :]
        keys = {key.split(".")[0] for _, columns in self.columns for key in columns.split(FLAGS)} | {"label", "name"}
        return entry == at and (not rest or rest[0] in keys)


TABLES = (
    TableOf(
        ("lifecycle", "stages"),
        (("Stage", ""), ("Owner", "owner"), ("Enters when", "entry_when"), ("Required", "required_fields")),
    ),
    TableOf(
        ("lifecycle", "handoffs"),
        (
            ("Handoff", ""),
            ("From", "from_team"),
            ("To", "to_team"),
            ("Within", "sla"),
            ("Escalates to", "escalates_to"),
        ),
    ),
    TableOf(
        ("scoring",),
        (
            ("Score", ""),
            ("MQL from fit", "thresholds.fit"),
            ("and engagement", "thresholds.engagement"),
            ("or high intent and fit", "thresholds.high_intent_fit"),
            ("Engagement decays", "decay"),
        ),
    ),
    TableOf(("scoring", "*", "fit"), (("Fit signal", ""), ("Points", "bands"))),
    TableOf(("scoring", "*", "engagement"), (("Engagement", ""), ("Points", "points"), ("High intent", "high_intent"))),
    TableOf(("scoring", "*", "negative"), (("Negative signal", ""), ("When", "when"), ("Points", "points"))),
    TableOf(
        ("routing", "*", "rules"), (("Rule, in order", ""), ("When", "when"), ("Goes to", "assign"), ("By", "method"))
    ),
    TableOf(
        ("pipelines", "*", "stages"),
        (
            ("Stage", ""),
            ("Probability", "probability"),
            ("Forecast", "forecast"),
            ("Owner", "owner"),
            ("Required to enter", "required_fields"),
            ("Average days", "average_days"),
        ),
    ),
    TableOf(
        ("deal_desk", "*", "approvals"),
        (
            ("Tier", ""),
            ("Discount from", "discount_from"),
            ("Below", "discount_below"),
            ("Also covers", "custom_terms|multi_year|enterprise"),
            ("Approver", "approver"),
        ),
    ),
    TableOf(
        ("automation", "workflows"),
        (("Workflow", ""), ("Runs on", "runs_on"), ("Enabled", "enabled"), ("Enrolls when", "enrolls_when")),
    ),
    TableOf(("people", "teams"), (("Team", ""), ("Members", "members"), ("Manager", "manager")), only_changed=True),
    TableOf(("people", "queues"), (("Queue", ""), ("Members", "members")), only_changed=True),
    TableOf(
        ("data_hygiene", "fields", "*"),
        (("Field", ""), ("Type", "type"), ("Options", "options"), ("Personal", "personal")),
        only_changed=True,
    ),
    TableOf(
        ("metrics", "metrics"),
        (("Metric", ""), ("Formula", "formula"), ("Benchmark", "benchmark"), ("Owner", "owner")),
        only_changed=True,
    ),
)


@dataclass(frozen=True)
class Cell:
    """One value; `before` and `after` differ where it changes."""

    before: str
    after: str

    @property
    def changed(self) -> bool:
        """Whether it changes."""
        return self.before != self.after

    @property
    def empty(self) -> str:
        """What stands for no value: `no` for a switch."""
        return "no" if "yes" in (self.before, self.after) else "none"

    @property
    def separator(self) -> str:
        """What stands between the items of a list."""
        return "; " if "; " in self.before + self.after else ", "

    @property
    def items(self) -> list[tuple[str, str]]:
        """Of a list that changes, each item with `same`, `del` or `ins`; nothing for other values."""
        olds, news = self.before.split(self.separator), self.after.split(self.separator)
        if not self.changed or max(len(olds), len(news)) < 2 or not {*olds} & {*news}:
            return []
        found: list[tuple[str, str]] = []
        for step, low, high, start, end in difflib.SequenceMatcher(None, olds, news, autojunk=False).get_opcodes():
            if step == "equal":
                found += [("same", item) for item in olds[low:high]]
            else:
                found += [("del", item) for item in olds[low:high]] + [("ins", item) for item in news[start:end]]
        return found


@dataclass(frozen=True)
class Row:
    """One entry: `new`, `removed`, `changed` or `same`."""

    state: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """One table of a topic."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def tables(topic: str, changes: Sequence[ModelChange], olds: Words, news: Words) -> Iterator[Table]:
    """The tables of a topic in which something changes, and one of values that neither they nor the summary show."""
    covered: list[tuple[Path, TableOf]] = []
    for spec in TABLES:
        for path in _paths(spec.path, olds, news) if spec.path[0] == topic else ():
            rows = tuple(_rows(spec, path, olds, news))
            moved = any(change.path[: len(path)] == path and len(change.path) == len(path) + 1 for change in changes)
            shown = tuple(row for row in rows if row.state != "same" or not spec.only_changed)
            if shown and (moved or any(row.state != "same" for row in rows)):
                covered.append((path, spec))
                yield _without_empty_columns(_title(path, olds, news), spec, shown)
    rest = [one for one in changes if not any(spec.shows(path, one.path) for path, spec in covered)]
    values = tuple(_of_change(one) for one in rest if not _says_all(one))
    if values:
        yield Table("Other values" if covered else "Values", ("What", "Value"), values)


def _without_empty_columns(title: str, spec: TableOf, rows: Sequence[Row]) -> Table:
    columns = list(zip(*(row.cells for row in rows), strict=True))
    used = [at for at, column in enumerate(columns) if any(cell.before or cell.after for cell in column)]
    shown = tuple(Row(row.state, tuple(row.cells[at] for at in used)) for row in rows)
    return Table(title, tuple(spec.columns[at][0] for at in used), shown)


def _says_all(change: ModelChange) -> bool:
    """Whether the line of the summary names both values, or is about a switch."""
    values = {change.before, change.after}
    return values <= {"yes", "no"} or all(value in change.text for value in values)


def _of_change(change: ModelChange) -> Row:
    state = "new" if not change.before else "removed" if not change.after else "changed"
    what = change.text
    for value in (f" {change.before} -> {change.after}", f": {change.after}", f" (it was {change.before})"):
        what = what.removesuffix(value)
    what = what.removesuffix(" is new").removesuffix(" is removed")
    return Row("changed" if state == "changed" else state, (Cell(what, what), Cell(change.before, change.after)))


def _title(path: Path, olds: Words, news: Words) -> str:
    around = path[:-1]
    last = words(path[-1])
    if path[0] == "data_hygiene":
        return f"Fields of {last}"
    if len(around) > 1:
        side = news if news.at(around) is not None else olds
        return f"{escaped(side.name(around))}: {last}"
    return last.capitalize()


def _paths(pattern: tuple[str, ...], olds: Words, news: Words) -> Iterator[Path]:
    found: list[Path] = [()]
    for part in pattern:
        grown: list[Path] = []
        for path in found:
            keys = dict.fromkeys([*_keys(news, path), *_keys(olds, path)]) if part == "*" else [part]
            grown += [(*path, key) for key in keys]
        found = grown
    yield from (path for path in found if _keys(olds, path) or _keys(news, path))


def _keys(side: Words, path: Path) -> list[str]:
    live = side.at(path)
    return list(live) if isinstance(live, Mapping) else []


def _rows(spec: TableOf, path: Path, olds: Words, news: Words) -> Iterator[Row]:
    was = {new: old for old, new in renamed_keys(olds.at(path) or {}, news.at(path) or {})}
    for key in _in_place(_keys(olds, path), _keys(news, path), {old: new for new, old in was.items()}):
        at, at_before = (*path, key), (*path, was.get(key, key))
        old, new = olds.at(at_before), news.at(at)
        cells = tuple(Cell(_cell(olds, at_before, column), _cell(news, at, column)) for _, column in spec.columns)
        state = "new" if old is None else "removed" if new is None else "same"
        if state == "same" and any(cell.changed for cell in cells):
            state = "changed"
        yield Row(state, cells)


def _in_place(olds: list[str], news: list[str], renamed: Mapping[str, str]) -> list[str]:
    """The new keys in their order, and each removed one after the key that it followed."""
    merged, before = list(news), ""
    for key in (renamed.get(old, old) for old in olds):
        if key not in merged:
            merged.insert(merged.index(before) + 1 if before else 0, key)
        before = key
    return merged


def _cell(side: Words, at: Path, column: str) -> str:
    entry = side.at(at)
    if not isinstance(entry, Mapping):
        return ""
    if not column:
        return escaped(side.name(at))
    if FLAGS in column:
        return ", ".join(words(flag) for flag in column.split(FLAGS) if entry.get(flag))
    key = column if entry.get(column) or column != "approver" else "approvers"
    inside = (*at, *key.split("."))
    value = side.at(inside)
    if key == "benchmark" and isinstance(value, Mapping):
        given = ((part, one) for part, one in value.items() if one is not None)
        return ", ".join(f"{words(part)} {side.say(side.shape((*inside, part)), one)}" for part, one in given)
    return in_words(side, side.shape(inside), key, value)


def in_words(side: Words, shape: Shape, column: str, value: Any) -> str:
    """A value as a cell shows it: nothing for none, points with their condition."""
    if value is False or value is None or value in ([], {}):
        return ""
    if column == "bands" and isinstance(value, list):
        return "; ".join(side.say(Shape(), one) for one in value)
    if column == "decay" and isinstance(value, Mapping):
        return f"{value['percent']}% after {value['after_days']} days, then every {value['every_days']}"
    if column == "options" and isinstance(value, Mapping):
        return ", ".join(escaped(str(label)) for label in value.values())
    if value is True:
        return "yes"
    return side.say(shape, value).strip('"')
