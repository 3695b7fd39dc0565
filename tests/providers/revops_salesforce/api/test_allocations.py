"""What the org has no room for is reported at preview, from the table of Salesforce's allocations."""

from __future__ import annotations

from typing import Any

import pytest
from revops_salesforce.api.allocations import LIMITS
from vendor_facts import table

from revops_iac.provider.limits import Limit
from revops_iac.systems import system_named
from tests.diagnostics import texts
from tests.providers.revops_salesforce.conftest import OpenSession
from tests.providers.typed_inputs import desired_resource

FIELD = system_named("salesforce").kinds["CustomField"]


def field(name: str, **more: Any) -> dict[str, Any]:
    return {"object": "Lead", "name": name, "label": name[:-3], "type": "Checkbox", "default_value": "false", **more}


def test_label_of_a_field_has_forty_characters(open_session: OpenSession) -> None:
    item = desired_resource(FIELD, field("Score__c", label="L" * 41))
    assert texts(LIMITS.of_account(open_session(), FIELD, item, None)) == [
        "label has 41 characters; Salesforce allows 40\n"
        "    fix: shorten the label to 40 characters and keep the rest in description or inline_help_text"
    ]


def test_fields_are_counted_per_object_by_the_edition(
    open_session: OpenSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [{**row, "most": "2"} for row in rows_of("CustomField") if row["tier"] in ("Developer Edition", "")]
    monkeypatch.setattr(LIMITS, "of", lambda _: [Limit.parse(row) for row in rows])
    session = open_session()
    session.declared = [desired_resource(FIELD, field(f"F{at}__c")) for at in range(3)]
    session.declared.append(desired_resource(FIELD, {**field("Other__c"), "object": "Contact"}))
    found = [texts(LIMITS.of_account(session, FIELD, item, None)) for item in session.declared]
    assert [len(one) for one in found] == [0, 0, 1, 0]
    assert found[2][0].startswith("there would be 3 objects of type CustomField of Lead; Salesforce allows 2\n")


def rows_of(kind: str) -> list[dict[str, str]]:
    return [dict(row) for row in table("salesforce/limits") if row["kind"] == kind and row["unit"] == "objects"]


@pytest.mark.parametrize("kind", ["GlobalValueSet", "StandardValueSet"])
def test_label_of_a_value_has_255_characters(kind: str) -> None:
    values = [{"name": "a", "label": "L" * 255}, {"name": "b", "label": "L" * 256}]
    (found,) = LIMITS.of_inputs(kind, {"name": "Industry", "values": values})
    assert found.message == "values[1].label has 256 characters; Salesforce allows 255"
