"""How large a formula becomes once every formula field that it names stands in it: a bound on its compiled size.

Salesforce compiles formulas to SQL, whose text nobody else can make; the expanded source is a lower bound of it, since
every operator, function and field becomes at least as long. So what is too large here is refused there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from salesforce_formula.parser import parse
from salesforce_formula.tokens import FormulaError
from salesforce_formula.tree import names_in

MAX_COMPILED = 15_000
"""Bytes of a compiled formula [S: formula-engine, the limit of SQL size]."""
NEAR = 0.8
"""The share of a limit from which people are warned."""

FormulaOf = Callable[[str], str | None]
"""The text of the formula field with this name, None where the name is no formula field."""


def expanded_size(text: str, formula_of: FormulaOf) -> int:
    """Bytes of a formula with every formula field in place of its name, at any depth; comments count.

    A circle of formula fields counts once around: Salesforce refuses it anyway.

    >>> expanded_size("A__c + A__c", {"A__c": "1 + 2"}.get)
    21
    """
    return _expanded(text, formula_of, {}, frozenset(), "")


def _expanded(text: str, formula_of: FormulaOf, known: dict[str, int], within: frozenset[str], path: str) -> int:
    """`path` leads from the record to the one whose formula `text` is, `Account.` for instance."""
    total = len(text.encode())
    for written in _names(text):
        name = written if written.startswith("$") else f"{path}{written}"
        inside = None if name in within else formula_of(name)
        if inside is None:
            continue
        if name not in known:
            owner = name[: name.rfind(".") + 1]
            known[name] = _expanded(inside, formula_of, known, within | {name}, owner)
        total += known[name]
    return total


@lru_cache(maxsize=4_096)
def _names(text: str) -> tuple[str, ...]:
    """The names in a formula; the same formula field stands inside many others."""
    try:
        return tuple(names_in(parse(text)))
    except FormulaError:
        return ()
