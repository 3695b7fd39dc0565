"""Whether two formulas mean the same, however they are written: proved on one record for each side of every literal.

A comparison of a field with literals changes its answer only at these, so a formula made of such comparisons has one
value between two of them. What is no such comparison (`ISCHANGED(x)`, `CONTAINS(x, "a")`, a comparison of dates) is
taken as a flag that may have any value. Large formulas are compared part by part.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from itertools import product
from math import prod
from typing import Any

from salesforce_formula.evaluator import Scope, evaluate
from salesforce_formula.parser import parse
from salesforce_formula.printer import render
from salesforce_formula.tokens import FormulaError
from salesforce_formula.tree import Binary, Call, Literal, Name, Node, Unary, walk
from salesforce_formula.values import EvaluationError

MOST_RECORDS = 4096
"""How many records are compared at most: what needs more is not proved."""
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
COMPARISONS = frozenset({"=", "<>", "<", ">", "<=", ">="})
TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
FLAGS = frozenset({"ISNEW", "ISCHANGED", "ISCLONE", "CONTAINS", "BEGINS", "INCLUDES", "REGEX", "ISNUMBER"})
"""Functions whose answer is taken as a flag."""
TEXTS = frozenset({"LOWER", "UPPER", "TEXT", "TRIM", "BLANKVALUE", "NULLVALUE"})
"""Functions of one field whose answer changes only where the field equals a literal, or its capitals do."""
PARTS = frozenset({"LEFT", "RIGHT", "MID", "LEN", "FIND"})
"""Functions whose comparison with a literal is taken as a flag."""
JOINED = {"AND": "&&", "OR": "||"}
OTHER = "\x01"
"""A text that is no literal of anybody."""
Whole = Callable[[Sequence[Any]], Any]
"""The value of parts together."""
NOBODY = Scope(lambda name: None, lambda name: None, is_new=False, now=datetime(2000, 1, 1, tzinfo=UTC))


@lru_cache(2048)
def mean_the_same(first: str, second: str) -> bool:
    """Whether both have the same value on every record. False where that is not proved, and where comments differ.

    >>> mean_the_same('AND(a__c > 5, ISPICKVAL(b__c, "x"))', 'TEXT(b__c) = "x" && 5 < a__c')
    True
    >>> mean_the_same("MAX(-1, MIN(9, IF(a__c, 5, 0)))", "MIN(MAX(IF(a__c, 5, 0), -1), 9)")
    True
    >>> mean_the_same("IF(a__c >= 10, 30, 0)", "IF(a__c < 10, 0, 30)")  # a blank one is not less either
    False
    """
    if COMMENT.findall(first) != COMMENT.findall(second):
        return False
    try:
        return _same(_plain(parse(first)), _plain(parse(second)))
    except (FormulaError, EvaluationError, RecursionError):
        return False


def _plain(node: Node) -> Node:
    """The tree with what is taken as a flag as a name, and each literal at the right of its comparison."""
    match node:
        case Call("PRIORVALUE", (Name(),)):
            return Name(render(node))
        case Call(function, _) if function in FLAGS:
            return Name(render(Call(function, tuple(_lettered(one) for one in node.args))))
        case Call(function, args):
            return _limited(Call(function, tuple(map(_plain, args))))
        case Unary(sign, operand):
            return Call("NOT", (_plain(operand),)) if sign == "!" else Unary(sign, _plain(operand))
        case Binary(sign, left, right) if sign in COMPARISONS:
            left, right = _plain(left), _plain(right)
            if _is_fixed(left) and not _is_fixed(right):
                sign, left, right = TURNED.get(sign, sign), right, left
            is_day = _is_fixed(right) and not isinstance(_number(right), Literal)
            is_flag = is_day or (isinstance(left, Call) and left.function in PARTS and _is_fixed(right))
            return Name(render(Binary(sign, left, right))) if is_flag else Binary(sign, left, _number(right))
        case Binary(sign, left, right):
            for function, joined in JOINED.items():
                if sign == joined:
                    return Call(function, (_plain(left), _plain(right)))
            return Binary(sign, _plain(left), _plain(right))
    return node


def _limited(node: Call) -> Node:
    """Limits of a number as `MAX(low, MIN(high, number))`, whichever is written first."""
    match node:
        case Call("MIN" | "MAX" as outer, (Call("MIN" | "MAX" as inner, within), limit)) if inner != outer:
            pass
        case Call("MIN" | "MAX" as outer, (limit, Call("MIN" | "MAX" as inner, within))) if inner != outer:
            pass
        case _:
            return node
    within, limit = tuple(map(_number, within)), _number(limit)
    if len(within) != 2:
        return node
    number, other = within if isinstance(within[1], Literal) else within[::-1]
    low, high = (limit, other) if outer == "MAX" else (other, limit)
    match low, high:
        case Literal(Decimal() as least), Literal(Decimal() as most) if least <= most and _is_number(number):
            return Call("MAX", (low, Call("MIN", (high, number))))
    return node


def _is_number(node: Node) -> bool:
    """What has a number on every record; a limit of nothing would be another one in each order."""
    match node:
        case Literal(Decimal()):
            return True
        case Call("IF", (_, *values)) | Call("MAX" | "MIN", values):
            return all(map(_is_number, values))
        case Call("CASE", (_, *pairs)):
            return all(map(_is_number, [*pairs[1::2], pairs[-1]]))
        case Binary("+" | "-" | "*", left, right):
            return _is_number(left) and _is_number(right)
        case Unary("-" | "+", operand):
            return _is_number(operand)
    return False


def _lettered(node: Node) -> Node:
    return Name(node.text) if isinstance(node, Name) else node


def _number(node: Node) -> Node:
    """A signed number as a literal."""
    match node:
        case Unary("-", Literal(Decimal() as number)):
            return Literal(-number)
    return node


def _is_fixed(node: Node) -> bool:
    """What no field moves: a literal, or a day such as `TODAY() - 7`."""
    return not any(isinstance(one, Name) for one in walk(node))


# --- comparing ----------------------------------------------------------------------------------------------------


def _same(first: Node, second: Node) -> bool:
    if first == second:
        return True
    whole = _compared([first], [second], _alone)
    if whole is not None:
        return whole
    for split, whole_of in ((_joined("AND"), all), (_joined("OR"), any), (_summed, _sum)):
        mine, theirs = split(first), split(second)
        if len(mine) > 1 and len(theirs) > 1:
            return _same_parts(mine, theirs, whole_of)
    if isinstance(first, Binary) and isinstance(second, Binary) and first.operator == second.operator:
        return _same(first.left, second.left) and _same(first.right, second.right)
    if isinstance(first, Call) and isinstance(second, Call) and first.function == second.function:
        pairs = list(zip(first.args, second.args, strict=False))
        return len(first.args) == len(second.args) and all(_same(one, other) for one, other in pairs)
    return False


def _alone(values: Sequence[Any]) -> Any:
    """The one value; a condition and a text without a value are false and empty."""
    (value,) = values
    return value if isinstance(value, Decimal) else value or False


def _sum(values: Sequence[Any]) -> Any:
    return None if None in values else sum(values)


def _joined(function: str) -> Callable[[Node], list[Node]]:
    def parts(node: Node) -> list[Node]:
        if isinstance(node, Call) and node.function == function:
            return [inner for one in node.args for inner in parts(one)]
        return [node]

    return parts


def _summed(node: Node) -> list[Node]:
    found: list[Node] = []
    while isinstance(node, Binary) and node.operator == "+":
        found.append(node.right)
        node = node.left
    return [node, *found[::-1]]


def _same_parts(first: Sequence[Node], second: Sequence[Node], whole_of: Whole) -> bool:
    """Parts whose order means nothing: those that are alike go, and the rest is compared field by field."""
    mine, theirs = list(first), list(second)
    for one in first:
        if one in theirs:
            theirs.remove(one)
            mine.remove(one)
    return all(
        _compared(_within(names, mine), _within(names, theirs), whole_of) for names in _by_fields([*mine, *theirs])
    )


def _within(names: frozenset[str], parts: Sequence[Node]) -> list[Node]:
    return [one for one in parts if _names(one) <= names]


def _by_fields(parts: Sequence[Node]) -> list[frozenset[str]]:
    """The fields in sets that no part has in common with another."""
    groups: list[frozenset[str]] = []
    for names in map(_names, parts):
        touched = [one for one in groups if one & names]
        groups = [one for one in groups if one not in touched] + [names.union(*touched)]
    return groups


def _names(node: Node) -> frozenset[str]:
    return frozenset(one.text for one in walk(node) if isinstance(one, Name))


def _compared(first: Sequence[Node], second: Sequence[Node], whole_of: Whole) -> bool | None:
    """Whether the parts have the same values together on every record; None where these are too many, or unknown."""
    literals = _Literals()
    if not all(literals.add(one) for one in (*first, *second)):
        return None
    values = literals.values()
    if prod(map(len, values.values())) > MOST_RECORDS:
        return None
    records = (dict(zip(values, one, strict=True)) for one in product(*values.values()))
    return all(
        whole_of([evaluate(one, scope) for one in first]) == whole_of([evaluate(one, scope) for one in second])
        for scope in (replace(NOBODY, value=record.get) for record in records)
    )


# --- literals -----------------------------------------------------------------------------------------------------


@dataclass
class _Literals:
    """The literals that fields are compared with, and the fields that are flags."""

    numbers: dict[str, set[Decimal]] = field(default_factory=dict)
    texts: dict[str, set[str]] = field(default_factory=dict)
    flags: set[str] = field(default_factory=set)

    def add(self, node: Node, is_flag: bool = True) -> bool:
        """Notes the literals of a part; whether it is made of nothing but comparisons, choices and sums of these."""
        match node:
            case Literal():
                return True
            case Name(name):
                self.flags.add(name)
                return is_flag
            case Call("ISBLANK" | "ISNULL" | "ISPICKVAL", (subject, *rest)):
                return self._compare(subject, rest or [Literal("")])
            case Call("CASE", (subject, *pairs)):
                compared = self._compare(subject, pairs[:-1:2]) or self.add(subject, is_flag=False)
                return compared and all(self.add(one, is_flag) for one in [*pairs[1::2], pairs[-1]])
            case Call("AND" | "OR" | "NOT", args):
                return all(self.add(one) for one in args)
            case Call("IF", (when, *values)):
                return self.add(when) and all(self.add(one, is_flag) for one in values)
            case Call("MAX" | "MIN", args):
                return all(self.add(one, is_flag=False) for one in args)
            case Binary(sign, left, right) if sign in COMPARISONS:
                return self._compare(left, [right]) or (self.add(left, False) and self.add(right, False))
            case Binary("+" | "-" | "*", left, right):
                return self.add(left, False) and self.add(right, False)
            case Unary("-" | "+", operand):
                return self.add(operand, False)
        return False

    def _compare(self, subject: Node, others: Sequence[Node]) -> bool:
        while isinstance(subject, Call) and subject.function in TEXTS and subject.args:
            others = [*others, *subject.args[1:]]
            subject = subject.args[0]
        if not isinstance(subject, Name) or not all(isinstance(one, Literal) for one in others):
            return False
        for one in others:
            assert isinstance(one, Literal)
            if isinstance(one.value, str):
                self.texts.setdefault(subject.text, set()).add(one.value)
            elif isinstance(one.value, Decimal):
                self.numbers.setdefault(subject.text, set()).add(one.value)
            else:
                return False
        return True

    def values(self) -> dict[str, list[Any]]:
        """A value on each side of every literal, and none, for each field."""
        found: dict[str, list[Any]] = {name: [True, False, None] for name in self.flags}
        for name, texts in self.texts.items():
            if name not in self.numbers:
                each = {*texts, *map(str.upper, texts), *map(str.lower, texts), OTHER} - {""}
                found[name] = [*sorted(each), None] if name not in found else [*found[name], *sorted(each)]
        for name, numbers in self.numbers.items():
            found[name] = [*found.get(name, []), None, *_around(sorted({*numbers, Decimal(0)}))]
        return found


def _around(numbers: Sequence[Decimal]) -> Iterator[Decimal]:
    yield numbers[0] - 1
    for low, high in zip(numbers, [*numbers[1:], None], strict=True):
        yield low
        yield low + 1 if high is None else (low + high) / 2
