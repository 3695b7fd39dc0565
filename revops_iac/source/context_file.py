"""Reads a product marketing context document, leniently: what is not understood is left out."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from revops_iac.diagnostics import Position
from revops_iac.source.yaml_tree import Node

PATHS = (".agents/product-marketing-context.md", ".claude/product-marketing-context.md")
"""Where the document may be, relative to the project's root; the first one counts."""
LINE = re.compile(
    r"^\s*(?:[-*+]\s+|#+\s+|\|\s*)?\**(?P<name>[A-Za-z][A-Za-z /()-]*?)\**\s*[:|]\**\s*(?P<text>\S.*?)\s*\|?\s*$"
)
SYMBOLS = {"$": "USD", "€": "EUR", "£": "GBP"}
MULTIPLES = {"": 1, "k": 1_000, "m": 1_000_000}
AMOUNT = re.compile(r"([$€£])?\s*(\d[\d,]*(?:\.\d+)?)\s*([km])?\b", re.IGNORECASE)


def _text(message: str) -> str | None:
    return re.sub(r"[*_`]+", "", message).strip() or None


def _motion(message: str) -> str | None:
    words = message.casefold().replace("-", " ")
    if "hybrid" in words or ("product" in words and "sales" in words):
        return "hybrid"
    if "product led" in words or "plg" in words.split():
        return "product_led"
    return "sales_led" if "sales led" in words else None


def _contract_value(message: str) -> dict[str, Any] | None:
    found = AMOUNT.findall(message)
    if not found:
        return None
    currency = next((SYMBOLS[symbol] for symbol, _, _ in found if symbol), None)
    code = re.search(r"\b(USD|EUR|GBP)\b", message)
    currency = code[1] if code else currency
    if currency is None:
        return None
    suffixes = [suffix or found[-1][2] for _, _, suffix in found[:2]]
    numbers = [float(number.replace(",", "")) for _, number, _ in found[:2]]
    amounts = [number * MULTIPLES[suffix.casefold()] for number, suffix in zip(numbers, suffixes, strict=True)]
    low, high = min(amounts), max(amounts)
    return {"low": {"amount": low, "currency": currency}, "high": {"amount": high, "currency": currency}}


def _days(message: str) -> int | None:
    match = re.search(r"(\d+)\s*(?:-|–|to)?\s*(\d+)?\s*(day|week|month)", message, re.IGNORECASE)
    if match is None:
        return None
    days = {"day": 1, "week": 7, "month": 30}[match[3].casefold()]
    number = (int(match[1]) + int(match[2])) // 2 if match[2] else int(match[1])
    return number * days or None


def _names(message: str) -> list[str] | None:
    names = [_text(name) for name in re.split(r",|;|\band\b|\+|/", message)]
    return [name for name in names if name] or None


READERS: dict[str, tuple[tuple[str, ...], Callable[[str], Any]]] = {
    "company": (("company",), _text),
    "company name": (("company",), _text),
    "motion": (("motion",), _motion),
    "go-to-market motion": (("motion",), _motion),
    "gtm motion": (("motion",), _motion),
    "go-to-market": (("motion",), _motion),
    "acv": (("annual_contract_value",), _contract_value),
    "acv range": (("annual_contract_value",), _contract_value),
    "annual contract value": (("annual_contract_value",), _contract_value),
    "sales cycle": (("sales_cycle_days",), _days),
    "sales cycle length": (("sales_cycle_days",), _days),
    "crm": (("stack", "crm"), _text),
    "marketing automation": (("stack", "marketing_automation"), _text),
    "scheduling": (("stack", "scheduling"), _text),
    "enrichment": (("stack", "enrichment"), _names),
    "current state": (("current_state",), _text),
    "goal": (("goal",), _text),
    "goals": (("goal",), _text),
    "primary goal": (("goal",), _text),
}
"""What a line is called, in small letters -> the key of `context`, and how its text is read."""


def read_context(text: str, shown_as: str) -> Node:
    """The keys of `context` that a document holds, each with its place; the first mention counts."""
    start = Position(shown_as, 1, 1)
    root: dict[str, Node] = {}
    for name, message, position in _lines(text, shown_as):
        path, reader = READERS.get(name, ((), _text))
        value = reader(message) if path else None
        if value is None:
            continue
        into = root
        for part in path[:-1]:
            into = into.setdefault(part, Node({}, position, position)).content
        into.setdefault(path[-1], _node(value, position))
    return Node(root, start, start)


def _lines(text: str, shown_as: str) -> Iterator[tuple[str, str, Position]]:
    """`Name: text`, as a bullet, a table row or a plain line; or a heading and the text below it."""
    heading: str | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        match = LINE.match(line)
        if match:
            yield match["name"].strip().casefold(), match["text"], Position(shown_as, number, match.start("text") + 1)
            heading = None
        elif line.lstrip().startswith("#"):
            heading = line.lstrip("# \t").strip().casefold()
        elif heading and line.strip():
            message = line.strip().lstrip("-*+ ")
            yield heading, message, Position(shown_as, number, line.find(message) + 1)
            heading = None


def _node(value: Any, position: Position) -> Node:
    if isinstance(value, dict):
        return Node({key: _node(child, position) for key, child in value.items()}, position, position)
    if isinstance(value, list):
        return Node([_node(child, position) for child in value], position, position)
    return Node(value, position, position)
