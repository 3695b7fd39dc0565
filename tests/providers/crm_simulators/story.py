"""Hundreds of people and what they do over thirty days, the same on every CRM, and what a script expects of it.

The script, `tests/independent/thirty_days.py`, computes from this seed and the figures in the YAML alone.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from revops_iac.model import Model

Json = dict[str, Any]
TESTS = Path(__file__).resolve().parents[2]
SCRIPT = TESTS / "independent" / "thirty_days.py"
STACKS = TESTS.parent / "stacks"
START = datetime(2026, 12, 1, 12, tzinfo=UTC)
DAY, END = 1440, 30 * 1440 + 15
SIGNALS = ("demo_request", "content_download", "pricing_page_visit")
MEMBERS = {"emea_leads": "rita_moss", "german_leads": "ben_oduya"}
"""Who works on a queue in the story: nobody whom another rule assigns to, so that an owner tells the rule."""


def stacks(directory: Path) -> Path:
    """A copy of the reference model in which the owner of a lead tells which rule assigned it."""
    made = directory / "stacks"
    shutil.copytree(STACKS, made, ignore=shutil.ignore_patterns("*.json", ".venv"))
    people = made / "model" / "people.yaml"
    head, section, queues = people.read_text().partition("  queues:\n")
    for queue, member in MEMBERS.items():
        before, name, after = queues.partition(f"    {queue}:\n")
        queues = before + name + after.replace("members: [nina_kaur]", f"members: [{member}]", 1)
    people.write_text(head + section + queues)
    return made


def expected(story: Json, model_directory: Path, runner: str, directory: Path) -> Json:
    """What the independent script makes of a story."""
    given = directory / f"seed_{runner}.json"
    given.write_text(json.dumps(story))
    command = [sys.executable, str(SCRIPT), str(given), str(model_directory), runner]
    found: Json = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return found


def seed(model: Model, people: int) -> Json:
    """What people do, by minutes since the start: visits at full hours, what sales does at half hours."""
    random = Random(20261201)
    contacts = [_person(model, random, n) for n in range(people)]
    events = [event for n in range(people) for event in _story(random, n)]
    ordered = sorted(events, key=lambda event: event["at"])
    return {"start": START.isoformat(), "end": END, "contacts": contacts, "events": ordered}


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
    signals = random.choices(SIGNALS, [2, 3, 5], k=len(visits))
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


def team_of(model: Model, owner: str) -> str:
    """The team of a person or queue: a queue counts for the team of its first member; else the person."""
    queue = model.people.queues.get(owner)
    person = queue.members[0] if queue else owner
    return next((key for key, team in model.people.teams.items() if person in team.members), person)


def rule_of(model: Model, owner: str) -> str:
    """The routing rule that assigns to a person or queue, which may stand for its members."""
    people = model.people
    for key, rule in model.routing["inbound"].rules.items():
        queue, team = people.queues.get(rule.assign.queue or ""), people.teams.get(rule.assign.team or "")
        members = (*(queue.members if queue else ()), *(team.members if team else ()))
        if owner in (rule.assign.person, rule.assign.queue, *members):
            return key
    return "fallback"
