"""What pydantic found, in the words of the model: place, subject, what is wrong, what is allowed, and the fix."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from revops_iac.diagnostics import Diagnostic, Position, input_error, nearest, suggest
from revops_iac.model import Model
from revops_iac.model.context import Money
from revops_iac.model.entry import KEY_MAX_LENGTH
from revops_iac.model.references import Path, allowed_keys
from revops_iac.model.subject import subject
from revops_iac.source.context_file import SYMBOLS
from revops_iac.source.yaml_tree import Node

TYPES = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
    "list_type": "a list",
    "date_type": "a date",
}
WORDS = {
    "duration": ("is not a length of time", "write it as 48 hours, 4 business hours, 5 business days or 24 months"),
    "iso_date": ("is not a date", "write it as 2027-01-15"),
    "field_reference": ("is not a field reference", "write object.key, with object contact, company, deal or lead"),
    "vendor_names": ("is not a vendor name", "write the name in the CRM, or {system: name} where they differ"),
    "vendor_field": ("is not a vendor field", "write its name, or {VendorObject: name} where objects differ"),
}
FORMS = {
    r"^[A-Z]{3}$": "a currency code such as USD",
    r"^([a-z][a-z0-9]*_)?$": "small letters and digits, ending with an underscore, such as nw_",
    r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-4]):[0-5]\d$": "hours such as 09:00-17:00",
    r"^([01]\d|2[0-3]):[0-5]\d$": "a time such as 06:00",
    r"\S": "a text that is not empty",
}
CORRECT = "correct it; in Python, help() of the kind's class shows an example"
KEY_RULE = f"keys are small letters and digits, joined by underscores, at most {KEY_MAX_LENGTH} characters"


def problems_of(error: ValidationError, nodes: Mapping[Path, Node]) -> list[Diagnostic]:
    """Every problem of a validation; `nodes` are the values by path. A key that is misspelled is not missing too."""
    found = error.errors(include_url=False)
    unknown = [tuple(details["loc"]) for details in found if details["type"] == "extra_forbidden"]
    return [_problem(details, nodes) for details in found if not _is_misspelled(details, unknown)]


def _is_misspelled(details: ErrorDetails, unknown: Iterable[Path]) -> bool:
    """Whether a missing key stands there under a name that looks like it."""
    *entry, key = details["loc"]
    written = [str(place[-1]) for place in unknown if list(place[:-1]) == entry]
    return details["type"] == "missing" and bool(nearest(str(key), written))


def _problem(details: ErrorDetails, nodes: Mapping[Path, Node]) -> Diagnostic:
    location = tuple(details["loc"])
    if location[:1] == ("raw_sections",):
        location = location[1:]
    if location[-1:] == ("[key]",):
        return _bad_key(details, location[:-1], nodes)
    if details["type"] == "extra_forbidden":
        return _unknown_key(location, nodes)
    if details["type"] == "missing":
        return _missing(location, nodes)
    return _bad_value(details, _existing(location, nodes), nodes)


def input_diagnostic(model: type[BaseModel], details: ErrorDetails) -> Diagnostic:
    """What pydantic found in the inputs of a vendor resource."""
    location, kind, value = _without_tags(details["loc"]), details["type"], _shown(details["input"])
    name, last = ".".join(map(str, location)), str(location[-1]) if location else ""
    if kind == "extra_forbidden":
        allowed = [key for key in allowed_keys(model, location[:-1]) if key != last]
        return input_error(location, f'unknown key "{name}"', suggest(last, allowed, shown=30))
    if kind == "missing":
        return input_error(location, f'"{name}" is missing', f"add {last}:")
    if kind in TYPES:
        return input_error(location, f"{name}: {value} is not {TYPES[kind]}", _type_fix(kind, value))
    if kind == "literal_error":
        words = _literals(details)
        fix = suggest(str(details["input"]), words)
        return input_error(location, f"{name}: {value} is not one of {', '.join(words)}", fix)
    context = details.get("ctx") or {}
    before = f"{name}: " if name else ""
    if kind == "condition":
        return input_error(location, f"{before}{details['msg']}", context["fix"])
    if kind == "value_error":
        return input_error(_begun_with(model, details), f"{before}{context['error']}", CORRECT)
    if "pattern" in context:
        form = FORMS.get(context["pattern"]) or f"a string that matches {context['pattern']}"
        return input_error(location, f"{before}{value} is not allowed here", f"write {form}")
    return input_error(location, f"{before}{value} is out of range", f"it must be {_bound(details)}")


def _begun_with(model: type[BaseModel], details: ErrorDetails) -> Path:
    """The input that a check of all inputs together begins with, if any.

    `{"loc": (), "msg": "Value error, options: …"}` stands at `("options",)`.
    """
    location = _without_tags(details["loc"])
    if location:
        return location
    first = str(details["ctx"]["error"]).partition(" ")[0].rstrip(":")
    return (first,) if first in model.model_fields else ()


def _without_tags(location: Path) -> Path:
    """Without what pydantic says of which part of a union it tried, such as `list[str]`."""
    return tuple(part for part in location if not (isinstance(part, str) and part.endswith("]")))


def _existing(path: Path, nodes: Mapping[Path, Node]) -> Path:
    while path and path not in nodes:
        path = path[:-1]
    return path


def _bad_key(details: ErrorDetails, path: Path, nodes: Mapping[Path, Node]) -> Diagnostic:
    message = f'"{path[-1]}" cannot be a key'
    position = nodes[path].key
    if details["type"] == "literal_error":
        allowed = _literals(details)
        return Diagnostic(subject(path[:-1]), message, suggest(str(path[-1]), allowed), location=position)
    pattern = str((details.get("ctx") or {}).get("pattern"))
    if pattern in FORMS:
        return Diagnostic(subject(path[:-1]), message, f"write {FORMS[pattern]}", location=position)
    return Diagnostic(subject(path[:-1]), message, f"rename it; {KEY_RULE}", location=position)


def _unknown_key(path: Path, nodes: Mapping[Path, Node]) -> Diagnostic:
    written = [key for key in path[:-1] if isinstance(key, str)]
    allowed = [key for key in allowed_keys(Model, path[:-1]) if key != path[-1] and key not in written[-1:]]
    fix = suggest(str(path[-1]), allowed, shown=20)
    return Diagnostic(subject(path[:-1]), f'unknown key "{path[-1]}"', fix, location=nodes[path].key)


def _missing(path: Path, nodes: Mapping[Path, Node]) -> Diagnostic:
    parent = _existing(path[:-1], nodes)
    position = nodes[parent].key if parent else None
    return Diagnostic(subject(path[:-1]), f'"{path[-1]}" is missing', f"add {path[-1]}:", location=position)


def _bad_value(details: ErrorDetails, path: Path, nodes: Mapping[Path, Node]) -> Diagnostic:
    node = nodes.get(path)
    position = node.position if node else None
    value = _shown(node.plain() if node else details["input"])
    kind, context = details["type"], details.get("ctx") or {}
    name = subject(path)
    if kind in TYPES and context.get("class_name") == Money.__name__:
        currency = nodes.get(("context", "currency"))
        fix = _money_fix(value, str(currency.content) if currency else "USD")
        return Diagnostic(name, f"{value} is not an amount of money", fix, location=position)
    if kind in TYPES:
        return Diagnostic(name, f"{value} is not {TYPES[kind]}", _type_fix(kind, value), location=position)
    if kind in WORDS:
        message, fix = WORDS[kind]
        return Diagnostic(name, f"{value} {message}", fix, location=position)
    if kind == "literal_error":
        allowed = _literals(details)
        message = f"{value} is not one of {', '.join(allowed)}"
        return Diagnostic(name, message, suggest(str(node.plain() if node else ""), allowed), location=position)
    if kind == "condition":
        return Diagnostic(name, context["message"], context["fix"], location=_inside(node, position, context))
    if kind == "one_of":
        return Diagnostic(name, details["msg"], f"write {context['allowed']}", location=node.key if node else None)
    return _out_of_range(details, position, name, value)


def _out_of_range(details: ErrorDetails, position: Position | None, name: str, value: str) -> Diagnostic:
    context = details.get("ctx") or {}
    pattern = context.get("pattern")
    if pattern is not None:
        form = SYMBOLS.get(value.strip('"')) or FORMS.get(str(pattern))
        fix = f"write {form}" if form else f"rename it; {KEY_RULE}"
        return Diagnostic(name, f"{value} is not allowed here", fix, location=position)
    return Diagnostic(name, f"{value} is out of range", f"it must be {_bound(details)}", location=position)


def _bound(details: ErrorDetails) -> str:
    message = details["msg"].removeprefix("Input should be ").removeprefix("List should have ")
    return message.removeprefix("String should have ")


def _literals(details: ErrorDetails) -> list[str]:
    """The allowed words, from pydantic's `'a', 'b' or 'c'`."""
    expected = str((details.get("ctx") or {}).get("expected", ""))
    return [word.strip().strip("'") for word in expected.replace(" or ", ", ").split(", ")]


def _type_fix(kind: str, value: str) -> str:
    if kind == "bool_type":
        return "write true or false; yes, no, on and off are texts"
    if kind == "string_type" and value not in ("a mapping", "a list", "nothing"):
        return f'put it in quotes: "{value}"'
    if value.startswith('"') and (number := FIGURE.fullmatch(value.strip('"'))):
        amount = _amount(number["figures"], number["unit"])
        if TYPES[kind] == "a number" or (TYPES[kind] == "a whole number" and "." not in amount):
            return f"write {amount}"
    return f"write {TYPES[kind]}"


MULTIPLES = {"k": 1_000, "tsd": 1_000, "thousand": 1_000, "m": 1_000_000, "mio": 1_000_000, "million": 1_000_000}
UNITS = "|".join(MULTIPLES)
FIGURE = re.compile(rf"[^\w-]*(?P<figures>\d(?:[\d.,' ]*\d)?)\s*(?P<unit>{UNITS})?\b[^\w]*", re.IGNORECASE)
"""A figure as people write it, with separators, signs and a word for thousands: `60.000 €`, `25 %`, `60k`."""


def _money_fix(value: str, currency: str) -> str:
    """The amount as it must be written, in figures and currency of the value where they can be read.

    >>> _money_fix('"60.000 €"', "USD"), _money_fix('"1.5m"', "EUR")
    ('write {amount: 60000, currency: EUR}', 'write {amount: 1500000, currency: EUR}')
    """
    number = FIGURE.search(value)
    symbol = next((code for sign, code in SYMBOLS.items() if sign in value), None)
    code = re.search(r"\b[A-Z]{3}\b", value)
    amount = _amount(number["figures"], number["unit"]) if number else "60000"
    return f"write {{amount: {amount}, currency: {code[0] if code else symbol or currency}}}"


def _amount(figures: str, unit: str | None) -> str:
    """The number behind thousands separators of any country: groups of three digits are thousands."""
    decimals = re.search(r"[.,](\d{1,2})$", figures)
    whole = re.sub(r"\D", "", figures[: decimals.start()] if decimals else figures)
    number = Decimal(f"{whole}.{decimals[1]}" if decimals else whole) * MULTIPLES.get((unit or "").lower(), 1)
    return f"{number.normalize():f}" if number else "0"


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def _inside(node: Node | None, position: Position | None, context: Mapping[str, Any]) -> Position | None:
    """The place inside a text, where the text stands on one line."""
    if node is None or position is None or node.inset is None:
        return position
    return Position(position.file, position.line, position.column + node.inset + int(context["column"]) - 1)
