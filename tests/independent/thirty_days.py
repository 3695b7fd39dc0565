"""What thirty days should bring, computed independently from the seed and the figures in the YAML model.

Run as `python thirty_days.py SEED.json MODEL_DIRECTORY hubspot|salesforce`; prints JSON. It shares no code with the
project, so that a mistake of the compiler or of the simulator cannot hide in it. Times are minutes since the start.
HubSpot counts calendar time, so "4 business hours" are 240 minutes. On Salesforce they run around the clock on working
days, in GMT, and what would fall due on another day is due the next working day at that time.
"""

from __future__ import annotations

import heapq
import json
import re
import sys
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
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
        hours = topics["lifecycle"]["definitions"]["business_hours"]
        self.working_days = set(self.people["business_hours"][hours]["days"])

    def entry(self, person: dict[str, Any]) -> dict[str, Any]:
        """The scoring entry of a person: the first that applies."""
        for entry in self.scoring.values():
            desired = entry.get("applies_to", {}).get("product")
            if desired is None or person.get("product_interest") in desired:
                return dict(entry)
        raise AssertionError("no scoring entry applies")

    def rule(self, person: dict[str, Any]) -> str:
        """The first routing rule that fits a person, else `fallback`."""
        rules = self.routing["rules"].items()
        return next((key for key, rule in rules if holds(rule["when"], person)), "fallback")

    def team(self, rule: str) -> str:
        """The team of whoever a rule assigns to; the person where no team has them."""
        fallback = {"person": self.routing["fallback"]["owner"]}
        assign = fallback if rule == "fallback" else self.routing["rules"][rule]["assign"]
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
    name, operator, desired = found.groups()
    live = person.get(name)
    if live is None:
        return False
    if operator == "is known":
        return True
    if operator == "is true":
        return live is True
    if operator == ">=":
        return bool(live >= float(desired))
    if operator == "=":
        return str(live).lower() == desired.lower()
    choices = [one.strip().lower() for one in desired.strip("[]").split(",")]
    if operator == "is any of":
        return str(live).lower() in choices
    return any(str(live).lower().endswith(one) for one in choices)


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

    def __init__(self, figures: Figures, person: dict[str, Any], seed: dict[str, Any]) -> None:
        self.figures, self.end = figures, seed["end"]
        self.start = datetime.fromisoformat(seed["start"])
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
        self.engagement = self.raised(at, points["points"])
        self.high_intent = self.high_intent or bool(points.get("high_intent"))
        self.last = at
        self.push(at + self.entry["decay"]["after_days"] * DAY, "idle", at)
        if self.is_ready() and self.complete and RANK[self.stage] < RANK["mql"]:
            self.become_mql(at)

    def raised(self, at: int, points: float) -> float:
        return float(min(self.entry["limits"]["engagement"][1], self.engagement + points))

    def is_ready(self) -> bool:
        limits = self.entry["thresholds"]
        both = self.fit >= limits["fit"] and self.engagement >= limits["engagement"]
        return both or (self.high_intent and self.fit >= limits["high_intent_fit"])

    def become_mql(self, at: int) -> None:
        self.stage, self.latest_mql = "mql", at
        self.count("mqls")
        self.count("tasks")
        if not self.in_sla:  # the clock starts whenever a record becomes MQL, also after it was recycled
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
        """Only an MQL is accepted, in a conversation that is the first contact where there was none."""
        if self.stage == "mql":
            self.decided, self.stage, self.recycled_now = at, "sql", False
            self.contacted = at if self.contacted < 0 else self.contacted

    def recycle(self, at: int, _: Any) -> None:
        self.decided = at
        if not self.recycled_now:
            self.recycled_now = True
            self.stage, self.engagement, self.high_intent, self.breached = "lead", 0.0, False, False
            self.count("recycled")

    def standing(self) -> float:
        """The engagement at the end."""
        return self.engagement


class LifeOnSalesforce(Life):
    """The same on Salesforce: engagement decays by formula, and every deadline has a path of its own."""

    rounds = 0

    def raised(self, at: int, points: float) -> float:
        self.engagement = self.decayed(at)
        return whole(super().raised(at, points))

    def idle(self, at: int, since: int) -> None:
        """Nothing happens: what is left is computed whenever somebody looks."""

    def decayed(self, at: int) -> float:
        decay = self.entry["decay"]
        after, every = decay["after_days"] * DAY, decay["every_days"] * DAY
        idle = at - self.last
        times = (idle - after) // every + 1 if self.last >= 0 and idle >= after else 0
        return float(self.engagement * (1 - decay["percent"] / 100) ** times)

    def become_mql(self, at: int) -> None:
        self.stage, self.latest_mql, self.breached = "mql", at, False
        self.rounds += 1
        self.count("mqls")
        self.count("tasks")
        self.push(self.working_time(at + self.figures.first_contact), "first_contact_due", self.rounds)
        self.push(at + self.figures.decide, "decision_due", self.rounds)

    def working_time(self, at: int) -> int:
        while (self.start + timedelta(minutes=at)).strftime("%A").lower() not in self.figures.working_days:
            at += DAY
        return at

    def first_contact_due(self, at: int, round_of: int) -> None:
        self.due("first_contact", self.contacted, round_of)

    def decision_due(self, at: int, round_of: int) -> None:
        self.due("decide", self.decided, round_of)

    def due(self, what: str, done: int, round_of: int) -> None:
        if self.stage == "mql" and round_of == self.rounds and done < self.latest_mql:
            self.breach(what)

    def recycle(self, at: int, more: Any) -> None:
        breached = self.breached
        super().recycle(at, more)
        self.breached = breached

    def standing(self) -> float:
        return whole(self.decayed(self.end))


def whole(points: float) -> float:
    """The score fields have no decimals."""
    return float(Decimal(str(points)).quantize(Decimal(1), rounding=ROUND_HALF_UP))


LIVES = {"hubspot": Life, "salesforce": LifeOnSalesforce}


def expected(seed: dict[str, Any], directory: Path, runner: str) -> dict[str, Any]:
    """The counts that the thirty days should give, and per person the rule, the team and how often they became MQL."""
    figures = Figures(directory)
    lives = [LIVES[runner](figures, person, seed) for person in seed["contacts"]]
    for event in seed["events"]:
        lives[event["contact"]].push(event["at"], event["what"], event.get("signal"))
    by_team: dict[str, dict[str, int]] = {"created": {}, "mqls": {}, "recycled": {}}
    totals: dict[str, int] = {}
    people = []
    for life in lives:
        life.live()
        rule = figures.rule(life.person)
        team = figures.team(rule)
        people.append([life.counts.get("mqls", 0), rule, team])
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
        "engagement": round(sum(life.standing() for life in lives), 3),
        "people": people,
    }


if __name__ == "__main__":
    print(json.dumps(expected(json.loads(Path(sys.argv[1]).read_text()), Path(sys.argv[2]), sys.argv[3])))
