"""A workflow: https://developers.hubspot.com/docs/api-reference/automation-v4 (beta in every version [D][T])

Created disabled; whether it runs is a resource of its own, `WorkflowActivation`.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, Literal, Self

from pydantic import model_validator

from revops_hubspot.api import directory
from revops_hubspot.api.client import HubSpotClient, PortalSession
from revops_hubspot.api.custom_objects import named, numbered
from revops_hubspot.api.errors import HubSpotRefusal, Json, JsonObject
from revops_hubspot.api.object_types import schema_references
from revops_hubspot.api.read_lag import stamp_of
from revops_hubspot.filters.branches import FilterText, refusal
from revops_hubspot.filters.canonical import properties_in
from revops_hubspot.filters.json_form import first_few
from revops_hubspot.filters.lexer import FilterError
from revops_hubspot.filters.references import raw_ids, tokens_in, with_ids
from revops_hubspot.objects.checks import unknown_ids
from revops_hubspot.objects.kind import HubSpotKind
from revops_hubspot.workflows import flow_body, secrets, words
from revops_hubspot.workflows.effects import effects_of
from revops_hubspot.workflows.enrollment import Enroll
from revops_hubspot.workflows.json_form import misformed_inputs
from revops_hubspot.workflows.preflight import properties_of, unknown_parts
from revops_hubspot.workflows.steps import Step, step_errors
from revops_hubspot.workflows.unknown_parts import without_unknown
from revops_hubspot.workflows.words import REPLACES, vendor_inputs
from revops_iac.diagnostics import Diagnostics, input_error
from revops_iac.errors import AuthorError
from revops_iac.provider.changes.consent import adding
from revops_iac.provider.effects import Effect
from revops_iac.provider.inputs import Part
from revops_iac.provider.kind import Definition, DesiredResource, Inputs, LiveObject, Lookup, Reference, State
from revops_iac.provider.remembered import by_content

CONTACTS_ONLY = (
    "suppression_list_ids",
    "goal_filter_branch",
    "un_enrollment_setting",
    "event_anchor",
    "can_enroll_from_salesforce",
)
NOT_FOR_CONTACTS = ("suppression_filter_branch",)
"""The two flow types take different fields [S]."""


class Suppress(Part):
    """Records that never enroll: members of segments (contacts), or records that match a filter (other objects)."""

    lists: list[str] | None = None
    """By name."""
    when: FilterText | None = None


class FetchedObject(Part):
    """The associated record that comes first. HubSpot cannot change it later [S]."""

    object: str
    sort_by: str = "hs_lastmodifieddate"
    order: Literal["DESC", "ASC"] = "DESC"
    type: int | None = None
    """The id of an association type; absent: HubSpot's unlabeled one."""
    own: bool = False
    """`type` is a label of your own."""


class WorkflowInputs(Inputs):
    """A workflow, in words (`enroll`, `steps`, `goal`, `suppress`) or in HubSpot's JSON (`actions`, criteria, …).

    It is created disabled; `WorkflowActivation` enables it. In HubSpot's JSON, write tokens in place of ids of people,
    teams, segments and workflows: `{user: maya@example.com}`, `{owner: …}`, `{team: SDR}`, `{list: Customers}`,
    `{workflow: …}`.

    The URL of a webhook, its authentication and its query can hold `{secret: NAME}`: the value is read when the
    workflow is written, from the environment or stack config `hubspot:NAME`, and stored nowhere. So a changed
    secret shows no difference; change the description too, to have the workflow written again. Plain text appears in
    the plan and in state.

    Example::

        object: contacts
        name: Note the first job title
        description: Keeps the job title that a contact came with.
        actions:
          - type: SINGLE_CONNECTION
            actionId: "1"
            actionTypeId: 0-5
            actionTypeVersion: 0
            fields:
              property_name: message
              value: {type: OBJECT_PROPERTY, propertyName: jobtitle}
        enrollment_criteria:
          type: LIST_BASED
          shouldReEnroll: false
          unEnrollObjectsNotMeetingCriteria: false
          reEnrollmentTriggersFilterBranches: []
          listFilterBranch:
            filterBranchType: OR
            filterBranches:
              - filterBranchType: AND
                filters:
                  - filterType: PROPERTY
                    property: jobtitle
                    operation: {operationType: ALL_PROPERTY, operator: IS_KNOWN}

    Later::

        description: Keeps the job title that a contact came with, and when.
        actions:
          - type: SINGLE_CONNECTION
            actionId: "1"
            actionTypeId: 0-5
            actionTypeVersion: 0
            fields:
              property_name: message
              value: {type: OBJECT_PROPERTY, propertyName: jobtitle}
            connection: {edgeType: STANDARD, nextActionId: "2"}
          - type: SINGLE_CONNECTION
            actionId: "2"
            actionTypeId: 0-1
            actionTypeVersion: 0
            fields: {delta: "1", time_unit: DAYS}

    Renamed::

        name: Keep the first job title

    Another example::

        object: contacts
        name: Note the first job title
        enroll:
          when: jobtitle is known and lifecyclestage is any of [lead]
          re_enroll: true
        steps:
          - copy: {from: jobtitle, to: message}
          - delay: 1 day
          - branch:
              cases:
                - name: Buyers
                  when: jobtitle contains any of ["Buyer", "Purchasing"]
                  steps:
                    - create_task: {subject: Call the buyer, due: 4 hours}
              otherwise: {steps: [{clear: message}]}

    Another later::

        goal: lifecyclestage is any of [customer]
        steps:
          - label: first
            set: {property: hs_lead_status, to: OPEN}
          - delay: 2 weeks
          - webhook: {url: "https://example.com/hook"}
          - go_to: first
    """

    object: str
    """`contacts`, `companies`, `deals`, `tickets`, `leads` or a custom object's type id."""
    name: str
    description: str | None = None
    enroll: Enroll | None = None
    steps: list[Step] | None = None
    goal: FilterText | None = None
    """Contacts only: a contact that matches it has reached the goal and leaves the workflow."""
    suppress: Suppress | None = None
    fetched_objects: dict[str, FetchedObject] | None = None
    """Associated records that steps read from, by name: `copy: {fetched: company.domain, to: website}`."""
    actions: list[JsonObject] | None = None
    start_action_id: str | None = None
    """Absent: the first action."""
    enrollment_criteria: JsonObject | None = None
    """What `enroll` says, in HubSpot's JSON. Criteria on a dataset (`type: DATASET`) have no words: no page of HubSpot
    describes their parts, so they are kept as they are, and whom they would enroll is not counted."""
    enrollment_schedule: JsonObject | None = None
    suppression_list_ids: list[Any] | None = None
    """Contacts only: segments whose members never enroll."""
    suppression_filter_branch: JsonObject | None = None
    """Objects other than contacts."""
    goal_filter_branch: JsonObject | None = None
    un_enrollment_setting: JsonObject | None = None
    event_anchor: JsonObject | None = None
    can_enroll_from_salesforce: bool | None = None
    blocked_dates: list[JsonObject] | None = None
    time_windows: list[JsonObject] | None = None
    custom_properties: dict[str, str] | None = None
    data_sources: list[JsonObject] | None = None
    """What `fetched_objects` says, in HubSpot's JSON. Immutable."""

    @model_validator(mode="after")
    def _fits_its_object(self) -> Self:
        unfit = NOT_FOR_CONTACTS if flow_body.is_contact_flow(self.object) else CONTACTS_ONLY
        for name in unfit:
            if getattr(self, name) is not None:
                raise ValueError(f'"{name}" is not an input of a workflow of {self.object}')
        return self

    @model_validator(mode="after")
    def _says_everything_once(self) -> Self:
        for typed, vendor in REPLACES.items():
            twice = [name for name in vendor if getattr(self, name) is not None and getattr(self, typed) is not None]
            if twice:
                raise ValueError(f"{typed} and {twice[0]} are mutually exclusive; keep one of them")
        return self

    @model_validator(mode="after")
    def _can_be_compiled(self) -> Self:
        contacts = flow_body.is_contact_flow(self.object)
        if not contacts and self.goal is not None:
            raise ValueError(f"goal: only workflows of contacts can have one, not workflows of {self.object}")
        desired, other = ("lists", "when") if contacts else ("when", "lists")
        if self.suppress is not None and (
            getattr(self.suppress, other) is not None or getattr(self.suppress, desired) is None
        ):
            raise ValueError(f"suppress: a workflow of {self.object} takes only {desired}")
        inputs = self.plain()
        if wrong := misformed_inputs(inputs):
            raise ValueError(first_few(wrong))
        if problems := step_errors(inputs.get("steps", []), self.object):
            raise ValueError(f"steps: {'; '.join(problems)}")
        try:
            vendor_inputs(inputs)
        except FilterError as error:
            raise refusal(error) from None
        return self

    @property
    def in_vendor_form(self) -> Definition:
        """Everything in HubSpot's JSON; what an input in words leaves open is None."""
        return vendor_inputs(self.managed())


class Workflow(HubSpotKind[WorkflowInputs]):
    """Key: object and name, which HubSpot does not keep unique [?]; state holds the flow id."""

    scopes = ("automation", "automation")
    immutable = frozenset({"object", "data_sources", "fetched_objects"})
    on_delete = (
        "A workflow that was never enabled is deleted permanently; one that was enabled is disabled and kept, with the "
        "fields it uses, unless revops:allowDelete names it."
    )

    def vendor_name(self, inputs: WorkflowInputs) -> str:
        return f"{inputs.object}.{inputs.name}"

    @by_content
    def normalize(self, definition: Definition) -> Definition:
        return words.canonical(definition)

    def managed_view(self, declared: Definition, live: LiveObject) -> Definition:
        """Webhook URLs show only where the program itself has them in plain text, ids where it writes ids; unknown
        elements are not ours.
        """
        addresses, mine = live.facts.get("addresses", ()), vendor_inputs(declared)
        shown = secrets.revealed(live.definition, addresses, mine) if addresses else live.definition
        if live.document and (kept := raw_ids(mine)):
            flow, named_ = live.document, {key: shown.get(key) for key in flow_body.FIELDS}
            by_id = {key: with_ids(value, flow.get(flow_body.FIELDS[key]), kept) for key, value in named_.items()}
            shown = words.with_words({**shown, **by_id})
        known = without_unknown(shown.get("actions"), mine.get("actions"))
        if known != (shown.get("actions") or []):
            shown = words.with_words({**shown, "actions": known})
        return super().managed_view(declared, dataclasses.replace(live, definition=shown))

    def declarations(self, live: LiveObject) -> Iterable[Definition]:
        """In words as far as words can say it, else in HubSpot's JSON; secrets under a name."""
        definition = secrets.named_after(live.name, live.definition)
        yield words.alone(definition)
        yield {key: value for key, value in definition.items() if key not in REPLACES}

    def references(self, inputs: WorkflowInputs) -> Iterable[Reference]:
        whole, object_ = inputs.in_vendor_form, inputs.object
        yield from schema_references(object_)
        properties = [name for value in whole.values() for name in properties_in(value, object_)]
        properties += [f"{use.object}.{use.property}" for use in properties_of(whole.get("actions") or (), object_)]
        yield from (Reference("Property", name) for name in dict.fromkeys(properties))
        yield from (Reference("List", token.value) for token in tokens_in(whole) if token.type == "list")

    def effects(self, inputs: WorkflowInputs) -> Iterable[Effect]:
        return dict.fromkeys(effects_of(inputs.managed(), inputs.in_vendor_form))

    def lookups(self, inputs: WorkflowInputs) -> Iterable[Lookup]:
        return tokens_in(inputs.in_vendor_form)

    def provides(self, inputs: WorkflowInputs) -> Iterable[Lookup]:
        yield Lookup("workflow", inputs.name)

    def output_facts(self, declared: Definition, live: LiveObject) -> Mapping[str, Any]:
        """Nothing: revision and enablement change without this resource changing."""
        return {}

    def name_of(self, client: HubSpotClient, identifier: str) -> str | None:
        flows = (flow for flow in directory.flows(client) if str(flow["id"]) == identifier)
        return next(map(directory.workflow_name, flows), None)

    def scan(self, client: HubSpotClient, partition: str) -> Mapping[str, LiveObject | None]:
        return dict.fromkeys(directory.flows_by_name(client))

    def read_many(self, client: HubSpotClient, names: Sequence[str]) -> Mapping[str, LiveObject]:
        known = directory.flows_by_name(client)
        ids = [str(known[name][0]["id"]) for name in names if name in known]
        body = {"inputs": [{"type": "FLOW_ID", "flowId": identifier} for identifier in ids]}
        flows = client.ask("flows", "/batch/read", body)["results"]
        return {live.name: live for live in (from_response(client, named(client, flow)) for flow in flows)}

    def create(self, session: PortalSession, inputs: WorkflowInputs) -> LiveObject:
        client, name = session.client, self.vendor_name(inputs)

        def landed() -> Json:
            flows = (named(client, flow) for flow in client.pages("flows"))
            found = (flow for flow in flows if directory.workflow_name(flow) == name)
            return next((client.get("flows", "/{id}", id=str(flow["id"])) for flow in found), None)

        body = numbered(client, to_request(session, inputs))
        flow = named(client, client.create_ambiguous("flows", "", body, landed))  # names are not unique [?]
        directory.note_flow(client, flow)
        session.forget_lookups()
        return from_response(client, flow)

    def update(self, session: PortalSession, live: LiveObject, inputs: WorkflowInputs) -> LiveObject:
        client = session.client
        flow = directory.latest_flow(client, live.id)
        if self.differences(live.definition, from_response(client, flow).definition):
            raise _changed_meanwhile(live.name)
        changes = flow_body.declared_fields(inputs.in_vendor_form, partial(directory.required_id, session))
        changes = flow_body.as_live(flow, secrets.with_secrets(changes, client.secret_of, secrets.addresses(flow)))
        if flow_body.was_enabled(flow) and "description" in changes:
            changes["description"] = _keep_marker(str(flow.get("description") or ""), changes["description"])
        return from_response(client, replace(client, flow, changes))

    def delete(self, session: PortalSession, live: LiveObject, state: State[WorkflowInputs]) -> None:
        client, name = session.client, str(live.definition["name"])
        if session.settings.may_delete(self.name, _names(session, live)) or not live.facts["was_enabled"]:
            client.write("DELETE", "flows", "/{id}", id=live.id)
            directory.forget_flow(client, live.id)
            session.forget_lookups()
            return
        flow = directory.latest_flow(client, live.id)
        if flow.get("isEnabled"):
            replace(client, flow, {"isEnabled": False})
        session.report.keep([(self.name, name)])
        session.report.say(
            f'HubSpot Workflow "{name}" was enabled before, so it is disabled and kept, with the fields it names; '
            f"to delete it too: {adding(live.name, 'allowDelete')}"
        )

    def preflight_errors(
        self, session: PortalSession, desired: DesiredResource, live: LiveObject | None
    ) -> Diagnostics:
        if live is not None and live.facts.get("same_name"):
            others = live.facts["same_name"]
            fix = f"rename the others in HubSpot, flows {', '.join(others)}"
            yield input_error(("name",), f"{len(others) + 1} workflows have this name", fix)
        inputs = self.typed(desired)
        yield from unknown_parts(session, desired.inputs)
        yield from unknown_ids(session, desired.inputs, live)
        if live is None or self.differences(desired.inputs, self.managed_view(desired.inputs, live)):
            for name in secrets.secret_names(inputs.in_vendor_form):
                if session.client.secret_of(name) is None:
                    yield secrets.missing_secret(name)


def _names(session: PortalSession, live: LiveObject) -> set[str]:
    """What `revops:allowDelete` may call it: its name, that in snake case, or its Pulumi name when it is known."""
    spelled = re.sub(r"[^a-z0-9]+", "_", str(live.definition["name"]).lower()).strip("_")
    pulumi_names = {
        other.pulumi_name for other in session.declared if (other.kind, other.name) == ("Workflow", live.name)
    }
    return {live.name, str(live.definition["name"]), f"{live.definition['object']}.{spelled}", *pulumi_names}


def to_request(session: PortalSession, inputs: WorkflowInputs) -> Json:
    """A new flow, disabled. Raises AuthorError for names that the account does not have, and for secrets."""
    body = flow_body.create_body(inputs.in_vendor_form, partial(directory.required_id, session))
    return secrets.with_secrets(body, session.client.secret_of, ())


def replace(client: HubSpotClient, flow: Json, changes: Mapping[str, Any]) -> Json:
    """Writes the whole flow with some fields changed, against the revision that was read, and returns the answer.

    Raises AuthorError when HubSpot has a newer revision, which a lagging read may not have shown.
    """
    identifier, body = str(flow["id"]), numbered(client, flow_body.put_body(flow, changes))

    def landed() -> Json:
        now = client.get("flows", "/{id}", id=identifier)
        return now if now.get("revisionId") != flow.get("revisionId") else None

    try:
        written = client.write("PUT", "flows", "/{id}", body, landed=landed, id=identifier)
    except HubSpotRefusal as error:
        if error.status != 409 and landed() is None:  # the status is not documented [?]
            raise
        raise _changed_meanwhile(directory.workflow_name(named(client, flow))) from error
    answer = named(client, written)
    directory.note_flow(client, answer)
    return answer


def _changed_meanwhile(name: str) -> AuthorError:
    return AuthorError(
        f'HubSpot Workflow "{name}" was changed in the account during this run; it was not overwritten',
        "run pulumi preview again and review what changed",
    )


def _keep_marker(before: str, description: str) -> str:
    marker = before.removeprefix(flow_body.without_marker(before)).strip()
    return f"{description}\n\n{marker}".strip() if marker else description


def from_response(client: HubSpotClient, flow: Json) -> LiveObject:
    """A flow in HubSpot's JSON and in words, people and segments by name, without secrets."""
    name = directory.workflow_name(flow)
    same_name = [str(other["id"]) for other in directory.flows_by_name(client).get(name, ())]
    facts: dict[str, Any] = {"was_enabled": flow_body.was_enabled(flow)}
    if others := [identifier for identifier in same_name if identifier != str(flow["id"])]:
        facts["same_name"] = others
    if found := secrets.addresses(flow):
        facts["addresses"] = found
    shown = flow_body.definition_of(secrets.redacted(flow), directory.namer(client))
    definition = words.with_words(shown)
    return LiveObject(str(flow["id"]), name, definition, facts, stamp_of(flow), flow)
