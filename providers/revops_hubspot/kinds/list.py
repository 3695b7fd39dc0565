"""A segment of records, which the API calls a list: https://developers.hubspot.com/docs/api-reference/crm-lists-v3/guide"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from functools import partial

from revops_hubspot.api import directory
from revops_hubspot.api.client import HubSpotClient, PortalSession
from revops_hubspot.api.custom_objects import named, numbered
from revops_hubspot.api.errors import Json
from revops_hubspot.api.object_types import object_name, schema_references, type_id
from revops_hubspot.api.read_lag import stamp_of
from revops_hubspot.filters.branches import readable
from revops_hubspot.filters.canonical import canonical_root, complete_filters, properties_in
from revops_hubspot.filters.option_uses import option_uses
from revops_hubspot.filters.references import raw_ids, to_ids, to_tokens, tokens_in, with_ids
from revops_hubspot.filters.unchanged import with_unchanged
from revops_hubspot.lists import checks as list_checks
from revops_hubspot.lists.inputs import ListInputs, branch_of_text
from revops_hubspot.objects.kind import HubSpotKind
from revops_iac.diagnostics import Diagnostics
from revops_iac.provider.effects import Effect
from revops_iac.provider.kind import Definition, DesiredResource, Impact, LiveObject, Lookup, Reference, State
from revops_iac.provider.remembered import by_content


class List(HubSpotKind[ListInputs]):
    """Key: name; state holds the list id. Only name and filters can change [S]."""

    scopes = ("crm.lists.read", "crm.lists.write")
    immutable = frozenset({"object", "processing_type"})
    chunk = 100
    noun = "segment"
    on_delete = "The segment moves to HubSpot's recycle bin for 90 days; its records stay."

    def vendor_name(self, inputs: ListInputs) -> str:
        return inputs.name

    def pulumi_name(self, inputs: ListInputs) -> str:
        return f"{inputs.object}.{inputs.name}"

    @by_content
    def normalize(self, definition: Definition) -> Definition:
        object_ = object_name(str(definition.get("object", "")))
        branch = canonical_root(definition.get("filter_branch"))
        return {
            **definition,
            "object": object_,
            "filter_branch": branch,
            "filter": canonical_root(branch_of_text(definition)),
        }

    def managed_view(self, declared: Definition, live: LiveObject) -> Definition:
        """People and segments by id where the program names them so."""
        kept, document = raw_ids(declared.get("filter_branch") or branch_of_text(declared)), live.document or {}
        if not kept:
            return super().managed_view(declared, live)
        branch = with_ids(live.definition["filter_branch"], document.get("filterBranch"), kept)
        shown = {**live.definition, **_filters(branch, str(live.definition["object"]))}
        return super().managed_view(declared, dataclasses.replace(live, definition=shown))

    def declarations(self, live: LiveObject) -> Iterable[Definition]:
        """The filter in words where words can say it."""
        for other in ("filter_branch", "filter"):
            yield {key: value for key, value in live.definition.items() if key != other}

    def references(self, inputs: ListInputs) -> Iterable[Reference]:
        branch = inputs.branch
        yield from schema_references(inputs.object)
        yield from (Reference("Property", name) for name in dict.fromkeys(properties_in(branch, inputs.object)))
        yield from (Reference("List", token.value) for token in tokens_in(branch) if token.type == "list")

    def effects(self, inputs: ListInputs) -> Iterable[Effect]:
        return dict.fromkeys(option_uses(inputs.branch, inputs.object))

    def lookups(self, inputs: ListInputs) -> Iterable[Lookup]:
        return tokens_in(inputs.branch)

    def provides(self, inputs: ListInputs) -> Iterable[Lookup]:
        yield Lookup("list", inputs.name)

    def name_of(self, client: HubSpotClient, identifier: str) -> str | None:
        return directory.names(client, "list").get(identifier)

    def scan(self, client: HubSpotClient, partition: str) -> Mapping[str, LiveObject | None]:
        return dict.fromkeys(directory.list_ids(client))

    def read_many(self, client: HubSpotClient, names: Sequence[str]) -> Mapping[str, LiveObject]:
        ids = directory.list_ids(client)
        asked = {"listIds": [ids[name] for name in names if name in ids], "includeFilters": True}
        found = client.get("lists", "/", asked)["lists"]
        return {entry["name"]: from_response(client, entry) for entry in found}

    def create(self, session: PortalSession, inputs: ListInputs) -> LiveObject:
        client, body = session.client, to_request(session, inputs)

        def landed() -> Json:
            path = "/object-type-id/{type}/name/{name}"
            return client.find("lists", path, type=body["objectTypeId"], name=inputs.name)

        entry = client.write("POST", "lists", "/", body, landed=landed)["list"]
        return self._read_back(session, str(entry["listId"]), inputs, stamp_of(entry))

    def update(self, session: PortalSession, live: LiveObject, inputs: ListInputs) -> LiveObject:
        client, answer, declared = session.client, None, inputs.managed()
        changed = self.differences(declared, self.managed_view(declared, live))
        if "name" in changed:
            path = "/{id}/update-list-name"
            answer = client.write("PUT", "lists", path, query={"listName": inputs.name}, id=live.id)
        if "filter_branch" in changed or "filter" in changed:
            branch = _filter_request(session, inputs.branch)
            body = {"filterBranch": with_unchanged(live.document.get("filterBranch"), branch)}
            path, query = "/{id}/update-list-filters", {"enrollObjectsInWorkflows": False}
            answer = client.write("PUT", "lists", path, body, query, id=live.id)
        return self._read_back(session, live.id, inputs, stamp_of((answer or {}).get("updatedList")))

    def delete(self, session: PortalSession, live: LiveObject, state: State[ListInputs]) -> None:
        session.client.write("DELETE", "lists", "/{id}", id=live.id)
        directory.forget_list(session.client, live.id)
        session.forget_lookups()

    def delete_impact(self, session: PortalSession, live: LiveObject) -> Impact | None:
        """An active segment refills itself; the members of a manual one are lost."""
        if live.definition["processing_type"] == "DYNAMIC":
            return None
        entry = session.client.get("lists", "/{id}", id=live.id)["list"]
        size = int(entry.get("size") or 0)
        return Impact(size, f'{size:,} {live.definition["object"]} are in segment "{live.name}"')

    def preflight_errors(
        self, session: PortalSession, desired: DesiredResource, live: LiveObject | None
    ) -> Diagnostics:
        """Properties and segments that do not exist or do not fit, and a name that is taken."""
        return list_checks.refused(session, desired, self.typed(desired), live)

    def _read_back(self, session: PortalSession, identifier: str, inputs: ListInputs, since: str) -> LiveObject:
        """Reads filters too, which HubSpot returns only on request."""
        client = session.client

        def read() -> LiveObject | None:
            found = client.find("lists", "/{id}", {"includeFilters": True}, id=identifier)
            return None if found is None else from_response(client, found["list"])

        live = self.read_back(inputs, read, since)
        directory.note_list(client, live.document)
        session.forget_lookups()
        return live


def to_request(session: PortalSession, inputs: ListInputs) -> Json:
    """A new segment. Raises AuthorError for people and segments in its filter that do not exist in the account."""
    body = numbered(session.client, {"name": inputs.name, "objectTypeId": type_id(inputs.object)})
    branch = inputs.branch
    filters = {} if branch is None else {"filterBranch": _filter_request(session, branch)}
    return {**body, "processingType": inputs.processing_type, **filters}


def _filter_request(session: PortalSession, branch: Json) -> Json:
    """As the lists API takes it, whose root is always an OR branch [D]."""
    whole = complete_filters(branch)
    if isinstance(whole, dict) and whole.get("filterBranchType") == "AND":
        whole = complete_filters({"filterBranchType": "OR", "filterBranches": [whole]})
    return to_ids(whole, partial(directory.required_id, session))


def _filters(branch: Json, object_: str) -> Definition:
    return {"filter": readable(branch, object_) or branch, "filter_branch": branch}


def from_response(client: HubSpotClient, entry: Json) -> LiveObject:
    """A segment as HubSpot returns it, people and segments in its filter by name."""
    object_ = object_name(str(named(client, entry)["objectTypeId"]))
    branch = to_tokens(entry.get("filterBranch"), directory.namer(client))
    definition = {
        "object": object_,
        "name": entry["name"],
        "processing_type": entry["processingType"],
        **_filters(branch, object_),
    }
    return LiveObject(str(entry["listId"]), str(entry["name"]), definition, stamp=stamp_of(entry), document=entry)
