"""Known workflows: the automation entries that compile to raw workflows as they are, found by compiling candidates."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, get_args

from revops_iac.errors import DiagnosticsError
from revops_iac.model import Model
from revops_iac.model.automation import Automation, Does, Workflow
from revops_iac.model.condition import FieldRef
from revops_iac.provider.declaration import CannotCompile, Declaration
from revops_iac.provider.kind import Kind
from revops_iac.provider.lifting import NotLifted, Proposal, key_of
from revops_iac.provider.live_object import Definition
from revops_iac.provider.session import Session

TOPIC = "automation"
KEY, LABEL = "lifted_probe", "Lifted probe"
"""What a candidate is called while it is compared: names are made of one of them."""
NAMING = frozenset({"name", "label", "description", "adopt"})
"""Inputs that say what a workflow is called, and not what it does."""
SETTINGS: Mapping[str, tuple[str, ...]] = {
    "mql_assignment": ("handoff", "routing"),
    "sla_breach": ("handoff",),
    "closed_won_handoff": ("handoff", "pipelines", "owner_field", "date_field"),
    "stale_deal": ("pipelines", "runs_at"),
    "recycled_reentry": ("routing", "reset_engagement_to"),
}
"""What an automation reads, by what it does."""
OF_DEALS = frozenset({"closed_won_handoff", "stale_deal"})
"""Automations of deals; the others are of persons, as the conditions that are tried."""


@dataclass(frozen=True)
class Search:
    """Where candidates are looked for.

    `compile` makes the declarations of a model's automations, `fields` gives the vendor names of a field; `finish`
    completes an entry by its key and the name that its workflows have in common.
    """

    session: Session[Any]
    kind: Kind[Any, Any]
    model: Model
    compile: Callable[[Model], Iterable[Declaration]]
    fields: Callable[[FieldRef], Iterable[str]]
    finish: Callable[[str, str], Definition]

    @property
    def system(self) -> str:
        """The name of the CRM."""
        return str(self.session.system.name)

    def proposals(self) -> Iterator[Proposal | NotLifted]:
        """An entry for each set of raw workflows that an automation compiles to."""
        left = dict(self.model.raw(self.system).get(self.kind.name, {}))
        taken = set(self.model.automation.workflows if self.model.automation else ())
        for does in get_args(Does) if left else ():
            for candidate in self._candidates(does, left):
                found = self._matched(candidate, left)
                if found is None:
                    continue
                base, names = found
                entry = self._named(base, candidate, [left[one] for one in names], taken)
                if entry is not None:
                    key, content = entry
                    taken.add(key)
                    left = {name: inputs for name, inputs in left.items() if name not in names}
                    yield Proposal(TOPIC, key, content)
                    break
        if left:
            yield NotLifted(TOPIC, f"{len(left)} of {self.kind.name}", "no automation of the model compiles to them")

    def _candidates(self, does: str, raw: Mapping[str, Definition]) -> Iterator[Definition]:
        """Entries that name only what a raw workflow names too, the plainest first."""
        text = json.dumps(raw, default=str)
        ways = {name: list(self._ways(name, text)) for name in SETTINGS.get(does, ())}
        conditions = [""] if does in OF_DEALS else list(self._conditions(text))
        for backfill, when in product((False, True), conditions):
            for chosen in product(*ways.values()):
                settings = {name: value for name, value in zip(ways, chosen, strict=True) if value is not None}
                entry: Definition = {"does": does, "runs_on": self.system, "settings": settings, "backfill": backfill}
                yield {**entry, **({"enrolls_when": when} if when else {})}

    def _ways(self, setting: str, text: str) -> Iterator[Any]:
        model = self.model
        yield None
        if setting == "handoff":
            yield from model.lifecycle.handoffs if model.lifecycle else ()
        elif setting == "routing":
            yield from model.routing
        elif setting == "pipelines":
            yield from ([key] for key in model.pipelines if len(model.pipelines) > 1)
        elif setting == "reset_engagement_to":
            yield 0
        elif setting == "runs_at":
            yield from dict.fromkeys(re.findall(r'"startTime": "(\d\d:\d\d)', text))
        else:
            types = {"owner_field": ("user",), "date_field": ("date", "datetime")}[setting]
            yield from (str(one) for one, made in model.fields() if made.type in types and self._mentions(one, text))

    def _conditions(self, text: str) -> Iterator[str]:
        """Conditions on stage, readiness and status, which automations wait for."""
        lifecycle = self.model.lifecycle
        yield ""
        ready = {entry.fields.ready for entry in self.model.scoring.values()}
        yield from (f"{one} is true" for one in ready if self._mentions(one, text))
        if lifecycle is None:
            return
        if lifecycle.field and self._mentions(lifecycle.field, text):
            yield from (f"{lifecycle.field} = {stage}" for stage in lifecycle.stages)
        if lifecycle.status_field and self._mentions(lifecycle.status_field, text):
            reason = lifecycle.recycle.reason_field if lifecycle.recycle else None
            for status in lifecycle.lead_statuses:
                yield f"{lifecycle.status_field} = {status}"
                if reason:
                    yield f"{lifecycle.status_field} = {status} and {reason} is known"

    def _mentions(self, reference: str, text: str) -> bool:
        return any(name in text for name in self.fields(FieldRef(reference)))

    def _matched(self, candidate: Definition, raw: Mapping[str, Definition]) -> tuple[str, list[str]] | None:
        """The part of their names that raw workflows have in common, and those that do what a candidate does."""
        made = self._compiled(KEY, {**candidate, "label": LABEL})
        found: dict[str, list[str]] = {}
        for name, inputs in made.items():
            probe = next((one for one in (LABEL, _titled(KEY)) if one in name), None)
            if probe is None:
                return None
            before, _, after = name.partition(probe)
            for other, theirs in raw.items():
                is_named = other.startswith(before) and other.endswith(after)
                acts = {key: value for key, value in inputs.items() if key not in NAMING}
                if is_named and self._is_as(acts, other, theirs):
                    found.setdefault(other[len(before) : len(other) - len(after)], []).append(other)
        return next(((base, names) for base, names in found.items() if len(names) == len(made)), None)

    def _is_as(self, inputs: Definition, name: str, raw: Definition) -> bool:
        """Whether a raw workflow is in the account as these inputs say."""
        live = self.session.find(self.kind, name)
        return not self.kind.differences(inputs, self.kind.managed_view(inputs, live) if live is not None else raw)

    def _named(
        self, base: str, candidate: Definition, raw: Sequence[Definition], taken: set[str]
    ) -> tuple[str, Definition] | None:
        """The entry under its key, with the label and the text that make the raw names and descriptions."""
        key = key_of(base, taken)
        entry = {**candidate, **self.finish(key, base)}
        labels = [str(one) for one in dict.fromkeys([raw[0].get("label"), base]) if one]
        labels += [one.rpartition(": ")[0] for one in labels if ": " in one]
        for label, told in product(labels, _told(str(raw[0].get("description") or ""))):
            whole = {**entry, "label": label, **told}
            made = self._compiled(key, whole)
            theirs = self.model.raw(self.system)[self.kind.name]
            if all(name in theirs and self._is_as(inputs, name, theirs[name]) for name, inputs in made.items()):
                return key, {name: value for name, value in whole.items() if value not in ({}, False)}
        return None

    def _compiled(self, key: str, entry: Definition) -> dict[str, Definition]:
        """The inputs of the workflows of an entry by vendor name; none where the model says too little for it."""
        workflow = Workflow.model_validate(entry)
        model = self.model.model_copy(update={"automation": Automation(workflows={key: workflow})})
        try:
            declared = [one for one in self.compile(model) if one.kind == self.kind.name]
        except (CannotCompile, DiagnosticsError):
            return {}
        return {self.kind.vendor_name(self.kind.parse(one.inputs)): one.inputs for one in declared}


def _told(description: str) -> list[dict[str, str]]:
    """What a description may have been made of: the outcome alone, or trigger, action and outcome as sentences."""
    if not description:
        return [{}]
    sentences = description.removesuffix(".").split(". ")
    named = dict(zip(("trigger", "action", "outcome"), [*sentences[:2], ". ".join(sentences[2:])], strict=False))
    return [{"outcome": description}, {key: text for key, text in named.items() if text}]


def _titled(key: str) -> str:
    return "_".join(part.capitalize() for part in key.split("_"))
