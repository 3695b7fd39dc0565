"""The story of thirty days on a portal: people are made, things happen to them, and the portal is counted."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from itertools import groupby

from revops_iac.model import Model
from tests.providers.crm_simulators.hubspot.workflows import Portal
from tests.providers.crm_simulators.story import END, START, Json, rule_of, team_of

FIELDS = (
    *("email", "last_name", "company_name", "job_title", "product_interest", "employees", "industry_group"),
    *("cloud_platform", "seniority_level", "job_function", "region", "language", "named_account"),
)
HAPPENS = {
    "demo_request": ("4-1639801", {"hs_page_title": "Demo", "hs_form_name": "Request a demo"}),
    "content_download": ("4-1639801", {"hs_page_title": "Guide", "hs_form_name": "Download content"}),
    "pricing_page_visit": ("4-96000", {"hs_url": "https://northwind.example/pricing"}),
}
MQL = "marketingqualifiedlead"
CONTACTED = {"hs_lead_status": "working"}
ACCEPTED = {"hs_lead_status": "accepted", "lifecyclestage": "salesqualifiedlead"}
RECYCLED = {"hs_lead_status": "recycled", "rejection_reason": "bad_timing"}


def live(portal: Portal, model: Model, story: Json) -> tuple[list[str], Counter[str]]:
    """Make the people, and let everything happen at its time; answers their ids, and who owned how many at first."""
    names = {name: _property(model, name) for name in FIELDS}
    ids: list[str] = []
    for first in range(0, len(story["contacts"]), 100):
        inputs = [
            {"properties": {**{names[key]: value for key, value in one.items()}, "lifecyclestage": "lead"}}
            for one in story["contacts"][first : first + 100]
        ]
        made = portal.done("POST", "/crm/v3/objects/contacts/batch/create", {"inputs": inputs})
        ids += [one["id"] for one in made["results"]]
    at_creation = _owner_counts(portal, model)
    for at, events in groupby(story["events"], key=lambda event: event["at"]):
        moment = START + timedelta(minutes=at)
        with portal.sims.control.lock:
            portal.sims.control.clock.set(moment)
        for event in events:
            _happen(portal, ids[event["contact"]], event, moment)
    portal.done("POST", "/_sim/clock", {"set": (START + timedelta(minutes=END)).isoformat()})
    return ids, at_creation


def _property(model: Model, name: str) -> str:
    field = model.field(f"contact.{name}")
    assert field is not None
    return field.standard_name("hubspot") or name


def _happen(portal: Portal, record_id: str, event: Json, moment: datetime) -> None:
    now = moment.isoformat()
    if event["what"] == "engage":
        kind, properties = HAPPENS[event["signal"]]
        visit = {"objectType": "contacts", "id": record_id, "eventTypeId": kind, "properties": properties}
        with portal.sims.control.lock:  # thousands of them: without HTTP, as /_sim/event does it
            portal.sims.simulators["hubspot"].controls()["event"](visit)
    elif event["what"] == "contact":
        portal.set(record_id, **CONTACTED, first_contact_at=now)
    elif event["what"] == "recycle":
        portal.set(record_id, **RECYCLED, decided_at=now)
    elif portal.get(record_id, "lifecyclestage") == MQL:
        contacted = portal.get(record_id, "first_contact_at") or now
        portal.set(record_id, **ACCEPTED, decided_at=now, first_contact_at=contacted)


def counted(portal: Portal, model: Model, ids: list[str]) -> Json:
    """The same counts as the script's, read from the portal."""
    state, runs = portal.sims.dump("hubspot"), portal.runs()
    assert runs["errors"] == []
    owners = _owners(model, state)
    teams = {owner: team_of(model, person) for owner, person in owners.items()}
    people = [one["properties"] for one in state["records"]["0-1"].values()]
    tasks = [one["properties"] for one in state["records"]["0-27"].values()]
    calls = Counter(teams[one["hubspot_owner_id"]] for one in tasks if one["hs_task_type"] == "CALL")
    notices = Counter(entry["subject"].split(" is late")[0] for entry in runs["log"])
    recycled: Counter[str] = Counter()
    for one in people:
        recycled[teams[one["hubspot_owner_id"]]] += int(one.get("recycle_count", 0))
    enrollments = {flow["name"]: flow["enrollments"] for flow in runs["flows"].values()}
    assert enrollments["MQL assignment"] == enrollments["Lifecycle auto-update"]
    return {
        "mqls": enrollments["Lifecycle auto-update"],
        "people_who_became_mql": sum("mql_date" in one for one in people),
        "tasks": len(tasks),
        "breach_first_contact": notices["First contact"],
        "breach_decide": notices["Decide"],
        "marked_as_breached": sum(one.get("sla_breached") == "true" for one in people),
        "recycled": enrollments["Recycled lead re-entry"],
        "assigned": {
            "created": dict(Counter(teams[one["hubspot_owner_id"]] for one in people)),
            "mqls": dict(calls),
            "recycled": {team: times for team, times in recycled.items() if times},
        },
        "engagement": round(sum(float(one.get("engagement_score", 0)) for one in people), 3),
        "people": _people(model, state, runs, ids, owners),
    }


def _people(model: Model, state: Json, runs: Json, ids: list[str], owners: dict[str, str]) -> list[list[object]]:
    """Of everybody, how often they became MQL, the rule that assigned them, and the team of their owner."""
    (flow,) = (flow_id for flow_id, one in runs["flows"].items() if one["name"] == "MQL assignment")
    enrolled, found = state["automation"]["enrolled"][flow], []
    for record_id in ids:
        owner = owners[state["records"]["0-1"][record_id]["properties"]["hubspot_owner_id"]]
        times = enrolled.get(record_id, {"times": 0})["times"]
        found.append([times, rule_of(model, owner), team_of(model, owner)])
    return found


def _owner_counts(portal: Portal, model: Model) -> Counter[str]:
    state = portal.sims.dump("hubspot")
    owners = _owners(model, state)
    return Counter(owners[one["properties"]["hubspot_owner_id"]] for one in state["records"]["0-1"].values())


def _owners(model: Model, state: Json) -> dict[str, str]:
    """Owner id -> person."""
    by_login = {model.people.identity(key, "hubspot"): key for key in model.people.persons}
    return {user["ownerId"]: by_login[user["email"]] for user in state["users"].values() if user["email"] in by_login}
