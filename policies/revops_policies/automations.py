"""The automations of a plan: what starts each, what it sets, and whom it tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from revops_iac.provider.effects import Notice, OptionUse, Trigger, Write
from revops_policies.subject import Resource, Subject

KINDS = {"hubspot": ("Workflow",), "salesforce": ("Flow", "WorkflowFieldUpdate")}
"""What sets fields of records by itself."""


@dataclass(frozen=True)
class Automation:
    """One workflow, flow or field update; `of_model` says that the model makes it, beside others that it fits."""

    resource: Resource
    of_model: bool
    triggers: frozenset[str]
    writes: frozenset[str]
    notices: frozenset[str]


@lru_cache(maxsize=1)
def automations(subject: Subject) -> tuple[Automation, ...]:
    """Every automation of the plan, in its order; several rules ask, so the last answer is kept."""
    return tuple(_automation(item) for system, kinds in KINDS.items() for item in subject.of_kind(system, *kinds))


def option_uses(subject: Subject) -> Iterator[tuple[Resource, OptionUse]]:
    """Every option that a resource compares a field with, or sets it to."""
    for resource in subject.resources:
        for effect in resource.effects:
            if isinstance(effect, OptionUse):
                yield resource, effect


def _automation(resource: Resource) -> Automation:
    effects = resource.effects
    return Automation(
        resource,
        of_model=resource.name != resource.vendor_kind.vendor_name(resource.typed),
        triggers=frozenset(effect.field for effect in effects if isinstance(effect, Trigger)),
        writes=frozenset(effect.field for effect in effects if isinstance(effect, Write)),
        notices=frozenset(effect.subject for effect in effects if isinstance(effect, Notice)),
    )
