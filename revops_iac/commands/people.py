"""The people of a model, as the accounts know them, and `revops people leave`."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from revops_iac.adoption.yaml.files import put
from revops_iac.config.stack_config import stacks_of
from revops_iac.diagnostics import escaped, plural, suggest
from revops_iac.errors import AuthorError, RevopsError
from revops_iac.plan.model_changes import topics_of
from revops_iac.plan.model_words import Words, phrase
from revops_iac.source.load import load
from revops_iac.source.person_leaves import Leaving, Place, leaves
from revops_iac.stack_context import StackContext
from revops_iac.systems import System

IDENTITIES = ("people", "identities")
MOST_ACCOUNTS = 10
"""Accounts of one list that are shown."""


def logins_of(folder: Path) -> list[str]:
    """The logins of all people on the managed systems, in every stack of the folder, each once.

    Raises AuthorError and DiagnosticsError when a stack or the model cannot be read.
    """
    stacks = stacks_of(folder)
    if not stacks:
        raise AuthorError(
            f"{folder} has no Pulumi.<stack>.yaml", "pass the folder that contains model/ and the stack files"
        )
    models = [StackContext.load(folder, stack).model for stack in stacks]
    found = (
        model.people.identity(person, system)
        for model in models
        for system in model.context.systems.managed
        for person in model.people.persons
    )
    return list(dict.fromkeys(found))


@dataclass(frozen=True)
class Owned:
    """What a person owns in one account: the login there, and records by object, or why they were not counted."""

    system: str
    login: str
    records: Mapping[str, int]
    transfer: str
    not_counted: str | None = None

    def render(self) -> str:
        """Two sentences: what there is, and what becomes of it."""
        if self.not_counted:
            return f"{self.system}, {self.login}: not counted: {self.not_counted}"
        total = sum(self.records.values())
        counts = ", ".join(f"{count:,} {name}" for name, count in self.records.items())
        stay = f"The plan moves none of them: {self.transfer}." if total else "Nothing is left to move."
        return f"{self.system}, {self.login}: owns {counts}. {stay}"


@dataclass(frozen=True)
class Leave:
    """A person who leaves: every place that names them, what they own, and whether the files are changed."""

    person: str
    to: str
    words: Words = field(repr=False)
    leaving: Leaving
    owned: tuple[Owned, ...]
    mentions: tuple[str, ...]
    is_done: bool

    def render(self) -> str:
        """A line per place, a paragraph per account, and what to do next."""
        lines = list(self._shown(self.leaving.places))
        lines += [f"{mention}: names the login, not changed" for mention in self.mentions]
        lines += ["", *(one.render() for one in self.owned)]
        names = f"New leads of {self._name(self.person)} go to {self._name(self.to)}"
        lines.append(f"{names} once pulumi up has run.")
        count = plural(len(self.leaving.places), "place") + " in " + plural(len(self.leaving.texts), "file")
        end = "changed" if self.is_done else "would change; --yes changes the files"
        return "\n".join([*lines, f"{count}: {end}."])

    def as_json(self) -> dict[str, Any]:
        """The same for scripts, with every place."""
        places = [
            {"file": one.position.file, "line": one.position.line, **self._said(one)} for one in self.leaving.places
        ]
        owned = [dict(vars(one)) for one in self.owned]
        known = {"person": self.person, "to": self.to, "changed": self.is_done}
        return {**known, "places": places, "mentions": list(self.mentions), "owned": owned}

    def _shown(self, places: Sequence[Place]) -> Iterator[str]:
        """A line per place; of a long list of accounts the first ones."""
        for file, found in groupby(places, key=lambda place: place.position.file):
            listed = list(found)
            most = MOST_ACCOUNTS if file.endswith(".csv") else len(listed)
            for one in listed[:most]:
                yield f"{file}:{one.position.line}  {self._subject(one)}: {self._change(one)}"
            if len(listed) > most:
                yield f"{file}: {plural(len(listed) - most, 'more account')}, {self._change(listed[0])}"

    def _said(self, place: Place) -> dict[str, str]:
        return {"subject": self._subject(place), "change": self._change(place)}

    def _subject(self, place: Place) -> str:
        """`team SDR, manager`: the entry as people call it, and the part of it that names the person."""
        if place.account:
            return escaped(f'account "{place.account}"')
        if place.path[:2] == IDENTITIES:
            return f"identities of {self._name(self.person)}"
        entry, depth = self.words.subject(place.path)
        silent = ("person", self.person)
        part = phrase(tuple(one for one in place.path[depth:] if isinstance(one, str) and one not in silent))
        return f"{entry}, {part}" if part else entry

    def _change(self, place: Place) -> str:
        if place.to is not None:
            return f"{self._name(self.person)} -> {self._name(place.to)}"
        return f"removed, {self._name(place.already)} is there already" if place.already else "removed"

    def _name(self, person: str) -> str:
        return escaped(self.words.name(("people", "persons", person)))


def leave(folder: Path, stack: str, person: str, to: str, *, write: bool = False) -> Leave:
    """Replaces a person by another in the files of the model, and counts what they own in the accounts of a stack.

    Raises AuthorError for people that the model does not have, DiagnosticsError when the model does not load as it
    is, or as it would be.
    """
    context = StackContext.load(folder, stack)
    model = context.model
    for key in (person, to):
        if key not in model.people.persons:
            fix = suggest(key, model.people.persons, "declare the person under people.persons")
            raise AuthorError(f'person "{key}" is not declared', fix)
    if person == to:
        raise AuthorError(f'"{person}" cannot take over from themselves', "name another person with --to")
    leaving = leaves(folder, model, person, to)
    _require_loads(folder, leaving)
    logins = {system.name: model.people.identity(person, system.name) for system in context.systems.values()}
    mentions = _mentions(folder, leaving, set(logins.values()))
    owned = tuple(_owned(context, system, person, logins[system.name]) for system in context.systems.values())
    if write:
        for path, text in leaving.texts.items():
            put(path, text)
    return Leave(person, to, Words(topics_of(model)), leaving, owned, mentions, write)


def _require_loads(folder: Path, leaving: Leaving) -> None:
    """The model with the changes must load in every environment. Raises DiagnosticsError."""
    with TemporaryDirectory() as scratch:
        copy = Path(scratch) / folder.resolve().name
        for part in ("model", "overlays"):
            if (folder / part).is_dir():
                shutil.copytree(folder / part, copy / part)
        for path, text in leaving.texts.items():
            (copy / path.relative_to(folder)).write_bytes(text.encode())
        for overlay in sorted((copy / "overlays").glob("*.y*ml")):
            if not overlay.name.startswith("."):
                load(copy, overlay.stem)
        load(copy)


def _mentions(folder: Path, leaving: Leaving, logins: set[str]) -> tuple[str, ...]:
    """Lines that still hold a login of the person, such as raw resources."""
    found = []
    for path in sorted(one for part in ("model", "overlays") for one in (folder / part).rglob("*.y*ml")):
        text = leaving.texts.get(path) or path.read_text(encoding="utf-8-sig")
        for number, line in enumerate(text.splitlines(), 1):
            if any(login.casefold() in line.casefold() for login in logins):
                found.append(f"{folder.resolve().name}/{path.relative_to(folder).as_posix()}:{number}")
    return tuple(found)


def _owned(context: StackContext, system: System, person: str, login: str) -> Owned:
    """What the person owns; a login that stands for several people tells nothing of one."""
    people = context.model.people
    if system.ownership is None:
        return Owned(system.label, login, {}, "", "this system cannot count records by owner")
    others = [key for key in people.persons if key != person and people.identity(key, system.name) == login]
    if others:
        return Owned(system.label, login, {}, "", f"the login stands for {plural(len(others), 'other person')} too")
    try:
        ownership = system.ownership()
        with context.connected(system) as session:
            session.open()
            records = ownership.count(session.client, login)
    except RevopsError as error:
        return Owned(system.label, login, {}, "", error.diagnostics[0].message)
    if records is None:
        return Owned(system.label, login, {}, "", "the account has no such person")
    return Owned(system.label, login, records, ownership.transfer)
