"""What HubSpot would refuse in a custom object, judged by the subscription and the other objects of the portal."""

from __future__ import annotations

from collections.abc import Iterator

from revops_hubspot.api import subscription
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.subscription import told
from revops_hubspot.objects.checks import unknown_objects
from revops_iac.provider.kind import DesiredResource, LiveObject
from revops_iac.provider.session import Session


def refused(session: Session[HubSpotClient], desired: DesiredResource, live: LiveObject | None) -> Iterator[str]:
    """Objects to associate with that are not there, a name that is taken, and no room for one more object."""
    yield from unknown_objects(session, desired, *(desired.inputs.get("associated_objects") or ()))
    if live is not None:
        return
    kind = session.system.kinds[desired.kind]
    there = session.names(kind, "")
    declared = [other.name for other in session.declared if other.kind == desired.kind]
    for name in dict.fromkeys([*there, *declared]):
        if name != desired.name and name.lower() == desired.name.lower():
            yield told(desired, f'its name is that of object "{name}" but for its case', "give it another name")
    report = subscription.report(session.client, "/custom-object-types")
    if report is None:
        return
    if subscription.lacks_enterprise(session.client):
        yield told(desired, "custom objects need an Enterprise subscription", "upgrade, or take the object out")
        return
    new = [name for name in declared if name not in there]
    yield from subscription.beyond(desired, new, int(report["usage"]), int(report["limit"]), "custom objects")
