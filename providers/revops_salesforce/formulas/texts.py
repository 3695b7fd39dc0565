"""Where formulas stand in the inputs of the kinds, and what each must be."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from salesforce_formula.kinds import BOOLEAN, DATE, DATETIME, FIELD_TYPES, NUMBER, TEXT, TIME, Context
from salesforce_formula.meaning import mean_the_same

from revops_iac.provider.kind import Definition

FLOW_TYPES = {
    "Boolean": BOOLEAN,
    "Currency": NUMBER,
    "Date": DATE,
    "DateTime": DATETIME,
    "Number": NUMBER,
    "String": TEXT,
    "Time": TIME,
}
"""What a formula of a flow must result in, by its dataType [D: meta_visual_workflow]."""


@dataclass(frozen=True)
class FormulaText:
    """One formula among the inputs of a resource: the path to it, the text, and the object that it is on ("": none)."""

    path: tuple[str | int, ...]
    text: str
    object: str
    context: Context
    expected: str | None

    @property
    def in_flow(self) -> bool:
        """Whether fields are written as a flow writes them, `{!$Record.Email}`."""
        return self.context in {Context.FLOW, Context.FLOW_ENTRY}


def formulas_of(kind: str, inputs: Definition) -> Iterator[FormulaText]:
    """The formulas of a resource; none for kinds that have none."""
    found = _BY_KIND.get(kind)
    if found is not None:
        yield from (one for one in found(inputs) if isinstance(one.text, str))  # an answer may hold anything


def respelled(kind: str, declared: Definition, live: Definition) -> Definition:
    """Live inputs, where a formula that means what the declared one in its place means is spelled as that one."""
    mine = {_place(declared, one): one.text for one in formulas_of(kind, declared)}
    found = live
    for one in formulas_of(kind, live):
        text = mine.get(_place(live, one))
        if text is not None and text != one.text and mean_the_same(text, one.text):
            found = _with(found, one.path, text)
    return found


def _place(inputs: Definition, formula: FormulaText) -> tuple[str | int, ...]:
    """The path, with the name of an element of a flow for where it stands in its list."""
    node: Any = inputs
    place: list[str | int] = []
    for key in formula.path:
        node = node[key]
        named = isinstance(key, int) and isinstance(node, Mapping) and "name" in node
        place.append(str(node["name"]) if named else key)
    return tuple(place)


def _with(node: Any, path: Sequence[str | int], text: str) -> Any:
    if not path:
        return text
    key, *rest = path
    if isinstance(node, list):
        return [_with(one, rest, text) if at == key else one for at, one in enumerate(node)]
    return {**node, key: _with(node[key], rest, text)}


def _validation_rule(inputs: Definition) -> Iterator[FormulaText]:
    if text := inputs.get("error_condition_formula"):
        yield FormulaText(("error_condition_formula",), text, inputs["object"], Context.VALIDATION_RULE, BOOLEAN)


def _custom_field(inputs: Definition) -> Iterator[FormulaText]:
    expected = FIELD_TYPES.get(str(inputs.get("type")))
    if text := inputs.get("formula"):
        yield FormulaText(("formula",), text, inputs["object"], Context.FORMULA_FIELD, expected)
    if text := inputs.get("default_value"):
        yield FormulaText(("default_value",), text, inputs["object"], Context.DEFAULT_VALUE, expected)


def _assignment_rules(inputs: Definition) -> Iterator[FormulaText]:
    for place, entry in enumerate(inputs.get("entries") or ()):
        if text := entry.get("formula"):
            path = ("entries", place, "formula")
            yield FormulaText(path, text, inputs["object"], Context.ASSIGNMENT_CRITERIA, BOOLEAN)


def _flow(inputs: Definition) -> Iterator[FormulaText]:
    flow: Mapping[str, Any] = inputs.get("definition") or {}
    start: Mapping[str, Any] = flow.get("start") or {}
    object_ = str(start.get("object") or "")
    for place, formula in enumerate(flow.get("formulas") or ()):
        path = ("definition", "formulas", place, "expression")
        expected = FLOW_TYPES.get(str(formula.get("dataType")))
        yield FormulaText(path, str(formula["expression"]), object_, Context.FLOW, expected)
    if text := start.get("filterFormula"):
        yield FormulaText(("definition", "start", "filterFormula"), str(text), object_, Context.FLOW_ENTRY, BOOLEAN)


def _approval_process(inputs: Definition) -> Iterator[FormulaText]:
    steps = inputs.get("steps") or ()
    holders = [((), inputs), *((("steps", place), step) for place, step in enumerate(steps))]
    for path, holder in holders:
        if text := (holder.get("entry_criteria") or {}).get("formula"):
            whole = (*path, "entry_criteria", "formula")
            yield FormulaText(whole, text, inputs["object"], Context.APPROVAL_CRITERIA, BOOLEAN)


def _field_update(inputs: Definition) -> Iterator[FormulaText]:
    if text := inputs.get("formula"):
        yield FormulaText(("formula",), text, inputs["object"], Context.FIELD_UPDATE, None)


_BY_KIND: Mapping[str, Callable[[Definition], Iterator[FormulaText]]] = {
    "ApprovalProcess": _approval_process,
    "AssignmentRules": _assignment_rules,
    "CustomField": _custom_field,
    "Flow": _flow,
    "ValidationRule": _validation_rule,
    "WorkflowFieldUpdate": _field_update,
}
FORMULA_KINDS = frozenset(_BY_KIND)
"""Those that have formulas."""
