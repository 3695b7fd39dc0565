"""Values of picklists: shared containers, owned value by value.

Values that the model does not list are kept where they are. A value that is left out of a
written list is deactivated by the vendor [D: globalpicklistvalue], so the whole list is always written back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from revops_iac.provider.inputs import Part
from revops_salesforce.api.components import Body, camel, snake

Entry = dict[str, Any]
"""A value in the form of our inputs."""


class Value(Part):
    """One value of a picklist. `name` is what records hold and never changes; `label` is what people see."""

    name: str
    label: str
    default: bool | None = None
    """Whether it is the default of new records; absent: not managed. A new default replaces the earlier one."""
    is_active: bool = True
    description: str | None = None
    color: str | None = None


GLOBAL_SUFFIX = "__gvs"
"""Names of global value sets may come back with it since version 57, and are accepted without [S: salto]."""
ALWAYS_THERE = {"default": False, "is_active": True}


def to_vendor(entry: Mapping[str, Any]) -> Body:
    """The vendor's form of one value."""
    body = {camel(key): value for key, value in entry.items() if key != "name" and value is not None}
    return {"fullName": entry["name"], **body}


def from_vendor(body: Mapping[str, Any]) -> Entry:
    """Our form of one value of the vendor's."""
    entry = {snake(key): value for key, value in body.items() if key != "fullName"}
    return {"name": body["fullName"], "label": body["fullName"], **ALWAYS_THERE, **entry}


def merge(live: Sequence[Body], desired: Sequence[Entry], deactivate: Iterable[str]) -> list[Body]:
    """The vendor's list with our values in it, in our order; all others stay where they are.

    The places that our values already have are filled in the order of the model; new ones follow the value before them.
    """
    off = set(deactivate)
    by_name = {body["fullName"]: body for body in live}
    mine = [_merged(by_name.get(entry["name"]), entry) for entry in desired]
    names = {entry["name"] for entry in desired}
    waiting = [body for body in mine if body["fullName"] in by_name]
    merged: list[Body] = []
    for body in live:
        if body["fullName"] in names:
            merged.append(waiting.pop(0))
        else:
            merged.append({**body, "isActive": False} if body["fullName"] in off else dict(body))
    _insert_new(merged, mine, set(by_name))
    return _one_default(merged, {entry["name"] for entry in desired if entry.get("default")})


def _merged(live: Body | None, entry: Entry) -> Body:
    """A value with what the entry says otherwise."""
    if live is None:
        return {"default": False, **to_vendor(entry)}
    there = from_vendor(live)
    return {
        **live,
        **to_vendor({key: value for key, value in entry.items() if key == "name" or there.get(key) != value}),
    }


def _insert_new(merged: list[Body], mine: list[Body], known: set[str]) -> None:
    place = len(merged) if not any(body["fullName"] in known for body in mine) else 0
    for body in mine:
        if body["fullName"] in known:
            place = merged.index(body) + 1
        else:
            merged.insert(place, body)
            place += 1


def _one_default(values: list[Body], chosen: set[str]) -> list[Body]:
    """At most one value is the default, and the model's choice wins."""
    if not chosen:
        return values
    right = [body["fullName"] in chosen for body in values]
    pairs = zip(values, right, strict=True)
    return [body if bool(body.get("default")) == is_it else {**body, "default": is_it} for body, is_it in pairs]


def owned(live: Sequence[Entry], declared: Sequence[Entry]) -> list[Entry]:
    """What the account holds of the declared values: their declared keys only, in the account's order."""
    keys = {entry["name"]: entry.keys() for entry in declared}
    return [{key: entry.get(key) for key in keys[entry["name"]]} for entry in live if entry["name"] in keys]


def inactive(live: Sequence[Entry], deactivate: Iterable[str]) -> list[str]:
    """Those of the values to deactivate that are not active, in the order given: what holds of `deactivate`."""
    active = {entry["name"] for entry in live if entry.get("is_active", True)}
    return [name for name in deactivate if name not in active]


def unmanaged(live: Sequence[Entry], declared: Sequence[Entry]) -> list[str]:
    """The names of the values that the model does not list."""
    names = {entry["name"] for entry in declared}
    return [entry["name"] for entry in live if entry["name"] not in names]


def contradicts(live: Sequence[Entry], declared: Sequence[Entry]) -> bool:
    """Whether a value that both have differs; values that are missing, or not in use any more, contradict nothing."""
    theirs = {entry["name"]: entry for entry in live if entry.get("is_active", True)}
    return any(
        theirs[entry["name"]].get(key) != value
        for entry in declared
        if entry["name"] in theirs
        for key, value in entry.items()
        if value is not None
    )


def restore_original(live: Sequence[Body], earlier: Sequence[Entry], names: Iterable[str]) -> list[Body]:
    """The vendor's list with the values of these names as they were before, and without those that we added."""
    before, ours = {entry["name"]: to_vendor(entry) for entry in earlier}, set(names)
    values = [
        {**body, **(before[body["fullName"]] if body["fullName"] in ours else {})}
        for body in live
        if body["fullName"] not in ours or body["fullName"] in before
    ]
    return values if any(body.get("default") for body in values) else with_default(values, earlier)


def bodies(live: Sequence[Body], entries: Iterable[Mapping[str, Any]]) -> list[Body]:
    """The vendor's list with exactly these entries, each over the value that is there."""
    by_name = {body["fullName"]: body for body in live}
    return [{**by_name.get(entry["name"], {}), **to_vendor(entry)} for entry in entries]


def with_default(values: list[Body], original: Iterable[Mapping[str, Any]]) -> list[Body]:
    """The values with the default that they had originally."""
    return _one_default(values, {entry["name"] for entry in original if entry.get("default")})
