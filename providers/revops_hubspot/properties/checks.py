"""What HubSpot would refuse in a property, given the portal and the program."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace

from revops_hubspot.api import scopes, subscription
from revops_hubspot.api.account_limits import LIMITS
from revops_hubspot.api.client import HubSpotClient, PortalSession
from revops_hubspot.api.errors import HubSpotRefusal
from revops_hubspot.api.object_types import custom_name, type_id
from revops_hubspot.filters.option_values import mistaken_labels
from revops_hubspot.formulas import check as formula_check
from revops_hubspot.formulas.parser import Unreadable, parse, references
from revops_hubspot.formulas.tree import compared_texts
from revops_hubspot.objects.checks import unknown_objects
from revops_hubspot.properties.archived import restoring
from revops_hubspot.properties.inputs import PropertyInputs, SchemaProperty
from revops_iac.diagnostics import Diagnostic, Severity, input_error, suggest
from revops_iac.provider.kind import DesiredResource, LiveObject

NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")
"""Names that are known to be safe; HubSpot states no rule [?]."""


def refused(
    session: PortalSession, desired: DesiredResource, inputs: PropertyInputs, live: LiveObject | None
) -> Iterator[Diagnostic]:
    """One error for each reason to refuse a create or update of the property."""
    yield from unknown_objects(session, desired, inputs.object)
    if live is None or live.definition["group_name"] != inputs.group_name:
        yield from _group(session, desired, inputs)
    if inputs.calculation_formula:
        yield from _formula(session, desired, inputs, inputs.calculation_formula)
    if inputs.is_sensitive:
        yield from _sensitive(session, desired, inputs)
    if live is not None:
        return
    if problem := inputs.creation_problem:
        yield input_error((), problem, "correct its name if it exists, or declare a property that the API creates")
    yield from restoring(session, desired, inputs.object, inputs.name, inputs.type)
    if not NAME.fullmatch(inputs.name):
        message = "must start with a lowercase letter and have at most 100 lowercase letters, digits and underscores"
        yield input_error((), f"its name {message}", "correct its name")
    yield from _room(session, desired, inputs)


def _sensitive(session: PortalSession, desired: DesiredResource, inputs: PropertyInputs) -> Iterator[Diagnostic]:
    """No read shows whether the portal has the feature enabled; the subscription and the token can be checked."""
    client = session.client
    if not client.reads_sensitive:
        fix = "pulumi config set hubspot:sensitiveData true, and add the sensitive scopes of the object to the token"
        yield input_error((), "reading sensitive data is not enabled, so the property could not be read back", fix)
    elif subscription.lacks_enterprise(client):
        message = "sensitive data requires an Enterprise subscription"
        yield input_error((), message, "remove data_sensitivity, or upgrade the subscription")
    else:
        needed = scopes.sensitive(inputs.object, str(inputs.data_sensitivity), "write")
        granted = client.remembered("granted scopes", lambda: _granted(client))
        if granted is not None and not granted & {needed, needed.removesuffix(".v2")}:
            yield input_error((), f"the token lacks {needed}", "add the scope to the private app or service key")


def _granted(client: HubSpotClient) -> frozenset[str] | None:
    """The scopes of the token, None where HubSpot does not report them."""
    try:
        return client.token_scopes()
    except HubSpotRefusal:
        return None


def type_of(session: PortalSession, object_: str, name: str) -> str | None:
    """The type of a property as the program declares it, else as the portal has it; None when there is none."""
    found = property_named(session, f"{object_}.{name}")
    return None if found is None else found.type


def property_named(session: PortalSession, name: str) -> PropertyInputs | None:
    """A property of this vendor name, as the program declares it, else as the portal has it."""
    kind = session.system.kinds["Property"]
    declared: PropertyInputs | None = kind.declared_in(session.declared).get(name)
    if declared := declared or _made_with_schema(session, name):
        return declared
    live = session.find(kind, name)
    return None if live is None else PropertyInputs.load(live.definition)


def _made_with_schema(session: PortalSession, name: str) -> PropertyInputs | None:
    object_, _, property_ = name.partition(".")
    schema = session.system.kinds["CustomObjectSchema"].declared_in(session.declared).get(object_)
    made: list[SchemaProperty] = [] if schema is None else schema.properties
    return next((one.as_property(object_) for one in made if one.name == property_), None)


def _group(session: PortalSession, desired: DesiredResource, inputs: PropertyInputs) -> Iterator[Diagnostic]:
    object_, group = inputs.object, inputs.group_name
    kind, name = session.system.kinds["PropertyGroup"], f"{object_}.{group}"
    declared = [other.name for other in session.declared if other.kind == "PropertyGroup"]
    if name in declared or session.find(kind, name) is not None or _is_made_with_schema(session, object_, group):
        return
    there = [
        one.partition(".")[2] for one in [*declared, *session.names(kind, object_)] if one.startswith(f"{object_}.")
    ]
    yield input_error(
        (),
        f'property group "{group}" of {object_} does not exist',
        suggest(group, there, "declare it as a PropertyGroup", shown=0),
    )


def _is_made_with_schema(session: PortalSession, object_: str, group: str) -> bool:
    """A custom object is created with a group `<name>_information` [O]."""
    name = custom_name(object_)
    declared = any(other.kind == "CustomObjectSchema" and other.name == name for other in session.declared)
    return declared and name is not None and group == f"{name.lower()}_information"


def _labels(session: PortalSession, object_: str, text: str) -> Iterator[Diagnostic]:
    """Labels of options that a formula compares with; a warning, for no source says what `string(…)` reads [?]."""
    with suppress(Unreadable):
        for compared, fixed in compared_texts(parse(text)):
            for found in mistaken_labels(session, object_, compared.name, [fixed.value]):
                yield replace(found.under("calculation_formula"), severity=Severity.WARNING)


def _formula(
    session: PortalSession, desired: DesiredResource, inputs: PropertyInputs, text: str
) -> Iterator[Diagnostic]:
    """Properties that do not exist or cannot be used that way; HubSpot answers 404 and 400 [O]."""
    object_ = inputs.object
    for error in formula_check.formula_errors(text, inputs.type, lambda name: type_of(session, object_, name)):
        at = formula_check.offset(error)
        message = f"calculation_formula, {formula_check.place(text, at)}: {error.message}"
        yield input_error(("calculation_formula",), message, error.fix, 1 if "\n" in text else at + 1)
    yield from _labels(session, object_, text)
    if circle := _circle(session, object_, inputs.name):
        yield input_error((), f"calculation_formula depends on itself through {', '.join(circle)}", "remove the cycle")
    if len(text) > formula_check.NEARLY * formula_check.MOST_CHARACTERS:
        most = f"{formula_check.MOST_CHARACTERS:,}"
        session.report.say(f'HubSpot Property "{desired.name}": its formula has {len(text):,} of {most} characters')


def _circle(session: PortalSession, object_: str, name: str) -> list[str]:
    """The calculations through which a property would read itself, [] when it does not."""
    paths = [[name]]
    seen = {name}
    while paths:
        path = paths.pop()
        for other in _read_by(session, object_, path[-1]):
            if other == name:
                return path
            if other not in seen:
                seen.add(other)
                paths.append([*path, other])
    return []


def _read_by(session: PortalSession, object_: str, name: str) -> list[str]:
    found = property_named(session, f"{object_}.{name}")
    return [] if found is None else references(found.calculation_formula or "")


def _room(session: PortalSession, desired: DesiredResource, inputs: PropertyInputs) -> Iterator[Diagnostic]:
    """Only the first new property beyond a limit is reported."""
    object_, kind = inputs.object, session.system.kinds["Property"]
    declared: dict[str, PropertyInputs] = kind.declared_in(session.declared)
    there = set(session.names(kind, object_))
    new = {name: one for name, one in declared.items() if one.object == object_ and name not in there}
    if inputs.has_unique_value:
        unique = [name for name, one in new.items() if one.has_unique_value]
        used = sum(1 for name in there if _is_own_unique(session.find(kind, name)))
        most = LIMITS.reported("Property", "has_unique_value").most
        yield from subscription.beyond(desired, unique, used, most, f"properties of {object_} with unique values")
    report = subscription.report(session.client, "/custom-properties")
    for entry in (report or {}).get("byObjectType", ()):
        if entry["objectTypeId"] == type_id(object_):
            used, limit = int(entry["usage"]), int(entry["limit"])
            yield from subscription.beyond(desired, list(new), used, limit, f"custom properties of {object_}")
    if inputs.calculation_formula:
        formulas = [name for name, one in declared.items() if one.calculation_formula]
        calculated = [name for name in formulas if name not in session.names(kind, kind.partition(name))]
        yield from _room_for_calculations(session, desired, calculated)


def _room_for_calculations(
    session: PortalSession, desired: DesiredResource, new: Sequence[str]
) -> Iterator[Diagnostic]:
    report = subscription.report(session.client, "/calculated-properties")
    if report is not None:
        used, limit = int(report["overallUsage"]), int(report["overallLimit"])
        yield from subscription.beyond(desired, new, used, limit, "calculated properties")


def _is_own_unique(live: LiveObject | None) -> bool:
    """HubSpot's own properties do not count."""
    if live is None or live.facts.get("hubspot_defined"):
        return False
    return bool(live.definition.get("has_unique_value"))
