"""Metadata components between XML and plain dictionaries, checked against the WSDL's types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree

from crm_simulators.salesforce.errors import MetadataError
from crm_simulators.salesforce.xml.wsdl import ElementSpec, TypeSpec, schema

MD_NS = "http://soap.sforce.com/2006/04/metadata"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XSI_TYPE = f"{{{XSI}}}type"
XSI_NIL = f"{{{XSI}}}nil"

Body = dict[str, Any]


def local_name(node: etree._Element) -> str:
    return etree.QName(node).localname


def children(node: etree._Element) -> Iterator[etree._Element]:
    """The element children, without comments and processing instructions."""
    return (child for child in node if isinstance(child.tag, str))


def xsi_type(node: etree._Element) -> str | None:
    """The local name of xsi:type; zeep prefixes it, jsforce does not [V]."""
    value = node.get(XSI_TYPE)
    return value.rpartition(":")[2] if value else None


def parse_component(node: etree._Element, type_name: str) -> Body:
    """Read one component; unknown elements and values outside an enumeration are refused.

    Raises MetadataError for a bad element or value. Elements may come in any order.
    """
    spec = schema().types[type_name]
    body: Body = {}
    for child in children(node):
        name = local_name(child)
        element = spec.elements.get(name)
        if element is None:
            # [K: text] seen by anyone who ever deployed a misspelled element
            text = f"Element {{{MD_NS}}}{name} invalid at this location in type {type_name}"
            raise MetadataError("INVALID_FIELD", text)
        value = _parse_value(child, element)
        if element.many:
            body.setdefault(name, []).append(value)
        elif value is not None:
            body[name] = value
    return body


def _parse_value(node: etree._Element, element: ElementSpec) -> Any:
    if node.get(XSI_NIL) in {"true", "1"}:
        return None
    if element.type in schema().types:
        return parse_component(node, xsi_type(node) or element.type)
    if element.type == "xsd:anyType":
        return _parse_any(node)
    return parse_scalar(node.text or "", element.type)


def _parse_any(node: etree._Element) -> Any:
    declared = xsi_type(node)
    return parse_scalar(node.text or "", f"xsd:{declared}" if declared else "xsd:string")


def parse_scalar(text: str, type_name: str) -> Any:
    """A leaf value; leading and trailing white space is trimmed by the server [D: meta_createMetadata]."""
    text = text.strip().replace("\r\n", "\n")
    if type_name == "xsd:boolean":
        # [V] simple-salesforce's deploy sends Python's True and False
        if text.lower() not in {"true", "false", "1", "0"}:
            raise MetadataError("INVALID_FIELD", f"'{text}' is not a valid value for the type xsd:boolean")
        return text.lower() in {"true", "1"}
    if type_name in {"xsd:int", "xsd:double"}:
        try:
            return int(text) if type_name == "xsd:int" else float(text)
        except ValueError:
            raise MetadataError("INVALID_FIELD", f"'{text}' is not a valid value for the type {type_name}") from None
    values = schema().enums.get(type_name)
    if values is not None and text not in values:
        # [K: text]; zeep does not check enumerations before it sends [V]
        raise MetadataError("INVALID_FIELD", f"'{text}' is not a valid value for the enum '{type_name}'")
    return text


def missing_element(body: Mapping[str, Any], type_name: str) -> str | None:
    """The first element that the WSDL requires and the component, or a part of it, lacks."""
    for element in schema().types[type_name].elements.values():
        value = body.get(element.name)
        if value is None and element.required and not element.nillable and not element.many:
            return element.name
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict) and element.type in schema().types:
                missing = missing_element(part, element.type)
                if missing:
                    return missing
    return None


def render_component(tag: str, body: Mapping[str, Any], type_name: str, *, typed: bool = False) -> str:
    """XML of one component in the WSDL's element order; leaves carry no attributes, jsforce breaks on them [V]."""
    attribute = f' xsi:type="{type_name}"' if typed else ""
    return f"<{tag}{attribute}>{render_elements(body, schema().types[type_name])}</{tag}>"


def render_elements(body: Mapping[str, Any], spec: TypeSpec) -> str:
    return "".join(
        _render_value(element, value)
        for element in spec.elements.values()
        for value in _as_list(body.get(element.name))
    )


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _render_value(element: ElementSpec, value: Any) -> str:
    if isinstance(value, dict):
        return render_component(element.name, value, element.type)
    if element.type == "xsd:anyType":
        kind = {bool: "boolean", float: "double", int: "int"}.get(type(value), "string")
        return f'<{element.name} xsi:type="xsd:{kind}">{scalar_text(value)}</{element.name}>'
    return leaf(element.name, value)


def leaf(tag: str, value: Any) -> str:
    return f"<{tag}>{scalar_text(value)}</{tag}>"


def scalar_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(str(value))
