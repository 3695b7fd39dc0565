"""Properties in HubSpot's recycle bin: creating one of the same name restores it with its values [O]."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from revops_hubspot.api import custom_objects
from revops_hubspot.api.client import HubSpotClient, PortalSession
from revops_hubspot.api.errors import Json
from revops_iac.diagnostics import Diagnostic, input_error
from revops_iac.provider.changes.consent import adding, gives_up
from revops_iac.provider.kind import DesiredResource


def archived_properties(client: HubSpotClient, object_: str) -> Mapping[str, Json]:
    """The archived properties of an object by name, none of an object that does not exist."""

    def read() -> Mapping[str, Json]:
        if not custom_objects.exist(client, object_):
            return {}
        found = client.get("properties", "/{object}", {"archived": True}, object=object_)["results"]
        return {entry["name"]: entry for entry in found}

    return client.remembered(f"archived properties of {object_}", read)


def restoring(
    session: PortalSession, desired: DesiredResource, object_: str, name: str, type_: str
) -> Iterator[Diagnostic]:
    """What creating this property would restore: a warning, and an error where its values would get another type.

    HubSpot then changes the type in place [O]; what becomes of values that do not fit is not known [?].
    """
    before = archived_properties(session.client, object_).get(name)
    if before is None:
        return
    whole = f"{object_}.{name}"
    since = str(before.get("archivedAt") or "")[:10]
    archived = f"an archived property has the name {whole}{since and f', archived on {since}'}"
    if before["type"] == type_:
        session.report.say(
            f"HubSpot: {archived}: creating it restores that property with its values, as the model defines it"
        )
    elif not gives_up(session, desired.pulumi_name, desired.name, whole):
        yield input_error(
            (),
            f"{archived}: creating it restores that property with its values and changes its type from "
            f"{before['type']} to {type_}; values that do not fit may be lost",
            f"choose another name, or give the old values up: {adding(whole, 'allowDataLoss')}",
        )
