"""Whether a flow runs: https://developer.salesforce.com/docs/atlas.en-us.api_tooling.meta/api_tooling/tooling_api_objects_flowdefinition.htm"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from revops_iac.diagnostics import Diagnostics, input_error
from revops_iac.errors import AuthorError
from revops_iac.provider.kind import DesiredResource, Impact, Inputs, Kind, LiveObject, Reference, State
from revops_salesforce.api.client import OrgSession, SalesforceClient
from revops_salesforce.flows.enrollment_count import Enrollment, would_take
from revops_salesforce.flows.versions import FlowState, activate, flow_state, flow_states
from revops_salesforce.kinds.flow import Flow


class FlowActivationInputs(Inputs):
    """Enables the newest version of the flow of that name; removing this resource deactivates it.

    Example::

        name: Note_First_Source
    """

    name: str
    """The developer name of the flow, as in its `Flow` resource."""
    object: str | None = None
    where: str | None = None
    """The records of `object` that a scheduled flow enrolls, as a SOQL condition; default: its start filters."""


class FlowActivation(Kind[SalesforceClient, FlowActivationInputs]):
    """Key: the flow's name. It exists while a version is active; an older version shows as drift of the `Flow`."""

    system = "salesforce"
    immutable = frozenset({"name"})
    enables = "flow"
    on_delete = "The flow is deactivated: it no longer starts, and its versions stay."

    def vendor_name(self, inputs: FlowActivationInputs) -> str:
        return str(inputs.name)

    def references(self, inputs: FlowActivationInputs) -> Iterable[Reference]:
        return [Reference("Flow", inputs.name)]

    def scan(self, client: SalesforceClient, partition: str) -> Mapping[str, LiveObject | None]:
        return {state.name: _live(state) for state in flow_states(client).values() if state.active}

    def create(self, session: OrgSession, inputs: FlowActivationInputs) -> LiveObject:
        state = flow_state(session.client, inputs.name)
        if state is None:
            raise AuthorError(
                f'Salesforce: flow "{inputs.name}" does not exist in the org', "declare a Flow with this name"
            )
        activate(session.client, state, state.newest)
        return _live(state)

    def update(self, session: OrgSession, live: LiveObject, inputs: FlowActivationInputs) -> LiveObject:
        return self.create(session, inputs)

    def delete(self, session: OrgSession, live: LiveObject, state: State[FlowActivationInputs]) -> None:
        found = flow_state(session.client, live.name)
        if found is not None and found.active:
            activate(session.client, found, 0)

    def create_impact(self, session: OrgSession, inputs: FlowActivationInputs) -> Impact | None:
        definition = _definition(session, inputs.name)
        found = would_take(session.client, definition, inputs.where) if definition is not None else None
        return Impact(found.records, f"{_records(found)} enroll today") if found is not None else None

    def preflight_errors(self, session: OrgSession, desired: DesiredResource, live: LiveObject | None) -> Diagnostics:
        """Enabling a scheduled flow that would take more records today than `revops:maxEnroll` allows."""
        if live is not None:
            return
        definition = _definition(session, desired.name)
        if definition is None:
            return
        found = would_take(session.client, definition, self.parse(desired.inputs).where)
        most = session.settings.max_enroll
        if found is not None and found.records > most:
            yield input_error(
                (),
                f"enabling it would enroll {_records(found)} today, but revops:maxEnroll allows {most:,}",
                "limit its filters to records since revops:goLive, or allow them: "
                f"pulumi config set revops:maxEnroll {found.records}",
            )


def _records(found: Enrollment) -> str:
    return f"{'' if found.exact else 'up to '}{found.records:,} {found.object} records"


def _definition(session: OrgSession, name: str) -> Mapping[str, Any] | None:
    for other in session.declared:
        if other.kind == "Flow" and other.name == name and other.inputs:
            declared: Mapping[str, Any] = other.inputs["definition"]
            return declared
    live = session.find(Flow(), name)
    return live.definition["definition"] if live is not None else None


def _live(state: FlowState) -> LiveObject:
    return LiveObject(state.name, state.name, {"name": state.name}, {"version": state.newest})
