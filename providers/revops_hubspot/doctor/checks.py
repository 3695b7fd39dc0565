"""Checks of a portal and a token: account type, scopes, features, limits, API versions that end, people."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date
from typing import Any

from revops_hubspot.api import scopes
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.errors import HubSpotRefusal
from revops_hubspot.api.object_types import object_name, type_id
from revops_hubspot.api.versions import DATED, SEMANTIC
from revops_hubspot.doctor import features
from revops_hubspot.properties.inputs import PropertyInputs
from revops_iac.diagnostics import Diagnostic, Severity
from revops_iac.provider.inspection.doctor import (
    Look,
    Visit,
    calls_check,
    clock_check,
    examined,
    production_check,
    sunset_check,
)
from revops_iac.provider.live_object import DesiredResource

Json = Any
Portal = Visit[HubSpotClient]

PEOPLE = ("owner", "user")
LOW_TIER_BURST = 100
"""Calls in ten seconds of Free and Starter; Professional and Enterprise have 190 [D/T 71121801216]."""
FLOWS_END = date(2027, 3, 30)
"""When v4 paths lose support [O]."""
SEMANTIC_END = date(2027, 9, 1)
"""When v1 to v3 paths lose support: September 2027 [O], so its first day."""
DATED_END = date(2028, 3, 1)
"""18 months after September 2026 [O]."""
USE_DATED = f"export HUBSPOT_API_VERSION={DATED}, which calls the dated paths"
RAISE = "archive unused ones, or raise the limit with the subscription"


def examine(visit: Portal) -> Iterator[Diagnostic]:
    """All checks of a portal. Each one runs on its own, so that a refusal in one does not hide another."""
    looks: dict[str, Look] = {
        "account type": _account_type,
        "scopes": _scopes,
        "workflows": _workflows,
        "pipeline rules": features.pipeline_rules,
        "leads": features.leads,
        "calculated properties": _calculated_properties,
        "custom properties": _custom_properties,
        "pipelines": _pipelines,
        "custom objects": _custom_objects,
        "API calls": _calls,
        "API version": _versions,
        "clock": lambda visit: [clock_check(visit, visit.session.client.answer_headers.get("Date"))],
    }
    return examined(visit, looks, PEOPLE)


def _account_type(visit: Portal) -> Iterator[Diagnostic]:
    type_ = str(visit.session.client.get("account", "/details").get("accountType"))
    fix = "use the token and portal id of the production portal"
    yield production_check(visit, "account type", type_, type_ == "STANDARD", fix)


def _scopes(visit: Portal) -> Iterator[Diagnostic]:
    kinds, declared = visit.session.system.kinds, visit.session.declared
    read, write = scopes.reading(kinds, declared, visit.lookups), scopes.writing(kinds, declared)
    if unknown := scopes.unknown_kinds(kinds, declared):
        found = f"the scopes of {', '.join(unknown)} are not known"
        yield Diagnostic("scopes", found, "the first plan shows them", Severity.NOT_CHECKED)
    try:
        granted = visit.session.client.token_scopes()
    except HubSpotRefusal:
        yield _probed(visit, read)
        unseen = "HubSpot does not report the scopes of this token, and only a write would show them"
        yield Diagnostic(
            "scopes to write", unseen, f"check that the token has {', '.join(write)}", Severity.NOT_CHECKED
        )
        return
    yield _scope_check("scopes to read", read, scopes.lacking(read, granted))
    yield _scope_check("scopes to write", write, scopes.lacking(write, granted))


def _scope_check(name: str, needed: list[str], lacking: list[str]) -> Diagnostic:
    if not lacking:
        return Diagnostic(name, f"{len(needed)} needed, all granted", severity=Severity.NOTE)
    fix = f"add {', '.join(lacking)} to the private app or service key, then use its token"
    return Diagnostic(name, f"{len(lacking)} of {len(needed)} not granted: {', '.join(lacking)}", fix)


def _probed(visit: Portal, needed: list[str]) -> Diagnostic:
    """Without introspection a read of each area shows whether its scope is there."""
    return _scope_check("scopes to read", needed, [scope for scope in needed if not _may_read(visit, scope)])


def _may_read(visit: Portal, scope: str) -> bool:
    client = visit.session.client
    one = {"limit": 1}
    area, _, object_ = scope.removesuffix(".read").removeprefix("crm.").partition(".")
    probes: Mapping[str, Callable[[], Json]] = {
        "automation": lambda: client.get("flows", "", one),
        "crm.lists.read": lambda: client.ask("lists", "/search", {"offset": 0, "count": 1, "additionalProperties": []}),
        "crm.objects.owners.read": lambda: client.get("owners", "/", one),
        "settings.users.teams.read": lambda: client.get("users", "/teams"),
    }
    by_object: Mapping[str, Callable[[], Json]] = {
        "schemas": lambda: client.get("properties", "/{object}/groups", object=object_),
        "objects": lambda: client.get("objects", "/{object}", one, object=object_),
    }
    try:
        (probes.get(scope) or by_object[area])()
    except HubSpotRefusal as refusal:
        return refusal.status != 403
    return True


def _workflows(visit: Portal) -> Iterator[Diagnostic]:
    """No endpoint returns the subscription; a refusal shows it, and so does the call limit [D/T]."""
    declared = [item for item in visit.session.declared if item.kind == "Workflow"]
    if not declared:
        return
    client = visit.session.client
    try:
        client.get("flows", "", {"limit": 1})
    except HubSpotRefusal as refusal:
        if refusal.status != 403 or refusal.names_scopes:
            raise
        yield _no_workflows(Severity.ERROR, refusal.diagnostic.sentence)
        return
    burst = client.answer_headers.get("X-HubSpot-RateLimit-Max")
    if burst == str(LOW_TIER_BURST):
        yield _no_workflows(Severity.WARNING, f"{burst} calls in 10 s are the limit of Free and Starter")
    else:
        yield Diagnostic("workflows", f"readable, {len(declared)} declared", severity=Severity.NOTE)


def _no_workflows(severity: Severity, found: str) -> Diagnostic:
    fix = "workflows require Professional or higher: upgrade, or run the topic on another system (runs_on)"
    return Diagnostic("workflows", found, fix, severity)


def _new(visit: Portal, kind_name: str) -> list[DesiredResource]:
    """What the stack would create, of one kind; on custom objects nothing is counted, for they may not exist yet."""
    of_kind = [item for item in visit.session.declared if item.kind == kind_name and not _on_custom_object(item)]
    if not of_kind:
        return []
    kind = visit.session.system.kinds[kind_name]
    return [item for item in of_kind if item.name not in visit.session.names(kind, kind.partition(item.name))]


def _new_inputs(visit: Portal, kind_name: str) -> list[Any]:
    """The typed inputs of what the stack would create, of one kind."""
    return [visit.session.system.kinds[kind_name].typed(item) for item in _new(visit, kind_name)]


def _on_custom_object(item: DesiredResource) -> bool:
    return "object" in item.inputs and scopes.scope_name(item.inputs["object"]) == scopes.CUSTOM


def _calculated_properties(visit: Portal) -> Iterator[Diagnostic]:
    properties: list[PropertyInputs] = _new_inputs(visit, "Property")
    new = [one for one in properties if one.calculation_formula]
    report = visit.session.client.get("limits", "/calculated-properties")
    used, limit = int(report["overallUsage"]), int(report["overallLimit"])
    if new and limit == 0:
        found = f"the subscription allows none, {len(new)} to create"
        fix = "upgrade the subscription, or score on another system (runs_on)"
        yield Diagnostic("calculated properties", found, fix)
        return
    yield _room("calculated properties", [("", used, limit, len(new))])


def _custom_properties(visit: Portal) -> Iterator[Diagnostic]:
    new = Counter(type_id(one.object) for one in _new_inputs(visit, "Property"))
    report = visit.session.client.get("limits", "/custom-properties")["byObjectType"]
    yield _room("custom properties", _by_object(report, new))


def _pipelines(visit: Portal) -> Iterator[Diagnostic]:
    new = Counter(type_id(one.object) for one in _new_inputs(visit, "Pipeline"))
    report = visit.session.client.get("limits", "/pipelines")["hubspotDefinedObjectTypes"]
    if new:
        yield _room("pipelines", _by_object(report, new))


def _by_object(report: Iterable[Json], new: Counter[str]) -> list[tuple[str, int, int, int]]:
    return [
        (object_name(entry["objectTypeId"]), int(entry["usage"]), int(entry["limit"]), new[entry["objectTypeId"]])
        for entry in report
        if new[entry["objectTypeId"]]
    ]


def _room(name: str, counts: list[tuple[str, int, int, int]]) -> Diagnostic:
    """`counts`: object, used, limit, to create."""
    message = "; ".join(
        f"{object_}{' ' if object_ else ''}{used:,} of {limit:,} used, {new:,} to create"
        for object_, used, limit, new in counts
    )
    if any(used + new > limit for _, used, limit, new in counts if new):
        return Diagnostic(name, message, RAISE)
    return Diagnostic(name, message or "none to create on standard objects", severity=Severity.NOTE)


def _custom_objects(visit: Portal) -> Iterator[Diagnostic]:
    """Only where the stack declares or names an object that is not HubSpot's own."""
    new = _new(visit, "CustomObjectSchema")
    named = {str(item.inputs["object"]) for item in visit.session.declared if _on_custom_object(item)}
    if not new and not named:
        return
    report = visit.session.client.get("limits", "/custom-object-types")
    if int(report["limit"]):
        yield _room("custom objects", [("", int(report["usage"]), int(report["limit"]), len(new))])
        return
    names = ", ".join(sorted(named | {item.name for item in new}))
    fix = "custom objects require Enterprise: upgrade the subscription, or remove them from the model"
    yield Diagnostic("custom objects", f"the subscription allows none; the stack uses {names}", fix)


def _calls(visit: Portal) -> Iterator[Diagnostic]:
    """The rate headers of an answer; tokens of OAuth apps have no daily limit [T]."""
    headers = visit.session.client.answer_headers
    most, left = (headers.get(f"X-HubSpot-RateLimit-{name}") for name in ("Daily", "Daily-Remaining"))
    burst = headers.get("X-HubSpot-RateLimit-Max")
    per_interval = f", {int(burst):,} in 10 s" if burst else ""
    if most is None or left is None:
        yield Diagnostic("API calls", f"HubSpot reported no daily limit{per_interval}", severity=Severity.NOT_CHECKED)
        return
    fix = "run the first up after midnight in the portal's time zone, or raise the API limit"
    yield calls_check(visit, int(left), int(most), per_interval, fix)


def _versions(visit: Portal) -> Iterator[Diagnostic]:
    if visit.session.client.version != SEMANTIC:
        message = f"paths of {DATED}"
        yield sunset_check(visit, "API version", message, DATED_END, "in March 2028", "update revops-iac")
        return
    if any(item.kind.startswith("Workflow") for item in visit.session.declared):
        yield sunset_check(visit, "API version", "v4 paths of workflows", FLOWS_END, f"on {FLOWS_END}", USE_DATED)
    yield sunset_check(visit, "API version", "v3 paths", SEMANTIC_END, "in September 2027", USE_DATED)
