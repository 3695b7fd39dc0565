"""The revenue model: one module per topic, all of it in `Model`."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.metadata import entry_points
from typing import Any

from pydantic import Field as Constraint
from pydantic import ModelWrapValidatorHandler, model_validator

from revops_iac.model.automation import Automation
from revops_iac.model.condition import REGIONS, And, Compare, Condition, FieldRef, Not, Op, Or
from revops_iac.model.condition.regions import Regions
from revops_iac.model.context import Context
from revops_iac.model.data_hygiene import DataHygiene, Field
from revops_iac.model.deal_desk import DealDesk
from revops_iac.model.entry import AppliesTo, Entry, Key
from revops_iac.model.lifecycle import Lifecycle
from revops_iac.model.metrics import Metrics
from revops_iac.model.people import People
from revops_iac.model.pipelines import Pipeline
from revops_iac.model.routing import Routing
from revops_iac.model.scoring import Scoring

__all__ = ["TOPICS", "Model", "known_systems"]

TOPICS = (
    "context",
    "people",
    "lifecycle",
    "scoring",
    "routing",
    "pipelines",
    "automation",
    "deal_desk",
    "data_hygiene",
    "metrics",
)
ORDERED: dict[str, tuple[tuple[str, ...], ...]] = {
    "lifecycle": (("stages",),),
    "scoring": ((),),
    "routing": ((), ("*", "rules")),
    "pipelines": (("*", "stages"),),
    "deal_desk": (("*", "approvals"),),
}
"""Topic -> paths of its maps whose order means something; `*` is any key."""
RawKind = dict[str, dict[str, Any]]
"""Vendor key, verbatim -> inputs."""


@cache
def known_systems() -> tuple[str, ...]:
    """The systems that have a provider installed, in order of name."""
    return tuple(sorted(entry.name for entry in entry_points(group="revops.providers")))


class Model(Entry):
    """Everything the YAML says. A topic that is absent is None, or empty where it is a map or has no required part."""

    context: Context = Context()
    people: People = People()
    lifecycle: Lifecycle | None = None
    scoring: dict[Key, Scoring] = {}
    routing: dict[Key, Routing] = {}
    pipelines: dict[Key, Pipeline] = {}
    automation: Automation | None = None
    deal_desk: dict[Key, DealDesk] = {}
    data_hygiene: DataHygiene = DataHygiene()
    metrics: Metrics | None = None
    raw_sections: dict[str, dict[str, RawKind]] = Constraint(default={})
    """System -> kind -> vendor key -> inputs. In the YAML each system is a section of its own, beside the topics."""

    @model_validator(mode="wrap")
    @classmethod
    def _read_with_regions(cls, plain: Any, handler: ModelWrapValidatorHandler[Model]) -> Model:
        token = REGIONS.set(Regions.of(plain))
        try:
            return handler(plain)
        finally:
            REGIONS.reset(token)

    def declares(self, topic: str) -> bool:
        """Was the topic written, even if empty?"""
        return topic in self.model_fields_set

    def raw(self, system: str) -> dict[str, RawKind]:
        """The raw section of a system: kind -> vendor key, verbatim -> inputs."""
        return self.raw_sections.get(system, {})

    def topic(self, name: str) -> dict[str, Any]:
        """A topic as plain data, as its component gets it; what equals its default is left out."""
        dumped = self.model_dump(mode="json", by_alias=True, exclude_defaults=True, include={name})
        topic: dict[str, Any] = dumped.get(name) or {}
        return topic

    def order(self, name: str) -> dict[str, list[str]]:
        """The keys of a topic's ordered maps by dotted path: a store of the topic may lose their order.

        >>> Model.model_validate({"routing": {"a": {"rules": {}}}}).order("routing")
        {'': ['a'], 'a.rules': []}
        """
        plain = self.model_dump(mode="json", by_alias=True, include={name}).get(name) or {}
        return {".".join(path): list(live) for pattern in ORDERED.get(name, ()) for path, live in _maps(plain, pattern)}

    def field(self, reference: str) -> Field | None:
        """The field behind `object.key`, or None."""
        return self.data_hygiene.field(reference)

    def options(self, reference: str) -> dict[str, str]:
        """The options of a picklist by value: its own, else those that the lifecycle gives it."""
        field, lifecycle = self.field(reference), self.lifecycle
        if field is None or field.options or lifecycle is None:
            return dict(field.options) if field else {}
        if reference == lifecycle.field:
            return {key: stage.label for key, stage in lifecycle.stages.items()}
        if reference == lifecycle.status_field:
            return dict(lifecycle.lead_statuses)
        is_reason = lifecycle.recycle is not None and reference == lifecycle.recycle.reason_field
        return dict(lifecycle.rejection_reasons) if is_reason else {}

    def fields(self) -> list[tuple[FieldRef, Field]]:
        """Every field with its reference, in the order written."""
        return list(self.data_hygiene.all_fields())

    def qualified_stage(self) -> str | None:
        """The lifecycle stage that the scores lead to, which sales calls MQL: the one of that key, or by its entry."""
        ready = {scoring.fields.ready for scoring in self.scoring.values()}
        for key, stage in (self.lifecycle.stages if self.lifecycle else {}).items():
            if key == "mql" or (stage.entry_when is not None and ready & set(stage.entry_when.fields())):
                return key
        return None

    def routed(self, key: str, moment: str) -> Condition | None:
        """The people whom a routing takes at a moment: it covers them, and no earlier one of that moment does.

        None where it takes everybody. A dimension that the contact does not hold covers nobody.
        """
        moments = {moment, *(["mql"] if moment == self.qualified_stage() else [])}
        taken: list[Condition] = []
        for other, routing in self.routing.items():
            covered = self._covered(routing.applies_to)
            if other == key:
                taken += [covered] if covered is not None else []
                break
            if moments & set(routing.moments):
                taken.append(Or(()) if covered is None else Not(covered))
        return taken[0] if len(taken) == 1 else And(tuple(taken)) if taken else None

    def _covered(self, applies_to: AppliesTo) -> Condition | None:
        fields = {key: self.context.dimensions[key].field_on("contact") for key in applies_to}
        found: list[Condition] = [
            Compare(FieldRef(field), Op.ANY_OF, tuple(applies_to[key])) if field else Or(())
            for key, field in fields.items()
        ]
        return found[0] if len(found) == 1 else And(tuple(found)) if found else None

    def required_fields(self, stage: str) -> list[FieldRef]:
        """What a record needs to enter a lifecycle stage: of the stage itself, then of `data_hygiene`."""
        own = self.lifecycle.stages[stage].required_fields if self.lifecycle else []
        added = self.data_hygiene.required_by_stage.get(stage, [])
        return list(dict.fromkeys(FieldRef(reference) for reference in [*own, *added]))


def _maps(plain: Any, pattern: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    if not isinstance(plain, dict):
        return
    if not pattern:
        yield (), plain
        return
    for key in plain if pattern[0] == "*" else [pattern[0]]:
        for path, live in _maps(plain.get(key), pattern[1:]):
            yield (key, *path), live
