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


@cache
def vocabulary(system: str, name: str) -> Mapping[str, str]:
    """A list of words of `hubspot` or `salesforce`, each with what it stands for, empty where that is its own name.

    >>> vocabulary("salesforce", "report intervals")["INTERVAL_CURY"]
    'THIS_YEAR'
    """
    found = {row["word"]: row["meaning"] for row in table(f"{system}/vocabulary") if row["list"] == name}
    if not found:
        raise LookupError(f'{system}/vocabulary.csv has no list "{name}"')
    return found


def pairs(cell: str) -> dict[str, str]:
    """A cell of `name:form` words.

    >>> pairs("value:flag timeUnit:text")
    {'value': 'flag', 'timeUnit': 'text'}
    """
    return dict(word.split(":", 1) for word in cell.split())
