"""A task as an action: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_workflow.htm"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, Self

from pydantic import model_validator

from revops_iac.provider.effects import Effect, Notice
from revops_iac.provider.kind import Inputs, Lookup, Reference
from revops_salesforce.metadata.workflow_action_kind import WorkflowActionKind

UNNAMED = frozenset({"owner", "creator", "accountOwner", "accountCreator"})


class WorkflowTaskInputs(Inputs):
    """Assigns a user a task about the record, for approval processes and the workflow rules of old orgs.

    Example::

        object: Opportunity
        name: Rework_The_Offer
        subject: Rework the offer
        assigned_to_type: owner
        due_date_offset: 2
        priority: High
        status: Not Started
        description: The approval was refused.

    Later::

        subject: Rework the offer with the deal desk
        due_date_offset: 3
    """

    object: str
    name: str
    subject: str
    assigned_to_type: Literal[
        "owner", "creator", "user", "role", "opportunityTeam", "accountTeam", "accountOwner", "accountCreator",
        "partnerUser", "portalRole",
    ]  # fmt: skip
    assigned_to: str | None = None
    """A username, with the type `user`; the name of a role, or of a role in a team, with these types."""
    due_date_offset: int
    """Days after the task is created, or after the date in `offset_from_field`."""
    offset_from_field: str | None = None
    """`Opportunity.CloseDate`."""
    priority: str
    status: str
    notify_assignee: bool = False
    protected: bool = False
    description: str | None = None

    @model_validator(mode="after")
    def _has_an_assignee(self) -> Self:
        if self.assigned_to_type == "user" and self.assigned_to is None:
            raise ValueError('the type "user" must have "assigned_to"')
        if self.assigned_to_type in UNNAMED and self.assigned_to is not None:
            raise ValueError(f'the type "{self.assigned_to_type}" has no "assigned_to"')
        return self


class WorkflowTask(WorkflowActionKind[WorkflowTaskInputs]):
    """Key: object and name."""

    component_type = "WorkflowTask"
    action_type = "Task"

    def references(self, inputs: WorkflowTaskInputs) -> Iterable[Reference]:
        if field := inputs.offset_from_field:
            yield Reference("CustomField", field)

    def effects(self, inputs: WorkflowTaskInputs) -> Iterable[Effect]:
        yield Notice(inputs.subject)

    def lookups(self, inputs: WorkflowTaskInputs) -> Iterable[Lookup]:
        if inputs.assigned_to is not None and inputs.assigned_to_type in {"user", "role"}:
            yield Lookup(inputs.assigned_to_type, inputs.assigned_to)
