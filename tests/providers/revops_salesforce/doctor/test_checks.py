"""What `revops doctor` says of an org, the login and its user."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from crm_simulators.salesforce.metadata.registry import TYPES
from crm_simulators.server import RunningSimulators, SalesforceAccess
from revops_salesforce.doctor import checks as examination

from revops_iac.diagnostics import Diagnostic, Severity
from tests.providers.company import Company

MODEL: dict[str, Any] = {
    "context": {"systems": {"managed": ["salesforce"]}},
    "people": {"persons": {"ann": {"name": "Ann", "email": "ann@northwind.example"}}},
    "salesforce": {
        "Queue": {
            "Unassigned": {
                "name": "Unassigned",
                "label": "Unassigned",
                "objects": ["Lead"],
                "members": ["ann@northwind.example"],
            }
        },
        "PermissionSet": {"Process": {"name": "Process", "label": "Process"}},
        "PermissionSetAssignment": {
            "Process.ann@northwind.example": {"permission_set": "Process", "username": "ann@northwind.example"}
        },
    },
}


@pytest.fixture
def sandbox(accounts: RunningSimulators) -> RunningSimulators:
    """A sandbox in which Ann is a standard user."""
    accounts.seed("salesforce", {"organization": {"IsSandbox": True, "OrganizationType": "Enterprise Edition"}})
    accounts.seed("salesforce", {"users": [{"Username": "ann@northwind.example"}]})
    return accounts


@pytest.fixture
def company(sandbox: RunningSimulators, org: SalesforceAccess, tmp_path: Path, waits: list[float]) -> Company:
    return Company(tmp_path, MODEL, {"salesforce:organizationId": org.organization_id})


def log_in_with_password(org: SalesforceAccess, monkeypatch: pytest.MonkeyPatch, username: str) -> None:
    monkeypatch.delenv("SALESFORCE_SESSION_ID")
    monkeypatch.setenv("SALESFORCE_USERNAME", username)
    monkeypatch.setenv("SALESFORCE_PASSWORD", org.password)
    # simple-salesforce appends its own domain, and the simulator takes any path in front [V].
    monkeypatch.setenv("SALESFORCE_DOMAIN", f"{org.https_url.removeprefix('https://')}/sim")


def test_org_that_has_everything_is_all_ok_and_nothing_is_written(company: Company, sandbox: RunningSimulators) -> None:
    before = sandbox.dump("salesforce")
    report = company.report()

    assert report.exit_code == 0
    assert [
        (check.subject, check.severity, check.message) for check in report.checks if check.subject != "API calls"
    ] == [
        ("access", Severity.NOTE, "accepted"),
        ("organization id", Severity.NOTE, "00DSm0000000001MAA, as in stack config"),
        ("org", Severity.NOTE, "sandbox"),
        ("edition", Severity.NOTE, "Enterprise Edition"),
        ("login", Severity.NOTE, "a session id, which expires; use JWT bearer for unattended runs"),
        ("API version", Severity.NOTE, "63.0; the org serves 31.0 to 63.0"),
        ("clock", Severity.NOTE, "within 60 s of Salesforce"),
        ("permissions", Severity.NOTE, "3 needed, all granted"),
        ("metadata types", Severity.NOTE, "2 needed, all offered by the org"),
        ("people", Severity.NOTE, "1 person of the model, found by 1 login"),
    ]
    assert sandbox.control.log.select(writes_only=True) == []
    assert sandbox.dump("salesforce") == before


def test_another_org_is_not_read(company: Company, sandbox: RunningSimulators) -> None:
    company.config["salesforce:organizationId"] = "00D000000000001"
    report = company.report()
    assert report.checks[1:] == [
        Diagnostic(
            "organization id",
            'the credentials belong to "00DSm0000000001MAA", stack config says "00D000000000001"',
            "use the credentials of 00D000000000001, or "
            "pulumi config set salesforce:organizationId 00DSm0000000001MAA --stack dev",
        ),
        Diagnostic("everything else", "the credentials are for another account", severity=Severity.NOT_CHECKED),
    ]
    operations = [one.operation for one in sandbox.control.log.select(system="salesforce")]
    assert operations == ["GET services/data", "GET query Organization"]


def test_expired_session_is_one_missing_check(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALESFORCE_SESSION_ID", "00D000000000001!OLD")
    access, rest = company.report().checks
    assert (access.severity, access.message) == (
        Severity.ERROR,
        "Salesforce GET /services/data/v63.0/query: 401 INVALID_SESSION_ID, Session expired or invalid",
    )
    assert rest == Diagnostic("everything else", "the account did not answer", severity=Severity.NOT_CHECKED)


def test_token_in_jwt_format_is_named_with_the_switch(company: Company, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALESFORCE_SESSION_ID", "eyJhbGciOi.payload.signature")
    assert company.report().checks[0] == Diagnostic(
        "access",
        "Salesforce: the login gave a JWT-based access token, which the Metadata API does not take",
        'switch off "Issue JSON Web Token (JWT)-based access tokens" in the connected app',
    )


def test_login_by_password_is_about_to_end(
    company: Company, org: SalesforceAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in_with_password(org, monkeypatch, org.username)
    report = company.report()
    assert [check for check in report.checks if check.severity is not Severity.NOTE] == [
        Diagnostic(
            "login",
            "user name and password go through SOAP login, which is retired in Summer '27 (API 65.0)",
            "log in with SALESFORCE_CONSUMER_KEY and a private key, or with client credentials",
            Severity.WARNING,
        )
    ]
    assert report.exit_code == 0


def test_each_permission_that_the_user_lacks_is_named(
    company: Company, org: SalesforceAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in_with_password(org, monkeypatch, "ann@northwind.example")
    modify = '"Modify Metadata Through Metadata API Functions" or "Modify All Data"'
    lacking = [modify, '"View Setup and Configuration"', '"Assign Permission Sets" or "Manage Users"']
    assert company.checks("permissions") == [
        Diagnostic("permissions", f"the user lacks {label}", f"give the integration user {label}") for label in lacking
    ]


def test_permissions_are_probed_where_they_cannot_be_asked_for(
    company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examination, "ACCESS", "SELECT {} FROM NotThere")
    assert company.check("permissions") == Diagnostic(
        "permissions",
        "metadata is readable; other permissions cannot be queried in this org",
        'check that the integration user has "View Setup and Configuration"',
        Severity.NOT_CHECKED,
    )


def test_metadata_that_cannot_be_read_is_said_in_the_vendors_words(
    company: Company, org: SalesforceAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examination, "ACCESS", "SELECT {} FROM NotThere")
    log_in_with_password(org, monkeypatch, "ann@northwind.example")
    assert company.check("permissions") == Diagnostic(
        "permissions",
        "Salesforce SOAP listMetadata CustomPermission: 500 INSUFFICIENT_ACCESS, use of the Metadata API requires a "
        "user with the ModifyAllData or ModifyMetadata permissions",
        'give the user "Modify Metadata Through Metadata API Functions" or "Modify All Data"',
    )


def test_production_of_the_stack_on_a_sandbox_is_missing(company: Company) -> None:
    company.config["revops:production"] = True
    assert company.check("org") == Diagnostic(
        "org",
        "sandbox, but revops:production is true",
        "log in to the production org and set its organization id, or pulumi config rm revops:production --stack dev",
    )


def test_production_org_of_an_unprotected_stack_is_a_warning(company: Company, sandbox: RunningSimulators) -> None:
    sandbox.seed("salesforce", {"organization": {"IsSandbox": False}})
    assert company.check("org") == Diagnostic(
        "org",
        "production, but revops:production is not set, so nothing is protected from deletion",
        "pulumi config set revops:production true --stack dev, or use a sandbox",
        Severity.WARNING,
    )


def test_edition_without_api_is_a_warning(company: Company, sandbox: RunningSimulators) -> None:
    sandbox.seed("salesforce", {"organization": {"OrganizationType": "Professional Edition"}})
    assert company.check("edition") == Diagnostic(
        "edition",
        "Professional Edition, where the API is ordered separately",
        "check that the contract includes API access, also for the integration user",
        Severity.WARNING,
    )


def test_few_calls_left_are_a_warning(company: Company, sandbox: RunningSimulators) -> None:
    simulator: Any = sandbox.simulators["salesforce"]
    simulator._app.used = 14_900
    found = company.check("API calls")
    assert (found.severity, found.message.partition(" of ")[2]) == (Severity.WARNING, "15,000 left today")
    assert found.fix == "wait until the calls of the last 24 hours fall below the limit, or raise it"


def test_person_that_a_queue_needs_is_missing(company: Company) -> None:
    company.model = {**MODEL, "people": {"persons": {"bob": {"name": "Bob", "email": "bob@northwind.example"}}}}
    company.model["salesforce"] = {
        "Queue": {"Q": {"name": "Q", "label": "Q", "objects": ["Lead"], "members": ["bob@northwind.example"]}}
    }
    assert company.check("people") == Diagnostic(
        "people",
        '"bob@northwind.example" (bob) does not exist in the account',
        'invite "bob@northwind.example" to Salesforce, or map the person under people.identities.bob.salesforce '
        "in overlays/dev.yaml",
    )


def test_clock_that_is_ahead_is_a_warning(company: Company) -> None:
    found = company.check("clock", behind_s=-90)
    assert found.severity is Severity.WARNING
    assert found.message in [f"this machine is {seconds} s ahead of Salesforce" for seconds in range(86, 93)]


def test_login_by_password_is_missing_once_soap_login_has_ended(
    company: Company, org: SalesforceAccess, monkeypatch: pytest.MonkeyPatch
) -> None:
    log_in_with_password(org, monkeypatch, org.username)
    found = company.check("login", today=date(2027, 8, 1))
    assert found.severity is Severity.ERROR
    assert found.message == "user name and password go through SOAP login, which ended with Summer '27 (API 65.0)"


def test_metadata_type_that_the_org_does_not_offer_is_missing(
    company: Company, sandbox: RunningSimulators, monkeypatch: pytest.MonkeyPatch
) -> None:
    offered = {name: kind for name, kind in TYPES.items() if name != "Queue"}
    monkeypatch.setattr("crm_simulators.salesforce.metadata.metadata_api.TYPES", offered)
    assert company.check("metadata types") == Diagnostic(
        "metadata types",
        "the org has no Queue, 1 to create",
        "enable the feature behind Queue in Setup, or check that the edition includes it",
    )
