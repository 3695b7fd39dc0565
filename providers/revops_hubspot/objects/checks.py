"""Objects, people and lists that do not exist in a portal, although a resource refers to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from revops_hubspot.api import custom_objects, directory
from revops_hubspot.api.client import PortalSession
from revops_hubspot.api.object_types import OTHER_STANDARD, TYPE_IDS, custom_name
from revops_hubspot.filters.references import ids_in
from revops_iac.diagnostics import Diagnostic, Severity, input_error, suggest
from revops_iac.provider.live_object import DesiredResource, LiveObject


def unknown_objects(session: PortalSession, desired: DesiredResource, *objects: str) -> Iterator[Diagnostic]:
    """An error for each of these objects that is not standard, not in the portal and not declared."""
    declared = set(session.declared.names("CustomObjectSchema"))
    for object_ in dict.fromkeys(objects):
        name = custom_name(object_)
        if name is not None and name not in declared and not custom_objects.exist(session.client, object_):
            known = [*TYPE_IDS, *sorted(OTHER_STANDARD), *sorted(declared)]
            fix = suggest(object_, known, "declare it as a CustomObjectSchema", shown=0)
            yield input_error((), f'object "{object_}" does not exist', fix)


def unknown_ids(session: PortalSession, asked: Any, live: LiveObject | None) -> Iterator[Diagnostic]:
    """An error for each id of nothing, a warning where the object holds it already: who has left stays in it."""
    live_ids = set() if live is None else {*ids_in(live.definition)}
    for type_, identifier in dict.fromkeys(ids_in(asked)):
        if identifier not in directory.names(session.client, type_):
            message = f'{type_} id "{identifier}" does not exist in the account'
            found = input_error((), message, f"write {{{type_}: NAME}} to look it up by name")
            yield replace(found, severity=Severity.WARNING) if (type_, identifier) in live_ids else found
