"""What the Metadata API is asked without zeep is what zeep would ask."""

from __future__ import annotations

from typing import Any

import pytest
from lxml import etree
from revops_salesforce.api.connection import MetadataLine, element
from simple_salesforce.api import Salesforce

CALLS: list[tuple[str, list[etree._Element], tuple[Any, ...]]] = [
    (
        "listMetadata",
        [
            element("queries", element("folder", "Pläne & <mehr>"), element("type", "Report")),
            element("asOfVersion", "67.0"),
        ],
        ([{"type": "Report", "folder": "Pläne & <mehr>"}], "67.0"),
    ),
    (
        "listMetadata",
        [
            element("queries", element("type", "Flow")),
            element("queries", element("type", "Layout")),
            element("asOfVersion", "67.0"),
        ],
        ([{"type": "Flow"}, {"type": "Layout"}], "67.0"),
    ),
    (
        "readMetadata",
        [element("type", "Flow"), element("fullNames", "A"), element("fullNames", "Lead-Ä")],
        ("Flow", ["A", "Lead-Ä"]),
    ),
    ("describeMetadata", [element("asOfVersion", "67.0")], ("67.0",)),
]


@pytest.mark.parametrize(("operation", "ours", "theirs"), CALLS)
def test_message_is_the_one_that_zeep_would_send(
    operation: str, ours: list[etree._Element], theirs: tuple[Any, ...]
) -> None:
    line = MetadataLine(Salesforce(session_id="00D!x&y", instance_url="https://org.example.com", version="67.0"))
    zeeps = line.client.create_message(line.service, operation, *theirs, _soapheaders=line.headers)

    assert parts(etree.fromstring(line.message(operation, *ours))) == parts(zeeps)


def parts(envelope: etree._Element) -> tuple[str, list[list[Any]]]:
    """An envelope without the prefixes of its namespaces."""
    return envelope.tag, [[(node.tag, node.text, dict(node.attrib)) for node in part.iter()] for part in envelope]


def test_text_that_xml_cannot_hold_is_not_sent() -> None:
    with pytest.raises(ValueError, match="XML compatible"):
        element("fullNames", "A\x00")
