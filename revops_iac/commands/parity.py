"""`revops parity`: whether both CRMs hold the same process, and what a native sync between them would get wrong.

Fields, stages and scores of the model are compared with what each account holds. The rules on two CRMs (types, options,
writers, loops, notices) then judge the accounts as they are, not the plan.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from revops_policies.automations import KINDS as AUTOMATIONS
from revops_policies.book import evaluate, rule_book
from revops_policies.fields import KINDS as FIELDS
from revops_policies.fields import model_fields
from revops_policies.subject import Resource, Subject, from_model

from revops_iac.adoption.uses import AccountObjects, read_objects
from revops_iac.diagnostics import Diagnostic, escaped, plural
from revops_iac.errors import AuthorError
from revops_iac.provider.changes.consent import comparable
from revops_iac.provider.changes.differences import describe
from revops_iac.stack_context import StackContext
from revops_iac.systems import System

CONTAINERS = frozenset({"GlobalValueSet", "StandardValueSet", "LifecycleStages", "Pipeline", "PropertyOptions"})
"""What holds stages and options, beside fields."""
RULES = (
    "crms-agree",
    "synced-field-has-one-writing-crm",
    "automations-do-not-loop",
    "notices-come-from-one-crm",
)
"""What a native sync gets wrong."""
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Mismatch:
    """Something of the model that the accounts do not hold alike: what, on which CRM, and how."""

    subject: str
    system: str
    message: str
    rule: str = ""


@dataclass(frozen=True)
class Parity:
    """How many things of the model were compared, and those that do not agree."""

    compared: int
    mismatches: tuple[Mismatch, ...]
    labels: Mapping[str, str]
    not_read: Mapping[str, str]

    @property
    def exit_code(self) -> int:
        """0 where the CRMs agree, 4 where they do not."""
        return 4 if self.mismatches else 0

    def render(self) -> str:
        """One line per mismatch, then the count."""
        return "\n".join(map(escaped, self._lines()))

    def _lines(self) -> Iterator[str]:
        for one in self.mismatches:
            yield f"{one.subject}  {self.labels[one.system]}: {one.message}"
        yield from (f"not read: {what}: {reason}" for what, reason in self.not_read.items())
        apart = len({one.subject for one in self.mismatches if not one.rule})
        things = f"{self.compared - apart:,} of {self.compared:,} fields, stage lists and pipelines agree"
        problems = plural(sum(bool(one.rule) for one in self.mismatches), "problem")
        yield f"{things}; {problems} for a sync. No account was changed."

    def as_json(self) -> dict[str, Any]:
        """The same for scripts."""
        return {
            "compared": self.compared,
            "mismatches": [vars(one) for one in self.mismatches],
            "not_read": dict(self.not_read),
        }


def parity_of(folder: Path, stack: str, *, tell: Tell) -> Parity:
    """Compares the accounts of a stack. Raises AuthorError where it manages one CRM only."""
    context = StackContext.load(folder, stack)
    if len(context.systems) < 2:
        raise AuthorError(f'stack "{stack}" manages one CRM only', "there is nothing to compare it with")
    planned = from_model(context.loaded, context.planned)
    fields, found, not_read = model_fields(planned), list[Mismatch](), dict[str, str]()
    live: list[Resource] = []
    compared: set[str] = set()
    for name, system in context.systems.items():
        objects = _read(context, system, tell)
        not_read |= {f"{system.label} {what}": reason for what, reason in objects.not_read.items()}
        live += _as_resources(context, name, objects)
        for subject, mismatch in _against_model(context, system, objects, fields):
            compared.add(subject)
            found += [mismatch] if mismatch is not None else []
    found += _judged(replace(planned, resources=tuple(live)), fields, context)
    labels = {name: system.label for name, system in context.systems.items()}
    return Parity(len(compared), tuple(found), labels, not_read)


def _read(context: StackContext, system: System, tell: Tell) -> AccountObjects:
    kinds = {*FIELDS[system.name], *AUTOMATIONS[system.name], *CONTAINERS}
    with context.connected(system) as session:
        return read_objects(session, tell, kinds)


def _as_resources(context: StackContext, system: str, objects: AccountObjects) -> Iterator[Resource]:
    """The live objects as a plan would have them; those of the model under the names that it gives them."""
    planned = [item for item in context.planned if item.system == system]
    keys = {(item.declaration.kind, item.name): item.declaration.key for item in planned}
    for kind, item, _ in objects.objects:
        yield Resource(system, kind.name, keys.get((kind.name, item.name), item.name), item.inputs)


def _against_model(
    context: StackContext, system: System, objects: AccountObjects, fields: Mapping[tuple[str, str], str]
) -> Iterator[tuple[str, Mismatch | None]]:
    """Each field and container of the model, with how the account differs from it."""
    live = {(kind.name, item.name): one for kind, item, one in objects.objects}
    for item in context.planned:
        kind = system.kinds.get(item.declaration.kind) if item.system == system.name else None
        if kind is None or kind.name not in {*FIELDS[system.name], *CONTAINERS}:
            continue
        subject = fields.get((system.name, item.name), ".".join(map(str, item.declaration.origin)))
        there, declared = live.get((kind.name, item.name)), item.declaration.inputs
        if there is None:
            yield subject, Mismatch(subject, system.name, f"{kind.name} {item.name} is missing")
            continue
        view = kind.managed_view(declared, there)
        differing = [describe(key, *comparable(kind, key, view, declared)) for key in kind.differences(declared, view)]
        message = f"{kind.name} {item.name}: {'; '.join(differing)}"
        yield subject, Mismatch(subject, system.name, message) if differing else None


def _judged(accounts: Subject, fields: Mapping[tuple[str, str], str], context: StackContext) -> Iterator[Mismatch]:
    """What the rules on two CRMs say of the accounts, under the name of the field where it is about one."""
    names = {
        str(Resource(one.system, one.declaration.kind, one.declaration.key, {})): (one.system, one.name)
        for one in context.planned
    }
    for name in RULES:
        rule = rule_book()[name]
        for broken in evaluate(rule, accounts, rule.parameters):
            subject = fields.get(names.get(broken.subject, ("", "")), broken.subject)
            yield Mismatch(subject, _system(broken, accounts), broken.message, name)


def _system(broken: Diagnostic, accounts: Subject) -> str:
    named = (item.system for item in accounts.resources if str(item) == broken.subject)
    return next(named, next(iter(accounts.model.context.systems.managed)))
