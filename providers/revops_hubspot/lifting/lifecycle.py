"""The lifecycle from the stages of contacts, the options of their lead status, and the segments that watch both."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from revops_hubspot.compiler.lifecycle import OWN_STAGES
from revops_hubspot.compiler.terms.names import (
    LEAD_STATUS_PROPERTY,
    LIFECYCLE_PROPERTY,
    OWN_LEAD_STATUSES,
    SYSTEM,
    Names,
)
from revops_hubspot.lifting.terms import Terms
from revops_iac.provider.lifting import NotLifted, Proposal, Unsayable, key_of
from revops_iac.provider.live_object import Definition

TOPIC = "lifecycle"
ONE_STAGE = re.compile(rf"{LIFECYCLE_PROPERTY} is any of \[([^\],]+)\]")
UNKNOWN = re.compile(r"(\w+) is unknown")


def lifecycles(terms: Terms) -> Iterator[Proposal | NotLifted]:
    """One proposal: the portal's stages where something tells that somebody works with them."""
    if terms.model.lifecycle is not None:
        return
    found = _Stages(terms)
    if not (found.labels or found.has_own or found.are_moved):
        return
    try:
        entry = found.entry()
    except Unsayable as error:
        terms.also()
        yield NotLifted(TOPIC, f"LifecycleStages contacts.{LIFECYCLE_PROPERTY}", str(error))
        return
    yield Proposal(TOPIC, "", entry, terms.also())


@dataclass
class _Stages:
    """The stages as the portal has them, under the labels that segments give them."""

    terms: Terms

    def __post_init__(self) -> None:
        kind = self.terms.session.system.kinds["LifecycleStages"]
        live = self.terms.session.find(kind, f"contacts.{LIFECYCLE_PROPERTY}")
        self.stages = {
            str(one["value"]): str(one["label"]) for one in (live.definition if live else {}).get("stages", ())
        }
        self.lists = self.terms.raw.get("List", {})
        begins = Names(self.terms.model).title("Lifecycle: ")
        self.labels = {
            match[1]: name.removeprefix(begins)
            for name, inputs in self.lists.items()
            if name.startswith(begins) and (match := ONE_STAGE.fullmatch(str(inputs.get("filter"))))
        }

    @property
    def has_own(self) -> bool:
        """Whether the portal has a stage that not every portal begins with."""
        return not self.stages.keys() <= OWN_STAGES

    @property
    def are_moved(self) -> bool:
        """Whether a workflow reads or sets the stage of a person."""
        workflows = self.terms.raw.get("Workflow", {}).values()
        return any(LIFECYCLE_PROPERTY in json.dumps(one) for one in workflows)

    def entry(self) -> Definition:
        """Field, stages and statuses. Raises Unsayable."""
        watched = {value: label for value, label in self.labels.items() if value in self.stages}
        values = [value for value in self.stages if not watched or value in watched]
        stages: dict[str, Definition] = {}
        for value in values:
            label = watched.get(value) or self.stages[value]
            key = key_of(label, stages)
            stages[key] = {"label": label, "hubspot_value": value}
            if needed := self._required(label):
                stages[key]["required_fields"] = needed
        reference, _ = self.terms.field(LIFECYCLE_PROPERTY)
        self.terms.fields.get(reference, {}).pop("options", None)  # the stages are its options
        made: Definition = {"field": str(reference), "stages": stages, **({} if watched else {"segments": False})}
        return {**made, **self._statuses()}

    def _required(self, label: str) -> list[str]:
        """The fields whose absence the stage's segment looks for."""
        inputs = self.lists.get(Names(self.terms.model).title(f"Missing fields: {label}"))
        names = dict.fromkeys(UNKNOWN.findall(str((inputs or {}).get("filter") or "")))
        return [str(self.terms.field(name)[0]) for name in names]

    def _statuses(self) -> Definition:
        """The options of the lead status, where they are not those that every portal begins with."""
        whole = f"contacts.{LEAD_STATUS_PROPERTY}"
        declared = self.terms.raw.get("PropertyOptions", {}).get(whole) or self.terms.inputs(LEAD_STATUS_PROPERTY)
        options = declared.get("options") or ()
        own = {value for value, _ in OWN_LEAD_STATUSES.values()}
        if all(one["value"] in own for one in options):
            return {}
        labels, pinned = dict[str, str](), dict[str, dict[str, str]]()
        for one in options:
            value, label = str(one["value"]), str(one["label"])
            key = key_of(label, labels)
            labels[key] = label
            if OWN_LEAD_STATUSES.get(label.lower(), (key, label)) != (value, label):
                pinned[key] = {SYSTEM: value}
        reference, _ = self.terms.field(LEAD_STATUS_PROPERTY)
        self.terms.fields.get(reference, {}).pop("options", None)
        named: Definition = {"status_field": str(reference), "lead_statuses": labels}
        return {**named, **({"lead_status_values": pinned} if pinned else {})}
