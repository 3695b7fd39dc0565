"""Salesforce formulas to a tree (grammar: salesforce/formula-engine, Formula.g4) [S]."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from salesforce_formula.tokens import FormulaError, Token, tokenise, unquoted
from salesforce_formula.tree import Binary, Call, Literal, Name, Node, Unary

MAX_LENGTH = 3_900
"""Characters of one formula [S: formula-engine, MAX_FORMULA_LENGTH]."""
MAX_NESTING = 100
"""Levels of brackets and calls that are read; a bound of this package, not of Salesforce."""
LOOSER, TIGHTER = "looser", "tighter"
"""How `^` binds beside `*` and `/`: Salesforce's own grammars say looser, formulon says tighter [S]."""

# Lowest precedence first; equality below comparison, & beside + and - [S: Formula.g4].
LEVELS: tuple[tuple[str, ...], ...] = (
    ("||",),
    ("&&",),
    ("=", "==", "!=", "<>"),
    ("<", ">", "<=", ">="),
    ("+", "-", "&"),
)
POWERS: dict[str, tuple[tuple[str, ...], ...]] = {LOOSER: (("^",), ("*", "/")), TIGHTER: (("*", "/"), ("^",))}
SAME_OPERATOR = {"==": "=", "!=": "<>"}
CONSTANTS = {"TRUE": True, "FALSE": False, "NULL": None}
NAMES = frozenset({"name", "merge"})
"""The kinds of tokens that are names."""
WORDS = frozenset({"AND", "OR", "NOT", *CONSTANTS})
"""Words that are no names of fields."""


def length(text: str) -> int:
    """The characters that count: the braces of flows are taken away before [K: an org holds one of 3,904 with them].

    >>> length("{!$Record.Amount} > 5")
    18
    """
    return len(text) - len("{!}") * text.count("{!")


@lru_cache(1024)
def parse(text: str, *, exponent_binds: str = LOOSER) -> Node:
    """The tree of a formula; raises FormulaError with the editor's text [K: texts].

    >>> parse("Amount > 5")
    Binary(operator='>', left=Name(text='Amount'), right=Literal(value=Decimal('5')))
    """
    if (size := length(text)) > MAX_LENGTH:
        raise FormulaError(f"Formula is too long ({size:,} characters). Maximum length is {MAX_LENGTH:,} characters.")
    tokens = tokenise(text)
    if not tokens:
        raise FormulaError("Syntax error. Found 'EOF'", len(text))
    return _Parser(tokens, LEVELS + POWERS[exponent_binds], len(text)).whole()


def too_deep(token: Token) -> FormulaError:
    """What this package refuses because it would not evaluate it either."""
    return FormulaError(f"The formula is nested more than {MAX_NESTING} deep", token.at)


class _Parser:
    """Precedence climbing: one call per operand, whatever the number of levels."""

    def __init__(self, tokens: list[Token], levels: tuple[tuple[str, ...], ...], end: int) -> None:
        self.tokens = tokens
        self.strength = {operator: depth for depth, level in enumerate(levels) for operator in level}
        self.end = end
        self.place = 0
        self.nesting = 0

    def whole(self) -> Node:
        node = self.expression(0)
        if self.place < len(self.tokens):
            extra = self.tokens[self.place]
            raise FormulaError(f"Syntax error. Extra {extra.text if extra.text != ')' else repr(')')}", extra.at)
        return node

    def expression(self, weakest: int) -> Node:
        """An operand and every operator behind it that binds at least as strongly as `weakest`."""
        left = self.operand()
        while (operator := self.infix(weakest)) is not None:
            at = self.tokens[self.place].at
            self.place += 1
            right = self.expression(self.strength[operator] + 1)
            left = Binary(SAME_OPERATOR.get(operator, operator), left, right, at)
        return left

    def infix(self, weakest: int) -> str | None:
        if self.place >= len(self.tokens):
            return None
        token = self.tokens[self.place]
        found = token.kind == "operator" and self.strength.get(token.text, -1) >= weakest
        return token.text if found else None

    def operand(self) -> Node:
        signs: list[Token] = []
        while self.is_sign():
            signs.append(self.take())
            if len(signs) > MAX_NESTING:
                raise too_deep(signs[-1])
        node = self.primary()
        for sign in reversed(signs):
            node = Unary("!" if sign.text.upper() == "NOT" else sign.text, node, sign.at)
        return node

    def is_sign(self) -> bool:
        if self.next_is("-", "+", "!"):
            return True
        return self.next_is("NOT") and not self.next_is("(", ahead=1)

    def next_is(self, *texts: str, ahead: int = 0) -> bool:
        place = self.place + ahead
        return (
            place < len(self.tokens) and self.tokens[place].kind != "text" and self.tokens[place].text.upper() in texts
        )

    def take(self) -> Token:
        if self.place >= len(self.tokens):
            raise FormulaError("Syntax error. Found 'EOF'", self.end)
        self.place += 1
        return self.tokens[self.place - 1]

    def primary(self) -> Node:
        token = self.take()
        if token.kind == "number":
            return Literal(Decimal(token.text), token.at)
        if token.kind == "text":
            return Literal(unquoted(token.text), token.at)
        if token.kind in NAMES:
            return self.name(token)
        if token.text == "(":
            node = self.nested(token)
            self.expect_close()
            return node
        raise FormulaError(f"Syntax error. Found '{token.text}'", token.at)

    def nested(self, token: Token) -> Node:
        if self.nesting >= MAX_NESTING:
            raise too_deep(token)
        self.nesting += 1
        node = self.expression(0)
        self.nesting -= 1
        return node

    def name(self, token: Token) -> Node:
        if self.next_is("("):
            self.place += 1
            return Call(token.text.upper(), self.arguments(token), token.at)
        word = token.text.upper()
        if word in CONSTANTS:
            return Literal(CONSTANTS[word], token.at)
        return Name(token.text, token.kind == "merge", token.at)

    def arguments(self, token: Token) -> tuple[Node, ...]:
        if self.next_is(")"):
            self.place += 1
            return ()
        found = [self.nested(token)]
        while self.next_is(","):
            self.place += 1
            found.append(self.nested(token))
        self.expect_close()
        return tuple(found)

    def expect_close(self) -> None:
        if not self.next_is(")"):
            at = self.tokens[self.place].at if self.place < len(self.tokens) else self.end
            raise FormulaError("Syntax error. Missing ')'", at)
        self.place += 1
