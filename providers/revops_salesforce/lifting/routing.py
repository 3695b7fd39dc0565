"""Routing from the active assignment rule of leads, with the queues that it names, their members and its fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from salesforce_formula.tree import Binary, Call, Node

from revops_iac.model.condition import And, Compare, Condition
from revops_iac.provider.lifting import NotLifted, Proposal, Unsayable, key_of
from revops_iac.provider.live_object import Definition
from revops_salesforce.compiler.routing import OBJECT
from revops_salesforce.compiler.terms.conditions import NUMBERS
from revops_salesforce.compiler.terms.criteria import condition_of as condition_of_criterion
from revops_salesforce.compiler.terms.names import SYSTEM
from revops_salesforce.lifting.conditions import condition_of, number_of, parts_of, tree
from revops_salesforce.lifting.terms import Terms

UNSAID = ("template", "teams", "override_existing_teams", "boolean_filter")
"""What a routing rule has no words for."""


def routing(terms: Terms) -> Iterator[Proposal | NotLifted]:
    """A proposal for each active rule; more than one cannot be active."""
    for name, inputs in terms.raw.get("AssignmentRules", {}).items():
        subject = f"AssignmentRules {name}"
        if inputs["object"] != OBJECT:
            yield NotLifted("routing", subject, "the topic routes leads only")
        elif not inputs.get("active"):
            yield NotLifted("routing", subject, "it is not active")
        else:
            try:
                yield _Lifted(terms).proposal(inputs)
            except Unsayable as error:
                terms.also()
                yield NotLifted("routing", subject, str(error))


@dataclass(frozen=True)
class _Taken:
    """What one entry takes, and who gets it."""

    when: Condition | None
    assign: Definition
    criteria: bool = False
    turn: tuple[int, int] | None = None
    """The numbers below which it is the assignee's turn, of how many; None takes all that are left."""

    @property
    def rule(self) -> Definition:
        """The rule of an entry that stands alone."""
        criteria = {"criteria": True} if self.criteria else {}
        when = {"when": self.when.render(), **criteria} if self.when is not None else {}
        method = "round_robin" if self.when is None or "team" in self.assign else "territory"
        return {"method": method, **when, "assign": self.assign}


@dataclass(frozen=True)
class _Lifted:
    """An assignment rule with the queues, persons and fields that its entries name."""

    terms: Terms

    def proposal(self, inputs: Definition) -> Proposal:
        """Raises Unsayable."""
        rules: dict[str, Definition] = {}
        *taken, last = self._in_turn(inputs["entries"])
        for one in taken if _is_fallback(last) else (*taken, last):
            rules[key_of(f"to_{next(iter(one.assign.values()))}", rules)] = one.rule
        fallback = {"fallback": _as_fallback(last.assign)} if _is_fallback(last) else {}
        content = {"label": inputs["name"], "runs_on": SYSTEM, "vendor_name": {SYSTEM: inputs["name"]}}
        content |= {"moments": ["created"], "rules": rules, **fallback}
        return Proposal("routing", key_of(str(inputs["name"])), content, self.terms.also())

    def _in_turn(self, entries: Sequence[Definition]) -> Iterator[_Taken]:
        """The entries, with those that share the same leads by their number as one. Raises Unsayable."""
        sharing: list[_Taken] = []
        for number, entry in enumerate(entries, 1):
            one = self._taken(number, entry)
            if one.turn is not None or sharing:
                sharing.append(one)
            if one.turn is None:
                yield self._shared(number, sharing) if sharing else one
                sharing = []
        if sharing:
            raise Unsayable(f"the last {len(sharing)} entries divide leads by a number, and none takes the rest")

    def _shared(self, number: int, sharing: Sequence[_Taken]) -> _Taken:
        """The leads of a team, whose last member takes what has no number. Raises Unsayable."""
        *counted, last = sharing
        ends = [0, *(one.turn[0] for one in counted if one.turn)]
        totals = {one.turn[1] for one in counted if one.turn}
        shares = [after - before for before, after in pairwise([*ends, max(totals)])]
        whole = len(totals) == 1 and min(shares) > 0 and all(one.when == last.when for one in counted)
        if not whole or any("person" not in one.assign for one in sharing):
            text = f"entries {number - len(counted)} to {number} divide leads by a number, but not among one team"
            raise Unsayable(f"{text} with the same condition")
        most = max(shares)
        for one, share in zip(sharing, shares, strict=True):
            self.terms.set_capacity(str(one.assign["person"]), share / most * 100)
        team = self.terms.team_of([str(one.assign["person"]) for one in sharing])
        return _Taken(last.when, {"team": team})

    def _taken(self, number: int, entry: Definition) -> _Taken:
        if extra := [key for key in UNSAID if entry.get(key)]:
            raise Unsayable(f"entry {number} has {extra[0]}")
        if entry.get("assigned_to") is None:
            raise Unsayable(f"entry {number} assigns to nobody")
        assign = self._assignee(number, entry)
        if entry.get("formula"):
            when, turn = self._by_formula(number, str(entry["formula"]))
            return _Taken(when, assign, turn=turn)
        parts = [self._condition(number, one) for one in entry.get("criteria") or ()]
        when = parts[0] if len(parts) == 1 else And(tuple(parts)) if parts else None
        return _Taken(when, assign, criteria=bool(parts))

    def _by_formula(self, number: int, text: str) -> tuple[Condition | None, tuple[int, int] | None]:
        """The condition of a formula, and whose turn it is among those who share its leads. Raises Unsayable."""
        try:
            parts = parts_of(tree(text), "AND")
            turn = _turn(parts[-1])
            tests = parts[:-1] if turn else parts
            node = Call("AND", tests) if len(tests) > 1 else tests[0] if tests else None
            return (condition_of(node, self.terms.field_of(OBJECT)) if node is not None else None), turn
        except Unsayable as error:
            raise Unsayable(f"entry {number}: {error}") from None

    def _condition(self, number: int, criterion: Mapping[str, Any]) -> Compare:
        object_, _, name = str(criterion["field"]).partition(".")
        if object_ != OBJECT:
            raise Unsayable(f"{criterion['field']} is not a field of {OBJECT}")
        reference, type_ = self.terms.field(object_, name)
        found = condition_of_criterion(criterion, reference, "number" if type_ in NUMBERS else type_)
        if found is None:
            raise Unsayable(f"entry {number}: {criterion['field']} {criterion['operation']} has no words in conditions")
        return found

    def _assignee(self, number: int, entry: Definition) -> Definition:
        if entry["assigned_to_type"] == "User":
            return {"person": self.terms.person(str(entry["assigned_to"]))}
        try:
            return {"queue": self.terms.queue(str(entry["assigned_to"]))}
        except Unsayable as error:
            raise Unsayable(f"entry {number}: {error}") from None


def _as_fallback(assign: Definition) -> Definition:
    return {"queue": assign["queue"]} if "queue" in assign else {"owner": assign["person"]}


def _is_fallback(taken: _Taken) -> bool:
    return taken.when is None and "team" not in taken.assign


def _turn(node: Node) -> tuple[int, int] | None:
    """The numbers below which `MOD(VALUE(number), total)` must be, and the total; None for any other test."""
    match node:
        case Binary("=" | "<" as sign, Call("MOD", (Call("VALUE"), total)), number):
            end = int(number_of(number)) + (1 if sign == "=" else 0)
            return end, int(number_of(total))
    return None
