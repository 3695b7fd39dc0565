"""Answers of a vendor, changed at random: what a broken server, a proxy or a new release might send."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

from lxml import etree

ODD_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 10**30, 1e-7, "", "x", "\x00\x1b[2J", "2027-02-30", "9" * 400, [], {}, [None], [[]], {"x": None},
)  # fmt: skip
Path = tuple[str | int, ...]


def mutated(body: bytes, chance: random.Random) -> bytes:
    """The body with one to three changes: of values and structure mostly, else of bytes."""
    if chance.random() < 0.1 or not body:
        return _cut(body, chance)
    try:
        return _mutated_json(body, chance) if body.lstrip()[:1] in b"{[" else _mutated_xml(body, chance)
    except (ValueError, etree.XMLSyntaxError):
        return _cut(body, chance)


NESTED = b"[" * 150
"""Deeper than answers may be, yet not as deep as Python's own limit, where finalizers of other tests would fail.

Answers beyond that have tests of their own (`test_bad_answers.py` of both CRMs).
"""


def _cut(body: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(body) + 1)
    return chance.choice([body[:place], body[:place] + b"\xff\x00" + body[place:], b"<html/>", b"", NESTED])


def _mutated_json(body: bytes, chance: random.Random) -> bytes:
    value = json.loads(body)
    for _ in range(chance.randint(1, 3)):
        value = _changed(value, chance.choice(list(_paths(value))), chance)
    return json.dumps(value).encode()


def _paths(value: Any, start: Path = ()) -> Iterator[Path]:
    yield start
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in items:
        yield from _paths(part, (*start, key))


def _odd(chance: random.Random) -> Any:
    """A value of its own: the next change may be inside it."""
    return copy.deepcopy(chance.choice(ODD_VALUES))


def _changed(value: Any, path: Path, chance: random.Random) -> Any:
    if not path:
        return _odd(chance)
    holder = value
    for key in path[:-1]:
        holder = holder[key]
    how = chance.randrange(4)
    if how == 0:
        del holder[path[-1]]
    elif how == 1 and isinstance(holder, list):
        holder.append(holder[-1])
    else:
        holder[path[-1]] = _odd(chance)
    return value


def _mutated_xml(body: bytes, chance: random.Random) -> bytes:
    root = etree.fromstring(body)
    for _ in range(chance.randint(1, 3)):
        element = chance.choice(list(root.iter("*")))
        parent, how = element.getparent(), chance.randrange(5)
        if how == 0 and parent is not None:
            parent.remove(element)
        elif how == 1 and parent is not None:
            parent.append(etree.fromstring(etree.tostring(element)))
        elif how == 2:
            element.tag = "{http://soap.sforce.com/2006/04/metadata}unheardOf"
        elif how == 3:
            element.text = str(chance.choice(["", "x", "-1", "1e400", "true", "9" * 400]))
        else:
            element.clear()
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")
