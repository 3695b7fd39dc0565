"""Known workflows: the automation entries that compile to raw workflows as they are, found by compiling candidates."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import product
from typing import Any, get_args

from revops_iac.errors import DiagnosticsError
from revops_iac.model import Model
from revops_iac.model.automation import Automation, Does, Workflow
from revops_iac.model.condition import Condition
from revops_iac.provider.declaration import CannotCompile, Declaration
from revops_iac.provider.kind import Kind
from revops_iac.provider.lifting import NotLifted, Proposal, joined, key_of, with_proposals
from revops_iac.provider.lifting.model_terms import ModelTerms
from revops_iac.provider.live_object import Definition
from revops_iac.provider.session import Session

TOPIC = "automation"
Candidate = tuple[str, Definition, Definition, list[Proposal]]
"""The workflow that it was read from, an entry, what it names of other topics, and the entries that come with it."""
KEY, LABEL = "lifted_probe", "Lifted probe"
"""What a candidate is called while it is compared: names are made of one of them."""
UNLIKE = "no automation of the model compiles to it"
SHOWN = 20
"""How many workflows are named that stay raw."""
DEALS_FIRST: Does = "stale_deal"
"""What its workflows say of pipelines, those of other automations rest on."""
NAMING = frozenset({"name", "label", "description", "adopt"})
"""Inputs that say what a workflow is called, and not what it does."""


@dataclass(frozen=True)
class Reading:
    """What a raw workflow seems to do. Compiling it tells whether it does.

    `handoff` and `routing` are entries without a key: one of the model that says the same gets what it lacks of them.
    """

    does: Does
    settings: Definition = field(default_factory=dict)
    enrolls_when: Condition | None = None
    backfill: bool = False
    handoff: Definition = field(default_factory=dict)
    routing: Definition = field(default_factory=dict)
    also: Definition = field(default_factory=dict)
    """What it names of other topics, by topic."""


@dataclass
class Search:
    """Where candidates are looked for.

    `compile` makes the declarations of a model's automations, `compile_all` those of the model. `read` says what a raw
    workflow seems to do, by the model as it is by then; `finish` completes an entry by its key and the name that its
    workflows have in common. `model` grows by what is found.
    """

    session: Session[Any]
    kind: Kind[Any, Any]
    model: Model
    compile: Callable[[Model], Iterable[Declaration]]
    compile_all: Callable[[Model], Iterable[Declaration]]
    read: Callable[[Model, Definition], Iterable[Reading]]
    finish: Callable[[str, str], Definition] = lambda key, base: {}

    near: dict[str, str] = field(default_factory=dict)
    """Why a workflow that looks like an automation is none."""

    @property
    def system(self) -> str:
        """The name of the CRM."""
        return str(self.session.system.name)

    def proposals(self) -> Iterator[Proposal | NotLifted]:
        """An entry for each set of raw workflows that an automation compiles to."""
        left = dict(self.model.raw(self.system).get(self.kind.name, {}))
        taken = set(self.model.automation.workflows if self.model.automation else ())
        for does in (DEALS_FIRST, *get_args(Does)) if left else ():
            while (found := self._first(does, left, taken)) is not None:
                names, proposals = found
                left = {name: inputs for name, inputs in left.items() if name not in names}
                taken.add(proposals[-1].key)
                self.model = with_proposals(self.model, proposals)
                yield from proposals
        reasons: dict[str, list[str]] = {}
        for name in left.keys() - self._of_others() if left else ():
            reasons.setdefault(self.near.get(name, UNLIKE), []).append(name)
        for reason, names in sorted(reasons.items()):
            more = [f"and {len(names) - SHOWN} more"] if len(names) > SHOWN else []
            yield NotLifted(TOPIC, f"{self.kind.name} {', '.join([*sorted(names)[:SHOWN], *more])}", reason)

    def _of_others(self) -> set[str]:
        """The workflows that other topics compile to, such as those that move a score."""
        try:
            declared = list(self.compile_all(self.model))
        except CannotCompile as error:
            declared = list(error.declared)
        return {self._vendor_name(one) for one in declared if one.kind == self.kind.name}

    def _vendor_name(self, declared: Declaration) -> str:
        return self.kind.vendor_name(self.kind.parse(declared.inputs))

    def _first(
        self, does: Does, left: Mapping[str, Definition], taken: set[str]
    ) -> tuple[list[str], list[Proposal]] | None:
        """The first candidate that raw workflows are what it compiles to: these, and what to propose."""
        for source, candidate, also, proposals in self._read(does, left):
            more = [*proposals, *([Proposal(TOPIC, "", {}, also)] if also else [])]
            grown = with_proposals(self.model, more) if more else self.model
            if (found := self._matched(grown, candidate, left)) is None:
                self._note(source, does, self._compiled(grown, KEY, {**candidate, "label": LABEL}), left)
                continue
            base, names = found
            entry = self._named(grown, base, candidate, [left[one] for one in names], taken)
            if entry is not None:
                return names, [*proposals, Proposal(TOPIC, *entry, also)]
        return None

    def _read(self, does: Does, left: Mapping[str, Definition]) -> Iterator[Candidate]:
        """What raw workflows seem to do, with what they name of the lifecycle and of routings in its place there."""
        lifecycle = self.model.lifecycle
        handoffs = lifecycle.handoffs if lifecycle else {}
        for name, inputs in left.items():
            for reading in self.read(self.model, inputs):
                if reading.does != does:
                    continue
                entry: Definition = {"does": does, "runs_on": self.system, "backfill": reading.backfill}
                entry |= {"enrolls_when": reading.enrolls_when.render()} if reading.enrolls_when else {}
                for (handoff, served), (routing, routed) in product(
                    _places(handoffs, reading.handoff, _stage_of(reading)),
                    _places(self.model.routing, reading.routing, str(reading.routing.get("label"))),
                ):
                    also = reading.also
                    if served:
                        also = joined(also, {"lifecycle": {"handoffs": {handoff: served}}})
                    named = {"handoff": handoff, "routing": routing}
                    settings = {**reading.settings, **{key: value for key, value in named.items() if value}}
                    routings = [Proposal("routing", routing, routed, also)] if routed else []
                    yield name, {**entry, "settings": settings}, also, routings

    def _note(self, name: str, does: Does, made: Mapping[str, Definition], left: Mapping[str, Definition]) -> None:
        """How a workflow differs from the nearest automation that it seems to be."""
        differing = [
            self._differences(acts, name, left[name])
            for acts in ({key: value for key, value in one.items() if key not in NAMING} for one in made.values())
        ]
        words = does.replace("_", " ")
        if not differing:
            self.near.setdefault(name, f"it looks like the automation {words}, and the model lacks what that reads")
        elif nearest := min(differing, key=len):
            self.near[name] = f"it looks like the automation {words}, whose {' and '.join(nearest)} would differ"
        else:
            self.near[name] = f"it is a part of the automation {words}, of which the account lacks another part"

    def _matched(
        self, model: Model, candidate: Definition, raw: Mapping[str, Definition]
    ) -> tuple[str, list[str]] | None:
        """The part of their names that raw workflows have in common, and those that do what a candidate does."""
        made = self._compiled(model, KEY, {**candidate, "label": LABEL})
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
        return not self._differences(inputs, name, raw)

    def _differences(self, inputs: Definition, name: str, raw: Definition) -> list[str]:
        return self.kind.differences(inputs, view_of(self.session, self.kind, inputs, name, raw))

    def _named(
        self, model: Model, base: str, candidate: Definition, raw: Sequence[Definition], taken: set[str]
    ) -> tuple[str, Definition] | None:
        """The entry under its key, with the label and the text that make the raw names and descriptions."""
        key = key_of(base, taken)
        entry = {**candidate, **self.finish(key, base)}
        labels = [str(one) for one in dict.fromkeys([raw[0].get("label"), base]) if one]
        labels += [one.rpartition(": ")[0] for one in labels if ": " in one]
        for label, told in product(labels, _told(str(raw[0].get("description") or ""))):
            whole = {**entry, "label": label, **told}
            made = self._compiled(model, key, whole)
            theirs = model.raw(self.system)[self.kind.name]
            if all(name in theirs and self._is_as(inputs, name, theirs[name]) for name, inputs in made.items()):
                return key, {name: value for name, value in whole.items() if value not in ({}, False)}
        return None

    def _compiled(self, model: Model, key: str, entry: Definition) -> dict[str, Definition]:
        """The inputs of the workflows of an entry by vendor name; none where the model says too little for it."""
        workflow = Workflow.model_validate(entry)
        model = model.model_copy(update={"automation": Automation(workflows={key: workflow})})
        try:
            declared = [one for one in self.compile(model) if one.kind == self.kind.name]
        except (CannotCompile, DiagnosticsError):
            return {}
        return {self._vendor_name(one): one.inputs for one in declared}


def lifted_automations(
    terms: ModelTerms,
    model: Model,
    kind: str,
    compilers: tuple[Callable[..., Iterable[Declaration]], Callable[..., Iterable[Declaration]]],
    readings: Callable[[Any, Definition], Iterable[Reading]],
    finish: Callable[[str, str], Definition] = lambda key, base: {},
) -> Iterator[Proposal | NotLifted]:
    """The raw workflows that an automation compiles to, in a model that has what else was found.

    `compilers` make the declarations of a model's automations, and those of all of it; both take its settings.
    """
    session = terms.session

    def read(grown: Model, inputs: Definition) -> Iterable[Reading]:
        terms.model = grown
        return readings(terms, inputs)

    automations, whole = (partial(one, settings=session.settings) for one in compilers)
    return Search(session, session.system.kinds[kind], model, automations, whole, read, finish).proposals()


def _places(known: Mapping[str, Any], content: Definition, label: str) -> Iterator[tuple[str, Definition]]:
    """Where an entry without a key may stand, and what it is there: one of the model as it is, one with what it lacks,
    or a new one. Nowhere where it is empty.
    """
    if not content:
        yield "", {}
        return
    yield from ((key, {}) for key in known)
    plain = {key: one.model_dump(mode="json", by_alias=True, exclude_defaults=True) for key, one in known.items()}
    yield from ((key, content) for key, one in plain.items() if "rules" not in one and _agree(one, content))
    yield key_of(label, known), content


def _agree(first: Definition, second: Definition) -> bool:
    return joined(first, second) == joined(second, first)


def _stage_of(reading: Reading) -> str:
    return f"{reading.handoff.get('from_stage') or reading.does}_handoff"


def view_of(session: Session[Any], kind: Kind[Any, Any], inputs: Definition, name: str, raw: Definition) -> Definition:
    """What the account has of what inputs declare; a raw entry as it is declared where the account has nothing."""
    live = session.find(kind, name)
    if live is not None:
        return kind.managed_view(inputs, live)
    declared: Definition = kind.inputs.model_validate(raw).model_dump(mode="json", exclude_none=True, by_alias=True)
    return declared


def _told(description: str) -> list[dict[str, str]]:
    """What a description may have been made of: the outcome alone, or trigger, action and outcome as sentences."""
    if not description:
        return [{}]
    sentences = description.removesuffix(".").split(". ")
    named = dict(zip(("trigger", "action", "outcome"), [*sentences[:2], ". ".join(sentences[2:])], strict=False))
    return [{"outcome": description}, {key: text for key, text in named.items() if text}]


def _titled(key: str) -> str:
    return "_".join(part.capitalize() for part in key.split("_"))
