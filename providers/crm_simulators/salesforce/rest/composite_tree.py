"""`composite/tree`: records with their children in one request, all or none [D: composite sobject tree]."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from crm_simulators.salesforce.errors import RestError, SaveError
from crm_simulators.salesforce.http.calls import Call, Reply, allow, objects_in
from crm_simulators.salesforce.org.child_relationships import child_relationships
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.records.records import Records
from crm_simulators.salesforce.rest.sobjects import SObjects, known_object

MAX_RECORDS = 200
MAX_DEPTH = 5
Json = dict[str, Any]


@dataclass
class Node:
    """One record of the tree, and the field by which it looks up to the record above it."""

    sobject: str
    reference: str
    values: Json
    link: str | None
    parent: str | None


class CompositeTree:
    """Makes the records of a tree, each before its children."""

    def __init__(self, org: Org, sobjects: SObjects) -> None:
        self.org = org
        self.sobjects = sobjects

    def answer(self, call: Call, sobject: str) -> Reply:
        allow(call, "POST")
        root = known_object(self.org, sobject)
        nodes = list(self._nodes(root, call.objects("records"), None, None, 1))
        _check(nodes)
        ids: dict[str, str] = {}
        with self.org.undo_saves_unless_kept() as keep:
            failed = self._make(self.sobjects.records(call), nodes, ids)
            if not failed:
                keep()
        if failed:
            return Reply(400, {"hasErrors": True, "results": failed})
        results = [{"referenceId": node.reference, "id": ids[node.reference]} for node in nodes]
        return Reply(201, {"hasErrors": False, "results": results}, wrote=True)

    def _nodes(
        self, sobject: str, records: list[Json], link: str | None, parent: str | None, depth: int
    ) -> Iterator[Node]:
        if depth > MAX_DEPTH:
            raise RestError(400, "INVALID_INPUT", f"A tree has at most {MAX_DEPTH} levels")  # [K: text]
        known = child_relationships(self.org, sobject)
        for record in records:
            attributes = record["attributes"] if isinstance(record.get("attributes"), dict) else {}
            reference = attributes.get("referenceId")
            if known_object(self.org, attributes.get("type", "")) != sobject or not isinstance(reference, str):
                # [K: text]
                raise RestError(400, "INVALID_INPUT", f"Every record of {sobject} needs its type and a referenceId")
            children = {name: value for name, value in record.items() if isinstance(value, dict) and "records" in value}
            values = {name: value for name, value in record.items() if name not in {"attributes", *children}}
            yield Node(sobject, reference, values, link, parent)
            for name, value in children.items():
                found = known.get(name.lower())
                if found is None:
                    raise RestError(400, "INVALID_FIELD", f"No such relation '{name}' on sobject of type {sobject}")
                below = objects_in(value["records"], "records")
                yield from self._nodes(found.sobject, below, found.field, reference, depth + 1)

    def _make(self, records: Records, nodes: list[Node], ids: dict[str, str]) -> list[Json]:
        failed: list[Json] = []
        for node in nodes:
            if node.parent is not None and node.parent not in ids:
                continue
            link = {node.link: ids[node.parent]} if node.link and node.parent else {}
            try:
                ids[node.reference] = records.create(node.sobject, {**node.values, **link})
            except (SaveError, RestError) as error:
                failed.append({"referenceId": node.reference, "errors": [each.result() for each in error.errors]})
        return failed


def _check(nodes: list[Node]) -> None:
    """[K: texts]"""
    if not 1 <= len(nodes) <= MAX_RECORDS:
        raise RestError(400, "INVALID_INPUT", f"A tree has 1 to {MAX_RECORDS} records")
    if len({node.reference for node in nodes}) < len(nodes):
        raise RestError(400, "INVALID_INPUT", "Every referenceId of a tree must be unique")
