"""Components between XML and dictionaries: nothing is lost on the way."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree
from revops_salesforce.api.components import Body, camel, from_xml, snake, to_file, to_message, without_nil

from revops_iac.errors import AuthorError

XMLNS = 'xmlns="http://soap.sforce.com/2006/04/metadata" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'


def read(type_name: str, inner: str) -> Body:
    return from_xml(etree.fromstring(f"<{type_name} {XMLNS}>{inner}</{type_name}>"), type_name)


def read_back(type_name: str, body: Body) -> Body:
    return from_xml(etree.fromstring(to_file(type_name, body)), type_name)


def test_known_elements_are_typed() -> None:
    inner = "<fullName>Tier__c</fullName><length>80</length><required>false</required><trackTrending>1</trackTrending>"
    assert read("CustomField", inner) == {
        "fullName": "Tier__c",
        "length": 80,
        "required": False,
        "trackTrending": True,
    }


def test_element_that_repeats_is_a_list_even_when_it_is_alone() -> None:
    assert read("Report", "<columns><field>A</field></columns>") == {"columns": [{"field": "A"}]}


def test_unknown_elements_stay_as_they_are_and_where_they_are() -> None:
    inner = (
        "<label>Tier</label><novelty>7</novelty>"
        "<extras><one>true</one><two/></extras><extras><one>false</one></extras><type>Text</type>"
    )
    body = read("CustomField", inner)
    extras = [{"one": "true", "two": ""}, {"one": "false"}]
    assert list(body.items()) == [("label", "Tier"), ("novelty", "7"), ("extras", extras), ("type", "Text")]
    assert list(read_back("CustomField", body).items()) == list(body.items())


def test_unknown_element_in_an_entry_stays() -> None:
    body = read("Report", "<columns><field>A</field><novelty>1</novelty></columns>")
    assert body == {"columns": [{"field": "A", "novelty": "1"}]}
    assert read_back("Report", body) == body


def test_elements_that_say_that_they_have_no_value_go_back() -> None:
    body = read("DuplicateRule", '<alertText xsi:nil="true"/><isActive>true</isActive>')
    assert body == {"alertText": {"@xsi:nil": "true"}, "isActive": True}
    assert read_back("DuplicateRule", body) == body
    assert without_nil(body) == {"isActive": True}


def test_types_of_values_go_back_with_the_prefix_that_is_declared() -> None:
    typed = '<values><field>A</field><value xmlns:x="http://www.w3.org/2001/XMLSchema" xsi:type="x:double">1.5</value>'
    body = read("CustomMetadata", f"{typed}</values>")
    assert body["values"][0]["value"] == {"@xsi:type": "xsd:double", "#text": 1.5}
    assert read_back("CustomMetadata", body) == body


@pytest.mark.parametrize("text", ["a\nb", " a ", "<b>&amp;", "'\"", "\u2028", ""])
def test_texts_go_back_as_they_came(text: str) -> None:
    assert read_back("CustomField", {"label": text}) == {"label": text}


@pytest.mark.parametrize(("element", "text"), [("length", "many"), ("required", "maybe"), ("length", "")])
def test_value_of_another_type_stays_a_text(element: str, text: str) -> None:
    assert read("CustomField", f"<{element}>{text}</{element}>") == {element: text}


def test_message_holds_the_component_with_its_type() -> None:
    node = etree.fromstring(to_message({"fullName": "Lead.Tier__c", "length": 80, "unique": None}, "CustomField"))
    assert node.get("{http://www.w3.org/2001/XMLSchema-instance}type") == "CustomField"
    assert [(etree.QName(one).localname, one.text) for one in node] == [("fullName", "Lead.Tier__c"), ("length", "80")]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"label": "a\x0bb"}, "Salesforce metadata: label has a control character"),
        ({"a><b": "x"}, 'Salesforce metadata: "a><b" is not a valid element name'),
    ],
)
def test_what_xml_cannot_hold_is_refused(body: dict[str, Any], sentence: str) -> None:
    with pytest.raises(AuthorError) as refused:
        to_file("CustomField", body)
    assert refused.value.diagnostic.sentence == sentence


def test_spellings_are_each_others_reverse() -> None:
    for name in ("formula_treat_blanks_as", "label", "external_id"):
        assert snake(camel(name)) == name
