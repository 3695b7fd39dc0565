"""Secrets in workflows: addresses of webhooks, what authenticates them, and the values of their query.

What is read from HubSpot holds `{secret: redacted 1}` in their place, so none of them gets into a plan or into state;
one that the program itself writes in plain text is shown. The secrets of custom code stay in HubSpot, its actions name
them only [S].

Two secrets always count as equal: neither their values nor hashes of them are kept anywhere, so a changed secret is no
difference. For the same reason an adopted workflow that gets its earlier definition back keeps the secrets of by then.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from revops_iac.diagnostics import Diagnostic
from revops_iac.errors import AuthorError
from revops_iac.provider.kind import Definition

Json = dict[str, Any]
REDACTED = "redacted"


def naming_secrets(inputs: Definition) -> Definition:
    """The inputs with the secrets of custom code as HubSpot takes them: by name."""
    if not inputs.get("actions"):
        return inputs
    return {**inputs, "actions": [_named(action) for action in inputs["actions"]]}


def _named(action: Json) -> Json:
    """`{secret: NAME}` among the secrets of custom code is a name: the value is HubSpot's."""
    named = action.get("secretNames")
    if not isinstance(named, list):
        return action
    return {**action, "secretNames": [one["secret"] if is_secret(one) else one for one in named]}


def without_names(value: Any) -> Any:
    """Two secrets are equal, whatever their names."""
    if isinstance(value, Mapping):
        return {key: {"secret": ""} if is_secret(inner) else without_names(inner) for key, inner in value.items()}
    return [without_names(inner) for inner in value] if isinstance(value, list) else value


def is_secret(value: Any) -> bool:
    """Whether this is `{secret: NAME}`."""
    return isinstance(value, Mapping) and set(value) == {"secret"}


def redacted(flow: Mapping[str, Any]) -> Json:
    """The flow with a mark in the place of each text that may be a secret."""
    marks = iter(f"{REDACTED} {at}" for at, _ in enumerate(addresses(flow), 1))

    def marked(_text: str) -> Json:
        return {"secret": next(marks)}

    return {**flow, "actions": [_with_texts(action, marked) for action in flow.get("actions") or ()]}


def named_after(name: str, value: Any) -> Any:
    """The value with a name for each mark, made of that of the workflow, which a person can give a value.

    >>> named_after("contacts.Tell Slack", {"url": {"secret": "redacted 1"}})
    {'url': {'secret': 'CONTACTS_TELL_SLACK_1'}}
    """
    if is_secret(value) and str(value["secret"]).startswith(f"{REDACTED} "):
        stem = re.sub(r"[^A-Z0-9]+", "_", name.upper()).strip("_")
        return {"secret": f"{stem}_{value['secret'].removeprefix(f'{REDACTED} ')}"}
    if isinstance(value, Mapping):
        return {key: named_after(name, inner) for key, inner in value.items()}
    return [named_after(name, inner) for inner in value] if isinstance(value, list) else value


def addresses(flow: Mapping[str, Any]) -> tuple[str, ...]:
    """The texts of a flow that may be secrets, in the order of its actions: addresses of webhooks first among them."""
    found: list[str] = []
    for action in flow.get("actions") or ():
        _with_texts(action, found.append)
    return tuple(found)


def _with_texts(action: Mapping[str, Any], by: Callable[[str], Any]) -> Json:
    """The action with each text that may be a secret replaced: all of the authentication but its type [?]."""
    changed = dict(action)
    if isinstance(action.get("webhookUrl"), str):
        changed["webhookUrl"] = by(action["webhookUrl"])
    if "authSettings" in action:
        changed["authSettings"] = _leaves(action["authSettings"], by, lambda key: key != "type")
    if "webhookUrl" in action and "queryParams" in action:
        changed["queryParams"] = _leaves(action["queryParams"], by, lambda key: key == "value")
    return changed


def _leaves(value: Any, by: Callable[[str], Any], covers: Callable[[str], bool]) -> Any:
    """The value with the texts under the keys that are covered replaced; what is a secret already stays."""
    if isinstance(value, list):
        return [_leaves(inner, by, covers) for inner in value]
    if not isinstance(value, Mapping) or is_secret(value):
        return value
    return {
        key: by(inner) if isinstance(inner, str) and covers(key) else _leaves(inner, by, covers)
        for key, inner in value.items()
    }


def revealed(definition: Definition, live: Sequence[str], declared: Definition) -> Definition:
    """What HubSpot holds, with those texts shown that the program writes in plain text (in HubSpot's JSON)."""
    plain = addresses(declared)
    shown = {f"{REDACTED} {at}": url for at, url in enumerate(live, 1) if url in plain}
    found: Definition = _replaced(definition, lambda name: shown.get(name, {"secret": name}))
    return found


def secret_names(inputs: Definition) -> list[str]:
    """The secrets that a workflow in HubSpot's JSON names, each once."""
    found: list[str] = []

    def note(name: str) -> str:
        found.append(name)
        return ""

    _replaced(inputs.get("actions"), note)
    return [name for name in dict.fromkeys(found) if not name.startswith(f"{REDACTED} ")]


def with_secrets(fields: Json, value_of: Callable[[str], str | None], live: Sequence[str]) -> Json:
    """The fields of a flow with the values of secrets; `live` are the addresses that it has now. Raises AuthorError."""
    present = {f"{REDACTED} {at}": url for at, url in enumerate(live, 1)}

    def value(name: str) -> str:
        found = present.get(name) or value_of(name)
        if found is None:
            raise AuthorError(missing_secret(name))
        return found

    return {key: _replaced(inner, value) if key == "actions" else inner for key, inner in fields.items()}


def missing_secret(name: str) -> Diagnostic:
    """A secret that is not there."""
    if name.startswith(f"{REDACTED} "):
        message = "what a webhook is called with was not kept, it may be a secret"
        return Diagnostic("HubSpot", message, "write it again in HubSpot")
    message = f'there is no secret "{name}" in the environment or in stack config'
    return Diagnostic("HubSpot", message, f"export {name}=…, or pulumi config set --secret hubspot:{name}")


def _replaced(value: Any, by: Callable[[str], Any]) -> Any:
    if is_secret(value):
        return by(str(value["secret"]))
    if isinstance(value, Mapping):
        return {key: _replaced(inner, by) for key, inner in value.items()}
    return [_replaced(inner, by) for inner in value] if isinstance(value, list) else value
