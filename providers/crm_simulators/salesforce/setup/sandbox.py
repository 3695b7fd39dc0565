"""`POST /_sim/refresh-sandbox`: the org becomes a fresh copy of production.

A refreshed sandbox is another org: a new organization id and new record ids, user names with the sandbox's name at
their end, and invalid e-mail addresses [K: help, sandbox refresh].
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from crm_simulators.control import ControlProblem, JsonObject
from crm_simulators.salesforce.errors import MetadataError, SoapFault
from crm_simulators.salesforce.http import login
from crm_simulators.salesforce.metadata.registry import component_type
from crm_simulators.salesforce.org import ids
from crm_simulators.salesforce.org.org import Org

KEYS = ("name", "without")
NOWHERE = ".invalid"
ID = re.compile(r"[0-9A-Za-z]{18}")


def refresh(org: Org, document: JsonObject) -> JsonObject:
    """Refresh the org; returns its new id and an open session of its administrator.

    `name` is appended to all user names but the administrator's; `without` lists `{type: [full name]}` that
    production never had.
    """
    unknown = sorted(set(document) - set(KEYS))
    if unknown:
        raise ControlProblem(f'refresh-sandbox: unknown key "{unknown[0]}"; allowed: {", ".join(KEYS)}')
    if not org.organization["IsSandbox"]:
        raise ControlProblem("refresh-sandbox: this org is not a sandbox; seed organization with IsSandbox: true")
    without = document.get("without") or {}
    if not isinstance(without, dict) or not all(_are_names(names) for names in without.values()):
        raise ControlProblem('refresh-sandbox: "without" must be a map of types and lists of names')
    _drop(org, without)
    names = _new_usernames(org, str(document.get("name") or ""))
    new_ids = {old: ids.make_id(old[:3], org.count(f"id.{old[:3]}")) for old in sorted(_ids(org))}
    state = renamed(org.dump(), {**new_ids, **names})
    org.load(state)
    org.sessions.clear()
    for user in org.table("User").values():
        if user["Username"] != login.ADMIN_USERNAME and not str(user["Email"]).endswith(NOWHERE):
            user["Email"] = f"{user['Email']}{NOWHERE}"
    token = login.first_token(org.organization_id)
    org.sessions[token] = org.select("User", Username=login.ADMIN_USERNAME)[0]["Id"]
    return {"organization_id": org.organization_id, "access_token": token}


def _are_names(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _drop(org: Org, without: JsonObject) -> None:
    try:
        for type_name, names in without.items():
            for name in names:
                component_type(type_name).delete(org, name)
    except (MetadataError, SoapFault) as error:
        raise ControlProblem(f"refresh-sandbox: {error.message}") from error


def _new_usernames(org: Org, name: str) -> dict[str, str]:
    usernames = [str(user["Username"]) for user in org.table("User").values()]
    return {one: f"{one}.{name}" for one in usernames if name and one != login.ADMIN_USERNAME}


def _ids(org: Org) -> Iterator[str]:
    for table in org.records.values():
        yield from table
    yield from _component_ids(org.components)


def _component_ids(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "id" and isinstance(value, str) and ID.fullmatch(value):
                yield value
            else:
                yield from _component_ids(value)
    elif isinstance(node, list):
        for item in node:
            yield from _component_ids(item)


def renamed(state: JsonObject, names: dict[str, str]) -> JsonObject:
    """A state with every text that is a name of these replaced, keys included."""

    def replaced(node: Any) -> Any:
        if isinstance(node, dict):
            return {names.get(key, key): replaced(value) for key, value in node.items()}
        if isinstance(node, list):
            return [replaced(item) for item in node]
        return names.get(node, node) if isinstance(node, str) else node

    made: JsonObject = replaced(json.loads(json.dumps(state)))
    return made
