"""What a formula on an object can name: its fields, its parents' fields and the global variables."""

from __future__ import annotations

from salesforce_formula.checker import check
from salesforce_formula.kinds import BOOLEAN, TEXT, Context
from salesforce_formula.tokens import FormulaError
from salesforce_formula.tree import Node

from crm_simulators.salesforce.org.fields import by_relationship, fields_of, find_field, object_name
from crm_simulators.salesforce.org.org import Org

# Global variables modeled here and their types; $Permission names are looked up.
GLOBALS = {
    "$User": {"Id", "Username", "FirstName", "LastName", "Email", "Alias", "ManagerId", "ProfileId", "UserRoleId"},
    "$Profile": {"Id", "Name"},
    "$UserRole": {"Id", "Name", "DeveloperName"},
    "$Organization": {"Id", "Name"},
    "$RecordType": {"Id", "Name", "DeveloperName"},
}
MAX_DEPTH = 10  # relationships spanned by one reference [K]


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
        sobject = self.sobject
        for step in parts[:-1]:
            sobject = self._parent(name, sobject, step)
        field = find_field(fields_of(self.org, sobject), parts[-1])
        if field is None or (field.name == "IsDeleted"):
            raise unknown(name)
        return field.formula_type

    def _parent(self, name: str, sobject: str, step: str) -> str:
        relationship, _, target = step.partition(":")
        field = by_relationship(fields_of(self.org, sobject), relationship)
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
        if len(parts) != 2:
            raise unknown(name)
        if parts[0] == "$Permission":
            if self.org.find("CustomPermission", parts[1]) is None:
                raise unknown(name)
            return BOOLEAN
        if parts[1] not in GLOBALS.get(parts[0], set()):
            raise unknown(name)
        return TEXT


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
            current = {"Queue": "Group"}.get(target, target) if target else field.reference_to[0]
        found.add((current, name.rpartition(".")[2]))
    return found
