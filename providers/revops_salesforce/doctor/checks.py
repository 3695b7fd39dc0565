"""What an org and its user lack: kind of org, edition, API version, login, permissions, calls, people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from revops_iac.diagnostics import Diagnostic, Severity
from revops_iac.errors import AccountError, SessionError
from revops_iac.provider.inspection.doctor import Look, Visit, calls_check, clock_check, examined, production_check
from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.api.versions import LIMITS
from revops_salesforce.doctor.features import metadata_types

Org = Visit[SalesforceClient]

PEOPLE = ("user",)
DEVELOPER = "Developer Edition"
PRODUCTION = "production"
WITH_API = frozenset({DEVELOPER, "Enterprise Edition", "Unlimited Edition", "Performance Edition"})
"""Editions that have the API without a separate order [K]."""
ORGANIZATION = "SELECT IsSandbox, OrganizationType FROM Organization"

MODIFY = ("PermissionsModifyMetadata", "PermissionsModifyAllData")
SETUP = ("PermissionsViewSetup",)
ASSIGN = ("PermissionsAssignPermissionSets", "PermissionsManageUsers")
LABELS: Mapping[tuple[str, ...], str] = {
    MODIFY: '"Modify Metadata Through Metadata API Functions" or "Modify All Data"',
    SETUP: '"View Setup and Configuration"',
    ASSIGN: '"Assign Permission Sets" or "Manage Users"',
}
"""Permissions of which one is enough, as Setup calls them [D: meta_createMetadata; object reference]."""
SOAP_LOGIN_ENDS = "Summer '27 (API 65.0)"  # [S: jsforce]
SOAP_LOGIN_END = date(2027, 6, 1)
"""About when that release comes [K: Summer releases arrive in May and June]."""
ACCESS = "SELECT {} FROM UserPermissionAccess"
"""The permissions of the current user; needs no View Setup [D: UserPermissionAccess, API 41]."""


def examine(visit: Org) -> Iterator[Diagnostic]:
    """All checks of an org that answers; each looks for itself, so that one refusal hides no other."""
    looks: dict[str, Look] = {
        "org": _org,
        "login": _login,
        "API version": _service,
        "permissions": _permissions,
        "metadata types": metadata_types,
        "API calls": _calls,
    }
    return examined(visit, looks, PEOPLE)


def _org(visit: Org) -> Iterator[Diagnostic]:
    found = visit.session.client.query(ORGANIZATION)[0]
    edition = str(found["OrganizationType"])
    kind = kind_of_org(bool(found["IsSandbox"]), edition)
    fix = "log in to the production org and set its organization id"
    yield production_check(visit, "org", kind, kind == PRODUCTION, fix)
    yield _edition(edition)


def kind_of_org(is_sandbox: bool, edition: str) -> str:
    """What an org is for; a scratch org is a sandbox to the API [K].

    >>> kind_of_org(False, "Developer Edition")
    'developer org'
    """
    return "sandbox" if is_sandbox else "developer org" if edition == DEVELOPER else PRODUCTION


def _edition(edition: str) -> Diagnostic:
    if edition in WITH_API:
        return Diagnostic("edition", edition, severity=Severity.NOTE)
    fix = "check that the contract includes API access, also for the integration user"
    return Diagnostic("edition", f"{edition}, where the API is ordered separately", fix, Severity.WARNING)


def _login(visit: Org) -> Iterator[Diagnostic]:
    """A token in JWT format never gets here: the login itself refuses it."""
    way = visit.session.client.login_way
    if "password" in way:
        yield _soap_login(visit.today)
    elif "sessionId" in way:
        yield Diagnostic(
            "login", "a session id, which expires; use JWT bearer for unattended runs", severity=Severity.NOTE
        )
    else:
        yield Diagnostic(
            "login", "client credentials" if "consumerSecret" in way else "JWT bearer", severity=Severity.NOTE
        )


def _soap_login(today: date) -> Diagnostic:
    """User name and password work until they do not; the release is known, its day in this org is not."""
    ended = today >= SOAP_LOGIN_END
    return Diagnostic(
        "login",
        "user name and password go through SOAP login, which "
        + (f"ended with {SOAP_LOGIN_ENDS}" if ended else f"is retired in {SOAP_LOGIN_ENDS}"),
        "log in with SALESFORCE_CONSUMER_KEY and a private key, or with client credentials",
        Severity.ERROR if ended else Severity.WARNING,
    )


def _service(visit: Org) -> Iterator[Diagnostic]:
    service = visit.session.client.service()
    oldest, newest = service.versions[0], service.versions[-1]
    version = visit.session.client.version
    served = f"{version}; the org serves {oldest} to {newest}"
    if version in service.versions:
        yield Diagnostic("API version", served, severity=Severity.NOTE)
    else:
        yield Diagnostic("API version", served, "update revops-iac to a release that supports one of these")
    yield clock_check(visit, service.date)


def _permissions(visit: Org) -> Iterator[Diagnostic]:
    needed = [MODIFY, SETUP]
    if any(item.kind == "PermissionSetAssignment" for item in visit.session.declared):
        needed.append(ASSIGN)
    client = visit.session.client
    try:
        (live,) = client.query(ACCESS.format(", ".join(name for names in needed for name in names)))
    except SessionError:
        raise
    except AccountError:
        yield _probed(client)
        return
    lacking = [LABELS[names] for names in needed if not any(live[name] for name in names)]
    for label in lacking:
        yield Diagnostic("permissions", f"the user lacks {label}", f"give the integration user {label}")
    if not lacking:
        yield Diagnostic("permissions", f"{len(needed)} needed, all granted", severity=Severity.NOTE)


def _probed(client: SalesforceClient) -> Diagnostic:
    """Where permissions cannot be asked for, a read of metadata shows the one that matters most."""
    try:
        client.list_components("CustomPermission")
    except SessionError:
        raise
    except AccountError as error:
        return Diagnostic("permissions", error.diagnostic.sentence, error.diagnostic.fix)
    rest = "metadata is readable; other permissions cannot be queried in this org"
    return Diagnostic("permissions", rest, f"check that the integration user has {LABELS[SETUP]}", Severity.NOT_CHECKED)


def _calls(visit: Org) -> Iterator[Diagnostic]:
    daily = visit.session.client.get(LIMITS)["DailyApiRequests"]
    fix = "wait until the calls of the last 24 hours fall below the limit, or raise it"
    yield calls_check(visit, int(daily["Remaining"]), int(daily["Max"]), "", fix)
