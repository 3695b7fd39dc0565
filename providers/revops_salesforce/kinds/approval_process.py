"""An approval process: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_approvalprocess.htm"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from typing import Any, Literal

from revops_iac.diagnostics import Diagnostic, Diagnostics, Severity, input_error
from revops_iac.errors import AuthorError
from revops_iac.provider.effects import Effect
from revops_iac.provider.kind import Definition, DesiredResource, Inputs, LiveObject, Lookup, Reference, State
from revops_iac.provider.session.stores import begun
from revops_salesforce.api.client import OrgSession
from revops_salesforce.api.components import Body, camel
from revops_salesforce.approvals import form as approval_form
from revops_salesforce.approvals.form import (
    ACTIONS,
    SUBMITTERS,
    Action,
    ApprovalStep,
    Criteria,
    NextApprover,
    Submitter,
)
from revops_salesforce.approvals.versions import NUMBERED, Lineage, describe, next_name, number_of, requests
from revops_salesforce.deploy.deployment import deploy_components
from revops_salesforce.deploy.package import Component
from revops_salesforce.flows.form import live_of
from revops_salesforce.formulas.option_uses import option_uses
from revops_salesforce.metadata.criteria import criteria_uses
from revops_salesforce.metadata.kind import ObjectPart, canonical
from revops_salesforce.metadata.merge import merge

IN_PLACE = frozenset({"label", "description", "active"})
"""What may change without a new version."""
SELECTING = ("entry_criteria", *ACTIONS[:4], "next_automated_approver")
"""Inputs that tell two processes apart although they are not declared."""


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
    """The developer name of the first version; later ones bear `_v2`, `_v3` and so on, as far as these are free."""
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
    post_template: str | None = None
    """The developer name of the template of posts in Chatter; default: Salesforce's own."""
    process_order: int | None = None
    """Its place among the processes of the object, which a record tries in order; default: not managed."""
    enable_mobile_device_access: bool | None = None
    next_automated_approver: NextApprover | None = None


class ApprovalProcess(ObjectPart[ApprovalProcessInputs]):
    """Key: object and name. A changed content becomes a version of its own, deployed together with the end of the one
    before, so that at every moment exactly one of them takes submissions. The state of the stack lists the versions
    that it made; a process of another name is another process."""

    component_type = "ApprovalProcess"
    entry_keys = {
        "approvalStep": ("name",),
        "approvalStep.assignedApprover.approver": ("type", "name"),
        "allowedSubmitters": ("type", "submitter"),
        "entryCriteria.criteriaItems": ("field", "operation", "value"),
        "approvalStep.entryCriteria.criteriaItems": ("field", "operation", "value"),
        **{f"{within}{camel(key)}.action": ("type", "name") for key in ACTIONS for within in ("", "approvalStep.")},
    }
    on_delete = (
        "All versions that the stack made are deactivated. Versions that never had a request are deleted; the others "
        "stay, because Salesforce keeps processes that have requests, and pending requests continue."
    )

    def elements(self, inputs: ApprovalProcessInputs) -> Body:
        return approval_form.to_vendor(self.own(inputs))

    def definition(self, name: str, body: Body) -> Definition:
        found = approval_form.from_vendor(body)
        return {**self.identity_of(name), **{key: found.get(key) for key in _content_keys()}}

    def unexpressed(self, body: Body) -> list[str]:
        found = approval_form.from_vendor(body)
        parts = [camel(key) for key in found.keys() - {*ApprovalProcessInputs.model_fields, *self.identity}]
        for step in body.get("approvalStep", []):
            parts += [f"step {step['name']}: {camel(key)}" for key in approval_form.unknown_in_step(step)]
        return sorted(parts)

    def normalize(self, definition: Definition) -> Definition:
        made = {key: canonical(value) for key, value in definition.items()}
        made |= {key: made[key] or None for key in ("steps", *ACTIONS) if key in made}
        if made.get("allowed_submitters"):
            made["allowed_submitters"] = sorted(made["allowed_submitters"], key=str)
        return made

    def managed_view(self, declared: Definition, live: LiveObject) -> Definition:
        """What a step does not say is not compared: the platform fills it in. A version has a name of its own."""
        managed = {key: live_of(value, live.definition.get(key)) for key, value in declared.items()}
        named = {key: declared[key] for key in self.identity if key in declared}
        return super().managed_view(declared, LiveObject(live.id, live.name, {**managed, **named}, live.facts))

    def conflicts(self, declared: Definition, live: LiveObject) -> list[str]:
        """Records cannot enter an inactive process, so adopting it conflicts with nothing."""
        return super().conflicts(declared, live) if live.definition["active"] else []

    def references(self, inputs: ApprovalProcessInputs) -> Iterable[Reference]:
        return dict.fromkeys(_references_of(inputs))

    def effects(self, inputs: ApprovalProcessInputs) -> Iterable[Effect]:
        for criteria in (inputs.entry_criteria, *(step.entry_criteria for step in inputs.steps)):
            if criteria is not None:
                yield from option_uses(criteria.formula or "", inputs.object)
                yield from criteria_uses(criteria.criteria or ())

    def lookups(self, inputs: ApprovalProcessInputs) -> Iterable[Lookup]:
        return dict.fromkeys(_lookups_of(inputs))

    # --- versions ---------------------------------------------------------------------------------------------

    def find(
        self, session: OrgSession, inputs: ApprovalProcessInputs, state: State[ApprovalProcessInputs] | None
    ) -> LiveObject | None:
        name = self.vendor_name(inputs)
        if state is None:
            return self._unrecorded(session, name, inputs)
        lineage = self._with_begun(session, _in_state(name, state))
        if lineage.first_may_stand and self._active(session, name) is not None:
            lineage = lineage.without_current()
        now = self._current(session, lineage)
        return None if now is None else _as_version(now, lineage.within(session.names(self, ""), now.name))

    def output_facts(self, declared: Definition, live: LiveObject) -> Mapping[str, Any]:
        shown = {key: value for key, value in live.facts.items() if key != "lineage"}
        return {**shown, **_lineage(live, live.name).facts()}

    def _current(self, session: OrgSession, lineage: Lineage) -> LiveObject | None:
        """The version that submissions go to: an active one, else the newest."""
        older = sorted(lineage.members - {lineage.current}, key=number_of, reverse=True)
        names = [lineage.current, *older]
        active = (live for one in names if (live := self._active(session, one)) is not None)
        return next(active, None) or next(
            (live for one in names if (live := session.find(self, one)) is not None), None
        )

    def _active(self, session: OrgSession, name: str) -> LiveObject | None:
        live = session.find(self, name)
        return live if live is not None and live.definition["active"] else None

    def _with_begun(self, session: OrgSession, lineage: Lineage) -> Lineage:
        """With the versions that an interrupted run created before state could list them."""
        begun = session.stores.pending_creates
        for one in lineage.made if lineage.recorded else ():
            begun.end(self.name, f"{lineage.name} {one}")
        others = (one for one in session.names(self, "") if one not in lineage.made)
        return lineage.with_made(one for one in others if begun.began(self.name, f"{lineage.name} {one}"))

    def _unrecorded(self, session: OrgSession, name: str, inputs: ApprovalProcessInputs) -> LiveObject | None:
        """What a new resource adopts: the process of that name, or with consent an active one of the same content.

        Two active processes with one content are a mistake: the other may be a version whose state was lost.
        """
        live = session.find(self, name)
        if live is not None and live.definition["active"]:
            return live
        twin = self._twin(session, inputs, {name, *self._members(session)})
        if twin is None:
            return live
        if inputs.adopt:
            return _as_version(twin, Lineage.adopted(name, twin.name))
        raise AuthorError(
            Diagnostic(
                f'Salesforce {self.name} "{name}"',
                f'the active process "{twin.name}" has the same content',
                "add adopt: true to its entry to adopt that process, or deactivate it in the org",
            )
        )

    def _twin(self, session: OrgSession, inputs: ApprovalProcessInputs, known: Collection[str]) -> LiveObject | None:
        """An active process of the object that has just this content, besides `known` and declared ones."""
        others = [one for one in session.names(self, "") if one.startswith(f"{inputs.object}.")]
        named = {*known, *self.declared_in(session.declared)}
        active = (live for one in others if one not in named and (live := self._active(session, one)) is not None)
        return next((live for live in active if not self._content_differs(inputs, live)), None)

    def _members(self, session: OrgSession, but: str = "") -> set[str]:
        """The processes that state lists for the stack's other resources."""
        others = [(name, state) for (kind, name), state in session.states.items() if kind == self.name and name != but]
        return {one for name, state in others for one in _in_state(name, state).members}

    def _content_differs(self, inputs: ApprovalProcessInputs, live: LiveObject) -> bool:
        """Whether anything but label and description differs; what is not declared must not be there."""
        declared = {**dict.fromkeys(SELECTING), **inputs.managed()}
        return bool({*self.differences(declared, self.managed_view(declared, live))} - IN_PLACE)

    def preflight_errors(self, session: OrgSession, desired: DesiredResource, live: LiveObject | None) -> Diagnostics:
        yield from super().preflight_errors(session, desired, live)
        for one in self.typed(desired).allowed_submitters:
            if one.type == "roleSubordinates" and session.resolve(Lookup("role", one.submitter or "")) is None:
                message = f'role "{one.submitter}" does not exist in the account'
                yield input_error(("allowed_submitters",), message, "create the role there, or name another")
        if f"{self.name} {desired.name}" not in session.recorded:
            yield from self._possible_versions(session, desired.name)
        if desired.name in self._members(session, but=desired.name):
            message = "is a version of another approval process of this stack"
            yield input_error(("name",), message, "give it another name")

    def _possible_versions(self, session: OrgSession, name: str) -> Iterator[Diagnostic]:
        """Active processes that a lost state may have known as versions of a process that state does not know now."""
        mine = {*self._members(session), *self.declared_in(session.declared), name}
        for one in session.names(self, ""):
            match = NUMBERED.fullmatch(one)
            if match is None or match["stem"] != name or one in mine or self._active(session, one) is None:
                continue
            message = (
                f'the org has the active process "{one}"; if it is a version whose state was lost, both take records'
            )
            fix = (
                f"take it over with name: {one.partition('.')[2]} and adopt: true; leave it where it is another process"
            )
            yield Diagnostic("", message, fix, Severity.WARNING)

    def create(self, session: OrgSession, inputs: ApprovalProcessInputs) -> LiveObject:
        name = self.vendor_name(inputs)
        return self._write(session, self.new_body(inputs), {}, Lineage.created(name), inputs)

    def update(self, session: OrgSession, live: LiveObject, inputs: ApprovalProcessInputs) -> LiveObject:
        client, name = session.client, self.vendor_name(inputs)
        lineage = _lineage(live, name)
        if session.stores.pending_creates.began(self.name, name):
            lineage = lineage.with_made([name])
        bodies = client.read_components(self.component_type, sorted(lineage.members))
        body = self._desired(session, lineage, bodies, inputs)
        made = self._write(session, body, bodies, lineage, inputs)
        kept = self._swept(session, lineage, {one: bodies[one] for one in bodies if one != made.name})
        lineage = lineage.with_made([made.name]) if made.name not in lineage.members else lineage
        continues = f"Salesforce: {self.name} {name} continues as {made.name}"
        if kept.pending:
            session.report.say(f"{continues}; earlier requests stay with {describe(kept.pending)}")
        for other in kept.foreign:
            session.report.say(f"{continues}; {other} is deactivated and kept, because this stack did not create it")
        return _as_version(made, lineage.within({*kept.pending, *kept.foreign, made.name}, made.name))

    def body_after(self, session: OrgSession, live: LiveObject, inputs: ApprovalProcessInputs) -> Body:
        bodies = session.client.read_components(self.component_type, [live.name])
        return self._desired(session, _lineage(live, self.vendor_name(inputs)), bodies, inputs)

    def packed(self, session: OrgSession, live: LiveObject | None, inputs: ApprovalProcessInputs) -> Body | str:
        """A validation knows no state: a version of this content that the org has is told by its content."""
        name = self.vendor_name(inputs)
        twin = self._twin(session, inputs, {name})
        if twin is not None:
            return f"its content is in the org already, as {twin.name}"
        if live is None:
            return self.new_body(inputs)
        return self.body_after(session, live, inputs)

    def _desired(
        self, session: OrgSession, lineage: Lineage, bodies: Mapping[str, Body], inputs: ApprovalProcessInputs
    ) -> Body:
        """The process to write: the version that has this content already, changed in what may change, or a new one.

        What the inputs leave open stays as the present version has it.
        """
        elements = self.elements(inputs)
        in_place = {camel(key): elements[camel(key)] for key in IN_PLACE if camel(key) in elements}
        for one in sorted(bodies, key=lambda one: (one != lineage.current, -number_of(one))):
            if not self._differs(inputs, one, bodies[one]) - IN_PLACE:
                return merge({**bodies[one], "fullName": one}, in_place, self.entry_keys, self.component_type)
        taken = [*session.client.list_components(self.component_type), *self.declared_in(session.declared)]
        made = next_name(lineage.name, lineage.members, taken)
        body = {**bodies.get(lineage.current, {}), "fullName": made}
        return merge(body, elements, self.entry_keys, self.component_type)

    def _differs(self, inputs: ApprovalProcessInputs, name: str, body: Body) -> set[str]:
        declared = inputs.managed()
        return {*self.differences(declared, self.managed_view(declared, self.observe(name, body)))}

    def _write(
        self,
        session: OrgSession,
        body: Body,
        before: Mapping[str, Body],
        lineage: Lineage,
        inputs: ApprovalProcessInputs,
    ) -> LiveObject:
        """Deploys a process together with the end of the other versions."""
        client, name = session.client, str(body["fullName"])
        off = [{**other, "active": False} for one, other in before.items() if other.get("active") and one != name]

        def landed() -> bool:
            live = client.read_components(self.component_type, [name]).get(name)
            return live is not None and not self._differs(inputs, name, live)

        components = [Component(self.component_type, one) for one in [body, *off]]
        is_new = name not in lineage.members
        creates, entry = session.stores.pending_creates, f"{lineage.name} {name}"
        with begun(creates, self.name, entry) if is_new else nullcontext():
            deploy_components(client, f'deploy ApprovalProcess "{name}"', components, landed)
        return _as_version(self.observe(name, body), replace(lineage, current=name))

    def delete(self, session: OrgSession, live: LiveObject, state: State[ApprovalProcessInputs]) -> bool | None:
        client, name = session.client, self.vendor_name(state.inputs)
        lineage = live.facts.get("lineage") or _in_state(name, state)
        bodies = client.read_components(self.component_type, sorted(lineage.members))
        if active := {one: {**body, "active": False} for one, body in bodies.items() if body.get("active")}:

            def landed() -> bool:
                found = client.read_components(self.component_type, list(active))
                return not any(body.get("active") for body in found.values())

            components = [Component(self.component_type, body) for body in active.values()]
            deploy_components(client, f'deactivate ApprovalProcess "{name}"', components, landed)
        kept = self._swept(session, lineage, bodies)
        for names, reason in (
            (describe(kept.pending), "Salesforce keeps processes that have requests"),
            (", ".join(kept.foreign), "this stack did not create them"),
        ):
            if names:
                session.report.say(f"Salesforce: {self.name} {name} is deactivated and kept, because {reason}: {names}")
        return bool(kept.pending or kept.foreign)

    def _swept(self, session: OrgSession, lineage: Lineage, unused: Mapping[str, Body]) -> Kept:
        """Deletes versions that the stack made and nobody used; the others stay, with what they name."""
        client, pending, foreign = session.client, dict[str, int](), list[str]()
        for name in sorted(unused, key=number_of):
            used = requests(client, name) if name in lineage.made else None
            if used == 0:
                client.delete_component(self.component_type, name)
                session.cache.drop(self, name)
                continue
            if used is None:
                foreign.append(name)
            else:
                pending[name] = requests(client, name, "Pending")
            definition = self.definition(name, unused[name])
            session.report.keep((item.kind, item.name) for item in self.references(self.parse(definition)))
        return Kept(pending, foreign)


@dataclass(frozen=True)
class Kept:
    """Processes that stay in the org: those with requests, each with how many are pending, and those of others."""

    pending: Mapping[str, int]
    foreign: Sequence[str]


def _in_state(name: str, state: State[ApprovalProcessInputs]) -> Lineage:
    return Lineage.in_state(name, state.facts, adopted=bool(state.original))


def _lineage(live: LiveObject, name: str) -> Lineage:
    """The lineage that `find` noted; that of a process which no state knows otherwise."""
    lineage: Lineage = live.facts.get("lineage") or Lineage.adopted(name, live.name)
    return lineage


def _as_version(live: LiveObject, lineage: Lineage) -> LiveObject:
    """The process as the object of its resource: found under its own name, known by that of the first version."""
    return replace(live, id=lineage.name, facts={**live.facts, "version": live.name, "lineage": lineage})


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
        if one.submitter is not None and one.type in SUBMITTERS:
            yield Lookup(SUBMITTERS[one.type], one.submitter)
    if inputs.email_template:
        yield Lookup("email_template", inputs.email_template.rpartition("/")[2])


def _content_keys() -> list[str]:
    return [key for key in ApprovalProcessInputs.model_fields if key not in {"adopt", "object", "name"}]
