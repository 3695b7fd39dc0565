"""Metadata components between XML and plain dictionaries, checked against the WSDL's types.

A value that needs more than its text carries its attributes: `{"xsi:type": "xsd:date", "text": "2026-01-31"}`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree
from vendor_facts import table

from crm_simulators.salesforce.errors import MetadataError
from crm_simulators.salesforce.xml.wsdl import ElementSpec, TypeSpec, schema

MD_NS = "http://soap.sforce.com/2006/04/metadata"
XSD = "http://www.w3.org/2001/XMLSchema"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XSI_TYPE = f"{{{XSI}}}type"
XSI_NIL = f"{{{XSI}}}nil"
ANY = "xsd:anyType"
TYPE, TEXT = "xsi:type", "text"
"""Keys of a value with a type of its own: that of its element when it is a dictionary, else that of its text."""
EVERY_VALUE = "*"
PLAIN_TYPES = {"xsd:boolean": bool, "xsd:double": float, "xsd:int": int, "xsd:string": str}
"""Types that a value in JSON says by itself."""

Body = dict[str, Any]


def local_name(node: etree._Element) -> str:
    return str(node.tag).rpartition("}")[2]


def children(node: etree._Element) -> Iterator[etree._Element]:
    """The element children, without comments and processing instructions."""
    return (child for child in node if isinstance(child.tag, str))


def xsi_type(node: etree._Element) -> str | None:
    """The local name of xsi:type; zeep prefixes it, jsforce does not [V]."""
    value = node.get(XSI_TYPE)
    return value.rpartition(":")[2] if value else None


def parse_component(node: etree._Element, type_name: str, *, newer: bool = False) -> Body:
    """Read one component; unknown elements and values outside an enumeration are refused.

    What another version of the API than that of the WSDL has is read as it is written: types that the WSDL lacks,
    elements and values of the table of such, settings, and all that is in a file of a `newer` version.
    Raises MetadataError for a bad element or value. Elements may come in any order.
    """
    spec = schema().types.get(type_name)
    if spec is None:
        return parse_untyped(node)
    body: Body = {}
    for child in children(node):
        name = local_name(child)
        element = spec.elements.get(name)
        if element is None and (newer or is_of_another_version(type_name, name)):
            body.update(_one_more(body, name, child))
            continue
        if element is None:
            # [K: text] seen by anyone who ever deployed a misspelled element
            text = f"Element {{{MD_NS}}}{name} invalid at this location in type {type_name}"
            raise MetadataError("INVALID_FIELD", text)
        value = _parse_value(child, element, newer)
        if element.many:
            body.setdefault(name, []).append(value)
        elif value is not None:
            body[name] = value
    return body


def parse_untyped(node: etree._Element) -> Body:
    """Elements of no known type: texts, dictionaries, and lists where a name comes back."""
    body: Body = {}
    for child in children(node):
        body.update(_one_more(body, local_name(child), child))
    return body


def _one_more(body: Body, name: str, node: etree._Element) -> Body:
    """The element with its value, or with those that it has and this one."""
    value = parse_untyped(node) if len(node) else (node.text or "").strip()
    if name not in body:
        return {name: value}
    return {name: [*(body[name] if isinstance(body[name], list) else [body[name]]), value]}


@cache
def _other_versions() -> frozenset[tuple[str, str]]:
    return frozenset((row["type"], row["name"]) for row in table("salesforce/other_versions"))


def is_of_another_version(type_name: str, name: str) -> bool:
    """Whether the WSDL lacks an element of a type, or a value of an enumeration, only because of its version.

    Settings of orgs hold switches of so many versions that no list has them all [S: settings of public projects].
    """
    known = _other_versions()
    return (type_name, name) in known or (type_name, EVERY_VALUE) in known or type_name.endswith("Settings")


def _parse_value(node: etree._Element, element: ElementSpec, newer: bool) -> Any:
    if node.get(XSI_NIL) in {"true", "1"}:
        return {TYPE: None, TEXT: None} if element.type == ANY else None
    if element.type in schema().types:
        own = xsi_type(node) or element.type
        value = parse_component(node, own, newer=newer)
        return value if own == element.type else {TYPE: own, **value}
    if element.type == ANY:
        return _parse_any(node)
    return parse_scalar(node.text or "", element.type, newer=newer)


def _parse_any(node: etree._Element) -> Any:
    declared = xsi_type(node)
    kind = f"xsd:{declared}" if declared else "xsd:string"
    value = parse_scalar(node.text or "", kind)
    return value if kind in PLAIN_TYPES else {TYPE: kind, TEXT: value}


def parse_scalar(text: str, type_name: str, *, newer: bool = False) -> Any:
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
    # An empty one says nothing: files of translations are full of them.
    if values is not None and text and text not in values and not newer and not is_of_another_version(type_name, text):
        # [K: text]; zeep does not check enumerations before it sends [V]
        raise MetadataError("INVALID_FIELD", f"'{text}' is not a valid value for the enum '{type_name}'")
    return text


def complete_flags(body: Body, type_name: str) -> None:
    """Say no, in place, where a flag is left out that the WSDL requires: files of earlier versions are without it."""
    spec = schema().types.get(type_name)
    for element in spec.elements.values() if spec else ():
        if element.name not in body and element.type == "xsd:boolean" and element.required and not element.many:
            body[element.name] = False
        if element.type in schema().types:
            for part in _as_list(body.get(element.name)):
                complete_flags(part, part.get(TYPE) or element.type)


def missing_element(body: Mapping[str, Any], type_name: str) -> str | None:
    """The first element that the WSDL requires and the component, or a part of it, lacks."""
    spec = schema().types.get(type_name)
    for element in spec.elements.values() if spec else ():
        value = body.get(element.name)
        if value is None and element.required and not element.nillable and not element.many:
            return element.name
        for part in value if isinstance(value, list) else [value]:
            if isinstance(part, dict) and element.type in schema().types:
                missing = missing_element(part, part.get(TYPE) or element.type)
                if missing:
                    return missing
    return None


def render_component(tag: str, body: Mapping[str, Any], type_name: str, *, typed: bool = False) -> str:
    """XML of one component in the WSDL's element order; leaves carry no attributes, jsforce breaks on them [V]."""
    attribute = f' xsi:type="{type_name}"' if typed else ""
    return f"<{tag}{attribute}>{render_elements(body, schema().types.get(type_name))}</{tag}>"


def render_elements(body: Mapping[str, Any], spec: TypeSpec | None) -> str:
    """The elements that the type knows in its order, then the others in their own."""
    known = spec.elements if spec else {}
    parts = [_render_value(known[name], value) for name in known for value in _as_list(body.get(name))]
    others = (name for name in body if name not in known and name != TYPE)
    parts += [_render_untyped(name, value) for name in others for value in _as_list(body[name])]
    return "".join(parts)


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _render_value(element: ElementSpec, value: Any) -> str:
    if element.type == ANY:
        return _render_any(element.name, value)
    if isinstance(value, dict):
        own = value.get(TYPE)
        return render_component(element.name, value, own or element.type, typed=own is not None)
    return leaf(element.name, value)


def _render_any(tag: str, value: Any) -> str:
    if isinstance(value, dict):
        kind, value = value[TYPE], value[TEXT]
    else:
        kind = next(name for name, known in PLAIN_TYPES.items() if type(value) is known)
    return f'<{tag} xsi:nil="true"/>' if kind is None else f'<{tag} xsi:type="{kind}">{scalar_text(value)}</{tag}>'


def _render_untyped(tag: str, value: Any) -> str:
    return f"<{tag}>{render_elements(value, None)}</{tag}>" if isinstance(value, dict) else leaf(tag, value)


def leaf(tag: str, value: Any) -> str:
    return f"<{tag}>{scalar_text(value)}</{tag}>"


def scalar_text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return escape(str(value))
