"""What pydantic found, in the words of the model: place, subject, what was said, what is allowed, and the fix."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from revops_iac.diagnostics import Position, Problem, suggest
from revops_iac.model import Model
from revops_iac.model.entry import KEY_MAX_LENGTH
from revops_iac.model.references import Path, allowed_keys
from revops_iac.model.subject import subject
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


def problems_of(error: ValidationError, nodes: Mapping[Path, Node]) -> list[Problem]:
    """Every problem of a validation; `nodes` are the values by path."""
    return [_problem(details, nodes) for details in error.errors(include_url=False)]


def _problem(details: ErrorDetails, nodes: Mapping[Path, Node]) -> Problem:
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


def input_problem(model: type[BaseModel], details: ErrorDetails) -> tuple[str, str]:
    """What pydantic found in the inputs of a vendor resource: what was said, and the fix."""
    location, kind, value = _without_tags(details["loc"]), details["type"], _shown(details["input"])
    name, last = ".".join(map(str, location)), str(location[-1]) if location else ""
    if kind == "extra_forbidden":
        allowed = [key for key in allowed_keys(model, location[:-1]) if key != last]
        return f'unknown key "{name}"', suggest(last, allowed, shown=30)
    if kind == "missing":
        return f'"{name}" is missing', f"add {last}:"
    if kind in TYPES:
        return f"{name}: {value} is not {TYPES[kind]}", _type_fix(kind, value)
    if kind == "literal_error":
        words = _literals(details)
        return f"{name}: {value} is not one of {', '.join(words)}", suggest(str(details["input"]), words)
    context = details.get("ctx") or {}
    before = f"{name}: " if name else ""
    if kind == "condition":
        return f"{before}{details['msg']}", context["fix"]
    if kind == "value_error":
        return f"{before}{context['error']}", CORRECT
    if "pattern" in context:
        form = FORMS.get(context["pattern"]) or f"a text that matches {context['pattern']}"
        return f"{before}{value} is not allowed here", f"write {form}"
    return f"{before}{value} is out of range", f"it must be {_bound(details)}"


def input_path(model: type[BaseModel], details: ErrorDetails) -> Path:
    """Where a problem of inputs stands: what is said of them together belongs to the one it begins with, if any.

    `{"loc": (), "msg": "Value error, options: …"}` stands at `("options",)`.
    """
    location = _without_tags(details["loc"])
    if location or details["type"] != "value_error":
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


def _bad_key(details: ErrorDetails, path: Path, nodes: Mapping[Path, Node]) -> Problem:
    message = f'"{path[-1]}" cannot be a key'
    position = nodes[path].key
    if details["type"] == "literal_error":
        allowed = _literals(details)
        return Problem(position, subject(path[:-1]), message, suggest(str(path[-1]), allowed))
    pattern = str((details.get("ctx") or {}).get("pattern"))
    if pattern in FORMS:
        return Problem(position, subject(path[:-1]), message, f"write {FORMS[pattern]}")
    return Problem(position, subject(path[:-1]), message, f"rename it; {KEY_RULE}")


def _unknown_key(path: Path, nodes: Mapping[Path, Node]) -> Problem:
    written = [key for key in path[:-1] if isinstance(key, str)]
    allowed = [key for key in allowed_keys(Model, path[:-1]) if key != path[-1] and key not in written[-1:]]
    fix = suggest(str(path[-1]), allowed, shown=20)
    return Problem(nodes[path].key, subject(path[:-1]), f'unknown key "{path[-1]}"', fix)


def _missing(path: Path, nodes: Mapping[Path, Node]) -> Problem:
    parent = _existing(path[:-1], nodes)
    position = nodes[parent].key if parent else None
    return Problem(position, subject(path[:-1]), f'"{path[-1]}" is missing', f"add {path[-1]}:")


def _bad_value(details: ErrorDetails, path: Path, nodes: Mapping[Path, Node]) -> Problem:
    node = nodes.get(path)
    position = node.position if node else None
    value = _shown(node.plain() if node else details["input"])
    kind, context = details["type"], details.get("ctx") or {}
    name = subject(path)
    if kind in TYPES:
        return Problem(position, name, f"{value} is not {TYPES[kind]}", _type_fix(kind, value))
    if kind in WORDS:
        message, fix = WORDS[kind]
        return Problem(position, name, f"{value} {message}", fix)
    if kind == "literal_error":
        allowed = _literals(details)
        message = f"{value} is not one of {', '.join(allowed)}"
        return Problem(position, name, message, suggest(str(node.plain() if node else ""), allowed))
    if kind == "condition":
        return Problem(_inside(node, position, context), name, context["said"], context["fix"])
    if kind == "one_of":
        return Problem(node.key if node else None, name, details["msg"], f"write {context['allowed']}")
    return _out_of_range(details, position, name, value)


def _out_of_range(details: ErrorDetails, position: Position | None, name: str, value: str) -> Problem:
    context = details.get("ctx") or {}
    pattern = context.get("pattern")
    if pattern is not None:
        form = FORMS.get(str(pattern))
        fix = f"write {form}" if form else f"rename it; {KEY_RULE}"
        return Problem(position, name, f"{value} is not allowed here", fix)
    return Problem(position, name, f"{value} is out of range", f"it must be {_bound(details)}")


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
    return f"write {TYPES[kind]}"


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
