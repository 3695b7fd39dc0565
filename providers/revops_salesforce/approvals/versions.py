"""The versions of an approval process: `Deals`, then `Deals_v2`, `Deals_v3`, each a process of its own to the platform.

After a process was active once, its steps cannot change, even while it is inactive [D: meta_approvalprocess]; requests
that are pending go on under the process that they were submitted to [D: help 000220137].
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from revops_salesforce.api.client import SalesforceClient, quoted
from revops_salesforce.api.components import Body

TYPE = "ApprovalProcess"
VERSIONED = re.compile(r"(?P<name>.+)_v(?P<number>[2-9]|[1-9]\d+)")


@dataclass(frozen=True)
class Version:
    """One process of the org, `Opportunity.Deals_v2`."""

    full_name: str
    body: Body

    @property
    def number(self) -> int:
        return number_of(self.full_name)

    @property
    def active(self) -> bool:
        return bool(self.body.get("active"))

    def switched(self, active: bool) -> Body:
        """The process as it is, switched on or off."""
        return {**self.body, "fullName": self.full_name, "active": active}


def logical(full_name: str) -> str:
    """The name that all versions share.

    >>> logical("Opportunity.Deals_v12"), logical("Opportunity.Deals")
    ('Opportunity.Deals', 'Opportunity.Deals')
    """
    match = VERSIONED.fullmatch(full_name)
    return match["name"] if match else full_name


def number_of(full_name: str) -> int:
    """The number of a version; the first bears none.

    >>> number_of("Opportunity.Deals_v12"), number_of("Opportunity.Deals")
    (12, 1)
    """
    match = VERSIONED.fullmatch(full_name)
    return int(match["number"]) if match else 1


def named(name: str, number: int) -> str:
    """The full name of a version.

    >>> named("Opportunity.Deals", 1), named("Opportunity.Deals", 2)
    ('Opportunity.Deals', 'Opportunity.Deals_v2')
    """
    return name if number == 1 else f"{name}_v{number}"


def versions(client: SalesforceClient, names: Iterable[str]) -> dict[str, list[Version]]:
    """The versions of each of these processes, newest first; those without any are left out."""
    desired = set(names)
    full_names = [one for one in client.list_components(TYPE) if logical(one) in desired]
    found: dict[str, list[Version]] = {}
    for full_name, body in client.read_components(TYPE, full_names).items():
        found.setdefault(logical(full_name), []).append(Version(full_name, body))
    return {name: sorted(live, key=lambda one: -one.number) for name, live in found.items()}


def current(live: list[Version]) -> Version:
    """The version that submissions go to: the newest active one, else the newest."""
    return next((version for version in live if version.active), live[0])


def requests(client: SalesforceClient, version: Version, status: str | None = None) -> int:
    """How many requests were ever submitted to a version, or have this status now."""
    name = version.full_name.partition(".")[2]
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
