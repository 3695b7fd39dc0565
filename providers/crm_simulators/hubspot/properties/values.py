"""Values of record properties: checked and stored as text on write, read back typed.

Error texts are those seen in responses of HubSpot's public API [T].
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from datetime import UTC, date, datetime

from crm_simulators.hubspot.errors import HubSpotError, JsonObject, validation_error
from crm_simulators.hubspot.portal.portal import timestamp
from crm_simulators.hubspot.properties import formulas

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class InvalidValue(Exception):
    """A value that HubSpot refuses: its code and text."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def store(definition: JsonObject, value: object, owner_ids: Collection[str]) -> str:
    """The text that is stored for a value, "" to clear it. Raises `InvalidValue`."""
    text = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
    if isinstance(value, float) and value.is_integer():
        text = str(int(value))
    if not text:
        return ""
    kind = definition["type"]
    if definition["externalOptions"]:
        return _owner(definition, text, owner_ids)
    if kind in ("enumeration", "bool"):
        return _option(definition, text)
    if kind == "number":
        return _number(definition, text)
    if kind == "date":
        return read_moment(definition, text).date().isoformat()
    if kind == "datetime":
        return timestamp(read_moment(definition, text))
    if definition["name"] == "email" and not EMAIL.fullmatch(text):
        raise InvalidValue("INVALID_EMAIL", f"Email address {text} is invalid")
    return text.lower() if definition["name"] == "email" else text


def _owner(definition: JsonObject, text: str, owner_ids: Collection[str]) -> str:
    if text not in owner_ids:
        raise InvalidValue("INVALID_OWNER_ID", f"{text} is not a valid owner id for property {definition['name']}")
    return text


def _option(definition: JsonObject, text: str) -> str:
    allowed = [option["value"] for option in definition["options"]]
    if definition["type"] == "bool":
        allowed, text = ["true", "false"], text.lower()
    parts = text.split(";") if definition["fieldType"] == "checkbox" else [text]
    for part in parts:
        if part not in allowed:
            raise InvalidValue("INVALID_OPTION", f"{part} was not one of the allowed options: [{', '.join(allowed)}]")
    return text


def _number(definition: JsonObject, text: str) -> str:
    try:
        return formulas.show_number(float(text))
    except (ValueError, OverflowError) as problem:
        raise InvalidValue("INVALID_NUMBER", f"{text} was not a valid number.") from problem


def read_moment(definition: JsonObject, text: str) -> datetime:
    """A date or datetime as sent: ISO 8601, or milliseconds since 1970 (for a date: midnight UTC [D])."""
    is_date = definition["type"] == "date"
    code = "INVALID_DATE"
    try:
        if re.fullmatch(r"-?\d+", text):
            moment = datetime.fromtimestamp(int(text) / 1000, UTC)
        elif is_date:
            moment = datetime.combine(date.fromisoformat(text[:10]), datetime.min.time(), UTC)
        else:
            moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError) as problem:
        raise InvalidValue(code, f"{text} was not a valid {definition['type']}.") from problem
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    if is_date and (moment.hour, moment.minute, moment.second, moment.microsecond) != (0, 0, 0, 0):
        raise InvalidValue(code, f"{text} is at {moment:%H:%M:%S.%f} UTC, not midnight!")
    return moment


def moment_of(text: str) -> datetime:
    """A stored date or datetime, a date at midnight UTC."""
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def typed(definition: JsonObject, text: str | None) -> formulas.Value:
    """A stored value for a formula; one that only `is_present` can read stays a text."""
    if not text:
        return None
    if definition["type"] == "number":
        return float(text)
    return text == "true" if definition["type"] == "bool" else text


def as_text(value: formulas.Value) -> str | None:
    """A formula's result as HubSpot shows it."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    return formulas.show_number(value) if isinstance(value, float) else value


def refusal(problems: list[tuple[str, InvalidValue]]) -> HubSpotError:
    """400 that lists every refused value [T]."""
    listed = [
        {"isValid": False, "message": p.message, "error": p.code, "name": name, "localizedErrorMessage": p.message}
        for name, p in problems
    ]
    return validation_error(
        f"Property values were not valid: {json.dumps(listed, separators=(',', ':'))}",
        errors=[{"message": p.message, "code": p.code, "context": {"propertyName": [name]}} for name, p in problems],
    )
