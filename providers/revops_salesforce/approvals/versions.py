"""The versions of an approval process: `Deals`, then `Deals_v2`, `Deals_v3`, each a process of its own to the platform.

After a process was active once, its steps cannot change, even while it is inactive [D: meta_approvalprocess]; requests
that are pending go on under the process that they were submitted to [D: help 000220137].

Which processes are versions of a resource is in Pulumi's state, never in their names: an org may well hold an
independent `Deals_v2`.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

from revops_salesforce.api.client import SalesforceClient, quoted

NUMBERED = re.compile(r"(?P<stem>.+)_v(?P<number>[2-9]|[1-9]\d+)")
"""How names of versions are made; no process is recognized by it."""


@dataclass(frozen=True)
class Lineage:
    """The processes that the resource `name` stands for.

    `current` is the one that submissions go to, `others` are earlier ones that state lists. `made` are those that this
    stack created and may delete; what it adopted is none of these. `members` are all that it may switch on and off.
    `recorded` says that state names what the stack made: older states do not.
    """

    name: str
    current: str
    others: tuple[str, ...] = ()
    made: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    recorded: bool = True

    @classmethod
    def adopted(cls, name: str, process: str) -> Self:
        """A process that exists in the org and that no state lists."""
        return cls(name, process, members=frozenset({process}))

    @classmethod
    def created(cls, name: str) -> Self:
        """A process that this stack has just created, or began to."""
        return cls(name, name, made=frozenset({name}), members=frozenset({name}))

    @classmethod
    def in_state(cls, name: str, facts: Mapping[str, Any], adopted: bool) -> Self:
        """What the facts in state say. Without `made` only what they prove counts as created here.

        A stack that adopted nothing created the process of that name, since nothing else stood in its way. The present
        version is proven too where there is no other: the one before had no requests and was deleted for it.

        >>> alone = Lineage.in_state("Opportunity.Deals", {"version": "Opportunity.Deals_v2"}, adopted=False)
        >>> sorted(alone.made)
        ['Opportunity.Deals_v2']
        >>> facts = {"version": "Opportunity.Deals_v3", "other_versions": ["Opportunity.Deals_v2"]}
        >>> several = Lineage.in_state("Opportunity.Deals", facts, adopted=False)
        >>> sorted(several.made), sorted(several.members)
        ([], ['Opportunity.Deals_v3'])
        """
        current, others = facts.get("version", name), tuple(facts.get("other_versions", ()))
        if "made" in facts:
            made = frozenset(facts["made"])
            return cls(name, current, others, made, made | {current, *others})
        listed = {current} if not others else {name} & {current, *others}
        proven = frozenset() if adopted else frozenset(listed)
        return cls(name, current, others, proven, proven | {current}, recorded=False)

    @property
    def first_may_stand(self) -> bool:
        """Whether the first version is proven and the present one is not: an older release went by names."""
        return not self.recorded and self.current != self.name and self.name in self.made

    def facts(self) -> dict[str, Any]:
        """What outputs keep of it."""
        others = {"other_versions": list(self.others)} if self.others else {}
        return {"version": self.current, **others, **({"made": sorted(self.made)} if self.recorded else {})}

    def without_current(self) -> Self:
        """The same where the first version still takes the submissions: the one in state is another process."""
        return replace(self, current=self.name, members=self.made)

    def with_made(self, names: Iterable[str]) -> Self:
        """The same with processes that this stack created too."""
        new = frozenset(names)
        others = tuple(one for one in self.others if one in self.members)
        made, members = self.made | new, self.members | new
        return replace(self, made=made, members=members, others=others, recorded=True) if new else self

    def within(self, names: Collection[str], current: str) -> Self:
        """The same with this present version, without processes that the org no longer has."""
        earlier = dict.fromkeys([*self.others, self.current, *sorted(self.members)])
        others = tuple(one for one in earlier if one in names and one != current)
        return replace(self, current=current, others=others, made=self.made & {*names})


def number_of(full_name: str) -> int:
    """The number in a name; the first version bears none.

    >>> number_of("Opportunity.Deals_v12"), number_of("Opportunity.Deals")
    (12, 1)
    """
    match = NUMBERED.fullmatch(full_name)
    return int(match["number"]) if match else 1


def next_name(name: str, members: Iterable[str], taken: Collection[str]) -> str:
    """The full name of the next version: the first number beyond those of the members that nothing else has.

    >>> next_name("Opportunity.Deals", ["Opportunity.Deals_v2"], {"Opportunity.Deals_v3"})
    'Opportunity.Deals_v4'
    >>> next_name("Opportunity.Deals_v2", ["Opportunity.Deals_v2"], set())
    'Opportunity.Deals_v3'
    """
    match = NUMBERED.fullmatch(name)
    stem = match["stem"] if match else name
    number = max((number_of(one) for one in (name, *members) if one.startswith(stem)), default=1) + 1
    used = {one.lower() for one in taken}
    while f"{stem}_v{number}".lower() in used:
        number += 1
    return f"{stem}_v{number}"


def requests(client: SalesforceClient, full_name: str, status: str | None = None) -> int:
    """How many requests were ever submitted to a process, or have this status now."""
    name = full_name.partition(".")[2]
    only = f" AND Status = {quoted(status)}" if status else ""
    return client.count(
        f"SELECT COUNT() FROM ProcessInstance WHERE ProcessDefinition.DeveloperName = {quoted(name)}{only}"
    )


def describe(kept: Mapping[str, int]) -> str:
    """Versions that stay, and how many of their requests are pending, in words.

    >>> describe({"Opportunity.Deals": 2, "Opportunity.Deals_v2": 0})
    'Opportunity.Deals (2 pending), Opportunity.Deals_v2'
    """
    return ", ".join(f"{name} ({pending} pending)" if pending else name for name, pending in kept.items())
