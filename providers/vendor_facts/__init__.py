"""Tables of what HubSpot and Salesforce are like, for providers and simulators alike: fields, operators, key prefixes.

Each file says in comments at its top what the columns mean and on what evidence the facts rest. Nothing here imports
anything of ours, so both sides may.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

Row = Mapping[str, str]
COMMENT = "#"


@cache
def table(name: str) -> tuple[Row, ...]:
    """The rows of a file below this folder, by its name without `.csv`; an empty cell is an empty string.

    >>> table("salesforce/key_prefixes")[0]
    {'type': 'Organization', 'prefix': '00D'}
    """
    text = (files(__name__) / f"{name}.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(line for line in text.splitlines() if not line.startswith(COMMENT)))


def pairs(cell: str) -> dict[str, str]:
    """A cell of `name:form` words.

    >>> pairs("value:flag timeUnit:text")
    {'value': 'flag', 'timeUnit': 'text'}
    """
    return dict(word.split(":", 1) for word in cell.split())
