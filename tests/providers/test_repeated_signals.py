"""Signals that take points or count only several times within days: both simulated CRMs score as the model does."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from crm_simulators.salesforce.metadata.registry import TYPES
from crm_simulators.salesforce.records.lead_conversion import Conversion, Request
from crm_simulators.salesforce.rows.record_values import Viewer
from crm_simulators.server import RunningSimulators
from hubspot import HubSpot
from pydantic import ValidationError
from revops_hubspot.compiler import compile_model

from revops_iac.config.settings import Settings
from revops_iac.model import Model
from revops_iac.model.scoring import EngagementSignal, engagement_at, fires
from tests.providers.crm_simulators.hubspot.calls import calling
from tests.providers.crm_simulators.hubspot.reference_model import Deployment
from tests.providers.crm_simulators.hubspot.workflows import Portal
from tests.providers.revops_salesforce.compiled_model import Saving, by_key, compiled, deploy, org

START = datetime(2026, 12, 1, 9, tzinfo=UTC)
NUMBER = {"type": "number"}
SCORES = {
    "fit": {"label": "Fit", **NUMBER},
    "engagement": {"label": "Engagement", "decimals": 4, **NUMBER},
    "total": {"label": "Total", "decimals": 4, **NUMBER},
    "ready": {"label": "Ready", "type": "checkbox"},
    "intent": {"label": "Intent", "type": "checkbox"},
    "engaged_at": {"label": "Engaged at", "type": "datetime"},
    "visits": {"label": "Visits", **NUMBER},
    "unsubscribes": {"label": "Unsubscribes", **NUMBER},
}
FIELDS = {
    "fit": "contact.fit",
    "engagement": "contact.engagement",
    "total": "contact.total",
    "ready": "contact.ready",
    "high_intent": "contact.intent",
    "last_engaged": "contact.engaged_at",
}
SIGNALS: dict[str, dict[str, Any]] = {
    "pricing_research": {
        "points": 30,
        "times": 3,
        "within_days": 7,
        "high_intent": True,
        "sources": {"hubspot": {"page": "/pricing"}, "salesforce": {"field": "contact.visits"}},
    },
    "unsubscribed": {
        "points": -25,
        "sources": {"hubspot": {"field": "contact.unsubscribes"}, "salesforce": {"field": "contact.unsubscribes"}},
    },
}
STORIES = [
    [(0, "v"), (3, "v"), (6, "v")],
    [(0, "v"), (3, "v"), (7, "v"), (9, "v")],
    [(0, "v"), (1, "v"), (2, "v"), (3, "v"), (4, "v"), (5, "v")],
    [(0, "u"), (1, "v"), (2, "v"), (3, "v"), (4, "u"), (20, "u")],
    [(0, "v"), (1, "v"), (2, "v"), (33, "u"), (40, "v"), (41, "v"), (42, "v")],
]
HUBSPOT_STORIES = [story for story in STORIES if story[-1][0] < 30]
"""HubSpot decays by waiting; the stories of the decay are Salesforce's, whose formulas compute it."""
MOVES = {"v": ("visits", "pricing_research"), "u": ("unsubscribes", "unsubscribed")}


def model_on(system: str, **signals: Any) -> Model:
    entry = {
        "runs_on": system,
        "fields": FIELDS,
        "engagement": {**SIGNALS, **signals},
        "limits": {"engagement": [-10, 50]},
    }
    entry["decay"] = {"after_days": 30, "percent": 50, "every_days": 30}
    return Model.model_validate(
        {
            "lifecycle": {},
            "data_hygiene": {"fields": {"contact": SCORES}},
            "scoring": {"all": entry},
        }
    )


def moments(story: list[tuple[int, str]]) -> dict[str, list[datetime]]:
    found: dict[str, list[datetime]] = {}
    for day, what in story:
        found.setdefault(MOVES[what][1], []).append(START + timedelta(days=day))
    return found


@pytest.mark.parametrize("converted_after", [None, 1])
@pytest.mark.parametrize("story", STORIES)
def test_an_org_scores_as_the_model_does(story: list[tuple[int, str]], converted_after: int | None) -> None:
    model, clock = model_on("salesforce"), [START]
    made = org(now=lambda: clock[0])
    deploy(made, compiled(model))
    for flow in by_key(compiled(model), "Flow").values():
        TYPES["FlowDefinition"].update(made, flow.inputs["name"], {"activeVersionNumber": 1})
    saving = Saving(made, "RevOps_Fields")
    kind, person = "Lead", saving.create("Lead", LastName="Berg", Company="Acme")
    counts = {"visits": 0, "unsubscribes": 0}
    for number, (day, what) in enumerate(story):
        clock[0], name = START + timedelta(days=day), MOVES[what][0]
        if number == converted_after:
            became = Conversion(made, saving.user, Request(person, "Closed - Converted")).run()
            kind, person = "Contact", became["Contact"]
        counts[name] += 1
        saving.update(kind, person, **{f"{name.capitalize()}__c": counts[name]})
    clock[0] += timedelta(days=35)

    record = made.record(kind, person) or {}
    live = moments(story)
    assert made.flow_errors == []
    total = Viewer(made, saving.user).value(kind, record, "Total__c")
    assert float(total) == pytest.approx(engagement_at(model.scoring["all"], live, clock[0]), abs=0.01)
    visits = live.get("pricing_research", [])
    assert record["Intent__c"] is any(fires(model.scoring["all"].engagement["pricing_research"], visits))


@pytest.fixture
def portal(crms: RunningSimulators, monkeypatch: pytest.MonkeyPatch) -> Iterator[Portal]:
    for name, value in crms.env().items():
        monkeypatch.setenv(name, value)
    client = HubSpot(access_token=crms.hubspot.token, host=crms.hubspot.url, base_url=crms.hubspot.url)
    with calling(client) as api:
        made = Portal(api, crms)
        made.done("POST", "/_sim/clock", {"set": START.isoformat()})
        yield made


def test_a_portal_scores_as_the_model_does(portal: Portal) -> None:
    model = model_on("hubspot")
    deployment = Deployment(portal.sims, model, START.date())
    deployment.set_up()
    for flow_id, flow in portal.runs()["flows"].items():
        if "decay" not in flow["name"]:
            portal.enable(flow_id)
    people = [portal.contact(email=f"{place}@x.io") for place in range(len(HUBSPOT_STORIES))]
    happened = sorted((day, place, what) for place, story in enumerate(HUBSPOT_STORIES) for day, what in story)
    for number, (day, place, what) in enumerate(happened):
        portal.done("POST", "/_sim/clock", {"set": (START + timedelta(days=day)).isoformat()})
        if what == "v":
            portal.happens(people[place], "4-96000", hs_url="https://x.example/pricing")
        else:
            portal.set(people[place], unsubscribes=number)

    end = START + timedelta(days=20)
    desired = [engagement_at(model.scoring["all"], moments(story), end) for story in HUBSPOT_STORIES]
    assert portal.runs()["errors"] == []
    assert [float(portal.get(one, "engagement") or 0) for one in people] == desired


def test_a_window_slides_and_begins_anew_when_it_counted() -> None:
    signal = EngagementSignal.model_validate({"points": 5, "times": 3, "within_days": 7})
    days = [0, 6, 8, 9, 10, 11, 30]

    assert fires(signal, [START + timedelta(days=day) for day in days]) == [
        False,
        False,
        False,
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("signal", "message"),
    [
        ({"points": 5, "times": 3}, "must say both or neither"),
        ({"points": 5, "within_days": 3}, "must say both or neither"),
        ({"points": -5, "high_intent": True}, "takes points and shows high intent"),
    ],
)
def test_a_signal_that_is_half_said_is_refused(signal: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        EngagementSignal.model_validate(signal)


def test_the_remembered_moments_are_fields_on_both_crms() -> None:
    fields = by_key(compiled(model_on("salesforce")), "CustomField")
    properties = {one.key for one in compile_model(model_on("hubspot"), Settings("test")) if one.kind == "Property"}

    assert fields["Lead.pricing_research_before_2"].inputs["name"] == "Pricing_Research_Before_2__c"
    assert "Contact.pricing_research_before_1" in fields
    assert {"contacts.pricing_research_before_1", "contacts.pricing_research_before_2"} <= properties
    assert not any("unsubscribed_before" in key for key in [*fields, *properties])


def test_a_long_label_of_a_signal_fits_beside_the_place_that_a_field_remembers() -> None:
    signal = {**SIGNALS["pricing_research"], "label": "Looked at the page of prices again"}

    fields = by_key(compiled(model_on("salesforce", pricing_research=signal)), "CustomField")
    assert fields["Lead.pricing_research_before_2"].inputs["label"] == "Looked at the page of prices before (2)"
