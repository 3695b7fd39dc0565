"""Live values in a form that a plan may print: Pulumi writes them to the terminal as they are.

Whoever may rename an object in an account could forge a plan with escape sequences, or flood it with a long text.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from revops_iac.diagnostics import spelled_out
from revops_iac.provider.live_object import Definition, LiveObject

LONGEST = 4_000
"""Characters of a text that a plan shows; formulas end at 3,900, and a longer difference is read in the account."""


def presentable(value: Any) -> Any:
    r"""The value with control characters spelled out and long texts cut; line breaks and tabs stay.

    >>> print(presentable({"label": "red \x1b[31m"})["label"])
    red \x1b[31m
    """
    if isinstance(value, str):
        text = spelled_out(value)
        return text if len(text) <= LONGEST else f"{text[:LONGEST]}… ({len(text):,} characters)"
    if isinstance(value, dict):
        return {presentable(key): presentable(part) for key, part in value.items()}
    return [presentable(item) for item in value] if isinstance(value, list) else value


def as_planned(declared: Definition, managed: Definition) -> Definition:
    """What a refresh puts into state: declared values as they are, others in a presentable form."""
    return {key: value if declared.get(key) == value else presentable(value) for key, value in managed.items()}


def presentable_object(live: LiveObject) -> LiveObject:
    """The object in the form that goes into state after a refresh."""
    return replace(live, definition=presentable(dict(live.definition)))
