"""Typed workflows in an account: secrets stay out of plan and state, and what does not fit is refused at preview."""

from __future__ import annotations

import json
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from pydantic import ValidationError
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.kinds.workflow import Workflow
from revops_hubspot.kinds.workflow_activation import WorkflowActivation

from revops_iac.compile import validated
from revops_iac.errors import AuthorError
from revops_iac.provider.kind import DesiredResource, Reference
from revops_iac.provider.session import Session
from revops_iac.source.input_errors import input_diagnostic
from tests.diagnostics import refusals
from tests.providers.contract import Contract
from tests.providers.revops_hubspot.conftest import OpenSession
from tests.providers.typed_inputs import desired_resource

KIND = Workflow()
VALUE = "https://hooks.example.com/services/T0/verysecret"
Json = dict[str, Any]


def workflow(**inputs: Any) -> Json:
    return validated(KIND, {"object": "contacts", "name": "Typed", "enroll": {"manual": True}, **inputs})


def hook(url: Any) -> Json:
    return workflow(steps=[{"clear": "message"}, {"webhook": {"url": url}}])


def flow(accounts: RunningSimulators) -> Json:
    (only,) = accounts.dump("hubspot")["flows"].values()
    found: Json = only
    return found


def desired(inputs: Json) -> DesiredResource:
    return desired_resource(KIND, inputs)


def preflight_errors(session: Session[HubSpotClient], inputs: Json) -> list[str]:
    live = session.find(KIND, KIND.vendor_name(KIND.parse(inputs)))
    return refusals(KIND, session, desired(inputs), live)


def test_secret_reaches_hubspot_and_neither_state_nor_outputs(
    accounts: RunningSimulators, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_HOOK", VALUE)
    contract = Contract(accounts, "hubspot", KIND)
    inputs = hook({"secret": "SLACK_HOOK"})

    made = contract.create(inputs)
    again = contract.refresh(made)

    assert flow(accounts)["actions"][1]["webhookUrl"] == VALUE
    assert again is not None
    assert "verysecret" not in json.dumps([made.outputs, again.outputs])
    assert not contract.changes(again, inputs)

    contract.delete(contract.update(again, {**inputs, "description": "Again"}))
    assert accounts.dump("hubspot")["flows"] == {}


def test_secret_comes_from_stack_config_too(accounts: RunningSimulators, open_session: OpenSession) -> None:
    KIND.create(open_session(**{"hubspot:SLACK_HOOK": VALUE}), KIND.parse(hook({"secret": "SLACK_HOOK"})))
    assert flow(accounts)["actions"][1]["webhookUrl"] == VALUE


def test_missing_secret_is_refused_at_preview_and_before_the_write(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    inputs = hook({"secret": "SLACK_HOOK"})
    sentence = 'HubSpot: there is no secret "SLACK_HOOK" in the environment or in stack config'
    fix = "export SLACK_HOOK=…, or pulumi config set --secret hubspot:SLACK_HOOK"
    assert preflight_errors(open_session(writes=False), inputs) == [f"{sentence}\n    fix: {fix}"]
    with pytest.raises(AuthorError, match=sentence):
        KIND.create(open_session(), KIND.parse(inputs))
    assert accounts.dump("hubspot")["flows"] == {}


def test_workflow_that_does_not_change_needs_no_secret(open_session: OpenSession) -> None:
    inputs = hook({"secret": "SLACK_HOOK"})
    KIND.create(open_session(**{"hubspot:SLACK_HOOK": VALUE}), KIND.parse(inputs))
    assert preflight_errors(open_session(writes=False), inputs) == []


def test_address_that_somebody_else_wrote_is_never_shown(
    accounts: RunningSimulators, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SLACK_HOOK", VALUE)
    contract = Contract(accounts, "hubspot", KIND)
    contract.create(hook({"secret": "SLACK_HOOK"}))
    plain = hook("https://example.com/hook")
    with pytest.raises(AuthorError) as refused:
        contract.create(plain)
    assert "verysecret" not in str(refused.value)
    assert "redacted 1" in str(refused.value)

    adopted = contract.create({**plain, "adopt": True})
    assert "verysecret" not in json.dumps(adopted.outputs)
    assert flow(accounts)["actions"][1]["webhookUrl"] == "https://example.com/hook"


KEY = "key-verysecret"
CALL: Json = {
    "url": "https://example.com/hook",
    "query": [{"name": "token", "value": {"secret": "HOOK_KEY"}}],
    "auth": {"type": "AUTH_KEY", "name": "Authorization", "value": {"secret": "HOOK_KEY"}},
}
CODE: Json = {"runtime": "NODE20X", "code": "exports.main = () => {}", "secrets": [{"secret": "CRM_TOKEN"}, "OTHER"]}
RAW: Json = {
    "actions": [
        {
            "type": "WEBHOOK",
            "actionId": "1",
            "method": "POST",
            "webhookUrl": {"secret": "HOOK_KEY"},
            "queryParams": [{"name": "token", "value": {"secret": "HOOK_KEY"}}],
            "authSettings": {"type": "AUTH_KEY", "name": "Authorization", "value": {"secret": "HOOK_KEY"}},
            "connection": {"edgeType": "STANDARD", "nextActionId": "2"},
        },
        {
            "type": "CUSTOM_CODE",
            "actionId": "2",
            "runtime": "NODE20X",
            "sourceCode": "exports.main = () => {}",
            "secretNames": [{"secret": "CRM_TOKEN"}, "OTHER"],
        },
    ]
}


@pytest.mark.parametrize("parts", [{"steps": [{"webhook": CALL}, {"custom_code": CODE}]}, RAW], ids=["typed", "raw"])
def test_secrets_of_a_call_are_sent_and_those_of_code_are_named(
    parts: Json, accounts: RunningSimulators, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_KEY", KEY)
    contract = Contract(accounts, "hubspot", KIND)
    inputs = workflow(**parts)
    made = contract.create(inputs)
    again = contract.refresh(made)

    called, code = flow(accounts)["actions"]
    assert called["authSettings"] == {"type": "AUTH_KEY", "name": "Authorization", "value": KEY}
    assert called["queryParams"] == [{"name": "token", "value": KEY}]
    assert code["secretNames"] == ["CRM_TOKEN", "OTHER"]
    assert again is not None
    assert KEY not in json.dumps([made.outputs, again.outputs])
    assert not contract.changes(again, inputs)


@pytest.mark.parametrize("parts", [{"steps": [{"webhook": CALL}, {"custom_code": CODE}]}, RAW], ids=["typed", "raw"])
def test_taking_over_shows_no_secret_of_a_call(
    parts: Json, accounts: RunningSimulators, waits: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOOK_KEY", KEY)
    contract = Contract(accounts, "hubspot", KIND)
    contract.create(workflow(**parts))
    mine = workflow(steps=[{"clear": "message"}])
    with pytest.raises(AuthorError) as refused:
        contract.create(mine)
    assert KEY not in str(refused.value)
    adopted = contract.create({**mine, "adopt": True})
    assert adopted.outputs["adopted"]
    assert KEY not in json.dumps(adopted.outputs)


def test_plain_address_is_compared(accounts: RunningSimulators, waits: list[float]) -> None:
    contract = Contract(accounts, "hubspot", KIND)
    made = contract.create(hook("https://example.com/hook"))
    same = contract.refresh(made)
    assert same is not None
    assert not contract.changes(same, hook("https://example.com/hook"))

    contract.elsewhere(hook("https://example.com/other"))
    drifted = contract.refresh(made)
    assert drifted is not None
    assert drifted.outputs["steps"][1]["webhook"]["url"] == {"secret": "redacted 1"}
    assert contract.changes(drifted, hook("https://example.com/hook"))


def test_change_by_somebody_shows_in_words(open_session: OpenSession) -> None:
    KIND.create(open_session(), KIND.parse(workflow(steps=[{"clear": "message"}], goal="email is known")))
    session = open_session()
    live = session.find(KIND, "contacts.Typed")
    assert live is not None
    theirs = workflow(steps=[{"delay": "1 hour"}], goal="phone is known", enroll={"when": "city is known"})
    KIND.update(session, live, KIND.parse(theirs))

    managed = open_session().find(KIND, "contacts.Typed")

    assert managed is not None
    shown = KIND.managed_view(workflow(steps=[{"clear": "message"}], goal="email is known"), managed)
    assert shown["steps"] == [{"delay": "1 hour"}]
    assert shown["goal"] == "phone is known"
    assert shown["enroll"] == {"when": "city is known", "re_enroll": False}


def test_schedule_that_is_taken_out_is_removed(accounts: RunningSimulators, open_session: OpenSession) -> None:
    when = {"when": "city is known"}
    KIND.create(open_session(), KIND.parse(workflow(steps=[], enroll={**when, "schedule": {"at": "09:00"}})))
    assert flow(accounts)["enrollmentSchedule"] == {"type": "DAILY", "timeOfDay": {"hour": 9, "minute": 0}}
    session = open_session()
    live = session.find(KIND, "contacts.Typed")
    assert live is not None
    KIND.update(session, live, KIND.parse(workflow(steps=[], enroll=when)))
    assert "enrollmentSchedule" not in flow(accounts)


def test_enabling_a_words_counts_who_would_enroll(accounts: RunningSimulators, open_session: OpenSession) -> None:
    accounts.seed("hubspot", {"records": {"contacts": [{"email": "a@x.example", "city": "Rome"}]}})
    inputs = workflow(steps=[{"clear": "message"}], enroll={"when": "city is known"})
    session = open_session(writes=False)
    session.declared = [desired(inputs)]
    asked = DesiredResource(
        "WorkflowActivation", "contacts.Typed", "contacts.Typed", {"object": "contacts", "name": "Typed"}
    )
    (refused,) = refusals(WorkflowActivation(), session, asked, None)
    assert (
        'WorkflowActivation "contacts.Typed": enabling it would enroll 1 contacts today, but revops:maxEnroll allows 0'
        in refused
    )


def test_properties_of_every_filter_are_checked_at_preview(open_session: OpenSession) -> None:
    branch = {"cases": [{"name": "Big", "when": 'lifecyclestage = "lead"', "steps": []}]}
    inputs = workflow(steps=[{"branch": branch}], enroll={"when": "citty is known"}, goal="city >= 3")
    assert preflight_errors(open_session(writes=False), inputs) == [
        'HubSpot Workflow "contacts.Typed": enroll: property "citty" of contacts is neither declared nor in the '
        "account\n    fix: city, or declare it as a Property",
        'HubSpot Workflow "contacts.Typed": goal: property "city" of contacts is a text\n'
        '    fix: write city = "text", or city contains any of ["text"]',
        'HubSpot Workflow "contacts.Typed": steps: "Big": property "lifecyclestage" of contacts is a choice of '
        "options\n    fix: write lifecyclestage is any of [option]",
    ]


def test_property_that_a_step_sets_must_exist(open_session: OpenSession) -> None:
    record = {"object": "deals", "properties": {"dealnam": "New"}}
    session = open_session(writes=False)
    declared = {"object": "contacts", "name": "touches", "type": "number"}
    session.declared = [DesiredResource("Property", "contacts.touches", "contacts.touches", declared)]
    steps = [{"increment": {"property": "touches"}}, {"clear": "citty"}, {"create_record": record}]
    assert preflight_errors(session, workflow(steps=steps)) == [
        'HubSpot Workflow "contacts.Typed": steps: property "citty" of contacts is neither declared nor in the '
        "account\n    fix: city, or declare it as a Property",
        'HubSpot Workflow "contacts.Typed": steps: property "dealnam" of deals is neither declared nor in the '
        "account\n    fix: dealname, or declare it as a Property",
    ]


def test_order_follows_from_what_steps_and_filters_name() -> None:
    inputs = workflow(
        steps=[{"increment": {"property": "touches"}}], enroll={"when": "fit_score >= 40"}, suppress={"lists": ["Old"]}
    )
    assert set(KIND.references(KIND.parse(inputs))) == {
        Reference("Property", "contacts.touches"),
        Reference("Property", "contacts.fit_score"),
        Reference("List", "Old"),
    }


UNFIT = [
    (
        {"steps": [{"delay": "3 fortnights"}]},
        'steps.0.delay: "3 fortnights" is not a length of time',
        "write 30 minutes, 4 hours, 3 days or 2 weeks",
    ),
    (
        {"steps": [{"clear": "x", "delay": "1 day"}]},
        "steps.0: it says delay and clear",
        None,
    ),
    ({"steps": [{"dely": "1 day"}]}, 'unknown key "steps.0.dely"', None),
    (
        {"steps": [{"branch": {"cases": [{"name": "A", "when": "x is any off [a]"}]}}]},
        'steps.0.branch.cases.0.when: column 3: "is any off" is not an operation',
        "use is any of",
    ),
    (
        {"steps": [{"branch": {"cases": []}}, {"clear": "x"}]},
        "steps: a step follows branch: put it into the cases, and let them go_to a label",
        None,
    ),
    (
        {"steps": [{"go_to": "nowhere"}]},
        'steps: go_to: no step has the label "nowhere"',
        None,
    ),
    ({"steps": [{"rotate_owner": {}}]}, "steps.0.rotate_owner: it names nobody", "add users or teams"),
    ({"enroll": {}}, "enroll: it says nothing", "write exactly one of when, events, manual"),
    ({"enroll": {"manual": True, "only_if": "x is known"}}, "enroll: only_if goes with events only", "remove only_if"),
    (
        {"steps": [], "actions": []},
        "steps and actions are mutually exclusive; keep one of them",
        None,
    ),
    (
        {"object": "deals", "goal": "x is known"},
        "goal: only workflows of contacts can have one, not workflows of deals",
        None,
    ),
    (
        {"object": "deals", "suppress": {"lists": ["Old"]}},
        "suppress: a workflow of deals takes only when",
        None,
    ),
]


@pytest.mark.parametrize(("inputs", "message", "fix"), UNFIT)
def test_unfit_part_is_refused_where_it_stands(inputs: Json, message: str, fix: str | None) -> None:
    with pytest.raises(ValidationError) as refused:
        KIND.inputs.model_validate({"object": "contacts", "name": "x", **inputs})
    (details,) = refused.value.errors()
    found = input_diagnostic(KIND.inputs, details)
    assert found.message == message
    assert fix is None or found.fix == fix
