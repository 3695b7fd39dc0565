"""The data API's objects as SOQL tables, seen with a user's field-level security."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from crm_simulators.salesforce.errors import RestError
from crm_simulators.salesforce.org.access import permission_access, visible_fields
from crm_simulators.salesforce.org.fields import Field, by_relationship, find_field, object_name
from crm_simulators.salesforce.org.org import Org, Record
from crm_simulators.salesforce.query.parser import Column
from crm_simulators.salesforce.rows.record_values import Viewer
from crm_simulators.salesforce.rows.tables import rows


class DataTable:
    """One object for one user; ``deleted`` adds the recycle bin, as queryAll does."""

    def __init__(self, org: Org, user: Record, sobject: str, version: str, *, deleted: bool = False) -> None:
        name = object_name(org, sobject)
        if name is None:
            raise unsupported_type(sobject)
        self.org = org
        self.user = user
        self.name = name
        self.version = version
        self.deleted = deleted
        self.viewer = Viewer(org, user)
        self._visible: dict[str, dict[str, Field]] = {}
        self._paths: dict[str, tuple[list[str], str]] = {}

    def visible(self, sobject: str) -> dict[str, Field]:
        if sobject not in self._visible:
            self._visible[sobject] = visible_fields(self.org, self.user["Id"], sobject)
        return self._visible[sobject]

    def rows(self) -> Iterable[Record]:
        if self.name == "UserPermissionAccess":
            yield permission_access(self.org, self.user)
            return
        yield from rows(self.org, self.name)
        if self.deleted:
            yield from self.org.recycle_bin.get(self.name, {}).values()

    def type_of(self, path: str) -> str:
        owners = [self.name]
        steps = path.split(".")
        if steps[0].lower() == self.name.lower():
            steps = steps[1:]  # SELECT Lead.Name FROM Lead
        for step in steps[:-1]:
            field = next((f for owner in owners if (f := by_relationship(self.visible(owner), step))), None)
            if field is None:
                raise RestError(400, "INVALID_FIELD", _no_relation(step))
            owners = list(field.reference_to)
        if len(owners) > 1 and steps[-1].lower() == "type":
            self._paths[path] = (steps[:-1], "Type")
            return "string"
        field = next((f for owner in owners if (f := find_field(self.visible(owner), steps[-1]))), None)
        if field is None:
            raise RestError(400, "INVALID_FIELD", no_such_column(steps[-1], owners[0]))
        self._paths[path] = (steps[:-1], field.name)
        return "textarea" if field.is_long_text else field.type

    def value(self, row: Record, path: str) -> Any:
        steps, name = self._paths[path]
        found = self._row(row, steps)
        if found is None:
            return None
        sobject, row = found
        if steps and name == "Type" and sobject in {"User", "Group"}:
            return row.get("Type") if sobject == "Group" else "User"
        return self.viewer.value(sobject, row, name)

    def _row(self, row: Record, steps: list[str]) -> tuple[str, Record] | None:
        sobject = self.name
        for step in steps:
            parent = self.viewer.parent(sobject, row, step)
            if parent is None:
                return None
            sobject, row = parent
        return sobject, row

    def entry(self, row: Record, columns: list[Column]) -> dict[str, Any]:
        entry: dict[str, Any] = self.attributes(self.name, row)
        for column in columns:
            steps, name = self._paths[column.field]
            self._place(entry, row, steps, name, column.field)
        return entry

    def _place(self, entry: dict[str, Any], row: Record, steps: list[str], name: str, path: str) -> None:
        """Put a value into the nested records of its parents; an empty parent is null."""
        for depth, step in enumerate(steps):
            found = self._row(row, steps[: depth + 1])
            key = next(
                (known for known in entry if known.lower() == step.lower()), self._spelled(row, steps[:depth], step)
            )
            if found is None:
                entry[key] = None
                return
            entry[key] = entry.get(key) or self.attributes(*found)
            entry = entry[key]
        entry[name] = rest_value(self.value(row, path))

    def _spelled(self, row: Record, steps: list[str], step: str) -> str:
        found = self._row(row, steps)
        field = None if found is None else by_relationship(self.viewer.fields(found[0]), step)
        return step if field is None or field.relationship is None else field.relationship

    def names(self, which: str) -> list[str]:
        custom = {"ALL": (True, False), "CUSTOM": (True,), "STANDARD": (False,)}[which]
        return [name for name, field in self.visible(self.name).items() if (field.custom is not None) in custom]

    def attributes(self, sobject: str, row: Record) -> dict[str, Any]:
        url = f"/services/data/v{self.version}/sobjects/{sobject}/{row['Id']}"
        return {"attributes": {"type": sobject, "url": url}}


def rest_value(value: Any) -> Any:
    """REST writes date-times with +0000."""
    if isinstance(value, str) and len(value) == 24 and value.endswith(".000Z") and value[10] == "T":
        return value[:-1] + "+0000"
    return value


def unsupported_type(name: str) -> RestError:
    """[K: text]"""
    return RestError(
        400,
        "INVALID_TYPE",
        f"sObject type '{name}' is not supported. If you are attempting to use a custom object, be sure to append the "
        "'__c' after the entity name. Please reference your WSDL or the describe call for the appropriate names.",
    )


LOOK_UP = "Please reference your WSDL or the describe call for the appropriate names."


def no_such_column(name: str, sobject: str) -> str:
    """[K: text]"""
    return (
        f"No such column '{name}' on entity '{sobject}'. If you are attempting to use a custom field, "
        f"be sure to append the '__c' after the custom field name. {LOOK_UP}"
    )


def _no_relation(step: str) -> str:
    """[K: text]"""
    return (
        f"Didn't understand relationship '{step}' in field path. If you are attempting to use a custom relationship, "
        f"be sure to append the '__r' after the custom relationship name. {LOOK_UP}"
    )
