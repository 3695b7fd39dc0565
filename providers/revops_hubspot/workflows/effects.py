"""What a workflow does to records: which changes enroll one, what its steps set, compare and tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from revops_hubspot.filters.canonical import properties_in
from revops_hubspot.filters.option_uses import option_uses, options_of
from revops_hubspot.workflows.preflight import filters_of, properties_of
from revops_iac.provider.effects import Effect, Notice, Trigger, Write
from revops_iac.provider.kind import Definition

TELLS = frozenset({"0-3", "0-8"})
"""Actions with a subject that a person reads: a task, an internal e-mail."""


def effects_of(inputs: Definition, whole: Definition) -> Iterator[Effect]:
    """`whole` is the workflow in HubSpot's JSON."""
    object_ = inputs["object"]
    yield from map(Trigger, properties_in(whole.get("enrollment_criteria"), object_))
    actions = whole.get("actions") or ()
    for _, branch in filters_of(inputs, whole):
        yield from option_uses(branch, object_)
    uses = list(properties_of(actions, object_))
    yield from (Write(f"{use.object}.{use.property}") for use in uses if use.writes)
    yield from options_of(uses)
    yield from (Notice(subject) for action in actions if (subject := _subject(action)))


def _subject(action: Any) -> str | None:
    fields = action.get("fields")
    told = action.get("actionTypeId") in TELLS and isinstance(fields, Mapping)
    subject = fields.get("subject") if told else None
    return subject if isinstance(subject, str) else None
