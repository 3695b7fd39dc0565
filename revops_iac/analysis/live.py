"""A record as the accounts of a stack hold it, in the model's terms, and which automations are off there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from revops_iac.analysis.records import typed
from revops_iac.documents.process import Process
from revops_iac.errors import AccountError
from revops_iac.provider.inspection.records import FoundRecord, RecordObject
from revops_iac.provider.session import Session
from revops_iac.stack_context import StackContext


@dataclass(frozen=True)
class Accounts:
    """The accounts of a stack, open for reading. Nothing is written.

    `unread` says of a CRM why it could not be read, or what is not as it was asked for.
    """

    context: StackContext
    process: Process
    sessions: dict[str, Session[Any]] = field(default_factory=dict)
    unread: dict[str, str] = field(default_factory=dict)

    def read(self, object_name: RecordObject, who: str, at: datetime | None = None) -> dict[str, FoundRecord]:
        """The record in each CRM by system."""
        found = {}
        for name, system in self.context.systems.items():
            if system.read_record is None:
                continue
            try:
                one = system.read_record(self._open(name).client, object_name, who, self._names(name, object_name), at)
            except AccountError as error:
                self.unread[name] = str(error).splitlines()[0]
                continue
            if one is not None:
                found[name] = one
                if one.note:
                    self.unread[name] = one.note
        return found

    def off(self, system: str, workflow: str) -> list[str]:
        """What a workflow of the model compiles to in a CRM and is switched off there."""
        names, session = [], self._open(system)
        for item in self.process.planned:
            kind = self.context.systems[system].kinds.get(item.declaration.kind)
            is_of_it = item.declaration.origin[:3] == ("automation", "workflows", workflow)
            if kind and kind.enables and is_of_it and item.system == system and session.find(kind, item.name) is None:
                names.append(item.name)
        return names

    def _open(self, name: str) -> Session[Any]:
        if name not in self.sessions:
            session = self.context.session(self.context.systems[name])
            session.open()
            self.sessions[name] = session
        return self.sessions[name]

    def _names(self, system: str, object_name: RecordObject) -> Mapping[str, list[str]]:
        refs = [ref for ref, _ in self.process.model.fields() if ref.object == object_name]
        return {str(ref): given.split(", ") for ref in refs if (given := self.process.vendor_field(ref, system))}


def record_of(process: Process, live: FoundRecord) -> dict[str, Any]:
    """The values of a record as the model's conditions read them."""
    known = {ref: value for ref, value in live.values.items() if process.model.field(ref) is not None}
    return {ref: value_of(process, ref, value) for ref, value in known.items()}


def value_of(process: Process, reference: str, value: Any) -> Any:
    """A value of a CRM as the model's conditions read it."""
    found, lifecycle = process.model.field(reference), process.model.lifecycle
    if found is None:
        return value
    read = typed(found, value, process.model.options(reference))
    if lifecycle and reference == lifecycle.field and isinstance(read, str):
        own = {stage.hubspot_value: key for key, stage in lifecycle.stages.items() if stage.hubspot_value}
        return own.get(read, read)
    return read


def merged(process: Process, records: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """One record from those of all CRMs; the source of truth wins where it has a value."""
    master = process.model.context.systems.source_of_truth
    found: dict[str, Any] = {}
    for name in sorted(records, key=lambda one: one == master):
        found |= {key: value for key, value in records[name].items() if value not in (None, "")}
    return found
