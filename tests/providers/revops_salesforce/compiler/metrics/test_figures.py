"""What the compiled reports say of seeded records, beside the same figures counted here from the records."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date, timedelta
from typing import Any

import pytest
from crm_simulators.salesforce.http.calls import Call
from crm_simulators.salesforce.org.org import Org, Record
from crm_simulators.salesforce.reports import analytics

from tests.providers.revops_salesforce.compiled_model import Saving, reference_org

FIRST = date(2026, 9, 1)
STAGES = ("Qualified", "Discovery", "Proposal", "Closed won", "Closed lost")


def get_call(user: Record, query: str = "") -> Call:
    """A GET of a user; the path is handed to the API that answers."""
    return Call("GET", "", query, {}, b"", "http://org", path=[], version="63.0", user=user)


class Seeded:
    """An org with the reference model, and records whose dates were drawn once."""

    def __init__(self) -> None:
        self.org = reference_org()
        self.user = Saving(self.org, "RevOps_Fields").user
        draw = random.Random(20)
        self.leads = [self._lead(draw, number) for number in range(300)]
        self.deals = [self._deal(draw, number) for number in range(120)]
        self.contacts = [self._contact(draw, number) for number in range(40)]

    def _insert(self, sobject: str, **values: Any) -> Record:
        return self.org.insert(sobject, {key: value for key, value in values.items() if value is not None})

    def _lead(self, draw: random.Random, number: int) -> Record:
        began = FIRST + timedelta(days=draw.randrange(90))
        reached = [began if draw.random() < 0.9 else None]
        for share in (0.4, 0.5, 0.6):
            later = reached[-1] + timedelta(days=draw.randrange(9)) if reached[-1] and draw.random() < share else None
            reached.append(later)
        filled = f"{began}T15:00:00.000Z" if draw.random() < 0.5 else None
        minutes = draw.randrange(1, 55)
        called = f"{began}T15:{minutes:02d}:00.000Z" if filled and draw.random() < 0.8 else None
        return self._insert(
            "Lead",
            LastName=f"Lead {number}",
            LeadSource=draw.choice(["Web", "Other", None]),
            Lead_Date__c=_day(reached[0]),
            Mql_Date__c=_noon(reached[1]),
            Sql_Date__c=_day(reached[2]),
            Opportunity_Date__c=_day(reached[3]),
            Form_Filled_At__c=filled,
            First_Contact_At__c=called,
            LastActivityDate=draw.choice(["2025-01-01", "2026-11-01", None]),
            CreatedDate=draw.choice(["2024-06-01T00:00:00.000Z", None]),
        )

    def _deal(self, draw: random.Random, number: int) -> Record:
        stage = draw.choice(STAGES)
        return self._insert(
            "Opportunity",
            Name=f"Deal {number}",
            StageName=stage,
            IsClosed=stage.startswith("Closed"),
            IsWon=stage == "Closed won",
            CloseDate=_day(FIRST + timedelta(days=draw.randrange(90))),
            CreatedDate=f"{FIRST - timedelta(days=draw.randrange(10, 60))}T12:00:00.000Z",
            Amount=float(draw.randrange(1, 100) * 1000),
            Acv__c=float(draw.randrange(1, 100) * 1000),
            Contract_Years__c=draw.randrange(1, 4),
        )

    def _contact(self, draw: random.Random, number: int) -> Record:
        company = f"001{draw.randrange(20):012d}AAA"
        when = _day(FIRST + timedelta(days=draw.randrange(90))) if draw.random() < 0.6 else None
        return self._insert("Contact", LastName=f"Contact {number}", AccountId=company, Customer_Date__c=when)

    def report(self, name: str) -> dict[str, Any]:
        """A run of a report with its rows, by developer name."""
        identifier = self.org.of_type("Report")[f"RevOps/{name}"]["id"]
        call = get_call(self.user, "includeDetails=true")
        answer = analytics.answer(self.org, call, ["reports", identifier])
        assert isinstance(answer.body, dict)
        return answer.body

    def figure(self, name: str) -> float:
        """The report's own figure over all records."""
        result = self.report(name)
        place = result["reportMetadata"]["aggregates"].index("FORMULA1")
        return float(result["factMap"]["T!T"]["aggregates"][place]["value"])

    def groups(self, name: str, aggregate: str = "RowCount") -> dict[str, float]:
        """The groups of a report by label, with one of their aggregates."""
        result = self.report(name)
        place = result["reportMetadata"]["aggregates"].index(aggregate)
        facts, found = result["factMap"], result["groupingsDown"]["groupings"]
        return {one["label"]: facts[f"{one['key']}!T"]["aggregates"][place]["value"] for one in found}


def _day(when: date | None) -> str | None:
    return when.isoformat() if when else None


def _noon(when: date | None) -> str | None:
    return f"{when}T16:00:00.000Z" if when else None


@pytest.fixture(scope="module")
def seeded() -> Seeded:
    return Seeded()


def share(records: list[Record], start: str, end: str) -> float:
    began = [one for one in records if one.get(start)]
    return sum(1 for one in began if one.get(end)) / len(began)


@pytest.mark.parametrize(
    ("report", "start", "end"),
    [
        ("Lead_To_Mql", "Lead_Date__c", "Mql_Date__c"),
        ("Mql_To_Sql", "Mql_Date__c", "Sql_Date__c"),
        ("Sql_To_Opportunity", "Sql_Date__c", "Opportunity_Date__c"),
    ],
)
def test_a_conversion_is_the_share_of_those_who_began(seeded: Seeded, report: str, start: str, end: str) -> None:
    assert seeded.figure(report) == pytest.approx(share(seeded.leads, start, end))


def test_a_conversion_is_shown_by_the_month_of_its_beginning(seeded: Seeded) -> None:
    months = Counter(one["Lead_Date__c"][:7] for one in seeded.leads if one.get("Lead_Date__c"))
    groups = seeded.groups("Lead_To_Mql")
    assert list(groups) == ["September 2026", "October 2026", "November 2026"]
    assert list(groups.values()) == [months[month] for month in ("2026-09", "2026-10", "2026-11")]
    first = [one for one in seeded.leads if (one.get("Lead_Date__c") or "").startswith("2026-09")]
    by_month = seeded.groups("Lead_To_Mql", "FORMULA1")
    assert by_month["September 2026"] == pytest.approx(share(first, "Lead_Date__c", "Mql_Date__c"))


def test_speed_to_lead_is_the_average_of_those_who_were_called(seeded: Seeded) -> None:
    waits = [
        int(one["First_Contact_At__c"][14:16]) for one in seeded.leads if one.get("First_Contact_At__c")
    ]  # minutes after the hour in which the form was filled
    assert seeded.figure("Speed_To_Lead") == pytest.approx(sum(waits) / len(waits))


def test_win_rate_and_velocity_follow_the_formulas_of_the_process(seeded: Seeded) -> None:
    deals = seeded.deals
    won, closed = [one for one in deals if one["IsWon"]], [one for one in deals if one["IsClosed"]]
    assert seeded.figure("Win_Rate") == pytest.approx(len(won) / len(deals))
    days = sum(
        (date.fromisoformat(one["CloseDate"]) - date.fromisoformat(one["CreatedDate"][:10])).days for one in closed
    )
    value = sum(one["Acv__c"] for one in deals) / len(deals)
    expected = (len(deals) - len(closed)) * value * (len(won) / len(deals)) / (days / len(closed))
    assert seeded.figure("Pipeline_Velocity") == pytest.approx(expected)


def test_lifetime_value_and_new_customers_are_the_parts_that_the_org_holds(seeded: Seeded) -> None:
    won = [one for one in seeded.deals if one["IsWon"]]
    lifetime = sum(one["Acv__c"] * one["Contract_Years__c"] for one in won) / len(won)
    assert seeded.figure("Ltv_Cac") == pytest.approx(lifetime)
    companies = {one["AccountId"] for one in seeded.contacts if one.get("Customer_Date__c")}
    assert seeded.figure("Cac") == len(companies)


def test_tiles_sum_and_count_what_they_name(seeded: Seeded) -> None:
    amounts: Counter[str] = Counter()
    for one in seeded.deals:
        if not one["IsClosed"]:
            amounts[one["StageName"]] += one["Amount"]
    assert seeded.groups("Sales_Pipeline_Value", "s!Opportunity$Amount") == amounts
    sources = Counter(one.get("LeadSource") or "-" for one in seeded.leads if one.get("Mql_Date__c"))
    assert seeded.groups("Marketing_Source_Attribution") == sources


def test_the_audit_finds_people_without_a_recent_activity(seeded: Seeded) -> None:
    rows = seeded.report("Audit_Inactive_Leads")["factMap"]["T!T"]["rows"]
    expected = {
        one["LastName"]
        for one in seeded.leads
        if one.get("LastActivityDate") != "2026-11-01" and str(one["CreatedDate"]).startswith("2024")
    }
    assert {row["dataCells"][0]["value"] for row in rows} == expected
    assert expected


def test_whoever_may_not_see_a_field_sees_no_figure_of_it(seeded: Seeded) -> None:
    stranger: Org = reference_org()
    lead = stranger.insert("Lead", {"LastName": "Ada", "Lead_Date__c": "2026-09-01", "Mql_Date__c": "2026-09-02"})
    assert lead["Id"]
    identifier = stranger.of_type("Report")["RevOps/Lead_To_Mql"]["id"]
    user = next(iter(stranger.table("User").values()))
    call = get_call(user)
    answer = analytics.answer(stranger, call, ["reports", identifier])
    assert isinstance(answer.body, dict)
    assert answer.body["factMap"]["T!T"]["aggregates"][-1]["value"] == 0


def test_a_report_goes_on_when_a_field_of_it_is_deleted() -> None:
    org = reference_org()
    org.drop("CustomField", "Lead.Lifecycle_Stage__c")
    org.insert("Lead", {"LastName": "Ada"})
    identifier = org.of_type("Report")["RevOps/Audit_Lifecycle_Stages"]["id"]
    user = next(iter(org.table("User").values()))
    answer = analytics.answer(org, get_call(user), ["reports", identifier])
    assert isinstance(answer.body, dict)
    assert [group["label"] for group in answer.body["groupingsDown"]["groupings"]] == ["-"]
