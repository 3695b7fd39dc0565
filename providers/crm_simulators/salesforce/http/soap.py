"""SOAP envelopes as real clients send them and as they can read them (reference: zeep, jsforce, CumulusCI)."""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

from lxml import etree

from crm_simulators.salesforce.errors import SoapFault
from crm_simulators.salesforce.xml.component_xml import MD_NS, XSI, children, local_name
from crm_simulators.salesforce.xml.wsdl import VERSION

ENVELOPE_NS = "http://schemas.xmlsoap.org/soap/envelope/"


@dataclass(frozen=True)
class Request:
    """The first child of the Body, and the headers by local name."""

    operation: str
    node: etree._Element
    headers: dict[str, etree._Element]
    version: float = VERSION

    def header_value(self, header: str, element: str) -> str | None:
        node = self.headers.get(header)
        return None if node is None else text_of(node, element)


def parse_envelope(content: bytes, version: float) -> Request:
    """Read an envelope of an API version by local names; prefixes differ per client [V]."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise SoapFault("soapenv:Client", f"Unable to parse envelope: {error.msg}") from None
    parts = {local_name(child): child for child in children(root)}
    body = parts.get("Body")
    operation = None if body is None else next(children(body), None)
    if operation is None:
        raise SoapFault("soapenv:Client", "No operation available for request")
    header = parts.get("Header")
    headers = {} if header is None else {local_name(child): child for child in children(header)}
    return Request(local_name(operation), operation, headers, version)


def text_of(node: etree._Element, name: str) -> str | None:
    """Trimmed text of the first child with that local name."""
    child = next((child for child in children(node) if local_name(child) == name), None)
    return None if child is None else (child.text or "").strip()


def texts_of(node: etree._Element, name: str) -> list[str]:
    return [(child.text or "").strip() for child in children(node) if local_name(child) == name]


def is_true(text: str | None) -> bool:
    """``true``, ``True`` (simple-salesforce's deploy) and ``1`` [V]."""
    return text is not None and text.lower() in {"true", "1"}


def render_response(operation: str, results: str, namespace: str = MD_NS) -> bytes:
    """A response with the default namespace on the body child, which zeep and jsforce both read [V]."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<soapenv:Envelope xmlns:soapenv="{ENVELOPE_NS}" xmlns:xsi="{XSI}" '
        'xmlns:xsd="http://www.w3.org/2001/XMLSchema"><soapenv:Body>'
        f'<{operation}Response xmlns="{namespace}">{results}</{operation}Response>'
        "</soapenv:Body></soapenv:Envelope>"
    ).encode()


def render_fault(fault: SoapFault, namespace: str = MD_NS, detail: str = "") -> bytes:
    """A fault; the faultcode carries no attribute and no white space, which jsforce's pattern needs [S: soap.ts]."""
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        f'<soapenv:Envelope xmlns:soapenv="{ENVELOPE_NS}" xmlns:sf="{namespace}"><soapenv:Body><soapenv:Fault>'
        f"<faultcode>{escape(fault.code)}</faultcode><faultstring>{escape(fault.message)}</faultstring>{detail}"
        "</soapenv:Fault></soapenv:Body></soapenv:Envelope>"
    ).encode()
