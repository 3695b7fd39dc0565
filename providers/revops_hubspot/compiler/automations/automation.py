"""One automation of the model on its way to HubSpot: what it reads from other topics, and the flows it becomes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from revops_hubspot.compiler.automations.enrollment import Moment, from_go_live, when_met
from revops_hubspot.compiler.terms.compilation import Compilation
from revops_hubspot.compiler.terms.names import DEAL_STAGE_PROPERTY, LIFECYCLE_PROPERTY, OBJECT_TYPES, SYSTEM
from revops_hubspot.filters.leaves import one_of
from revops_hubspot.filters.tree import ALWAYS, NEVER, Tree, all_of
from revops_hubspot.workflows.enrollment import Enroll
from revops_hubspot.workflows.steps import Owner, Step
from revops_iac.diagnostics import model_error
from revops_iac.model.automation import Workflow
from revops_iac.model.lifecycle import Handoff, Lifecycle
from revops_iac.model.pipelines import Pipeline
from revops_iac.model.references import Path
from revops_iac.model.routing import Routing
from revops_iac.provider.declaration import CannotCompile

CREATED = "createdate"
"""HubSpot's own creation date, on contacts and deals [K]."""
T = TypeVar("T")


@dataclass(frozen=True)
class Flow:
    """One HubSpot workflow. `key` is its Pulumi key, `title` its name for people."""

    key: str
    object: str
    title: str
    enroll: Enroll
    steps: tuple[Step, ...]
    description: str | None = None
    was: tuple[str, ...] = ()
    """Earlier keys."""


@dataclass(frozen=True)
class Automation:
    """An automation with what it needs of the model. Missing parts raise CannotCompile with the line to write."""

    compilation: Compilation
    key: str
    workflow: Workflow

    @property
    def path(self) -> Path:
        return ("automation", "workflows", self.key)

    @property
    def title(self) -> str:
        """Its name for people: what the author pinned, else the label."""
        pinned = self.workflow.vendor_name_on(SYSTEM)
        return pinned or self.workflow.label or self.key.replace("_", " ").capitalize()

    def missing(self, message: str, fix: str, *rest: str) -> CannotCompile:
        """The refusal of an automation that the model does not say enough about."""
        return CannotCompile([model_error((*self.path, *rest), message, fix)])

    def property(self, reference: str) -> str:
        return self.compilation.names.property(reference)

    def enrolls(self, object_name: str) -> Tree:
        """The condition of the entry itself; without one, all records."""
        if self.workflow.enrolls_when is None:
            return ALWAYS
        path = (*self.path, "enrolls_when")
        return self.compilation.filters(object_name).tree(self.workflow.enrolls_when, path)

    def since_go_live(self, when: Tree, moment: Moment) -> Tree:
        """The filter, for records whose moment lies on or after the go-live date; as it is with `backfill`."""
        return when if self.workflow.backfill else all_of(when, from_go_live(self.compilation, moment))

    def lifecycle(self) -> Lifecycle:
        lifecycle = self.compilation.model.lifecycle
        if lifecycle is None or not lifecycle.stages:
            raise self.missing("needs the lifecycle, and the model has none", "declare lifecycle.stages")
        return lifecycle

    def stage_value(self, key: str) -> str:
        """HubSpot's value of a lifecycle stage."""
        return self.compilation.names.lifecycle_stage(key)

    def at_stage(self, *keys: str) -> Tree:
        return one_of(LIFECYCLE_PROPERTY, [self.stage_value(key) for key in keys])

    def handoff(self) -> Handoff:
        handoffs = self.lifecycle().handoffs
        key = self.workflow.settings.handoff
        return self._one(handoffs, key, "handoff")

    def routing(self) -> Routing:
        return self._one(self.compilation.model.routing, self.workflow.settings.routing, "routing")

    def routed(self, moment: str) -> Tree:
        """The people whom the routing takes at a moment, where several share them by `applies_to`."""
        key = self.workflow.settings.routing or next(iter(self.compilation.model.routing))
        taken = self.compilation.model.routed(key, moment)
        path = ("routing", key, "applies_to")
        return self.compilation.filters("contact").tree(taken, path) if taken is not None else ALWAYS

    def _one(self, entries: Mapping[str, T], key: str | None, what: str) -> T:
        """The entry that the settings name, or the only one."""
        if key is not None:
            return entries[key]
        if len(entries) == 1:
            return next(iter(entries.values()))
        message = f"names no {what}, and the model has {len(entries)}"
        raise self.missing(message, f"settings: {{{what}: {' or '.join(entries) or 'key'}}}", "settings")

    def pipelines(self) -> dict[str, Pipeline]:
        """The pipelines it watches, by key."""
        named, all_of_them = self.workflow.settings.pipelines, self.compilation.model.pipelines
        return {key: all_of_them[key] for key in named} if named else dict(all_of_them)

    def deals_at(self, stages: Iterable[tuple[str, str]]) -> Tree:
        """Deals in one of these (pipeline, stage) pairs."""
        ids = [self.compilation.names.stage(pipeline, stage) for pipeline, stage in stages]
        return one_of(DEAL_STAGE_PROPERTY, ids) if ids else NEVER

    def login(self, person: str) -> str:
        return self.compilation.model.people.identity(person, SYSTEM)

    def owner(self, person: str) -> Owner:
        """A person as owner of a record."""
        return Owner(owner=self.login(person))

    def users(self, people: Iterable[str]) -> list[str]:
        """The logins of people, each once: a stand-in may stand for several."""
        return list(dict.fromkeys(map(self.login, people)))

    def members(self, team: str | None) -> list[str]:
        """The people of a team; empty without a team."""
        return list(self.compilation.model.people.teams[team].members) if team else []

    def escalation(self, handoff: Handoff) -> list[str]:
        """Who is notified of a breach: the manager of the receiving team, else the accountable person."""
        team = self.compilation.model.people.teams.get(handoff.to_team or "")
        manager = team.manager if team and handoff.escalates_to != "accountable" else None
        found = [person for person in (manager, handoff.accountable) if person][:1]
        if not found:
            raise self.missing("nobody is notified of a breach", "give the handoff accountable, or its team a manager")
        return found

    def moment(self, *references: str | None, otherwise: str = CREATED) -> Moment:
        """The first of these date fields that is declared, else a date that HubSpot keeps: that of creation."""
        zone = self.compilation.model.context.time_zone
        for reference in references:
            if reference:
                days = self.compilation.names.field(reference).type == "date"
                return Moment(self.property(reference), "UTC" if days else zone)
        return Moment(otherwise, zone)

    def flow(
        self,
        object_name: str,
        when: Tree,
        steps: Sequence[Step],
        suffix: str = "",
        title: str | None = None,
        was: Iterable[str] = (),
        again: bool = True,
    ) -> Flow:
        """A workflow of this automation; `suffix` tells several apart, `was` are earlier suffixes."""
        key = f"{self.key}_{suffix}" if suffix else self.key
        earlier = [f"{old}{key.removeprefix(self.key)}" for old in self.workflow.was]
        earlier += [f"{self.key}_{old}" for old in was]
        enroll = when_met(when, OBJECT_TYPES[object_name], again)
        return Flow(key, object_name, title or self.title, enroll, tuple(steps), self._description(), tuple(earlier))

    def _description(self) -> str | None:
        message = [self.workflow.trigger, self.workflow.action, self.workflow.outcome]
        parts = [part[0].upper() + part[1:] for part in message if part]
        return ". ".join(parts) + "." if parts else None
