"""Deal desk: which deals are reviewed, who approves what, and how exceptions are recorded."""

from __future__ import annotations

from typing import Annotated, Any, Literal, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from revops_iac.model.condition import Condition
from revops_iac.model.context import Money
from revops_iac.model.entry import (
    AppliesTo,
    Cadence,
    Day,
    Entry,
    FieldReference,
    Key,
    Percent,
    PersonKey,
    QueueKey,
    System,
    TeamKey,
    VendorEntry,
)


class Approver(Entry):
    """Exactly one of a person, a team, a queue, or nobody (`automatic`)."""

    automatic: bool = False
    """Approved without a person."""
    person: PersonKey | None = None
    """The person who approves."""
    team: TeamKey | None = None
    """The team of which one member approves."""
    queue: QueueKey | None = None
    """The queue that gets the request."""

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if sum(bool(value) for value in (self.automatic, self.person, self.team, self.queue)) != 1:
            raise PydanticCustomError("one_of", "must name exactly one", {"allowed": "automatic, person, team, queue"})
        return self


def _approver(value: Any) -> Any:
    return {"automatic": True} if value == "automatic" else value


AnyApprover = Annotated[Approver, BeforeValidator(_approver, json_schema_input_type=Literal["automatic"] | Approver)]
"""An approver, or the word `automatic`."""


class ReviewWhen(Entry):
    """A deal that meets any of these goes to the desk."""

    acv_above: Money | None = None
    """Deals above this annual contract value."""
    payment_terms: list[Key] = []
    """The terms that are not standard: options of the payment-terms field."""
    multi_year_custom_pricing: bool = False
    """Multi-year deals with custom pricing."""
    discount_beyond_published: bool = False
    """Deals with a discount beyond the published one."""
    custom_legal_terms: bool = False
    """Deals with custom legal terms."""


class DealDeskFields(Entry):
    """The deal fields that the desk reads and writes."""

    acv: FieldReference | None = None
    """Holds the annual contract value."""
    discount: FieldReference | None = None
    """Holds the discount, in percent."""
    published_discount: FieldReference | None = None
    """The discount that the published tiers give, in percent."""
    payment_terms: FieldReference | None = None
    """Holds the payment terms."""
    legal: FieldReference | None = None
    """Holds whether legal terms are custom."""
    custom_pricing: FieldReference | None = None
    """Holds whether pricing is custom."""
    years: FieldReference | None = None
    """Holds the years of contract."""
    approval: FieldReference | None = None
    """Holds the status of the approval."""
    exception: FieldReference | None = None
    """Holds why the deal is an exception."""


class Approval(VendorEntry):
    """A tier: the deals it covers and who approves them. Discounts are in percent: from (incl.) to below (excl.)."""

    label: str | None = None
    """The name that people read."""
    discount_from: Percent | None = None
    """The lowest discount of the tier, in percent; included."""
    discount_below: Percent | None = None
    """The discount from which the next tier decides, in percent; not included. Leave it out on the last tier."""
    custom_terms: bool = False
    """Covers deals with custom legal or payment terms."""
    multi_year: bool = False
    """Covers multi-year deals."""
    enterprise: bool = False
    """Covers enterprise deals, as `enterprise_when` defines them."""
    approver: AnyApprover | None = None
    """Who approves, or `automatic`."""
    approvers: list[AnyApprover] = []
    """Where more than one must agree."""

    @property
    def all_approvers(self) -> list[Approver]:
        """`approver` and `approvers` as one list."""
        return [*([self.approver] if self.approver else []), *self.approvers]


class Exceptions(Entry):
    """How exceptions are kept, and when one becomes the standard."""

    recorded_in: list[FieldReference] = []
    """The fields that keep an exception."""
    candidate_after: Annotated[int, Field(gt=0)] | None = None
    """How often one kind repeats before it is reported as a candidate for the standard."""
    reviewed: Cadence | None = None
    """How often exceptions are reviewed."""
    next_review: Day | None = None
    """The date of the next review."""


class DealDesk(VendorEntry):
    """A desk for the deals that `applies_to` names."""

    label: str | None = None
    """The name that people read."""
    applies_to: AppliesTo = {}
    """Dimension and the values that this entry covers. Default: everything. The first entry that matches counts."""
    runs_on: System | None = None
    """The CRM on which it runs. Default: the source of truth."""
    review_when: ReviewWhen = ReviewWhen()
    """What sends a deal to the desk."""
    multi_year_from: Annotated[int, Field(gt=1)] = 2
    """Years of contract from which a deal is multi-year."""
    enterprise_when: Condition | None = None
    """The condition that makes a deal an enterprise deal."""
    fields: DealDeskFields = DealDeskFields()
    """The deal fields that the desk reads and writes."""
    approvals: dict[Key, Approval] = {}
    """The approval tiers by key, from the smallest discount up."""
    exceptions: Exceptions | None = None
    """How exceptions are recorded and reviewed."""
