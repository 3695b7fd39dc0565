"""Records to explain, from JSON or CSV: columns are fields of the model, their labels, or their names in a CRM."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from revops_iac.diagnostics import suggest
from revops_iac.documents.process import Process
from revops_iac.errors import AuthorError
from revops_iac.model.condition import FieldRef
from revops_iac.model.data_hygiene import Field

TRUE, FALSE = {"true", "yes", "1", "checked"}, {"false", "no", "0", "", "not checked"}
NUMBERS = {"number", "currency", "percent"}
MOST_BYTES = 50_000_000


def read_records(path: Path, process: Process) -> list[dict[str, Any]]:
    """The records of a file. Raises AuthorError when it is no JSON or CSV, or names something that is no field."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise AuthorError(f"{path}: is larger than {MOST_BYTES // 1_000_000} MB", "explain fewer records")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise AuthorError(f"{path}: cannot be read: {error}", "save it as JSON or CSV in UTF-8") from None
    rows = _json_rows(text, path) if path.suffix.lower() == ".json" else _csv_rows(text, path)
    names = names_of(process)
    return [_record(row, names, process, path) for row in rows]


def rows_of(plain: Mapping[str, Any], process: Process) -> list[dict[str, Any]]:
    """One record given as fields. Raises AuthorError when it names something that is no field."""
    return [_record(_flat(plain), names_of(process), process, Path("record"))]


def names_of(process: Process) -> dict[str, FieldRef]:
    """What a column may be called, in small letters -> the field: its reference, its label, its names in the CRMs."""
    found: dict[str, FieldRef] = {}
    for ref, field in process.model.fields():
        vendor = [name for system in process.systems for name in process.vendor_field(ref, system.name).split(", ")]
        for name in (str(ref), *vendor, *(name.partition(".")[2] for name in vendor), field.label):
            if name:
                found.setdefault(name.casefold(), ref)
    return {**found, **{str(ref): ref for ref, _ in process.model.fields()}}


def _json_rows(text: str, path: Path) -> list[dict[str, Any]]:
    try:
        plain = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise AuthorError(f"{path}: is not JSON: {error}", 'write {"contact.email": "a@b.example"}') from None
    rows = plain if isinstance(plain, list) else [plain]
    if not all(isinstance(row, dict) for row in rows):
        raise AuthorError(f"{path}: must be an object or a list of objects", 'write {"contact.email": "a@b.example"}')
    return [_flat(row) for row in rows]


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """`{"contact": {"email": …}}` as `{"contact.email": …}`."""
    found: dict[str, Any] = {}
    for key, value in row.items():
        if isinstance(value, dict):
            found |= {f"{key}.{inner}": one for inner, one in value.items()}
        else:
            found[key] = value
    return found


def _csv_rows(text: str, path: Path) -> list[dict[str, Any]]:
    try:
        rows = list(csv.DictReader(io.StringIO(text)))
    except csv.Error as error:
        raise AuthorError(f"{path}: is not CSV: {error}", "write a header with the names of fields") from None
    return [{key: value for key, value in row.items() if key is not None and value is not None} for row in rows]


def _record(row: Mapping[str, Any], names: Mapping[str, FieldRef], process: Process, path: Path) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in row.items():
        ref = names.get(key.strip().casefold())
        if ref is None:
            raise AuthorError(f'{path}: "{key}" is not a field of the model', suggest(key, sorted(map(str, names))))
        field = process.model.field(ref)
        assert field is not None
        found[ref] = typed(field, value, process.model.options(ref))
    return found


def typed(field: Field, value: Any, options: Mapping[str, str]) -> Any:
    """A value as the model's conditions read it: numbers as numbers, checkboxes as booleans, labels as their option."""
    if value is None or not isinstance(value, str):
        return value
    text = value.strip()
    if field.type == "checkbox":
        return True if text.casefold() in TRUE else False if text.casefold() in FALSE else text
    if field.type in NUMBERS and text:
        try:
            return float(text.replace(",", "").rstrip("%"))
        except ValueError:
            return text
    by_label = {label.casefold(): key for key, label in options.items()}
    if field.type == "multi_picklist":
        return [by_label.get(one.strip().casefold(), one.strip()) for one in text.split(";") if one.strip()]
    return by_label.get(text.casefold(), text) or None
