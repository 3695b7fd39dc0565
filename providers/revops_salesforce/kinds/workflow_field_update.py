"""A field update: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_workflow.htm"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, Self

from pydantic import model_validator

from revops_iac.provider.effects import Effect, OptionUse, Write
from revops_iac.provider.kind import Inputs, Lookup, Reference
from revops_salesforce.api.components import Body
from revops_salesforce.formulas.references import references_in
from revops_salesforce.metadata.workflow_action_kind import WorkflowActionKind

TAKES = {"Formula": "formula", "Literal": "literal_value", "LookupValue": "lookup_value"}
"""The input that an operation takes its value from; updates without a value exist in orgs [S]."""
VALUES = ("formula", "literalValue", "lookupValue", "lookupValueType")
"""The elements that hold it."""


class WorkflowFieldUpdateInputs(Inputs):
    """Sets one field of the record, for approval processes and the workflow rules of old orgs.

    Example::

        object: Opportunity
        name: Note_The_Approval
        label: Note the approval
        field: NextStep
        operation: Formula
        formula: '"Approved, send the contract"'
        description: Says what comes after the approval.

    Later::

        label: Say what comes next
        formula: '"Approved"'
    """

    object: str
    name: str
    label: str
    field: str
    """Its API name, without the object."""
    operation: Literal["Formula", "Literal", "LookupValue", "Null", "NextValue", "PreviousValue"]
    formula: str | None = None
    literal_value: str | None = None
    """For picklists a value, for checkboxes `1` or `0`; every other type takes a formula [K]."""
    lookup_value: str | None = None
    """A username or a queue's developer name."""
    lookup_value_type: Literal["User", "Queue", "RecordType"] | None = None
    target_object: str | None = None
    """The lookup field to the record whose field is set, where that is another one."""
    notify_assignee: bool = False
    reevaluate_on_change: bool | None = None
    protected: bool = False
    description: str | None = None

    @model_validator(mode="after")
    def _has_its_value(self) -> Self:
        for operation, key in TAKES.items():
            if getattr(self, key) is not None and self.operation != operation:
                raise ValueError(f'"{key}" can be set only with operation: {operation}')
        if self.lookup_value is not None and self.lookup_value_type is None:
            raise ValueError('"lookup_value" must have "lookup_value_type"')
        return self


class WorkflowFieldUpdate(WorkflowActionKind[WorkflowFieldUpdateInputs]):
    """Key: object and name. Approvals run it past validation rules and field-level security [D: order of execution]."""

    component_type = "WorkflowFieldUpdate"
    action_type = "FieldUpdate"
    element_names = {"label": "name"}

    def changes(self, body: Body, inputs: WorkflowFieldUpdateInputs) -> Body:
        """A value of the operation before must not stay beside that of a new one."""
        changed = self.elements(inputs)
        is_other = changed.get("operation") not in {None, body.get("operation")}
        return {**(dict.fromkeys(VALUES) if is_other else {}), **changed}

    def references(self, inputs: WorkflowFieldUpdateInputs) -> Iterable[Reference]:
        """The field of another record is one of an object that only the org knows."""
        yield Reference("CustomField", f"{inputs.object}.{inputs.target_object or inputs.field}")
        yield from references_in(inputs.formula or "", inputs.object)
        if inputs.lookup_value is not None and inputs.lookup_value_type == "Queue":
            yield Reference("Queue", inputs.lookup_value)

    def effects(self, inputs: WorkflowFieldUpdateInputs) -> Iterable[Effect]:
        if inputs.target_object is not None:
            return
        field = f"{inputs.object}.{inputs.field}"
        yield Write(field)
        if inputs.literal_value:
            yield OptionUse(field, inputs.literal_value)

    def lookups(self, inputs: WorkflowFieldUpdateInputs) -> Iterable[Lookup]:
        if inputs.lookup_value is not None and inputs.lookup_value_type in ("User", "Queue"):
            yield Lookup(inputs.lookup_value_type.lower(), inputs.lookup_value)
