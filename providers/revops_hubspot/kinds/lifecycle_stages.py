"""The lifecycle stages of contacts or companies: https://knowledge.hubspot.com/object-settings/create-and-customize-lifecycle-stages

HubSpot documents no way to write them. They are the options of `lifecyclestage`, and a pipeline too: two public
projects write its stages [T 60377900553, 60972672649], though contacts and companies are not among the objects with
pipelines [D].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.errors import HubSpotRefusal
from revops_hubspot.api.read_lag import read_until
from revops_hubspot.pipelines.stage_plan import Step, plan_stages
from revops_iac.errors import AccountError
from revops_iac.progress import tell
from revops_iac.provider.kind import Definition, DictKind, Existence, Inputs, LiveObject, State
from revops_iac.provider.session import Session

PROPERTY = "lifecyclestage"
IN_USE = "PipelineError.STAGE_ID_IN_USE"
METADATA = {"isClosed": "false", "state": "OPEN"}
"""As the public projects send it [T 60377900553]."""


class LifecycleStage(BaseModel):
    """A stage; its place in the list is its order."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    value: str
    """The internal value, such as `marketingqualifiedlead`; stages that people made have numbers [T]."""
    label: str | None = None
    """Absent: whatever people call it there."""


class LifecycleStagesInputs(Inputs):
    """The lifecycle stages that a portal must have, in order. Stages that are not listed stay.

    They are read and compared; a difference shows in every plan until somebody changes the portal's settings. With
    `write_undocumented: true` it is written, in a way that HubSpot does not document.

    Example::

        object: contacts
        stages:
          - {value: lead, label: Lead}
          - {value: marketingqualifiedlead, label: Marketing Qualified Lead}
          - {value: recycled, label: Recycled}
        write_undocumented: true

    Later::

        stages:
          - {value: lead, label: Lead}
          - {value: recycled, label: Recycled lead}
          - {value: marketingqualifiedlead, label: MQL}
    """

    object: Literal["contacts", "companies"]
    stages: list[LifecycleStage] = Field(min_length=1)
    write_undocumented: bool = False

    @model_validator(mode="after")
    def _stages_once(self) -> Self:
        for what, values in (
            ("value", [stage.value for stage in self.stages]),
            ("label", [stage.label.strip().lower() for stage in self.stages if stage.label is not None]),
        ):
            if len(set(values)) < len(values):
                raise ValueError(f'stages: the {what} "{max(values, key=values.count)}" is there twice')
        if self.write_undocumented and any(stage.label is None for stage in self.stages):
            raise ValueError("stages: with write_undocumented every stage needs a label")
        return self


class LifecycleStages(DictKind[HubSpotClient]):
    """Key: the object. Owned per stage; read from the options of the property, which are documented."""

    system = "hubspot"
    inputs = LifecycleStagesInputs
    immutable = frozenset({"object"})
    existence = Existence.PERMANENT
    on_delete = (
        "Where they were only monitored, nothing happens. Where they were written, labels and order are restored, "
        "and a stage that was added is removed unless records are in it."
    )

    def vendor_name(self, inputs: Definition) -> str:
        return f"{inputs['object']}.{PROPERTY}"

    def partition(self, name: str) -> str:
        return name.partition(".")[0]

    def managed_view(self, declared: Definition, live: LiveObject) -> Definition:
        mine = {stage["value"] for stage in declared["stages"]}
        named = {stage["value"] for stage in declared["stages"] if "label" in stage}
        stages = [
            stage if stage["value"] in named else {"value": stage["value"]}
            for stage in live.definition["stages"]
            if stage["value"] in mine
        ]
        return super().managed_view(declared, LiveObject(live.id, live.name, {**live.definition, "stages": stages}))

    def conflicts(self, declared: Definition, live: LiveObject) -> list[str]:
        """What is only monitored contradicts nothing; of what is written, a stage that is missing does not."""
        if not declared.get("write_undocumented"):
            return []
        there = {stage["value"]: stage["label"] for stage in live.definition["stages"]}
        mine = [stage for stage in declared["stages"] if stage["value"] in there]
        relabeled = any(there[stage["value"]] != stage["label"] for stage in mine)
        order = [value for value in there if value in {stage["value"] for stage in mine}]
        return ["stages"] if relabeled or order != [stage["value"] for stage in mine] else []

    def output_facts(self, declared: Definition, live: LiveObject) -> Mapping[str, Any]:
        """The stages that are not managed here."""
        mine = {stage["value"] for stage in declared["stages"]}
        others = [f"{s['value']}: {s['label']}" for s in live.definition["stages"] if s["value"] not in mine]
        return {"unmanaged_stages": others} if others else {}

    def scan(self, client: HubSpotClient, partition: str) -> Mapping[str, LiveObject | None]:
        entry = client.get("properties", "/{object}/{name}", object=partition, name=PROPERTY)
        options = sorted(entry["options"], key=lambda option: int(option.get("displayOrder", -1)))
        stages = [{"value": option["value"], "label": option["label"]} for option in options]
        name = f"{partition}.{PROPERTY}"
        return {name: LiveObject(name, name, {"object": partition, "stages": stages})}

    def create(self, session: Session[HubSpotClient], inputs: Definition) -> LiveObject:
        """Every portal has them; this is for a portal that shows none."""
        raise AccountError(f'HubSpot: {inputs["object"]} have no property "{PROPERTY}"')

    def update(self, session: Session[HubSpotClient], live: LiveObject, inputs: Definition) -> LiveObject:
        if not inputs.get("write_undocumented"):
            for sentence in by_hand(live, inputs):
                session.report.say(sentence)
            return live
        for step in self._steps(session.client, inputs):
            self._take(session.client, inputs["object"], step)
        return self._read_back(session.client, inputs)

    def _steps(self, client: HubSpotClient, inputs: Definition) -> list[Step]:
        desired = [{"id": stage["value"], "label": stage["label"]} for stage in inputs["stages"]]
        return plan_stages(_pipeline_stages(client, inputs["object"]), desired, ())

    def _take(self, client: HubSpotClient, object_: str, step: Step) -> None:
        pipeline, one = _pipeline(object_), "/{object}/{pipeline}/stages/{stage}"
        fields = {"label": "label", "display_order": "displayOrder"}
        body: dict[str, Any] = {fields[key]: value for key, value in step.values.items() if key in fields}

        def landed() -> Any:
            return client.find("pipelines", one, object=object_, pipeline=pipeline, stage=step.id)

        if step.method == "PATCH":
            client.write("PATCH", "pipelines", one, body, object=object_, pipeline=pipeline, stage=step.id)
            return
        body |= {"stageId": step.id, "metadata": METADATA}
        path = "/{object}/{pipeline}/stages"
        client.write("POST", "pipelines", path, body, landed=landed, object=object_, pipeline=pipeline)

    def _read_back(self, client: HubSpotClient, inputs: Definition) -> LiveObject:
        """HubSpot may choose values of its own [T]: then these must stand in the model."""
        name, labels = self.vendor_name(inputs), {stage["label"] for stage in inputs["stages"]}

        def is_current(live: LiveObject | None) -> bool:
            shown = [] if live is None else [stage["label"] for stage in live.definition["stages"]]
            return labels <= {*shown}

        found = read_until(lambda: self.scan(client, inputs["object"])[name], is_current)
        assert found is not None
        values = {stage["label"]: stage["value"] for stage in found.definition["stages"]}
        for stage in inputs["stages"]:
            given = values.get(stage["label"], stage["value"])
            if given != stage["value"]:
                raise AccountError(
                    f'HubSpot: lifecycle stage "{stage["label"]}" was made with the value "{given}", not '
                    f'"{stage["value"]}"',
                    f"write value: {given} for this stage",
                )
        return found

    def delete(self, session: Session[HubSpotClient], live: LiveObject, state: State[Definition]) -> None:
        self.restore_original(session, live, state)

    def restore_original(self, session: Session[HubSpotClient], live: LiveObject, state: State[Definition]) -> None:
        earlier = state.original.get("stages")
        if not state.inputs.get("write_undocumented") or not earlier:
            return
        client, object_ = session.client, state.inputs["object"]
        before = {stage["value"] for stage in earlier}
        there = {stage["value"] for stage in live.definition["stages"]}
        for stage in state.inputs["stages"]:
            if stage["value"] not in before and stage["value"] in there:
                self._remove(client, object_, stage["value"])
        kept = [stage for stage in earlier if stage["value"] in there]
        if kept:
            self.update(session, live, {**state.inputs, "stages": kept})

    def _remove(self, client: HubSpotClient, object_: str, value: str) -> None:
        path, query = "/{object}/{pipeline}/stages/{stage}", {"validateReferencesBeforeDelete": True}
        pipeline = _pipeline(object_)
        try:
            client.write("DELETE", "pipelines", path, query=query, object=object_, pipeline=pipeline, stage=value)
        except HubSpotRefusal as error:
            if error.sub_category != IN_USE:
                raise
            sentence = f'HubSpot: LifecycleStages {object_}: stage "{value}" stays, because records are in it'
            tell(sentence)


def by_hand(live: LiveObject, inputs: Definition) -> Iterable[str]:
    """What an administrator must do so that the portal has the declared stages, one step per line."""
    object_, there = inputs["object"], {stage["value"]: stage["label"] for stage in live.definition["stages"]}
    settings = f"Settings, Objects, {object_.capitalize()}, Lifecycle stage"
    where = f"HubSpot: LifecycleStages {object_}: by hand, under {settings}"
    for stage in inputs["stages"]:
        if stage["value"] not in there:
            yield f'{where}: add "{stage.get("label", stage["value"])}" with the value "{stage["value"]}"'
        elif there[stage["value"]] != stage.get("label", there[stage["value"]]):
            yield f'{where}: rename "{there[stage["value"]]}" to "{stage["label"]}"'
    mine = [stage["value"] for stage in inputs["stages"] if stage["value"] in there]
    if [value for value in there if value in mine] != mine:
        yield f"{where}: put in the order {', '.join(stage.get('label', stage['value']) for stage in inputs['stages'])}"


def _pipeline(object_: str) -> str:
    return f"{object_}-lifecycle-pipeline"  # [T, many records; O]


def _pipeline_stages(client: HubSpotClient, object_: str) -> Sequence[Mapping[str, Any]]:
    found = client.get("pipelines", "/{object}/{pipeline}", object=object_, pipeline=_pipeline(object_))["stages"]
    return [
        {"id": stage["id"], "label": stage["label"], "display_order": stage["displayOrder"]}
        for stage in found
        if not stage.get("archived")
    ]
