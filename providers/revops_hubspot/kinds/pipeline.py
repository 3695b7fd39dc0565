"""A pipeline with its stages: https://developers.hubspot.com/docs/api-reference/crm-pipelines-v3/guide"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from revops_hubspot.api import custom_objects, records
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.object_types import schema_references
from revops_hubspot.api.read_lag import read_until, shows, stamp_of
from revops_hubspot.api.records import counted
from revops_hubspot.pipelines import checks as pipeline_checks
from revops_hubspot.pipelines.stage_plan import Step, plan_stages
from revops_iac.errors import AccountError
from revops_iac.provider.kind import Definition, DesiredResource, DictKind, Impact, Inputs, LiveObject, Reference, State
from revops_iac.provider.session import Session

DEFAULT_PIPELINES = frozenset({"default", "0"})
"""They exist in every portal, for deals and tickets [D][T], and are shared: stages of others stay in them."""
MAX_STAGES: Mapping[str, int] = dict.fromkeys(
    ("appointments", "courses", "listings", "leads", "orders", "services"), 30
)
MOST_STAGES = 100
"""Of deals, tickets and custom objects [D]."""
CHECKED = {"validateReferencesBeforeDelete": True, "validateDealStageUsagesBeforeDelete": True}
"""Without these v3 deletes under the records [S]; from 2026-09 the check is always on [D]."""


class PipelineStage(BaseModel):
    """A stage; its place in the list is its order."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    id: str = Field(max_length=100)
    """The stage's own id in HubSpot, for life; by our convention `<pipeline>_<stage>`."""
    label: str
    probability: float | None = Field(default=None, ge=0, le=1)
    """Deals only, and needed there; 0 and 1 make it closed [O]."""
    state: Literal["OPEN", "CLOSED"] | None = None
    """Tickets, leads and custom objects."""


class PipelineInputs(Inputs):
    """A pipeline. One that this stack created is owned whole; in a default pipeline, or one taken over with
    `adopt: true`, stages that are not listed stay where they are.

    Example::

        object: deals
        name: new_business
        label: New business
        stages:
          - {id: new_business_qualified, label: Qualified, probability: 0.1}
          - {id: new_business_proposal, label: Proposal, probability: 0.5}
          - {id: new_business_closed_won, label: Closed won, probability: 1.0}
          - {id: new_business_closed_lost, label: Closed lost, probability: 0.0}

    Later::

        label: New customers
        stages:
          - {id: new_business_qualified, label: Qualified, probability: 0.2}
          - {id: new_business_discovery, label: Discovery, probability: 0.3}
          - {id: new_business_proposal, label: Proposal sent, probability: 0.5}
          - {id: new_business_closed_won, label: Closed won, probability: 1.0}
          - {id: new_business_closed_lost, label: Closed lost, probability: 0.0}
    """

    object: str
    """`deals`, `tickets`, `leads`, another object with pipelines, or the name of a custom object."""
    name: str = Field(max_length=36)
    """The pipeline's own id in HubSpot, for life."""
    label: str
    stages: list[PipelineStage] = Field(min_length=1)
    display_order: int | None = Field(default=None, ge=0)
    deactivate: list[str] | None = None
    """Ids of stages of others, in a shared pipeline, that must go."""

    @model_validator(mode="after")
    def _stages_fit(self) -> Self:
        labels = [stage.label.strip().lower() for stage in self.stages]
        ids = [stage.id for stage in self.stages]
        for what, values in (("id", ids), ("label", labels)):
            if len(set(values)) < len(values):
                raise ValueError(f'stages: the {what} "{max(values, key=values.count)}" is there twice')
        for stage in self.stages:
            if (stage.probability is None) == (self.object == "deals"):
                rule = (
                    "a stage of deals needs a probability"
                    if self.object == "deals"
                    else "only stages of deals have a probability"
                )
                raise ValueError(f'stages: "{stage.id}": {rule}')
            if stage.state is not None and self.object == "deals":
                raise ValueError(f'stages: "{stage.id}": stages of deals have a probability, not a state')
        self._counts_fit()
        return self

    def _counts_fit(self) -> None:
        most = MAX_STAGES.get(self.object, MOST_STAGES)
        if len(self.stages) > most:
            raise ValueError(f"stages: {len(self.stages)} are too many, a pipeline of {self.object} has at most {most}")
        shared = self.adopt or self.name in DEFAULT_PIPELINES
        if self.object == "tickets" and not shared and all(stage.state != "CLOSED" for stage in self.stages):
            raise ValueError("stages: a ticket pipeline needs one stage with state: CLOSED")


class Pipeline(DictKind[HubSpotClient]):
    """Key: pipeline id per object, which we choose; HubSpot keeps it verbatim [O]."""

    system = "hubspot"
    inputs = PipelineInputs
    immutable = frozenset({"object", "name"})
    on_delete = "The pipeline and its stages are deleted for good; HubSpot refuses while a record is in it."

    def vendor_name(self, inputs: Definition) -> str:
        return f"{inputs['object']}.{inputs['name']}"

    def partition(self, name: str) -> str:
        return name.partition(".")[0]

    def normalize(self, definition: Definition) -> Definition:
        stages = _plain(definition.get("stages", ()))
        if definition.get("object") != "deals":
            stages = [{"state": "OPEN", **stage} for stage in stages]  # what HubSpot says of a stage without one [O]
        return {**definition, "stages": stages}

    def references(self, inputs: Definition) -> Iterable[Reference]:
        yield from schema_references(inputs["object"])

    def managed_view(self, declared: Definition, observed: LiveObject) -> Definition:
        stages = list(observed.definition["stages"])
        current = {stage["id"] for stage in stages}
        if is_shared(declared):
            mine = {stage["id"] for stage in declared["stages"]}
            stages = [stage for stage in stages if stage["id"] in mine]
        managed = super().managed_view(
            declared, LiveObject(observed.id, observed.name, {**observed.definition, "stages": _plain(stages)})
        )
        if "deactivate" in declared:
            managed["deactivate"] = [identifier for identifier in declared["deactivate"] if identifier not in current]
        return managed

    def output_facts(self, declared: Definition, live: LiveObject) -> Mapping[str, Any]:
        """The stages of a shared pipeline that are not managed here."""
        if not is_shared(declared):
            return live.facts
        mine = {stage["id"] for stage in declared["stages"]}
        others = [f"{s['id']}: {s['label']}" for s in live.definition["stages"] if s["id"] not in mine]
        return {**live.facts, **({"unmanaged_stages": others} if others else {})}

    def scan(self, client: HubSpotClient, partition: str) -> Mapping[str, LiveObject | None]:
        if not custom_objects.exist(client, partition):
            return {}
        found = client.get("pipelines", "/{object}", object=partition)["results"]
        pipelines = [_live(partition, entry) for entry in found if not entry.get("archived")]
        return {live.name: live for live in pipelines}

    def create(self, session: Session[HubSpotClient], inputs: Definition) -> LiveObject:
        client, object_, name = session.client, inputs["object"], inputs["name"]
        body = {
            "pipelineId": name,
            "label": inputs["label"],
            "displayOrder": inputs.get("display_order", len(session.names(self, object_))),
            "stages": [
                {"stageId": stage["id"], "metadata": {}, **_stage_body(object_, {**stage, "display_order": at})}
                for at, stage in enumerate(inputs["stages"])
            ],
        }

        def landed() -> Any:
            return client.find("pipelines", "/{object}/{name}", object=object_, name=name)

        answer = client.write("POST", "pipelines", "/{object}", body, landed=landed, object=object_)
        return self._read_back(client, inputs, stamp_of(answer))

    def update(self, session: Session[HubSpotClient], live: LiveObject, inputs: Definition) -> LiveObject:
        client, object_, name = session.client, inputs["object"], inputs["name"]
        fields = {
            field: inputs[key]
            for key, field in (("label", "label"), ("display_order", "displayOrder"))
            if key in inputs and inputs[key] != live.definition[key]
        }
        answers = []
        if fields:
            answers.append(client.write("PATCH", "pipelines", "/{object}/{name}", fields, object=object_, name=name))
        mine = self.normalize(inputs)["stages"]
        for step in plan_stages(live.definition["stages"], mine, _removed(live, inputs)):
            answers.append(self._take(client, object_, name, step))
        return self._read_back(client, inputs, stamp_of(answers[-1]) if answers else "")

    def _read_back(self, client: HubSpotClient, inputs: Definition, since: str) -> LiveObject:
        """Write answers echo the request [O], so the state is read."""
        object_, name = inputs["object"], inputs["name"]
        gone = {*(inputs.get("deactivate") or ())} if is_shared(inputs) else set()

        def is_current(live: LiveObject | None) -> bool:
            if live is None or shows(live.stamp, since):
                return live is not None
            if self.differences(inputs, self.managed_view(inputs, live)):
                return False
            return not gone & {stage["id"] for stage in live.definition["stages"]}

        def read() -> LiveObject | None:
            found = client.find("pipelines", "/{object}/{name}", object=object_, name=name)
            return None if found is None else _live(object_, found)

        live = read_until(read, is_current)
        if live is None:
            raise AccountError(f'HubSpot: Pipeline "{object_}.{name}" was written, but cannot be read')
        return live

    def _take(self, client: HubSpotClient, object_: str, name: str, step: Step) -> Any:
        method, stage, values = step.method, step.id, step.values
        one = "/{object}/{name}/stages/{stage}"

        def landed() -> Any:
            return client.find("pipelines", one, object=object_, name=name, stage=stage)

        if method == "POST":
            body = {"stageId": stage, "metadata": {}, **_stage_body(object_, values)}
            path = "/{object}/{name}/stages"
            return client.write("POST", "pipelines", path, body, landed=landed, object=object_, name=name)
        query = {"validateReferencesBeforeDelete": True} if method == "DELETE" else None
        changes = _stage_body(object_, values) or None
        return client.write(method, "pipelines", one, changes, query, object=object_, name=name, stage=stage)

    def delete(self, session: Session[HubSpotClient], live: LiveObject, state: State[Definition]) -> None:
        object_, name = live.name.split(".", 1)
        session.client.write("DELETE", "pipelines", "/{object}/{name}", query=CHECKED, object=object_, name=name)

    def restore_original(self, session: Session[HubSpotClient], live: LiveObject, state: State[Definition]) -> None:
        earlier = state.original
        if not earlier:
            return
        before = {stage["id"] for stage in earlier["stages"]}
        added = [stage["id"] for stage in state.inputs["stages"] if stage["id"] not in before]
        desired = {**earlier, "adopt": True, "deactivate": added}
        if self.differences(desired, self.managed_view(desired, live)):
            self._put_slots_back(session.client, self.update(session, live, desired), earlier["stages"])

    def _put_slots_back(self, client: HubSpotClient, now: LiveObject, earlier: Iterable[Mapping[str, Any]]) -> None:
        """The order is right already; this gives the stages their own slots again, where these are free."""
        object_, name = now.name.split(".", 1)
        slots = {stage["id"]: stage["display_order"] for stage in now.definition["stages"]}
        for stage in earlier:
            slot = stage.get("display_order")
            if stage["id"] in slots and slot is not None and slot not in slots.values():
                self._take(client, object_, name, Step("PATCH", stage["id"], {"display_order": slot}))
                slots[stage["id"]] = slot

    def delete_impact(self, session: Session[HubSpotClient], live: LiveObject) -> Impact | None:
        object_, name = live.name.split(".", 1)
        total = _count(session.client, object_, "pipeline" if object_ == "deals" else "hs_pipeline", name)
        move = "move them to another pipeline first, for HubSpot deletes none that has records"
        return Impact(total, f'{counted(total, object_, "are")} in pipeline "{name}"', move)

    def update_impact(self, session: Session[HubSpotClient], inputs: Definition, live: LiveObject) -> Iterable[Impact]:
        """Stages that would go although records are in them; HubSpot refuses that too, when it is asked to check."""
        if not is_shared(inputs) and self._collides(inputs, live):
            return
        object_ = inputs["object"]
        for stage in sorted(_removed(live, inputs)):
            total = _count(session.client, object_, "dealstage" if object_ == "deals" else "hs_pipeline_stage", stage)
            move = "move them to another stage first, or keep the stage"
            yield Impact(total, f'stage "{stage}" would go, but {counted(total, object_, "are")} in it', move)

    def preflight_errors(
        self, session: Session[HubSpotClient], desired: DesiredResource, live: LiveObject | None
    ) -> Iterable[str]:
        return pipeline_checks.refused(session, desired, live)

    def _collides(self, inputs: Definition, live: LiveObject) -> bool:
        """Whether nothing of ours is in it: then it is somebody else's, and is reported as a collision."""
        return not {stage["id"] for stage in inputs["stages"]} & {s["id"] for s in live.definition["stages"]}


_STAGE_KEYS = frozenset(PipelineStage.model_fields)


def is_shared(inputs: Definition) -> bool:
    """Whether stages that are not listed belong to others."""
    return bool(inputs.get("adopt")) or inputs["name"] in DEFAULT_PIPELINES


def _removed(live: LiveObject, inputs: Definition) -> frozenset[str]:
    have = {stage["id"] for stage in live.definition["stages"]}
    if is_shared(inputs):
        return frozenset(have & set(inputs.get("deactivate") or ()))
    return frozenset(have - {stage["id"] for stage in inputs["stages"]})


def _count(client: HubSpotClient, object_: str, property_: str, value: str) -> int:
    return records.count(client, object_, [[{"propertyName": property_, "operator": "EQ", "value": value}]])


def _plain(stages: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in stage.items() if key in _STAGE_KEYS} for stage in stages]


def _stage_body(object_: str, stage: Mapping[str, Any]) -> dict[str, Any]:
    body = {field: stage[key] for key, field in (("label", "label"), ("display_order", "displayOrder")) if key in stage}
    metadata = {}
    if stage.get("probability") is not None:
        metadata["probability"] = str(stage["probability"])
    if stage.get("state") is not None:
        metadata["ticketState" if object_ == "tickets" else "state"] = stage["state"]
    return {**body, **({"metadata": metadata} if metadata else {})}


def _live(object_: str, entry: Mapping[str, Any]) -> LiveObject:
    definition: Definition = {
        "object": object_,
        "name": entry["id"],
        "label": entry["label"],
        "display_order": entry.get("displayOrder", 0),
        "stages": [
            _stage(object_, stage)
            for stage in sorted(entry["stages"], key=lambda stage: int(stage["displayOrder"]))
            if not stage.get("archived")
        ],
    }
    name = f"{object_}.{entry['id']}"
    return LiveObject(name, name, definition, stamp=stamp_of(entry, *entry["stages"]))


def _stage(object_: str, entry: Mapping[str, Any]) -> dict[str, Any]:
    metadata = entry.get("metadata") or {}
    stage = {"id": entry["id"], "label": entry["label"], "display_order": entry["displayOrder"]}
    if metadata.get("probability") is not None:
        stage["probability"] = float(metadata["probability"])
    if object_ != "deals":
        closed = "CLOSED" if metadata.get("isClosed") == "true" else "OPEN"
        stage["state"] = metadata.get("ticketState") or metadata.get("state") or closed
    return stage
