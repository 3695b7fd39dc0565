"""What formulas of the program may name: fields that it declares, and those of the org where one can be asked."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from salesforce_formula.global_variables import global_type
from salesforce_formula.kinds import (
    ANY,
    BOOLEAN,
    DATE,
    DATETIME,
    LOCATION,
    LONG,
    MULTI,
    NUMBER,
    PICKLIST,
    TEXT,
    TIME,
    described_type,
)
from salesforce_formula.tokens import FormulaError, is_field_id

from revops_iac.provider.live_object import Definition, DesiredResource, Program
from revops_salesforce.fields.impact import STANDARD_FIELDS
from revops_salesforce.fields.org_fields import ACTIVITIES, OrgFields

METADATA_TYPES = {
    "AutoNumber": TEXT, "Checkbox": BOOLEAN, "Currency": NUMBER, "Date": DATE, "DateTime": DATETIME, "Email": TEXT,
    "EncryptedText": TEXT, "Html": LONG, "Location": LOCATION, "LongTextArea": LONG, "Lookup": TEXT,
    "MasterDetail": TEXT, "MultiselectPicklist": MULTI, "Number": NUMBER, "Percent": NUMBER, "Phone": TEXT,
    "Picklist": PICKLIST, "Text": TEXT, "TextArea": TEXT, "Time": TIME, "Url": TEXT,
}  # fmt: skip
"""The formula type of a field, by its type in the Metadata API; others fit everywhere."""
RECORD = frozenset({"$record", "$record__prior"})
NAMING = frozenset({"CustomField", "CustomPermission", "GlobalValueSet", "StandardValueSet"})
"""Kinds that give formulas what they may name."""


class ProgramFields:
    """Fields, picklists and custom permissions that the program declares, by name in small letters."""

    def __init__(self, declared: Iterable[tuple[str, Definition]]) -> None:
        self.fields: dict[tuple[str, str], Definition] = {}
        self.value_sets: dict[str, Definition] = {}
        self.permissions: set[str] = set()
        for kind, inputs in declared:
            if kind == "CustomField" and "type" in inputs and is_custom(inputs["name"]):
                self.fields[inputs["object"].lower(), inputs["name"].lower()] = inputs
            elif kind in {"GlobalValueSet", "StandardValueSet"}:
                self.value_sets[inputs["name"]] = inputs
            elif kind == "CustomPermission":
                self.permissions.add(inputs["name"].lower())

    @classmethod
    def of(cls, program: Sequence[DesiredResource]) -> ProgramFields:
        """Those of a program, found once; one answer for all programs that declare the same."""

        def found() -> ProgramFields:
            return _of_text(
                json.dumps([(one.kind, one.inputs) for one in program if one.inputs and one.kind in NAMING])
            )

        return program.once("formula names", found) if isinstance(program, Program) else found()

    def field(self, object_: str, name: str) -> Definition | None:
        """A custom field's inputs."""
        owner = object_.lower()
        found = self.fields.get((owner, name.lower()))
        return self.fields.get(("activity", name.lower())) if found is None and owner in ACTIVITIES else found

    def values(self, field: Definition) -> frozenset[str]:
        """The values that the program gives a picklist, those included that it deactivates: records may hold them."""
        own = field.get("value_set") or {}
        named = self.value_sets.get(own.get("global_value_set") or "") or {}
        lists = [part.get("values") or [] for part in (own, named)]
        gone = [part.get("deactivate") or [] for part in (own, named)]
        return frozenset(
            [*(entry["name"] for part in lists for entry in part), *(name for part in gone for name in part)]
        )

    def standard_values(self, object_: str, field: str) -> frozenset[str]:
        """The values that the program gives the standard set of a standard picklist."""
        path = f"{object_}.{field}".lower()
        names = [name for name, paths in STANDARD_FIELDS.items() if path in (one.lower() for one in paths)]
        found = [self.value_sets[name] for name in names if name in self.value_sets]
        listed = [entry["name"] for one in found for entry in one.get("values") or ()]
        return frozenset([*listed, *(name for one in found for name in one.get("deactivate") or ())])


@lru_cache(maxsize=8)
def _of_text(declared: str) -> ProgramFields:
    """The same names are the same answer: environments of a project differ in other things."""
    return ProgramFields(json.loads(declared))


class ObjectFields:
    """The names that formulas on one object may use; without an org, names that it alone can know fit everywhere."""

    def __init__(self, object_: str, program: ProgramFields, org: OrgFields | None, *, in_flow: bool) -> None:
        self.object = object_
        self.program = program
        self.org = org
        self.in_flow = in_flow

    # --- what the linter asks -----------------------------------------------------------------------------------

    def type_of(self, name: str) -> str:
        """The formula type of a name; raises FormulaError with the editor's text [K]."""
        if name.startswith("$") and not self._of_record(name):
            return self._global(name)
        found = self._found(name)
        if found is None:
            return ANY
        object_, field = found
        return self._type(object_, field, name)

    def values_of(self, name: str) -> frozenset[str] | None:
        """The values of a picklist: the program's, and the org's beside them; of a standard one only with an org."""
        found = self._known(name)
        if found is None:
            return None
        declared = self.program.field(*found)
        mine = self.program.values(declared) if declared is not None else frozenset[str]()
        if self.org is None:
            return mine or None
        theirs = self._org_values(*found)
        if not is_custom(found[1]):
            return theirs | self.program.standard_values(*found) if theirs else None
        return mine | theirs if mine or theirs else None

    def may_hold_others(self, name: str) -> bool:
        """Whether it is a standard or an unrestricted picklist, whose records may hold what its set does not list."""
        found = self._known(name)
        if found is None or not is_custom(name):
            return True
        inputs = self.program.field(*found) or (self.org.custom(*found) if self.org is not None else None) or {}
        return (inputs.get("value_set") or {}).get("restricted") is False

    def formula_of(self, name: str) -> str | None:
        """The text of a formula field. Formulas of flows are not put together into one, so none is inside another."""
        found = None if self.in_flow else self._known(name)
        if found is None:
            return None
        declared = self.program.field(*found)
        if declared is not None:
            return declared.get("formula")
        described = (self.org.described(found[0]) if self.org else None) or {}
        text = described.get(found[1].lower(), {}).get("calculatedFormula")
        return str(text) if text else None

    def names(self) -> Iterable[str]:
        """The fields of the object, to suggest one."""
        mine = [
            inputs["name"] for (object_, _), inputs in self.program.fields.items() if object_ == self.object.lower()
        ]
        described = (self.org.described(self.object) if self.org and self.object else None) or {}
        return [*mine, *(str(field["name"]) for field in described.values())]

    # --- what counting asks -------------------------------------------------------------------------------------

    @property
    def exists(self) -> bool:
        """Whether the org shows the object at all; the program may be about to make it."""
        return self.org is not None and self.org.described(self.object) is not None

    def described_field(self, name: str) -> Mapping[str, Any] | None:
        """What describe shows of the field behind a path; None for what it hides and for what is no path."""
        found = self._known(name)
        described = self.org.described(found[0]) if self.org is not None and found is not None else None
        return None if described is None or found is None else described.get(found[1].lower())

    def is_new(self, name: str) -> bool:
        """Whether the program is about to make the field, so that no record holds anything in it."""
        found = self._known(name)
        if self.org is None or found is None or self.program.field(*found) is None:
            return False
        return self.described_field(name) is None and self.org.custom(*found) is None

    def default_of(self, name: str) -> bool | None:
        """What a new field holds in records that exist already: the default of a checkbox, else nothing [K]."""
        found = self._known(name)
        inputs = (self.program.field(*found) if found is not None else None) or {}
        return str(inputs.get("default_value")).lower() == "true" if inputs.get("type") == "Checkbox" else None

    def needs_permission(self, name: str) -> bool:
        """Whether it is a custom field of the object itself that users cannot edit without a permission.

        Required and master-detail fields are editable by all [D]; formulas, auto-numbers and summaries by none.
        """
        if "." in name or not is_custom(name):
            return False
        inputs = self.program.field(self.object, name) or (self.org.custom(self.object, name) if self.org else None)
        if inputs is None or inputs.get("formula") or inputs.get("required"):
            return False
        return inputs["type"] not in {"AutoNumber", "MasterDetail", "Summary"}

    # --- paths --------------------------------------------------------------------------------------------------

    def _of_record(self, name: str) -> bool:
        return self.in_flow and name.partition(".")[0].lower() in RECORD and "." in name

    def _found(self, name: str) -> tuple[str, str] | None:
        """The object and field that a path leads to; None where that is unknown."""
        parts = name.split(".")
        if self.in_flow:
            if not self._of_record(name):
                return None
            parts = parts[1:]
        elif name.startswith("$"):
            return None
        if is_field_id(parts[-1]):
            return None
        object_: str | None = self.object
        for step in parts[:-1]:
            object_ = self._parent(object_ or "", step, name)
            if object_ is None:
                return None
        return (object_, parts[-1]) if object_ else None

    def _known(self, name: str) -> tuple[str, str] | None:
        """The same, and None for a path that leads nowhere too."""
        try:
            return self._found(name)
        except FormulaError:
            return None

    def _parent(self, object_: str, step: str, name: str) -> str | None:
        relationship, _, target = step.partition(":")
        if target:
            return None if target == "Queue" else target  # Owner:User, or Owner:Queue, which is no object [K]
        custom = self.program.field(object_, relationship[:-1] + "c") if relationship.lower().endswith("__r") else None
        if custom is not None:
            return custom.get("reference_to")
        if self.org is None:
            return None
        described = self.org.described(object_)
        if described is None:
            return None
        folded = relationship.lower()
        fields = (field for field in described.values() if str(field.get("relationshipName") or "").lower() == folded)
        field = next(fields, None)
        if field is None:
            return self._hidden_parent(object_, relationship, name)
        targets = field["referenceTo"]
        return str(targets[0]) if len(targets) == 1 else None

    def _hidden_parent(self, object_: str, relationship: str, name: str) -> str | None:
        """A relationship that describe does not show: to this user, or to anybody, as the campaign of a lead."""
        assert self.org is not None
        found = None
        if relationship.lower().endswith("__r"):
            found = self.org.custom(object_, relationship[:-1] + "c")
        elif "__" in relationship or self.org.has_hidden(object_, f"{relationship}Id"):
            return None
        if found is None:
            raise unknown(name)
        return found.get("reference_to")

    # --- one field ----------------------------------------------------------------------------------------------

    def _type(self, object_: str, field: str, name: str) -> str:
        declared = self.program.field(object_, field)
        if declared is not None:
            return METADATA_TYPES.get(declared["type"], ANY)
        if self.org is None:
            return ANY
        described = self.org.described(object_)
        if described is None:
            return ANY
        if (shown := described.get(field.lower())) is not None:
            length = int(shown.get("length") or 0)
            return described_type(str(shown["type"]), length, is_custom=is_custom(field))
        return self._hidden_type(object_, field, name)

    def _hidden_type(self, object_: str, field: str, name: str) -> str:
        """The type of a field that describe does not show; parts of compound fields and of persons are not asked."""
        assert self.org is not None
        if not is_custom(field):
            if "__" in field or self.org.has_hidden(object_, field):
                return ANY
            raise unknown(name)
        found = self.org.custom(object_, field)
        if found is None:
            raise unknown(name)
        return METADATA_TYPES.get(found["type"], ANY)

    def _org_values(self, object_: str, field: str) -> frozenset[str]:
        """Values of the org, inactive ones too; those of shared and standard sets are shown by describe alone."""
        assert self.org is not None
        custom = (self.org.custom(object_, field) if is_custom(field) else None) or {}
        values = (custom.get("value_set") or {}).get("values") or []
        described = (self.org.described(object_) or {}).get(field.lower(), {})
        listed = [entry["value"] for entry in described.get("picklistValues") or ()]
        return frozenset([*(entry["name"] for entry in values), *listed])

    def _global(self, name: str) -> str:
        found = global_type(name)
        if found is None and self.in_flow and name.lower() in RECORD:
            return ANY
        if found is None:
            raise unknown(name)
        return found


def is_custom(field: str) -> bool:
    """Whether a field is one that an organization added."""
    return field.lower().endswith("__c")


def unknown(name: str) -> FormulaError:
    """The editor's text for a name that leads nowhere [K]."""
    return FormulaError(f"Field {name} does not exist. Check spelling.")
