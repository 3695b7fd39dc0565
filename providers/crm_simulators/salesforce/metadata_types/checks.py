"""Checks that several metadata types share: names of fields and users, formulas, criteria and filter logic."""

from __future__ import annotations

import re

from salesforce_formula.tokens import FormulaError

from crm_simulators.salesforce.errors import bad_reference, integrity, missing
from crm_simulators.salesforce.org.fields import Field, fields_of, find_field, object_name
from crm_simulators.salesforce.org.formula_names import compiled
from crm_simulators.salesforce.org.org import Org
from crm_simulators.salesforce.xml.component_xml import Body


def known_field(org: Org, sobject: str, name: str, element: str = "field") -> Field:
    """The field that an element names; raises MetadataError where the object has none of that name."""
    found = find_field(fields_of(org, sobject), name)
    if found is None:
        raise bad_reference(element, "CustomField", f"{sobject}.{name}")
    return found


def check_formula(org: Org, sobject: str, body: Body, element: str, *, expected: str | None, saving: bool) -> None:
    """Raise MetadataError unless the formula in an element, if there is one, compiles on the object."""
    try:
        if element in body:
            compiled(org, sobject, body[element], expected=expected, saving=saving)
    except FormulaError as error:
        raise integrity(str(error), element) from None


def check_criterion(org: Org, item: Body) -> None:
    """A criterion names a field of the object, of a related one or of the user who saves: `Account.Type` [D: rules]."""
    owner, _, name = item["field"].partition(".")
    known = object_name(org, owner)
    if known is None or find_field(fields_of(org, known), name) is None:
        raise bad_reference("field", "CustomField", item["field"])


def check_filter(text: str, count: int) -> None:
    """Filter logic names every criterion, by number [K: text]."""
    words = re.findall(r"\d+|[A-Za-z]+|[()]", text)
    numbers = {int(word) for word in words if word.isdigit()}
    known = all(word.isdigit() or word.upper() in {"AND", "OR", "NOT", "(", ")"} for word in words)
    if not known or numbers != set(range(1, count + 1)):
        raise integrity(f"Invalid filter logic: {text}", "booleanFilter")


def check_criteria(org: Org, body: Body) -> None:
    """The criteria of a rule or process, and the logic that joins them."""
    items = body.get("criteriaItems", [])
    for item in items:
        check_criterion(org, item)
    if "booleanFilter" in body:
        check_filter(body["booleanFilter"], len(items))


def check_user(org: Org, element: str, username: object) -> None:
    """Raise MetadataError unless the username is that of an active user."""
    if not isinstance(username, str) or not username:
        raise missing(element)
    if not [row for row in org.select("User", Username=username) if row["IsActive"]]:
        raise bad_reference(element, "User", username)


def check_group(org: Org, element: str, name: str | None, kind: str = "Regular") -> None:
    """Raise MetadataError unless it is the name of a queue or a public group."""
    if not org.select("Group", Type=kind, DeveloperName=name or ""):
        raise bad_reference(element, "Queue" if kind == "Queue" else "Group", str(name))
