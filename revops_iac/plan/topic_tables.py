"""Tables of a topic before and after a change: stages, scores, routing rules, tiers, workflows."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from revops_iac.diagnostics import escaped
from revops_iac.plan.model_changes import ModelChange, renamed_keys
from revops_iac.plan.model_words import Path, Shape, Words, shape_at, words

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
    def items(self) -> list[tuple[str, str]]:
        """Of a list that changes, each item with `same`, `del` or `ins`; nothing for other values."""
        olds, news = self.before.split(", "), self.after.split(", ")
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
    """The tables of a topic in which something changes, and one of the other values."""
    covered: list[Path] = []
    for spec in TABLES:
        for path in _paths(spec.path, olds, news) if spec.path[0] == topic else ():
            rows = tuple(_rows(spec, path, olds, news))
            moved = any(change.path[: len(path)] == path and len(change.path) == len(path) + 1 for change in changes)
            shown = tuple(row for row in rows if row.state != "same" or not spec.only_changed)
            if shown and (moved or any(row.state != "same" for row in rows)):
                covered.append(path)
                yield Table(_title(path, olds, news), tuple(name for name, _ in spec.columns), shown)
    rest = [one for one in changes if not any(one.path[: len(path)] == path for path in covered)]
    values = tuple(_of_change(one) for one in rest if one.before or one.after)
    if values:
        yield Table("Other values" if covered else "Values", ("What", "Value"), values)


def _of_change(change: ModelChange) -> Row:
    state = "new" if not change.before else "removed" if not change.after else "changed"
    what = change.text
    for value in (f" {change.before} -> {change.after}", f": {change.after}", f" (it was {change.before})"):
        what = what.removesuffix(value)
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
    for key in dict.fromkeys([*_keys(news, path), *_keys(olds, path)]):
        if key in was.values():
            continue  # shown under its new key
        at, at_before = (*path, key), (*path, was.get(key, key))
        old, new = olds.at(at_before), news.at(at)
        cells = tuple(Cell(_cell(olds, at_before, column), _cell(news, at, column)) for _, column in spec.columns)
        state = "new" if old is None else "removed" if new is None else "same"
        if state == "same" and any(cell.changed for cell in cells):
            state = "changed"
        yield Row(state, cells)


def _cell(side: Words, at: Path, column: str) -> str:
    entry = side.at(at)
    if not isinstance(entry, Mapping):
        return ""
    if not column:
        return escaped(side.name(at))
    if FLAGS in column:
        return ", ".join(words(flag) for flag in column.split(FLAGS) if entry.get(flag))
    key = column if entry.get(column) or column != "approver" else "approvers"
    return in_words(side, shape_at((*at, key)), key, entry.get(key))


def in_words(side: Words, shape: Shape, column: str, value: Any) -> str:
    """A value as a cell shows it: nothing for none, points with their condition."""
    if value is False or value is None or value in ([], {}):
        return ""
    if column == "bands" and isinstance(value, list):
        return "; ".join(f"{side.say(Shape(), one.get('points'))} for {_when(side, one)}" for one in value)
    if column == "options" and isinstance(value, Mapping):
        return ", ".join(escaped(str(label)) for label in value.values())
    if value is True:
        return "yes"
    return side.say(shape, value).strip('"')


def _when(side: Words, band: Mapping[str, Any]) -> str:
    return escaped(side.condition(str(band.get("when"))))
