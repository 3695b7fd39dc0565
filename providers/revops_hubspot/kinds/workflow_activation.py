"""Whether a workflow runs: enabling and disabling it, https://developers.hubspot.com/docs/api-reference/automation-v4"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from revops_hubspot.api import directory
from revops_hubspot.api.client import HubSpotClient, PortalSession
from revops_hubspot.api.errors import Json
from revops_hubspot.api.read_lag import stamp_of
from revops_hubspot.kinds.workflow import Workflow, replace
from revops_hubspot.objects.kind import HubSpotKind
from revops_hubspot.workflows import flow_body
from revops_hubspot.workflows.enrollment_count import Enrollment, would_enroll
from revops_iac.diagnostics import Diagnostic, Diagnostics, input_error
from revops_iac.errors import AuthorError
from revops_iac.provider.kind import Definition, DesiredResource, Impact, Inputs, LiveObject, Reference, State


class WorkflowActivationInputs(Inputs):
    """Enables the workflow of that object and name; removing this resource disables it.

    Example::

        object: contacts
        name: Note the first job title
    """

    object: str
    name: str
    """The name of the workflow, as in its `Workflow` resource."""


class WorkflowActivation(HubSpotKind[WorkflowActivationInputs]):
    """Key: the workflow's object and name; state holds the flow id."""

    scopes = ("automation", "automation")
    immutable = frozenset({"object"})
    enables = "workflow"
    on_delete = "The workflow is disabled: no record enrolls any more, and its definition stays."

    def vendor_name(self, inputs: WorkflowActivationInputs) -> str:
        return f"{inputs.object}.{inputs.name}"

    def references(self, inputs: WorkflowActivationInputs) -> Iterable[Reference]:
        yield Reference("Workflow", self.vendor_name(inputs))

    def name_of(self, client: HubSpotClient, identifier: str) -> str | None:
        return Workflow().name_of(client, identifier)

    def scan(self, client: HubSpotClient, partition: str) -> Mapping[str, LiveObject | None]:
        flows = (same_name[0] for same_name in directory.flows_by_name(client).values())
        enabled = [from_response(flow) for flow in flows if flow.get("isEnabled")]
        return {live.name: live for live in enabled}

    def create(self, session: PortalSession, inputs: WorkflowActivationInputs) -> LiveObject:
        flow = _flow(session.client, self.vendor_name(inputs))
        today = session.client.clock.now().date()
        description = flow_body.with_marker(str(flow.get("description") or ""), today)
        return from_response(replace(session.client, flow, {"isEnabled": True, "description": description}))

    def update(self, session: PortalSession, live: LiveObject, inputs: WorkflowActivationInputs) -> LiveObject:
        """Only its name can differ, when the workflow itself was renamed."""
        flow = _flow(session.client, self.vendor_name(inputs))
        if str(flow["id"]) != live.id:
            about, message = (
                f'HubSpot WorkflowActivation "{live.name}"',
                f'cannot switch to the workflow "{inputs.name}"',
            )
            raise AuthorError(Diagnostic(about, message, "declare a new one and remove this one"))
        return from_response(flow)

    def delete(self, session: PortalSession, live: LiveObject, state: State[WorkflowActivationInputs]) -> None:
        if session.client.find("flows", "/{id}", id=live.id) is None:
            return
        flow = directory.latest_flow(session.client, live.id)
        if flow.get("isEnabled"):
            replace(session.client, flow, {"isEnabled": False})

    def preflight_errors(
        self, session: PortalSession, desired: DesiredResource, live: LiveObject | None
    ) -> Diagnostics:
        """Reports how many records would enroll today; more than `revops:maxEnroll` allows is an error."""
        if live is not None:
            return
        most, name = session.settings.max_enroll, desired.name
        enrollment = would_enroll(session, self._workflow(session, name))
        message = f"enabling it would enroll {_records(enrollment, self.typed(desired).object)} today"
        fix = (
            "limit its criteria to records since revops:goLive, or allow them: "
            f"pulumi config set revops:maxEnroll {enrollment.records}"
        )
        if enrollment.records > most and not enrollment.uncounted:
            yield input_error((), f"{message}, but revops:maxEnroll allows {most:,}", fix)
        elif enrollment.records > most and session.settings.production:
            why = f"the exact number cannot be counted because of {', '.join(enrollment.uncounted)}"
            yield input_error((), f"{message}, but revops:maxEnroll allows {most:,}; {why}", fix)
        else:
            session.report.say(f'HubSpot: workflow "{name}": {message}')

    def create_impact(self, session: PortalSession, inputs: WorkflowActivationInputs) -> Impact:
        enrollment = would_enroll(session, self._workflow(session, self.vendor_name(inputs)))
        return Impact(enrollment.records, f"{_records(enrollment, inputs.object)} enroll today")

    def _workflow(self, session: PortalSession, name: str) -> Definition:
        kind = Workflow()
        if declared := kind.declared_in(session.declared).get(name):
            return declared.in_vendor_form
        live = session.find(kind, name)
        if live is None:
            raise AuthorError(
                f'HubSpot WorkflowActivation "{name}": the workflow does not exist',
                "declare a Workflow with this object and name",
            )
        return live.definition


def _records(enrollment: Enrollment, noun: str) -> str:
    return f"{'up to ' if enrollment.uncounted else ''}{enrollment.records:,} {noun}"


def _flow(client: HubSpotClient, name: str) -> Json:
    known = directory.flows_by_name(client).get(name)
    if not known:
        fix = "declare a Workflow with this object and name"
        raise AuthorError(f'HubSpot: workflow "{name}" does not exist', fix)
    return directory.latest_flow(client, str(known[0]["id"]))


def from_response(flow: Json) -> LiveObject:
    """The activation of a flow that is enabled."""
    name = directory.workflow_name(flow)
    object_, _, plain = name.partition(".")
    return LiveObject(str(flow["id"]), name, {"object": object_, "name": plain}, stamp=stamp_of(flow))
