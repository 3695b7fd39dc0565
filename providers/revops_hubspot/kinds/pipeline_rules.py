"""The rules of a pipeline: https://developers.hubspot.com/docs/api-reference/crm-pipelines-rules-2026-09/guide"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from revops_hubspot.api import subscription
from revops_hubspot.api.client import HubSpotClient, PortalSession
from revops_hubspot.api.directory import key_of
from revops_hubspot.api.documents import Entry, cut_entries, merged, merged_entries, without
from revops_hubspot.api.errors import Json, JsonObject
from revops_hubspot.api.object_types import type_id
from revops_hubspot.filters.canonical import canonical_root, complete_filters, properties_in
from revops_hubspot.filters.json_form import first_few, misformed
from revops_hubspot.filters.property_types import unfit
from revops_hubspot.filters.unchanged import with_unchanged
from revops_hubspot.pipelines.checks import unknown_stages
from revops_hubspot.pipelines.kind import PipelinePart
from revops_hubspot.pipelines.people import ids_of, names_of
from revops_iac.diagnostics import Diagnostics, input_error
from revops_iac.provider.inputs import Part
from revops_iac.provider.kind import Definition, DesiredResource, Inputs, LiveObject, Lookup, Reference, State

MOVEMENT: Mapping[str, str] = {"no_backwards": "noBackwardsMovementRule", "no_skipping": "noSkippingStagesRule"}
CREATION = "objectCreationRule"
APPROVALS, BRANCH = "approvalStageRules", "conditionalApprovalFilterBranch"
READ_ONLY = frozenset({"id", "createdAt", "updatedAt"})
"""What HubSpot makes of the rules itself [S]."""
Stages = Literal["all"] | list[str]


class Approval(Part):
    """A stage that a record enters only after approval (Sales Hub Enterprise)."""

    stage: str
    approvers: list[str] = Field(min_length=1)
    """E-mail addresses of users."""
    mode: Literal["ALL", "ANY"] | None = None
    """Absent: not managed; `ANY` for a new approval."""
    comment: str | None = None
    filter_branch: JsonObject | None = None
    """HubSpot's own filter tree: only records that match need the approval."""

    @model_validator(mode="after")
    def _is_a_tree(self) -> Self:
        if wrong := misformed(self.filter_branch) if self.filter_branch is not None else []:
            raise ValueError(f"filter_branch: {first_few(wrong)}")
        return self


class PipelineRulesInputs(Inputs):
    """What a pipeline allows (Professional and higher). A rule that is absent is not managed; `[]` turns it off.

    Example::

        object: deals
        pipeline: new_business
        no_backwards: all
        no_skipping: [new_business_proposal]

    Later::

        no_backwards: [new_business_closed_won, new_business_closed_lost]
        no_skipping: []
        creation_stages: [new_business_qualified]
    """

    object: str
    """`deals`, `tickets`, `leads` or the name of a custom object."""
    pipeline: str
    """The id of the pipeline."""
    no_backwards: Stages | None = None
    """Stages, or `all`, from which records do not move back."""
    no_skipping: Stages | None = None
    """Stages, or `all`, that records do not skip."""
    creation_stages: list[str] | None = None
    """Stages that the creation rule names [S]."""
    approvals: list[Approval] | None = None

    @property
    def named_stages(self) -> list[str]:
        """Every stage that the rules name, each once."""
        lists = (self.no_backwards, self.no_skipping, self.creation_stages)
        named = [stage for listed in lists if isinstance(listed, list) for stage in listed]
        return list(dict.fromkeys([*named, *(one.stage for one in self.approvals or ())]))


class PipelineRules(PipelinePart[PipelineRulesInputs]):
    """Key: object and pipeline. The API exists on dated paths only, from 2026-09 [D]."""

    scopes = ("crm.pipelines.governance.read", "crm.pipelines.governance.write")
    path = "/{object}/{pipeline}"
    noun = "pipeline rule set"
    on_delete = "The rules are deleted, so records can move freely. Stage permissions stay."

    def made_by(self, name: str, live: LiveObject | None) -> str:
        """Every pipeline has rules, which are off until a person turns one on."""
        if live is None or any(live.definition[key] for key in live.definition.keys() - self.immutable):
            return ""
        return "HubSpot, and off"

    def normalize(self, definition: Definition) -> Definition:
        canonical = dict(definition)
        for key in (*MOVEMENT, "creation_stages"):
            if isinstance(canonical.get(key), list):
                canonical[key] = sorted(canonical[key])
        if canonical.get("approvals") is not None:
            canonical["approvals"] = sorted(map(_canonical, canonical["approvals"]), key=_text)
        return canonical

    def references(self, inputs: PipelineRulesInputs) -> Iterable[Reference]:
        yield from super().references(inputs)
        for approval in inputs.approvals or ():
            for name in dict.fromkeys(properties_in(approval.filter_branch, inputs.object)):
                yield Reference("Property", name)

    def lookups(self, inputs: PipelineRulesInputs) -> Iterable[Lookup]:
        for approval in inputs.approvals or ():
            yield from (Lookup("user", approver) for approver in approval.approvers)

    def managed_view(self, declared: Definition, live: LiveObject) -> Definition:
        """Compares the mode, comment and filter of an approval only where they are declared."""
        approvals = cut_entries(live.definition["approvals"], declared.get("approvals"), _stage_and_filter, "stage")
        return super().managed_view(declared, replace(live, definition={**live.definition, "approvals": approvals}))

    def conflicts(self, declared: Definition, live: LiveObject) -> list[str]:
        """A rule that is off conflicts with nothing."""
        return [key for key in super().conflicts(declared, live) if live.definition[key]]

    def observe(self, client: HubSpotClient, name: str, answer: Json) -> LiveObject:
        """The rules of the pipeline `object.id` as HubSpot returns them, approvers by e-mail."""
        object_, pipeline = name.split(".", 1)
        rules = answer.get("governanceValidationRules") or {}
        definition: Definition = {"object": object_, "pipeline": pipeline}
        for key, field in MOVEMENT.items():
            rule = rules.get(field) or {}
            definition[key] = "all" if rule.get("enabledForAllStages") else list(rule.get("pipelineStageIds") or ())
        definition["creation_stages"] = list((rules.get(CREATION) or {}).get("pipelineStageIds") or ())
        definition["approvals"] = [
            {
                "stage": one["pipelineStageId"],
                "approvers": names_of(client, "user", one["approverUserIds"]),
                "mode": one["approvalMode"],
                "comment": one.get("approvalComment"),
                "filter_branch": one.get(BRANCH),
            }
            for one in answer.get(APPROVALS) or ()
        ]
        return LiveObject(name, name, definition, document=answer)

    def create(self, session: PortalSession, inputs: PipelineRulesInputs) -> LiveObject:
        return self._put(session, inputs, {})

    def update(self, session: PortalSession, live: LiveObject, inputs: PipelineRulesInputs) -> LiveObject:
        """PUT replaces all rules: unmanaged ones are sent as they are."""
        return self._put(session, inputs, without(live.document, READ_ONLY))

    def _put(self, session: PortalSession, inputs: PipelineRulesInputs, live: Json) -> LiveObject:
        return self.put(session, self.vendor_name(inputs), to_request(session, inputs, live))

    def delete(self, session: PortalSession, live: LiveObject, state: State[PipelineRulesInputs]) -> None:
        object_, pipeline = live.name.split(".", 1)
        session.client.write("DELETE", "pipeline_rules", self.path, object=type_id(object_), pipeline=pipeline)

    def preflight_errors(
        self, session: PortalSession, desired: DesiredResource, live: LiveObject | None
    ) -> Diagnostics:
        inputs = self.typed(desired)
        yield from unknown_stages(session, desired, inputs.named_stages)
        if inputs.approvals and subscription.lacks_enterprise(session.client):
            message = "stage approvals require Sales Hub Enterprise, and the portal has no Enterprise hub"
            yield input_error((), message, "remove approvals, or upgrade the subscription")
        for approval in inputs.approvals or ():
            for found in unfit(session, approval.filter_branch, inputs.object):
                yield found.under("filter_branch").under(f'approval of "{approval.stage}"')


def _canonical(approval: Mapping[str, Any]) -> Definition:
    people = sorted(key_of("user", approver) for approver in approval["approvers"])
    branch = canonical_root(approval.get("filter_branch"))
    return {"mode": "ANY", "comment": None, **approval, "filter_branch": branch, "approvers": people}


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def to_request(session: PortalSession, inputs: PipelineRulesInputs, live: Json) -> Json:
    """All rules: managed ones inside the `live` rules, others as they are; one that never was is off.

    Raises AuthorError for a user that does not exist in the account.
    """
    off: Json = {**dict.fromkeys(MOVEMENT.values(), _movement([])), CREATION: {"pipelineStageIds": []}}
    declared: Json = {
        field: _movement(getattr(inputs, key)) for key, field in MOVEMENT.items() if getattr(inputs, key) is not None
    }
    if inputs.creation_stages is not None:
        declared[CREATION] = {"pipelineStageIds": inputs.creation_stages}
    there = {**live, "governanceValidationRules": {**off, **(live.get("governanceValidationRules") or {})}}
    body = merged(there, {"governanceValidationRules": declared})
    if inputs.approvals is None:
        return body
    before: list[Json] = live.get(APPROVALS) or []
    desired = [_approval_request(session, one, before) for one in inputs.approvals]
    approvals = merged_entries(before, desired, _stage_and_filter, "pipelineStageId")
    whole = [{"approvalMode": "ANY", **one, **_filter_of(mine)} for one, mine in zip(approvals, desired, strict=True)]
    return {**body, APPROVALS: whole}


def _filter_of(approval: Entry) -> Json:
    return {BRANCH: approval[BRANCH]} if BRANCH in approval else {}


def _movement(stages: Stages) -> Json:
    """All stages: an empty list [D]."""
    return {"enabledForAllStages": stages == "all", "pipelineStageIds": [] if stages == "all" else stages}


def _approval_request(session: PortalSession, approval: Approval, live: Sequence[Json]) -> Json:
    """What is declared of an approval, its filter as one of the live approvals spells it."""
    declared = {
        "pipelineStageId": approval.stage,
        "approverUserIds": ids_of(session, "user", approval.approvers),
        "approvalMode": approval.mode,
        "approvalComment": approval.comment,
        BRANCH: with_unchanged(live, complete_filters(approval.filter_branch)),
    }
    return {key: value for key, value in declared.items() if value is not None}


def _stage_and_filter(approval: Entry) -> tuple[str, str]:
    """A stage may have several approvals, which their filters tell apart."""
    branch = approval.get(BRANCH, approval.get("filter_branch"))
    return str(approval.get("pipelineStageId", approval.get("stage"))), _text(canonical_root(branch))
