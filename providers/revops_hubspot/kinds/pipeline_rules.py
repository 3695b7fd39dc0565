"""The rules of a pipeline: https://developers.hubspot.com/docs/api-reference/crm-pipelines-rules-2026-09/guide"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from revops_hubspot.api import custom_objects, subscription
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.directory import key_of
from revops_hubspot.api.object_types import schema_references, type_id
from revops_hubspot.filters.canonical import canonical_filters, complete_filters, properties_in
from revops_hubspot.filters.json_form import first_few, misformed
from revops_hubspot.filters.property_types import unfit
from revops_hubspot.pipelines.people import ids_of, names_of
from revops_iac.provider.kind import Definition, DesiredResource, DictKind, Inputs, LiveObject, Lookup, Reference, State
from revops_iac.provider.session import Session

PATH = "/{object}/{pipeline}"
MOVEMENT: Mapping[str, str] = {"no_backwards": "noBackwardsMovementRule", "no_skipping": "noSkippingStagesRule"}
CREATION = "objectCreationRule"
Stages = Literal["all"] | list[str]


class Approval(BaseModel):
    """A stage that a record enters only after somebody approved (Sales Hub Enterprise)."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    stage: str
    approvers: list[str] = Field(min_length=1)
    """E-mail addresses of users."""
    mode: Literal["ALL", "ANY"] = "ANY"
    comment: str | None = None
    filter_branch: dict[str, Any] | None = None
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
    """The pipeline's own id."""
    no_backwards: Stages | None = None
    """Stages, or `all`, from which records do not move back."""
    no_skipping: Stages | None = None
    """Stages, or `all`, that records do not skip."""
    creation_stages: list[str] | None = None
    """Stages to which the rule on creation is bound [S]."""
    approvals: list[Approval] | None = None


class PipelineRules(DictKind[HubSpotClient]):
    """Key: object and pipeline. The API exists on dated paths only, from 2026-09 [D]."""

    system = "hubspot"
    scopes = ("crm.pipelines.governance.read", "crm.pipelines.governance.write")
    inputs = PipelineRulesInputs
    immutable = frozenset({"object", "pipeline"})
    on_delete = "The rules are deleted; records move as they like. Permissions of stages stay."

    def vendor_name(self, inputs: Definition) -> str:
        return f"{inputs['object']}.{inputs['pipeline']}"

    def partition(self, name: str) -> str:
        """There is no list: each pipeline is asked."""
        return name

    def normalize(self, definition: Definition) -> Definition:
        canonical = dict(definition)
        for key in (*MOVEMENT, "creation_stages"):
            if isinstance(canonical.get(key), list):
                canonical[key] = sorted(canonical[key])
        if canonical.get("approvals") is not None:
            canonical["approvals"] = sorted(map(_canonical, canonical["approvals"]), key=_text)
        return canonical

    def references(self, inputs: Definition) -> Iterable[Reference]:
        yield from schema_references(inputs["object"])
        yield Reference("Pipeline", self.vendor_name(inputs))
        for approval in inputs.get("approvals") or ():
            for name in dict.fromkeys(properties_in(approval.get("filter_branch"), inputs["object"])):
                yield Reference("Property", name)

    def lookups(self, inputs: Definition) -> Iterable[Lookup]:
        for approval in inputs.get("approvals") or ():
            for approver in approval["approvers"]:
                yield Lookup("user", approver)

    def conflicts(self, declared: Definition, live: LiveObject) -> list[str]:
        """A rule that is off contradicts nothing."""
        return [key for key in super().conflicts(declared, live) if live.definition[key]]

    def scan(self, client: HubSpotClient, partition: str) -> Mapping[str, LiveObject | None]:
        object_, pipeline = partition.split(".", 1)
        if not custom_objects.exist(client, object_):
            return {}
        found = client.find("pipeline_rules", PATH, object=type_id(object_), pipeline=pipeline)
        return {} if found is None else {partition: _live(client, partition, found)}

    def create(self, session: Session[HubSpotClient], inputs: Definition) -> LiveObject:
        return self._put(session, inputs, {})

    def update(self, session: Session[HubSpotClient], live: LiveObject, inputs: Definition) -> LiveObject:
        return self._put(session, inputs, live.definition)

    def _put(self, session: Session[HubSpotClient], inputs: Definition, live: Definition) -> LiveObject:
        """PUT replaces all: what is not managed is sent as it is held."""
        merged = {**live, **{key: value for key, value in inputs.items() if value is not None}}
        rules: dict[str, Any] = {name: _movement(merged.get(key) or []) for key, name in MOVEMENT.items()}
        rules[CREATION] = {"pipelineStageIds": merged.get("creation_stages") or []}
        body: dict[str, Any] = {"governanceValidationRules": rules}
        if approvals := merged.get("approvals"):
            body["approvalStageRules"] = [_approval(session, one) for one in approvals]
        object_, pipeline = inputs["object"], inputs["pipeline"]
        answer = session.client.write("PUT", "pipeline_rules", PATH, body, object=type_id(object_), pipeline=pipeline)
        return _live(session.client, self.vendor_name(inputs), answer)

    def delete(self, session: Session[HubSpotClient], live: LiveObject, state: State[Definition]) -> None:
        object_, pipeline = live.name.split(".", 1)
        session.client.write("DELETE", "pipeline_rules", PATH, object=type_id(object_), pipeline=pipeline)

    def preflight_errors(
        self, session: Session[HubSpotClient], desired: DesiredResource, live: LiveObject | None
    ) -> Iterable[str]:
        yield from unknown_stages(session, self.name, desired, named_stages(desired.inputs))
        if desired.inputs.get("approvals") and subscription.lacks_enterprise(session.client):
            message = "approvals of a stage need Sales Hub Enterprise, and the portal has no Enterprise hub"
            yield subscription.told(desired, message, "leave approvals out, or upgrade the subscription")
        for approval in desired.inputs.get("approvals") or ():
            for message, fix in unfit(session, approval.get("filter_branch"), desired.inputs["object"]):
                yield subscription.told(desired, f'approval of "{approval["stage"]}": filter_branch: {message}', fix)


def named_stages(inputs: Definition) -> list[str]:
    """Every stage that the rules name."""
    lists = [inputs.get(key) for key in (*MOVEMENT, "creation_stages")]
    named = [stage for listed in lists if isinstance(listed, list) for stage in listed]
    return list(dict.fromkeys([*named, *(one["stage"] for one in inputs.get("approvals") or ())]))


def unknown_stages(
    session: Session[HubSpotClient], kind: str, desired: DesiredResource, named: Iterable[str]
) -> Iterable[str]:
    """A refusal for a pipeline that is not there, or for each named stage that it lacks."""
    declared = [w.inputs for w in session.declared if w.kind == "Pipeline" and w.name == desired.name and w.inputs]
    live = session.find(session.system.kinds["Pipeline"], desired.name)
    if not declared and live is None:
        yield (
            f'HubSpot: {kind} "{desired.name}": there is no such pipeline\n'
            "    fix: correct its id, or declare it as a Pipeline"
        )
        return
    pipelines = [*declared, *([live.definition] if live is not None and not declared else [])]
    if declared and live is not None and (declared[0].get("adopt") or declared[0]["name"] in ("default", "0")):
        pipelines.append(live.definition)
    known = list(dict.fromkeys(stage["id"] for pipeline in pipelines for stage in pipeline["stages"]))
    allowed = ", ".join(known)
    for stage in named:
        if stage not in known:
            yield f'HubSpot: {kind} "{desired.name}": its pipeline has no stage "{stage}"\n    fix: one of {allowed}'


def _canonical(approval: Mapping[str, Any]) -> dict[str, Any]:
    people = sorted(key_of("user", approver) for approver in approval["approvers"])
    branch = canonical_filters(approval.get("filter_branch"))
    return {"mode": "ANY", "comment": None, **approval, "filter_branch": branch, "approvers": people}


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True)


def _movement(stages: Any) -> dict[str, Any]:
    """All stages are said with an empty list [D]."""
    return {"enabledForAllStages": stages == "all", "pipelineStageIds": [] if stages == "all" else list(stages)}


def _approval(session: Session[HubSpotClient], approval: Mapping[str, Any]) -> dict[str, Any]:
    body = {
        "pipelineStageId": approval["stage"],
        "approverUserIds": ids_of(session, "user", approval["approvers"]),
        "approvalMode": approval.get("mode") or "ANY",
    }
    more = {
        "approvalComment": approval.get("comment"),
        "conditionalApprovalFilterBranch": complete_filters(approval.get("filter_branch")),
    }
    return body | {key: value for key, value in more.items() if value is not None}


def _live(client: HubSpotClient, name: str, answer: Mapping[str, Any]) -> LiveObject:
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
            "filter_branch": one.get("conditionalApprovalFilterBranch"),
        }
        for one in answer.get("approvalStageRules") or ()
    ]
    return LiveObject(name, name, definition)
