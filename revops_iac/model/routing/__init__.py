"""Routing: who gets a lead: at creation, when it reaches a stage such as MQL, and when it is recycled."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from revops_iac.model.condition import And, Compare, Condition, FieldRef, Op
from revops_iac.model.entry import (
    AppliesTo,
    Entry,
    FieldReference,
    Key,
    MomentKey,
    PersonKey,
    QueueKey,
    System,
    VendorEntry,
)
from revops_iac.model.people import Assignee

Method = Literal["round_robin", "territory", "account_based", "skill_based"]
MOMENTS = ("created", "mql", "recycled")
"""Moments beside the lifecycle stages; `mql` is the stage that the scores lead to, whatever its key."""

METHODS: dict[Method, str] = {
    "account_based": "named accounts",
    "territory": "regions, industry specialists",
    "skill_based": "diverse products, global teams",
    "round_robin": "equal territories, similar deals",
}
"""Where each method fits."""


class AccountList(Entry):
    """Named accounts, as a list in a file: `{file: accounts/enterprise.csv, field: contact.email_domain}`."""

    field: FieldReference
    """The field of the lead that holds the value of a row, such as a domain or the name of a company."""
    file: str | None = None
    """A CSV file beside the model: the value in its first column, the key of a person in its column `owner`, if any."""
    rows: str = ""
    """The rows, one `value` or `value = owner` a line. Default: those of `file`."""

    @property
    def owners(self) -> Mapping[str, str | None]:
        """Value -> the person who owns the account; None leaves it to the rule."""
        pairs = (line.partition(" = ") for line in self.rows.splitlines() if line.strip())
        return {value.strip(): owner.strip() or None for value, _, owner in pairs}

    def condition(self, owner: str | None = None) -> Compare:
        """True of the accounts of the list, or of those of one owner."""
        values = [value for value, one in self.owners.items() if owner is None or one == owner]
        return Compare(FieldRef(self.field), Op.ANY_OF, tuple(values))


class RoutingRule(VendorEntry):
    """One branch: who gets the leads that meet `when`, or all that are left when it has none."""

    method: Method
    """How the owner is chosen."""
    when: Condition | None = None
    """The condition that a lead must meet. Default: all that are left."""
    accounts: AccountList | None = None
    """The named accounts whose leads it takes. Default: those of every account."""
    assign: Assignee
    """Who gets the lead; with `accounts`, the lead of an account without an owner."""
    description: str | None = None
    """What the rule is for."""
    criteria: bool = False
    """Compare as filter criteria instead of a formula, where the CRM's rule can have either."""

    @property
    def condition(self) -> Condition | None:
        """All that a lead must meet; None takes all that are left."""
        if self.accounts is None:
            return self.when
        return And((self.when, self.accounts.condition())) if self.when else self.accounts.condition()

    def takers(self) -> list[tuple[Condition | None, Assignee]]:
        """Who gets which of its leads, in order: the owners of accounts, then whom it assigns the others to."""
        accounts = self.accounts
        owners = dict.fromkeys(owner for owner in accounts.owners.values() if owner) if accounts else {}
        owned = [(accounts.condition(owner), Assignee(person=owner)) for owner in owners] if accounts else []
        all_of = [(And((self.when, one)) if self.when else one, owner) for one, owner in owned]
        return [*all_of, (self.condition, self.assign)]


class Fallback(Entry):
    """Where a lead goes that no rule takes."""

    queue: QueueKey | None = None
    """The queue that gets what no rule takes."""
    owner: PersonKey | None = None
    """The person who owns what no rule takes, where a queue cannot own it; also while they are away."""


class SpeedToLead(Entry):
    """How fast the first contact must be, and what is lost when it is not."""

    target_minutes: Annotated[int, Field(gt=0)]
    """Minutes within which the first contact should be."""
    alert_minutes: Annotated[int, Field(gt=0)] | None = None
    """Minutes without contact after which an alert is sent."""
    cold_after_hours: Annotated[int, Field(gt=0)] | None = None
    """Hours after which a lead is cold."""
    target_effect: float | None = None
    """How many times as often a lead qualifies within the target."""
    alert_effect: float | None = None
    """The share of that left after `alert_minutes`."""


class Routing(VendorEntry):
    """An ordered set of rules, the most specific first."""

    label: str | None = None
    """The name that people read."""
    runs_on: System | None = None
    """The CRM on which it runs. Default: the source of truth."""
    applies_to: AppliesTo = {}
    """Dimension and the values that this entry covers. Default: everything. The first entry that matches counts."""
    moments: list[MomentKey] = []
    """When leads are routed: `created`, `recycled`, the key of a lifecycle stage that they reach, or `mql`: the stage
    that the scores lead to."""
    method: Method | None = None
    """The method of rules that name none."""
    rules: dict[Key, RoutingRule] = {}
    """The rules by key, in order; the first one that matches takes the lead."""
    fallback: Fallback | None = None
    """Where a lead goes that no rule takes."""
    speed_to_lead: SpeedToLead | None = None
    """How fast the first contact must be."""
    replaces_active: str | None = None
    """The assignment rule of others, by its vendor name, whose active place this routing takes."""
