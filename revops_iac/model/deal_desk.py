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
    person: PersonKey | None = None
    team: TeamKey | None = None
    queue: QueueKey | None = None

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
    payment_terms: list[Key] = []
    """The terms that are not standard: options of the payment-terms field."""
    multi_year_custom_pricing: bool = False
    discount_beyond_published: bool = False
    custom_legal_terms: bool = False


class DealDeskFields(Entry):
    """The deal fields that the desk reads and writes."""

    acv: FieldReference | None = None
    discount: FieldReference | None = None
    published_discount: FieldReference | None = None
    """The discount that the published tiers give, in percent."""
    payment_terms: FieldReference | None = None
    legal: FieldReference | None = None
    custom_pricing: FieldReference | None = None
    years: FieldReference | None = None
    approval: FieldReference | None = None
    exception: FieldReference | None = None


class Approval(VendorEntry):
    """A tier: the deals it covers and who approves them. Discounts are in percent: from (incl.) to below (excl.)."""

    label: str | None = None
    discount_from: Percent | None = None
    discount_below: Percent | None = None
    custom_terms: bool = False
    multi_year: bool = False
    enterprise: bool = False
    approver: AnyApprover | None = None
    approvers: list[AnyApprover] = []
    """Where more than one must agree."""

    @property
    def all_approvers(self) -> list[Approver]:
        """`approver` and `approvers` as one list."""
        return [*([self.approver] if self.approver else []), *self.approvers]


class Exceptions(Entry):
    """How exceptions are kept, and when one becomes the standard."""

    recorded_in: list[FieldReference] = []
    candidate_after: Annotated[int, Field(gt=0)] | None = None
    """How often one kind repeats before it is reported as a candidate for the standard."""
    reviewed: Cadence | None = None
    next_review: Day | None = None


class DealDesk(VendorEntry):
    """A desk for the deals that `applies_to` names."""

    label: str | None = None
    applies_to: AppliesTo = {}
    runs_on: System | None = None
    review_when: ReviewWhen = ReviewWhen()
    multi_year_from: Annotated[int, Field(gt=1)] = 2
    """Years of contract from which a deal is multi-year."""
    enterprise_when: Condition | None = None
    fields: DealDeskFields = DealDeskFields()
    approvals: dict[Key, Approval] = {}
    exceptions: Exceptions | None = None
