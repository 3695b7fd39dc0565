"""Routing from the active assignment rule of leads, with the queues that it names, their members and its fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from revops_iac.model.condition import And, Compare
from revops_iac.provider.lifting import NotLifted, Proposal, Unsayable, key_of
from revops_iac.provider.live_object import Definition
from revops_salesforce.compiler.routing import OBJECT
from revops_salesforce.compiler.terms.conditions import NUMBERS
from revops_salesforce.compiler.terms.criteria import condition_of
from revops_salesforce.compiler.terms.names import SYSTEM
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
class _Lifted:
    """An assignment rule with the queues, persons and fields that its entries name."""

    terms: Terms

    def proposal(self, inputs: Definition) -> Proposal:
        """Raises Unsayable."""
        rules: dict[str, Definition] = {}
        fallback: Definition = {}
        for number, entry in enumerate(inputs["entries"], 1):
            rule = self._rule(number, entry)
            is_last = number == len(inputs["entries"])
            if is_last and "when" not in rule:
                fallback = _as_fallback(rule["assign"])
            else:
                rules[key_of(f"to_{next(iter(rule['assign'].values()))}", rules)] = rule
        content = {"label": inputs["name"], "runs_on": SYSTEM, "vendor_name": {SYSTEM: inputs["name"]}}
        content |= {"moments": ["created"], "rules": rules, **({"fallback": fallback} if fallback else {})}
        return Proposal("routing", key_of(str(inputs["name"])), content, self.terms.also())

    def _rule(self, number: int, entry: Definition) -> Definition:
        if entry.get("formula"):
            raise Unsayable(f"entry {number} has a formula, which is not read as a condition")
        if extra := [key for key in UNSAID if entry.get(key)]:
            raise Unsayable(f"entry {number} has {extra[0]}")
        if entry.get("assigned_to") is None:
            raise Unsayable(f"entry {number} assigns to nobody")
        parts = [self._condition(number, one) for one in entry.get("criteria") or ()]
        when = {"when": (parts[0] if len(parts) == 1 else And(tuple(parts))).render(), "criteria": True}
        method = {"method": "territory" if parts else "round_robin"}
        return {**method, **(when if parts else {}), "assign": self._assignee(number, entry)}

    def _condition(self, number: int, criterion: Mapping[str, Any]) -> Compare:
        object_, _, name = str(criterion["field"]).partition(".")
        if object_ != OBJECT:
            raise Unsayable(f"{criterion['field']} is not a field of {OBJECT}")
        reference, type_ = self.terms.field(object_, name)
        found = condition_of(criterion, reference, "number" if type_ in NUMBERS else type_)
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
