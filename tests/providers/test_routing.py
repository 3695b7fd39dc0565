"""Routing on both simulated CRMs sends every lead where the model, evaluated in Python, sends it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from hubspot import HubSpot
from revops_hubspot.compiler.warnings import warnings
from revops_salesforce.compiler.automation.assignment import route
from revops_salesforce.compiler.terms.compilation import Compilation
from revops_salesforce.compiler.terms.flows import Flow
from salesforce_formula.evaluator import Scope, evaluate
from salesforce_formula.parser import parse

from revops_iac.config.settings import Settings
from revops_iac.model import Model
from revops_iac.model.routing.assignment import Assignment, assignment
from tests.diagnostics import keys_of
from tests.providers.crm_simulators.hubspot.calls import calling
from tests.providers.crm_simulators.hubspot.reference_model import Deployment
from tests.providers.crm_simulators.hubspot.workflows import Portal
from tests.providers.revops_salesforce.compiled_model import Saving, by_key, compiled, deploy, org

GO_LIVE = date(2026, 12, 1)
Lead = dict[str, str]
DAYS = (date(2026, 12, 7), date(2026, 12, 16), date(2026, 12, 21), date(2027, 1, 4))
"""All there; one away; one away with a deputy, and nobody else there; all there again."""
LEADS: tuple[dict[str, str], ...] = (
    {"country": "DE"},
    {"country": "Austria", "company_domain": "unknown.example"},
    {"country": "usa"},
    {"country": "United States"},
    {"country": "FR"},
    {},
    {"country": "DE", "company_domain": "ACME.example"},
    {"company_domain": "other.example"},
    {"country": "US", "company_domain": "rival.example"},
)


def model_on(system: str) -> Model:
    week = {"monday": "09:00-17:00", "tuesday": "09:00-17:00"}
    persons: dict[str, dict[str, Any]] = {
        "ann": {"away": [{"from": "2026-12-14", "to": "2026-12-27"}]},
        "bob": {"capacity": 100 if system == "hubspot" else 50},
        "cid": {
            "away": [
                {"from": "2026-12-14", "to": "2026-12-18"},
                {"from": "2026-12-19", "to": "2026-12-24", "deputy": "dee"},
            ]
        },
        "dee": {},
        "eve": {},
    }
    accounts = {"field": "contact.company_domain", "rows": "acme.example = dee\nOther.example\nrival.example = cid"}
    rules = {
        "named": {"method": "account_based", "accounts": accounts, "assign": {"person": "eve"}},
        "cid_alone": {"method": "territory", "when": "contact.country in region US", "assign": {"person": "cid"}},
        "dach": {"method": "round_robin", "when": "contact.country in region dach", "assign": {"team": "dach"}},
        "america": {"method": "round_robin", "when": "contact.country in region US", "assign": {"team": "america"}},
    }
    routing = {"runs_on": system, "moments": ["created"], "rules": rules, "fallback": {"owner": "eve"}}
    assigning = {"does": "mql_assignment", "enabled": True, "settings": {"routing": "inbound"}}
    standard = {"hubspot": "country", "salesforce": {"Lead": "Country", "Contact": "MailingCountry"}}
    country = {"label": "Country", "type": "text", "standard": standard}
    domain = {"label": "Company domain", "type": "text"}
    return Model.model_validate(
        {
            "context": {
                "regions": {"dach": ["DE", "AT", "CH"]},
                "systems": {"managed": [system], "source_of_truth": system},
            },
            "people": {
                "persons": {
                    key: {"name": key.title(), "email": f"{key}@x.example", **one} for key, one in persons.items()
                },
                "teams": {
                    "dach": {"label": "DACH", "members": ["ann", "bob"]},
                    "america": {"label": "America", "members": ["dee"]},
                },
                "business_hours": {"usual": {"time_zone": "UTC", "days": week}},
            },
            "routing": {"inbound": routing},
            "lifecycle": {
                "stages": {"lead": {"label": "Lead"}, "mql": {"label": "MQL"}},
                "handoffs": {"mql_to_sql": {"from_stage": "mql"}},
            },
            **({"automation": {"workflows": {"mql_assignment": assigning}}} if system == "hubspot" else {}),
            "data_hygiene": {"fields": {"contact": {"country": country, "company_domain": domain}}},
        }
    )


def on_salesforce(lead: Lead) -> dict[str, Any]:
    names = {"country": "Country", "company_domain": "Company_Domain__c"}
    return {names[key]: value for key, value in lead.items()}


def sent(model: Model, lead: Lead, system: str, day: date, number: int | None = None) -> Assignment:
    found = assignment(
        model,
        model.routing["inbound"],
        {f"contact.{key}": value for key, value in lead.items()},
        system,
        day,
        number,
        False,
    )
    assert found is not None
    return found


@pytest.mark.parametrize("day", DAYS)
def test_an_assignment_rule_sends_leads_where_the_model_does(day: date) -> None:
    model = model_on("salesforce")
    made = org(
        *(one.email for one in model.people.persons.values()),
        now=lambda: datetime(day.year, day.month, day.day, 12, tzinfo=UTC),
    )
    deploy(made, [one for one in compiled(model) if one.kind in ("CustomField", "PermissionSet", "AssignmentRules")])
    saving = Saving(made, "RevOps_Fields")
    for lead in LEADS * 3:
        record = saving.create("Lead", auto_assign=True, LastName="Lind", Company="Example", **on_salesforce(lead))
        number = int((made.record("Lead", record) or {})["Routing_Number__c"])
        assert saving.owner("Lead", record) == sent(model, lead, "salesforce", day, number).login


@pytest.mark.parametrize("day", DAYS)
def test_the_decision_of_a_flow_sends_leads_where_the_model_does(day: date) -> None:
    model = model_on("salesforce")
    flow = Flow("Routing", "Sends leads")
    route(Compilation(model, Settings("dev", go_live=GO_LIVE)), flow, "inbound", values={})
    for lead in LEADS:
        for number in (None, *range(3)):
            record = {**on_salesforce(lead), "Routing_Number__c": number}
            assert decided(flow, record, day) == sent(model, lead, "salesforce", day, number).login


def decided(flow: Flow, record: dict[str, Any], day: date) -> Any:
    """The username that the decision `Route` and the assignment after it give a record."""
    values = {f"$Record.{name}": None if value is None else str(value) for name, value in record.items()}
    now = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    scope = Scope(values.get, values.get, is_new=False, now=now)
    nodes = {node["name"]: node for kind in ("decisions", "assignments", "formulas") for node in flow.elements[kind]}

    def result(formula: str) -> Any:
        return evaluate(parse(nodes[formula]["expression"].replace("{!", "").replace("}", "")), scope)

    route = nodes["Route"]
    taken = [rule for rule in route["rules"] if result(rule["conditions"][0]["leftValueReference"])]
    target = (taken[0]["connector"] if taken else route["defaultConnector"])["targetReference"]
    (item,) = nodes[target]["assignmentItems"]
    value = item["value"]
    return value["stringValue"] if "stringValue" in value else result(value["elementReference"])


def test_a_workflow_sends_contacts_where_the_model_does(accounts: RunningSimulators) -> None:
    model = model_on("hubspot")
    client = HubSpot(access_token=accounts.hubspot.token, host=accounts.hubspot.url, base_url=accounts.hubspot.url)
    with calling(client) as api:
        portal = Portal(api, accounts)
        portal.done("POST", "/_sim/clock", {"set": "2026-12-01T12:00:00Z"})
        deployment = Deployment(accounts, model, GO_LIVE)
        deployment.set_up()
        deployment.enable()
        owners = {
            str(one["id"]): str(one["email"]) for one in portal.done("GET", "/crm/v3/owners", limit=100)["results"]
        }
        for day in DAYS:
            portal.done("POST", "/_sim/clock", {"set": f"{day}T12:00:00Z"})
            got: dict[str | None, set[str]] = {}
            for lead in LEADS * 2:
                contact = portal.contact(**lead)
                portal.runs()
                rule = sent(model, lead, "hubspot", day).rule
                got.setdefault(rule, set()).add(owners[portal.get(contact, "hubspot_owner_id")])
            assert got == in_turn(model, day)


def in_turn(model: Model, day: date) -> dict[str | None, set[str | None]]:
    """Everybody to whom each rule sends one of the leads of a day."""
    found: dict[str | None, set[str | None]] = {}
    for lead in LEADS:
        for number in range(2):
            one = sent(model, lead, "hubspot", day, number)
            found.setdefault(one.rule, set()).add(one.login)
    return found


def test_hubspot_says_that_it_rotates_in_equal_shares() -> None:
    model = model_on("hubspot")
    assert list(warnings(model)) == []
    people = {**model.people.persons, "bob": model.people.persons["bob"].model_copy(update={"capacity": 50})}
    uneven = model.model_copy(update={"people": model.people.model_copy(update={"persons": people})})
    (found,) = warnings(uneven)
    assert keys_of(found) == ("routing", "inbound", "rules", "dach", "assign")
    assert found.message == "HubSpot rotates in equal shares, the model in these: ann@x.example 2, bob@x.example 1"
    assert list(warnings(model_on("salesforce"))) == [], "no workflow on HubSpot follows that routing"


def test_thousands_of_accounts_become_entries_that_each_fit_a_formula() -> None:
    model = model_on("salesforce")
    (rule, *_) = model.routing["inbound"].rules.values()
    assert rule.accounts is not None
    rows = "\n".join(f"company-{n}.example = {('cid', 'dee', 'eve')[n % 3]}" for n in range(3000))
    many = rule.model_copy(update={"accounts": rule.accounts.model_copy(update={"rows": rows})})
    inbound = model.routing["inbound"].model_copy(update={"rules": {"named": many}})
    model = model.model_copy(update={"routing": {"inbound": inbound}})
    (rules,) = by_key(compiled(model), "AssignmentRules").values()
    entries = rules.inputs["entries"]
    assert max(len(entry.get("formula", "")) for entry in entries) < 0.8 * 3900
    assert 20 < len(entries) < 200
    flow = Flow("Routing", "Sends leads")
    route(Compilation(model, Settings("dev", go_live=GO_LIVE)), flow, "inbound", values={})
    for domain, owner in {
        "company-0.example": "cid",
        "Company-2999.example": "eve",
        "company-3000.example": "eve",
    }.items():
        assert decided(flow, {"Company_Domain__c": domain}, DAYS[0]) == f"{owner}@x.example"
    on_hubspot = model_on("hubspot").model_copy(update={"routing": {"inbound": inbound}})
    assert [found.message for found in warnings(on_hubspot)] == [
        "3,000 accounts are values of one filter, for which HubSpot states no limit"
    ]
