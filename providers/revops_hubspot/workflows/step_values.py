"""Values inside actions of workflows, and lengths of time, as people write them and as HubSpot takes them [S][T]."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from revops_hubspot.filters.time_points import counted

Json = dict[str, Any]
UNITS = ("minutes", "hours", "days", "weeks")
NOW: Json = {"type": "TIMESTAMP", "timestampType": "EXECUTION_TIME"}
_DURATION = re.compile(rf"(\d+) ({'|'.join(unit.removesuffix('s') for unit in UNITS)})s?")


def delay_of(text: str) -> tuple[int, str]:
    """The number and HubSpot's unit of a length of time. Raises ValueError."""
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f'"{text}" is not a length of time')
    return int(match[1]), f"{match[2].upper()}S"


def shown_delay(number: Any, unit: str) -> str:
    """The text of a length of time. Raises ValueError where there is none."""
    if unit.lower() not in UNITS:
        raise ValueError(unit)
    return counted(int(number), unit.lower())


def delta(text: str) -> Json:
    """A length of time in the fields of an action."""
    number, unit = delay_of(text)
    return {"delta": str(number), "time_unit": unit}


def static(value: Any) -> Json:
    """A fixed value."""
    return {"type": "STATIC_VALUE", "staticValue": value}


def later(text: str) -> Json:
    """A moment that lies ahead."""
    number, unit = delay_of(text)
    return {"type": "RELATIVE_DATETIME", "timeDelay": {"delta": number, "timeUnit": unit, "daysOfWeek": []}}


def shown_static(value: Mapping[str, Any]) -> Any:
    """The fixed value of an action. Raises ValueError when it is of another type."""
    if value.get("type") != "STATIC_VALUE" or set(value) - {"type", "staticValue"}:
        raise ValueError(value.get("type"))
    return value.get("staticValue", "")
