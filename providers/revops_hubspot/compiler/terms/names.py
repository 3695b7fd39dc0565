"""What the things of the model are called in a portal: object types, properties, pipelines, stages, segments."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vendor_facts import Row, table

from revops_iac.diagnostics import model_error
from revops_iac.model import Model
from revops_iac.model.condition import FieldRef
from revops_iac.model.data_hygiene import Field
from revops_iac.model.pipelines import DealStage, Pipeline
from revops_iac.provider.declaration import CannotCompile

SYSTEM = "hubspot"
OBJECT_TYPES: Mapping[str, str] = {"contact": "contacts", "company": "companies", "deal": "deals"}
"""Object of the model -> object type. The contact carries the lead process: the leads object needs a higher tier and
only some portals have it, so fields of `lead` are not made here."""
OWN_LEAD_STATUSES: Mapping[str, tuple[str, str]] = {
    row["label"].lower(): (row["value"], row["label"])
    for row in table("hubspot/default_options")
    if row["property"] == "hs_lead_status"
}
"""The options of hs_lead_status that every portal begins with, by label [K]. Labels of options are unique [?]."""
OWN_PROPERTIES: Mapping[tuple[str, str], Row] = {
    (object_type, row["name"]): row
    for row in table("hubspot/default_properties")
    for object_type, type_id in (("contacts", "0-1"), ("companies", "0-2"), ("deals", "0-3"))
    if row["object"] in ("*", type_id)
}
"""Object type and name -> a property that every portal has [D]."""
DEAL_STAGE_PROPERTY = "dealstage"
LEAD_STATUS_PROPERTY = "hs_lead_status"
LIFECYCLE_PROPERTY = "lifecyclestage"


@dataclass(frozen=True)
class Names:
    """The vendor names of one model."""

    model: Model

    @property
    def prefix(self) -> str:
        return self.model.context.name_prefix

    @property
    def group(self) -> str:
        """The property group that holds what the model makes, one of this name per object type."""
        return f"{self.prefix}revops"

    def field(self, reference: str) -> Field:
        """The declared field. Raises CannotCompile when there is none, or HubSpot has no such object here."""
        found = self.model.field(reference)
        if found is None:
            raise CannotCompile([model_error(_path(reference), f'"{reference}" is not a field', "declare it")])
        if FieldRef(reference).object not in OBJECT_TYPES:
            fix = f"declare and use contact.{FieldRef(reference).key}: on HubSpot, the lead process runs on contacts"
            raise CannotCompile([model_error(_path(reference), f'"{reference}" is not kept on HubSpot', fix)])
        return found

    def property(self, reference: str) -> str:
        """The internal name of the property that holds a field."""
        field, reference = self.field(reference), FieldRef(reference)
        standard = field.standard_name(SYSTEM, OBJECT_TYPES[reference.object])
        return standard or field.vendor_name_on(SYSTEM) or f"{self.prefix}{reference.key}"

    def is_standard(self, reference: str) -> bool:
        """Does the field bind to a property that every portal has?"""
        return self.field(reference).standard_name(SYSTEM, self.object_type(reference)) is not None

    def own_property(self, reference: str) -> Row | None:
        """The property of HubSpot's own that has the name of a field."""
        return OWN_PROPERTIES.get((self.object_type(reference), self.property(reference)))

    def object_type(self, reference: str) -> str:
        return OBJECT_TYPES[FieldRef(reference).object]

    def option(self, reference: str, value: str) -> tuple[str, ...]:
        """The internal values that stand for one option: one, or for a deal stage one in each pipeline that has it."""
        name = self.property(reference)
        lifecycle = self.model.lifecycle
        if name == LIFECYCLE_PROPERTY and lifecycle is not None and value in lifecycle.stages:
            return (self.lifecycle_stage(value),)
        if name == DEAL_STAGE_PROPERTY:
            return tuple(
                self.stage(key, value) for key, pipeline in self.model.pipelines.items() if value in pipeline.stages
            )
        if name == LEAD_STATUS_PROPERTY and lifecycle is not None and value in lifecycle.lead_statuses:
            return (self.lead_status(value)[0],)
        return (value,)

    def lifecycle_stage(self, key: str) -> str:
        """The value of a lifecycle stage: what the author names, else its earliest key, since records hold it."""
        assert self.model.lifecycle is not None
        stage = self.model.lifecycle.stages[key]
        return stage.hubspot_value or stage.vendor_name_on(SYSTEM) or (stage.was[0] if stage.was else key)

    def lead_status(self, key: str) -> tuple[str, str]:
        """Value and label of a lead status: HubSpot's own option of that label where there is one, else ours."""
        assert self.model.lifecycle is not None
        label, given = self.model.lifecycle.lead_statuses[key], self.model.lifecycle.lead_status_value(key, SYSTEM)
        if given:
            return given, label
        return OWN_LEAD_STATUSES.get(label.lower(), (key, label))

    def pipeline(self, key: str) -> str:
        """The id of a pipeline, which we give at creation [O]."""
        return self.model.pipelines[key].vendor_name_on(SYSTEM) or f"{self.prefix}{key}"

    def stage(self, pipeline: str, stage: str) -> str:
        """The id of a stage, `<pipeline>_<stage>`."""
        given = self.model.pipelines[pipeline].stages[stage].vendor_name_on(SYSTEM)
        return given or f"{self.pipeline(pipeline)}_{stage}"

    def title(self, text: str) -> str:
        """A name shown to people, of a segment or workflow: names are unique in a portal, so the prefix is in it."""
        return f"{self.prefix.removesuffix('_').upper()} {text}" if self.prefix else text


def missing_title(pipeline: Pipeline, stage: DealStage) -> str:
    """The segment of the deals that lack what a stage requires."""
    return f"Missing fields: {pipeline.label}, {stage.label}"


def _path(reference: str) -> tuple[str | int, ...]:
    return ("data_hygiene", "fields", *reference.split("."))
