"""A path: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_pathassistant.htm"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pydantic import Field

from revops_iac.provider.inputs import Part
from revops_iac.provider.kind import Definition, Inputs, Reference
from revops_salesforce.api.components import Body
from revops_salesforce.kinds.business_process import STANDARD_LISTS
from revops_salesforce.metadata.kind import MetadataKind, without_gaps

MASTER = "__MASTER__"
"""Records without a record type, as real components name them [S]; read in any spelling."""
MAX_FIELDS = 5  # [K]
MAX_INFO = 1000  # [K]


class PathStep(Part):
    """What users see while the field has this value."""

    value: str
    fields: list[str] = Field(default=[], max_length=MAX_FIELDS)
    """Key fields to fill in, at most five [K]."""
    info: str | None = Field(default=None, max_length=MAX_INFO)
    """Guidance for success, as text or simple HTML."""


class PathAssistantInputs(Inputs):
    """Guidance along a picklist: per value the key fields, and what success looks like.

    Paths must be on in the org (Setup, Path Settings); people see one when their page has the component.

    Example::

        name: New_Business
        label: New business
        object: Opportunity
        field: StageName
        record_type: New_Business
        active: true
        steps:
          - {value: Qualification, fields: [Amount, CloseDate], info: Discovery is scheduled.}
          - {value: Closed Won, fields: [NextStep]}

    Later::

        active: false
        steps:
          - {value: Qualification, fields: [Amount], info: The first meeting is scheduled.}
    """

    name: str
    label: str
    object: str
    field: str
    record_type: str = MASTER
    """The developer name of a record type of the object; default: records without one."""
    active: bool = True
    steps: list[PathStep]


class PathAssistant(MetadataKind[PathAssistantInputs]):
    """Key: developer name. Object, field and record type are immutable, and each pair of object and record type has one
    path [K]."""

    component_type = "PathAssistant"
    element_names = {
        "label": "masterLabel",
        "object": "entityName",
        "field": "fieldName",
        "record_type": "recordTypeName",
        "steps": "pathAssistantSteps",
    }
    entry_keys = {"pathAssistantSteps": ("picklistValueName",)}
    immutable = frozenset({"name", "object", "field", "record_type"})
    noun = "path"
    on_delete = "The path is deleted permanently; records and the picklist stay as they are."

    def elements(self, inputs: PathAssistantInputs) -> Body:
        own = self.own(inputs)
        if "record_type" in own:
            own["record_type"] = _record_type(own["record_type"])
        if "steps" in own:
            own["steps"] = [_body(step) for step in inputs.steps]
        return self.plain_elements(own)

    def changes(self, body: Body, inputs: PathAssistantInputs) -> Body:
        """Steps that say nothing are not compared, so they stay; the steps keep their order."""
        elements = self.elements(inputs)
        if "pathAssistantSteps" in elements:
            live, desired = body.get("pathAssistantSteps", []), elements["pathAssistantSteps"]
            elements["pathAssistantSteps"] = _in_order(live, desired)
        return elements

    def definition(self, name: str, body: Body) -> Definition:
        return {
            **super().definition(name, body),
            "record_type": _record_type(body.get("recordTypeName")),
            "active": body.get("active", False),
            "steps": [_step(step) for step in body.get("pathAssistantSteps", [])],
        }

    def normalize(self, definition: Definition) -> Definition:
        """The order of steps is that of the values; a step that says nothing is none."""
        made = super().normalize(definition)
        if "record_type" in made:
            made["record_type"] = _record_type(made["record_type"])
        if made.get("steps") is not None:
            message = [_said(step) for step in made["steps"] if step.get("fields") or step.get("info")]
            made["steps"] = sorted(message, key=lambda step: str(step["value"]))
        return made

    def references(self, inputs: PathAssistantInputs) -> Iterable[Reference]:
        object_ = inputs.object
        if _record_type(inputs.record_type) != MASTER:
            yield Reference("RecordType", f"{object_}.{inputs.record_type}")
        elif object_ in STANDARD_LISTS:
            yield Reference("StandardValueSet", STANDARD_LISTS[object_])
        yield Reference("CustomField", f"{object_}.{inputs.field}")
        for field in dict.fromkeys(field for step in inputs.steps for field in step.fields):
            yield Reference("CustomField", f"{object_}.{field}")


def _record_type(name: str | None) -> str:
    return MASTER if name is None or name.upper() == MASTER else name


def _body(step: PathStep) -> Body:
    return {"picklistValueName": step.value, "fieldNames": list(step.fields), "info": step.info}


def _in_order(live: Sequence[Body], desired: Sequence[Body]) -> list[Body]:
    """The desired steps in the order of the live ones, with live ones that say nothing; new steps come last."""
    mine = {step["picklistValueName"]: step for step in desired}
    kept = [
        mine.pop(step["picklistValueName"], {"picklistValueName": step["picklistValueName"]})
        for step in live
        if step["picklistValueName"] in mine or not (step.get("fieldNames") or step.get("info"))
    ]
    return [*kept, *mine.values()]


def _step(body: Body) -> Definition:
    step = {"value": body["picklistValueName"], "fields": body.get("fieldNames", []), "info": body.get("info")}
    return without_gaps(step)


def _said(step: Definition) -> Definition:
    return {key: part for key, part in step.items() if part}
