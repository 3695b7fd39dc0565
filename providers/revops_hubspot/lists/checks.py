"""What HubSpot would refuse in a list, judged by what the portal and the program have beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from revops_hubspot.api import directory
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.subscription import told
from revops_hubspot.filters.property_types import unfit
from revops_hubspot.filters.references import tokens_in
from revops_hubspot.objects.checks import unknown_objects
from revops_hubspot.workflows.checks import ids_in
from revops_iac.provider.kind import Observed, Wanted
from revops_iac.provider.session import Session


def refused(session: Session[HubSpotClient], wanted: Wanted, held: Observed | None, branch: Any) -> Iterator[str]:
    """One sentence and fix for each thing that a create or update of the list would be refused for."""
    yield from unknown_objects(session, wanted, wanted.inputs["object"])
    where = "filter" if "filter" in wanted.inputs else "filter_branch"
    for said, fix in unfit(session, branch, wanted.inputs["object"]):
        yield told(wanted, f"{where}: {said}", fix)
    for type_, identifier in dict.fromkeys(ids_in(branch)):
        if identifier not in directory.names(session.client, type_):
            said = f'{where}: there is no {type_} with the id "{identifier}"'
            yield told(wanted, said, f"write {{{type_}: NAME}}, which is looked up")
    if circle := _circle(session, wanted, branch):
        yield told(wanted, f"it refers to itself through {', '.join(circle)}", "break the circle")
    if held is None:
        yield from _same_name(session, wanted)
    else:
        yield from _fixed_filter(session, wanted, held)


def _same_name(session: Session[HubSpotClient], wanted: Wanted) -> Iterator[str]:
    """Names are unique in the portal, without regard to case [S][T]."""
    there = [*directory.list_ids(session.client), *(w.name for w in session.declared if w.kind == "List")]
    for name in dict.fromkeys(there):
        if name != wanted.name and name.lower() == wanted.name.lower():
            yield told(wanted, f'its name is that of list "{name}" but for its case', "give it another name")


def _fixed_filter(session: Session[HubSpotClient], wanted: Wanted, held: Observed) -> Iterator[str]:
    kind = session.system.kinds["List"]
    changed = {*kind.differences(wanted.inputs, kind.view(wanted.inputs, held))}
    processing = held.definition["processing_type"]
    if processing != "DYNAMIC" and changed & {"filter", "filter_branch"}:
        said = f"filters of a {processing} list cannot change after creation"
        yield told(wanted, said, "declare a new list beside it, or make it DYNAMIC under another name")


def _circle(session: Session[HubSpotClient], wanted: Wanted, branch: Any) -> list[str]:
    """The lists through which a list would refer to itself, [] when it does not."""
    paths = [[wanted.name, name] for name in _named(branch)]
    seen: set[str] = set()
    while paths:
        path = paths.pop()
        if path[-1] == wanted.name:
            return path[:-1]
        if path[-1] not in seen:
            seen.add(path[-1])
            paths += [[*path, name] for name in _named(_branch(session, path[-1]))]
    return []


def _named(branch: Any) -> list[str]:
    return list(dict.fromkeys(token.value for token in tokens_in(branch) if token.type == "list"))


def _branch(session: Session[HubSpotClient], name: str) -> Any:
    for other in session.declared:
        if other.kind == "List" and other.name == name and other.inputs.get("filter_branch"):
            return other.inputs["filter_branch"]
    held = session.find(session.system.kinds["List"], name)
    return None if held is None else held.definition["filter_branch"]
