"""The standard objects of an org: those of every new one, those of Sales and Service Cloud, and names of others [K]."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from vendor_facts import Row, table, vocabulary

EVERY_OBJECT, CUSTOM_OBJECT = "*", "__c"
OBJECTS = tuple(
    dict.fromkeys(
        row["object"]
        for row in table("salesforce/standard_fields")
        if row["object"] not in (EVERY_OBJECT, CUSTOM_OBJECT)
    )
)
ARTICLES = "Knowledge__kav"
SUFFIX = re.compile(r"__[a-z]+$")


@cache
def further_rows() -> dict[str, list[Row]]:
    """The fields beyond those that describes always show, by object."""
    found: dict[str, list[Row]] = {}
    for row in table("salesforce/more_standard_fields"):
        found.setdefault(row["object"], []).append(row)
    return found


@cache
def further_objects() -> tuple[str, ...]:
    """Standard objects with known fields that are no part of every new org."""
    return tuple(
        name for name in further_rows() if name not in OBJECTS and not SUFFIX.match(name) and name != EVERY_OBJECT
    )


@cache
def spellings() -> dict[str, str]:
    """The name of every standard object, by itself in lower case."""
    named = (row["object"] for row in table("salesforce/named_objects"))
    return {name.lower(): name for name in (*named, *further_objects(), *OBJECTS)}


def has_known_fields(sobject: str) -> bool:
    """Whether a name that no table has is no field of the object."""
    return sobject in OBJECTS or SUFFIX.search(sobject) is not None or sobject in further_rows()


def field_rows(sobject: str) -> Iterator[Row]:
    """The fields that an object comes with, system fields first; any other name is that of a custom object."""
    own = sobject if sobject in OBJECTS else CUSTOM_OBJECT
    if own == CUSTOM_OBJECT and sobject in further_objects():
        yield from (row for row in table("salesforce/standard_fields") if row["object"] == EVERY_OBJECT)
        yield from further_rows()[sobject]
        return
    for name in (EVERY_OBJECT, own):
        yield from (row for row in table("salesforce/standard_fields") if row["object"] == name)


def unlisted_rows(sobject: str) -> Iterator[Row]:
    """The fields that an object has with a feature, or that only metadata names."""
    rows = further_rows()
    yield from rows.get(EVERY_OBJECT, [])
    if sobject in OBJECTS:
        yield from rows.get(sobject, [])
    suffix = SUFFIX.search(sobject)
    if suffix is not None:
        yield from rows.get(ARTICLES if suffix[0] == "__kav" else suffix[0], [])


# Rows that follow from metadata; nobody writes them through REST.
DERIVED = frozenset(vocabulary("salesforce", "derived objects"))
APPROVALS = frozenset({"ProcessInstance", "ProcessInstanceStep", "ProcessInstanceWorkitem"})
"""Rows that submitting and answering an approval request makes."""
HISTORIES = frozenset({"LeadHistory", "ContactHistory", "OpportunityFieldHistory"})
"""Rows that saves make of the fields whose history is tracked."""
READ_ONLY = (
    DERIVED
    | APPROVALS
    | HISTORIES
    | {"Profile", "Organization", "UserPermissionAccess", "EmailTemplate", "BusinessHours"}
)
# Objects that carry custom fields, validation rules and record triggers here, and that every org lists.
CUSTOMIZABLE = ("Account", "Campaign", "Contact", "Lead", "Opportunity", "Task", "Event", "User", "CampaignMember")
COMMERCIAL = tuple(vocabulary("salesforce", "commercial objects"))
"""Further objects of Sales and Service Cloud that reports show as describes do."""
ACTIVITY = "Activity"
ACTIVITIES = frozenset({"Task", "Event"})
HELD_BY = {"PersonAccount": "Account", **dict.fromkeys(ACTIVITIES, ACTIVITY)}
"""Objects that have the custom fields of another one too [S: layouts of person accounts in public projects]."""
"""The objects that have the custom fields of Activity, which has no records of its own [D: Activity]."""
WORD = re.compile(r"(?<=[a-z])(?=[A-Z])")
IRREGULAR = {"Opportunity": "Opportunities", "Product2": "Products", "Pricebook2": "Price Books"}
LABELS = {"Pricebook2": "Price Book", "PricebookEntry": "Price Book Entry", "OrderItem": "Order Product"}


def label_of(sobject: str) -> str:
    """The label of a standard object.

    >>> label_of("CampaignMember")
    'Campaign Member'
    """
    return LABELS.get(sobject) or WORD.sub(" ", sobject).rstrip("2")


def plural_of(sobject: str) -> str:
    """The plural label of a standard object.

    >>> plural_of("Opportunity")
    'Opportunities'
    """
    label = label_of(sobject)
    regular = f"{label[:-1]}ies" if label.endswith("y") else f"{label}s"
    return IRREGULAR.get(sobject) or regular
