"""Kinds whose objects belong to one CRM object."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from revops_hubspot.api import custom_objects
from revops_hubspot.api.client import HubSpotClient
from revops_iac.provider.inputs import I
from revops_iac.provider.kind import Kind


class ObjectPart(Kind[HubSpotClient, I]):
    """A kind whose objects are called after their CRM object: `contacts.mql_date`. One read serves all of an object."""

    system = "hubspot"
    immutable = frozenset({"object", "name"})
    named_by: ClassVar[tuple[str, ...]] = ("object", "name")
    """The inputs that make up the vendor name."""

    def vendor_name(self, inputs: I) -> str:
        return ".".join(getattr(inputs, key) for key in self.named_by)

    def partition(self, name: str) -> str:
        return name.partition(".")[0]

    def partitions(self, client: HubSpotClient) -> Iterable[str]:
        return custom_objects.objects(client)
