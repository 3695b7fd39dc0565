"""A business process: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_businessprocess.htm"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any, Literal

from revops_iac.diagnostics import Diagnostics, Severity, input_error, plural
from revops_iac.provider.kind import Definition, Inputs, LiveObject, Reference, State
from revops_salesforce.api.client import OrgSession, SalesforceClient, quoted
from revops_salesforce.api.components import Body
from revops_salesforce.fields import process_values
from revops_salesforce.fields.impact import FieldCount
from revops_salesforce.metadata.kind import ObjectPart

STANDARD_LISTS = {"Lead": "LeadStatus", "Opportunity": "OpportunityStage", "Case": "CaseStatus"}
LIST_FIELDS = {"Lead": "Status", "Opportunity": "StageName", "Case": "Status"}


class BusinessProcessInputs(Inputs):
    """The values of an object's standard list (stages, statuses) that records of one process go through.

    Example::

        object: Opportunity
        name: New_Business
        values: [Qualification, Proposal/Price Quote, Closed Won, Closed Lost]
        is_active: true
        description: How a first contract is sold.

    Later::

        values: [Qualification, Closed Won, Closed Lost]
        description: How a first contract is sold to a new customer.
    """

    object: Literal["Lead", "Opportunity", "Case"]
    name: str
    values: list[str]
    """Values of the object's standard value set; their order is that of the set."""
    default: str | None = None
    """The default value of a new record; absent: not managed."""
    is_active: bool = True
    description: str | None = None


class BusinessProcess(ObjectPart[BusinessProcessInputs]):
    """Key: object and name. A record type names it, and one on Lead, Opportunity or Case must."""

    component_type = "BusinessProcess"
    spelled = frozenset()
    entry_keys = {"values": ("fullName",)}
    defaults = {"is_active": True}
    on_delete = (
        "The process is deleted. It is kept while a record type uses it, because the API cannot delete record types."
    )

    def elements(self, inputs: BusinessProcessInputs) -> Body:
        return self.changes({}, inputs)

    def changes(self, body: Body, inputs: BusinessProcessInputs) -> Body:
        changed = self.plain_elements({k: v for k, v in self.own(inputs).items() if k not in {"values", "default"}})
        if inputs.manages("values") or inputs.default is not None:
            live = body.get("values", [])
            names = inputs.values if inputs.manages("values") else process_values.from_vendor(live)
            default = inputs.default or process_values.default_of(live)
            changed["values"] = process_values.to_vendor(names, default, live)
        return changed

    def definition(self, name: str, body: Body) -> Definition:
        values = body.get("values", [])
        return {
            **super().definition(name, body),
            "values": process_values.from_vendor(values),
            "default": process_values.default_of(values),
        }

    def normalize(self, definition: Definition) -> Definition:
        made = super().normalize(definition)
        return {**made, "values": sorted(made["values"])} if made.get("values") else made

    def references(self, inputs: BusinessProcessInputs) -> Iterable[Reference]:
        yield Reference("StandardValueSet", STANDARD_LISTS[inputs.object])

    def step_errors(
        self, session: OrgSession, planned_from: BusinessProcessInputs, desired: BusinessProcessInputs
    ) -> Diagnostics:
        """A value that another process keeps while this one gets a new one: its own records would stay in the old."""
        gone = [one for one in planned_from.values if one not in desired.values]
        come = [one for one in desired.values if one not in planned_from.values]
        sets = session.system.kinds["StandardValueSet"].declared_in(session.declared)
        shared = sets.get(STANDARD_LISTS[desired.object])
        kept = {value.name for value in shared.listed} if shared is not None else set()
        left = [one for one in gone if one in kept]  # what goes from the list too is asked about there
        if not left or not come:
            return
        old, new = (" and ".join(f'"{one}"' for one in names) for names in (left, come))
        count = _records_of(session, desired, left)
        message = f"{new} would stand beside {old}, which another process keeps"
        fix = "a value has one label on Salesforce: change the label in every pipeline alike, or move the records first"
        if count:
            yield input_error(("values",), f"{message}, and {plural(count, 'record')} would stay in {old}", fix)
        else:
            yield replace(input_error(("values",), message, fix), severity=Severity.WARNING)

    def delete(self, session: OrgSession, live: LiveObject, state: State[BusinessProcessInputs]) -> bool | None:
        """Checks first which record types use it: then Salesforce refuses [K], and record types cannot be deleted."""
        client = session.client
        object_, _, process = live.name.partition(".")
        on_object = [name for name in client.list_components("RecordType") if name.startswith(f"{object_}.")]
        users = [name for name, body in _bodies(client, on_object) if body.get("businessProcess") == process]
        if users:
            session.report.say(
                f"Salesforce: {self.name} {live.name} stays: record type {', '.join(sorted(users))} names it, "
                "and record types cannot be deleted through the API"
            )
            return True
        return super().delete(session, live, state)


def _records_of(session: OrgSession, process: BusinessProcessInputs, values: Sequence[str]) -> int:
    """How many records of the process hold one of these values: those of its record types."""
    declared = session.system.kinds["RecordType"].declared_in(session.declared).values()
    types = [one.name for one in declared if (one.object, one.business_process) == (process.object, process.name)]
    stages, of_types = (", ".join(quoted(one) for one in names) for names in (values, types or [process.name]))
    field = FieldCount(session.client, process.object, LIST_FIELDS[process.object], "Picklist")
    return field.where(f"{field.name} IN ({stages}) AND RecordType.DeveloperName IN ({of_types})")[0]


def _bodies(client: SalesforceClient, names: list[str]) -> Iterable[tuple[str, dict[str, Any]]]:
    return client.read_components("RecordType", names).items()
