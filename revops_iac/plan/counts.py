"""What a plan does to a CRM, as counts in the words of people: `creates 2 properties; changes 1 workflow`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from revops_iac.diagnostics import plural
from revops_iac.provider.kind import Kind

VERBS = ("adopts", "creates", "switches on", "changes", "switches off", "removes")
SWITCHED = {"creates": "switches on", "removes": "switches off"}
"""What coming and going means for a kind that only enables another object."""
NAMED = 4
"""How many resource types are named; the rest are one number."""


def touched_in_words(kinds: Mapping[str, Kind[Any, Any]], touched: Iterable[tuple[str, str]]) -> str:
    """The counts of objects that a plan touches, each by verb and kind; empty where it touches none.

    >>> from revops_iac.systems import system_named
    >>> touched_in_words(system_named("hubspot").kinds, [("changes", "Property"), ("creates", "WorkflowActivation")])
    'switches on 1 workflow; changes 1 property'
    """
    found: dict[str, Counter[str]] = {}
    for verb, name in touched:
        kind = kinds.get(name)
        if kind is None:
            found.setdefault(verb, Counter())[name] += 1
        elif kind.enables and verb in SWITCHED:
            found.setdefault(SWITCHED[verb], Counter())[kind.enables] += 1
        else:
            found.setdefault(verb, Counter())[kind.noun] += 1
    return "; ".join(f"{verb} {_counted(found[verb])}" for verb in VERBS if verb in found)


def _counted(nouns: Counter[str]) -> str:
    """The most frequent nouns; one noun more than NAMED is named too, for `1 other` says less."""
    listed = nouns.most_common() if len(nouns) <= NAMED + 1 else nouns.most_common(NAMED)
    parts = [plural(count, noun) for noun, count in listed]
    others = nouns.total() - sum(count for _, count in listed)
    parts += [plural(others, "other")] if others else []
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last
