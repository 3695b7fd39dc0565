"""The automations of a plan: what starts each, what it sets, and whom it tells."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from revops_iac.provider.effects import Effect, Notice, OptionUse, Trigger, Write
from revops_iac.provider.kind import Kind
from revops_iac.systems import installed_systems
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


def effects_of(resource: Resource) -> list[Effect]:
    """What a resource does to records. Raises UnknownInput where its inputs are not known yet."""
    kind = installed_systems()[resource.system].kinds[resource.kind]
    has_effects = type(kind).effects is not Kind.effects
    return list(kind.effects(resource.typed)) if has_effects else []


def option_uses(subject: Subject) -> Iterator[tuple[Resource, OptionUse]]:
    """Every option that a resource compares a field with, or sets it to."""
    for resource in subject.resources:
        for effect in effects_of(resource):
            if isinstance(effect, OptionUse):
                yield resource, effect


def _automation(resource: Resource) -> Automation:
    kind = installed_systems()[resource.system].kinds[resource.kind]
    effects = list(kind.effects(resource.typed))
    return Automation(
        resource,
        of_model=resource.name != kind.vendor_name(resource.typed),
        triggers=frozenset(effect.field for effect in effects if isinstance(effect, Trigger)),
        writes=frozenset(effect.field for effect in effects if isinstance(effect, Write)),
        notices=frozenset(effect.subject for effect in effects if isinstance(effect, Notice)),
    )
