"""Routing from the active assignment rule of leads, with the queues that it names, their members and its fields."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from revops_iac.model import Model
from revops_iac.model.condition import And, Compare, FieldRef
from revops_iac.provider.lifting import NotLifted, Proposal, Raw, Unsayable, key_of
from revops_iac.provider.live_object import Definition, Reference
from revops_salesforce.compiler.routing import OBJECT
from revops_salesforce.compiler.terms.criteria import condition_of
from revops_salesforce.compiler.terms.names import SYSTEM

TYPES = {"Checkbox": "checkbox", "Currency": "number", "Number": "number", "Percent": "number"}
"""Types of fields for what criteria compare them with; all others as text."""
UNSAID = ("template", "teams", "override_existing_teams", "boolean_filter")
"""What a routing rule has no words for."""


def routing(model: Model, raw: Raw) -> Iterator[Proposal | NotLifted]:
    """A proposal for each active rule; more than one cannot be active."""
    for name, inputs in raw.get("AssignmentRules", {}).items():
        subject = f"AssignmentRules {name}"
        if inputs["object"] != OBJECT:
            yield NotLifted("routing", subject, "the topic routes leads only")
        elif not inputs.get("active"):
            yield NotLifted("routing", subject, "it is not active")
        else:
            try:
                yield _Lifted(model, raw).proposal(name, inputs)
            except Unsayable as error:
                yield NotLifted("routing", subject, str(error))


@dataclass
class _Lifted:
    """The entries beside the routing that its rules need: queues, persons and fields that the model lacks."""

    model: Model
    raw: Raw
    queues: dict[str, Definition] = field(default_factory=dict)
    persons: dict[str, Definition] = field(default_factory=dict)
    fields: dict[str, Definition] = field(default_factory=dict)
    covers: list[Reference] = field(default_factory=list)

    def proposal(self, name: str, inputs: Definition) -> Proposal:
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
        people = {"queues": self.queues, "persons": self.persons}
        also = {
            "people": {key: made for key, made in people.items() if made},
            "data_hygiene": {"fields": {"lead": self.fields}} if self.fields else {},
        }
        covers = (Reference("AssignmentRules", name), *self.covers)
        named = {topic: made for topic, made in also.items() if made}
        return Proposal("routing", key_of(str(inputs["name"])), content, covers, named)

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
        reference, type_ = self._field(str(criterion["field"]))
        found = condition_of(criterion, reference, type_)
        if found is None:
            raise Unsayable(f"entry {number}: {criterion['field']} {criterion['operation']} has no words in conditions")
        return found

    def _field(self, name: str) -> tuple[FieldRef, str]:
        """The field of the model, which is made where there is none: it binds to the one that exists."""
        object_, _, own = name.partition(".")
        if object_ != OBJECT:
            raise Unsayable(f"{name} is not a field of {OBJECT}")
        known = self.model.data_hygiene.fields if self.model.data_hygiene else {}
        for owner in ("contact", "lead"):
            for key, one in known.get(owner, {}).items():
                if one.standard_name(SYSTEM, OBJECT) == own:
                    return FieldRef(f"{owner}.{key}"), str(one.type)
        for key, made in self.fields.items():
            if made["standard"][SYSTEM] == own:
                return FieldRef(f"lead.{key}"), str(made["type"])
        declared = self.raw.get("CustomField", {}).get(name, {})
        type_ = TYPES.get(str(declared.get("type")), "text")
        key = key_of(own.removesuffix("__c"), {*self.fields, *known.get("lead", {})})
        bound = {SYSTEM: own}
        self.fields[key] = {"label": declared.get("label") or own, "type": type_, "standard": bound}
        return FieldRef(f"lead.{key}"), type_

    def _assignee(self, number: int, entry: Definition) -> Definition:
        if entry["assigned_to_type"] == "User":
            return {"person": self._person(str(entry["assigned_to"]))}
        return {"queue": self._queue(number, str(entry["assigned_to"]))}

    def _person(self, username: str) -> str:
        people = self.model.people
        for key in people.persons:
            if people.identity(key, SYSTEM) == username:
                return key
        for key, made in self.persons.items():
            if made["email"] == username:
                return key
        key = key_of(username.partition("@")[0], {*self.persons, *people.persons})
        self.persons[key] = {"name": username.partition("@")[0], "email": username}
        return key

    def _queue(self, number: int, name: str) -> str:
        for known in (self.model.people.queues, self.queues):
            for key, one in known.items():
                pinned = one["vendor_name"] if isinstance(one, dict) else one.vendor_name_on(SYSTEM)
                if pinned in (name, {SYSTEM: name}):
                    return key
        inputs = self.raw.get("Queue", {}).get(name)
        if inputs is None:
            raise Unsayable(f'entry {number}: queue "{name}" is not declared: adopt it first')
        if inputs["objects"] != [OBJECT]:
            raise Unsayable(f'queue "{name}" holds {", ".join(inputs["objects"])}; the topic has queues of leads only')
        key = key_of(name, {*self.queues, *self.model.people.queues})
        own = {"label": inputs["label"], "objects": ["lead"], "vendor_name": {SYSTEM: name}}
        members = [self._person(one) for one in inputs.get("members") or ()]
        more = {"members": members, "email": inputs.get("email")}
        self.queues[key] = {**own, **{part: value for part, value in more.items() if value}}
        self.covers.append(Reference("Queue", name))
        return key


def _as_fallback(assign: Definition) -> Definition:
    return {"queue": assign["queue"]} if "queue" in assign else {"owner": assign["person"]}
