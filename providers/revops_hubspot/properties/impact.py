"""What a changed property would lose: values of removed options, and values that do not fit a new field type."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from revops_hubspot.api import directory, records
from revops_hubspot.api.client import HubSpotClient, PortalSession
from revops_hubspot.properties.inputs import PropertyInputs
from revops_iac.provider.live_object import Impact, LiveObject

HARMLESS = frozenset(
    {
        ("text", "textarea"),  # accepted and kept [O]
        ("textarea", "text"),
        ("select", "radio"),
        ("radio", "select"),
        ("select", "checkbox"),
        ("radio", "checkbox"),
    }
)
"""Changes of the field type that keep every value [K]: a text stays a text, one choice stays one of several."""
MOST_NAMED = 6
"""How many options of a change are counted one by one."""


def lost(client: HubSpotClient, inputs: PropertyInputs, live: LiveObject) -> Iterator[Impact]:
    """What bringing the property to its inputs would lose, counted by searches; a calculation loses nothing."""
    if live.definition.get("calculation_formula"):
        return
    if inputs.calculation_formula:
        yield _of_all(client, live, "which the calculation would replace")
        return
    before, after = str(live.definition["field_type"]), inputs.field_type
    if before != after and (before, after) not in HARMLESS:
        yield _of_all(client, live, f"whose field type would change from {before} to {after}")
    if inputs.options is not None and inputs.type == "enumeration":
        kept = {option.value for option in inputs.options}
        gone = [str(option["value"]) for option in live.definition["options"] if option["value"] not in kept]
        if gone:
            yield _of_options(client, live, gone)


def having_a_value(client: HubSpotClient, live: LiveObject) -> int:
    """How many records have a value in the property."""
    object_, name = live.name.split(".", 1)
    return records.count(client, object_, [[{"propertyName": name, "operator": "HAS_PROPERTY"}]])


def _of_all(client: HubSpotClient, live: LiveObject, what: str) -> Impact:
    total = having_a_value(client, live)
    object_, name = live.name.split(".", 1)
    having = records.counted(total, object_, "have")
    return Impact(total, f'{having} a value in "{name}", {what}')


def _of_options(client: HubSpotClient, live: LiveObject, gone: list[str]) -> Impact:
    object_, name = live.name.split(".", 1)
    total = _having(client, live, gone)
    named = gone if total and len(gone) <= MOST_NAMED else []
    counts = [f'"{value}" {count:,}' for value in named if (count := _having(client, live, [value]))]
    each = f" ({', '.join(counts)})" if counts else ""
    having = records.counted(total, object_, "have")
    return Impact(total, f'{having} a value in "{name}" that would no longer be an option{each}')


def _having(client: HubSpotClient, live: LiveObject, values: list[str]) -> int:
    object_, name = live.name.split(".", 1)
    return records.count(client, object_, [[{"propertyName": name, "operator": "IN", "values": values}]])


def kept_workflows(session: PortalSession, users: Collection[str]) -> set[str]:
    """Users of a property that are disabled workflows, which an earlier run kept because they ran once.

    So an interrupted `destroy` can be run again: by then state no longer has the workflows.
    """
    from revops_hubspot.workflows import flow_body  # long to import, and few runs remove a property in use

    found = [flow for flow in directory.flows(session.client) if flow.get("name") in users]
    whole = [directory.latest_flow(session.client, str(flow["id"])) for flow in found]
    return {str(flow["name"]) for flow in whole if not flow.get("isEnabled") and flow_body.was_enabled(flow)}
