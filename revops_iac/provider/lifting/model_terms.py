"""The fields, people and dimensions that lifted entries name: those of the model, else new ones."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from revops_iac.model import Model
from revops_iac.model.condition import FieldRef
from revops_iac.provider.lifting import Raw, key_of
from revops_iac.provider.live_object import Definition
from revops_iac.provider.session import Session


@dataclass
class ModelTerms:
    """What the entries of one lifting name. `also` gives what the latest entry needs beside the model."""

    session: Session[Any]
    model: Model
    raw: Raw
    fields: dict[FieldRef, Definition] = field(default_factory=dict)
    persons: dict[str, Definition] = field(default_factory=dict)
    teams: dict[str, Definition] = field(default_factory=dict)
    dimensions: dict[str, Definition] = field(default_factory=dict)
    used: dict[tuple[str, ...], Definition] = field(default_factory=dict)

    @property
    def system(self) -> str:
        """The name of the CRM."""
        return str(self.session.system.name)

    def also(self, beside: Definition | None = None) -> Definition:
        """The entries of other topics that were named since the last call and that the model lacks, by topic.

        What `beside` says of an entry of a topic takes its place.
        """
        made: Definition = {}
        for path, content in self.used.items():
            place = made
            for key in path[:-1]:
                place = place.setdefault(key, {})
            place[path[-1]] = content
        self.used = {}
        for topic, content in (beside or {}).items():
            made[topic] = {**made.get(topic, {}), **content}
        return made

    def use(self, *path: str, content: Definition) -> None:
        """Notes an entry that the latest one names."""
        self.used.setdefault(path, content)

    def use_field(self, reference: FieldRef) -> tuple[FieldRef, str]:
        """Notes a field that was made here; answers it with its type."""
        made = self.fields[reference]
        self.use("data_hygiene", "fields", reference.object, reference.key, content=made)
        return reference, str(made["type"])

    # --- people ---------------------------------------------------------------------------------------------------

    def person(self, login: str, hint: str = "") -> str:
        """The key of a person, who is made where the model has nobody of that login, under `hint` if that is given."""
        people = self.model.people
        for key in people.persons:
            if people.identity(key, self.system) == login:
                return key
        key = next((key for key, made in self.persons.items() if made["email"] == login), "")
        if not key:
            name = login.partition("@")[0]
            key = key_of(hint or name, {*self.persons, *people.persons})
            self.persons[key] = {"name": re.sub(r"[._]+", " ", name).title(), "email": login}
        self.use("people", "persons", key, content=self.persons[key])
        return key

    def set_capacity(self, key: str, percent: float) -> None:
        """The share of a team's leads that a person takes who is made here; all of it is not said."""
        if key in self.persons and percent < 100:
            self.persons[key]["capacity"] = round(percent, 4)

    def team(self, logins: Sequence[str], label: str = "") -> str:
        """The key of a team of just these people, which is made where the model has none."""
        return self.team_of([self.person(one) for one in logins], label)

    def team_of(self, members: list[str], label: str = "") -> str:
        """The same by the keys of its members, each of whom it is named after where it has no label."""
        for key, known in self.model.people.teams.items():
            if list(known.members) == members:
                return key
        key = next((key for key, made in self.teams.items() if made["members"] == members), "")
        if not key:
            label = label or " and ".join(one.replace("_", " ").capitalize() for one in members)
            key = key_of(label, {*self.teams, *self.model.people.teams})
            self.teams[key] = {"label": label, "members": members}
        self.use("people", "teams", key, content=self.teams[key])
        return key

    # --- what entries cover ---------------------------------------------------------------------------------------

    def dimension(self, reference: FieldRef) -> str:
        """The key of the dimension that a field holds, which is made where the model has none."""
        owner, known = reference.object, self.model.context.dimensions
        for key, one in known.items():
            if one.field_on(owner) == reference:
                return key
        key = next((key for key, one in self.dimensions.items() if one.get(owner) == reference), "")
        if not key:
            options = self.fields.get(reference, {}).get("options") or self.model.options(reference)
            key = key_of(reference.key, {*known, *self.dimensions})
            self.dimensions[key] = {"values": list(options), owner: str(reference)}
        self.use("context", "dimensions", key, content=self.dimensions[key])
        return key
