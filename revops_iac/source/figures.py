"""Figures in texts: `{sla}` in what people read becomes the figure of the entry, so that a text never goes stale."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from revops_iac.diagnostics import Diagnostic, Severity, suggest
from revops_iac.model.duration import Duration
from revops_iac.model.references import Path
from revops_iac.model.subject import subject
from revops_iac.source.yaml_tree import Node

TEXTS = frozenset(
    {"trigger", "action", "outcome", "on_breach", "description", "entry", "exit", "steps", "clock_starts"}
)
"""The keys whose values are texts for people."""
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*)\}")
Figures = Mapping[str, str]
"""Name in a text -> length of time, as the model writes it."""


def fill_figures(root: Node) -> Iterator[Diagnostic]:
    """Puts figures in the place of their names in texts; `root` is changed in place.

    Yields a warning for a name that is none, and for a text that repeats a figure of its own entry.
    """
    plain = root.plain()
    everywhere = _handoffs(plain)
    for topic in ("lifecycle", "automation", "routing"):
        if topic in root.content:
            yield from _in_texts(root.content[topic], (topic,), plain, everywhere)


def _in_texts(node: Node, path: Path, plain: Any, everywhere: Figures) -> Iterator[Diagnostic]:
    items = node.content.items() if isinstance(node.content, dict) else enumerate(node.content or ())
    for key, child in list(items) if isinstance(node.content, dict | list) else ():
        here = (*path, key)
        if isinstance(child.content, dict | list):
            yield from _in_texts(child, here, plain, everywhere)
        elif isinstance(child.content, str) and {key, path[-1]} & TEXTS:
            own = _own(plain, here)
            found = {**everywhere, **own}
            yield from (one.about(subject(here)).at(child.position) for one in _warnings(child.content, own, found))
            node.content[key] = replace(child, content=filled(child.content, found))


def filled(text: str, figures: Figures) -> str:
    """A text with the figures in the place of their names; other names in braces stay.

    >>> filled("create the {sla.amount}-{sla.unit} task, due within {sla}", {"sla": "4 business hours"})
    'create the 4-hour task, due within 4 business hours'
    """
    return PLACEHOLDER.sub(lambda match: _figure(match[1], figures) or match[0], text)


def _figure(name: str, figures: Figures) -> str | None:
    if name in figures:
        return figures[name]
    of, _, part = name.rpartition(".")
    length = _length(figures.get(of))
    if length is None or part not in ("amount", "unit"):
        return None
    return str(length.amount) if part == "amount" else length.unit


def _warnings(text: str, own: Figures, found: Figures) -> Iterator[Diagnostic]:
    for name in PLACEHOLDER.findall(text):
        if _figure(name, found) is None:
            fix = suggest(name, sorted(found), "declare the figure, or write the text without braces")
            yield Diagnostic("", f'"{{{name}}}" names no figure', fix, Severity.WARNING)
    seen: set[str] = set()
    for name, figure in own.items():
        length = _length(figure)
        if length is None:
            continue
        pattern = rf"(?<![\w.]){length.amount}([ -])(?:business[ -])?{length.unit}s?\b"
        repeated = re.search(pattern, text)
        if repeated and repeated[0] not in seen:
            seen.add(repeated[0])
            instead = f"{{{name}}}" if repeated[1] == " " else f"{{{name}.amount}}-{{{name}.unit}}"
            message = f'"{repeated[0]}" repeats a figure ({name}: {figure}) and goes stale when that changes'
            yield Diagnostic("", message, f"write {instead} instead", Severity.WARNING)


def _length(text: str | None) -> Duration | None:
    try:
        return Duration.parse(text or "")
    except ValueError:
        return None


def _handoffs(plain: Any) -> dict[str, str]:
    """Every SLA of every handoff: `{mql_to_sql.sla}` is its first, `{mql_to_sql.sla.decide}` one of several."""
    handoffs = _at(plain, "lifecycle", "handoffs")
    return {f"{key}.{name}": figure for key, one in handoffs.items() for name, figure in _slas(one).items()}


def _slas(handoff: Any) -> dict[str, str]:
    """`sla` for the only or first one, `sla.decide` for one of several."""
    slas = {key: figure for key, figure in _at(handoff, "sla").items() if isinstance(figure, str)}
    first = next(iter(slas.values()), None)
    more = {f"sla.{key}": figure for key, figure in list(slas.items())[1:]}
    return {**({"sla": first} if first else {}), **more, **{f"sla.{key}": figure for key, figure in slas.items()}}


def _own(plain: Any, path: Path) -> dict[str, str]:
    """The figures of the entry that a text belongs to."""
    match path:
        case ("lifecycle", "handoffs", key, *_):
            return _slas(_at(plain, "lifecycle", "handoffs", key))
        case ("automation", "workflows", key, *_):
            return _of_workflow(plain, _at(plain, "automation", "workflows", key))
        case ("routing", key, *_):
            return _speeds(_at(plain, "routing", key, "speed_to_lead"))
    return {}


def _of_workflow(plain: Any, workflow: Mapping[str, Any]) -> dict[str, str]:
    handoff = _at(plain, "lifecycle", "handoffs", str(_at(workflow, "settings").get("handoff")))
    days = _at(plain, "lifecycle", "recycle", "nurture").get("every_days")
    if workflow.get("does") == "recycled_reentry" and isinstance(days, int):
        return {**_slas(handoff), "nurture": str(Duration(days, "day"))}
    return _slas(handoff)


def _speeds(speed: Mapping[str, Any]) -> dict[str, str]:
    units = {"target_minutes": "minute", "alert_minutes": "minute", "cold_after_hours": "hour"}
    return {
        name.rpartition("_")[0]: str(Duration(figure, units[name]))
        for name, figure in speed.items()
        if name in units and isinstance(figure, int)
    }


def _at(plain: Any, *keys: str | int) -> Mapping[str, Any]:
    """The mapping at a path; empty where there is none."""
    for key in keys:
        plain = plain.get(key) if isinstance(plain, Mapping) else None
    return plain if isinstance(plain, Mapping) else {}
