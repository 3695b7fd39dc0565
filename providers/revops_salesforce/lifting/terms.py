"""The fields, people and queues that lifted entries name: those of the model, else new ones bound to what exists."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from salesforce_formula.parser import parse
from salesforce_formula.tokens import FormulaError
from salesforce_formula.tree import Name, Node, walk

from revops_iac.model.condition import And, Compare, FieldRef, Op
from revops_iac.provider.lifting import FieldBinding, Raw, Unsayable, key_of
from revops_iac.provider.lifting.model_terms import ModelTerms
from revops_iac.provider.live_object import Definition
from revops_salesforce.compiler.terms.names import SYSTEM, VENDOR_OBJECTS, custom_field_name, developer_name, field_name
from revops_salesforce.fields.org_fields import org_fields
from revops_salesforce.lifting.conditions import condition_of

PEOPLE = VENDOR_OBJECTS["contact"]
OWNERS: Mapping[str, str] = {"Lead": "contact", "Contact": "contact", "Account": "company", "Opportunity": "deal"}
TYPES: Mapping[str, str] = {
    "Text": "text", "LongTextArea": "long_text", "TextArea": "text", "Number": "number", "Currency": "currency",
    "Percent": "percent", "Date": "date", "DateTime": "datetime", "Checkbox": "checkbox", "Picklist": "picklist",
    "MultiselectPicklist": "multi_picklist", "Email": "email", "Phone": "phone", "Url": "url", "Lookup": "user",
}  # fmt: skip
"""Type of a declared field -> type of the model; all others as text."""
DESCRIBED: Mapping[str, str] = {
    "boolean": "checkbox", "int": "number", "double": "number", "currency": "currency", "percent": "percent",
    "date": "date", "datetime": "datetime", "picklist": "picklist", "multipicklist": "multi_picklist",
    "email": "email", "phone": "phone", "url": "url", "textarea": "long_text",
}  # fmt: skip
"""Type in describe -> type of the model; all others as text."""
FORMULAS = {"ValidationRule": "error_condition_formula", "CustomField": "formula"}
NEEDS = re.compile(r" needs: (.+)\.$")
"""How the error message of a compiled rule names its fields."""


@dataclass
class Terms(ModelTerms):
    """The same in an org."""

    bound: dict[FieldRef, Any] = field(default_factory=dict)
    queues: dict[str, Definition] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.twins = dict(_twins(self.raw))
        self.labels = dict(_labels(self.raw))

    # --- fields ---------------------------------------------------------------------------------------------------

    def field_of(self, object_: str) -> Any:
        """Looks up a name in a formula of the object: the field of the model and its type."""
        return lambda name: self.field(object_, name)

    def field(self, object_: str, name: str) -> tuple[FieldRef, str]:
        """A field of the model and its type, made where there is none. Raises Unsayable."""
        owner, _, rest = name.rpartition(".")
        if name.startswith("$") or owner not in ("", "Account"):
            raise Unsayable(f"{name} is not a field of {object_}")
        object_, name = owner or object_, rest
        if object_ not in OWNERS:
            raise Unsayable(f"the model has no fields of {object_}")
        for reference, known in self.model.fields():
            if object_ in VENDOR_OBJECTS[reference.object] and field_name(self.model, reference, object_) == name:
                return reference, str(known.type)
        bound = self._bound(object_, name)
        for reference in self.fields:
            if self.bound[reference] == bound:
                return self.use_field(reference)
        reference, made = self._made(object_, name, bound)
        self.fields[reference], self.bound[reference] = made, bound
        return self.use_field(reference)

    def own_field(self, object_: str, name: str) -> str:
        """A field that the model makes itself from then on, as it makes scores. Raises Unsayable."""
        reference, kind = self.field(object_, name)
        path = ("data_hygiene", "fields", reference.object, reference.key)
        if path in self.used:
            declared = self.raw["CustomField"][f"{object_}.{name}"]
            made = {"label": declared.get("label") or name, "type": kind, "description": declared.get("description")}
            made["decimals"] = declared.get("scale") or None
            if custom_field_name(self.model, reference.key, None) != name:
                made["vendor_name"] = {SYSTEM: name}
            self.used[path] = {**{key: value for key, value in made.items() if value is not None}, "access": False}
        return str(reference)

    def covers(self, object_: str, node: Node) -> dict[str, list[str]]:
        """What `applies_to` says of the records that a formula chooses. Raises Unsayable."""
        found: dict[str, list[str]] = {}
        condition = condition_of(node, self.field_of(object_))
        for part in condition.parts if isinstance(condition, And) else (condition,):
            if not isinstance(part, Compare) or part.op not in (Op.EQ, Op.ANY_OF):
                raise Unsayable(f"{part.render()} is no choice of values, as applies_to is")
            found[self.dimension(part.field)] = [str(value) for value in part.values]
        return found

    def type_of(self, reference: FieldRef) -> str:
        """The type of a field of the model, or of one that was made."""
        known = self.model.field(reference)
        return str(known.type) if known is not None else str(self.fields[reference]["type"])

    def _bound(self, object_: str, name: str) -> Any:
        """The vendor's field, or vendor object -> field for one that Lead and Contact name differently."""
        if object_ not in PEOPLE:
            return name
        other = PEOPLE[1 - PEOPLE.index(object_)]
        twin = self.twins.get((object_, name)) or (name if self._exists(other, name) else None)
        if twin is None or twin == name:
            return name
        names = {object_: name, other: twin}
        return {one: names[one] for one in PEOPLE}

    def _made(self, object_: str, name: str, bound: Any) -> tuple[FieldRef, Definition]:
        owner = OWNERS[object_]
        if object_ in PEOPLE and isinstance(bound, str) and not all(self._exists(one, name) for one in PEOPLE):
            if object_ != "Lead":
                raise Unsayable(f"{object_}.{name} has no field on Lead beside it, as fields of a contact have")
            owner = "lead"
        names = list(bound.values()) if isinstance(bound, dict) else [name]
        known = [self.labels[one, each] for one in (object_, *PEOPLE) for each in names if (one, each) in self.labels]
        declared = self.raw.get("CustomField", {}).get(f"{object_}.{name}")
        custom = next((one for one in reversed(names) if one.endswith("__c")), None)
        label = known[0] if known else str((declared or {}).get("label") or _spaced(name))
        stem = custom.removesuffix("__c") if custom else label
        taken = [one.key for one in self.fields if one.object == owner]
        taken += [one.key for one, _ in self.model.fields() if one.object == owner]
        type_, options = self._type(object_, name, declared)
        made: Definition = {"label": label, "type": type_, **({"options": options} if options else {})}
        return FieldRef(f"{owner}.{key_of(stem, taken)}"), {**made, "standard": {SYSTEM: bound}}

    def _exists(self, object_: str, name: str) -> bool:
        if f"{object_}.{name}" in self.raw.get("CustomField", {}):
            return True
        return name.lower() in (org_fields(self.session).described(object_) or {})

    def _type(self, object_: str, name: str, declared: Definition | None) -> tuple[str, dict[str, str]]:
        if declared is not None:
            return TYPES.get(str(declared.get("type")), "text"), self._options(declared)
        found = (org_fields(self.session).described(object_) or {}).get(name.lower(), {})
        if name == "OwnerId":
            return "user", {}
        return DESCRIBED.get(str(found.get("type")), "text"), {}

    def options(self, object_: str, name: str) -> dict[str, str]:
        """The values of a declared picklist and their labels, in order."""
        return self._options(self.raw.get("CustomField", {}).get(f"{object_}.{name}", {}))

    def _options(self, declared: Definition) -> dict[str, str]:
        """The values of a custom picklist and their labels: its own, or those of the set that it shares."""
        listed = declared.get("value_set") or {}
        shared = self.raw.get("GlobalValueSet", {}).get(str(listed.get("global_value_set")), {})
        values = listed.get("values") or shared.get("values") or ()
        return {str(one["name"]): str(one.get("label") or one["name"]) for one in values}

    def bindings(self) -> Iterator[FieldBinding]:
        """The custom fields of the org under the keys that they would get here."""
        for name in self.raw.get("CustomField", {}):
            object_, _, own = name.partition(".")
            if object_ in OWNERS:
                key = key_of(own.removesuffix("__c"))
                yield FieldBinding(FieldRef(f"{OWNERS[object_]}.{key}"), self._bound(object_, own))

    # --- queues ---------------------------------------------------------------------------------------------------

    def queue(self, name: str) -> str:
        """The key of a queue, which is made from the one that is declared. Raises Unsayable."""
        for key, known in self.model.people.queues.items():
            if developer_name(self.model, key, known) == name:
                return key
        made = {key: one for key, one in self.queues.items() if one["vendor_name"] == {SYSTEM: name}}
        for key, one in made.items():
            self.use("people", "queues", key, content=one)
            return key
        inputs = self.raw.get("Queue", {}).get(name)
        if inputs is None:
            raise Unsayable(f'queue "{name}" is not declared: adopt it first')
        objects = [OWNERS.get(one, "") for one in inputs["objects"]]
        if not all(objects):
            raise Unsayable(f'queue "{name}" holds {", ".join(inputs["objects"])}, of which the model has no words')
        key = key_of(name, {*self.queues, *self.model.people.queues})
        kinds = ["lead" if one == "Lead" else object_ for one, object_ in zip(inputs["objects"], objects, strict=True)]
        own = {"label": inputs["label"], "objects": kinds, "vendor_name": {SYSTEM: name}}
        members = [self.person(one) for one in inputs.get("members") or ()]
        more = {"members": members, "email": inputs.get("email")}
        self.queues[key] = {**own, **{part: value for part, value in more.items() if value}}
        self.use("people", "queues", key, content=self.queues[key])
        return key


def _twins(raw: Raw) -> Iterator[tuple[tuple[str, str], str]]:
    """Names at the same places of formulas that stand on Lead and on Contact: one field of the model."""
    one, other = PEOPLE
    for kind, input_ in FORMULAS.items():
        for name, inputs in raw.get(kind, {}).items():
            theirs = raw[kind].get(f"{other}.{name.partition('.')[2]}", {})
            if not name.startswith(f"{one}.") or not (inputs.get(input_) and theirs.get(input_)):
                continue
            mine, there = _names(str(inputs[input_])), _names(str(theirs[input_]))
            for left, right in zip(mine, there, strict=True) if len(mine) == len(there) else ():
                yield (one, left), right
                yield (other, right), left


def _labels(raw: Raw) -> Iterator[tuple[tuple[str, str], str]]:
    """What the messages of rules call the fields that they ask for."""
    for inputs in raw.get("ValidationRule", {}).values():
        needs = NEEDS.search(str(inputs.get("error_message")))
        labels = needs[1].split(", ") if needs else []
        names = _names(str(inputs.get("error_condition_formula")))[-len(labels) :] if labels else []
        for name, label in zip(names, labels, strict=False):
            yield (str(inputs["object"]), name), label


def _names(formula: str) -> list[str]:
    try:
        return [node.text for node in walk(parse(formula)) if isinstance(node, Name)]
    except FormulaError:
        return []


def _spaced(name: str) -> str:
    """
    >>> _spaced("NumberOfEmployees"), _spaced("Fit_Score__c")
    ('Number of employees', 'Fit score')
    """
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("__c").replace("_", " ")).split()
    return " ".join([words[0], *(word.lower() for word in words[1:])]) if words else name
