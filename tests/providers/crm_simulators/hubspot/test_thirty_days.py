"""A thousand contacts over thirty days, through the workflows that the reference model compiles to.

The counts must be those of `tests/independent/thirty_days.py`, which computes them from the same seed and the figures
in the YAML alone.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from random import Random
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators

from revops_iac.model import Model

from .reference_model import STACKS, Deployment, everything_on_hubspot
from .workflows import Json, Portal

SCRIPT = Path(__file__).resolve().parents[3] / "independent" / "thirty_days.py"
START = datetime(2026, 12, 1, 12, tzinfo=UTC)
DAY, END = 1440, 30 * 1440 + 15
CONTACTS = 1000
FIELDS = (
    *("email", "last_name", "company_name", "job_title", "product_interest", "employees", "industry_group"),
    *("cloud_platform", "seniority_level", "job_function", "region", "language", "named_account"),
)
HAPPENS = {
    "demo_request": ("4-1639801", {"hs_page_title": "Demo", "hs_form_name": "Request a demo"}),
    "content_download": ("4-1639801", {"hs_page_title": "Guide", "hs_form_name": "Download content"}),
    "pricing_page_visit": ("4-96000", {"hs_url": "https://northwind.example/pricing"}),
}
CONTACTED = {"hs_lead_status": "working"}
DONE: dict[str, Json] = {
    "contact": CONTACTED,
    "accept": {"hs_lead_status": "accepted", "lifecyclestage": "salesqualifiedlead"},
    "recycle": {"hs_lead_status": "recycled", "rejection_reason": "bad_timing"},
}


def seed(model: Model) -> Json:
    """People and what they do, by minutes since the start: visits at full hours, what sales does at half hours."""
    random = Random(20261201)
    contacts = [_person(model, random, n) for n in range(CONTACTS)]
    events = [event for n in range(CONTACTS) for event in _story(random, n)]
    return {"end": END, "contacts": contacts, "events": sorted(events, key=lambda event: event["at"])}


def _person(model: Model, random: Random, n: int) -> Json:
    def one_of(name: str) -> str:
        field = model.field(f"contact.{name}")
        assert field is not None
        assert field.options
        return random.choice(list(field.options))

    host = random.choices([f"company{n}.example", "rivalcloud.example", "college.edu"], [92, 3, 5])[0]
    person: Json = {
        "email": f"person{n}@{host}",
        "last_name": f"Person {n}",
        "company_name": f"Company {n}",
        "product_interest": one_of("product_interest"),
        "employees": random.choice([5, 20, 80, 400, 2500]),
        "named_account": random.random() < 0.05,
    }
    for name in ("industry_group", "cloud_platform", "seniority_level", "language"):
        person[name] = one_of(name)
    for name, chance in (("region", 0.9), ("job_function", 0.5)):
        if random.random() < chance:
            person[name] = one_of(name)
    if random.random() < 0.9:
        person["job_title"] = "Head of something"
    return person


def _story(random: Random, n: int) -> list[Json]:
    """No two visits of a person are at the same hour of the day, so that no limit of whole days falls on one."""
    hours = random.sample(range(24), random.randint(0, 6))
    visits = sorted(random.randrange(30) * DAY + hour * 60 for hour in hours)
    signals = random.choices(list(HAPPENS), [2, 3, 5], k=len(visits))
    events: list[Json] = [
        {"at": at, "contact": n, "what": "engage", "signal": one} for at, one in zip(visits, signals, strict=True)
    ]
    for at in visits[1::2]:
        if random.random() < 0.7:
            events.append({"at": at + random.randrange(10) * 60 + 30, "contact": n, "what": "contact"})
        if random.random() < 0.8:
            what = random.choices(["recycle", "accept"], [7, 3])[0]
            events.append({"at": at + random.randrange(10, 80) * 60 + 30, "contact": n, "what": what})
    return list({event["at"]: event for event in events if event["at"] < END}.values())


def live(portal: Portal, model: Model, story: Json) -> None:
    """Make the people, and let everything happen at its time."""
    names = {name: _property(model, name) for name in FIELDS}
    ids: list[str] = []
    for first in range(0, CONTACTS, 100):
        inputs = [
            {"properties": {**{names[key]: value for key, value in one.items()}, "lifecyclestage": "lead"}}
            for one in story["contacts"][first : first + 100]
        ]
        made = portal.done("POST", "/crm/v3/objects/contacts/batch/create", {"inputs": inputs})
        ids += [one["id"] for one in made["results"]]
    for at, events in groupby(story["events"], key=lambda event: event["at"]):
        moment = START + timedelta(minutes=at)
        with portal.sims.control.lock:
            portal.sims.control.clock.set(moment)
        for event in events:
            _happen(portal, ids[event["contact"]], event, moment)
    portal.done("POST", "/_sim/clock", {"set": (START + timedelta(minutes=END)).isoformat()})


def _property(model: Model, name: str) -> str:
    field = model.field(f"contact.{name}")
    assert field is not None
    return field.standard_name("hubspot") or name


def _happen(portal: Portal, record_id: str, event: Json, moment: datetime) -> None:
    if event["what"] == "engage":
        kind, properties = HAPPENS[event["signal"]]
        visit = {"objectType": "contacts", "id": record_id, "eventTypeId": kind, "properties": properties}
        with portal.sims.control.lock:  # thousands of them: without HTTP, as /_sim/event does it
            portal.sims.simulators["hubspot"].controls()["event"](visit)
        return
    stamp = "first_contact_at" if event["what"] == "contact" else "decided_at"
    portal.set(record_id, **DONE[event["what"]], **{stamp: moment.isoformat()})


def counted(portal: Portal, model: Model) -> Json:
    """The same counts as the script's, read from the portal."""
    state, runs = portal.sims.dump("hubspot"), portal.runs()
    assert runs["errors"] == []
    teams = _teams(model, state)
    people = [one["properties"] for one in state["records"]["0-1"].values()]
    tasks = [one["properties"] for one in state["records"]["0-27"].values()]
    calls = Counter(teams[one["hubspot_owner_id"]] for one in tasks if one["hs_task_type"] == "CALL")
    notices = Counter(entry["subject"].split(" is late")[0] for entry in runs["log"])
    recycled: Counter[str] = Counter()
    for one in people:
        recycled[teams[one["hubspot_owner_id"]]] += int(one.get("recycle_count", 0))
    enrolments = {flow["name"]: flow["enrolments"] for flow in runs["flows"].values()}
    assert enrolments["MQL assignment"] == enrolments["Lifecycle auto-update"]
    return {
        "mqls": enrolments["Lifecycle auto-update"],
        "people_who_became_mql": sum("mql_date" in one for one in people),
        "tasks": len(tasks),
        "breach_first_contact": notices["First contact"],
        "breach_decide": notices["Decide"],
        "marked_as_breached": sum(one.get("sla_breached") == "true" for one in people),
        "recycled": enrolments["Recycled lead re-entry"],
        "assigned": {
            "created": dict(Counter(teams[one["hubspot_owner_id"]] for one in people)),
            "mqls": dict(calls),
            "recycled": {team: times for team, times in recycled.items() if times},
        },
        "engagement": round(sum(float(one.get("engagement_score", 0)) for one in people), 3),
    }


def _teams(model: Model, state: Json) -> dict[str, str]:
    """Owner id -> the team of that person, or the person where no team has them."""
    by_login = {model.people.identity(key, "hubspot"): key for key in model.people.persons}
    people = {user["ownerId"]: by_login[user["email"]] for user in state["users"].values() if user["email"] in by_login}
    return {
        owner: next((key for key, team in model.people.teams.items() if person in team.members), person)
        for owner, person in people.items()
    }


@pytest.fixture
def model() -> Model:
    return everything_on_hubspot()


def test_thirty_days_give_the_counts_of_the_independent_script(
    accounts: RunningSimulators, api: Any, model: Model, tmp_path: Path
) -> None:
    portal = Portal(api, accounts)
    portal.done("POST", "/_sim/clock", {"set": START.isoformat()})
    deployment = Deployment(accounts, model, date(2026, 12, 1))
    deployment.set_up()
    deployment.enable()
    portal.done("POST", "/_sim/clock", {"set": START.isoformat()})
    story = seed(model)
    live(portal, model, story)
    given = tmp_path / "seed.json"
    given.write_text(json.dumps(story))
    command = [sys.executable, str(SCRIPT), str(given), str(STACKS / "model")]
    expected = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert counted(portal, model) == expected
    assert min(expected[name] for name in ("mqls", "recycled", "breach_first_contact", "breach_decide")) > 50
