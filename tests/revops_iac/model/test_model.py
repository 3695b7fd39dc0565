"""The model as a whole: topics, raw sections, fields and what components get."""

from __future__ import annotations

import pytest

from revops_iac.model import TOPICS, Model, known_systems
from revops_iac.model.condition import FieldRef, parse
from revops_iac.model.context import Context, MissingRate, Money
from revops_iac.model.duration import Duration
from revops_iac.model.people import People
from revops_iac.model.references import allowed_keys, visits
from revops_iac.model.subject import subject


def test_model_has_the_ten_topics() -> None:
    assert [name for name in Model.model_fields if name != "raw_sections"] == list(TOPICS)
    assert len(TOPICS) == 10


def test_known_systems_are_the_installed_providers() -> None:
    assert known_systems() == ("hubspot", "salesforce")


def test_every_topic_is_optional() -> None:
    model = Model()
    assert (model.lifecycle, model.automation, model.metrics) == (None, None, None)
    assert (model.scoring, model.routing, model.pipelines, model.deal_desk) == ({}, {}, {}, {})
    assert not any(model.declares(topic) for topic in TOPICS)


def test_topic_is_plain_data_as_written() -> None:
    model = Model.model_validate(
        {
            "lifecycle": {
                "stages": {"mql": {"label": "MQL", "entry_when": "contact.a  is   true"}},
                "handoffs": {"a": {"sla": {"accept": "24 hours"}}},
            }
        }
    )
    assert model.topic("lifecycle") == {
        "stages": {"mql": {"label": "MQL", "entry_when": "contact.a is true"}},
        "handoffs": {"a": {"sla": {"accept": "24 hours"}}},
    }
    assert model.topic("metrics") == {}


def test_topic_validates_back_into_the_same_model() -> None:
    topic = {
        "a": {
            "fields": {"fit": "contact.a", "engagement": "contact.b", "total": "contact.c", "ready": "contact.d"},
            "negative": {"x": {"in": "fit", "when": "contact.e is true", "points": -5}},
            "recalibration": {"every": "monthly", "next": "2027-01-01"},
        }
    }
    model = Model.model_validate({"scoring": topic})
    assert Model.model_validate({"scoring": model.topic("scoring")}) == model


def test_fields_are_listed_with_their_references() -> None:
    email = {"label": "Email", "type": "email", "standard": {"hubspot": "email", "salesforce": {"Lead": "Email"}}}
    model = Model.model_validate({"data_hygiene": {"fields": {"contact": {"email": email}}}})
    [(reference, field)] = model.fields()
    assert (reference, reference.object, reference.key) == (FieldRef("contact.email"), "contact", "email")
    assert model.field("contact.email") is field
    assert model.field("contact.mail") is None
    assert model.field("person.email") is None
    assert (field.standard_name("hubspot"), field.standard_name("salesforce", "Lead")) == ("email", "Email")
    assert (field.standard_name("salesforce", "Contact"), field.standard_name("other")) == (None, None)


def test_required_fields_join_the_stage_and_data_hygiene() -> None:
    model = Model.model_validate(
        {
            "lifecycle": {"stages": {"mql": {"label": "MQL", "required_fields": ["contact.a"]}}},
            "data_hygiene": {"required_by_stage": {"mql": ["contact.a", "contact.b"]}},
        }
    )
    assert model.required_fields("mql") == ["contact.a", "contact.b"]


def test_money_is_converted_into_the_company_currency() -> None:
    context = Context(currency="USD", exchange_rates={"EUR": 1.08})
    assert context.convert(Money(amount=25000, currency="USD")) == 25000
    assert context.convert(Money(amount=100, currency="EUR")) == 108
    with pytest.raises(MissingRate, match='there is no exchange rate for "GBP"'):
        context.convert(Money(amount=1, currency="GBP"))


def test_identity_is_own_then_stand_in_then_email() -> None:
    person = {"name": "Maya", "email": "maya@n.example"}
    people = People.model_validate(
        {
            "persons": {"maya": person, "tom": {**person, "email": "tom@n.example"}},
            "identities": {"maya": {"salesforce": "maya@n.example.uat"}},
            "stand_in": {"salesforce": "revops@n.example"},
        }
    )
    assert people.identity("maya", "salesforce") == "maya@n.example.uat"
    assert people.identity("tom", "salesforce") == "revops@n.example"
    assert people.identity("maya", "hubspot") == "maya@n.example"


@pytest.mark.parametrize(
    ("text", "minutes", "business"),
    [
        ("4 business hours", 240, True),
        ("48 hours", 2880, False),
        ("5 business days", 7200, True),
        ("1 day", 1440, False),
    ],
)
def test_duration_is_read_and_written_the_same(text: str, minutes: int, business: bool) -> None:
    duration = Duration.parse(text)
    assert (duration.minutes, duration.business, str(duration)) == (minutes, business, text)


def test_visits_name_every_reference_with_its_path() -> None:
    model = Model.model_validate(
        {"people": {"teams": {"sdr": {"label": "SDR", "manager": "maya"}}, "identities": {"tom": {"hubspot": "t"}}}}
    )
    found = [(visit.path, visit.reference, visit.value) for visit in visits(model) if visit.reference]
    assert found == [
        (("people", "teams", "sdr", "manager"), "person", "maya"),
        (("people", "identities", "tom"), "person", "tom"),
        (("people", "identities", "tom", "hubspot"), "system", "hubspot"),
    ]


def test_allowed_keys_are_those_of_the_entry_at_a_path() -> None:
    assert allowed_keys(Model, ("people", "holidays", "a")) == ["date", "label", "business_hours"]
    assert allowed_keys(Model, ("scoring", "a", "negative", "b")) == ["label", "in", "when", "points"]
    assert allowed_keys(Model, ("people", "holidays")) == []


@pytest.mark.parametrize(
    ("path", "words"),
    [
        (("pipelines", "renewal", "stages", "won", "label"), "pipeline renewal, stage won, label"),
        (("lifecycle", "stages", "mql"), "lifecycle, stage mql"),
        (("data_hygiene", "fields", "deal", "amount", "type"), "field deal.amount, type"),
        (("scoring", "a", "fit", "role", "bands", 0, "when"), "scoring a, signal role, bands item 1, when"),
        (("scoring", "a", "limits", "fit", 1), "scoring a, limits, fit item 2"),
        (("automation", "workflows", "a", "settings", "routing"), "workflow a, settings, routing"),
        (("metrics", "metrics", "cac", "unit"), "metric cac, unit"),
        (("metrics", "dashboards", "sales", "tiles", "velocity", "metric"), "dashboard sales, tile velocity, metric"),
        (("people", "persons", "maya", "email"), "person maya, email"),
        ((), "model"),
    ],
)
def test_subject_names_the_entry_in_words(path: tuple[str | int, ...], words: str) -> None:
    assert subject(path) == words


def test_routings_that_share_a_moment_share_the_people() -> None:
    """The first one that covers a person takes them; a routing of another moment takes nobody away."""
    unit = {"values": ["shops", "buyers"], "contact": "contact.unit"}
    routing = {
        "shops": {"applies_to": {"unit": ["shops"]}, "moments": ["created", "mql"]},
        "trials": {"moments": ["trial"]},
        "others": {"moments": ["created", "mql"]},
        "last": {"moments": ["created"]},
    }
    stages = {"trial": {"label": "Trial"}, "mql": {"label": "MQL"}}
    model = Model.model_validate(
        {
            "context": {"dimensions": {"unit": unit}},
            "data_hygiene": {"fields": {"contact": {"unit": {"label": "Unit", "type": "text"}}}},
            "lifecycle": {"stages": stages},
            "routing": routing,
        }
    )
    assert str(model.routed("shops", "mql")) == str(parse("contact.unit is any of [shops]"))
    assert model.routed("trials", "trial") is None
    others, last = model.routed("others", "created"), model.routed("last", "created")
    assert others is not None
    assert last is not None
    records = [{"contact.unit": one} for one in ("shops", "buyers", None)]
    assert [others.evaluate(one) for one in records] == [False, True, True]
    assert [last.evaluate(one) for one in records] == [False, False, False]


def test_lead_status_has_a_value_of_its_own_where_the_author_gives_one() -> None:
    lifecycle = {
        "lead_statuses": {"open": "Fresh", "working": "In work"},
        "lead_status_values": {"open": {"hubspot": "OPEN"}, "working": "Working"},
    }
    model = Model.model_validate({"lifecycle": lifecycle})
    assert model.lifecycle is not None
    values = {key: model.lifecycle.lead_status_value(key, "hubspot") for key in ("open", "working")}
    assert values == {"open": "OPEN", "working": "Working"}
    assert model.lifecycle.lead_status_value("open", "salesforce") is None
