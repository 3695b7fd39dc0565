"""A flow as a plain dictionary in the vendor's element names: its one form for comparisons.

The server rewrites flows when it saves them: it adds locations, process metadata and defaults, and reorders elements.
So only what the model says is compared, without places on the canvas and without what is false or empty.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Any

from revops_iac.provider.kind import Reference
from revops_salesforce.api.components import Body
from revops_salesforce.formulas.references import references_in

ON_CANVAS = frozenset({"locationX", "locationY", "processMetadataValues"})
RECORD_FIELD = re.compile(r"\$Record(?:__Prior)?\.((?:\w+\.)*\w+__c)\b")
ACTION_KINDS = {"flow": "Flow", "emailAlert": "WorkflowAlert"}
"""Type of an action -> the kind that its name names."""
ORDERLESS = frozenset(
    (
        "actionCalls", "assignments", "collectionProcessors", "constants", "customErrors", "decisions", "formulas",
        "loops", "recordCreates", "recordDeletes", "recordLookups", "recordUpdates", "subflows", "textTemplates",
        "variables", "waits",
    )
)  # fmt: skip
"""Top-level lists whose order means nothing: connectors lead from one element to the next."""


def canonical(flow: Mapping[str, Any]) -> Body:
    """The form in which two flows are compared."""
    made: Body = _shape(flow)
    for key in ORDERLESS & made.keys():
        made[key] = sorted(made[key], key=lambda node: str(node.get("name", "")))
    return made


def _shape(value: Any) -> Any:
    if isinstance(value, dict):
        parts = {key: _shape(part) for key, part in value.items() if key not in ON_CANVAS}
        return {key: part for key, part in parts.items() if part not in (None, False, "", [], {})}
    if isinstance(value, list | tuple):
        return [_shape(item) for item in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value


def live_of(declared: Any, live: Any) -> Any:
    """What the account holds of what is declared, in the shape of the declaration.

    Keys that the model does not name are left out; elements of a list that it does not name are kept, because somebody
    put them there.
    """
    if isinstance(declared, Mapping) and isinstance(live, Mapping):
        return {key: live_of(part, live[key]) for key, part in declared.items() if key in live}
    if isinstance(declared, list) and isinstance(live, list):
        return _live_list(declared, live)
    return live


def _live_list(declared: list[Any], live: list[Any]) -> list[Any]:
    if not _all_named(declared) or not _all_named(live):
        pairs = [live_of(mine, theirs) for mine, theirs in zip(declared, live, strict=False)]
        return pairs + live[len(declared) :]
    mine = {node["name"]: node for node in declared}
    return [live_of(mine.get(node["name"], node), node) for node in live]


def _all_named(nodes: list[Any]) -> bool:
    return all(isinstance(node, Mapping) and "name" in node for node in nodes)


def declared_over(definition: Mapping[str, Any], before: Mapping[str, Any], live: Mapping[str, Any]) -> Body:
    """What a definition changes in a live flow: its elements, with None for those that only an earlier definition had.

    Lists whose order means nothing keep the order that they have.
    """
    made: Body = _without_dropped(definition, before)
    for key in ORDERLESS & made.keys() & live.keys():
        if made[key] is not None:
            places = {node.get("name"): place for place, node in reversed(list(enumerate(live[key])))}
            made[key] = sorted(made[key], key=lambda node: places.get(node.get("name"), len(places)))
    return made


def _without_dropped(declared: Any, before: Any) -> Any:
    if isinstance(declared, Mapping) and isinstance(before, Mapping):
        kept = {key: _without_dropped(part, before.get(key)) for key, part in declared.items()}
        return {**dict.fromkeys(before.keys() - kept.keys()), **kept}
    if isinstance(declared, list) and isinstance(before, list):
        if not _all_named(declared) or not _all_named(before):
            pairs = zip_longest(declared, before[: len(declared)])
            return [_without_dropped(mine, theirs) for mine, theirs in pairs]
        theirs = {node["name"]: node for node in before}
        return [_without_dropped(node, theirs.get(node["name"])) for node in declared]
    return declared


FIELD_ELEMENTS = ("field", "queriedFields")
"""Elements that name fields of the object that their element works on."""
OF_THE_SAME_OBJECT = frozenset({"filters", "inputAssignments"})
"""Elements whose parts work on the object of the element around them."""


def references_of(flow: Mapping[str, Any]) -> Iterator[Reference]:
    """The custom fields, custom permissions, flows and e-mail alerts that a flow names."""
    record = str((flow.get("start") or {}).get("object") or "")
    yield from dict.fromkeys(_references_of(flow, record, record))


def _references_of(element: Mapping[str, Any], object_: str, record: str) -> Iterator[Reference]:
    """`object_` is what fields in the element belong to, `record` the object that starts the flow."""
    object_ = str(element.get("object") or object_)
    for key, value in element.items():
        parts = value if isinstance(value, list | tuple) else [value]
        if key in FIELD_ELEMENTS:
            yield from (Reference("CustomField", f"{object_}.{name}") for name in parts)
        elif key == "actionName" and element.get("actionType") in ACTION_KINDS:
            yield Reference(ACTION_KINDS[element["actionType"]], str(value))
        else:
            for part in parts:
                if isinstance(part, Mapping):
                    yield from _references_of(part, object_ if key in OF_THE_SAME_OBJECT else record, record)
                elif isinstance(part, str) and record:
                    yield from _references_in_text(part, record)


def _references_in_text(text: str, record: str) -> Iterator[Reference]:
    """Fields of the record, `$Record.Account.Tier__c`, and permissions in a formula."""
    for path in RECORD_FIELD.findall(text):
        owner, _, field = f"{record}.{path}".rpartition(".")
        yield Reference("CustomField", f"{owner.rpartition('.')[2]}.{field}")
    if "$Permission." in text:
        yield from (item for item in references_in(text, record) if item.kind == "CustomPermission")
