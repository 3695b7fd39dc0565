"""Kinds of which each pipeline has one object."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable

from revops_hubspot.api.client import HubSpotClient, PortalSession
from revops_hubspot.api.errors import Json
from revops_hubspot.api.object_types import schema_references, type_id
from revops_hubspot.objects.kind import ObjectPart
from revops_iac.provider.inputs import I
from revops_iac.provider.kind import LiveObject, Reference


class PipelinePart(ObjectPart[I]):
    """A kind that is called after its pipeline. The API has no list of them: each pipeline is read."""

    immutable = frozenset({"object", "pipeline"})
    named_by = ("object", "pipeline")
    path: str
    """Where the API has it, below `pipeline_rules`."""

    def partition(self, name: str) -> str:
        return name

    def partitions(self, client: HubSpotClient) -> Iterable[str]:
        for object_ in ("deals", "tickets"):
            for entry in client.get("pipelines", "/{object}", object=object_)["results"]:
                yield f"{object_}.{entry['id']}"

    def references(self, inputs: I) -> Iterable[Reference]:
        name = self.vendor_name(inputs)
        yield from schema_references(name.partition(".")[0])
        yield Reference("Pipeline", name)

    @abstractmethod
    def observe(self, client: HubSpotClient, name: str, answer: Json) -> LiveObject:
        """The object of the pipeline `object.id` as HubSpot returns it."""

    def listed(self, client: HubSpotClient, name: str) -> Iterable[LiveObject]:
        object_, pipeline = name.split(".", 1)
        found = client.find("pipeline_rules", self.path, object=type_id(object_), pipeline=pipeline)
        return [] if found is None else [self.observe(client, name, found)]

    def put(self, session: PortalSession, name: str, body: Json) -> LiveObject:
        """Writes all of the object and returns it as HubSpot answered. Raises AccountError."""
        object_, pipeline = name.split(".", 1)
        answer = session.client.write(
            "PUT", "pipeline_rules", self.path, body, object=type_id(object_), pipeline=pipeline
        )
        return self.observe(session.client, name, answer)
