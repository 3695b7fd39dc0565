"""What HubSpot would refuse in an association label, judged by the other labels of the portal and of the program."""

from __future__ import annotations

from collections.abc import Iterator

from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.subscription import told
from revops_hubspot.objects.checks import unknown_objects
from revops_iac.provider.kind import Observed, Wanted
from revops_iac.provider.session import Session


def refused(session: Session[HubSpotClient], wanted: Wanted, held: Observed | None) -> Iterator[str]:
    """Objects that are not there; labels that differ in case only [?]; two labels with one name.

    The name of a label in the portal cannot be seen: the list of labels does not tell it [O].
    """
    inputs = wanted.inputs
    yield from unknown_objects(session, wanted, inputs["from_object"], inputs["to_object"])
    kind = session.system.kinds[wanted.kind]
    ends = {inputs["from_object"], inputs["to_object"]}
    mine = [
        w
        for w in session.declared
        if w.kind == wanted.kind and {w.inputs.get("from_object"), w.inputs.get("to_object")} == ends
    ]
    for other in mine:
        if other.name != wanted.name and other.inputs["name"] == inputs["name"]:
            yield told(wanted, f'its name "{inputs["name"]}" is that of "{other.name}" too', "give it another name")
    there = {*session.names(kind, kind.partition(wanted.name)), *(other.name for other in mine)}
    own = {wanted.name, *([held.name] if held is not None else [])}
    for name in sorted(there - own):
        if name.lower() == wanted.name.lower():
            yield told(wanted, f'its label is that of "{name}" but for its case', "give it another label")
