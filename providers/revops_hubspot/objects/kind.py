"""Kinds whose objects belong to one CRM object."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Callable, Iterable, Mapping
from typing import ClassVar

from revops_hubspot.api import custom_objects
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.read_lag import read_until, shows
from revops_iac.errors import AccountError
from revops_iac.provider.inputs import I
from revops_iac.provider.kind import Kind, LiveObject

Read = Callable[[], LiveObject | None]


class HubSpotKind(Kind[HubSpotClient, I]):
    """A kind of HubSpot."""

    system = "hubspot"

    def read_back(self, inputs: I, read: Read, since: str = "", written: Iterable[str] = ()) -> LiveObject:
        """The object, once reads show what was written: they lag, and answers of writes echo the request [O].

        `since` is the stamp of the answer; `written` names the inputs to look at, all where it names none. Raises
        AccountError.
        """
        declared = inputs.managed()
        looked_at = {*written} or declared.keys()

        def is_current(live: LiveObject | None) -> bool:
            if live is None or shows(live.stamp, since):
                return live is not None
            return not looked_at & {*self.differences(declared, self.managed_view(declared, live))}

        live = read_until(read, is_current)
        if live is None:
            name = self.vendor_name(inputs)
            raise AccountError(f'HubSpot {self.name} "{name}" was written, but HubSpot does not return it')
        return live


class ObjectPart(HubSpotKind[I]):
    """A kind whose objects are called after their CRM object: `contacts.mql_date`. One read serves all of an object."""

    immutable = frozenset({"object", "name"})
    named_by: ClassVar[tuple[str, ...]] = ("object", "name")
    """The inputs that make up the vendor name."""

    def vendor_name(self, inputs: I) -> str:
        return ".".join(getattr(inputs, key) for key in self.named_by)

    def partition(self, name: str) -> str:
        return name.partition(".")[0]

    def partitions(self, client: HubSpotClient) -> Iterable[str]:
        return custom_objects.objects(client)

    @abstractmethod
    def listed(self, client: HubSpotClient, object_: str) -> Iterable[LiveObject]:
        """What an object that exists has of this kind."""

    def scan(self, client: HubSpotClient, partition: str) -> Mapping[str, LiveObject | None]:
        if not custom_objects.exist(client, partition.partition(".")[0]):
            return {}
        return {live.name: live for live in self.listed(client, partition)}
