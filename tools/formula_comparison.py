"""Compares our evaluation of Salesforce formulas with formulon's (npm), over a seeded corpus that both know.

Run by `script/clients`. Every difference must be one of the known ones, and every known one must occur.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from salesforce_formula.evaluator import Scope, evaluate
from salesforce_formula.parser import parse
from salesforce_formula.printer import render
from salesforce_formula.tree import Binary, Call, Literal, Name, Node, Unary, walk
from salesforce_formula.values import EvaluationError

SCRIPT = Path(__file__).resolve().parents[1] / "tests" / "other_clients" / "formulas.mjs"
SEED = 20261122
FORMULAS = 3_000
TOLERANCE = Decimal("1e-9")
"""Relative: formulon's numbers end as binary ones of 64 bits."""
MIDNIGHT = datetime(2026, 11, 20, tzinfo=UTC)
FIELDS: dict[str, Any] = {
    "Amount": Decimal("40.5"),
    "Seats__c": Decimal(12),
    "Rate__c": Decimal("-2.25"),
    "Company": "Acme Inc",
    "Website": None,
    "Code__c": "a-b-c",
    "Open__c": True,
    "Lost__c": False,
    "Signed__c": date(2026, 1, 31),
    "Stage__c": "Won",
    "Tools__c": "crm;bi",
}
DATA_TYPES = {"Stage__c": "picklist", "Tools__c": "multipicklist"}
ERROR = "error"


# --- the corpus -------------------------------------------------------------------------------------------------


class Writer:
    """Writes formulas whose types fit; the same seed gives the same formulas."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)

    def formulas(self, count: int) -> Iterator[Node]:
        """So many formulas, of every type in turn."""
        kinds = (self.number, self.text, self.boolean, self.day)
        for place in range(count):
            yield kinds[place % len(kinds)](3)

    def one(self, *choices: Callable[[], Node]) -> Node:
        return self.random.choice(choices)()

    def whole(self, low: int, high: int) -> Node:
        return Literal(Decimal(self.random.randint(low, high)))

    def number(self, depth: int) -> Node:
        def leaf() -> Node:
            named = Name(self.random.choice(["Amount", "Seats__c", "Rate__c"]))
            choices: list[Node] = [named, self.whole(0, 20), Literal(Decimal(self.random.randint(0, 999)) / 100)]
            return self.random.choice(choices)

        if depth == 0:
            return leaf()
        inner = depth - 1
        return self.one(
            leaf,
            lambda: Binary(self.random.choice("+-*/"), self.number(inner), self.number(inner)),
            lambda: Unary("-", self.number(inner)),
            lambda: Call(self.random.choice(["ABS", "FLOOR", "CEILING"]), (self.number(inner),)),
            lambda: Call("ROUND", (self.number(inner), self.whole(0, 3))),
            lambda: Call(self.random.choice(["MAX", "MIN"]), (self.number(inner), self.number(inner))),
            lambda: Call("MOD", (self.number(inner), self.whole(2, 9))),
            lambda: Call("LEN", (self.text(inner),)),
            lambda: Call("FIND", (self.text(0), self.text(inner))),
            lambda: Call("IF", (self.boolean(inner), self.number(inner), self.number(inner))),
            lambda: Call("CASE", (Name("Stage__c"), Literal("Won"), self.number(inner), self.number(inner))),
            lambda: Call(self.random.choice(["YEAR", "MONTH", "DAY", "WEEKDAY"]), (self.day(inner),)),
            lambda: Binary("-", self.day(inner), self.day(inner)),
        )

    def text(self, depth: int) -> Node:
        def leaf() -> Node:
            named = Name(self.random.choice(["Company", "Website", "Code__c"]))
            written = Literal(self.random.choice(["", "a", "-", "Acme", " x ", 'say "hi"']))
            return named if self.random.random() < 0.5 else written

        if depth == 0:
            return leaf()
        inner = depth - 1
        return self.one(
            leaf,
            lambda: Binary(self.random.choice("+&"), self.text(inner), self.text(inner)),
            lambda: Call(self.random.choice(["UPPER", "LOWER", "TRIM"]), (self.text(inner),)),
            lambda: Call(self.random.choice(["LEFT", "RIGHT"]), (self.text(inner), self.whole(0, 5))),
            lambda: Call("MID", (self.text(inner), self.whole(1, 4), self.whole(0, 4))),
            lambda: Call(self.random.choice(["LPAD", "RPAD"]), (self.text(inner), self.whole(0, 6), Literal("xy"))),
            lambda: Call("SUBSTITUTE", (self.text(inner), Literal("-"), Literal("+"))),
            lambda: Call("TEXT", (self.whole(0, 500),)),
            lambda: Call("TEXT", (Name("Stage__c"),)),
            lambda: Call("IF", (self.boolean(inner), self.text(inner), self.text(inner))),
            lambda: Call("BLANKVALUE", (self.text(inner), self.text(inner))),
        )

    def boolean(self, depth: int) -> Node:
        def leaf() -> Node:
            choices: list[Node] = [Name("Open__c"), Name("Lost__c"), Literal(True), Literal(False)]
            return self.random.choice(choices)

        if depth == 0:
            return leaf()
        inner = depth - 1
        compare = ["<", ">", "<=", ">=", "=", "<>"]
        return self.one(
            leaf,
            lambda: Binary(self.random.choice(compare), self.number(inner), self.number(inner)),
            lambda: Binary(self.random.choice(compare), self.day(inner), self.day(inner)),
            lambda: Binary(self.random.choice(["=", "<>"]), self.text(inner), self.text(inner)),
            lambda: Binary(self.random.choice(["&&", "||"]), self.boolean(inner), self.boolean(inner)),
            lambda: Call(self.random.choice(["AND", "OR"]), (self.boolean(inner), self.boolean(inner))),
            lambda: Call("NOT", (self.boolean(inner),)),
            lambda: Call("ISBLANK", (self.text(inner),)),
            lambda: Call(self.random.choice(["CONTAINS", "BEGINS"]), (self.text(inner), self.text(0))),
            lambda: Call("ISPICKVAL", (Name("Stage__c"), Literal(self.random.choice(["Won", "Lost"])))),
            lambda: Call("INCLUDES", (Name("Tools__c"), Literal(self.random.choice(["crm", "erp"])))),
        )

    def day(self, depth: int) -> Node:
        def leaf() -> Node:
            made = (self.whole(2020, 2030), self.whole(1, 12), self.whole(1, 28))
            return Name("Signed__c") if self.random.random() < 0.5 else Call("DATE", made)

        if depth == 0:
            return leaf()
        inner = depth - 1
        return self.one(
            leaf,
            lambda: Binary(self.random.choice("+-"), self.day(inner), self.whole(0, 400)),
            lambda: Call("ADDMONTHS", (self.day(inner), self.whole(0, 30))),
            lambda: Call("IF", (self.boolean(inner), self.day(inner), self.day(inner))),
        )


# --- two answers ------------------------------------------------------------------------------------------------


def ours(text: str) -> Any:
    """Our value, read back from the printed text; `ERROR` where there is none."""
    scope = Scope(FIELDS.__getitem__, FIELDS.__getitem__, is_new=False, now=MIDNIGHT)
    try:
        return evaluate(parse(text), scope)
    except EvaluationError:
        return ERROR


def theirs(texts: list[str]) -> list[dict[str, Any]]:
    """What formulon answers."""
    fields = {name: _field(name, value) for name, value in FIELDS.items()}
    given = json.dumps([{"formula": text, "fields": fields} for text in texts])
    run = subprocess.run(["node", str(SCRIPT)], input=given, capture_output=True, text=True, check=True)
    answers: list[dict[str, Any]] = json.loads(run.stdout)
    return answers


def _field(name: str, value: Any) -> dict[str, Any]:
    kind, shown = "text", "" if value is None else value
    options: dict[str, Any] = {"length": 100}
    if isinstance(value, bool):
        kind, options = "checkbox", {}
    elif isinstance(value, Decimal):
        kind, options, shown = "number", {"length": 10, "scale": 2}, float(value)
    elif isinstance(value, date):
        kind, options, shown = "date", {}, value.isoformat()
    elif name in DATA_TYPES:
        kind, options = DATA_TYPES[name], {"values": ["Won", "Lost"] if name == "Stage__c" else ["crm", "bi", "erp"]}
        shown = value.split(";") if kind == "multipicklist" else value
    return {"type": "literal", "dataType": kind, "value": shown, "options": options}


def agree(mine: Any, answer: dict[str, Any]) -> bool:
    """Whether both came to the same; a blank text and null are the same."""
    if "error" in answer:
        return bool(mine == ERROR)
    value = answer["value"]
    if mine is None or mine == "":
        return value in (None, "")
    if isinstance(mine, bool):
        return bool(value is mine)
    if isinstance(mine, Decimal):
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return False
        return abs(mine - Decimal(str(value))) <= TOLERANCE * max(Decimal(1), abs(mine))
    if isinstance(mine, date):
        return str(value)[:10] == mine.isoformat()
    return bool(value == mine)


# --- known differences ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """A difference that is explained: what, on whose side the evidence is, and which formulas it can touch."""

    name: str
    why: str
    touches: Callable[[Node, Any, dict[str, Any]], bool]


def _calls(node: Node, *functions: str) -> bool:
    return any(isinstance(each, Call) and each.function in functions for each in walk(node))


def _uses(node: Node, *operators: str) -> bool:
    return any(isinstance(each, Binary) and each.operator in operators for each in walk(node))


def _in_brackets_of_comparison(node: Node) -> bool:
    """Whether `&` is an operand of a comparison or of `+`, without brackets in the canonical text."""
    return any(
        isinstance(each, Binary)
        and each.operator in {"=", "<>", "+"}
        and any(isinstance(side, Binary) and side.operator == "&" for side in (each.left, each.right))
        for each in walk(node)
    )


KNOWN: tuple[Known, ...] = (
    Known(
        "escaped quotes",
        "formulon does not read \\\" inside a text; Salesforce's grammar does [S: FormulaGrammar.g, ESC]",
        lambda node, mine, answer: '\\"' in render(node) and answer.get("error") == "Syntax error.",
    ),
    Known(
        "signs",
        "formulon reads a minus before numbers only; Salesforce's grammar before any operand [S: Formula.g4]",
        lambda node, mine, answer: (
            "error" in answer
            and any(isinstance(each, Unary) and not isinstance(each.operand, Literal) for each in walk(node))
        ),
    ),
    Known(
        "the rank of &",
        "formulon binds & looser than comparisons; Salesforce's grammar beside + [S: Formula.g4]",
        lambda node, mine, answer: _in_brackets_of_comparison(node),
    ),
    Known(
        "padding",
        "formulon takes the end of the padding and pads blanks; Salesforce's engine the beginning, and a blank stays "
        "blank [S: FunctionLpad, FunctionRpad]",
        lambda node, mine, answer: _calls(node, "LPAD", "RPAD"),
    ),
    Known(
        "blank texts",
        "CONTAINS and BEGINS on a blank text, and NOT of that, are null in Salesforce's engine, not in formulon "
        "[S: FunctionContains, OperatorNot]",
        lambda node, mine, answer: _calls(node, "CONTAINS", "BEGINS"),
    ),
    Known(
        "RIGHT beyond the length",
        "formulon cuts what is shorter than asked for; Salesforce's engine gives all of it [S: FunctionRight]",
        lambda node, mine, answer: _calls(node, "RIGHT"),
    ),
    Known(
        "the end of a month",
        "the last day stays a last day in Salesforce's engine, not in formulon [S: FunctionAddMonths]",
        lambda node, mine, answer: _calls(node, "ADDMONTHS"),
    ),
    Known(
        "FIND of nothing",
        "an empty text is found at the first place by Salesforce's engine, not at all by formulon [S: FunctionFind]",
        lambda node, mine, answer: _calls(node, "FIND") and '""' in render(node),
    ),
    Known(
        "division by zero",
        "it has no value (#Error!) on Salesforce and is null in formulon [K]",
        lambda node, mine, answer: mine == ERROR and _uses(node, "/"),
    ),
)


def main() -> int:
    """Prints how many formulas agree and which known differences occur; 1 when anything is unexplained."""
    nodes = list(Writer(SEED).formulas(FORMULAS))
    texts = [render(node) for node in nodes]
    found: Counter[str] = Counter()
    unexplained: list[str] = []
    for node, text, answer in zip(nodes, texts, theirs(texts), strict=True):
        mine = ours(text)
        if agree(mine, answer):
            found["agree"] += 1
            continue
        known = next((each for each in KNOWN if each.touches(node, mine, answer)), None)
        if known is None:
            unexplained.append(f"{text}\n    ours: {mine!r}\n    formulon: {answer}")
        else:
            found[known.name] += 1
    print(f"{found.pop('agree', 0):,} of {len(texts):,} formulas agree with formulon")
    for known in KNOWN:
        print(f"    {found[known.name]:,} differ by {known.name}: {known.why}")
    stale = [known.name for known in KNOWN if not found[known.name]]
    for text in unexplained[:20]:
        print(f"unexplained: {text}", file=sys.stderr)
    if stale:
        print(f"known differences that do not occur any more: {', '.join(stale)}", file=sys.stderr)
    return 1 if unexplained or stale else 0


if __name__ == "__main__":
    sys.exit(main())
