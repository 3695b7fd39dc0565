"""Scoring from calculation properties: fit, total and ready of contacts, as the compiler writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from decimal import Decimal

from revops_hubspot.compiler.automations import declarations
from revops_hubspot.compiler.automations.engagement import flows
from revops_hubspot.compiler.terms.compilation import Compilation
from revops_hubspot.compiler.terms.names import SYSTEM
from revops_hubspot.formulas.parser import Unreadable, parse
from revops_hubspot.formulas.printer import render
from revops_hubspot.formulas.tree import FALSE, TRUE, Binary, Call, Choice, Formula, Joined, Number, Property, chain
from revops_hubspot.lifting.conditions import condition_of, number_of
from revops_hubspot.lifting.engagement import Engagement
from revops_hubspot.lifting.terms import Terms
from revops_iac.model.condition import And, Compare, FieldRef, Op
from revops_iac.provider.lifting import NotLifted, Proposal, Unsayable, joined, with_proposals
from revops_iac.provider.lifting.automations import view_of
from revops_iac.provider.lifting.scores import Band, entry_key, signals
from revops_iac.provider.live_object import Definition

TOPIC = "scoring"
ZERO = Number(Decimal(0))
Cases = list[tuple[Formula | None, Formula]]
"""What each choice of records gets, in order; None for the rest."""


def scorings(terms: Terms) -> Iterator[Proposal | NotLifted]:
    """All entries together, for they share their fields: those behind the first total of a fit and an engagement."""
    formulas = {name: node for name, inputs in terms.raw.get("Property", {}).items() if (node := tree_of(inputs))}
    found = next((one for name in formulas if (one := _Scores.of(terms, name, formulas))), None)
    if found is None:
        return
    try:
        entries = found.entries()
    except Unsayable as error:
        terms.also()
        yield NotLifted(TOPIC, f"Property contacts.{found.fit}", str(error))
        return
    named = terms.also()
    whole, plain = deepcopy(entries), Proposal(TOPIC, "", entries, named)
    Engagement(terms, found.engagement, whole).read()
    moved = Proposal(TOPIC, "", whole, joined(named, terms.also()))
    wrong = [] if whole == entries else list(_moved_otherwise(terms, moved))
    yield moved if not wrong else plain
    for name in wrong:
        yield NotLifted(TOPIC, f"Workflow {name}", "it moves the engagement in another way than signals and a decay do")


def _moved_otherwise(terms: Terms, proposal: Proposal) -> Iterator[str]:
    """The workflows of engagement that the raw section has not, or not so."""
    compilation = Compilation(with_proposals(terms.model, [proposal]), terms.session.settings)
    kind, raw = terms.session.system.kinds["Workflow"], terms.raw.get("Workflow", {})
    for path, flow in flows(compilation):
        for one in declarations(compilation, flow, False, path):
            name = kind.vendor_name(kind.parse(one.inputs))
            view = view_of(terms.session, kind, one.inputs, name, raw[name]) if name in raw else None
            if view is None or kind.differences(one.inputs, view):
                yield name


def tree_of(inputs: Definition) -> Formula | None:
    """The formula of a property of contacts; None where it has none, or none that can be read."""
    text = inputs.get("calculation_formula")
    if not text or inputs["object"] != "contacts":
        return None
    try:
        return parse(str(text))
    except Unreadable:
        return None


@dataclass(frozen=True)
class _Scores:
    """The properties of the scores by name, with the trees of their formulas."""

    terms: Terms
    fit: str
    engagement: str
    total: str
    ready: str
    trees: dict[str, Formula]

    @classmethod
    def of(cls, terms: Terms, total: str, formulas: dict[str, Formula]) -> _Scores | None:
        """The scores that a property is the total of."""
        node = formulas[total]
        if not isinstance(node, Binary) or node.sign != "+":
            return None
        fit, engagement = _stored(node.left), _stored(node.right)
        own = {name.partition(".")[2]: each for name, each in formulas.items()}
        types = {name: terms.raw["Property"][f"contacts.{name}"]["type"] for name in own}
        ready = next((name for name, each in own.items() if types[name] == "bool" and f"{fit} " in render(each)), None)
        if fit is None or engagement is None or fit not in own or ready is None:
            return None
        return cls(terms, fit, engagement, total.partition(".")[2], ready, own)

    def entries(self) -> dict[str, Definition]:
        """The entries by key. Raises Unsayable."""
        terms = self.terms
        fits, ready = cases(self.trees[self.fit], _is_limited), cases(self.trees[self.ready], _is_flag)
        fields = {"fit": terms.own_field(self.fit), "total": terms.own_field(self.total)}
        fields |= {"ready": terms.own_field(self.ready), "engagement": str(terms.field(self.engagement)[0])}
        found: dict[str, Definition] = {}
        for covers, fit in fits:
            if covers is None and not _is_limited(fit):
                continue
            entry: Definition = {"runs_on": SYSTEM}
            entry |= {"applies_to": self._covers(covers)} if covers is not None else {}
            flag = next((value for one, value in ready if one == covers), ready[-1][1])
            thresholds, intent = self._thresholds(flag)
            named = {**fields, **({"high_intent": intent} if intent else {})}
            entry |= {"fields": named, **self._points(fit), "thresholds": thresholds}
            key = entry_key(entry.get("applies_to", {}), found)
            found[key] = {"label": key.replace("_", " ").capitalize(), **entry}
        return found

    def _covers(self, node: Formula) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        condition = condition_of(node, self.terms.field)
        for part in condition.parts if isinstance(condition, And) else (condition,):
            if not isinstance(part, Compare) or part.op not in (Op.EQ, Op.ANY_OF):
                raise Unsayable(f"{part.render()} is no choice of values, as applies_to is")
            found[self.terms.dimension(part.field)] = [str(value) for value in part.values]
        return found

    def _points(self, node: Formula) -> Definition:
        """Limits and signals of `max(low, min(high, points))`."""
        match node:
            case Call("max", (low, Call("min", (high, points)))):
                listed = [] if points == ZERO else [self._bands(one) for one in _summed(points)]
                return {**signals(listed), "limits": {"fit": [number_of(low), number_of(high)]}}
        raise Unsayable(f"{render(node)[:60]} has no lowest and highest score")

    def _bands(self, node: Formula) -> list[Band]:
        if not isinstance(node, Choice) or node.otherwise != ZERO:
            raise Unsayable(f"{render(node)[:60]} gives points without a condition")
        return [Band(condition_of(when, self.terms.field), number_of(points)) for when, points in node.cases]

    def _thresholds(self, node: Formula) -> tuple[Definition, str | None]:
        """`if fit >= x and engagement >= y or high intent and fit >= z then true else false endif`."""
        if not isinstance(node, Choice) or len(node.cases) != 1 or node.cases[0][1] != TRUE:
            raise Unsayable(f"{render(node)[:60]} is no readiness by fit and engagement")
        when = node.cases[0][0]
        ways = when.parts if isinstance(when, Joined) and when.word == "or" else (when,)
        found: Definition = {}
        intent: str | None = None
        for way in ways:
            condition = condition_of(way, self.terms.field)
            parts = condition.parts if isinstance(condition, And) else (condition,)
            at = {part.field: part.value for part in parts if isinstance(part, Compare) and part.op is Op.GE}
            flags = [part.field for part in parts if isinstance(part, Compare) and part.op is Op.TRUE]
            fit, engagement = at.get(self._named(self.fit)), at.get(self._named(self.engagement))
            if flags and fit is not None:
                intent, found["high_intent_fit"] = str(flags[0]), fit
            elif fit is not None and engagement is not None:
                found |= {"fit": fit, "engagement": engagement}
            else:
                raise Unsayable(f"{condition.render()} is no way to be ready that an entry has words for")
        return found, intent

    def _named(self, name: str) -> FieldRef:
        return self.terms.field(name)[0]


def cases(node: Formula, is_value: Callable[[Formula], bool]) -> Cases:
    """The choices of records, down to what is a value itself."""
    found: Cases = []
    while not is_value(node) and isinstance(node, Choice):
        found += node.cases
        if node.otherwise is None:
            return found
        node = node.otherwise
    return [*found, (None, node)]


def _stored(node: Formula) -> str | None:
    """The property of `if is_present(x) then x else 0 endif`."""
    match node:
        case Choice(((Call("is_present"), Property(name)),)):
            return name
    return None


def _is_limited(node: Formula) -> bool:
    return isinstance(node, Call) and node.name == "max"


def _is_flag(node: Formula) -> bool:
    return node == FALSE or (isinstance(node, Choice) and all(value in (TRUE, FALSE) for _, value in node.cases))


def _summed(node: Formula) -> list[Formula]:
    if not isinstance(node, Binary) or node.sign != "+":
        return [node]
    first, rest = chain(node)
    return [first, *(one.right for one in rest)]
