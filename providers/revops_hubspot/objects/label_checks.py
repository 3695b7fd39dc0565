"""What HubSpot would refuse in an association label, judged by the other labels of the portal and of the program."""

from __future__ import annotations

from collections.abc import Iterator

from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.subscription import told
from revops_hubspot.objects.checks import unknown_objects
from revops_iac.provider.kind import DesiredResource, LiveObject
from revops_iac.provider.session import Session


def refused(session: Session[HubSpotClient], desired: DesiredResource, live: LiveObject | None) -> Iterator[str]:
    """Objects that are not there; labels that differ in case only [?]; two labels with one name.

    The name of a label in the portal cannot be seen: the list of labels does not tell it [O].
    """
    inputs = desired.inputs
    yield from unknown_objects(session, desired, inputs["from_object"], inputs["to_object"])
    kind = session.system.kinds[desired.kind]
    ends = {inputs["from_object"], inputs["to_object"]}
    mine = [
        w
        for w in session.declared
        if w.kind == desired.kind and {w.inputs.get("from_object"), w.inputs.get("to_object")} == ends
    ]
    for other in mine:
        if other.name != desired.name and other.inputs["name"] == inputs["name"]:
            yield told(desired, f'its name "{inputs["name"]}" is that of "{other.name}" too', "give it another name")
    there = {*session.names(kind, kind.partition(desired.name)), *(other.name for other in mine)}
    own = {desired.name, *([live.name] if live is not None else [])}
    for name in sorted(there - own):
        if name.lower() == desired.name.lower():
            yield told(desired, f'its label is that of "{name}" but for its case', "give it another label")
