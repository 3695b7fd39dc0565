"""A length of time as people write it: `4 business hours`, `48 hours`, `24 months`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

UNIT_MINUTES = {"minute": 1, "hour": 60, "day": 1440, "week": 10080, "month": 43200, "year": 525600}
PATTERN = r"(\d+) (business )?(minute|hour|day|week|month|year)s?"


@dataclass(frozen=True)
class Duration:
    """`amount` of `unit` (minute, hour, day, week, month, year), counted in business time when `business`.

    >>> Duration.parse("4 business hours")
    Duration(amount=4, unit='hour', business=True)
    """

    amount: int
    unit: str
    business: bool = False

    @classmethod
    def parse(cls, text: str) -> Duration:
        """Read a duration; raises ValueError."""
        match = re.fullmatch(PATTERN, text)
        if match is None:
            raise ValueError(text)
        return cls(int(match[1]), match[3], bool(match[2]))

    @property
    def minutes(self) -> int:
        """Length in calendar minutes, taking business time as if it were calendar time; a month counts 30 days."""
        return self.amount * UNIT_MINUTES[self.unit]

    @property
    def hours(self) -> float:
        """Length in calendar hours, as `minutes`."""
        return self.minutes / 60

    @property
    def days(self) -> float:
        """Length in calendar days, as `minutes`."""
        return self.minutes / 1440

    def __str__(self) -> str:
        return f"{self.amount} {'business ' if self.business else ''}{self.unit}{'' if self.amount == 1 else 's'}"

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(
            _validated,
            serialization=core_schema.plain_serializer_function_ser_schema(str, return_schema=core_schema.str_schema()),
            json_schema_input_schema=core_schema.str_schema(pattern=f"^{PATTERN}$"),
        )


def _validated(value: Any) -> Duration:
    if isinstance(value, Duration):
        return value
    try:
        return Duration.parse(value)
    except (TypeError, ValueError):
        raise PydanticCustomError("duration", "is not a length of time") from None
