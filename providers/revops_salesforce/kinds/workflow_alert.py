"""An e-mail alert: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_workflow.htm"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal, Self

from pydantic import model_validator

from revops_iac.provider.inputs import Part
from revops_iac.provider.kind import Definition, Inputs, Lookup, Reference
from revops_salesforce.api.components import Body
from revops_salesforce.metadata.workflow_action_kind import WorkflowActionKind


class Recipient(Part):
    """A recipient of the e-mail."""

    type: Literal[
        "owner", "creator", "user", "group", "role", "roleSubordinates", "roleSubordinatesInternal", "opportunityTeam",
        "accountTeam", "accountOwner", "userLookup", "contactLookup", "email", "partnerUser", "customerPortalUser",
        "portalRole", "caseTeam", "campaignMemberDerivedOwner",
    ]  # fmt: skip
    recipient: str | None = None
    """A username, a group's or a role's developer name."""
    field: str | None = None
    """The field of the record that names a user, a contact or an address."""

    @model_validator(mode="after")
    def _is_named(self) -> Self:
        if self.type in {"user", "group", "role"} and self.recipient is None:
            raise ValueError(f'a recipient of type "{self.type}" must have "recipient"')
        if self.type in {"userLookup", "contactLookup", "email"} and self.field is None:
            raise ValueError(f'a recipient of type "{self.type}" must have "field"')
        return self


class WorkflowAlertInputs(Inputs):
    """Sends an e-mail from a template, for flows and approval processes.

    Example::

        object: Opportunity
        name: Tell_The_Owner
        description: Tell the owner that the deal is approved
        template: unfiled$public/SalesNewCustomerEmail
        recipients:
          - {type: owner}
          - {type: user, recipient: admin@simulated.example}

    Later::

        description: Tell the owner and whoever made the deal
        recipients:
          - {type: owner}
          - {type: creator}
    """

    object: str
    name: str
    description: str
    """The alert's name in lists."""
    template: str
    """Folder and developer name; templates without a folder are in `unfiled$public`."""
    recipients: list[Recipient] = []
    cc_emails: list[str] | None = None
    sender_type: Literal["CurrentUser", "OrgWideEmailAddress", "DefaultWorkflowUser"] = "CurrentUser"
    sender_address: str | None = None
    protected: bool = False

    @model_validator(mode="after")
    def _reaches_somebody(self) -> Self:
        if not self.recipients and not self.cc_emails:
            raise ValueError('an alert must have "recipients" or "cc_emails"')
        return self


class WorkflowAlert(WorkflowActionKind[WorkflowAlertInputs]):
    """Key: object and name. The template must exist; it is text that marketing owns, so no kind manages it."""

    component_type = "WorkflowAlert"
    action_type = "Alert"
    entry_keys = {"recipients": ("type", "recipient", "field")}
    defaults = {**WorkflowActionKind.defaults, "sender_type": "CurrentUser"}

    def definition(self, name: str, body: Body) -> Definition:
        return {**super().definition(name, body), "recipients": body.get("recipients", [])}

    def normalize(self, definition: Definition) -> Definition:
        made = super().normalize(definition)
        if made.get("recipients") is not None:
            made["recipients"] = sorted(made["recipients"], key=_order)
        return made

    def references(self, inputs: WorkflowAlertInputs) -> Iterable[Reference]:
        for recipient in inputs.recipients or ():
            if recipient.field:
                yield Reference("CustomField", f"{inputs.object}.{recipient.field}")
            if recipient.recipient is not None and recipient.type == "group":
                yield Reference("Group", recipient.recipient)

    def lookups(self, inputs: WorkflowAlertInputs) -> Iterable[Lookup]:
        yield Lookup("email_template", inputs.template.rpartition("/")[2])
        for recipient in inputs.recipients or ():
            if recipient.recipient is not None and recipient.type in {"user", "group", "role"}:
                yield Lookup(recipient.type, recipient.recipient)


def _order(recipient: dict[str, Any]) -> tuple[str, str]:
    return recipient["type"], str(recipient.get("recipient") or recipient.get("field") or "").lower()
