"""Objects that do not exist in a portal, although a resource refers to them."""

from __future__ import annotations

from collections.abc import Iterator

from revops_hubspot.api import custom_objects
from revops_hubspot.api.client import PortalSession
from revops_hubspot.api.object_types import OTHER_STANDARD, TYPE_IDS, custom_name
from revops_iac.diagnostics import Diagnostic, input_error, suggest
from revops_iac.provider.live_object import DesiredResource


def unknown_objects(session: PortalSession, desired: DesiredResource, *objects: str) -> Iterator[Diagnostic]:
    """An error for each of these objects that is not standard, not in the portal and not declared."""
    declared = set(session.declared.names("CustomObjectSchema"))
    for object_ in dict.fromkeys(objects):
        name = custom_name(object_)
        if name is not None and name not in declared and not custom_objects.exist(session.client, object_):
            known = [*TYPE_IDS, *sorted(OTHER_STANDARD), *sorted(declared)]
            fix = suggest(object_, known, "declare it as a CustomObjectSchema", shown=0)
            yield input_error((), f'object "{object_}" does not exist', fix)
