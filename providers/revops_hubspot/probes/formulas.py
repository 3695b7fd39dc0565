"""Questions about calculation formulas."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from revops_hubspot.probes.lab import (
    HubSpotLab,
    message,
    status_of,
)
from revops_iac.provider.inspection.probe import Answer, Undecided

NUMBER: dict[str, Any] = {"type": "number", "fieldType": "number"}


def string_of_options(lab: HubSpotLab) -> Answer:
    """Whether string() reads an enumeration."""
    lab.needs_calculation()
    options = [{"label": text, "value": text, "displayOrder": n} for n, text in enumerate(("one", "two"))]
    name = lab.text_property("options", type="enumeration", fieldType="select", options=options)
    formula = f"if string({name}) equals 'one' then 1 else 0 endif"
    status = status_of(lambda: lab.calculation("calculated", formula))
    return Answer({200: True, 400: False}.get(status), f"a formula with string() of options: {message(status)}")


def text_case(lab: HubSpotLab) -> Answer:
    """Whether `equals` minds the letters; a record in the same letters says when to look."""
    lab.needs_calculation()
    name = lab.text_property("text")
    result = lab.calculation("calculated", f"if string({name}) equals 'probe' then 1 else 2 endif")
    same, other = lab.contact("same", {name: "probe"}), lab.contact("other", {name: "PROBE"})
    _calculated(lab, same, result, "1")
    found = _calculated(lab, other, result)
    ignores = {"1": True, "2": False}.get(found or "")
    return Answer(ignores, f"equals on the text in other letters gives {found}")


def missing_value(lab: HubSpotLab) -> Answer:
    """What a formula gives over a property without a value; a record with one says when to look."""
    lab.needs_calculation()
    name = lab.text_property("number", **NUMBER)
    result = lab.calculation("calculated", f"{name} + 7")
    same, empty = lab.contact("same", {name: "1"}), lab.contact("empty")
    _calculated(lab, same, result, "8")
    found = lab.values_of(empty, result)[result]
    value = "empty" if not found else "zero" if float(found) == 7 else None
    return Answer(value, f"a sum over no value gives {found or 'no value'}")


def _calculated(lab: HubSpotLab, record: str, name: str, expected: str | None = None) -> str | None:
    """The value of a calculation as soon as it has one. Raises Undecided when it never is as expected."""
    read: Callable[[], str | None] = lambda: lab.values_of(record, name)[name]  # noqa: E731
    found = lab.until(read if expected is None else lambda: _same(read(), expected))
    if expected is not None and found is None:
        raise Undecided("the calculation was not done in time")
    return found


def _same(found: str | None, expected: str) -> str | None:
    return found if found and float(found) == float(expected) else None


MAKE = ("GET /crm/v3/limits/calculated-properties", "POST /crm/v3/properties/contacts")
RECORDS = ("POST /crm/v3/objects/contacts", "GET /crm/v3/objects/contacts/{id}")
