"""Blocking validation rules: each lets the holders of the bypass permission pass."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from salesforce_formula.parser import MAX_LENGTH

from revops_iac.model.condition import Condition, FieldRef
from revops_iac.provider.declaration import Declaration, Path
from revops_salesforce.compiler.terms.compilation import Compilation, derived
from revops_salesforce.compiler.terms.conditions import Scope, blank, both, either, one_of, quoted
from revops_salesforce.compiler.terms.names import field_path
from revops_salesforce.compiler.terms.scoring import TooLong
from revops_salesforce.inputs import ValidationRuleInputs

MESSAGE_LENGTH = 255
"""Characters of an error message [K]."""


def rule(
    compilation: Compilation,
    vendor_object: str,
    key: str,
    name: str,
    origin: Path,
    blocks_when: Sequence[str],
    message: str,
    *,
    beside: str | None = None,
    was: Iterable[str] = (),
    adopt: bool = False,
) -> Declaration:
    """A rule that blocks a save while all of `blocks_when` hold. Raises TooLong."""
    text = both([f"NOT($Permission.{compilation.bypass})", *blocks_when])
    if len(text) > MAX_LENGTH:
        raise TooLong(f"the formula has {len(text):,} characters; the limit is {MAX_LENGTH:,}")
    inputs: ValidationRuleInputs = {
        "object": vendor_object,
        "name": name,
        "active": True,
        "error_condition_formula": text,
        "error_message": _cut(message),
        "error_display_field": beside,
    }
    earlier = tuple(f"{vendor_object}.{old}" for old in was)
    return derived("ValidationRule", f"{vendor_object}.{key}", origin, inputs, earlier, adopt=adopt)


def position(subject: str, values: Sequence[str]) -> str:
    """The place of a picklist's value in an order, from 1; 0 for any other.

    >>> position("Stage__c", ["lead", "mql"])
    'CASE(Stage__c,"lead",1,"mql",2,0)'
    """
    pairs = ",".join(f"{quoted(value)},{place}" for place, value in enumerate(values, 1))
    return f"CASE({subject},{pairs},0)"


def is_one_of(path: str, values: Iterable[str]) -> str:
    """The picklist holds one of the values.

    >>> is_one_of("Stage__c", ["lead"]), is_one_of("Stage__c", ["lead", "mql"])
    ('ISPICKVAL(Stage__c,"lead")', 'CASE(Stage__c,"lead",1,"mql",1,0)=1')
    """
    first, *others = values
    return one_of(path, [first, *others]) if others else f"ISPICKVAL({path},{quoted(first)})"


def skips(path: str, values: Sequence[str]) -> list[str]:
    """The value moved forward by more than one place. From a blank or unknown value any move is allowed."""
    now, before = position(path, values), position(f"PRIORVALUE({path})", values)
    return [f"ISCHANGED({path})", f"{before}>0", f"{now}>{before}+1"]


def enters(path: str) -> str:
    """The value is new on this save."""
    return either(["ISNEW()", f"ISCHANGED({path})"])


def reachable(scope: Scope, references: Iterable[FieldRef]) -> list[FieldRef]:
    """Those fields that a rule on the object can read."""
    return [one for one in references if field_path(scope.model, one, scope.vendor_object) is not None]


def any_blank(scope: Scope, references: Iterable[FieldRef]) -> str:
    """At least one of the fields is empty; a checkbox is empty while it is not set."""
    tests = []
    for reference in references:
        empty = blank(reference, scope)
        tests.append(f"NOT({scope.path(reference)})" if empty == "FALSE" else empty)
    return either(tests)


def in_words(scope: Scope, condition: Condition) -> str:
    """A condition with the labels of its fields, for people."""
    text = condition.render()
    for reference in condition.fields():
        text = re.sub(rf"{re.escape(reference)}(?![a-z0-9_])", labels(scope, [reference]), text)
    return text


def labels(scope: Scope, references: Iterable[FieldRef]) -> str:
    """The fields' labels for people."""
    found = [scope.model.field(reference) for reference in references]
    return ", ".join(field.label for field in found if field)


def _cut(message: str) -> str:
    return message if len(message) <= MESSAGE_LENGTH else f"{message[: MESSAGE_LENGTH - 2].rstrip()} …"
