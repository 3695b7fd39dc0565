"""What a changed property definition would lose: values of options that go, and values that a new form cannot hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from revops_hubspot.api import directory, records
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.workflows import flow_form
from revops_iac.provider.live_object import Definition, Observed, Stake
from revops_iac.provider.session import Session

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


def lost(client: HubSpotClient, inputs: Definition, held: Observed) -> Iterator[Stake]:
    """What bringing the property to its inputs would lose, counted by searches; a calculation loses nothing."""
    if held.definition.get("calculation_formula"):
        return
    if inputs.get("calculation_formula"):
        yield _of_all(client, held, "which the calculation would replace")
        return
    before, after = str(held.definition["field_type"]), str(inputs["field_type"])
    if before != after and (before, after) not in HARMLESS:
        yield _of_all(client, held, f"whose field type would change from {before} to {after}")
    if "options" in inputs and inputs["type"] == "enumeration":
        kept = {option["value"] for option in inputs["options"]}
        gone = [str(option["value"]) for option in held.definition["options"] if option["value"] not in kept]
        if gone:
            yield _of_options(client, held, gone)


def having_a_value(client: HubSpotClient, held: Observed) -> int:
    """How many records have a value in the property."""
    object_, name = held.name.split(".", 1)
    return records.count(client, object_, [[{"propertyName": name, "operator": "HAS_PROPERTY"}]])


def _of_all(client: HubSpotClient, held: Observed, what: str) -> Stake:
    total = having_a_value(client, held)
    object_, name = held.name.split(".", 1)
    having = records.counted(total, object_, "have")
    return Stake(total, f'{having} a value in "{name}", {what}')


def _of_options(client: HubSpotClient, held: Observed, gone: list[str]) -> Stake:
    object_, name = held.name.split(".", 1)
    total = _having(client, held, gone)
    named = gone if total and len(gone) <= MOST_NAMED else []
    counts = [f'"{value}" {count:,}' for value in named if (count := _having(client, held, [value]))]
    each = f" ({', '.join(counts)})" if counts else ""
    having = records.counted(total, object_, "have")
    return Stake(total, f'{having} a value in "{name}" that would no longer be an option{each}')


def _having(client: HubSpotClient, held: Observed, values: list[str]) -> int:
    object_, name = held.name.split(".", 1)
    return records.count(client, object_, [[{"propertyName": name, "operator": "IN", "values": values}]])


def kept_workflows(session: Session[HubSpotClient], users: Collection[str]) -> set[str]:
    """Those users of a property that are workflows which ran once and are disabled, as an earlier run kept them.

    So that a `destroy` which was stopped half-way can be run again: state has forgotten the workflows by then.
    """
    found = [flow for flow in directory.flows(session.client) if flow.get("name") in users]
    whole = [directory.latest_flow(session.client, str(flow["id"])) for flow in found]
    return {str(flow["name"]) for flow in whole if not flow.get("isEnabled") and flow_form.was_enabled(flow)}
