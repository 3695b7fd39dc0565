"""Reports, dashboards and their folders as people make them, written through the Metadata API."""

from __future__ import annotations

from typing import Any

from lxml import etree
from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.api.components import NAMESPACE, Body, from_xml, xml_lines
from revops_salesforce.metadata.parts import TypedKind

from tests.providers.revops_salesforce.conftest import OpenSession


def stored(client: SalesforceClient, type_name: str, name: str, xml: str) -> Body:
    """A component as people left it, and as the org answers it."""
    body = from_xml(etree.fromstring(f'<{type_name} xmlns="{NAMESPACE}">{xml}</{type_name}>'), type_name)
    client.create_component(type_name, {"fullName": name, **body})
    return read(client, type_name, name)


def read(client: SalesforceClient, type_name: str, name: str) -> Body:
    return client.read_components(type_name, [name])[name]


def declared(kind: TypedKind[Any], name: str, body: Body) -> dict[str, Any]:
    """All inputs of what the org holds, as someone who adopts it declares them."""
    return {key: value for key, value in kind.observe(name, body).definition.items() if value is not None}


def differences(open_session: OpenSession, kind: TypedKind[Any], inputs: dict[str, Any], name: str) -> list[str]:
    """What a preview shows."""
    live = open_session().find(kind, name)
    assert live is not None
    return kind.differences(inputs, kind.managed_view(inputs, live))


def changed(open_session: OpenSession, kind: TypedKind[Any], inputs: dict[str, Any], name: str) -> Body:
    """The component after an update to these inputs."""
    session = open_session()
    live = session.find(kind, name)
    assert live is not None
    kind.update(session, live, kind.inputs.model_validate(inputs))
    return read(open_session().client, kind.component_type, name)


def lines(body: Body, **elements: Any) -> list[str]:
    """A component as XML, with some of its elements replaced in their places."""
    return list(xml_lines({**body, **elements}))
