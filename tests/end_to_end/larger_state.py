"""A state with more resources than were created, for runs whose calls grow with what the state holds."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from revops_iac.provider.live_object import Definition

ACCOUNT = "pulumi-python:dynamic/revops:Account"


def with_more(state: dict[str, Any], system: str, kind: str, more: Mapping[str, Definition]) -> dict[str, Any]:
    """The state as if these had been created too: inputs by vendor name, the rest as in one that is there already."""
    resources = state["deployment"]["resources"]
    one = next(found for found in resources if found["type"] == f"pulumi-python:dynamic/{system}:{kind}")
    resources += [_copied(one, name, inputs) for name, inputs in more.items()]
    account = next(found for found in resources if found["type"] == ACCOUNT and found["inputs"]["system"] == system)
    declared = {f"{kind} {name}" for name in more} | set(account["inputs"]["declared"].splitlines())
    for part in ("inputs", "outputs"):
        account[part]["declared"] = "\n".join(sorted(declared))
    return state


def _copied(resource: dict[str, Any], name: str, inputs: Definition) -> dict[str, Any]:
    copied = deepcopy(resource)
    copied["urn"] = f"{resource['urn'].rpartition('::')[0]}::{name}"
    copied["id"] = name
    for part in ("inputs", "outputs"):
        copied[part] |= inputs
    return copied
