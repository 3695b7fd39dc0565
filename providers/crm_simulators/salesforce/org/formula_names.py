"""What a formula on an object can name: its fields, its parents' fields and the global variables."""

from __future__ import annotations

from salesforce_formula.checker import check
from salesforce_formula.global_variables import global_type, head_of
from salesforce_formula.kinds import ANY, BOOLEAN, TEXT, Context
from salesforce_formula.tokens import FormulaError, is_field_id
from salesforce_formula.tree import Node
from vendor_facts import vocabulary

from crm_simulators.salesforce.org.fields import (
    UNKNOWN,
    by_relationship,
    fields_of,
    find_field,
    is_packaged,
    object_name,
)
from crm_simulators.salesforce.org.org import Org

# Global variables that are one record each; $Permission, $Setup, $Label and $CustomMetadata are looked up [K].
RECORDS = vocabulary("salesforce", "global variables")
NOT_FIELDS = frozenset({"uitheme", "uithemedisplayed"})
"""What $User has beside the fields of the user [D: global variables]."""
OBJECT_PREFIX = "01I"
"""How the id of a custom object begins, in the formulas of packages [K]."""
QUEUE_FIELDS = {"queuename": "Name", "queueemail": "Email"}
"""Names that formulas use for fields of a queue, which is a row of Group [K: saved formulas of seven orgs]."""
MAX_DEPTH = 10  # relationships spanned by one reference [K]


def own_name(parts: list[str]) -> str:
    """The name of the field at the end of a path, on the object that it leads to."""
    is_queue = len(parts) > 1 and parts[-2].partition(":")[2] == "Queue"
    return QUEUE_FIELDS.get(parts[-1].lower(), parts[-1]) if is_queue else parts[-1]


def unknown(name: str) -> FormulaError:
    return FormulaError(f"Field {name} does not exist. Check spelling.")


class ObjectNames:
    """The names that formulas on one object may use."""

    def __init__(self, org: Org, sobject: str) -> None:
        self.org = org
        self.sobject = sobject

    def type_of(self, name: str) -> str:
        parts = name.split(".")
        if parts[0].startswith("$"):
            return self._global(name, parts)
        return self._field(name, self.sobject, parts)

    def _field(self, name: str, sobject: str, parts: list[str]) -> str:
        for step in parts[:-1]:
            parent = self._parent(name, sobject, step)
            if parent is None:
                return ANY
            sobject = parent
        if is_field_id(parts[-1]):
            return ANY
        field = find_field(fields_of(self.org, sobject), own_name(parts))
        if field is None or field.name == "IsDeleted":
            raise unknown(name)
        return field.formula_type

    def _parent(self, name: str, sobject: str, step: str) -> str | None:
        """The object behind a relationship, or None for one of a package or of an object without a table."""
        relationship, _, target = step.partition(":")
        fields = fields_of(self.org, sobject)
        field = by_relationship(fields, relationship) or find_field(fields, relationship)
        if field is not None and field.type == UNKNOWN:
            return None
        if field is None or not field.reference_to:
            raise unknown(name)
        if len(field.reference_to) == 1:
            return field.reference_to[0]
        # A polymorphic owner is spelled Owner:User or Owner:Queue [K].
        desired = {"Queue": "Group"}.get(target, target)
        if desired not in field.reference_to or object_name(self.org, desired) is None:
            raise unknown(name)
        return desired

    def _global(self, name: str, parts: list[str]) -> str:
        root, rest = head_of(name), parts[1:]
        if root == "$Permission" and len(rest) == 1:
            return self._named("CustomPermission", name, rest[0], BOOLEAN)
        if root == "$Label":
            return self._named("CustomLabel", name, "__".join(rest), TEXT)
        if root == "$Setup" and len(rest) >= 2:
            return self._of_object(name, rest)
        if root == "$CustomMetadata" and len(rest) == 3:
            return self._of_object(name, [rest[0], rest[2]])
        if root == "$ObjectType" and len(rest) == 3:
            self._of_object(name, [rest[0], rest[2]])
        if root in {"$User", "$RecordType"} and rest and rest[-1].lower() not in NOT_FIELDS:
            return self._field(name, RECORDS[root], rest)
        if (found := global_type(name)) is None:
            raise unknown(name)
        return found

    def _named(self, type_name: str, name: str, own: str, kind: str) -> str:
        if self.org.find(type_name, own) is None and not is_packaged(self.org, own):
            raise unknown(name)
        return kind

    def _of_object(self, name: str, parts: list[str]) -> str:
        sobject = object_name(self.org, parts[0])
        if sobject is None and parts[0].startswith(OBJECT_PREFIX):
            return ANY
        if sobject is None:
            raise unknown(name)
        return self._field(name, sobject, parts[1:])


def compiled(org: Org, sobject: str, text: str, *, expected: str | None, saving: bool) -> Node:
    """The checked tree of a formula on an object; raises FormulaError.

    `saving` stands for the places where what a save changed is known.
    """
    context = Context.VALIDATION_RULE if saving else Context.FORMULA_FIELD
    binds = str(org.switch("exponent_binds"))
    return check(text, ObjectNames(org, sobject), expected=expected, context=context, exponent_binds=binds)


def references(org: Org, sobject: str, names: list[str]) -> set[tuple[str, str]]:
    """The (object, field) pairs that names in a formula lead to, for dependencies."""
    found: set[tuple[str, str]] = set()
    for name in names:
        if name.startswith("$"):
            continue
        current = sobject
        for step in name.split(".")[:-1]:
            relationship, _, target = step.partition(":")
            field = by_relationship(fields_of(org, current), relationship)
            if field is None:
                break
            found.add((current, field.name))
            current = (
                {"Queue": "Group"}.get(target, target) if target or not field.reference_to else field.reference_to[0]
            )
        found.add((current, name.rpartition(".")[2]))
    return found
