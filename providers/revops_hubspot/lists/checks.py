"""What HubSpot would refuse in a segment, given the portal and the program."""

from __future__ import annotations

from collections.abc import Iterator

from revops_hubspot.api import directory
from revops_hubspot.api.client import PortalSession
from revops_hubspot.api.errors import Json
from revops_hubspot.filters.property_types import unfit
from revops_hubspot.filters.references import tokens_in
from revops_hubspot.lists.inputs import ListInputs
from revops_hubspot.objects.checks import unknown_ids, unknown_objects
from revops_iac.diagnostics import Diagnostic, input_error
from revops_iac.provider.kind import DesiredResource, LiveObject


def refused(
    session: PortalSession, desired: DesiredResource, inputs: ListInputs, live: LiveObject | None
) -> Iterator[Diagnostic]:
    """One error for each reason to refuse a create or update of the segment."""
    yield from unknown_objects(session, desired, inputs.object)
    where, branch = "filter" if inputs.manages("filter") else "filter_branch", inputs.branch
    for found in unfit(session, branch, inputs.object):
        yield found.under(where)
    yield from (found.under(where) for found in unknown_ids(session, branch, live))
    if circle := _circle(session, desired, branch):
        yield input_error((), f"it depends on itself through {', '.join(circle)}", "remove the cycle")
    if live is None:
        yield from _same_name(session, desired)
    else:
        yield from _fixed_filter(session, desired, live)


def _same_name(session: PortalSession, desired: DesiredResource) -> Iterator[Diagnostic]:
    """Names are unique in the portal, without regard to case [S][T]."""
    there = [*directory.list_ids(session.client), *(w.name for w in session.declared if w.kind == "List")]
    for name in dict.fromkeys(there):
        if name != desired.name and name.lower() == desired.name.lower():
            yield input_error((), f'its name differs from segment "{name}" only in case', "choose another name")


def _fixed_filter(session: PortalSession, desired: DesiredResource, live: LiveObject) -> Iterator[Diagnostic]:
    kind = session.system.kinds["List"]
    changed = {*kind.differences(desired.inputs, kind.managed_view(desired.inputs, live))}
    processing = live.definition["processing_type"]
    if processing != "DYNAMIC" and changed & {"filter", "filter_branch"}:
        message = f"filters of a {processing} segment cannot change after creation"
        yield input_error((), message, "declare a new segment, or a DYNAMIC one with another name")


def _circle(session: PortalSession, desired: DesiredResource, branch: Json) -> list[str]:
    """The lists through which a list would refer to itself, [] when it does not."""
    paths = [[desired.name, name] for name in _named(branch)]
    seen: set[str] = set()
    while paths:
        path = paths.pop()
        if path[-1] == desired.name:
            return path[:-1]
        if path[-1] not in seen:
            seen.add(path[-1])
            paths += [[*path, name] for name in _named(_branch(session, path[-1]))]
    return []


def _named(branch: Json) -> list[str]:
    return list(dict.fromkeys(token.value for token in tokens_in(branch) if token.type == "list"))


def _branch(session: PortalSession, name: str) -> Json:
    kind = session.system.kinds["List"]
    declared: ListInputs | None = kind.declared_in(session.declared).get(name)
    if declared is not None:
        return declared.branch
    live = session.find(kind, name)
    return None if live is None else live.definition["filter_branch"]
