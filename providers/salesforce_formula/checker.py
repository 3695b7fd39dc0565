"""What a formula may name and how its types must fit, with the texts of Salesforce's formula editor [K: texts].

Everything that is wrong is collected: what was refused once counts as fitting, so that one mistake is one fault.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from salesforce_formula.functions import FUNCTIONS, Function, is_allowed
from salesforce_formula.kinds import (
    ANY,
    BOOLEAN,
    DATE,
    DATETIME,
    LONG,
    MULTI,
    NULL,
    NUMBER,
    PICKLIST,
    SHOWN,
    TEXT,
    TIME,
    Context,
)
from salesforce_formula.parser import LOOSER, parse
from salesforce_formula.tokens import FormulaError
from salesforce_formula.tree import Binary, Call, Literal, Name, Node, Unary, spine


class Names(Protocol):
    """What a formula can name."""

    def type_of(self, name: str) -> str:
        """The formula type of a field or global variable; raises FormulaError when there is none."""


@dataclass(frozen=True)
class Fault:
    """One thing that the editor would refuse: its text, the offset that it is about, and the rule behind it."""

    message: str
    at: int
    rule: str


def check(text: str, names: Names, *, expected: str | None, context: Context, exponent_binds: str = LOOSER) -> Node:
    """The tree of a formula that fits; raises FormulaError with the first fault, as the editor does."""
    node = parse(text, exponent_binds=exponent_binds)
    if found := faults(node, names, expected=expected, context=context):
        raise FormulaError(found[0].message, found[0].at)
    return node


def faults(node: Node, names: Names, *, expected: str | None, context: Context) -> list[Fault]:
    """Everything that does not fit, in the order in which the editor would find it."""
    checker = Checker(names, context)
    found = checker.value_type(node)
    if expected is not None and found not in {expected, NULL, ANY} and (expected, found) not in CONVERTED:
        shown = SHOWN.get(expected, expected)
        message = f"Formula result is data type ({found}), incompatible with expected data type ({shown})."
        checker.refuse(message, node, "result-type")
    return checker.found


CONVERTED = frozenset({(DATE, DATETIME)})
"""Expected types and others that the platform makes them of: a date field takes the day [S: enrichRoot, isDate]."""


def first_offset(node: Node) -> int:
    """Where a node begins in the text."""
    while isinstance(node, Binary):
        node = node.left
    return node.at


def _literal_type(value: str | Decimal | bool | None) -> str:
    if value is None:
        return NULL
    if isinstance(value, bool):
        return BOOLEAN
    return TEXT if isinstance(value, str) else NUMBER


class Checker:
    """Types a tree bottom-up and collects what does not fit."""

    def __init__(self, names: Names, context: Context) -> None:
        self.names = names
        self.context = context
        self.found: list[Fault] = []

    def refuse(self, message: str, node: Node, rule: str, at: int | None = None) -> str:
        """Notes a fault; what is refused counts as any type from there on."""
        self.found.append(Fault(message, first_offset(node) if at is None else at, rule))
        return ANY

    # --- nodes --------------------------------------------------------------------------------------------------

    def type_of(self, node: Node) -> str:
        if isinstance(node, Literal):
            return _literal_type(node.value)
        if isinstance(node, Name):
            return self.field_type(node)
        if isinstance(node, Unary):
            desired = BOOLEAN if node.operator == "!" else NUMBER
            self.expect(node.operand, (desired,), f"operator '{node.operator}'")
            return desired
        if isinstance(node, Call):
            return self.call(node)
        first, chain = spine(node)
        found = self.value_type(first)
        for operation in chain:
            found = self.binary(operation, found)
        return found

    def field_type(self, node: Name) -> str:
        try:
            found = self.names.type_of(node.text)
        except FormulaError as error:
            return self.refuse(str(error), node, "unknown-field")
        if found == LONG and not self.context.saving:
            kind = 'an unsupported field type called "Long Text Area"'
            message = f"You referenced {kind} using the following field: {node.text}"
            return self.refuse(message, node, "long-text")
        return {LONG: TEXT, NULL: ANY}.get(found, found)  # a name is never null: nobody knows its type

    def value_type(self, node: Node) -> str:
        """The type of an operand that may not be a bare picklist."""
        return self.as_value(node, self.type_of(node))

    def as_value(self, node: Node, found: str) -> str:
        if found not in {PICKLIST, MULTI}:
            return found
        if isinstance(node, Call):
            return TEXT  # PRIORVALUE of a picklist is compared with texts [K: saved rules of six orgs]
        shown = node.text if isinstance(node, Name) else "value"
        message = f"Field {shown} is a picklist field. Picklist fields are only supported in certain functions."
        return self.refuse(message, node, "bare-picklist")

    def expect(self, node: Node, desired: tuple[str, ...], where: str) -> str:
        return self.fitting(node, self.value_type(node), desired, where)

    def fitting(self, node: Node, found: str, desired: tuple[str, ...], where: str) -> str:
        if found in {NULL, ANY} or found in desired or ANY in desired:
            return found
        return self.mismatch(node, where, ", ".join(desired), found)

    def mismatch(self, node: Node, where: str, desired: str, found: str) -> str:
        message = f"Incorrect parameter type for {where}. Expected {desired}, received {found}"
        return self.refuse(message, node, "type")

    # --- operators ----------------------------------------------------------------------------------------------

    def binary(self, node: Binary, left: str) -> str:
        """The type of an operation whose left operand has a type already."""
        where = f"operator '{node.operator}'"
        if node.operator in {"+", "-"}:
            return self.sum(node, left, where)
        if node.operator in {"=", "<>", "<", ">", "<=", ">="}:
            return self.comparison(node, left, where)
        desired = {"&&": BOOLEAN, "||": BOOLEAN, "&": TEXT}.get(node.operator, NUMBER)
        self.fitting(node.left, left, (desired,), where)
        self.expect(node.right, (desired,), where)
        return desired

    def comparison(self, node: Binary, left: str, where: str) -> str:
        right = self.value_type(node.right)
        if node.operator not in {"=", "<>"}:
            left = self.fitting(node.left, left, (NUMBER, DATE, DATETIME, TIME, TEXT), where)
        if not {left, right} & {NULL, ANY} and left != right:
            self.mismatch(node.right, where, left, right)
        return BOOLEAN

    def sum(self, node: Binary, left: str, where: str) -> str:
        allowed = (NUMBER, DATE, DATETIME, TEXT, TIME)
        left = self.fitting(node.left, left, allowed, where)
        right = self.expect(node.right, allowed, where)
        if {ANY, NULL} & {left, right}:
            return ANY if ANY in {left, right} else NULL  # [S: OperatorAddOrSubtract]
        result = SUMS[node.operator].get((left, right))
        return result or self.mismatch(node.right, where, left, right)

    # --- functions ----------------------------------------------------------------------------------------------

    def call(self, node: Call) -> str:
        name = node.function
        plain = FUNCTIONS.get(name)
        special = getattr(self, f"call_{name.lower()}", None)
        if plain is None and special is None:
            for argument in node.args:
                self.type_of(argument)
            return self.refuse(f"Unknown function {name}. Check spelling.", node, "unknown-function")
        if not is_allowed(name, self.context):
            message = f"Function {name} may not be used in this type of formula"
            self.refuse(message, node, "context")
        if plain is not None:
            return self.plain(node, plain)
        assert special is not None
        result: str = special(node)
        return result

    def plain(self, node: Call, function: Function) -> str:
        count = len(node.args)
        if count < function.required or (function.most is not None and count > function.most):
            return self.wrong_count(node, function.required) and function.result
        for place, argument in enumerate(node.args):
            desired = function.desired(place)
            found = self.type_of(argument) if MULTI in desired else self.value_type(argument)
            self.fitting(argument, found, desired, f"function '{node.function}()'")
        return function.result

    def wrong_count(self, node: Call, expected: int) -> str:
        message = f"Incorrect number of parameters for function '{node.function}()'. Expected {expected}, received "
        return self.refuse(message + str(len(node.args)), node, "argument-count")

    def has(self, node: Call, count: int) -> bool:
        """Whether a call has exactly so many arguments; a fault if not."""
        if len(node.args) != count:
            self.wrong_count(node, count)
        return len(node.args) == count

    def same(self, node: Call, parts: Sequence[Node]) -> str:
        """The one type of several arguments."""
        result = NULL
        for part in parts:
            found = self.value_type(part)
            if result in {NULL, ANY}:
                result = found if found != NULL else result
            elif found not in {NULL, ANY, result}:
                self.mismatch(part, f"function '{node.function}()'", result, found)
        return result

    def call_if(self, node: Call) -> str:
        if not self.has(node, 3):
            return ANY
        self.expect(node.args[0], (BOOLEAN,), "function 'IF()'")
        return self.same(node, node.args[1:])

    def call_case(self, node: Call) -> str:
        if len(node.args) < 4 or len(node.args) % 2:
            return self.wrong_count(node, 4 if len(node.args) < 4 else len(node.args) + 1)
        subject = self.type_of(node.args[0])
        desired = {PICKLIST: TEXT, NULL: ANY}.get(subject, subject)
        for match in node.args[1:-1:2]:
            self.expect(match, (desired,), "function 'CASE()'")
        self.no_boolean(node, node.args[0], subject)
        found = self.same(node, (node.args[-1], *node.args[2:-1:2]))
        return self.no_boolean(node, node.args[2], found)

    def no_boolean(self, node: Call, argument: Node, found: str) -> str:
        """What is neither blank nor one of several cases; flows have checkboxes without a value [S: FunctionIsNull]."""
        if found != BOOLEAN or self.context in {Context.FLOW, Context.FLOW_ENTRY}:
            return found
        return self.refuse(f"Incorrect argument type for function '{node.function}()'.", argument, "type")

    def call_isblank(self, node: Call) -> str:
        if self.has(node, 1):
            self.no_boolean(node, node.args[0], self.type_of(node.args[0]))  # picklists are allowed here
        return BOOLEAN

    def call_isnull(self, node: Call) -> str:
        if self.has(node, 1) and (found := self.type_of(node.args[0])) != MULTI:
            found = self.as_value(
                node.args[0], found
            )  # a multi-select picklist is allowed [K: saved rules of five orgs]
            self.no_boolean(node, node.args[0], found)
        return BOOLEAN

    def call_blankvalue(self, node: Call) -> str:
        return self.no_boolean(node, node.args[0], self.same(node, node.args)) if self.has(node, 2) else ANY

    call_nullvalue = call_blankvalue

    def call_ispickval(self, node: Call) -> str:
        if not self.has(node, 2):
            return BOOLEAN
        subject, value = node.args
        found = self.type_of(subject)
        if found not in {PICKLIST, ANY}:
            self.mismatch(subject, "function 'ISPICKVAL()'", PICKLIST, found)
        if not isinstance(value, Literal) or not (value.value is None or isinstance(value.value, str)):
            self.mismatch(value, "function 'ISPICKVAL()'", "Text literal", "an expression")
        return BOOLEAN

    def call_includes(self, node: Call) -> str:
        if not self.has(node, 2):
            return BOOLEAN
        found = self.type_of(node.args[0])
        if found not in {MULTI, ANY}:
            self.mismatch(node.args[0], "function 'INCLUDES()'", MULTI, found)
        self.expect(node.args[1], (TEXT,), "function 'INCLUDES()'")
        return BOOLEAN

    def call_text(self, node: Call) -> str:
        if not self.has(node, 1):
            return TEXT
        found = self.type_of(node.args[0])
        if found in {TEXT, BOOLEAN, MULTI}:
            self.mismatch(node.args[0], "function 'TEXT()'", "Number, Date, DateTime, Picklist", found)
        return TEXT

    def call_datevalue(self, node: Call) -> str:
        return self.converted(node, (DATETIME, TEXT), DATE)

    def call_datetimevalue(self, node: Call) -> str:
        return self.converted(node, (DATE, TEXT, DATETIME), DATETIME)

    def call_timevalue(self, node: Call) -> str:
        return self.converted(node, (DATETIME, TEXT, TIME), TIME)

    def converted(self, node: Call, desired: tuple[str, ...], result: str) -> str:
        if self.has(node, 1):
            self.expect(node.args[0], desired, f"function '{node.function}()'")
        return result

    def call_addmonths(self, node: Call) -> str:
        if not self.has(node, 2):
            return ANY
        found = self.expect(node.args[0], (DATE, DATETIME), "function 'ADDMONTHS()'")
        self.expect(node.args[1], (NUMBER,), "function 'ADDMONTHS()'")
        return found

    def call_ischanged(self, node: Call) -> str:
        self.field_argument(node)
        return BOOLEAN

    def call_priorvalue(self, node: Call) -> str:
        return self.field_argument(node)

    def field_argument(self, node: Call) -> str:
        if not self.has(node, 1):
            return ANY
        argument = node.args[0]
        is_field = isinstance(argument, Name) and (
            not argument.text.startswith("$") or argument.text.lower().startswith("$record.")
        )
        if not is_field:
            message = f"Incorrect parameter type for function '{node.function}()'. Expected Field Reference"
            return self.refuse(message, argument, "field-reference")
        assert isinstance(argument, Name)
        if len(argument.parts) > 1 and not argument.merge and not argument.text.startswith("$"):
            message = f"The {node.function} function cannot reference the {argument.text} field."
            return self.refuse(message, argument, "field-reference")  # [S: FunctionIsChanged, FunctionPriorValue]
        return self.type_of(argument)


SUMS: dict[str, dict[tuple[str, str], str]] = {
    # Time and a number of milliseconds [S: OperatorAddOrSubtract].
    "+": {
        (NUMBER, NUMBER): NUMBER,
        (DATE, NUMBER): DATE,
        (DATETIME, NUMBER): DATETIME,
        (TIME, NUMBER): TIME,
        (TEXT, TEXT): TEXT,
        (NUMBER, DATE): DATE,
        (NUMBER, DATETIME): DATETIME,
    },
    "-": {
        (NUMBER, NUMBER): NUMBER,
        (DATE, NUMBER): DATE,
        (DATETIME, NUMBER): DATETIME,
        (TIME, NUMBER): TIME,
        (DATE, DATE): NUMBER,
        (DATETIME, DATETIME): NUMBER,
        (TIME, TIME): NUMBER,
    },
}
