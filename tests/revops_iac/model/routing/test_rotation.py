"""Shares of leads by capacity, working hours and absence, and the routing that follows from them."""

from __future__ import annotations

from datetime import date
from typing import Any

from revops_iac.model import Model
from revops_iac.model.people import Assignee
from revops_iac.model.routing.assignment import Assignment, assignment
from revops_iac.model.routing.rotation import MOST_SHARES, Shift, shift_on, shifts_of

DAY = date(2027, 3, 1)
WEEK = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday"), "09:00-17:00")


def model(**persons: dict[str, Any]) -> Model:
    people = {key: {"name": key, "email": f"{key}@x.example", **one} for key, one in persons.items()}
    hours = {
        "full": {"time_zone": "UTC", "days": WEEK},
        "half": {"time_zone": "UTC", "days": {"monday": "09:00-17:00", "friday": "09:00-17:00"}},
    }
    rules = {"team": {"method": "round_robin", "assign": {"team": "sdr"}}}
    return Model.model_validate(
        {
            "people": {
                "persons": people,
                "teams": {"sdr": {"label": "SDR", "members": list(persons)}},
                "queues": {"all": {"label": "All"}},
                "business_hours": hours,
            },
            "routing": {"inbound": {"rules": rules, "fallback": {"queue": "all"}}},
        }
    )


def shifts(made: Model, assign: Assignee | None = None) -> tuple[Shift, ...]:
    return shifts_of(made.people, assign or Assignee(team="sdr"), "hubspot")


def logins(shift: Shift) -> dict[str, int]:
    return {login.partition("@")[0]: weight for login, weight in shift.shares}


def test_shares_follow_capacity_and_the_hours_of_a_week() -> None:
    (shift,) = shifts(model(ann={}, bob={"hours": "half"}, cid={"capacity": 25}, dee={"capacity": 0}))
    assert logins(shift) == {"ann": 4, "bob": 2, "cid": 1}
    owners = [shift.owner(number) for number in range(shift.total)]
    assert {name: owners.count(f"{name}@x.example") for name in ("ann", "bob", "cid")} == logins(shift)


def test_even_people_take_one_share_each_and_fine_differences_are_rounded() -> None:
    assert shifts(model(ann={}, bob={}))[0].is_even
    (shift,) = shifts(model(ann={"capacity": 99.9}, bob={"capacity": 33.3}, cid={"capacity": 100}))
    assert shift.total <= MOST_SHARES + 1


def test_who_is_away_takes_no_leads_and_a_deputy_takes_them() -> None:
    away = {"away": [{"from": "2027-03-01", "to": "2027-03-07"}]}
    found = shifts(model(ann=away, bob={}))
    assert [(one.until, logins(one)) for one in found] == [
        (date(2027, 3, 1), {"ann": 1, "bob": 1}),
        (date(2027, 3, 8), {"bob": 1}),
        (None, {"ann": 1, "bob": 1}),
    ]
    deputy = {"away": [{"from": "2027-03-01", "to": "2027-03-07", "deputy": "bob"}]}
    assert logins(shift_on(shifts(model(ann=deputy, bob={}, cid={})), DAY)) == {"bob": 2, "cid": 1}


def test_deputies_who_are_away_pass_leads_on_and_a_circle_of_them_has_nobody() -> None:
    span = {"from": "2027-03-01", "to": "2027-03-07"}
    chain = model(ann={"away": [{**span, "deputy": "bob"}]}, bob={"away": [{**span, "deputy": "cid"}]}, cid={})
    assert logins(shift_on(shifts(chain, Assignee(person="ann")), DAY)) == {"cid": 1}
    circle = model(ann={"away": [{**span, "deputy": "bob"}]}, bob={"away": [{**span, "deputy": "ann"}]})
    assert shift_on(shifts(circle, Assignee(person="ann")), DAY).shares == ()


def test_a_rule_with_nobody_there_leaves_the_lead_to_what_follows() -> None:
    made = model(ann={"away": [{"from": "2027-03-01", "to": "2027-03-07"}]})
    routing = made.routing["inbound"]
    assert assignment(made, routing, {}, "hubspot", DAY) == Assignment(None, queue="all")
    assert assignment(made, routing, {}, "hubspot", date(2027, 3, 8)) == Assignment("team", "ann@x.example")


def test_a_login_that_stands_for_several_people_takes_one_part() -> None:
    made = model(ann={}, bob={"capacity": 50})
    people = made.people.model_copy(update={"stand_in": {"hubspot": "one@x.example"}})
    assert shifts_of(people, Assignee(team="sdr"), "hubspot") == (Shift(None, (("one@x.example", 1),)),)


def test_without_queues_the_members_of_the_fallback_take_turns() -> None:
    made = model(ann={}, bob={})
    queue = made.people.queues["all"].model_copy(update={"members": ["ann", "bob"]})
    made = made.model_copy(update={"people": made.people.model_copy(update={"queues": {"all": queue}})})
    routing = made.routing["inbound"].model_copy(update={"rules": {}})
    found = [assignment(made, routing, {}, "hubspot", DAY, number, queues=False) for number in range(2)]
    assert found == [Assignment(None, "ann@x.example"), Assignment(None, "bob@x.example")]
