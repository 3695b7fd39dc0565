"""The tree of a formula. Nodes compare by what they mean: where they stand in the text takes no part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class Literal:
    """A number, a text, TRUE, FALSE or NULL; `at` is the offset of its first character in the source."""

    value: str | Decimal | bool | None
    at: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True)
class Name:
    """A field or global variable, dotted as written: `Account.Owner.Name`, `$Permission.X`.

    `merge` says that it is written as flows write it, `{!$Record.Email}`, alone or in an expression `{!A__c > 5}`.
    """

    text: str
    merge: bool = field(default=False, repr=False)
    at: int = field(default=0, compare=False, repr=False)

    @property
    def parts(self) -> tuple[str, ...]:
        """The steps of the path."""
        return tuple(self.text.split("."))


@dataclass(frozen=True)
class Call:
    """A function, its name in capitals, and its arguments."""

    function: str
    args: tuple[Node, ...]
    at: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True)
class Unary:
    """`-`, `+` or `!` before an operand."""

    operator: str
    operand: Node
    at: int = field(default=0, compare=False, repr=False)


@dataclass(frozen=True)
class Binary:
    """Two operands and what stands between them; `at` is the offset of the operator."""

    operator: str
    left: Node
    right: Node
    at: int = field(default=0, compare=False, repr=False)


Node = Literal | Name | Call | Unary | Binary


def spine(node: Binary) -> tuple[Node, list[Binary]]:
    """The leftmost operand of a chain such as `a + b + c`, and the operations on it, innermost first.

    Chains are as long as people write them, and Python's stack is not: so they are walked, not recursed into.
    """
    chain: list[Binary] = []
    left: Node = node
    while isinstance(left, Binary):
        chain.append(left)
        left = left.left
    return left, chain[::-1]


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, in the order of the text's operands."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, Call):
            waiting.extend(reversed(node.args))
        elif isinstance(node, Unary):
            waiting.append(node.operand)
        elif isinstance(node, Binary):
            waiting.extend((node.right, node.left))


def names_in(node: Node) -> Iterator[str]:
    """Every field and global variable that a formula names, as often as it does."""
    return (each.text for each in walk(node) if isinstance(each, Name))
