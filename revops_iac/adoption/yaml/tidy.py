"""A live object as an entry of a raw section: what is not set, and what is the default anyway, is left out."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from revops_iac.compile import validated
from revops_iac.provider.kind import Definition, Kind, LiveObject
from revops_iac.source.input_errors import input_diagnostic

EMPTY: tuple[Any, ...] = ("", [], {})


class Inexpressible(Exception):
    """The inputs of a kind cannot say what the object is; the text says why."""


def entry_of(kind: Kind[Any, Any], live: LiveObject, *, whole: bool = False) -> Definition:
    """The entry that declares a live object as it is, a `whole` one with every value. Raises Inexpressible."""
    refusals: list[str] = []
    for declaration in kind.declarations(live):
        forms = _forms(kind, _known(kind, declaration))
        for form in reversed(forms) if whole else forms:
            refusal = _refusal(kind, live, form)
            if not refusal:
                return form
            refusals.append(refusal)
    raise Inexpressible(refusals[0])


def _known(kind: Kind[Any, Any], declaration: Definition) -> Definition:
    """What is set, without what the inputs have no key for."""
    present = {key: value for key, value in declaration.items() if value is not None}
    known: Definition = kind.inputs.load(present).model_dump(
        mode="json", exclude_none=True, exclude_unset=True, by_alias=True, warnings=False, exclude={"adopt"}
    )
    return known


def _forms(kind: Kind[Any, Any], given: Definition) -> list[Definition]:
    """The entry in fewer words and in all of them, the shortest first."""
    try:
        checked = kind.inputs.model_validate(given)
    except ValidationError:
        return [given]
    short = checked.model_dump(mode="json", exclude_none=True, exclude_defaults=True, by_alias=True)
    required = {field.alias or name for name, field in kind.inputs.model_fields.items() if field.is_required()}
    unsaid = {key for key in short.keys() - required if short[key] in (*EMPTY, kind.defaults.get(key))}
    shortest = {key: value for key, value in short.items() if key not in unsaid}
    return [shortest, short, given]


def _refusal(kind: Kind[Any, Any], live: LiveObject, entry: Definition) -> str:
    """Why an entry does not stand for the object; empty when it does."""
    try:
        inputs = validated(kind, entry)
    except ValidationError as error:
        return "; ".join(_sentence(kind, details) for details in error.errors(include_url=False))
    typed = kind.parse(inputs)
    if (name := kind.vendor_name(typed)) != live.name:
        return f'its inputs would name it "{name}"'
    if differing := kind.differences(inputs, kind.managed_view(inputs, live)):
        return f"{', '.join(differing)}: the inputs cannot express what the account has"
    return ""


def _sentence(kind: Kind[Any, Any], details: Any) -> str:
    path = ".".join(str(key) for key in details["loc"])
    if details["type"] == "missing":
        return f'its "{path}" cannot be read from the account'
    found = input_diagnostic(kind.inputs, details)
    return f"{path}: {found.message}" if path and path not in found.message else found.message
