"""Pipeline rules and stage edit permissions: https://developers.hubspot.com/docs/api-reference/crm-pipelines-rules-2026-09/guide.

They exist on dated paths only [D id 71108165139]; fields are those of the specification, with the array of approvals
that the docs show. Whether HubSpot applies these rules to record writes by API is not known [?], see
`stage_movement.py`.
"""

from __future__ import annotations

from typing import Any

from crm_simulators.hubspot.errors import HubSpotError, JsonObject, not_found, validation_error
from crm_simulators.hubspot.http.bodies import check_body, stored_parts
from crm_simulators.hubspot.http.routing import route
from crm_simulators.hubspot.people import People
from crm_simulators.hubspot.pipelines.pipelines import Pipelines
from crm_simulators.hubspot.portal.object_types import ObjectType

ROOT = "/crm/pipelines-rules/2026-09/{objectType}/{pipeline}"
PERMISSIONS = f"{ROOT}/stage-edit-permissions"
RULES_READ = ("crm.pipelines.governance.read", "crm.pipelines.governance.write")
RULES_WRITE = ("crm.pipelines.governance.write",)
PERMISSIONS_READ = ("crm.pipelines.stage_permissions.read", "crm.pipelines.stage_permissions.write")
PERMISSIONS_WRITE = ("crm.pipelines.stage_permissions.write",)
MOVEMENT_RULES = ("noBackwardsMovementRule", "noSkippingStagesRule")
MOVEMENT = {"enabledForAllStages": "flag", "pipelineStageIds": "list"}
CREATION = {"pipelineStageIds": "list"}
GOVERNANCE = {**dict.fromkeys(MOVEMENT_RULES, "object"), "objectCreationRule": "object"}
PARTS = {"governanceValidationRules": "object"}
APPROVAL = {"pipelineStageId": "text", "approverUserIds": "list", "approvalMode": "text"}
APPROVAL_MORE = {"approvalComment": "text", "conditionalApprovalFilterBranch": "object"}
PERMISSION = {"pipelineStageId": "text", "permissionMode": "text"}
PERMISSION_MORE = {"teamIds": "list", "userIds": "list", "superAdmin": "flag"}
TIERS = ("professional", "enterprise")  # [D]


class PipelineRules:
    """Rules and permissions by object type and pipeline; they are deleted with their pipeline."""

    def __init__(self, pipelines: Pipelines, people: People) -> None:
        self.pipelines = pipelines
        self.people = people
        self.portal = pipelines.portal

    @route("GET", ROOT, RULES_READ)
    def find(self, object_type: ObjectType, pipeline: str) -> JsonObject:
        """The rules of a pipeline; without any, 404 or empty rules by switch [?]."""
        self._stages(object_type.id, pipeline)
        found: JsonObject | None = self.portal.area("pipeline_rules", object_type.id).get(pipeline)
        if found is not None:
            return found
        if self.portal.switch("pipeline_without_rules") == 404:
            raise not_found(f"There are no rules for pipeline {pipeline}")
        movement = {"enabledForAllStages": False, "pipelineStageIds": []}
        rules = {**dict.fromkeys(MOVEMENT_RULES, movement), "objectCreationRule": {"pipelineStageIds": []}}
        identifier = f"{object_type.id}-{pipeline}"
        return {"id": identifier, "governanceValidationRules": rules, "approvalStageRules": []}

    @route("PUT", ROOT, RULES_WRITE)
    def replace(self, object_type: ObjectType, pipeline: str, body: JsonObject) -> JsonObject:
        """PUT: all three validation rules; omitted approvals are removed."""
        stages = self._stages(object_type.id, pipeline)
        live = self.portal.area("pipeline_rules", object_type.id)
        stored = live.get(pipeline, {})
        check_body("PipelineRules", body, PARTS, {"approvalStageRules": "list"}, stored=stored)
        rules, before = body["governanceValidationRules"], stored.get("governanceValidationRules", {})
        check_body("GovernanceValidationRules", rules, GOVERNANCE, {}, stored=before)
        for name in GOVERNANCE:
            self._check_rule(name, rules[name], stages, before.get(name, {}))
        approvals = body.get("approvalStageRules") or []
        self._check_approvals(approvals, stages, stored.get("approvalStageRules") or [])
        now = self.portal.now()
        live[pipeline] = {
            **stored_parts(body, stored, (*PARTS, "approvalStageRules", "id", "createdAt", "updatedAt")),
            "id": f"{object_type.id}-{pipeline}",
            "createdAt": live.get(pipeline, {}).get("createdAt", now),
            "updatedAt": now,
            "governanceValidationRules": rules,
            "approvalStageRules": approvals,
        }
        return dict(live[pipeline])

    @route("PATCH", ROOT, RULES_WRITE)
    def change(self, object_type: ObjectType, pipeline: str, body: JsonObject) -> JsonObject:
        """PATCH: single rules, at top level; the others stay."""
        before = self.find(object_type, pipeline)
        check_body("PipelineRulesPatch", body, {}, {**GOVERNANCE, "approvalStageRules": "list"})
        rules = {**before["governanceValidationRules"], **{key: body[key] for key in GOVERNANCE if key in body}}
        approvals = body.get("approvalStageRules", before["approvalStageRules"])
        return self.replace(
            object_type, pipeline, {"governanceValidationRules": rules, "approvalStageRules": approvals}
        )

    @route("DELETE", ROOT, RULES_WRITE)
    def delete(self, object_type: ObjectType, pipeline: str) -> None:
        """Delete the rules; permissions stay."""
        self.find(object_type, pipeline)
        self.portal.area("pipeline_rules", object_type.id).pop(pipeline, None)

    @route("GET", PERMISSIONS, PERMISSIONS_READ)
    def permissions(self, object_type: ObjectType, pipeline: str) -> JsonObject:
        """The permission of every stage; stages are open by default."""
        live = self.portal.area("stage_permissions", object_type.id).get(pipeline, {})
        stages = self._stages(object_type.id, pipeline)
        return {"stages": [live.get(stage) or _permission({"pipelineStageId": stage}) for stage in stages]}

    @route("PUT", PERMISSIONS, PERMISSIONS_WRITE)
    def set_permissions(self, object_type: ObjectType, pipeline: str, body: JsonObject) -> JsonObject:
        """PUT: omitted stages become open."""
        stages = self._stages(object_type.id, pipeline)
        check_body("StageEditPermissions", body, {"stages": "list"}, {})
        made, live = {}, self.portal.area("stage_permissions", object_type.id).get(pipeline, {})
        for item in body["stages"]:
            stored = live.get(item.get("pipelineStageId"), {}) if isinstance(item, dict) else {}
            check_body("StageEditPermission", item, PERMISSION, PERMISSION_MORE, stored=stored)
            _known("pipelineStageId", [item["pipelineStageId"]], stages)
            if item["permissionMode"] not in ("OPEN", "RESTRICTED"):
                raise validation_error("permissionMode must be OPEN or RESTRICTED")
            _known("userIds", item.get("userIds") or [], self.people.users)
            _known("teamIds", item.get("teamIds") or [], self.people.teams)
            made[item["pipelineStageId"]] = _permission(item)
        self.portal.area("stage_permissions", object_type.id)[pipeline] = made
        return self.permissions(object_type, pipeline)

    def check_tier(self) -> None:
        """Refuse rules below the Professional tier [D]; the form of the error is not known [?]."""
        tier = self.portal.state["account"]["tier"]
        if tier not in TIERS:
            raise HubSpotError(403, f"Pipeline rules need Professional or higher; this account is {tier}", "FORBIDDEN")

    def _stages(self, object_type: str, pipeline: str) -> list[str]:
        self.check_tier()
        found = self.pipelines.of(object_type).get(pipeline)
        if found is None:
            raise not_found(f"Pipeline {pipeline} does not exist")
        return [stage["id"] for stage in found["stages"]]

    def _check_rule(self, name: str, rule: JsonObject, stages: list[str], stored: JsonObject) -> None:
        check_body(name, rule, MOVEMENT if name in MOVEMENT_RULES else CREATION, {}, stored=stored)
        _known("pipelineStageIds", rule["pipelineStageIds"], stages)
        if rule.get("enabledForAllStages") and rule["pipelineStageIds"]:
            raise validation_error(f"{name}: pipelineStageIds must be empty when enabledForAllStages is true")

    def _check_approvals(self, approvals: list[Any], stages: list[str], stored: list[JsonObject]) -> None:
        if approvals and self.portal.state["account"]["tier"] != "enterprise":  # Sales Hub Enterprise [D]
            raise HubSpotError(403, "Stage approvals need Sales Hub Enterprise", "FORBIDDEN")
        for item in approvals:
            known = {key for one in stored for key in one}
            check_body("ApprovalStageRule", item, APPROVAL, APPROVAL_MORE, stored=known)
            _known("pipelineStageId", [item["pipelineStageId"]], stages)
            _known("approverUserIds", item["approverUserIds"], self.people.users)
            if item["approvalMode"] not in ("ALL", "ANY"):
                raise validation_error("approvalMode must be ALL or ANY")
            if not item["approverUserIds"]:
                raise validation_error("approverUserIds must name at least one user")


def _known(field: str, named: list[Any], known: Any) -> None:
    unknown = [str(name) for name in named if str(name) not in known]
    if unknown:
        raise validation_error(f"{field}: {', '.join(unknown)} does not exist")


def _permission(item: JsonObject) -> JsonObject:
    defaults = {"permissionMode": "OPEN", "teamIds": [], "userIds": [], "superAdmin": True}
    return defaults | {key: value for key, value in item.items() if value is not None}
