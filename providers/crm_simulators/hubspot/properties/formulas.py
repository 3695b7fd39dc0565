"""Calculation formulas: parsed, typed, brought to the form HubSpot stores, and evaluated.

Grammar [D]: https://developers.hubspot.com/docs/api-reference/crm-properties-v3/guide (calculation properties).
The stored form is [O]: keywords in lower case, single quotes, `+` on texts as `concatenate`, `=` as `equals`, `!=` as
`not (x equals y)`, `10a` as `10 * a`, no redundant parentheses, numbers reprinted, a new line before `elseif`.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal

FormulaType = Literal["number", "string", "bool", "other", "any"]
Value = float | str | bool | None

TOKEN = re.compile(
    r"\s*(?:(?P<number>\d+(?:\.\d+)?|\.\d+)|(?P<name>[A-Za-z_][A-Za-z0-9_]*)"
    r"|(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")|(?P<sign><=|>=|!=|[-+*/<>=(),]))"
)
KEYWORDS = frozenset({"if", "then", "elseif", "else", "endif", "and", "or", "not", "equals", "true", "false"})
COMPARISONS = ("<", ">", "<=", ">=", "equals")
FUNCTIONS: dict[str, tuple[tuple[FormulaType, ...], FormulaType]] = {
    "is_present": (("any",), "bool"),
    "contains": (("string", "string"), "bool"),
    "concatenate": (("string", "string"), "string"),
    "number_to_string": (("number",), "string"),
    "string_to_number": (("string",), "number"),
}
OPERATORS: dict[str, Callable[[float, float], float | bool]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "<": operator.lt,
    ">": operator.gt,
    "<=": operator.le,
    ">=": operator.ge,
}
PRECEDENCE = {"or": 1, "and": 2, "not": 3, **dict.fromkeys(COMPARISONS, 4), "+": 5, "-": 5, "*": 6, "/": 6}
ATOM = 9


class FormulaProblem(Exception):
    """A formula that HubSpot refuses with 400."""


class UnknownFormulaProperty(Exception):
    """A formula that names a property which the object does not have: 404 [O]."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


@dataclass(frozen=True)
class Node:
    """A part of a formula. `kind`: number, text, bool, property, call, if, or an operator; `text`: literal or name."""

    kind: str
    parts: tuple[Node, ...] = ()
    text: str = ""
    type: FormulaType = "any"


TypeOf = Callable[[str], FormulaType | None]
"""The formula type of a property: "other" for one that only `is_present` can read, None when there is none."""


def parse(text: str, type_of: TypeOf) -> Node:
    """The formula as a tree, every part typed. Raises `FormulaProblem` and `UnknownFormulaProperty`."""
    try:
        return _Parser(text, type_of).formula()
    except RecursionError:
        raise FormulaProblem("too many nested parentheses") from None


def references(node: Node) -> set[str]:
    """The properties that a formula reads."""
    own = {node.text} if node.kind == "property" else set()
    return own.union(*(references(part) for part in node.parts))


def names(text: str) -> set[str]:
    """The properties that a stored formula reads, without looking at types."""
    return references(parse(text, lambda name: "any"))


class _Parser:
    def __init__(self, text: str, type_of: TypeOf) -> None:
        self._tokens = list(_tokens(text))
        self._at = 0
        self._type_of = type_of

    def formula(self) -> Node:
        node = self._expression()
        if self._at < len(self._tokens):
            raise FormulaProblem(f'unexpected "{self._tokens[self._at][1]}"')
        return node

    def _peek(self) -> str:
        """The next sign, keyword or function name in lower case, "" at the end and for literals."""
        if self._at >= len(self._tokens):
            return ""
        kind, text = self._tokens[self._at]
        return text.lower() if kind in ("sign", "name") else ""

    def _take(self, *desired: str) -> str:
        word = self._peek()
        if word not in desired:
            found = self._tokens[self._at][1] if self._at < len(self._tokens) else "the end"
            raise FormulaProblem(f'expected "{desired[0]}" but found "{found}"')
        self._at += 1
        return word

    def _expression(self) -> Node:
        node = self._conjunction()
        while self._peek() == "or":
            self._take("or")
            node = _typed("or", node, self._conjunction())
        return node

    def _conjunction(self) -> Node:
        node = self._negation()
        while self._peek() == "and":
            self._take("and")
            node = _typed("and", node, self._negation())
        return node

    def _negation(self) -> Node:
        if self._peek() != "not":
            return self._comparison()
        self._take("not")
        return _typed("not", self._negation())

    def _comparison(self) -> Node:
        left = self._sum()
        word = self._peek()
        if word not in (*COMPARISONS, "=", "!="):
            return left
        self._take(word)
        right = self._sum()
        if word == "!=":
            return _typed("not", _typed("equals", left, right))
        return _typed("equals" if word == "=" else word, left, right)

    def _sum(self) -> Node:
        node = self._product()
        while self._peek() in ("+", "-"):
            word = self._take("+", "-")
            right = self._product()
            if word == "+" and "string" in (node.type, right.type):
                node = _call("concatenate", (node, right))
            else:
                node = _typed(word, node, right)
        return node

    def _product(self) -> Node:
        node = self._sign()
        while self._peek() in ("*", "/"):
            word = self._take("*", "/")
            node = _typed(word, node, self._sign())
        return node

    def _sign(self) -> Node:
        if self._peek() != "-":
            return self._atom()
        self._take("-")
        return _typed("minus", self._sign())

    def _atom(self) -> Node:
        if self._at >= len(self._tokens):
            raise FormulaProblem("it ends too early")
        kind, text = self._tokens[self._at]
        if kind == "number":
            self._at += 1
            number = Node("number", text=text, type="number")
            follows = self._at < len(self._tokens) and self._tokens[self._at][0] == "name"
            if follows and self._peek() not in KEYWORDS:
                return _typed("*", number, self._atom())
            return number
        if kind == "text":
            self._at += 1
            return Node("text", text=re.sub(r"\\(.)", r"\1", text[1:-1]), type="string")
        word = self._peek()
        if word == "(":
            self._take("(")
            node = self._expression()
            self._take(")")
            return node
        if word == "if":
            return self._conditional()
        if kind == "name":
            return self._name()
        raise FormulaProblem(f'unexpected "{text}"')

    def _name(self) -> Node:
        word = self._peek()
        if word in ("true", "false"):
            self._at += 1
            return Node("bool", text=word, type="bool")
        if word in KEYWORDS:
            raise FormulaProblem(f'unexpected "{word}"')
        self._at += 1
        if self._peek() != "(":
            return self._property(word, "number")
        if word in ("string", "bool"):
            self._take("(")
            name = self._peek()
            self._at += 1
            self._take(")")
            return self._property(name, "string" if word == "string" else "bool")
        return self._call(word)

    def _call(self, word: str) -> Node:
        self._take("(")
        if word == "is_present" and self._at + 1 < len(self._tokens) and self._tokens[self._at + 1][1] == ")":
            name = self._peek()
            self._at += 1
            self._take(")")
            return Node("call", (self._property(name, "any"),), "is_present", "bool")
        arguments = [self._expression()]
        while self._peek() == ",":
            self._take(",")
            arguments.append(self._expression())
        self._take(")")
        return _call(word, tuple(arguments))

    def _property(self, name: str, desired: FormulaType) -> Node:
        actual = self._type_of(name)
        if actual is None:
            raise UnknownFormulaProperty(name)
        if desired != "any" and actual not in ("any", desired):
            raise FormulaProblem(f'property "{name}" cannot be read as a {desired}')
        return Node("property", text=name, type=desired)

    def _conditional(self) -> Node:
        self._take("if")
        parts = [self._expression()]
        self._take("then")
        parts.append(self._expression())
        while self._peek() == "elseif":
            self._take("elseif")
            parts.append(self._expression())
            self._take("then")
            parts.append(self._expression())
        if self._peek() == "else":
            self._take("else")
            parts.append(self._expression())
            if self._peek() != "endif":  # `[else statement | endif]` [D]
                return _conditional(tuple(parts))
        self._take("endif")
        return _conditional(tuple(parts))


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while text[at:].strip():
        match = TOKEN.match(text, at)
        if match is None:
            raise FormulaProblem(f'unexpected "{text[at:].strip()[0]}"')
        at = match.end()
        kind = match.lastgroup or ""
        yield kind, match.group(kind)


def _expect(place: str, node: Node, desired: FormulaType) -> None:
    if desired != "any" and node.type not in ("any", desired):
        raise FormulaProblem(f"{place} needs a {desired}, not a {node.type}")


def _typed(kind: str, *parts: Node) -> Node:
    """An operator over parts of the right types."""
    if kind in ("and", "or", "not"):
        for part in parts:
            _expect(f'"{kind}"', part, "bool")
        return Node(kind, parts, type="bool")
    if kind == "equals":
        _expect('"equals"', parts[1], parts[0].type)
        return Node(kind, parts, type="bool")
    for part in parts:
        _expect(f'"{kind}"', part, "number")
    return Node(kind, parts, type="bool" if kind in COMPARISONS else "number")


def _call(name: str, arguments: tuple[Node, ...]) -> Node:
    if name in ("max", "min"):
        if not 2 <= len(arguments) <= 100:
            raise FormulaProblem(f'"{name}" takes 2 to 100 arguments, not {len(arguments)}')
        for argument in arguments:
            _expect(f'"{name}"', argument, "number")
        return Node("call", arguments, name, "number")
    if name not in FUNCTIONS:
        raise FormulaProblem(f'unknown function "{name}"')
    desired, result = FUNCTIONS[name]
    if len(arguments) != len(desired):
        raise FormulaProblem(f'"{name}" takes {len(desired)} arguments, not {len(arguments)}')
    for argument, kind in zip(arguments, desired, strict=True):
        _expect(f'"{name}"', argument, kind)
    return Node("call", arguments, name, result)


def _conditional(parts: tuple[Node, ...]) -> Node:
    pairs = len(parts) // 2
    results = [parts[2 * i + 1] for i in range(pairs)] + ([parts[-1]] if len(parts) % 2 else [])
    for i in range(pairs):
        _expect('"if"', parts[2 * i], "bool")
    for result in results[1:]:
        _expect('"then" and "else"', result, results[0].type)
    return Node("if", parts, type=results[0].type)


def canonical(node: Node, reprint_numbers: bool = True) -> str:
    """The form that HubSpot stores [O]; numbers are reprinted on reads only, a write's answer echoes them."""
    text = node.text
    if node.kind == "number":
        return show_number(float(text)) if reprint_numbers else text
    if node.kind == "text":
        escaped = text.replace("\\", "\\\\").replace("'", "\\'")
        return f"'{escaped}'"
    if node.kind == "bool":
        return text
    if node.kind == "property":
        return f"{node.type}({text})" if node.type in ("string", "bool") else text
    parts = [canonical(part, reprint_numbers) for part in node.parts]
    if node.kind == "call":
        return f"{text}({', '.join(parts)})"
    if node.kind == "if":
        return _show_conditional(parts)
    if node.kind in ("not", "minus"):
        sign = "not " if node.kind == "not" else "-"
        return sign + (parts[0] if _strength(node.parts[0]) >= ATOM else f"({parts[0]})")
    left, right = (
        shown if _binds(part, node.kind, side) else f"({shown})"
        for side, (part, shown) in enumerate(zip(node.parts, parts, strict=True))
    )
    return f"{left} {node.kind} {right}"


def _show_conditional(parts: list[str]) -> str:
    shown = f"if {parts[0]} then {parts[1]}"
    for i in range(2, len(parts) - 1, 2):
        shown += f"\nelseif {parts[i]} then {parts[i + 1]}"
    if len(parts) % 2:
        shown += f" else {parts[-1]}"
    return f"{shown} endif"


def _strength(node: Node) -> int:
    return PRECEDENCE.get(node.kind, ATOM)


def _binds(part: Node, outer_kind: str, side: int) -> bool:
    """Whether an operand needs no parentheses."""
    own, outer = _strength(part), PRECEDENCE[outer_kind]
    if outer_kind in COMPARISONS:
        return own > outer
    return own > outer or (own == outer and (side == 0 or outer_kind in ("and", "or")))


def show_number(value: float) -> str:
    """A number as HubSpot prints it: `2.50` is `2.5`, `3.0` is `3`."""
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return repr(value)


def evaluate(node: Node, record: Mapping[str, Value], missing: str = "empty", ignore_case: bool = False) -> Value:
    """The formula's value on a record, None where it has none.

    `record` maps property names to typed values. `missing` is the switch `hubspot.formula_missing_value`.
    """
    return _Evaluation(record, missing, ignore_case).value(node)


@dataclass(frozen=True)
class _Evaluation:
    record: Mapping[str, Value]
    missing: str
    ignore_case: bool

    def value(self, node: Node) -> Value:
        if node.kind == "number":
            return float(node.text)
        if node.kind == "text":
            return node.text
        if node.kind == "bool":
            return node.text == "true"
        if node.kind == "property":
            return self._property(node)
        if node.kind == "if":
            return self._conditional(node.parts)
        if node.kind in ("and", "or"):
            return self._logic(node)
        if node.kind == "call" and node.text == "is_present":
            return replace(self, missing="empty").value(node.parts[0]) is not None
        values = [self.value(part) for part in node.parts]
        if any(value is None for value in values):
            return None
        return self._call(node.text, values) if node.kind == "call" else self._operator(node.kind, values)

    def _property(self, node: Node) -> Value:
        value = self.record.get(node.text)
        if value is None and self.missing == "zero":
            zeros: dict[str, Value] = {"number": 0.0, "string": "", "bool": False}
            return zeros.get(node.type)
        return value

    def _conditional(self, parts: tuple[Node, ...]) -> Value:
        for i in range(0, len(parts) - 1, 2):
            condition = self.value(parts[i])
            if condition is None:
                return None
            if condition:
                return self.value(parts[i + 1])
        return self.value(parts[-1]) if len(parts) % 2 else None

    def _logic(self, node: Node) -> Value:
        decides = node.kind == "or"
        left = self.value(node.parts[0])
        if left is decides:
            return decides
        right = self.value(node.parts[1])
        if right is decides:
            return decides
        return None if left is None or right is None else not decides

    def _call(self, name: str, values: list[Value]) -> Value:
        if name in ("max", "min"):
            numbers = [float(value) for value in values if value is not None]
            return max(numbers) if name == "max" else min(numbers)
        texts = [_text(value) for value in values]
        if name == "contains":
            whole, part = (t.lower() for t in texts) if self.ignore_case else texts
            return part in whole
        if name == "concatenate":
            return "".join(texts)
        if name == "number_to_string":
            return texts[0]
        try:
            return float(texts[0])
        except ValueError:
            return None

    def _operator(self, kind: str, values: list[Value]) -> Value:
        if kind == "not":
            return not values[0]
        if kind == "equals":
            if self.ignore_case and isinstance(values[0], str):
                return _text(values[0]).lower() == _text(values[1]).lower()
            return values[0] == values[1]
        numbers = [float(value) for value in values if value is not None]
        if kind == "minus":
            return -numbers[0]
        left, right = numbers
        if kind == "/":
            return left / right if right else None
        return OPERATORS[kind](left, right)


def _text(value: Value) -> str:
    return show_number(value) if isinstance(value, float) else str(value)
