"""Questions about lists and searches."""

from __future__ import annotations

from typing import Any

from revops_hubspot.probes.lab import (
    CONTACTS,
    HubSpotLab,
    every,
    is_text,
    message,
    remove_list,
    status_of,
)
from revops_iac.provider.inspection.probe import Answer, Undecided

UNKNOWN_EVENT = "6-999999999"


def deleted_name(lab: HubSpotLab) -> Answer:
    """Whether the name of a deleted list can be used again."""
    remove_list(lab.client, lab.make_list("list"))
    status = status_of(lambda: lab.make_list("list"))
    return Answer({200: False, 400: True}.get(status), f"the second list of that name: {message(status)}")


def text_case(lab: HubSpotLab) -> Answer:
    """Whether a filter on a text finds it in other letters; a record in the same letters says when to look."""
    name = lab.text_property("text")
    same, other = lab.contact("same", {name: "probe"}), lab.contact("other", {name: "PROBE"})
    list_id = lab.make_list("list", processingType="DYNAMIC", filterBranch=every(is_text(name, "probe")))

    def members() -> set[str]:
        found = lab.client.pages("lists", "/{list}/memberships", list=list_id)
        return {str(entry["recordId"]) for entry in found}

    if not lab.until(lambda: same in members()):
        raise Undecided("the list was not evaluated in time")
    found = other in members()
    return Answer(found, f"the list {'holds' if found else 'does not hold'} the record in other letters")


def unknown_event(lab: HubSpotLab) -> Answer:
    """Whether a filter may name a type of event that does not exist."""
    event = {
        "filterBranchType": "UNIFIED_EVENTS",
        "filterBranchOperator": "AND",
        "operator": "HAS_COMPLETED",
        "eventTypeId": UNKNOWN_EVENT,
        "filters": [],
        "filterBranches": [],
    }
    branch = every()
    branch["filterBranches"][0]["filterBranches"] = [event]
    status = status_of(lambda: lab.make_list("list", processingType="DYNAMIC", filterBranch=branch))
    return Answer({200: "accept", 400: "refuse"}.get(status), f"a list of an unknown type of event: {message(status)}")


def negated_branch(lab: HubSpotLab) -> Answer:
    """Whether a filter may hold a branch that none of its filters must pass."""
    none = {"filterBranchType": "NOT_ANY", "filterBranchOperator": "AND"}
    branch = every(is_text("jobtitle", "probe"))
    live = branch["filterBranches"][0]
    live["filterBranches"] = [{**none, "filters": live["filters"], "filterBranches": []}]
    live["filters"] = []
    status = status_of(lambda: lab.make_list("list", processingType="DYNAMIC", filterBranch=branch))
    return Answer({200: "accept", 400: "refuse"}.get(status), f"a list with a NOT_ANY branch: {message(status)}")


def negation(lab: HubSpotLab) -> Answer:
    """Whether a search for "not x" finds a record without a value; one with another value says when to look."""
    name = lab.text_property("text")
    lab.contact("same", {name: "probe"})
    other, empty = lab.contact("other", {name: "else"}), lab.contact("empty")
    filters = [
        {"propertyName": name, "operator": "NEQ", "value": "probe"},
        {
            "propertyName": "email",
            "operator": "IN",
            "values": [_mail(lab, part) for part in ("same", "other", "empty")],
        },
    ]

    def found() -> set[str]:
        body = {"filterGroups": [{"filters": filters}], "limit": 10}
        return {str(r["id"]) for r in lab.client.ask("objects", "/{object}/search", body, **CONTACTS)["results"]}

    if not lab.until(lambda: other in found() and _searchable(lab, empty)):
        raise Undecided("the search did not find the records in time")
    includes = empty in found()
    return Answer(includes, f"the search {'finds' if includes else 'does not find'} the record without a value")


def _searchable(lab: HubSpotLab, record_id: str) -> bool:
    by_mail = {"propertyName": "email", "operator": "EQ", "value": _mail(lab, "empty")}
    body: dict[str, Any] = {"filterGroups": [{"filters": [by_mail]}]}
    found = lab.client.ask("objects", "/{object}/search", body, **CONTACTS)["results"]
    return record_id in {str(record["id"]) for record in found}


def _mail(lab: HubSpotLab, part: str) -> str:
    return f"{lab.name(part)}@example.com"


MAKE_CONTACT = ("POST /crm/v3/properties/contacts", "POST /crm/v3/objects/contacts")
