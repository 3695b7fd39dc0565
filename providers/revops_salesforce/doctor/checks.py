"""What an org and its user lack: kind of org, edition, API version, login, permissions, calls, people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from functools import partial

from revops_iac.errors import AccountError, SessionError
from revops_iac.provider.doctor import (
    Check,
    State,
    Visit,
    attempt,
    calls_check,
    clock_check,
    name_checks,
    people_checks,
)
from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.api.versions import API_VERSION, LIMITS
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
"""The permissions of whoever asks; may be asked without View Setup [D: UserPermissionAccess, API 41]."""


def examine(visit: Org) -> Iterator[Check]:
    """All checks of an org that answers; each looks for itself, so that one refusal hides no other."""
    looks: tuple[tuple[str, Callable[[Org], Iterable[Check]]], ...] = (
        ("org", _org),
        ("login", _login),
        ("API version", _service),
        ("permissions", _permissions),
        ("metadata types", metadata_types),
        ("API calls", _calls),
        ("people", lambda visit: people_checks(visit, PEOPLE)),
        ("names", lambda visit: name_checks(visit, PEOPLE)),
    )
    for name, look in looks:
        yield from attempt(name, partial(look, visit))


def _org(visit: Org) -> Iterator[Check]:
    found = visit.session.client.query(ORGANIZATION)[0]
    production, edition = visit.session.settings.production, str(found["OrganizationType"])
    yield _kind_of_org(visit.stack, production, bool(found["IsSandbox"]), edition)
    yield _edition(edition)


def kind_of_org(is_sandbox: bool, edition: str) -> str:
    """What an org is for; a scratch org is a sandbox to the API [K].

    >>> kind_of_org(False, "Developer Edition")
    'developer org'
    """
    return "sandbox" if is_sandbox else "developer org" if edition == DEVELOPER else PRODUCTION


def _kind_of_org(stack: str, production: bool, is_sandbox: bool, edition: str) -> Check:
    """A plan of production on a sandbox, or the other way round, is the wrong login or the wrong stack."""
    kind = kind_of_org(is_sandbox, edition)
    is_production = kind == PRODUCTION
    if production and not is_production:
        return Check(
            "org",
            State.MISSING,
            f"{kind}, but revops:production is true",
            "log in to the production org and set its organization id, or "
            f"pulumi config rm revops:production --stack {stack}",
        )
    if is_production and not production:
        return Check(
            "org",
            State.WARNING,
            "production, but revops:production is not set, so nothing is protected from being deleted",
            f"pulumi config set revops:production true --stack {stack}, or use a sandbox",
        )
    return Check("org", State.OK, kind)


def _edition(edition: str) -> Check:
    if edition in WITH_API:
        return Check("edition", State.OK, edition)
    fix = "see that API access is part of the contract, also for the integration user"
    return Check("edition", State.WARNING, f"{edition}, where the API is ordered separately", fix)


def _login(visit: Org) -> Iterator[Check]:
    """A token in JWT format never gets here: the login itself refuses it."""
    way = visit.session.client.login_way
    if "password" in way:
        yield _soap_login(visit.today)
    elif "sessionId" in way:
        yield Check("login", State.OK, "a session id, which expires: for runs without a person use JWT bearer")
    else:
        yield Check("login", State.OK, "client credentials" if "consumerSecret" in way else "JWT bearer")


def _soap_login(today: date) -> Check:
    """User name and password work until they do not; the release is known, its day in this org is not."""
    ended = today >= SOAP_LOGIN_END
    return Check(
        "login",
        State.MISSING if ended else State.WARNING,
        "user name and password go through SOAP login, which "
        + (f"ended with {SOAP_LOGIN_ENDS}" if ended else f"is retired in {SOAP_LOGIN_ENDS}"),
        "log in with SALESFORCE_CONSUMER_KEY and a private key, or with client credentials",
    )


def _service(visit: Org) -> Iterator[Check]:
    service = visit.session.client.service()
    oldest, newest = service.versions[0], service.versions[-1]
    served = f"{API_VERSION}; the org serves {oldest} to {newest}"
    if API_VERSION in service.versions:
        yield Check("API version", State.OK, served)
    else:
        yield Check("API version", State.MISSING, served, "update revops-iac to a release that speaks one of these")
    yield clock_check(visit, service.date)


def _permissions(visit: Org) -> Iterator[Check]:
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
        yield Check("permissions", State.MISSING, f"the user lacks {label}", f"give the integration user {label}")
    if not lacking:
        yield Check("permissions", State.OK, f"{len(needed)} needed, all granted")


def _probed(client: SalesforceClient) -> Check:
    """Where permissions cannot be asked for, a read of metadata shows the one that matters most."""
    try:
        client.list_components("CustomPermission")
    except SessionError:
        raise
    except AccountError as error:
        return Check("permissions", State.MISSING, error.sentence, error.fix)
    rest = "metadata is readable; other permissions cannot be asked for in this org"
    return Check("permissions", State.NOT_CHECKED, rest, f"see that the integration user has {LABELS[SETUP]}")


def _calls(visit: Org) -> Iterator[Check]:
    daily = visit.session.client.get(LIMITS)["DailyApiRequests"]
    fix = "wait until the calls of the last 24 hours fall below the limit, or raise it"
    yield calls_check(visit, int(daily["Remaining"]), int(daily["Max"]), "", fix)
