"""Factory values of the standard picklists: read and updated, never listed, created or deleted [D]."""

from __future__ import annotations

from vendor_facts import Row, table, vocabulary

from crm_simulators.salesforce.xml.component_xml import Body

ROWS = table("salesforce/standard_values")
FLAGS = {"true": True, "false": False}
FACTORY = tuple(dict.fromkeys(row["value_set"] for row in ROWS))
# What values of a set must say beyond name and label [S: CumulusCI value_sets.py].
MANDATORY = {name: tuple(more.split()) for name, more in vocabulary("salesforce", "mandatory elements").items()}


def body(name: str) -> Body:
    """The factory content of a standard value set."""
    return {"sorted": False, "standardValue": [_value(row) for row in ROWS if row["value_set"] == name]}


def _value(row: Row) -> Body:
    """A value with the elements that its set has: a probability is a number, flags are true or false."""
    given = {element: cell for element, cell in row.items() if cell and element != "value_set"}
    made: Body = {element: FLAGS.get(cell, cell) for element, cell in given.items()}
    if "probability" in given:
        made["probability"] = int(given["probability"])
    return {**made, "label": row["fullName"]}
