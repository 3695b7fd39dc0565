"""Plain values to zeep's objects and back."""

from __future__ import annotations

from datetime import UTC, time
from typing import Any

import pytest
from lxml import etree
from revops_salesforce.api.components import build, camel, plain, snake
from revops_salesforce.api.connection import BINDING, SOAP, metadata_contract
from zeep import Client, Transport
from zeep.wsdl.utils import etree_to_string

from revops_iac.errors import Bug


@pytest.fixture(scope="module")
def soap() -> Any:
    return Client(metadata_contract(), transport=Transport(), settings=SOAP)


def sent(soap: Any, type_name: str, body: dict[str, Any]) -> Any:
    service = soap.create_service(BINDING, "https://127.0.0.1/")
    message = soap.create_message(service, "createMetadata", [build(soap, type_name, body)])
    return etree.fromstring(etree_to_string(message))


def test_nested_values_reach_the_envelope(soap: Any) -> None:
    values = [{"fullName": "A", "label": "A", "default": False}, {"fullName": "B", "label": "B", "default": True}]
    body = {
        "fullName": "Lead.Tier__c",
        "label": "Tier",
        "type": "Picklist",
        "valueSet": {"restricted": True, "valueSetDefinition": {"sorted": False, "value": values}},
    }
    envelope = sent(soap, "CustomField", body)
    ns = "{http://soap.sforce.com/2006/04/metadata}"
    assert [node.text for node in envelope.iter(f"{ns}label")] == ["Tier", "A", "B"]
    assert [node.text for node in envelope.iter(f"{ns}default")] == ["false", "true"]


def test_unknown_element_is_our_bug_and_its_message_is_short(soap: Any) -> None:
    with pytest.raises(Bug) as refused:
        build(soap, "CustomField", {"fullName": "Lead.Tier__c", "valueSet": {"nonsense": 1}})
    assert str(refused.value) == (
        "Salesforce metadata: CustomField.valueSet has no element nonsense in the Metadata API of this release"
    )


def test_plain_values_come_back_as_they_were(soap: Any) -> None:
    body = {"fullName": "Lead.Tier__c", "label": "Tier", "length": 80, "required": False, "type": "Text"}
    assert plain(build(soap, "CustomField", body)) == body


def test_spellings_are_each_others_reverse() -> None:
    for name in ("formula_treat_blanks_as", "label", "external_id"):
        assert snake(camel(name)) == name


def test_a_time_of_day_becomes_the_text_that_is_sent() -> None:
    assert plain(time(6, 0, tzinfo=UTC)) == "06:00:00.000Z"
