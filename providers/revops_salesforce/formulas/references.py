"""What a formula names: custom fields and custom permissions, so that they exist before it is saved."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from salesforce_formula.parser import parse
from salesforce_formula.tokens import NAME, FormulaError
from salesforce_formula.tree import names_in

from revops_iac.provider.kind import Reference

PERMISSION = "$permission."
_NAME = re.compile(NAME)
RECORD = frozenset({"$record", "$record__prior"})


def references_in(formula: str, object_: str) -> Iterator[Reference]:
    """Everything that a formula on `object_` names and that can be a resource.

    A path through a relationship names the field on the object that is called as the relationship, as for all standard
    ones but Owner and the like; names that the program does not declare are ignored anyway.

    >>> formula = 'AND(Tier__c = "A__c", Account.Size__c > 5, NOT($Permission.Bypass))'
    >>> [reference.name for reference in references_in(formula, "Lead")]
    ['Bypass', 'Lead.Tier__c', 'Account.Size__c']
    """
    fields: list[str] = []
    for name in dict.fromkeys(_names(formula)):
        if name.lower().startswith(PERMISSION):
            yield Reference("CustomPermission", name[len(PERMISSION) :])
        elif path := _path(name):
            owner = path[-2] if len(path) > 1 else object_
            fields.append(f"{owner}.{path[-1]}")
    for full_name in dict.fromkeys(fields):
        yield Reference("CustomField", full_name)


def references_through(formula: str, object_: str, target: Callable[[str], str | None]) -> Iterator[Reference]:
    """The lookups of paths through relationships of the organization's own, and the fields at their end.

    `target` says to which object a lookup such as `Visit__c.Plan__c` leads, None where that is not known.

    >>> lookups = {"Visit__c.Plan__c": "Plan__c", "Plan__c.Owner__c": "Team__c"}
    >>> found = references_through("Plan__r.Rate__c + LEN(Plan__r.Owner__r.Name)", "Visit__c", lookups.get)
    >>> [reference.name for reference in found]
    ['Visit__c.Plan__c', 'Plan__c.Rate__c', 'Visit__c.Plan__c', 'Plan__c.Owner__c']
    """
    for name in dict.fromkeys(_names(formula)) if "__r." in formula else ():
        owner: str | None = object_
        for step in (path := _steps(name))[:-1]:
            lookup = f"{owner}.{step.removesuffix('__r')}__c"
            if step.endswith("__r"):
                yield Reference("CustomField", lookup)
            owner = target(lookup) if step.endswith("__r") else step
            if owner is None:
                break
        if owner is not None and path[-1:] and path[-1].endswith("__c") and any(step.endswith("__r") for step in path):
            yield Reference("CustomField", f"{owner}.{path[-1]}")


def _path(name: str) -> list[str]:
    """The steps that lead to a custom field from the record; none for other names."""
    parts = _steps(name)
    return parts if parts and parts[-1].endswith("__c") else []


def _steps(name: str) -> list[str]:
    """The steps of a path from the record; none for names of something else."""
    parts = name.split(".")
    parts = parts[1:] if parts[0].lower() in RECORD else parts
    return [] if not parts or parts[0].startswith("$") else parts


def _names(text: str) -> list[str]:
    """The names in a formula; in another text, such as a message with merge fields, all words that look like names."""
    try:
        return list(names_in(parse(text)))
    except FormulaError:
        return _NAME.findall(text)
