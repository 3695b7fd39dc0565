"""Labels in the place of values, as far as account and program tell them apart."""

from __future__ import annotations

from typing import Any

import pytest
from revops_hubspot.filters.option_values import mistaken_labels
from revops_hubspot.kinds.pipeline import Pipeline
from revops_hubspot.kinds.property import Property
from revops_hubspot.kinds.property_options import PropertyOptions

from tests.providers.contract import example
from tests.providers.revops_hubspot.conftest import OpenSession
from tests.providers.typed_inputs import desired_resource

CHOICE: dict[str, Any] = {
    "object": "contacts",
    "name": "size",
    "label": "Size",
    "type": "enumeration",
    "field_type": "select",
    "group_name": "contactinformation",
    "options": [{"label": "Large", "value": "l"}, {"label": "Small", "value": "s"}],
}
MORE = {"object": "contacts", "name": "hs_lead_status", "options": [{"label": "Waiting", "value": "WAIT"}]}


@pytest.mark.parametrize(
    ("kind", "inputs", "object_", "property_", "value", "fix"),
    [
        (Property(), CHOICE, "contacts", "size", "Large", "write l"),
        (Property(), CHOICE, "contacts", "size", "l;Small", "write s"),
        (PropertyOptions(), MORE, "contacts", "hs_lead_status", "waiting", "write WAIT"),
        (Pipeline(), example(Pipeline()), "deals", "dealstage", "Qualified", "write new_business_qualified"),
        (Pipeline(), example(Pipeline()), "deals", "pipeline", "New business", "write new_business"),
    ],
)
def test_labels_of_what_the_program_declares_are_known(
    open_session: OpenSession, kind: Any, inputs: dict[str, Any], object_: str, property_: str, value: str, fix: str
) -> None:
    session = open_session(writes=False)
    session.declared = [desired_resource(kind, inputs)]
    assert [found.fix for found in mistaken_labels(session, object_, property_, [value])] == [fix]


def test_a_name_or_an_address_in_the_place_of_an_owner_is_refused(open_session: OpenSession) -> None:
    values = ["Maya", "maya@example.com", "702", "__hs__ME", {"owner": "maya@example.com"}]
    found = list(mistaken_labels(open_session(writes=False), "contacts", "hubspot_owner_id", values))
    assert [(one.message.partition(",")[0], one.fix) for one in found] == [
        ('"Maya" is not the id of an owner', "write {owner: maya@example.com}"),
        ('"maya@example.com" is not the id of an owner', "write {owner: maya@example.com}"),
    ]


def test_values_and_what_is_not_known_pass(open_session: OpenSession) -> None:
    session = open_session(writes=False)
    session.declared = [desired_resource(Property(), CHOICE)]
    assert list(mistaken_labels(session, "contacts", "size", ["l", "s", "xl", 3, {"owner": "maya@example.com"}])) == []


def test_a_value_that_is_also_the_label_of_another_option_passes(open_session: OpenSession) -> None:
    crossed = {**CHOICE, "options": [{"label": "s", "value": "l"}, {"label": "l", "value": "s"}]}
    session = open_session(writes=False)
    session.declared = [desired_resource(Property(), crossed)]
    assert list(mistaken_labels(session, "contacts", "size", ["l", "s"])) == []
