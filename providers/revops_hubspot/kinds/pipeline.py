"""A pipeline with its stages: https://developers.hubspot.com/docs/api-reference/crm-pipelines-v3/guide"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from revops_hubspot.api import records
from revops_hubspot.api.client import HubSpotClient, PortalSession
from revops_hubspot.api.documents import by_identity, merged, without
from revops_hubspot.api.errors import Json
from revops_hubspot.api.object_types import custom_name, schema_references
from revops_hubspot.api.read_lag import stamp_of
from revops_hubspot.api.records import counted
from revops_hubspot.objects.kind import ObjectPart
from revops_hubspot.pipelines import checks as pipeline_checks
from revops_hubspot.pipelines.inputs import DEFAULT_PIPELINES, PipelineInputs, PipelineStage
from revops_hubspot.pipelines.stage_plan import Stage, Step, plan_stages
from revops_iac.diagnostics import Diagnostics
from revops_iac.provider.kind import Definition, DesiredResource, Impact, LiveObject, Reference, State

CHECKED = {"validateReferencesBeforeDelete": True, "validateDealStageUsagesBeforeDelete": True}
"""Without these v3 deletes under the records [S]; from 2026-09 the check is always on [D]."""

DERIVED = frozenset({"isClosed"})
"""Metadata of a stage that HubSpot computes from the rest [O]."""

WITH_PIPELINES = ("deals", "tickets", "leads", "orders")
"""HubSpot's own objects whose pipelines people make [D]."""
DEFAULT_OF_LEADS = "lead-pipeline-id"
"""The pipeline of leads that a portal starts with [D][T]."""


class Pipeline(ObjectPart[PipelineInputs]):
    """Key: pipeline id per object, which we choose; HubSpot keeps it verbatim [O]."""

    on_delete = (
        "The pipeline and its stages are deleted permanently; HubSpot refuses while a record is in the pipeline."
    )

    def partitions(self, client: HubSpotClient) -> Iterable[str]:
        own = (name for name in super().partitions(client) if custom_name(name) is not None)
        return [*WITH_PIPELINES, *own]

    def made_by(self, name: str, live: LiveObject | None) -> str:
        return "HubSpot" if name.partition(".")[2] in {*DEFAULT_PIPELINES, DEFAULT_OF_LEADS} else ""

    def normalize(self, definition: Definition) -> Definition:
        stages = _plain(definition.get("stages", ()))
        if definition.get("object") != "deals":
            stages = [{"state": "OPEN", **stage} for stage in stages]  # what HubSpot says of a stage without one [O]
        return {**definition, "stages": stages}

    def references(self, inputs: PipelineInputs) -> Iterable[Reference]:
        yield from schema_references(inputs.object)

    def managed_view(self, declared: Definition, live: LiveObject) -> Definition:
        stages = _plain(live.definition["stages"])
        current = {stage["id"] for stage in stages}
        if self.parse(declared).is_shared:
            mine = {stage["id"] for stage in declared["stages"]}
            stages = [stage for stage in stages if stage["id"] in mine]
        managed = super().managed_view(declared, replace(live, definition={**live.definition, "stages": stages}))
        if "deactivate" in declared:
            managed["deactivate"] = [identifier for identifier in declared["deactivate"] if identifier not in current]
        return managed

    def output_facts(self, declared: Definition, live: LiveObject) -> Mapping[str, Any]:
        """The stages of a shared pipeline that are not managed here."""
        if not self.parse(declared).is_shared:
            return live.facts
        mine = {stage["id"] for stage in declared["stages"]}
        others = [f"{s['id']}: {s['label']}" for s in live.definition["stages"] if s["id"] not in mine]
        return {**live.facts, **({"unmanaged_stages": others} if others else {})}

    def listed(self, client: HubSpotClient, object_: str) -> Iterable[LiveObject]:
        found = client.get("pipelines", "/{object}", object=object_)["results"]
        return [from_response(object_, entry) for entry in found if not entry.get("archived")]

    def create(self, session: PortalSession, inputs: PipelineInputs) -> LiveObject:
        client, object_, name = session.client, inputs.object, inputs.name
        order = inputs.display_order if inputs.manages("display_order") else len(session.names(self, object_))
        body = to_request(inputs) | {"displayOrder": order}

        def landed() -> Json:
            return client.find("pipelines", "/{object}/{name}", object=object_, name=name)

        answer = client.write("POST", "pipelines", "/{object}", body, landed=landed, object=object_)
        return self._read_back(client, inputs, stamp_of(answer))

    def update(self, session: PortalSession, live: LiveObject, inputs: PipelineInputs) -> LiveObject:
        client, object_, name = session.client, inputs.object, inputs.name
        declared = inputs.managed()
        fields = {
            field: declared[key]
            for key, field in (("label", "label"), ("display_order", "displayOrder"))
            if key in declared and declared[key] != live.definition[key]
        }
        answers = []
        if fields:
            answers.append(client.write("PATCH", "pipelines", "/{object}/{name}", fields, object=object_, name=name))
        mine = self.normalize(declared)["stages"]
        there = by_identity(live.document["stages"], "id")
        for step in plan_stages(live.definition["stages"], mine, _removed(live, inputs)):
            answers.append(self._take(client, object_, name, step, there.get(step.id)))
        return self._read_back(client, inputs, stamp_of(answers[-1]) if answers else "")

    def _read_back(self, client: HubSpotClient, inputs: PipelineInputs, since: str) -> LiveObject:
        def read() -> LiveObject | None:
            found = client.find("pipelines", "/{object}/{name}", object=inputs.object, name=inputs.name)
            return None if found is None else from_response(inputs.object, found)

        return self.read_back(inputs, read, since)

    def _take(self, client: HubSpotClient, object_: str, name: str, step: Step, live: Json = None) -> Json:
        method, stage, values = step.method, step.id, step.values
        one = "/{object}/{name}/stages/{stage}"

        def landed() -> Json:
            return client.find("pipelines", one, object=object_, name=name, stage=stage)

        if method == "POST":
            body = new_stage_request(object_, stage, values)
            path = "/{object}/{name}/stages"
            return client.write("POST", "pipelines", path, body, landed=landed, object=object_, name=name)
        query = {"validateReferencesBeforeDelete": True} if method == "DELETE" else None
        changes = stage_request(object_, values, live) or None
        return client.write(method, "pipelines", one, changes, query, object=object_, name=name, stage=stage)

    def delete(self, session: PortalSession, live: LiveObject, state: State[PipelineInputs]) -> None:
        object_, name = live.name.split(".", 1)
        session.client.write("DELETE", "pipelines", "/{object}/{name}", query=CHECKED, object=object_, name=name)

    def restore_original(self, session: PortalSession, live: LiveObject, state: State[PipelineInputs]) -> None:
        if not state.original:
            return
        stages = state.original["stages"]
        before = {stage["id"] for stage in stages}
        added = [stage.id for stage in state.inputs.stages if stage.id not in before]
        original = {**state.original, "adopt": True, "deactivate": added}
        if self.differences(original, self.managed_view(original, live)):
            self._restore_slots(session.client, self.update(session, live, self.parse(original)), stages)

    def _restore_slots(self, client: HubSpotClient, now: LiveObject, earlier: Iterable[Stage]) -> None:
        """Restores the original slots of the stages where they are free; the order is already right."""
        object_, name = now.name.split(".", 1)
        slots = {stage["id"]: stage["display_order"] for stage in now.definition["stages"]}
        for stage in earlier:
            slot = stage.get("display_order")
            if stage["id"] in slots and slot is not None and slot not in slots.values():
                self._take(client, object_, name, Step("PATCH", stage["id"], {"display_order": slot}))
                slots[stage["id"]] = slot

    def delete_impact(self, session: PortalSession, live: LiveObject) -> Impact | None:
        object_, name = live.name.split(".", 1)
        total = _count(session.client, object_, "pipeline" if object_ == "deals" else "hs_pipeline", name)
        move = "move them to another pipeline first; HubSpot does not delete a pipeline that has records"
        return Impact(total, f'{counted(total, object_, "are")} in pipeline "{name}"', move)

    def update_impact(self, session: PortalSession, inputs: PipelineInputs, live: LiveObject) -> Iterable[Impact]:
        """Stages that would be removed although records are in them, which HubSpot also refuses when asked to check."""
        if not inputs.is_shared and self._collides(inputs, live):
            return
        object_, labels = inputs.object, {stage["id"]: stage.get("label") for stage in live.definition["stages"]}
        for stage in sorted(_removed(live, inputs)):
            total = _count(session.client, object_, "dealstage" if object_ == "deals" else "hs_pipeline_stage", stage)
            move = "move them to another stage first, or keep the stage"
            named = labels.get(stage) or stage
            yield Impact(total, f'stage "{named}" would be removed, but {counted(total, object_, "are")} in it', move)

    def preflight_errors(
        self, session: PortalSession, desired: DesiredResource, live: LiveObject | None
    ) -> Diagnostics:
        return pipeline_checks.refused(session, desired, self.typed(desired), live)

    def _collides(self, inputs: PipelineInputs, live: LiveObject) -> bool:
        """Whether it has none of the declared stages: then it is another pipeline, and is reported as a conflict."""
        return not {stage.id for stage in inputs.stages} & {s["id"] for s in live.definition["stages"]}


_STAGE_KEYS = frozenset(PipelineStage.model_fields)


def _removed(live: LiveObject, inputs: PipelineInputs) -> frozenset[str]:
    have = {stage["id"] for stage in live.definition["stages"]}
    if inputs.is_shared:
        return frozenset(have & set(inputs.deactivate or ()))
    return frozenset(have - {stage.id for stage in inputs.stages})


def _count(client: HubSpotClient, object_: str, property_: str, value: str) -> int:
    return records.count(client, object_, [[{"propertyName": property_, "operator": "EQ", "value": value}]])


def _plain(stages: Iterable[Stage]) -> list[Definition]:
    return [{key: value for key, value in stage.items() if key in _STAGE_KEYS} for stage in stages]


def to_request(inputs: PipelineInputs) -> Json:
    """A new pipeline with its stages, without its display order."""
    stages = [
        new_stage_request(inputs.object, stage.id, {**stage.model_dump(), "display_order": at})
        for at, stage in enumerate(inputs.stages)
    ]
    return {"pipelineId": inputs.name, "label": inputs.label, "stages": stages}


def new_stage_request(object_: str, identifier: str, values: Stage) -> Json:
    """A new stage; metadata is required, even if empty."""
    return {"stageId": identifier, "metadata": {}, **stage_request(object_, values)}


def stage_request(object_: str, values: Stage, live: Json = None) -> Json:
    """Some values of a stage, under HubSpot's names; metadata inside that of the `live` stage."""
    body = {
        field: values[key] for key, field in (("label", "label"), ("display_order", "displayOrder")) if key in values
    }
    metadata = {}
    if values.get("probability") is not None:
        metadata["probability"] = str(values["probability"])
    if values.get("state") is not None:
        metadata["ticketState" if object_ == "tickets" else "state"] = values["state"]
    if not metadata:
        return body
    return {**body, "metadata": merged(without((live or {}).get("metadata") or {}, DERIVED), metadata)}


def from_response(object_: str, entry: Json) -> LiveObject:
    """A pipeline of an object as HubSpot returns it, its stages in order."""
    definition = {
        "object": object_,
        "name": entry["id"],
        "label": entry["label"],
        "display_order": entry.get("displayOrder", 0),
        "stages": [
            _stage_from_response(object_, stage)
            for stage in sorted(entry["stages"], key=lambda stage: int(stage["displayOrder"]))
            if not stage.get("archived")
        ],
    }
    name = f"{object_}.{entry['id']}"
    return LiveObject(name, name, definition, stamp=stamp_of(entry, *entry["stages"]), document=entry)


def _stage_from_response(object_: str, entry: Json) -> Definition:
    metadata = entry.get("metadata") or {}
    stage = {"id": entry["id"], "label": entry["label"], "display_order": entry["displayOrder"]}
    if metadata.get("probability") is not None:
        stage["probability"] = float(metadata["probability"])
    if object_ != "deals":
        closed = "CLOSED" if metadata.get("isClosed") == "true" else "OPEN"
        stage["state"] = metadata.get("ticketState") or metadata.get("state") or closed
    return stage
