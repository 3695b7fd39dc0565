"""Whether a value fits its field, with the REST API's codes and texts [K: texts]."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from decimal import ROUND_HALF_UP, Decimal
from math import isfinite
from typing import Any

from crm_simulators.salesforce.errors import RestError
from crm_simulators.salesforce.org.fields import NUMERIC, Field
from crm_simulators.salesforce.org.ids import to18
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.org.picklists import active_names, is_restricted, picklist_values
from crm_simulators.salesforce.rows.tables import find_row

ID = re.compile(r"[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def stored(org: Org, sobject: str, field: Field, value: Any) -> Any:
    """The value as it is stored; raises RestError when it does not fit."""
    if value is None or value == "":
        return False if field.type == "boolean" and value is not None else None
    if field.type == "boolean":
        return _boolean(value)
    if field.type in NUMERIC:
        return _number(field, value)
    if field.type == "date":
        return _date(value)
    if field.type == "datetime":
        return _moment(value)
    if field.type == "reference":
        return _reference(org, sobject, field, value)
    return _text(org, field, value)


def _cannot_read(kind: str, value: Any) -> RestError:
    shape = "VALUE_STRING" if isinstance(value, str) else "VALUE_NUMBER_INT"
    return RestError(
        400,
        "JSON_PARSER_ERROR",
        f"Cannot deserialize instance of {kind} from {shape} value {value} "
        "or request may be missing a required field at [line:1, column:1]",
    )


def _boolean(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    if isinstance(value, str) and value.lower() in {"true", "false"}:
        return value.lower() == "true"
    raise _cannot_read("boolean", value)


def _number(field: Field, value: Any) -> float | int:
    if isinstance(value, bool):
        raise _cannot_read("double", value)
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise _cannot_read("double", value) from None
    if not isfinite(number):
        raise _cannot_read("double", value)
    if field.precision and abs(number) >= 10 ** (field.precision - field.scale):
        text = f"{field.label}: value outside of valid range on numeric field: {value}"
        raise RestError(400, "NUMBER_OUTSIDE_VALID_RANGE", text, (field.name,))
    if field.type == "int":
        return int(number)
    return float(Decimal(str(number)).quantize(Decimal(1).scaleb(-field.scale), rounding=ROUND_HALF_UP))  # [D: number]


def _date(value: Any) -> str:
    try:
        return date.fromisoformat(str(value)[:10]).isoformat()
    except ValueError:
        raise _cannot_read("date", value) from None


def _moment(value: Any) -> str:
    try:
        moment = datetime.fromisoformat(str(value).replace("Z", "+00:00"))
    except ValueError:
        raise _cannot_read("datetime", value) from None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _reference(org: Org, sobject: str, field: Field, value: Any) -> str:
    if not isinstance(value, str) or not ID.fullmatch(value):
        raise RestError(400, "MALFORMED_ID", f"{field.label} ID: id value of incorrect type: {value}", (field.name,))
    if any(find_row(org, target, value) for target in field.reference_to):
        return to18(value)
    raise RestError(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ())


def _text(org: Org, field: Field, value: Any) -> str | None:
    if not isinstance(value, str):
        if isinstance(value, bool | dict | list):
            raise _cannot_read("string", value)
        value = str(value)
    value = value.strip()
    if field.type in {"picklist", "multipicklist"}:
        _check_picklist(org, field, value)
    elif field.length and len(value) > field.length:
        text = f"{field.label}: data value too large: {value} (max length={field.length})"
        raise RestError(400, "STRING_TOO_LONG", text, (field.name,))
    if field.type == "email" and value and not EMAIL.fullmatch(value):
        raise RestError(400, "INVALID_EMAIL_ADDRESS", f"{field.label}: invalid email address: {value}", (field.name,))
    return value or None


def _check_picklist(org: Org, field: Field, value: str) -> None:
    if not is_restricted(field):
        return
    allowed = set(active_names(picklist_values(org, field)))
    for part in value.split(";") if field.type == "multipicklist" else [value]:
        if part and part not in allowed:
            text = f"{field.label}: bad value for restricted picklist field: {part}"
            raise RestError(400, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", text, (field.name,))
