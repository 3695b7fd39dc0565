"""Texts of the model that only repeat a figure which changed: `{sla}` in a text says what the line of the SLA says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from revops_iac.model.duration import Duration

UNITS = {"minutes": "minute", "hours": "hour", "days": "day"}
"""The end of a key whose whole number is a length of time -> its unit."""


def figure(key: str | int, value: object) -> Duration | None:
    """The length of time that a value of the model is; None for other values.

    >>> str(figure("target_minutes", 5)), str(figure("decide", "48 hours")), figure("points", 5)
    ('5 minutes', '48 hours', None)
    """
    unit = UNITS.get(str(key).rpartition("_")[2])
    if isinstance(value, int) and unit is not None:
        return Duration(value, unit)
    try:
        return Duration.parse(value) if isinstance(value, str) else None
    except ValueError:
        return None


def only_repeat(before: Sequence[str], after: Sequence[str], figures: Iterable[tuple[Duration, Duration]]) -> bool:
    """Whether texts change in nothing but figures, each from its old length of time to its new one.

    >>> decide = [(Duration(4, "hour", business=True), Duration(8, "hour", business=True))]
    >>> only_repeat(["a 4-hour task, within 4 business hours"], ["a 8-hour task, within 8 business hours"], decide)
    True
    >>> only_repeat(["within 4 business hours"], ["within 8 working hours"], decide)
    False
    """
    became: dict[str, list[str]] = {}
    for pair in figures:
        for old, new in zip(*map(_spellings, pair), strict=True):
            became.setdefault(old, [re.escape(old)]).append(re.escape(new))
    if not became or not before or len(before) != len(after):
        return False
    longest_first = sorted(map(re.escape, became), key=len, reverse=True)
    figure_in_text = re.compile(rf"(?<![\w.])({'|'.join(longest_first)})(?!\w)")
    return all(_follows(old, new, figure_in_text, became) for old, new in zip(before, after, strict=True))


def _follows(before: str, after: str, figure_in_text: re.Pattern[str], became: Mapping[str, Sequence[str]]) -> bool:
    parts = figure_in_text.split(before)
    allowed = (f"(?:{'|'.join(became[part])})" if part in became else re.escape(part) for part in parts)
    return re.fullmatch("".join(allowed), after) is not None


def _spellings(length: Duration) -> tuple[str, str]:
    """`{sla}` and `{sla.amount}-{sla.unit}`."""
    return str(length), f"{length.amount}-{length.unit}"
