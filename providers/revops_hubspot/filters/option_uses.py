"""The options of properties that filters and actions name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from revops_hubspot.filters.property_types import Use, uses_in
from revops_iac.provider.effects import OptionUse


def option_uses(branch: Any, object_: str) -> Iterator[OptionUse]:
    """The options that a tree of filters names."""
    return options_of(uses_in(branch, object_))


def options_of(uses: Iterable[Use]) -> Iterator[OptionUse]:
    """One for each value; a semicolon separates the values of a multiple choice."""
    for use in uses:
        for value in use.values:
            yield from (OptionUse(f"{use.object}.{use.property}", part) for part in value.split(";") if part)
