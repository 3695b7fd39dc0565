"""Field dependencies: which values of a controlling field offer a value of a dependent picklist.

They are owned value by value, as the values themselves: settings of values that the model does not name stay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from revops_iac.provider.inputs import Part
from revops_salesforce.api.components import Body


class ValueSetting(Part):
    """One value of the dependent picklist. A checkbox controls with `checked` and `unchecked` [K]."""

    value: str
    offered_for: list[str]
    """Values of the controlling field; a value without a setting is never offered."""


def to_vendor(live: Mapping[str, Any], desired: Mapping[str, Any]) -> Body:
    """The elements of a value set that say on what its values depend."""
    if desired.get("controlling_field") is None:
        return {}
    mine = desired.get("value_settings") or []
    names = {setting["value"] for setting in mine}
    others = [setting for setting in live.get("valueSettings", []) if setting["valueName"] not in names]
    ours = [{"valueName": one["value"], "controllingFieldValue": list(one["offered_for"])} for one in mine]
    same_field = live.get("controllingField") == desired["controlling_field"]
    return {"controllingField": desired["controlling_field"], "valueSettings": [*(others if same_field else []), *ours]}


def from_vendor(body: Mapping[str, Any]) -> dict[str, Any]:
    """Our form of those elements; empty where nothing depends on anything."""
    if "controllingField" not in body:
        return {}
    settings = [
        {"value": setting["valueName"], "offered_for": list(setting.get("controllingFieldValue", []))}
        for setting in body.get("valueSettings", [])
    ]
    return {"controlling_field": body["controllingField"], "value_settings": settings}


def owned(live: Sequence[Mapping[str, Any]] | None, declared: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What the account holds of the declared settings, in the order declared; order within one means nothing."""
    theirs = {setting["value"]: setting for setting in live or ()}
    return [_in_order(theirs[one["value"]], one["offered_for"]) for one in declared if one["value"] in theirs]


def _in_order(live: Mapping[str, Any], declared: Sequence[str]) -> dict[str, Any]:
    places = {name: place for place, name in enumerate(declared)}
    offered = sorted(live["offered_for"], key=lambda name: places.get(name, len(places)))
    return {"value": live["value"], "offered_for": offered}
