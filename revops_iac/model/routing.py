"""Routing: who gets a lead, at creation, when it becomes MQL and when it is recycled."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from revops_iac.model.condition import Condition
from revops_iac.model.entry import AppliesTo, Entry, Key, PersonKey, QueueKey, System, VendorEntry
from revops_iac.model.people import Assignee

Method = Literal["round_robin", "territory", "account_based", "skill_based"]
Moment = Literal["created", "mql", "recycled"]

METHODS: dict[Method, str] = {
    "account_based": "named accounts",
    "territory": "regions, industry specialists",
    "skill_based": "diverse products, global teams",
    "round_robin": "equal territories, similar deals",
}
"""Where each method fits."""


class RoutingRule(VendorEntry):
    """One branch: who gets the leads that meet `when`, or all that are left when it has none."""

    method: Method
    when: Condition | None = None
    assign: Assignee
    description: str | None = None


class Fallback(Entry):
    """Where a lead goes that no rule takes."""

    queue: QueueKey | None = None
    owner: PersonKey | None = None


class SpeedToLead(Entry):
    """How fast the first contact must be, and what is lost when it is not."""

    target_minutes: Annotated[int, Field(gt=0)]
    alert_minutes: Annotated[int, Field(gt=0)] | None = None
    cold_after_hours: Annotated[int, Field(gt=0)] | None = None
    target_effect: float | None = None
    """How many times as often a lead qualifies within the target."""
    alert_effect: float | None = None
    """The share of that left after `alert_minutes`."""


class Routing(VendorEntry):
    """An ordered set of rules, the most specific first."""

    label: str | None = None
    runs_on: System | None = None
    applies_to: AppliesTo = {}
    moments: list[Moment] = []
    method: Method | None = None
    rules: dict[Key, RoutingRule] = {}
    fallback: Fallback | None = None
    speed_to_lead: SpeedToLead | None = None
    replaces_active: str | None = None
    """The assignment rule of others, by its vendor name, whose active place this routing takes."""
