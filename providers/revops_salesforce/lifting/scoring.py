"""Scoring from formula fields: fit, total and ready on Lead and Contact, as the compiler writes them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from salesforce_formula.printer import render
from salesforce_formula.tree import Binary, Call, Literal, Name, Node, Unary, spine, walk

from revops_iac.provider.lifting import NotLifted, Proposal, Unsayable
from revops_iac.provider.lifting.scores import Band, entry_key, signals
from revops_iac.provider.live_object import Definition
from revops_salesforce.compiler.terms.scoring import NEVER
from revops_salesforce.lifting.conditions import condition_of, number_of, parts_of, tree
from revops_salesforce.lifting.terms import PEOPLE, Terms

TOPIC = "scoring"
LEAD = PEOPLE[0]
ZERO, ONE = Literal(Decimal(0)), Literal(Decimal(1))
ALONE = "no other formulas add an engagement to it and say who is ready, as those of a scoring entry do"
Branches = list[tuple[Node | None, Node]]
"""What each choice of records gets, in order; None for the rest."""


def scorings(terms: Terms) -> Iterator[Proposal | NotLifted]:
    """All entries together, for they share their fields: those behind the first total of a fit and an engagement."""
    formulas = {name: tree_of(inputs) for name, inputs in terms.raw.get("CustomField", {}).items()}
    found = next((one for name in formulas if (one := _Scores.of(terms, name, formulas))), None)
    if found is None:
        yield from _alone(formulas)
        return
    try:
        entries = found.entries()
    except Unsayable as error:
        terms.also()
        yield NotLifted(TOPIC, f"CustomField {LEAD}.{found.fit}", str(error))
        return
    yield Proposal(TOPIC, "", entries, terms.also(), guessed=frozenset({"label"}))


def tree_of(inputs: Definition) -> Node | None:
    """The formula of a field; None where it has none, or none that can be read."""
    try:
        return tree(str(inputs["formula"])) if inputs.get("formula") else None
    except Unsayable:
        return None


def _alone(formulas: dict[str, Node | None]) -> Iterator[NotLifted]:
    """Sums of points that stand alone."""
    for name, node in formulas.items():
        if node is not None and len(_summed(_bare(node))) > 1 and all(_is_points(one) for one in _summed(_bare(node))):
            reason = (
                "an entry has a fit, a total and a flag of readiness, and no other formula adds an engagement to it"
            )
            yield NotLifted(TOPIC, f"CustomField {name}", reason)


@dataclass(frozen=True)
class _Scores:
    """The fields of the scores by name, with the trees of their formulas on Lead."""

    terms: Terms
    fit: str
    added: Node
    """What the total adds to the fit."""
    total: str
    ready: str
    trees: dict[str, Node]

    @classmethod
    def of(cls, terms: Terms, total: str, formulas: dict[str, Node | None]) -> _Scores | None:
        """The scores that a field of Lead is the total of."""
        object_, _, name = total.partition(".")
        node = formulas[total]
        if object_ != LEAD or not isinstance(node, Binary) or node.operator != "+":
            return None
        sides = [one for one in ((node.left, node.right), (node.right, node.left)) if isinstance(one[0], Name)]
        kinds = terms.raw["CustomField"]
        own = {one.partition(".")[2]: each for one, each in formulas.items() if one.startswith(f"{LEAD}.") and each}
        flags = {one: each for one, each in own.items() if kinds[f"{LEAD}.{one}"]["type"] == "Checkbox"}
        for side, engagement in sides:
            ready = next((one for one, each in flags.items() if side in walk(each)), None)
            if isinstance(side, Name) and side.text in own and ready is not None:
                return cls(terms, side.text, engagement, name, ready, own)
        return None

    def entries(self) -> dict[str, Definition]:
        """The entries by key. Raises Unsayable."""
        terms, fits = self.terms, branches(self.trees[self.fit], _is_limited)
        engagements = branches(self.added, lambda node: _engagement(node) is not None)
        reached = parts_of(self.trees[self.ready], "OR")
        fit_at, engagement_at = _thresholds(parts_of(reached[0], "AND"), self.fit)
        intent, high_at = _high_intent(reached[1]) if len(reached) > 1 else (None, None)
        fields = {"fit": terms.own_field(LEAD, self.fit), "total": terms.own_field(LEAD, self.total)}
        fields["ready"] = terms.own_field(LEAD, self.ready)
        longest = max((fits, engagements, fit_at, engagement_at, high_at or []), key=len)
        found: dict[str, Definition] = {}
        for covers, _ in longest:
            fit = _value(fits, covers)
            if covers is None and not _is_limited(fit):
                continue
            stored, decay, last = self._engagement(_value(engagements, covers))
            entry: Definition = {"applies_to": terms.covers(LEAD, covers)} if covers is not None else {}
            named = {**fields, "engagement": stored, **({"last_engaged": last} if last else {})}
            if intent is not None:
                named["high_intent"] = str(terms.field(LEAD, intent)[0])
            entry |= {"fields": named, **self._points(fit), **({"decay": decay} if decay else {})}
            at = {"fit": fit_at, "engagement": engagement_at, "high_intent_fit": high_at}
            numbers = {key: _reached(one, covers) for key, one in at.items()}
            entry["thresholds"] = {key: number for key, number in numbers.items() if number is not None}
            key = entry_key(entry.get("applies_to", {}), found)
            found[key] = {"label": key.replace("_", " ").capitalize(), **entry}
        return found

    def _engagement(self, node: Node) -> tuple[str, Definition | None, str | None]:
        read = _engagement(node)
        if read is None:
            raise Unsayable(f"{render(node)[:60]} is no stored engagement with or without decay")
        stored, decay, last = read
        field_of = self.terms.field_of(LEAD)
        return str(field_of(stored)[0]), decay, str(field_of(last)[0]) if last else None

    def _points(self, node: Node) -> Definition:
        """Limits and signals of `MAX(low, MIN(high, points))`. Raises Unsayable."""
        limited = _limits(node)
        if limited is None:
            raise Unsayable(f"{render(node)[:60]} has no lowest and highest score")
        low, high, total = limited
        terms = [] if total == ZERO else [self._bands(one) for one in _summed(total)]
        return {**signals(terms), "limits": {"fit": [number_of(low), number_of(high)]}}

    def _bands(self, node: Node) -> list[Band]:
        found: list[Band] = []
        while isinstance(node, Call) and node.function in ("IF", "CASE"):
            if node.function == "IF":
                when, points, node = node.args
                choices = [(when, points)]
            else:
                subject, *pairs, node = node.args
                choices = [
                    (Binary("=", subject, one), points) for one, points in zip(pairs[::2], pairs[1::2], strict=True)
                ]
            for when, points in choices:
                found.append(Band(condition_of(when, self.terms.field_of(LEAD)), number_of(points)))
        if not found or number_of(node) != 0:
            raise Unsayable(f"{render(node)[:60]} gives points without a condition")
        return found


def branches(node: Node, is_value: Callable[[Node], bool]) -> Branches:
    """`IF(a, x, IF(b, y, z))` as choices, down to what is a value itself."""
    found: Branches = []
    while not is_value(node) and isinstance(node, Call) and node.function == "IF":
        covers, value, node = node.args
        found.append((covers, value))
    return [*found, (None, node)]


def _value(branches: Branches, covers: Node | None) -> Node:
    """What a choice of records gets; the compiler leaves out a choice that gets what the rest gets."""
    return next((value for one, value in branches if one == covers), branches[-1][1])


def _reached(branches: Branches | None, covers: Node | None) -> float | None:
    if branches is None:
        return None
    number = number_of(_value(branches, covers))
    return None if number == int(NEVER) else number


def _is_limited(node: Node) -> bool:
    return _limits(node) is not None


def _limits(node: Node) -> tuple[Node, Node, Node] | None:
    """Lowest, highest and points of `MAX(low, MIN(high, points))` or `MIN(high, MAX(low, points))`, in any order."""
    match node:
        case Call("MAX", (low, Call("MIN", (high, points)))):
            return low, high, points
        case Call("MAX" | "MIN" as outer, (_, _) as pair):
            for end, within in (pair, pair[::-1]):
                match within:
                    case Call("MAX" | "MIN" as inner, (_, _) as rest) if inner != outer:
                        other, points = rest if isinstance(rest[0], Literal | Unary) else rest[::-1]
                        return (end, other, points) if outer == "MAX" else (other, end, points)
    return None


def _summed(node: Node) -> list[Node]:
    """The terms of a sum."""
    if not isinstance(node, Binary) or node.operator != "+":
        return [node]
    first, chain = spine(node)
    return [first, *(one.right for one in chain)] if all(one.operator == "+" for one in chain) else [node]


def _bare(node: Node) -> Node:
    while isinstance(node, Call) and node.function in ("MAX", "MIN") and len(node.args) == 2:
        node = node.args[1]
    return node


def _is_points(node: Node) -> bool:
    return isinstance(node, Call) and node.function in ("IF", "CASE")


def _engagement(node: Node) -> tuple[str, Definition | None, str | None] | None:
    """The stored engagement, its decay and the field of the last one; None for anything else."""
    match node:
        case Call("BLANKVALUE", (Name(stored), Literal())):
            return stored, None, None
        case Binary(
            "*", Call("BLANKVALUE", (Name(stored), Literal())), Call("IF", (idle, Binary("^", kept, times), _))
        ):
            return stored, *_decay(idle, kept, times)
    return None


def _decay(idle: Node, kept: Node, times: Node) -> tuple[Definition | None, str | None]:
    match idle, times:
        case (
            Binary(">=", Binary("-", Call(), Name(last)), after),
            Binary("+", Call("FLOOR", (Binary("/", _, every),)), _),
        ):
            percent = round((1 - number_of(kept)) * 100, 4)
            lost = int(percent) if percent == int(percent) else percent
            return {"after_days": number_of(after), "percent": lost, "every_days": number_of(every)}, last
    raise Unsayable(f"{render(idle)[:60]} is no decay that the model has words for")


def _thresholds(parts: Sequence[Node], name: str) -> tuple[Branches, Branches]:
    """`AND(fit >= x, engagement >= y)`, in any order."""
    match sorted(parts, key=lambda one: not (isinstance(one, Binary) and one.left == Name(name))):
        case [Binary(">=", _, fit), Binary(">=", _, engagement)]:
            return branches(fit, lambda node: False), branches(engagement, lambda node: False)
    raise Unsayable("its readiness does not ask for a fit and an engagement")


def _high_intent(node: Node) -> tuple[str, Branches]:
    match parts_of(node, "AND"):
        case (Name(intent), Binary(">=", _, fit)):
            return intent, branches(fit, lambda node: False)
    raise Unsayable("its readiness has another way than a high intent")
