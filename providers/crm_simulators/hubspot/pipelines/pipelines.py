"""Pipelines and stages, as they change: https://developers.hubspot.com/docs/api-reference/crm-pipelines-v3/guide.

Behavior is [O] (live runs on 2026-09) unless a line says otherwise.
"""

from __future__ import annotations

from typing import Annotated, Any

from crm_simulators.hubspot.errors import (
    HubSpotError,
    JsonObject,
    WebServerNotFound,
    not_found,
    unknown_object_type,
    validation_error,
)
from crm_simulators.hubspot.http.bodies import check_body, stored_parts
from crm_simulators.hubspot.http.calls import Call
from crm_simulators.hubspot.http.routing import route
from crm_simulators.hubspot.portal.default_pipelines import new_pipeline, new_stage
from crm_simulators.hubspot.portal.default_properties import pipeline_properties
from crm_simulators.hubspot.portal.object_types import ObjectType
from crm_simulators.hubspot.portal.portal import Portal
from crm_simulators.hubspot.portal.scopes import SCHEMA_READ, SCHEMA_WRITE

MAX_STAGES = {"0-136": 30}  # [D]; deals, tickets and custom objects: 100
MOST_STAGES = 100
MAX_CUSTOM_PIPELINES = {"free": 0, "starter": 15, "professional": 100, "enterprise": 350}  # per account [D]
MAX_PIPELINE_ID, MAX_STAGE_ID = 36, 100
LIFECYCLE_OBJECTS = ("0-1", "0-2")
STAGE_PROPERTIES = {"0-1": "lifecyclestage", "0-2": "lifecyclestage", "0-3": "dealstage"}
STAGE_REQUIRED = {"label": "text", "displayOrder": "integer", "metadata": "object"}
PIPELINE_REQUIRED = {"label": "text", "displayOrder": "integer", "stages": "list"}
MADE = ("id", "createdAt", "updatedAt", "archived", "archivedAt")
STAGE = frozenset({*STAGE_REQUIRED, *MADE, "writePermissions"})
PIPELINE = frozenset({*PIPELINE_REQUIRED, *MADE})
"""What both have with rules here, or from the portal itself [S]."""


PIPELINES = "/crm/v3/pipelines/{objectType}"
PIPELINE_PATH = f"{PIPELINES}/{{pipeline}}"
STAGES = f"{PIPELINE_PATH}/stages"
STAGE_PATH = f"{STAGES}/{{stage}}"


def _with_pipelines(call: Call, name: str) -> ObjectType:
    found = call.object_type(name)
    if found.plural == "tasks":
        raise unknown_object_type(call.path[name])
    return found


def _validates(call: Call, name: str) -> bool:
    """v3 checks references only when asked to; from 2026-09 the check is always on [D], and false has no effect [O]."""
    asked = call.flag("validateReferencesBeforeDelete") or call.flag("validateDealStageUsagesBeforeDelete")
    return call.version == "2026-09" or asked


Piped = Annotated[ObjectType, _with_pipelines]
Validates = Annotated[bool, _validates]


class Pipelines:
    """The pipelines of every object type."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal

    def of(self, object_type: str) -> dict[str, JsonObject]:
        """Pipelines by id."""
        return self.portal.area("pipelines", object_type)

    @route("GET", PIPELINES, SCHEMA_READ)
    def list_all(self, object_type: Piped) -> list[JsonObject]:
        """Every pipeline with its stages, without paging."""
        return sorted(self.of(object_type.id).values(), key=lambda p: (p["displayOrder"], p["label"]))

    @route("GET", PIPELINE_PATH, SCHEMA_READ)
    def find(self, object_type: Piped, pipeline: str) -> JsonObject:
        """A pipeline; a missing one is a 404 page, not JSON."""
        found: JsonObject | None = self.of(object_type.id).get(pipeline)
        if found is None:
            raise WebServerNotFound
        return found

    @route("GET", STAGES, SCHEMA_READ)
    def list_stages(self, object_type: Piped, pipeline: str) -> list[JsonObject]:
        """The stages of a pipeline, in order."""
        return list(self.find(object_type, pipeline)["stages"])

    @route("GET", STAGE_PATH, SCHEMA_READ)
    def find_stage(self, object_type: Piped, pipeline: str, stage: str) -> JsonObject:
        """A stage, or 404."""
        for found in self.find(object_type, pipeline)["stages"]:
            if found["id"] == stage:
                return dict(found)
        raise not_found(f"Pipeline stage {stage} does not exist")

    @route("POST", PIPELINES, SCHEMA_WRITE, status=201)
    def post(self, object_type: Piped, body: JsonObject) -> JsonObject:
        """Create a pipeline; the answer echoes the request."""
        return _echo_stages(self.create(object_type, body), body)

    def create(self, object_type: ObjectType, body: JsonObject) -> JsonObject:
        """Create a pipeline with its stages; pipelineId and stageIds are taken as sent."""
        self._check_writable(object_type.id)
        check_body("PipelineInput", body, PIPELINE_REQUIRED, {"pipelineId": "text"})
        pipeline_id = body.get("pipelineId") or self.portal.next_id("pipeline", 750000001)
        self._check_new_pipeline(object_type.id, pipeline_id, body)
        pipeline = new_pipeline(pipeline_id, body["label"], body["displayOrder"], self.portal.now())
        for desired in body["stages"]:
            self._insert(object_type.id, pipeline, desired, in_pipeline_create=True)
        self._check_stages(object_type.id, pipeline["stages"])
        self.of(object_type.id)[pipeline_id] = pipeline
        if _is_custom(object_type.id):
            self._add_pipeline_properties(object_type)
        self._audit("CREATE", pipeline_id, pipeline)
        return pipeline

    @route("PATCH", PIPELINE_PATH, SCHEMA_WRITE)
    def update(self, object_type: Piped, pipeline: str, body: JsonObject) -> JsonObject:
        """PATCH of label and displayOrder; `archived` may only be false, to restore [S, conflicting]."""
        self._check_writable(object_type.id)
        found = self.find(object_type, pipeline)
        check_body("PipelinePatchInput", body, {}, {"label": "text", "displayOrder": "integer", "archived": "flag"})
        if body.get("archived"):
            raise validation_error("A pipeline cannot be archived by an update; delete it instead")
        self._check_pipeline_label(object_type.id, body.get("label") or found["label"], pipeline)
        found.update({key: value for key, value in body.items() if value is not None})
        self._touch(found)
        return found

    @route("PUT", PIPELINE_PATH, SCHEMA_WRITE)
    def replace(self, object_type: Piped, pipeline: str, body: JsonObject, validate: Validates) -> JsonObject:
        """PUT: every omitted stage is deleted permanently, a stage sent without stageId gets a new numeric id."""
        self._check_writable(object_type.id)
        before = self.find(object_type, pipeline)
        check_body("PipelineInput", body, PIPELINE_REQUIRED, {"pipelineId": "text"})
        self._check_pipeline_label(object_type.id, body["label"], pipeline)
        after = {**before, "label": body["label"], "displayOrder": body["displayOrder"], "stages": []}
        for desired in body["stages"]:
            self._insert(object_type.id, after, desired, in_pipeline_create=True)
        self._check_stages(object_type.id, after["stages"])
        kept = {stage["id"] for stage in after["stages"]}
        left_out = [stage["id"] for stage in before["stages"] if stage["id"] not in kept]
        if validate:
            self._refuse_in_use(object_type, left_out)
        self.of(object_type.id)[pipeline] = after
        self._touch(after)
        return _echo_stages(after, body)

    @route("DELETE", PIPELINE_PATH, SCHEMA_WRITE)
    def delete(self, object_type: Piped, pipeline: str, validate: Validates) -> None:
        """Delete a pipeline permanently."""
        self._check_writable(object_type.id)
        found = self.find(object_type, pipeline)
        if len(self.of(object_type.id)) == 1 and not _is_custom(object_type.id):  # [?]
            raise validation_error("The last pipeline of an object cannot be deleted")
        if validate:
            self._refuse_in_use(object_type, [stage["id"] for stage in found["stages"]])
        del self.of(object_type.id)[pipeline]
        for area in ("pipeline_rules", "stage_permissions"):
            self.portal.area(area, object_type.id).pop(pipeline, None)
        self._audit("DELETE", pipeline, found)

    @route("POST", STAGES, SCHEMA_WRITE, status=201)
    def create_stage(self, object_type: Piped, pipeline: str, body: JsonObject) -> JsonObject:
        """Add a stage."""
        self._check_writable(object_type.id)
        found = self.find(object_type, pipeline)
        changed = {**found, "stages": list(found["stages"])}
        made = self._insert(object_type.id, changed, body)
        self._put_stages(object_type.id, found, changed["stages"])
        self._audit("CREATE", made["id"], made)
        return _echo(self.find_stage(object_type, pipeline, made["id"]), body)

    @route("PATCH", STAGE_PATH, SCHEMA_WRITE)
    @route("PUT", STAGE_PATH, SCHEMA_WRITE)
    def update_stage(self, call: Call, object_type: Piped, pipeline: str, stage: str, body: JsonObject) -> JsonObject:
        """PATCH, or PUT of a whole stage."""
        self._check_writable(object_type.id)
        found = self.find(object_type, pipeline)
        before = self.find_stage(object_type, pipeline, stage)
        optional = {"archived": "flag", "stageId": "text"}
        required = STAGE_REQUIRED if call.method == "PUT" else {}
        check_body("PipelineStageInput", body, required, {**STAGE_REQUIRED, **optional}, stored=before)
        others = [one for one in found["stages"] if one["id"] != stage]
        after = {**before, "updatedAt": self.portal.now()}
        if body.get("label") is not None:
            self._check_stage_label(others, body["label"])
            after["label"] = body["label"]
        if body.get("metadata") is not None:
            known = self._metadata(object_type.id, body["metadata"], before["metadata"])
            after["metadata"] = {**stored_parts(body["metadata"], before["metadata"], known), **known}
        desired = body.get("displayOrder")
        if desired is None or desired == before["displayOrder"]:
            stages = [after if one["id"] == stage else one for one in found["stages"]]
        else:
            stages = place(others, after, desired)
        self._put_stages(object_type.id, found, stages)
        self._audit("UPDATE", stage, after)
        return _echo(self.find_stage(object_type, pipeline, stage), body)

    @route("DELETE", STAGE_PATH, SCHEMA_WRITE)
    def delete_stage(self, object_type: Piped, pipeline: str, stage: str, validate: Validates) -> None:
        """Delete a stage permanently; an unknown one, or one of another pipeline, is 204 too."""
        self._check_writable(object_type.id)
        found = self.of(object_type.id).get(pipeline)
        kept = [one for one in found["stages"] if one["id"] != stage] if found else []
        if found is None or len(kept) == len(found["stages"]):
            return
        self._check_stages(object_type.id, kept)
        if validate:
            self._refuse_in_use(object_type, [stage])
        self._put_stages(object_type.id, found, kept)
        self._audit("DELETE", stage, {"id": stage})

    def _put_stages(self, object_type: str, pipeline: JsonObject, stages: list[JsonObject]) -> None:
        self._check_stages(object_type, stages)
        pipeline["stages"] = stages
        self._touch(pipeline)
        self._sync_lifecycle(object_type, pipeline)

    @route("GET", f"{PIPELINE_PATH}/audit", SCHEMA_READ)
    @route("GET", f"{STAGE_PATH}/audit", SCHEMA_READ)
    def audit(self, call: Call, object_type: Piped, pipeline: str) -> list[JsonObject]:
        """Changes of a pipeline or stage, newest first [S]."""
        self.find(object_type, pipeline)
        entries: list[JsonObject] = self.portal.area("pipeline_audits").get(call.path.get("stage", pipeline), [])
        return entries[::-1]

    def _insert(
        self, object_type: str, pipeline: JsonObject, desired: Any, in_pipeline_create: bool = False
    ) -> JsonObject:
        if not isinstance(desired, dict):
            raise validation_error("A stage must be an object")
        check_body("PipelineStageInput", desired, STAGE_REQUIRED, {"stageId": "text", "archived": "flag", "id": "text"})
        stage_id = desired.get("stageId") or self.portal.next_id("stage", 1150000001)
        self._check_stage_id(object_type, pipeline, stage_id, in_pipeline_create)
        self._check_stage_label(pipeline["stages"], desired["label"], in_pipeline_create)
        metadata = self._metadata(object_type, desired["metadata"], {})
        stage = new_stage(stage_id, desired["label"], desired["displayOrder"], metadata, self.portal.now())
        pipeline["stages"] = place(pipeline["stages"], stage, desired["displayOrder"])
        return stage

    def _metadata(self, object_type: str, desired: JsonObject, before: JsonObject) -> dict[str, str]:
        """Known keys in the form that is stored; unknown keys are dropped without error."""
        if object_type == "0-3":
            return _probability(desired.get("probability", before.get("probability")))
        if object_type == "0-5":
            ticket_state = _state(desired.get("ticketState", before.get("ticketState", "OPEN")), "ticketState")
            return {"isClosed": str(ticket_state == "CLOSED").lower(), "ticketState": ticket_state}
        state = desired.get("state", before.get("state", "OPEN"))
        if _is_custom(object_type):
            return {"isClosed": str(state == "CLOSED").lower(), "state": _state(state, "state")}
        closed = str(desired.get("isClosed", before.get("isClosed", "false"))).lower()
        return {"isClosed": closed, "state": _state(state, "state")}  # [?] for leads

    def _check_writable(self, object_type: str) -> None:
        if object_type in LIFECYCLE_OBJECTS and not self.portal.switch("lifecycle_pipeline_writes"):
            raise validation_error("The lifecycle pipeline is managed by HubSpot and cannot be changed")

    def _check_new_pipeline(self, object_type: str, pipeline_id: str, body: JsonObject) -> None:
        if len(pipeline_id) > MAX_PIPELINE_ID:
            raise HubSpotError(500, "internal error")
        shared = ("0-3", "0-5") if object_type in ("0-3", "0-5") else (object_type,)
        if any(pipeline_id in self.of(other) for other in shared):
            raise validation_error(f"There's another pipeline on this account with pipelineId {pipeline_id}")
        self._check_pipeline_label(object_type, body["label"], pipeline_id)
        limit = MAX_CUSTOM_PIPELINES[self.portal.state["account"]["tier"]]
        live = self.portal.area("pipelines").items()
        custom = sum(max(0, len(pipelines) - (not _is_custom(other))) for other, pipelines in live)
        if custom >= limit:
            raise validation_error(f"The limit of {limit} custom pipelines of this account is reached")

    def _check_pipeline_label(self, object_type: str, label: str, pipeline_id: str) -> None:
        others = [p["label"].strip().lower() for key, p in self.of(object_type).items() if key != pipeline_id]
        if label.strip().lower() in others:
            raise validation_error(f"An active pipeline with label {label} already exists")

    def _check_stage_id(self, object_type: str, pipeline: JsonObject, stage_id: str, in_pipeline_create: bool) -> None:
        if len(stage_id) > MAX_STAGE_ID:
            raise HubSpotError(500, "internal error")
        elsewhere = [p for key, p in self.of(object_type).items() if key != pipeline["id"]]
        if any(stage["id"] == stage_id for other in elsewhere for stage in other["stages"]):
            message = f"Stage ID {stage_id} is used by another pipeline"
            if in_pipeline_create:
                raise HubSpotError(409, message, "CONFLICT", "PipelineError.STAGE_ID_EXISTS_IN_ANOTHER_PIPELINE")
            raise HubSpotError(400, message)
        if any(stage["id"] == stage_id for stage in pipeline["stages"]):
            raise HubSpotError(400, f"Stage ID {stage_id} is already used in this pipeline")

    def _check_stage_label(self, others: list[JsonObject], label: str, in_pipeline_create: bool = False) -> None:
        if label.strip().lower() in [stage["label"].strip().lower() for stage in others]:
            sub_category = None if in_pipeline_create else "PipelineError.STAGE_LABEL_EXISTS"
            raise validation_error(f"A stage with label {label} already exists in this pipeline", sub_category)

    def _check_stages(self, object_type: str, stages: list[JsonObject]) -> None:
        if not stages:
            raise validation_error("A pipeline must have at least one stage")
        most = MAX_STAGES.get(object_type, MOST_STAGES)
        if len(stages) > most:
            raise validation_error(f"A pipeline can have at most {most} stages")
        if object_type == "0-5" and not any(s["metadata"]["ticketState"] == "CLOSED" for s in stages):
            message = "A ticket pipeline must have at least one closed stage"
            raise validation_error(message, "PipelineError.MISSING_CLOSED_STAGE")

    def _refuse_in_use(self, object_type: ObjectType, stage_ids: list[str]) -> None:
        name = STAGE_PROPERTIES.get(object_type.id, "hs_pipeline_stage")
        users: list[tuple[str, str]] = [
            (record["id"], record["properties"].get(name, ""))
            for record in self.portal.area("records", object_type.id).values()
            if not record["archived"] and record["properties"].get(name) in stage_ids
        ]
        if users:
            raise HubSpotError(
                int(self.portal.switch("stage_in_use_status")),
                f"Stages are in use by {object_type.plural}: {', '.join(sorted({stage for _, stage in users}))}",
                "VALIDATION_ERROR",
                "PipelineError.STAGE_ID_IN_USE",
                context={
                    "stageIds": sorted({stage for _, stage in users}),
                    "objectIds": [record_id for record_id, _ in users],
                },
            )

    def _add_pipeline_properties(self, object_type: ObjectType) -> None:
        """The first pipeline of a custom object brings the two properties."""
        live = self.portal.area("properties", object_type.id)
        for definition in pipeline_properties(f"{object_type.singular}_information"):
            live.setdefault(definition["name"], definition)

    def _sync_lifecycle(self, object_type: str, pipeline: JsonObject) -> None:
        """The stages of a lifecycle pipeline are the options of `lifecyclestage` [T]."""
        if object_type in LIFECYCLE_OBJECTS:
            live = self.portal.area("properties", object_type)
            stored = {option["value"]: option for option in live["lifecyclestage"]["options"]}
            options = [
                {"hidden": False, **stored.get(stage["id"], {}), "value": stage["id"]}
                | {name: stage[name] for name in ("label", "displayOrder")}
                for stage in pipeline["stages"]
            ]
            live["lifecyclestage"] = {**live["lifecyclestage"], "options": options}

    def _touch(self, pipeline: JsonObject) -> None:
        pipeline["updatedAt"] = self.portal.now()
        self._audit("UPDATE", pipeline["id"], {"label": pipeline["label"]})

    def _audit(self, action: str, identifier: str, raw: JsonObject) -> None:
        self.portal.area("pipeline_audits").setdefault(identifier, []).append(
            {
                "action": action,
                "identifier": identifier,
                "portalId": self.portal.state["account"]["portalId"],
                "fromUserId": int(self.portal.user_id()),
                "rawObject": {key: value for key, value in raw.items() if key != "stages"},
                "timestamp": self.portal.now(),
            }
        )


def _is_custom(object_type: str) -> bool:
    return object_type.startswith("2-")


def place(others: list[JsonObject], stage: JsonObject, order: int) -> list[JsonObject]:
    """The stages after one is written to a slot.

    A free slot changes that stage only. In a taken slot it comes just after the holder, and all are
    renumbered from 0.
    """
    if order < 0:
        raise validation_error(f"displayOrder was {order}; it must be 0 or more")
    stage = {**stage, "displayOrder": order}
    ordered = sorted(others, key=lambda s: int(s["displayOrder"]))
    taken = [at for at, other in enumerate(ordered) if other["displayOrder"] == order]
    if not taken:
        return sorted([*ordered, stage], key=lambda s: int(s["displayOrder"]))
    ordered.insert(taken[0] + 1, stage)
    return [{**s, "displayOrder": at} for at, s in enumerate(ordered)]


def _probability(value: Any) -> dict[str, str]:
    """A deal stage's probability as it is stored; isClosed follows from it and is ignored on write."""
    try:
        probability = float(value)
    except (TypeError, ValueError):
        probability = -1.0
    if not 0 <= probability <= 1:
        raise _invalid_metadata(f"probability must be a number from 0 to 1, not {value}")
    return {"isClosed": str(probability in (0.0, 1.0)).lower(), "probability": str(probability)}


def _state(value: Any, name: str) -> str:
    if value not in ("OPEN", "CLOSED"):
        raise _invalid_metadata(f"{name} must be OPEN or CLOSED, not {value}")
    return str(value)


def _invalid_metadata(message: str) -> HubSpotError:
    return validation_error(message, errors=[{"message": message, "code": "INVALID_PIPELINE_STAGE_METADATA"}])


def _echo(stored: JsonObject, sent: JsonObject) -> JsonObject:
    """What a write answers: the request merged over what is stored, so only a read tells what that is [O]."""
    message = {name: sent[name] for name in ("label", "displayOrder") if sent.get(name) is not None}
    metadata = {name: _as_text(value) for name, value in (sent.get("metadata") or {}).items()}
    return {**stored, **message, "metadata": {**stored["metadata"], **metadata}}


def _echo_stages(stored: JsonObject, sent: JsonObject) -> JsonObject:
    by_label = {stage["label"]: stage for stage in sent["stages"]}
    return {**stored, "stages": [_echo(stage, by_label[stage["label"]]) for stage in stored["stages"]]}


def _as_text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
