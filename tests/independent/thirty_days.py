"""What thirty days should bring, computed by hand from the seed and the figures in the YAML model.

Run as `python thirty_days.py SEED.json MODEL_DIRECTORY`; prints JSON. It shares no code with the project, so that a
mistake of the compiler or of the simulator cannot hide in it. Times are minutes since the start. HubSpot counts
calendar time, so "4 business hours" are 240 minutes.
"""

from __future__ import annotations

import heapq
import json
import re
import sys
from pathlib import Path
from typing import Any

import yaml

DAY = 1440
HOUR_UNITS = {"hours": 60, "hour": 60, "business": 60, "minutes": 1, "days": DAY}
RANK = {"lead": 0, "mql": 1, "sql": 2}


class Figures:
    """The figures of the model that matter here."""

    def __init__(self, directory: Path) -> None:
        topics: dict[str, Any] = {}
        for name in ("scoring", "routing", "lifecycle", "data_hygiene", "people"):
            topics |= yaml.safe_load((directory / f"{name}.yaml").read_text())
        self.scoring = topics["scoring"]
        self.routing = topics["routing"]["inbound"]
        sla = topics["lifecycle"]["handoffs"]["mql_to_sql"]["sla"]
        self.first_contact, self.decide = minutes(sla["first_contact"]), minutes(sla["decide"])
        self.required = topics["data_hygiene"]["required_by_stage"]["mql"]
        self.people = topics["people"]

    def entry(self, person: dict[str, Any]) -> dict[str, Any]:
        """The scoring entry of a person: the first that applies."""
        for entry in self.scoring.values():
            wanted = entry.get("applies_to", {}).get("product")
            if wanted is None or person.get("product_interest") in wanted:
                return dict(entry)
        raise AssertionError("no scoring entry applies")

    def team(self, person: dict[str, Any]) -> str:
        """The team of whoever gets this person: the first rule that fits, else the fallback owner."""
        assign = {"person": self.routing["fallback"]["owner"]}
        for rule in self.routing["rules"].values():
            if holds(rule["when"], person):
                assign = rule["assign"]
                break
        if "team" in assign:
            return str(assign["team"])
        who = str(assign.get("person") or self.people["queues"][assign["queue"]]["members"][0])
        return next((key for key, team in self.people["teams"].items() if who in team["members"]), who)


def minutes(text: str) -> int:
    """`4 business hours` is 240, `48 hours` is 2880."""
    words = text.split()
    return int(words[0]) * HOUR_UNITS[words[-1]]


def holds(condition: str, person: dict[str, Any]) -> bool:
    """A conjunction of the comparisons that the model uses."""
    return all(compare(part.strip(), person) for part in condition.split(" and "))


def compare(text: str, person: dict[str, Any]) -> bool:
    found = re.fullmatch(r"contact\.(\w+) (>=|=|is any of|ends with any of|is true|is known)\s*(.*)", text)
    assert found, text
    name, operator, wanted = found.groups()
    held = person.get(name)
    if held is None:
        return False
    if operator == "is known":
        return True
    if operator == "is true":
        return held is True
    if operator == ">=":
        return bool(held >= float(wanted))
    if operator == "=":
        return str(held).lower() == wanted.lower()
    choices = [one.strip().lower() for one in wanted.strip("[]").split(",")]
    if operator == "is any of":
        return str(held).lower() in choices
    return any(str(held).lower().endswith(one) for one in choices)


def fit_of(entry: dict[str, Any], person: dict[str, Any]) -> float:
    """The first band of each signal, and every negative signal, within the limits."""
    points = 0.0
    for signal in entry["fit"].values():
        points += next((band["points"] for band in signal["bands"] if holds(band["when"], person)), 0)
    points += sum(one["points"] for one in entry["negative"].values() if holds(one["when"], person))
    low, high = entry["limits"]["fit"]
    return float(max(low, min(high, points)))


class Life:
    """One person over the thirty days."""

    def __init__(self, figures: Figures, person: dict[str, Any], end: int) -> None:
        self.figures, self.end = figures, end
        self.person = {**person, "email_domain": person["email"].split("@")[1]}
        self.entry = figures.entry(self.person)
        self.fit = fit_of(self.entry, self.person)
        self.complete = all(self.person.get(name.removeprefix("contact.")) for name in figures.required)
        self.engagement, self.high_intent, self.last = 0.0, False, -1
        self.stage, self.recycled_now = "lead", False
        self.latest_mql = self.contacted = self.decided = -1
        self.in_sla = self.in_decay = self.breached = False
        self.counts: dict[str, int] = {}
        self.queue: list[tuple[int, int, str, Any]] = []
        self.pushed = 0

    def push(self, at: int, what: str, more: Any = None) -> None:
        self.pushed += 1
        heapq.heappush(self.queue, (at, self.pushed, what, more))

    def count(self, what: str) -> None:
        self.counts[what] = self.counts.get(what, 0) + 1

    def live(self) -> None:
        while self.queue and self.queue[0][0] <= self.end:
            at, _, what, more = heapq.heappop(self.queue)
            getattr(self, what)(at, more)

    def engage(self, at: int, signal: str) -> None:
        points = self.entry["engagement"][signal]
        self.engagement = min(self.entry["limits"]["engagement"][1], self.engagement + points["points"])
        self.high_intent = self.high_intent or bool(points.get("high_intent"))
        self.last = at
        self.push(at + self.entry["decay"]["after_days"] * DAY, "idle", at)
        if self.is_ready() and self.complete and RANK[self.stage] < RANK["mql"]:
            self.become_mql(at)

    def is_ready(self) -> bool:
        limits = self.entry["thresholds"]
        both = self.fit >= limits["fit"] and self.engagement >= limits["engagement"]
        return both or (self.high_intent and self.fit >= limits["high_intent_fit"])

    def become_mql(self, at: int) -> None:
        self.stage, self.latest_mql = "mql", at
        self.count("mqls")
        self.count("tasks")
        if self.contacted < 0 and not self.in_sla:
            self.in_sla = True
            self.push(at + self.figures.first_contact, "first_contact_due")

    def first_contact_due(self, at: int, _: Any) -> None:
        if self.contacted < self.latest_mql:
            self.breach("first_contact")
        self.push(at + self.figures.decide - self.figures.first_contact, "decision_due")

    def decision_due(self, at: int, _: Any) -> None:
        if self.decided < self.latest_mql:
            self.breach("decide")
        self.in_sla = False

    def breach(self, what: str) -> None:
        self.breached = True
        self.count(f"breach_{what}")
        self.count("tasks")

    def idle(self, at: int, since: int) -> None:
        if self.last == since and self.engagement > 0 and not self.in_decay:
            self.decay(at)

    def decay(self, at: int) -> None:
        self.in_decay = True
        self.engagement *= 1 - self.entry["decay"]["percent"] / 100
        self.push(at + self.entry["decay"]["every_days"] * DAY, "decay_again")

    def decay_again(self, at: int, _: Any) -> None:
        self.in_decay = False
        if at - self.last >= self.entry["decay"]["after_days"] * DAY and self.engagement > 0:
            self.decay(at)

    def contact(self, at: int, _: Any) -> None:
        self.contacted, self.recycled_now = at, False

    def accept(self, at: int, _: Any) -> None:
        self.decided, self.stage, self.recycled_now = at, "sql", False

    def recycle(self, at: int, _: Any) -> None:
        self.decided = at
        if not self.recycled_now:
            self.recycled_now = True
            self.stage, self.engagement, self.high_intent, self.breached = "lead", 0.0, False, False
            self.count("recycled")


def expected(seed: dict[str, Any], directory: Path) -> dict[str, Any]:
    """The counts that the thirty days should give."""
    figures = Figures(directory)
    lives = [Life(figures, person, seed["end"]) for person in seed["contacts"]]
    for event in seed["events"]:
        lives[event["contact"]].push(event["at"], event["what"], event.get("signal"))
    by_team: dict[str, dict[str, int]] = {"created": {}, "mqls": {}, "recycled": {}}
    totals: dict[str, int] = {}
    for life in lives:
        life.live()
        team = figures.team(life.person)
        for moment, counts in by_team.items():
            times = 1 if moment == "created" else life.counts.get(moment, 0)
            if times:
                counts[team] = counts.get(team, 0) + times
        for what, number in life.counts.items():
            totals[what] = totals.get(what, 0) + number
    return {
        **totals,
        "people_who_became_mql": sum("mqls" in life.counts for life in lives),
        "marked_as_breached": sum(life.breached for life in lives),
        "assigned": by_team,
        "engagement": round(sum(life.engagement for life in lives), 3),
    }


if __name__ == "__main__":
    print(json.dumps(expected(json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2]))))
