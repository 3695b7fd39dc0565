"""The lifecycle stages of contacts or companies: https://knowledge.hubspot.com/object-settings/create-and-customize-lifecycle-stages

HubSpot documents no way to write them. They are the options of `lifecyclestage`, and a pipeline too: two public
projects write its stages [T 60377900553, 60972672649], though contacts and companies are not among the objects with
pipelines [D].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, Self

from pydantic import Field, model_validator

from revops_hubspot.api.client import HubSpotClient, PortalSession
from revops_hubspot.api.errors import HubSpotRefusal, Json
from revops_hubspot.api.read_lag import read_until
from revops_hubspot.pipelines.stage_plan import Stage, Step, final_order, plan_stages
from revops_hubspot.properties import options as property_options
from revops_iac.errors import AccountError
from revops_iac.provider.changes.container import Entry, EntryContainer
from revops_iac.provider.inputs import Part
from revops_iac.provider.kind import Definition, Existence, Inputs, LiveObject, State

PROPERTY = "lifecyclestage"
IN_USE = "PipelineError.STAGE_ID_IN_USE"
METADATA = {"isClosed": "false", "state": "OPEN"}
"""As the public projects send it [T 60377900553]."""


class LifecycleStage(Part):
    """A stage; the list order is the stage order."""

    value: str
    """The internal ID, such as `marketingqualifiedlead`. HubSpot gives a stage that people add a number of its own [T],
    and shows it in the settings of the stage [D]."""
    label: str | None = None
    """Absent: not managed."""


class LifecycleStagesInputs(Inputs):
    """The lifecycle stages that a portal must have, in order. Stages that are not listed stay.

    They are compared with the portal; a difference shows in every plan until it is fixed manually in HubSpot's
    settings. With `write_undocumented: true` they are written, in a way that HubSpot does not document.

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
                raise ValueError(f'stages: the {what} "{max(values, key=values.count)}" is used twice')
        if self.write_undocumented and any(stage.label is None for stage in self.stages):
            raise ValueError("stages: with write_undocumented every stage needs a label")
        return self


class LifecycleStages(EntryContainer[HubSpotClient, LifecycleStagesInputs]):
    """Key: the object. Owned per stage; read from the options of the property, which are documented."""

    system = "hubspot"
    immutable = frozenset({"object"})
    existence = Existence.PERMANENT
    noun = "lifecycle stage list"
    on_delete = (
        "Monitored stages: nothing happens. Written stages: labels and order are restored, and added stages are "
        "removed unless records are in them."
    )
    entries = "stages"
    unmanaged_fact = "unmanaged_stages"

    def vendor_name(self, inputs: LifecycleStagesInputs) -> str:
        return f"{inputs.object}.{PROPERTY}"

    def partition(self, name: str) -> str:
        return name.partition(".")[0]

    def partitions(self, client: HubSpotClient) -> Iterable[str]:
        return ("contacts", "companies")

    def conflicts(self, declared: Definition, live: LiveObject) -> list[str]:
        """Monitored stages never conflict; written ones do when labels or order differ."""
        if not declared.get("write_undocumented"):
            return []
        mine, there = self.by_key(declared["stages"]), self.by_key(live.definition["stages"])
        in_order = [key for key in there if key in mine] == [key for key in mine if key in there]
        return super().conflicts(declared, live) if in_order else ["stages"]

    def scan(self, client: HubSpotClient, partition: str) -> Mapping[str, LiveObject | None]:
        live = read_stages(client, partition)
        return {live.name: live}

    def create(self, session: PortalSession, inputs: LifecycleStagesInputs) -> LiveObject:
        """Every portal has them; this is for a portal that returns none."""
        raise AccountError(f'HubSpot: {inputs.object} have no property "{PROPERTY}"')

    def update(self, session: PortalSession, live: LiveObject, inputs: LifecycleStagesInputs) -> LiveObject:
        if inputs.write_undocumented:
            return self._bring(session, inputs.object, inputs.stages)
        return live

    def manual_steps(self, inputs: LifecycleStagesInputs, live: LiveObject) -> Iterable[str]:
        return () if inputs.write_undocumented else manual_steps(live, inputs)

    def write_entries(self, session: PortalSession, live: LiveObject, entries: Sequence[Entry]) -> LiveObject:
        object_, kept = str(live.definition["object"]), self.by_key(entries)
        for stage in live.definition["stages"]:
            if stage["value"] not in kept:
                self._remove(session, object_, stage["value"])
        return self._bring(session, object_, [LifecycleStage(**entry) for entry in entries])

    def _bring(self, session: PortalSession, object_: str, stages: Sequence[LifecycleStage]) -> LiveObject:
        """Writes these stages in this order; others stay where they are."""
        desired = [{"id": stage.value, "label": stage.label} for stage in stages]
        for step in plan_stages(_pipeline_stages(session.client, object_), desired, ()):
            self._take(session.client, object_, step)
        return self._read_back(session.client, object_, stages)

    def _take(self, client: HubSpotClient, object_: str, step: Step) -> None:
        pipeline, one = _pipeline(object_), "/{object}/{pipeline}/stages/{stage}"
        fields = {"label": "label", "display_order": "displayOrder"}
        body = {fields[key]: value for key, value in step.values.items() if key in fields}

        def landed() -> Json:
            return client.find("pipelines", one, object=object_, pipeline=pipeline, stage=step.id)

        if step.method == "PATCH":
            client.write("PATCH", "pipelines", one, body, object=object_, pipeline=pipeline, stage=step.id)
            return
        body |= {"stageId": step.id, "metadata": METADATA}
        path = "/{object}/{pipeline}/stages"
        client.write("POST", "pipelines", path, body, landed=landed, object=object_, pipeline=pipeline)

    def _read_back(self, client: HubSpotClient, object_: str, stages: Sequence[LifecycleStage]) -> LiveObject:
        """HubSpot may choose values of its own [T]: then the model must use them."""
        labels = {stage.label for stage in stages}

        def is_current(live: LiveObject) -> bool:
            return labels <= {stage["label"] for stage in live.definition["stages"]}

        found = read_until(lambda: read_stages(client, object_), is_current)
        values = {stage["label"]: stage["value"] for stage in found.definition["stages"]}
        for stage in stages:
            given = values.get(stage.label, stage.value)
            if given != stage.value:
                raise AccountError(
                    f'HubSpot: lifecycle stage "{stage.label}" was created with value "{given}", not "{stage.value}"',
                    f"set value: {given} on this stage",
                )
        return found

    def restore_original(self, session: PortalSession, live: LiveObject, state: State[LifecycleStagesInputs]) -> None:
        if state.inputs.write_undocumented and state.original.get("stages"):
            super().restore_original(session, live, state)

    def restored_entries(
        self, session: PortalSession, live: LiveObject, state: State[LifecycleStagesInputs]
    ) -> list[Entry]:
        """The stages in their original order; unmanaged stages stay after the stage before them."""
        restored = {one["value"]: one for one in super().restored_entries(session, live, state)}
        original = [one["value"] for one in state.original["stages"] if one["value"] in restored]
        return [restored[key] for key in final_order(list(restored), original, ())]

    def _remove(self, session: PortalSession, object_: str, value: str) -> None:
        client, pipeline = session.client, _pipeline(object_)
        path, query = "/{object}/{pipeline}/stages/{stage}", {"validateReferencesBeforeDelete": True}
        try:
            client.write("DELETE", "pipelines", path, query=query, object=object_, pipeline=pipeline, stage=value)
        except HubSpotRefusal as error:
            if error.sub_category != IN_USE:
                raise
            sentence = f'HubSpot: LifecycleStages {object_}: stage "{value}" is kept because records are in it'
            session.report.say(sentence)


def read_stages(client: HubSpotClient, object_: str) -> LiveObject:
    """The stages of an object, read from the options of the property."""
    return from_response(object_, client.get("properties", "/{object}/{name}", object=object_, name=PROPERTY))


def from_response(object_: str, entry: Json) -> LiveObject:
    """The lifecycle stages as the options of the property, in the order in which HubSpot shows them."""
    name = f"{object_}.{PROPERTY}"
    stages = [{"value": one["value"], "label": one["label"]} for one in property_options.from_response(entry)]
    return LiveObject(name, name, {"object": object_, "stages": stages})


def manual_steps(live: LiveObject, inputs: LifecycleStagesInputs) -> Iterable[str]:
    """What an administrator must do so that the portal has the declared stages, one step per line."""
    there = {stage["value"]: stage["label"] for stage in live.definition["stages"]}
    by_label = {label: value for value, label in there.items()}
    mapped = "as its value in the model (hubspot_value, in lifecycle.stages)"
    settings = f"Settings, Objects, {inputs.object.capitalize()}, Lifecycle stage"
    where = f"LifecycleStages {inputs.object}: in {settings}"
    for stage in inputs.stages:
        if stage.value not in there and stage.label in by_label:
            given = by_label[stage.label]
            yield f'LifecycleStages {inputs.object}: "{stage.label}" has the internal ID {given}; write it {mapped}'
        elif stage.value not in there:
            added = f'{where}: add "{stage.label or stage.value}"'
            yield f"{added}, and write its internal ID there, if it is not {stage.value}, {mapped}"
        elif stage.label not in (None, there[stage.value]):
            yield f'{where}: rename "{there[stage.value]}" to "{stage.label}"'
    mine = [stage.value for stage in inputs.stages if stage.value in there]
    if [value for value in there if value in mine] != mine:
        yield f"{where}: set the order to {', '.join(stage.label or stage.value for stage in inputs.stages)}"


def _pipeline(object_: str) -> str:
    return f"{object_}-lifecycle-pipeline"  # [T, many records; O]


def _pipeline_stages(client: HubSpotClient, object_: str) -> Sequence[Stage]:
    found = client.get("pipelines", "/{object}/{pipeline}", object=object_, pipeline=_pipeline(object_))["stages"]
    return [
        {"id": stage["id"], "label": stage["label"], "display_order": stage["displayOrder"]}
        for stage in found
        if not stage.get("archived")
    ]
