"""What HubSpot would refuse in a calculation formula, each error with its place in the text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from revops_hubspot.formulas import tree
from revops_hubspot.formulas.parser import Unreadable, parse, wrong_at
from revops_iac.diagnostics import Diagnostic, InputPath

MOST_CHARACTERS = 65_536
"""HubSpot documents no limit for a formula; this is the limit of a text value [?]."""
NEARLY = 0.9
READABLE: Mapping[str, str] = {"number": "number", "string": "string", "enumeration": "string", "bool": "bool"}
"""What a formula reads a property of this type as; others only through `is_present`."""
FUNCTIONS: Mapping[str, tuple[tuple[str, ...], str]] = {
    "is_present": (("any",), "bool"),
    "contains": (("string", "string"), "bool"),
    "concatenate": (("string", "string"), "string"),
    "number_to_string": (("number",), "string"),
    "string_to_number": (("string",), "number"),
}
"""Argument types and result [D]; `max` and `min` take 2 to 100 numbers."""
FEWEST_ARGUMENTS, MOST_ARGUMENTS = 2, 100
WORDS: Mapping[str, str] = {"number": "a number", "string": "a text", "bool": "true or false", "end": "the end"}
WRAPPED: Mapping[str, str] = {"string": "string({})", "bool": "bool({})", "number": "{}"}
TypeOf = Callable[[str], str | None]
"""The type of a property, None when there is none of this name."""


def formula_errors(text: str, result: str, type_of: TypeOf | None = None) -> list[Diagnostic]:
    """Everything wrong with the formula of a property of type `result`; without `type_of` names are not judged.

    >>> formula_errors("1 + 'a'", "number")[0].message
    '"+" needs a number on both sides, or a text on both'
    """
    try:
        parsed = parse(text)
    except Unreadable as error:
        return [error.diagnostic]
    check = _Check(type_of)
    found, desired = check.type(parsed), READABLE.get(result, result)
    if found not in ("any", desired) and not check.errors:
        fix = f"change its type to {found}, or make the formula return {WORDS.get(desired, desired)}"
        return [wrong_at(0, f"it returns {WORDS[found]}, but the property is of type {result}", fix)]
    return sorted(check.errors, key=offset)


def offset(error: Diagnostic) -> int:
    """Where in the text of a formula something is wrong, counted from 0."""
    assert isinstance(error.location, InputPath)
    return (error.location.column or 1) - 1


def summary(text: str, found: Sequence[Diagnostic]) -> Diagnostic:
    """All errors of a formula as one, each with its place."""
    message = "; ".join(f"{place(text, offset(error))}: {error.message}" for error in found)
    return replace(found[0], message=message, fix="; ".join(dict.fromkeys(error.fix for error in found)))


def place(text: str, at: int) -> str:
    """A position in words: `character 5`, in a text of several lines `line 2, character 5`."""
    line, start = text.count("\n", 0, at) + 1, text.rfind("\n", 0, at) + 1
    return f"{f'line {line}, ' if chr(10) in text.strip() else ''}character {at - start + 1}"


class _Check:
    """Finds the type of each part: number, string, bool, or any; collects what does not fit."""

    def __init__(self, type_of: TypeOf | None) -> None:
        self.errors: list[Diagnostic] = []
        self._type_of = type_of

    def type(self, formula: tree.Formula) -> str:
        match formula:
            case tree.Number():
                return "number"
            case tree.Text():
                return "string"
            case tree.Truth():
                return "bool"
            case tree.Property():
                return self._property(formula)
            case tree.Call():
                return self._call(formula)
            case tree.Unary(sign, part):
                desired = "bool" if sign == tree.NOT else "number"
                return self._expect(f'"{sign}"', part, desired)
            case tree.Joined(word, parts):
                for part in parts:
                    self._expect(f'"{word}"', part, "bool")
                return "bool"
            case tree.Binary():
                return self._binary(formula)
            case tree.Choice():
                return self._choice(formula)
        raise TypeError(type(formula))

    def _expect(self, what: str, part: tree.Formula, desired: str) -> str:
        """The desired type; a part of another one is an error."""
        found = self.type(part)
        self._compare(what, part.at, found, desired)
        return desired

    def _compare(self, what: str, at: int, found: str, desired: str) -> None:
        if found not in ("any", desired):
            convert = {("number", "string"): "number_to_string(…)", ("string", "number"): "string_to_number(…)"}
            fix = convert.get((found, desired), f"use an expression that returns {WORDS[desired]}")
            self.errors.append(wrong_at(at, f"{what} needs {WORDS[desired]}, but this is {WORDS[found]}", fix))

    def _binary(self, formula: tree.Binary) -> str:
        first, operations = tree.chain(formula)
        found = self.type(first)
        for operation in operations:
            found = self._operation(operation, found, self.type(operation.right))
        return found

    def _operation(self, formula: tree.Binary, left: str, right: str) -> str:
        sign = formula.sign
        if sign in ("=", "!=", "equals"):
            if left != "any":
                self._compare(f'"{sign}" compares with {WORDS[left]}, so it', formula.right.at, right, left)
            return "bool"
        if sign == "+" and "string" in (left, right):
            if {left, right} - {"string", "any"}:
                message = '"+" needs a number on both sides, or a text on both'
                self.errors.append(wrong_at(formula.sign_at, message, "convert the number with number_to_string(…)"))
            return "string"
        self._compare(f'"{sign}"', formula.left.at, left, "number")
        self._compare(f'"{sign}"', formula.right.at, right, "number")
        return "bool" if sign in tree.COMPARISONS else "number"

    def _call(self, call: tree.Call) -> str:
        name, count, found = call.name, len(call.arguments), [self.type(one) for one in call.arguments]
        if name in ("max", "min"):
            if not FEWEST_ARGUMENTS <= count <= MOST_ARGUMENTS:
                message = f"{name} takes {FEWEST_ARGUMENTS} to {MOST_ARGUMENTS} arguments, not {count}"
                self.errors.append(wrong_at(call.at, message, f"{name}(a, b)"))
            desired: tuple[str, ...] = ("number",) * count
            result = "number"
        elif name in FUNCTIONS:
            desired, result = FUNCTIONS[name]
            if count != len(desired):
                takes = f"{len(desired)} argument{'s' if len(desired) > 1 else ''}"
                message = f"{name} takes {takes}, not {count}"
                self.errors.append(wrong_at(call.at, message, "nest it to join more than two"))
        else:
            known = ", ".join(sorted({*FUNCTIONS, "max", "min", "string", "bool"}))
            self.errors.append(wrong_at(call.at, f'function "{name}" does not exist', f"use one of {known}"))
            return "any"
        for argument, type_, needed in zip(call.arguments, found, desired, strict=False):
            if needed != "any":
                self._compare(name, argument.at, type_, needed)
        return result

    def _choice(self, choice: tree.Choice) -> str:
        result = "any"
        for when, value in choice.cases:
            self._expect('"if"', when, "bool")
            result = self._same(result, value)
        return result if choice.otherwise is None else self._same(result, choice.otherwise)

    def _same(self, result: str, value: tree.Formula) -> str:
        if result == "any":
            return self.type(value)
        return self._expect(f"every branch gives {WORDS[result]}, so it", value, result)

    def _property(self, formula: tree.Property) -> str:
        name, desired = formula.name, formula.read_as
        if self._type_of is None:
            return desired
        live = self._type_of(name)
        if live is None:
            self.errors.append(
                wrong_at(formula.name_at, f'property "{name}" does not exist', "declare it, or correct its name")
            )
        elif desired != "any" and READABLE.get(live) != desired:
            message = f'property "{name}" is of type {live}, not {WORDS[desired]}'
            self.errors.append(wrong_at(formula.name_at, message, _reading(name, live)))
        return desired


def _reading(name: str, live: str) -> str:
    if live in READABLE:
        return f"write {WRAPPED[READABLE[live]].format(name)}, which returns {WORDS[READABLE[live]]}"
    return f"formulas read numbers, texts, options and checkboxes; use only is_present({name}) on this property"
