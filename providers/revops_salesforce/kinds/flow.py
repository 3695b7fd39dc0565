"""A flow: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_visual_workflow.htm"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import field_validator

from revops_iac.diagnostics import Diagnostics, input_error
from revops_iac.provider.changes.consent import adding
from revops_iac.provider.effects import Effect
from revops_iac.provider.kind import Definition, DesiredResource, Inputs, LiveObject, Reference, State
from revops_salesforce.api.allocations import LIMITS
from revops_salesforce.api.client import OrgSession, SalesforceClient
from revops_salesforce.api.components import Body
from revops_salesforce.api.versions import WSDL_VERSION
from revops_salesforce.deploy.deployment import deploy_flow
from revops_salesforce.flows import element_types as flow_types
from revops_salesforce.flows import form as flow_form
from revops_salesforce.flows.effects import effects_of
from revops_salesforce.flows.versions import activate, delete_version, flow_state
from revops_salesforce.metadata.kind import MetadataKind, canonical
from revops_salesforce.metadata.merge import merge

INPUTS_OF_ITS_OWN = ("fullName", "label", "description", "status")


class FlowInputs(Inputs):
    """An automation. It is deployed inactive; a `FlowActivation` of the same name enables it.

    Example::

        name: Note_First_Source
        label: Note the first source
        description: Keeps the first source of a lead.
        definition:
          processType: AutoLaunchedFlow
          start:
            locationX: 50
            locationY: 0
            object: Lead
            triggerType: RecordBeforeSave
            recordTriggerType: Create
            connector: {targetReference: Set_Source}
          assignments:
            - name: Set_Source
              label: Set the source
              locationX: 176
              locationY: 242
              assignmentItems:
                - assignToReference: $Record.LeadSource
                  operator: Assign
                  value: {stringValue: Other}

    Later::

        label: Note where a lead came from
    """

    name: str
    """Developer name."""
    label: str
    description: str | None = None
    definition: dict[str, Any]
    """The elements of the flow in the vendor's own names, without `label`, `description` and `status`."""

    @field_validator("definition")
    @classmethod
    def _not_twice(cls, definition: dict[str, Any]) -> dict[str, Any]:
        for key in INPUTS_OF_ITS_OWN:
            if key in definition:
                raise ValueError(f'"{key}" must be set beside the definition, not in it')
        return definition


class Flow(MetadataKind[FlowInputs]):
    """Key: developer name. Every write that changes the content makes a new version, of which a flow has at most 50
    [K]: so nothing is written unless the content differs. A flow that runs goes on with the new version."""

    component_type = "Flow"
    immutable = frozenset({"name"})
    entry_keys = {"*": ("name",)}
    on_delete = (
        "A flow that never ran is deleted with all its versions. One that did is deactivated and kept, with the fields"
        " it uses, unless revops:allowDelete lists it."
    )

    def elements(self, inputs: FlowInputs) -> Body:
        own = {key: getattr(inputs, key) for key in ("label", "description") if inputs.manages(key)}
        return {**(inputs.definition if inputs.manages("definition") else {}), **own}

    def new_body(self, inputs: FlowInputs) -> Body:
        body = {"fullName": inputs.name, "apiVersion": float(WSDL_VERSION), **self.elements(inputs)}
        return merge({}, body, self.entry_keys, self.component_type)

    def _changed(self, session: OrgSession, live: LiveObject, inputs: FlowInputs) -> Body:
        """The live flow with the inputs in it; what only the inputs before had goes."""
        body, state = self.read_body(session.client, live.name), session.states.get((self.name, live.name))
        changes = self.elements(inputs)
        if inputs.manages("definition"):
            before = (state.inputs.definition or {}) if state is not None else {}
            changes |= flow_form.declared_over(inputs.definition, before, body)
        return merge(body, changes, self.entry_keys, self.component_type)

    def definition(self, name: str, body: Body) -> Definition:
        rest = {key: value for key, value in body.items() if key not in INPUTS_OF_ITS_OWN}
        return {"name": name, "label": body.get("label"), "description": body.get("description"), "definition": rest}

    def normalize(self, definition: Definition) -> Definition:
        made = {key: canonical(value) for key, value in definition.items() if key != "definition"}
        if definition.get("definition") is not None:
            made["definition"] = flow_form.canonical(definition["definition"])
        return made

    def managed_view(self, declared: Definition, observed: LiveObject) -> Definition:
        current = super().managed_view(declared, observed)
        managed = flow_form.live_of(declared.get("definition"), observed.definition["definition"])
        if current.get("definition") is not None and flow_form.canonical(managed) != flow_form.canonical(
            declared["definition"]
        ):
            current["definition"] = managed
        elif "definition" in declared:
            current["definition"] = declared["definition"]
        return current

    def static_errors(self, inputs: FlowInputs, program: Sequence[DesiredResource]) -> Diagnostics:
        yield from super().static_errors(inputs, program)
        yield from flow_types.static_errors(inputs.definition)

    def preflight_errors(self, session: OrgSession, desired: DesiredResource, live: LiveObject | None) -> Diagnostics:
        """A change of a flow that has no room for another version."""
        yield from super().preflight_errors(session, desired, live)
        if live is None or not self.differences(desired.inputs, self.managed_view(desired.inputs, live)):
            return
        state, limit = flow_state(session.client, live.name), LIMITS.reported(self.name)
        if state is not None and len(state.versions) >= limit.most:
            count = len(state.versions)
            message = f"it already has {count} versions, and this change would add one; Salesforce allows {limit.most}"
            yield input_error((), message, limit.fix)

    def references(self, inputs: FlowInputs) -> Iterable[Reference]:
        return flow_form.references_of(inputs.definition)

    def effects(self, inputs: FlowInputs) -> Iterable[Effect]:
        return dict.fromkeys(effects_of(inputs.definition))

    def create(self, session: OrgSession, inputs: FlowInputs) -> LiveObject:
        return self._deploy(session.client, inputs.name, self.new_body(inputs))

    def update(self, session: OrgSession, current: LiveObject, inputs: FlowInputs) -> LiveObject:
        before = flow_state(session.client, current.name)
        observed = self._deploy(session.client, current.name, self._changed(session, current, inputs))
        if before is not None and before.active:
            # Enabled stays enabled; the deployment of a draft alone would leave the old version running.
            now = flow_state(session.client, current.name)
            if now is not None and now.active != now.newest:
                activate(session.client, now, now.newest)
        return observed

    def packed(self, session: OrgSession, live: LiveObject | None, inputs: FlowInputs) -> Body | str:
        body = self.new_body(inputs) if live is None else self._changed(session, live, inputs)
        return self._draft({**body, "fullName": inputs.name})

    def _draft(self, body: Body) -> Body:
        return merge(body, {"status": "Draft"}, {}, self.component_type)

    def _deploy(self, client: SalesforceClient, name: str, elements: Body) -> LiveObject:
        """Deploys the content as a draft, so that nothing runs before it is enabled by name."""
        body = {key: value for key, value in elements.items() if key != "fullName"}

        def landed() -> bool:
            live = client.read_components("Flow", [name]).get(name)
            desired = self.definition(name, body)
            return live is not None and not self.differences(
                desired, self.managed_view(desired, self.observe(name, live))
            )

        deploy_flow(client, name, self._draft(body), landed)
        return self.observe(name, body)

    def delete(self, session: OrgSession, live: LiveObject, state: State[FlowInputs]) -> bool | None:
        client, flow = session.client, flow_state(session.client, live.name)
        if flow is None:
            return None
        if flow.active:
            activate(client, flow, 0)
        if flow.ever_active and not session.settings.may_delete(self.name, [live.name]):
            session.report.keep({(item.kind, item.name) for item in self.references(self.parse(live.definition))})
            session.report.say(
                f'Salesforce Flow "{live.name}" was enabled before, so it is deactivated and kept, with the fields it '
                f"uses; to delete it as well: {adding(live.name, 'allowDelete')}"
            )
            return True
        for version in sorted(flow.versions, key=lambda version: version.number):
            delete_version(client, version)
        return None
