"""An approval process: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_approvalprocess.htm"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from pydantic import field_validator

from revops_iac.provider.kind import Definition, Inputs, LiveObject, Lookup, Reference, State
from revops_salesforce.api.client import OrgSession, SalesforceClient
from revops_salesforce.api.components import Body
from revops_salesforce.approvals import form as approval_form
from revops_salesforce.approvals import versions as approval_versions
from revops_salesforce.approvals.form import Action, ApprovalStep, Criteria, NextApprover, Submitter
from revops_salesforce.approvals.versions import VERSIONED, Version, current, logical, named, number_of
from revops_salesforce.deploy.deployment import deploy_components
from revops_salesforce.deploy.package import Component
from revops_salesforce.flows.form import live_of
from revops_salesforce.metadata.kind import ObjectPart, canonical, without_gaps

IN_PLACE = frozenset({"label", "description", "active"})
"""What may change without a new version."""


class ApprovalProcessInputs(Inputs):
    """Who must agree before a record goes on, and what happens when they do or do not.

    Example::

        object: Opportunity
        name: Large_Deals
        label: Large deals
        entry_criteria:
          formula: Amount > 100000
        allowed_submitters:
          - {type: owner}
        record_editability: AdminOnly
        steps:
          - name: Sales_Lead
            label: Sales lead
            approvers:
              - {type: user, name: admin@simulated.example}
        final_approval_actions:
          - {type: FieldUpdate, name: Note_The_Approval}

    Later::

        label: Large deals and legal
        steps:
          - name: Sales_Lead
            label: Sales lead
            approvers:
              - {type: user, name: admin@simulated.example}
          - name: Owner_Confirms
            label: The owner confirms
            approvers:
              - {type: relatedUserField, name: Owner}
            reject_behavior: BackToPrevious
    """

    object: str
    name: str
    """The developer name of the first version; later ones bear `_v2`, `_v3` and so on."""
    label: str
    active: bool = True
    description: str | None = None
    entry_criteria: Criteria | None = None
    """Default: every record of the object can be submitted."""
    allowed_submitters: list[Submitter]
    record_editability: Literal["AdminOnly", "AdminOrCurrentApprover"]
    """Who may edit a record while its request is pending."""
    steps: list[ApprovalStep] = []
    initial_submission_actions: list[Action] | None = None
    final_approval_actions: list[Action] | None = None
    final_rejection_actions: list[Action] | None = None
    recall_actions: list[Action] | None = None
    final_approval_record_lock: bool | None = None
    final_rejection_record_lock: bool | None = None
    allow_recall: bool | None = None
    show_approval_history: bool | None = None
    page_fields: list[str] | None = None
    """The fields of the record that an approver sees."""
    email_template: str | None = None
    """Folder and developer name of the e-mail template for approvers; default: Salesforce's own."""
    enable_mobile_device_access: bool | None = None
    next_automated_approver: NextApprover | None = None

    @field_validator("name")
    @classmethod
    def _names_no_version(cls, name: str) -> str:
        if VERSIONED.fullmatch(name):
            raise ValueError("the name must not end in a version such as _v2: versions are created as needed")
        return name


class ApprovalProcess(ObjectPart[ApprovalProcessInputs]):
    """Key: object and name without a version. A changed content becomes a version of its own, deployed together with
    the end of the one before, so that at every moment exactly one of them takes submissions."""

    component_type = "ApprovalProcess"
    on_delete = (
        "All versions are deactivated. Versions that never had a request are deleted; the others stay, because "
        "Salesforce keeps processes that have requests, and pending requests continue."
    )

    def elements(self, inputs: ApprovalProcessInputs) -> Body:
        return approval_form.to_vendor(self.own(inputs))

    def definition(self, name: str, body: Body) -> Definition:
        found = approval_form.from_vendor(body)
        return {**self.identity_of(name), **{key: found.get(key) for key in _content_keys()}}

    def normalize(self, definition: Definition) -> Definition:
        made = {key: canonical(value) for key, value in definition.items()}
        if made.get("allowed_submitters"):
            made["allowed_submitters"] = sorted(made["allowed_submitters"], key=str)
        return made

    def managed_view(self, declared: Definition, live: LiveObject) -> Definition:
        """What a step does not say is not compared: the platform fills it in."""
        managed = {key: live_of(value, live.definition.get(key)) for key, value in declared.items()}
        return super().managed_view(declared, LiveObject(live.id, live.name, managed, live.facts))

    def conflicts(self, declared: Definition, live: LiveObject) -> list[str]:
        """Records cannot enter an inactive process, so adopting it conflicts with nothing."""
        return super().conflicts(declared, live) if live.definition["active"] else []

    def references(self, inputs: ApprovalProcessInputs) -> Iterable[Reference]:
        return dict.fromkeys(_references_of(inputs))

    def lookups(self, inputs: ApprovalProcessInputs) -> Iterable[Lookup]:
        return dict.fromkeys(_lookups_of(inputs))

    # --- versions ---------------------------------------------------------------------------------------------

    def scan(self, client: SalesforceClient, partition: str) -> Mapping[str, LiveObject | None]:
        return {logical(name): None for name in client.list_components(self.component_type)}

    def read_many(self, client: SalesforceClient, names: Sequence[str]) -> Mapping[str, LiveObject]:
        found = approval_versions.versions(client, names)
        return {name: self._live(name, live) for name, live in found.items()}

    def _live(self, name: str, live: list[Version]) -> LiveObject:
        now = current(live)
        older = [one.full_name for one in live if one.full_name != now.full_name]
        facts = {"version": now.full_name, **({"other_versions": older} if older else {})}
        return LiveObject(name, name, self.definition(name, now.body), facts)

    def create(self, session: OrgSession, inputs: ApprovalProcessInputs) -> LiveObject:
        return self._write(session.client, self.vendor_name(inputs), [], inputs)

    def update(self, session: OrgSession, live: LiveObject, inputs: ApprovalProcessInputs) -> LiveObject:
        client = session.client
        before = approval_versions.versions(client, [live.name]).get(live.name, [])
        made = self._write(client, live.name, before, inputs)
        kept = self._swept(session, [one for one in before if one.full_name != made.facts["version"]])
        if kept:
            session.report.say(
                f"Salesforce: {self.name} {live.name} continues as {made.facts['version']}; "
                f"earlier requests stay with {approval_versions.describe(kept)}"
            )
        return made

    def packed(self, session: OrgSession, live: LiveObject | None, inputs: ApprovalProcessInputs) -> Body | str:
        before = [] if live is None else approval_versions.versions(session.client, [live.name]).get(live.name, [])
        return self._desired(self.vendor_name(inputs), before, inputs)

    def _desired(self, name: str, before: list[Version], inputs: ApprovalProcessInputs) -> Body:
        """The process to write: the version that has this content already, changed in what may change, or a new one."""
        for version in before:
            live = LiveObject(name, name, self.definition(name, version.body))
            if not self._differs(inputs, live) - IN_PLACE:
                return without_gaps({**version.body, **self.elements(inputs), "fullName": version.full_name})
        number = max((one.number for one in before), default=0) + 1
        # What the inputs leave open stays as the version before had it.
        rest = current(before).body if before else {}
        return without_gaps({**rest, **self.elements(inputs), "fullName": named(name, number)})

    def _differs(self, inputs: ApprovalProcessInputs, live: LiveObject) -> set[str]:
        declared = inputs.managed()
        return set(self.differences(declared, self.managed_view(declared, live)))

    def _write(
        self, client: SalesforceClient, name: str, before: list[Version], inputs: ApprovalProcessInputs
    ) -> LiveObject:
        body = self._desired(name, before, inputs)
        off = [one.switched(False) for one in before if one.active and one.full_name != body["fullName"]]

        def landed() -> bool:
            found = approval_versions.versions(client, [name]).get(name)
            live = None if found is None else self._live(name, found)
            return live is not None and not self._differs(inputs, live)

        components = [Component(self.component_type, one) for one in [body, *off]]
        deploy_components(client, f'deploy ApprovalProcess "{name}"', components, landed)
        others = [one.full_name for one in before if one.full_name != body["fullName"]]
        facts: dict[str, Any] = {"version": body["fullName"], **({"other_versions": others} if others else {})}
        return LiveObject(name, name, self.definition(name, body), facts)

    def delete(self, session: OrgSession, live: LiveObject, state: State[ApprovalProcessInputs]) -> bool | None:
        client = session.client
        found = approval_versions.versions(client, [live.name]).get(live.name, [])
        if active := [one.switched(False) for one in found if one.active]:
            components = [Component(self.component_type, body) for body in active]
            deploy_components(
                client,
                f'deactivate ApprovalProcess "{live.name}"',
                components,
                lambda: (
                    not any(one.active for one in approval_versions.versions(client, [live.name]).get(live.name, []))
                ),
            )
        kept = self._swept(session, found)
        if kept:
            session.report.say(
                f"Salesforce: {self.name} {live.name} is deactivated and kept, because Salesforce keeps processes "
                f"that have requests: {approval_versions.describe(kept)}"
            )
        return bool(kept)

    def _swept(self, session: OrgSession, unused: list[Version]) -> dict[str, int]:
        """Deletes versions that never had a request; those that did stay, with what they name: how many are pending."""
        client, kept = session.client, dict[str, int]()
        for version in sorted(unused, key=lambda one: number_of(one.full_name)):
            if approval_versions.requests(client, version) == 0:
                client.delete_component(self.component_type, version.full_name)
                continue
            kept[version.full_name] = approval_versions.requests(client, version, "Pending")
            definition = self.definition(logical(version.full_name), version.body)
            session.report.keep((item.kind, item.name) for item in self.references(self.parse(definition)))
        return kept


def _references_of(inputs: ApprovalProcessInputs) -> Iterable[Reference]:
    """The actions, queues, groups and custom fields that a process names."""
    holders: tuple[ApprovalProcessInputs | ApprovalStep, ...] = (inputs, *inputs.steps)
    for holder in holders:
        yield from approval_form.criteria_references(holder.entry_criteria, inputs.object)
        yield from approval_form.action_references(holder, inputs.object)
    for approver in (approver for step in inputs.steps for approver in step.approvers):
        yield from approval_form.approver_references(approver, inputs.object)
    for one in inputs.allowed_submitters:
        if one.submitter is not None and one.type == "group":
            yield Reference("Group", one.submitter)


def _lookups_of(inputs: ApprovalProcessInputs) -> Iterable[Lookup]:
    """The people, queues and the template that a process names."""
    for approver in (approver for step in inputs.steps for approver in step.approvers):
        if approver.name is not None and approver.type in {"user", "queue"}:
            yield Lookup(approver.type, approver.name)
    for one in inputs.allowed_submitters:
        if one.submitter is not None and one.type in {"user", "group", "role"}:
            yield Lookup(one.type, one.submitter)
    if inputs.email_template:
        yield Lookup("email_template", inputs.email_template.rpartition("/")[2])


def _content_keys() -> list[str]:
    return [key for key in ApprovalProcessInputs.model_fields if key not in {"adopt", "object", "name"}]
