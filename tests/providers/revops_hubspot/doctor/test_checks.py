"""What `revops doctor` says of a portal, its token and its people."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators

from revops_iac.diagnostics import Diagnostic, Severity
from tests.providers.company import Company


def workflow(owner: str) -> dict[str, Any]:
    """One that gives each deal this owner."""
    fields = {
        "property_name": "hubspot_owner_id",
        "value": {"type": "STATIC_VALUE", "staticValue": {"owner": owner}},
    }
    action = {"type": "SINGLE_CONNECTION", "actionId": "1", "actionTypeId": "0-5", "actionTypeVersion": 0}
    return {"object": "deals", "name": "Owner", "actions": [{**action, "fields": fields}]}


MODEL: dict[str, Any] = {
    "context": {"systems": {"managed": ["hubspot"]}},
    "people": {"persons": {"ann": {"name": "Ann", "email": "ann@northwind.example"}}},
    "hubspot": {
        "PropertyGroup": {"contacts.process": {"object": "contacts", "name": "process", "label": "Process"}},
        "Property": {
            "contacts.points": {
                "object": "contacts",
                "name": "points",
                "label": "Points",
                "type": "number",
                "field_type": "calculation_equation",
                "group_name": "process",
                "calculation_formula": "1 + 1",
            }
        },
        "List": {"By hand": {"object": "contacts", "name": "By hand", "processing_type": "MANUAL"}},
        "Workflow": {"deals.Owner": workflow("ann@northwind.example")},
    },
}


@pytest.fixture
def portal(accounts: RunningSimulators) -> RunningSimulators:
    """A sandbox portal in which Ann is a user."""
    accounts.seed("hubspot", {"account": {"accountType": "SANDBOX"}, "users": [{"email": "ann@northwind.example"}]})
    return accounts


@pytest.fixture
def company(portal: RunningSimulators, tmp_path: Path, waits: list[float]) -> Company:
    return Company(tmp_path, MODEL, {"hubspot:portalId": str(portal.hubspot.portal_id)})


def give_token(portal: RunningSimulators, monkeypatch: pytest.MonkeyPatch, **token: Any) -> None:
    portal.seed("hubspot", {"tokens": [{"token": "another", **token}]})
    monkeypatch.setenv("HUBSPOT_ACCESS_TOKEN", "another")


def test_account_that_has_everything_is_all_ok_and_nothing_is_written(
    company: Company, portal: RunningSimulators
) -> None:
    report = company.report()

    assert {check.severity for check in report.checks} == {Severity.NOTE}
    assert report.exit_code == 0
    calls = [check.message for check in report.checks if check.subject == "API calls"]
    assert [found.partition(" of ")[2] for found in calls] == ["1,000,000 left today, 1,000,000 in 10 s"]
    assert [(check.subject, check.message) for check in report.checks if check.subject != "API calls"] == [
        ("access", "accepted"),
        ("portal id", "48210773, as in stack config"),
        ("account type", "SANDBOX"),
        ("scopes to read", "6 needed, all granted"),
        ("scopes to write", "3 needed, all granted"),
        ("workflows", "readable, 1 declared"),
        ("calculated properties", "0 of 200 used, 1 to create"),
        ("custom properties", "contacts 0 of 1,000 used, 1 to create"),
        ("API version", "v4 paths of workflows, supported until 2027-03-30"),
        ("API version", "v3 paths, supported until September 2027"),
        ("clock", "within 60 s of HubSpot"),
        ("people", "1 person of the model, found by 1 login"),
    ]
    assert portal.control.log.select(writes_only=True) == []


def test_missing_scopes_are_named_to_read_and_to_write_apart(
    company: Company, portal: RunningSimulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = ["crm.lists.read", "crm.lists.write", "crm.schemas.contacts.write"]
    give_token(portal, monkeypatch, without=lost)
    report = company.report()
    assert [check for check in report.checks if check.subject.startswith("scopes")] == [
        Diagnostic(
            "scopes to read",
            "1 of 6 not granted: crm.lists.read",
            "add crm.lists.read to the private app or service key, then use its token",
        ),
        Diagnostic(
            "scopes to write",
            "2 of 3 not granted: crm.lists.write, crm.schemas.contacts.write",
            "add crm.lists.write, crm.schemas.contacts.write to the private app or service key, then use its token",
        ),
    ]
    assert report.exit_code == 2


def test_what_a_missing_scope_hides_is_not_checked(
    company: Company, portal: RunningSimulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_token(portal, monkeypatch, without=["crm.objects.owners.read", "automation"])
    people = company.check("people")
    assert people.severity is Severity.NOT_CHECKED
    assert people.message.startswith("HubSpot GET /crm/v3/owners/: 403, ")


def test_schema_is_readable_with_a_scope_of_the_records(
    company: Company, portal: RunningSimulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_token(portal, monkeypatch, without=["crm.schemas.contacts.read"])
    assert company.check("scopes to read").severity is Severity.NOTE


def test_reads_are_probed_where_the_token_cannot_be_introspected(
    company: Company, portal: RunningSimulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_token(portal, monkeypatch, without=["crm.lists.read"])
    portal.control.faults.add("status", system="hubspot", path="access-token-info", status=404)
    report = company.report()
    assert [check for check in report.checks if check.subject.startswith("scopes")] == [
        Diagnostic(
            "scopes to read",
            "1 of 6 not granted: crm.lists.read",
            "add crm.lists.read to the private app or service key, then use its token",
        ),
        Diagnostic(
            "scopes to write",
            "HubSpot does not report the scopes of this token, and only a write would show them",
            "check that the token has automation, crm.lists.write, crm.schemas.contacts.write",
            Severity.NOT_CHECKED,
        ),
    ]


def test_another_portal_is_not_read(company: Company, portal: RunningSimulators) -> None:
    company.config["hubspot:portalId"] = "1"
    report = company.report()
    assert report.checks[1:] == [
        Diagnostic(
            "portal id",
            'the credentials belong to "48210773", stack config says "1"',
            "use the credentials of 1, or pulumi config set hubspot:portalId 48210773 --stack dev",
        ),
        Diagnostic("everything else", "the credentials are for another account", severity=Severity.NOT_CHECKED),
    ]
    assert report.exit_code == 2
    assert [request.path for request in portal.control.log.select(system="hubspot")] == ["/account-info/v3/details"]


def test_portal_without_an_id_in_stack_config_is_examined_and_named(company: Company) -> None:
    company.config.clear()
    assert company.check("portal id") == Diagnostic(
        "portal id",
        "stack config has no hubspot:portalId; the credentials belong to 48210773",
        "pulumi config set hubspot:portalId 48210773 --stack dev, when that is the account meant",
    )
    assert company.check("people").severity is Severity.NOTE


def test_expired_token_is_one_missing_check(
    company: Company, portal: RunningSimulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    give_token(portal, monkeypatch, expired=True)
    access, rest = company.report().checks
    assert (access.subject, access.severity) == ("access", Severity.ERROR)
    assert access.message.startswith(
        "HubSpot GET /account-info/v3/details: 401, The OAuth token used to make this call expired (correlation "
    )
    assert access.fix.startswith("put a valid token into HUBSPOT_ACCESS_TOKEN")
    assert rest == Diagnostic("everything else", "the account did not answer", severity=Severity.NOT_CHECKED)


def test_token_that_expires_on_the_way_is_said_once(company: Company, portal: RunningSimulators) -> None:
    portal.control.faults.add("expired_session", system="hubspot", path="/limits/")
    report = company.report()
    found = [(check.subject, check.severity) for check in report.checks]
    assert found[-2:] == [("access", Severity.ERROR), ("everything else", Severity.NOT_CHECKED)]
    assert [name for name, state in found if state is Severity.NOTE] == [
        "access",
        "portal id",
        "account type",
        "scopes to read",
        "scopes to write",
        "workflows",
    ]
    assert report.checks[-1].message == "the account stopped answering"


def test_no_token_says_that_secrets_of_stack_config_are_not_read(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUBSPOT_ACCESS_TOKEN")
    assert company.report().checks == [
        Diagnostic(
            "access",
            "HubSpot: no access token is set",
            "export HUBSPOT_ACCESS_TOKEN=…, or pulumi config set --secret hubspot:accessToken; "
            "only Pulumi can read stack secrets, so export it for the doctor",
        ),
        Diagnostic("everything else", "there are no credentials", severity=Severity.NOT_CHECKED),
    ]


@pytest.mark.parametrize("type_", ["SANDBOX", "DEVELOPER_TEST"])
def test_production_on_a_portal_that_is_not_production_is_missing(
    company: Company, portal: RunningSimulators, type_: str
) -> None:
    portal.seed("hubspot", {"account": {"accountType": type_}})
    company.config["revops:production"] = True
    assert company.check("account type") == Diagnostic(
        "account type",
        f"{type_}, but revops:production is true",
        "use the token and portal id of the production portal, or pulumi config rm revops:production --stack dev",
    )


def test_production_portal_of_an_unprotected_stack_is_a_warning(company: Company, portal: RunningSimulators) -> None:
    portal.seed("hubspot", {"account": {"accountType": "STANDARD"}})
    report = company.report()
    assert [check for check in report.checks if check.severity is not Severity.NOTE] == [
        Diagnostic(
            "account type",
            "STANDARD, but revops:production is not set, so nothing is protected from deletion",
            "pulumi config set revops:production true --stack dev, or use a sandbox",
            Severity.WARNING,
        )
    ]
    assert report.exit_code == 0


def test_few_calls_left_today_are_a_warning(company: Company, portal: RunningSimulators) -> None:
    portal.control.switches.set("hubspot.rate_limits", "tier")
    simulator: Any = portal.simulators["hubspot"]
    company.check("portal id")
    simulator.limiter.today = 999_900
    found = company.check("API calls")
    assert (found.severity, found.message.partition(" of ")[2]) == (
        Severity.WARNING,
        "1,000,000 left today, 190 in 10 s",
    )
    assert found.fix == "run the first up after midnight in the portal's time zone, or raise the API limit"


def test_fewer_calls_than_a_first_up_takes_say_so(company: Company, portal: RunningSimulators) -> None:
    portal.control.switches.set("hubspot.rate_limits", "tier")
    simulator: Any = portal.simulators["hubspot"]
    served = len(portal.control.log)
    company.check("portal id")
    simulator.limiter.today = 1_000_000 - (len(portal.control.log) - served)
    assert company.check("API calls").message.endswith(
        " left today, 190 in 10 s; a first up of this stack takes about 8"
    )


def test_interfaces_about_to_end_are_a_warning_and_ended_ones_are_missing(company: Company) -> None:
    assert company.checks("API version", today=date(2027, 3, 20)) == [
        Diagnostic(
            "API version",
            "v4 paths of workflows lose support on 2027-03-30, in 10 days",
            "export HUBSPOT_API_VERSION=2026-09, which calls the dated paths",
            Severity.WARNING,
        ),
        Diagnostic(
            "API version",
            "v3 paths lose support in September 2027, in 165 days",
            "export HUBSPOT_API_VERSION=2026-09, which calls the dated paths",
            Severity.WARNING,
        ),
    ]
    ended = company.checks("API version", today=date(2027, 3, 30))[0]
    assert (ended.severity, ended.message) == (Severity.ERROR, "v4 paths of workflows lost support on 2027-03-30")


def test_dated_paths_are_examined_through_themselves(
    company: Company, portal: RunningSimulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUBSPOT_API_VERSION", "2026-09")
    report = company.report()
    assert {check.severity for check in report.checks} == {Severity.NOTE}
    assert [check.message for check in report.checks if check.subject == "API version"] == [
        "paths of 2026-09, supported until March 2028"
    ]
    paths = {request.path for request in portal.control.log.select(system="hubspot")}
    assert [path for path in sorted(paths) if "2026-09" not in path] == ["/oauth/v2/private-apps/get/access-token-info"]


def test_clock_that_is_behind_is_a_warning(company: Company) -> None:
    found = company.check("clock", behind_s=600)
    assert found.severity is Severity.WARNING
    assert found.message in [f"this machine is {seconds} s behind HubSpot" for seconds in range(598, 604)]
    assert found.fix == "synchronize the clock of this machine (NTP): logins and go-live dates depend on it"


def test_person_that_a_workflow_needs_is_missing_and_another_is_a_warning(company: Company) -> None:
    persons = {"bob": {"name": "Bob", "email": "bob@northwind.example"}}
    workflows = {"Workflow": {"deals.Owner": workflow("cleo@northwind.example")}}
    company.model = {**MODEL, "people": {"persons": persons}, "hubspot": workflows}
    assert company.checks("people") == [
        Diagnostic(
            "people",
            '"cleo@northwind.example" does not exist in the account',
            'invite "cleo@northwind.example" to HubSpot, or map the person under people.identities '
            "in overlays/dev.yaml",
        ),
        Diagnostic(
            "people",
            '"bob@northwind.example" (bob) does not exist in the account; no resource uses it yet',
            'invite "bob@northwind.example" to HubSpot, or map the person under people.identities.bob.hubspot '
            "in overlays/dev.yaml",
            Severity.WARNING,
        ),
    ]


def test_team_that_a_list_names_is_missing(company: Company) -> None:
    team = {
        "filterType": "PROPERTY",
        "property": "hubspot_team_id",
        "operation": {"operationType": "ENUMERATION", "operator": "IS_ANY_OF", "values": [{"team": "SDR"}]},
    }
    branch = {"filterBranchType": "AND", "filterBranchOperator": "AND", "filterBranches": [], "filters": [team]}
    tree = {"filterBranchType": "OR", "filterBranchOperator": "OR", "filterBranches": [branch], "filters": []}
    company.model = {
        **MODEL,
        "hubspot": {"List": {"SDR": {"object": "contacts", "name": "SDR", "filter_branch": tree}}},
    }
    assert company.check("names") == Diagnostic(
        "names", 'there is no team "SDR"', "create it in HubSpot, or correct the name in the model"
    )


def test_free_portal_lacks_calculated_properties_and_workflows_by_its_limits(
    company: Company, portal: RunningSimulators
) -> None:
    portal.seed("hubspot", {"account": {"tier": "free"}})
    portal.control.switches.set("hubspot.rate_limits", "tier")
    portal.control.switches.set("hubspot.flows_read_without_tier", True)
    assert company.check("calculated properties") == Diagnostic(
        "calculated properties",
        "the subscription allows none, 1 to create",
        "upgrade the subscription, or score on another system (runs_on)",
    )
    assert company.check("workflows") == Diagnostic(
        "workflows",
        "100 calls in 10 s are the limit of Free and Starter",
        "workflows require Professional or higher: upgrade, or run the topic on another system (runs_on)",
        Severity.WARNING,
    )


MACHINE = {
    "name": "machine",
    "labels": {"singular": "Machine", "plural": "Machines"},
    "primary_display_property": "serial",
    "properties": [{"name": "serial", "label": "Serial number", "type": "string", "field_type": "text"}],
}


def test_custom_objects_need_enterprise(company: Company, portal: RunningSimulators) -> None:
    company.model = {**MODEL, "hubspot": {"CustomObjectSchema": {"machine": MACHINE}}}
    company.model["hubspot"]["Property"] = {"machine.age": {**_property("age"), "object": "machine"}}
    assert company.check("custom objects") == Diagnostic(
        "custom objects", "0 of 10 used, 1 to create", severity=Severity.NOTE
    )
    assert company.check("custom properties") == Diagnostic(
        "custom properties", "none to create on standard objects", severity=Severity.NOTE
    )
    portal.seed("hubspot", {"account": {"tier": "professional"}})
    assert company.check("custom objects") == Diagnostic(
        "custom objects",
        "the subscription allows none; the stack uses machine",
        "custom objects require Enterprise: upgrade the subscription, or remove them from the model",
    )


def test_subscription_that_refuses_workflows_is_missing(company: Company, portal: RunningSimulators) -> None:
    portal.control.faults.add("status", system="hubspot", path="^/automation/v4/flows$", status=403)
    found = company.check("workflows")
    assert found.severity is Severity.ERROR
    assert found.message.startswith("HubSpot GET /automation/v4/flows: 403, ")


def test_properties_beyond_the_limit_are_missing_and_existing_ones_do_not_count(
    company: Company, portal: RunningSimulators
) -> None:
    portal.seed("hubspot", {"account": {"tier": "free"}})
    base = {"label": "X", "type": "string", "fieldType": "text", "groupName": "contactinformation"}
    others = [{"name": f"x{number}", **base} for number in range(9)]
    portal.seed("hubspot", {"properties": {"contacts": [*others, {"name": "points", **base}]}})
    assert company.check("custom properties") == Diagnostic(
        "custom properties", "none to create on standard objects", severity=Severity.NOTE
    )

    company.model = {**MODEL, "hubspot": {"Property": {"contacts.new": _property("new")}}}
    assert company.check("custom properties") == Diagnostic(
        "custom properties",
        "contacts 10 of 10 used, 1 to create",
        "archive unused ones, or raise the limit with the subscription",
    )


def _property(name: str) -> dict[str, str]:
    kind = {"type": "string", "field_type": "text", "group_name": "contactinformation"}
    return {"object": "contacts", "name": name, "label": name.capitalize(), **kind}


RULES: dict[str, Any] = {"object": "deals", "pipeline": "default", "no_skipping": "all"}


def test_pipeline_rules_need_professional(company: Company, portal: RunningSimulators) -> None:
    company.model = {**MODEL, "hubspot": {"PipelineRules": {"deals.default": RULES}}}
    assert company.check("pipeline rules") == Diagnostic(
        "pipeline rules", "readable, 1 declared", severity=Severity.NOTE
    )
    portal.seed("hubspot", {"account": {"tier": "starter"}})
    found = company.check("pipeline rules")
    assert found.severity is Severity.ERROR
    assert found.message.startswith("HubSpot GET /crm/pipelines-rules/2026-09/0-3/default: 403, Pipeline rules need ")
    assert found.fix.startswith("pipeline rules and stage permissions require Professional or higher")


def test_what_is_on_leads_needs_sales_hub(company: Company, portal: RunningSimulators) -> None:
    company.model = {**MODEL, "hubspot": {"Property": {"leads.points": {**_property("points"), "object": "leads"}}}}
    assert company.check("leads") == Diagnostic("leads", "readable, 1 declared", severity=Severity.NOTE)
    portal.control.faults.add("status", system="hubspot", path="^/crm/v3/pipelines/leads$", status=403)
    found = company.check("leads")
    assert found.severity is Severity.ERROR
    assert found.fix == (
        "leads require Sales Hub Professional or higher: upgrade the subscription, or remove resources on leads"
    )


def test_approvals_of_stages_need_enterprise_and_which_hub_is_not_known(
    company: Company, portal: RunningSimulators
) -> None:
    approval = {"stage": "closedwon", "approvers": ["ann@northwind.example"]}
    company.model = {**MODEL, "hubspot": {"PipelineRules": {"deals.default": {**RULES, "approvals": [approval]}}}}
    assert company.check("stage approvals").severity is Severity.NOT_CHECKED
    portal.seed("hubspot", {"account": {"tier": "professional"}})
    found = company.check("stage approvals")
    assert (found.severity, found.message) == (Severity.ERROR, "no hub of the portal is Enterprise")
