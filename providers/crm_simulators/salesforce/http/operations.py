"""What a request asks for, without names and ids, for the request log: `readMetadata CustomField`, `GET query Lead`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import parse_qs

from crm_simulators.salesforce.http.soap import Request, text_of
from crm_simulators.salesforce.xml.component_xml import children, local_name, xsi_type

RECORD_ID = re.compile(r"(?=.*[0-9])[A-Za-z0-9]{15}(?:[A-Za-z0-9]{3})?")
IN_PARENTHESES = re.compile(r"\([^()]*\)")
FROM = re.compile(r"\bFROM\s+(\w+)", re.IGNORECASE)


def soap_operation(request: Request) -> str:
    """The operation, and the metadata type where the call names one."""
    nodes = list(children(request.node))
    named = text_of(request.node, "type") or next((name for node in nodes if (name := xsi_type(node))), None)
    queried = next((text_of(node, "type") for node in nodes if local_name(node) == "queries"), None)
    return " ".join(text for text in (request.operation, named or queried) if text)


def rest_operation(method: str, path: Sequence[str], query: str) -> str:
    """Method and path below the version, ids as `{id}`; a query with the object that it reads.

    >>> rest_operation("GET", ["query"], "q=SELECT+Id+FROM+Lead")
    'GET query Lead'
    >>> rest_operation("DELETE", ["sobjects", "Lead", "00Q000000000001AAA"], "")
    'DELETE sobjects/Lead/{id}'
    """
    shown = "/".join("{id}" if RECORD_ID.fullmatch(part) else part for part in path)
    text = parse_qs(query).get("q", [""])[0]
    while IN_PARENTHESES.search(text):
        text = IN_PARENTHESES.sub("", text)
    table = FROM.search(text)
    return f"{method} {shown}" + (f" {table[1]}" if table else "")
