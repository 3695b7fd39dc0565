"""Metadata components between XML and plain, ordered dictionaries, without loss.

What the WSDL knows is typed; what it does not know stays as it is, in its place. So a component can go back to the org
as it came, changed in nothing but what was declared. zeep's own types drop every element that its WSDL lacks [V].
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

from revops_iac.errors import AuthorError
from revops_salesforce.api.wsdl import wsdl_types

if TYPE_CHECKING:
    from lxml import etree

Body = dict[str, Any]
"""A metadata component, or a part of one: its elements by the vendor's names, in the order of the document.

Values are texts, numbers, booleans, parts and lists of these. An attribute is `@xsi:type`, and the text of an element
with attributes is `#text`.
"""

NAMESPACE = "http://soap.sforce.com/2006/04/metadata"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XS = "http://www.w3.org/2001/XMLSchema"
TYPE, NIL, TEXT = "@xsi:type", "@xsi:nil", "#text"
NOTHING: Body = {NIL: "true"}
"""An element that is there to say that it has no value."""
NAME = re.compile(r"[^\W\d][\w.-]*")
UNREADABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold."""
INDENT = "    "


# --- from XML -------------------------------------------------------------------------------------------------


def from_xml(node: etree._Element, type_name: str | None) -> Body:
    """The elements of a component of that type, or of a part of one."""
    known = wsdl_types().of(type_name)
    body: Body = {}
    for child in node.iterchildren("*"):
        name = _local(str(child.tag))[1]
        element = known.get(name)
        value = _value(child, None if element is None else element.type)
        if name not in body:
            body[name] = [value] if element is not None and element.many else value
        elif isinstance(body[name], list):
            body[name].append(value)
        else:
            body[name] = [body[name], value]
    return body


def _value(node: etree._Element, type_name: str | None) -> Any:
    attributes = {_attribute(node, name): _qualified(node, value) for name, value in node.attrib.items()}
    own_type = str(attributes.get(TYPE, type_name or ""))
    if len(node) or (own_type in wsdl_types().elements and NIL not in attributes):
        return {**attributes, **from_xml(node, own_type)}
    value = _scalar(node.text or "", own_type.removeprefix("xsd:"))
    if not attributes:
        return value
    return {**attributes, TEXT: value} if node.text else attributes


def _attribute(node: etree._Element, name: Any) -> str:
    space, local = _local(str(name))
    return f"@xsi:{local}" if space == XSI else f"@{local}"


def _local(tag: str) -> tuple[str, str]:
    """Namespace and local name of `{namespace}name`."""
    space, _, local = tag.rpartition("}")
    return space[1:], local


def _qualified(node: etree._Element, value: Any) -> str:
    """A value that may name a type, with the prefix that we write."""
    prefix, colon, local = str(value).partition(":")
    spaces = {XS: "xsd:", NAMESPACE: ""}
    return f"{spaces.get(str(node.nsmap.get(prefix)), prefix + ':')}{local}" if colon else str(value)


def _scalar(text: str, type_name: str) -> Any:
    """The typed value where the text is one of the type, else the text."""
    if type_name == "boolean" and text in {"true", "false", "1", "0"}:
        return text in {"true", "1"}
    if type_name in {"int", "double"}:
        try:
            number = int(text) if type_name == "int" else float(text)
        except ValueError:
            return text
        return number if math.isfinite(number) else text
    return text


def without_nil(value: Any) -> Any:
    """A body without the elements that say that they have no value."""
    if isinstance(value, Mapping):
        return {key: without_nil(part) for key, part in value.items() if not _is_nil(part)}
    return [without_nil(part) for part in value] if isinstance(value, list) else value


def _is_nil(value: Any) -> bool:
    return isinstance(value, Mapping) and value.get(NIL) in {"true", "1"}


# --- to XML ---------------------------------------------------------------------------------------------------


def xml_lines(body: Mapping[str, Any], depth: int = 1) -> Iterator[str]:
    """The elements of a body, a line for each tag or leaf, in the order of the body; None and empty lists are left out.

    Raises AuthorError for what XML cannot hold.
    """
    for name, value in body.items():
        if not name.startswith(("@", "#")):
            for one in value if isinstance(value, list | tuple) else [value]:
                if one is not None:
                    yield from _element_lines(name, one, depth)


def _element_lines(name: str, value: Any, depth: int) -> Iterator[str]:
    blank = INDENT * depth
    if not NAME.fullmatch(name):
        raise AuthorError(f'Salesforce metadata: "{name}" is not a valid element name', "correct the name")
    if not isinstance(value, Mapping):
        yield f"{blank}<{name}>{_text(name, value)}</{name}>"
        return
    attributes = "".join(f" {key[1:]}={quoteattr(str(one))}" for key, one in value.items() if key.startswith("@"))
    if NIL in value:
        yield f"{blank}<{name}{attributes}/>"
    elif TEXT in value:
        yield f"{blank}<{name}{attributes}>{_text(name, value[TEXT])}</{name}>"
    else:
        yield f"{blank}<{name}{attributes}>"
        yield from xml_lines(value, depth + 1)
        yield f"{blank}</{name}>"


def _text(name: str, value: Any) -> str:
    """A leaf; a text of several lines stays on one, which XML reads the same."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return f"{value:.1f}"
    text = str(value)
    if UNREADABLE.search(text):
        raise AuthorError(f"Salesforce metadata: {name} has a control character", "remove it from the text")
    return escape(text, {"\r": "", "\n": "&#10;"})


def document(root: str, lines: Iterator[str] | list[str]) -> list[str]:
    """The lines of a file: the declaration, the root's tag, and these lines within."""
    inner = list(lines)
    spaces = f' xmlns:xsi="{XSI}" xmlns:xsd="{XS}"' if any(" xsi:" in line for line in inner) else ""
    return ['<?xml version="1.0" encoding="UTF-8"?>', f'<{root} xmlns="{NAMESPACE}"{spaces}>', *inner, f"</{root}>", ""]


def to_file(root: str, body: Mapping[str, Any]) -> bytes:
    """The file of a component as a deployment takes it."""
    return "\n".join(document(root, xml_lines(body))).encode()


def to_message(body: Mapping[str, Any], type_name: str) -> bytes:
    """The element of a SOAP message that holds a component of that type."""
    spaces = f'xmlns="{NAMESPACE}" xmlns:xsi="{XSI}" xmlns:xsd="{XS}"'
    inner = "".join(line.lstrip(" ") for line in xml_lines(body))
    return f'<metadata {spaces} xsi:type="{type_name}">{inner}</metadata>'.encode()


# --- names ----------------------------------------------------------------------------------------------------


@cache
def camel(name: str) -> str:
    """The vendor's spelling of one of our names.

    >>> camel("formula_treat_blanks_as")
    'formulaTreatBlanksAs'
    """
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def snake(name: str) -> str:
    """Our spelling of a vendor's name.

    >>> snake("formulaTreatBlanksAs")
    'formula_treat_blanks_as'
    """
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name)
