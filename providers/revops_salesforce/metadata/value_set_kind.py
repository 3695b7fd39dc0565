"""What global and standard value sets share: a list of values of which only those that the model names are ours."""

from __future__ import annotations

import json
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from typing import ClassVar, TypeVar

from revops_iac.diagnostics import Diagnostic, Diagnostics, Severity, input_error, plural
from revops_iac.provider.changes.container import Entry, EntryContainer
from revops_iac.provider.kind import Definition, Impact, Inputs, LiveObject, State
from revops_salesforce.api.client import OrgSession, SalesforceClient
from revops_salesforce.api.components import Body
from revops_salesforce.fields import value_entries
from revops_salesforce.fields.impact import FieldCount, newly_inactive, of_values
from revops_salesforce.fields.value_entries import Value
from revops_salesforce.metadata.kind import MetadataKind, without_gaps

HOW_TO_RENAME = (
    "to rename a value, keep its API name and change the label: vendor_name: {salesforce: OLD} on the stage, or the "
    "old name and a new label in a raw section; to replace it, move its records first"
)
"""Labels change in place, and records, formulas and flows hold the API name [D: developer blog, January 2017]; through
the Metadata API an API name never changes."""


class ValueSetInputs(Inputs):
    """What the inputs of both kinds of value set have in common, beside `values` with a type of its own."""

    name: str
    deactivate: list[str] | None = None
    """Unmanaged values to deactivate."""

    @property
    def listed(self) -> Sequence[Value]:
        """The values that the model names."""
        raise NotImplementedError


V = TypeVar("V", bound=ValueSetInputs)


class ValueSetKind(EntryContainer[SalesforceClient, V], MetadataKind[V]):
    """A shared container, owned value by value: values that the model does not list are kept and shown as unmanaged."""

    entries = "values"
    entry_name = "name"
    values_element: ClassVar[str]
    """The element that holds the values."""

    def describe_entry(self, entry: Entry) -> str:
        return str(entry["name"])

    def is_inactive(self, entry: Entry) -> bool:
        return not entry.get("is_active", True)

    def elements(self, inputs: V) -> Body:
        return self.changes({}, inputs)

    def changes(self, body: Body, inputs: V) -> Body:
        listed = [value.model_dump(exclude_unset=True) for value in inputs.listed]
        values = value_entries.merge(body.get(self.values_element, []), listed, inputs.deactivate or [])
        return {**self.settings(self.own(inputs)), self.values_element: values}

    def settings(self, definition: Definition) -> Body:
        """The elements beside the values."""
        left_out = {"values", "deactivate", *self.identity}
        return self.plain_elements({key: value for key, value in definition.items() if key not in left_out})

    def definition(self, name: str, body: Body) -> Definition:
        values = [value_entries.from_vendor(value) for value in body.get(self.values_element, [])]
        found = {**super().definition(name, body), "values": values, "sorted": body.get("sorted", False)}
        del found["deactivate"]
        return found

    def update_impact(self, session: OrgSession, inputs: V, live: LiveObject) -> Iterable[Impact]:
        """Records that hold a value that would be inactive."""
        gone = newly_inactive(live.definition["values"], inputs.managed())
        if gone:
            yield of_values(self.fields(session, live.name), gone)

    def step_errors(self, session: OrgSession, planned_from: V, desired: V) -> Diagnostics:
        """A value that goes while another comes may be one that was renamed: its records would stay behind."""
        renamed = _renamed(planned_from.listed, desired.listed)
        for old, new in renamed.items():
            yield self._second_value(session, desired, [old], [new], _keep_value(desired.name, old, new))
        before, after = ([value.name for value in inputs.listed] for inputs in (planned_from, desired))
        gone = [name for name in before if name not in after and name not in renamed]
        come = [name for name in after if name not in before and name not in renamed.values()]
        if gone and come:
            found = self._second_value(session, desired, gone, come, HOW_TO_RENAME)
            yield found if self._records(session, desired, gone) else replace(found, severity=Severity.WARNING)

    def _second_value(
        self, session: OrgSession, desired: V, gone: Sequence[str], come: Sequence[str], fix: str
    ) -> Diagnostic:
        """Says that values would stand beside others, and how many records would stay in the old ones."""
        records = self._records(session, desired, gone)
        old, new = " and ".join(f'"{name}"' for name in gone), " and ".join(f'"{name}"' for name in come)
        stay = f"{new} would be a second value, and {plural(records, 'record')} would stay in {old}"
        return input_error(("values",), stay if records else f"{new} would be a second value beside {old}", fix)

    def _records(self, session: OrgSession, desired: V, names: Sequence[str]) -> int:
        return sum(field.holding(names)[0] for field in self.fields(session, desired.name))

    def fields(self, session: OrgSession, name: str) -> Iterable[FieldCount]:
        """The fields that take their values from the set."""
        raise NotImplementedError(f"{self.name} does not say which fields use it")

    def restore_entries(self, session: OrgSession, live: LiveObject, entries: Sequence[Entry], state: State[V]) -> None:
        body = {**self.read_body(session.client, live.name), "fullName": live.name}
        values = value_entries.bodies(body.get(self.values_element, []), entries)
        if not any(value.get("default") for value in values):
            values = value_entries.with_default(values, state.original.get("values") or ())
        settings = self.settings(state.original)
        session.client.update_component(
            self.component_type, without_gaps({**body, **settings, self.values_element: values})
        )


def _renamed(before: Sequence[Value], after: Sequence[Value]) -> dict[str, str]:
    """The values named as their label that only have another one: at the same place, with the same attributes."""
    names = {value.name for value in before} & {value.name for value in after}
    old, new = (_placed(values, names) for values in (before, after))
    return {old[place]: new[place] for place in old if place in new}


def _placed(values: Sequence[Value], kept: set[str]) -> dict[Hashable, str]:
    """The values that are not kept, by the one before them that is and by their attributes; alike ones are left out."""
    found: dict[Hashable, list[str]] = {}
    last = ""
    for value in values:
        if value.name in kept:
            last = value.name
        elif value.name == value.label:
            attributes = value.model_dump(exclude={"name", "label"}, exclude_unset=True)
            found.setdefault((last, json.dumps(attributes, sort_keys=True)), []).append(value.name)
    return {place: names[0] for place, names in found.items() if len(names) == 1}


def _keep_value(value_set: str, old: str, new: str) -> str:
    """The line that keeps the value of a stage or of a lead status under another label."""
    kept, label = (json.dumps(one, ensure_ascii=False) for one in (old, new))
    line = f"beside label: {label}: vendor_name: {{salesforce: {kept}}}"
    if value_set == "LeadStatus":
        line = f"in lifecycle.lead_status_values, under the key of {label}: {{salesforce: {kept}}}"
    return (
        f"write {line} (in a raw section: name: {kept}), so that it is renamed in place; to replace it instead, "
        "remove it in one run and add the new one in the next"
    )
