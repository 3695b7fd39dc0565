"""What a formula may name and how its types must fit, with the texts of Salesforce's formula editor [K: texts]."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Protocol

from .formula_parser import Binary, Call, FormulaError, Literal, Name, Node, Unary, parse

TEXT, NUMBER, BOOLEAN, DATE, DATETIME, TIME = "Text", "Number", "Boolean", "Date", "DateTime", "Time"
PICKLIST, MULTI, NULL, LONG = "Picklist", "MultiselectPicklist", "Null", "LongTextArea"
SHOWN = {BOOLEAN: "true or false"}

# Parameter types and result. "*" repeats the last parameter; "?" in front makes it optional.
SIGNATURES: dict[str, tuple[tuple[str, ...], str]] = {
    "AND": ((BOOLEAN, "*"), BOOLEAN),
    "OR": ((BOOLEAN, "*"), BOOLEAN),
    "NOT": ((BOOLEAN,), BOOLEAN),
    "BEGINS": ((TEXT, TEXT), BOOLEAN),
    "CONTAINS": ((TEXT, TEXT), BOOLEAN),
    "FIND": ((TEXT, TEXT, "?" + NUMBER), NUMBER),
    "LEN": ((TEXT,), NUMBER),
    "LEFT": ((TEXT, NUMBER), TEXT),
    "RIGHT": ((TEXT, NUMBER), TEXT),
    "MID": ((TEXT, NUMBER, NUMBER), TEXT),
    "LOWER": ((TEXT, "?" + TEXT), TEXT),
    "UPPER": ((TEXT, "?" + TEXT), TEXT),
    "TRIM": ((TEXT,), TEXT),
    "SUBSTITUTE": ((TEXT, TEXT, TEXT), TEXT),
    "REGEX": ((TEXT, TEXT), BOOLEAN),
    "VALUE": ((TEXT,), NUMBER),
    "ISNUMBER": ((TEXT,), BOOLEAN),
    "CASESAFEID": ((TEXT,), TEXT),
    "BR": ((), TEXT),
    "TODAY": ((), DATE),
    "NOW": ((), DATETIME),
    "TIMENOW": ((), TIME),
    "DATE": ((NUMBER, NUMBER, NUMBER), DATE),
    "YEAR": ((DATE,), NUMBER),
    "MONTH": ((DATE,), NUMBER),
    "DAY": ((DATE,), NUMBER),
    "WEEKDAY": ((DATE,), NUMBER),
    "HOUR": ((TIME,), NUMBER),
    "MINUTE": ((TIME,), NUMBER),
    "SECOND": ((TIME,), NUMBER),
    "ABS": ((NUMBER,), NUMBER),
    "CEILING": ((NUMBER,), NUMBER),
    "FLOOR": ((NUMBER,), NUMBER),
    "ROUND": ((NUMBER, NUMBER), NUMBER),
    "TRUNC": ((NUMBER, "?" + NUMBER), NUMBER),
    "MOD": ((NUMBER, NUMBER), NUMBER),
    "SQRT": ((NUMBER,), NUMBER),
    "MAX": ((NUMBER, "*"), NUMBER),
    "MIN": ((NUMBER, "*"), NUMBER),
    "ISNEW": ((), BOOLEAN),
}
# Allowed while a record is saved, not in a formula field [S: AllowedContext(changeOnly=true)].
SAVE_ONLY = frozenset({"ISNEW", "ISCHANGED", "PRIORVALUE", "REGEX"})


class Names(Protocol):
    """What a formula can name, by the object it belongs to."""

    def type_of(self, name: str) -> str:
        """The formula type of a field or global variable; raises FormulaError when there is none."""


def check(text: str, names: Names, *, expected: str | None, saving: bool, exponent_binds: str = "looser") -> Node:
    """Parse and type a formula. `saving` allows ISCHANGED, ISNEW, PRIORVALUE and REGEX. Raises FormulaError."""
    node = parse(text, exponent_binds=exponent_binds)
    found = Checker(names, saving).type_of(node)
    if found in {PICKLIST, MULTI}:
        raise _picklist(node)
    if expected is not None and found not in {expected, NULL}:
        shown = SHOWN.get(expected, expected)
        raise FormulaError(f"Formula result is data type ({found}), incompatible with expected data type ({shown}).")
    return node


def names_in(node: Node) -> Iterator[str]:
    """Every field and global variable that a formula names."""
    if isinstance(node, Name):
        yield node.text
    elif isinstance(node, Call):
        for argument in node.args:
            yield from names_in(argument)
    elif isinstance(node, Unary):
        yield from names_in(node.operand)
    elif isinstance(node, Binary):
        yield from names_in(node.left)
        yield from names_in(node.right)


def _picklist(node: Node) -> FormulaError:
    shown = node.text if isinstance(node, Name) else "value"
    return FormulaError(f"Field {shown} is a picklist field. Picklist fields are only supported in certain functions.")


def _literal_type(value: str | Decimal | bool | None) -> str:
    if value is None:
        return NULL
    if isinstance(value, bool):
        return BOOLEAN
    return TEXT if isinstance(value, str) else NUMBER


class Checker:
    """Types a tree bottom-up."""

    def __init__(self, names: Names, saving: bool) -> None:
        self.names = names
        self.saving = saving

    def type_of(self, node: Node) -> str:
        if isinstance(node, Literal):
            return _literal_type(node.value)
        if isinstance(node, Name):
            return self.field_type(node)
        if isinstance(node, Unary):
            wanted = BOOLEAN if node.operator == "!" else NUMBER
            self.expect(node.operand, (wanted,), f"operator '{node.operator}'")
            return wanted
        if isinstance(node, Binary):
            return self.binary(node)
        return self.call(node)

    def field_type(self, node: Name) -> str:
        found = self.names.type_of(node.text)
        if found == LONG:
            if not self.saving:
                kind = 'an unsupported field type called "Long Text Area"'
                raise FormulaError(f"You referenced {kind} using the following field: {node.text}")
            return TEXT
        return found

    def value_type(self, node: Node) -> str:
        """The type of an operand that may not be a bare picklist."""
        found = self.type_of(node)
        if found in {PICKLIST, MULTI}:
            raise _picklist(node)
        return found

    def expect(self, node: Node, wanted: tuple[str, ...], where: str) -> str:
        found = self.value_type(node)
        if found != NULL and found not in wanted:
            allowed = ", ".join(wanted)
            raise FormulaError(f"Incorrect parameter type for {where}. Expected {allowed}, received {found}")
        return found

    def binary(self, node: Binary) -> str:
        where = f"operator '{node.operator}'"
        if node.operator in {"&&", "||"}:
            self.expect(node.left, (BOOLEAN,), where)
            self.expect(node.right, (BOOLEAN,), where)
            return BOOLEAN
        if node.operator in {"*", "/", "^"}:
            self.expect(node.left, (NUMBER,), where)
            self.expect(node.right, (NUMBER,), where)
            return NUMBER
        if node.operator == "&":
            self.expect(node.left, (TEXT,), where)
            self.expect(node.right, (TEXT,), where)
            return TEXT
        if node.operator in {"+", "-"}:
            return self.sum(node, where)
        return self.comparison(node, where)

    def comparison(self, node: Binary, where: str) -> str:
        left, right = self.value_type(node.left), self.value_type(node.right)
        if node.operator in {"<", ">", "<=", ">="}:
            # Text is not ordered in formulas [S: OperatorComparison].
            self.expect(node.left, (NUMBER, DATE, DATETIME, TIME), where)
        if NULL not in {left, right} and left != right:
            raise FormulaError(f"Incorrect parameter type for {where}. Expected {left}, received {right}")
        return BOOLEAN

    def sum(self, node: Binary, where: str) -> str:
        left = self.expect(node.left, (NUMBER, DATE, DATETIME, TEXT), where)
        right = self.expect(node.right, (NUMBER, DATE, DATETIME, TEXT), where)
        results = {
            (NUMBER, NUMBER): NUMBER,
            (DATE, NUMBER): DATE,
            (DATETIME, NUMBER): DATETIME,
        }
        if node.operator == "+":
            results.update({(TEXT, TEXT): TEXT, (NUMBER, DATE): DATE, (NUMBER, DATETIME): DATETIME})
        else:
            results.update({(DATE, DATE): NUMBER, (DATETIME, DATETIME): NUMBER})
        left = NUMBER if left == NULL else left
        right = NUMBER if right == NULL else right
        if (left, right) not in results:
            raise FormulaError(f"Incorrect parameter type for {where}. Expected {left}, received {right}")
        return results[left, right]

    # --- functions ----------------------------------------------------------------------------------------------

    def call(self, node: Call) -> str:
        name = node.function
        if name in SAVE_ONLY and not self.saving:
            raise FormulaError(f"Function {name} may not be used in this type of formula")
        if name in SIGNATURES:
            return self.plain(node, *SIGNATURES[name])
        special = getattr(self, f"call_{name.lower()}", None)
        if special is None:
            raise FormulaError(f"Unknown function {name}. Check spelling.")
        result: str = special(node)
        return result

    def plain(self, node: Call, parameters: tuple[str, ...], result: str) -> str:
        repeated = "*" in parameters
        required = [p for p in parameters if p != "*" and not p.startswith("?")]
        allowed = [p.removeprefix("?") for p in parameters if p != "*"]
        count = len(node.args)
        if count < len(required) or (not repeated and count > len(allowed)):
            self.wrong_count(node, len(required))
        for place, argument in enumerate(node.args):
            wanted = allowed[min(place, len(allowed) - 1)]
            self.expect(argument, (wanted,), f"function '{node.function}()'")
        return result

    def wrong_count(self, node: Call, expected: int) -> None:
        raise FormulaError(
            f"Incorrect number of parameters for function '{node.function}()'. "
            f"Expected {expected}, received {len(node.args)}"
        )

    def exactly(self, node: Call, count: int) -> None:
        if len(node.args) != count:
            self.wrong_count(node, count)

    def same(self, node: Call, first: Node, second: Node) -> str:
        left, right = self.value_type(first), self.value_type(second)
        if NULL in {left, right}:
            return right if left == NULL else left
        if left != right:
            raise FormulaError(
                f"Incorrect parameter type for function '{node.function}()'. Expected {left}, received {right}"
            )
        return left

    def call_if(self, node: Call) -> str:
        self.exactly(node, 3)
        self.expect(node.args[0], (BOOLEAN,), "function 'IF()'")
        return self.same(node, node.args[1], node.args[2])

    def call_case(self, node: Call) -> str:
        if len(node.args) < 4 or len(node.args) % 2:
            self.wrong_count(node, 4 if len(node.args) < 4 else len(node.args) + 1)
        subject = self.type_of(node.args[0])
        subject = TEXT if subject == PICKLIST else subject
        pairs = node.args[1:-1]
        for match in pairs[::2]:
            self.expect(match, (subject,), "function 'CASE()'")
        result = self.value_type(node.args[-1])
        for value in pairs[1::2]:
            found = self.value_type(value)
            if NULL not in {found, result} and found != result:
                raise FormulaError(
                    f"Incorrect parameter type for function 'CASE()'. Expected {result}, received {found}"
                )
            result = found if result == NULL else result
        return result

    def call_isblank(self, node: Call) -> str:
        self.exactly(node, 1)
        self.type_of(node.args[0])  # picklists are allowed here
        return BOOLEAN

    def call_isnull(self, node: Call) -> str:
        self.exactly(node, 1)
        self.value_type(node.args[0])
        return BOOLEAN

    def call_blankvalue(self, node: Call) -> str:
        self.exactly(node, 2)
        return self.same(node, *node.args)

    call_nullvalue = call_blankvalue

    def call_ispickval(self, node: Call) -> str:
        self.exactly(node, 2)
        subject, value = node.args
        found = self.type_of(subject)
        if found != PICKLIST:
            raise FormulaError(
                f"Incorrect parameter type for function 'ISPICKVAL()'. Expected Picklist, received {found}"
            )
        if not isinstance(value, Literal) or not (value.value is None or isinstance(value.value, str)):
            raise FormulaError(
                "Incorrect parameter type for function 'ISPICKVAL()'. Expected Text literal, received an expression"
            )
        return BOOLEAN

    def call_includes(self, node: Call) -> str:
        self.exactly(node, 2)
        found = self.type_of(node.args[0])
        if found != MULTI:
            raise FormulaError(
                f"Incorrect parameter type for function 'INCLUDES()'. Expected MultiselectPicklist, received {found}"
            )
        self.expect(node.args[1], (TEXT,), "function 'INCLUDES()'")
        return BOOLEAN

    def call_text(self, node: Call) -> str:
        self.exactly(node, 1)
        found = self.type_of(node.args[0])
        if found in {TEXT, BOOLEAN, MULTI}:
            allowed = "Number, Date, DateTime, Picklist"
            raise FormulaError(f"Incorrect parameter type for function 'TEXT()'. Expected {allowed}, received {found}")
        return TEXT

    def call_datevalue(self, node: Call) -> str:
        self.exactly(node, 1)
        self.expect(node.args[0], (DATETIME, TEXT), "function 'DATEVALUE()'")
        return DATE

    def call_datetimevalue(self, node: Call) -> str:
        self.exactly(node, 1)
        self.expect(node.args[0], (DATE, TEXT, DATETIME), "function 'DATETIMEVALUE()'")
        return DATETIME

    def call_timevalue(self, node: Call) -> str:
        self.exactly(node, 1)
        self.expect(node.args[0], (DATETIME, TEXT), "function 'TIMEVALUE()'")
        return TIME

    def call_addmonths(self, node: Call) -> str:
        self.exactly(node, 2)
        self.expect(node.args[1], (NUMBER,), "function 'ADDMONTHS()'")
        return self.expect(node.args[0], (DATE, DATETIME), "function 'ADDMONTHS()'")

    def call_ischanged(self, node: Call) -> str:
        self.field_argument(node)
        return BOOLEAN

    def call_priorvalue(self, node: Call) -> str:
        return self.field_argument(node)

    def field_argument(self, node: Call) -> str:
        self.exactly(node, 1)
        if not isinstance(node.args[0], Name) or node.args[0].text.startswith("$"):
            raise FormulaError(f"Incorrect parameter type for function '{node.function}()'. Expected Field Reference")
        return self.type_of(node.args[0])
