"""What the compilers of all topics share in one run: the model, the names, and what could not be compiled."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from revops_hubspot.compiler.terms.conditions import Filters
from revops_hubspot.compiler.terms.formulas import Formulas
from revops_hubspot.compiler.terms.names import SYSTEM, Names
from revops_hubspot.filters.tree import ALWAYS, NEVER, Tree, all_of
from revops_iac.config.settings import Settings
from revops_iac.diagnostics import Diagnostic
from revops_iac.model import Model
from revops_iac.model.condition import And, Compare, Condition, Op, Or
from revops_iac.model.entry import AppliesTo, VendorEntry
from revops_iac.provider.declaration import CannotCompile, Declaration, Path
from revops_iac.provider.live_object import Reference


@dataclass(frozen=True)
class Compilation:
    """One run. Diagnostics are collected, so that the author sees all of them at once."""

    model: Model
    settings: Settings
    diagnostics: list[Diagnostic] = field(default_factory=list)

    @property
    def names(self) -> Names:
        return Names(self.model)

    def formulas(self, object_name: str = "contact") -> Formulas:
        """Formulas whose diagnostics are those of this run."""
        return Formulas(self.names, object_name, self.diagnostics)

    def filters(self, object_name: str = "contact") -> Filters:
        """Filters whose diagnostics are those of this run."""
        return Filters(self.names, object_name, self.diagnostics)

    def applies(self, applies_to: AppliesTo, object_name: str, path: Path) -> Tree:
        """Filters for the records that an entry covers."""
        dimensions = self.model.context.dimensions
        covered: Tree = ALWAYS
        for key, values in applies_to.items():
            reference = dimensions[key].field_on(object_name)
            if reference is None:
                return NEVER
            live = Compare(reference, Op.ANY_OF, tuple(values))
            covered = all_of(covered, self.filters(object_name).tree(live, (*path, "applies_to", key)))
        return covered

    def applies_first(self, key: str) -> Tree:
        """Filters for the people whom a scoring entry scores: it covers them, and no earlier entry does."""
        first: Tree = ALWAYS
        for other, entry in self.model.scoring.items():
            live = [
                Compare(reference, Op.ANY_OF, tuple(values))
                for dimension, values in entry.applies_to.items()
                if (reference := self.model.context.dimensions[dimension].field_on("contact"))
            ]
            if len(live) < len(entry.applies_to):
                scored: Condition = Or(())  # a dimension that the contact does not hold covers no record
            else:
                scored = And(tuple(live))
            path = ("scoring", other, "applies_to")
            first = all_of(first, self.filters().tree(scored, path, negated=other != key))
            if other == key:
                break
        return first

    def pipelines_in(self, value: Any) -> tuple[Reference, ...]:
        """The pipelines whose stages filters or actions name by id: they must exist first."""
        named: set[str] = set()
        _add_texts(value, named)
        return tuple(
            Reference("Pipeline", f"deals.{self.names.pipeline(key)}")
            for key, pipeline in self.model.pipelines.items()
            if any(self.names.stage(key, stage) in named for stage in pipeline.stages)
        )

    @contextmanager
    def collecting(self) -> Iterator[None]:
        """Keeps the diagnostics of a part that cannot be compiled, and goes on with the next."""
        try:
            yield
        except CannotCompile as error:
            self.diagnostics.extend(error.diagnostics)

    def finish(self, declared: Iterable[Declaration] = ()) -> None:
        """Raises CannotCompile when anything was found, with what could be declared all the same."""
        if self.diagnostics:
            raise CannotCompile(self.diagnostics, declared)

    def runs_here(self, runs_on: str | None) -> bool:
        """Does a part of the model run on HubSpot? One that names no runner runs on the source of truth."""
        systems = self.model.context.systems
        return (runs_on or systems.source_of_truth or next(iter(systems.managed), SYSTEM)) == SYSTEM


def _add_texts(value: Any, found: set[str]) -> None:
    if isinstance(value, str):
        found.add(value)
    elif isinstance(value, dict | list):
        for inner in value.values() if isinstance(value, dict) else value:
            _add_texts(inner, found)


def entry_declaration(
    kind: str, form: str, key: str, entry: VendorEntry, origin: Path, inputs: Mapping[str, Any]
) -> Declaration:
    """The declaration of an entry's vendor object; `form` is its Pulumi name with `{}` for the key."""
    name = inputs.get("name", key)
    return Declaration(
        kind=kind,
        key=form.format(key),
        inputs={**{k: v for k, v in inputs.items() if v is not None}, **({"adopt": True} if entry.adopt else {})},
        origin=origin,
        was=tuple(form.format(old) for old in entry.was),
        vendor_name_given=entry.vendor_name_on(SYSTEM) is not None,
        suggestion=f"vendor_name: {{{SYSTEM}: {_earlier(str(name), key, entry)}}}",
    )


def _earlier(name: str, key: str, entry: VendorEntry) -> str:
    """The vendor name under the earliest key, which is what the account holds."""
    return name.removesuffix(key) + entry.was[0] if entry.was and name.endswith(key) else name
