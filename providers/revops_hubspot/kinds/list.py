"""A list (segment) of records: https://developers.hubspot.com/docs/api-reference/crm-lists-v3/guide"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, Self

from pydantic import Field, model_validator

from revops_hubspot.api import directory
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.custom_objects import named, numbered
from revops_hubspot.api.object_types import object_name, schema_references, type_id
from revops_hubspot.api.read_lag import read_until, shows, stamp_of
from revops_hubspot.filters.branches import FilterText, compile_filter, readable, refusal
from revops_hubspot.filters.canonical import canonical_filters, complete_filters, properties_in
from revops_hubspot.filters.json_form import first_few, misformed
from revops_hubspot.filters.lexer import FilterError
from revops_hubspot.filters.references import to_ids, to_tokens, tokens_in
from revops_hubspot.lists import checks as list_checks
from revops_hubspot.lists.checks import branch_of_text, desired_branch
from revops_iac.errors import AccountError, AuthorError
from revops_iac.provider.kind import (
    Definition,
    DesiredResource,
    DictKind,
    Impact,
    Inputs,
    LiveObject,
    Lookup,
    Reference,
    State,
)
from revops_iac.provider.session import Session


class ListInputs(Inputs):
    """A list. Its name is unique in the portal and may change; HubSpot finds it by an id of its own.

    Who belongs to it stands in `filter`, as text, or in `filter_branch`, in HubSpot's JSON. People and lists inside
    a filter branch are tokens: `{owner: maya@example.com}`, `{list: Customers}`.

    Example::

        object: contacts
        name: Contacts without a job title
        processing_type: DYNAMIC
        filter: jobtitle is unknown

    Later::

        filter: jobtitle is unknown and (company is known or email ends with any of [".edu"])

    Renamed::

        name: Contacts without a title

    Another example::

        object: contacts
        name: Contacts without a job title
        processing_type: DYNAMIC
        filter_branch:
          filterBranchType: OR
          filterBranches:
            - filterBranchType: AND
              filters:
                - filterType: PROPERTY
                  property: jobtitle
                  operation: {operationType: ALL_PROPERTY, operator: IS_UNKNOWN}

    Another later::

        filter_branch:
          filterBranchType: OR
          filterBranches:
            - filterBranchType: AND
              filters:
                - filterType: PROPERTY
                  property: jobtitle
                  operation: {operationType: ALL_PROPERTY, operator: IS_UNKNOWN}
                - filterType: PROPERTY
                  property: company
                  operation: {operationType: ALL_PROPERTY, operator: IS_KNOWN}
    """

    object: str
    """`contacts`, `companies`, `deals`, `tickets`, `leads` or a custom object's type id."""
    name: str = Field(pattern=r"\S")
    processing_type: Literal["DYNAMIC", "MANUAL", "SNAPSHOT"] = "DYNAMIC"
    filter: FilterText | None = None
    """Who belongs to it: `lifecyclestage is any of [lead] and fit_score >= 40`."""
    filter_branch: dict[str, Any] | None = None
    """HubSpot's own filter tree: an OR branch of AND branches of filters."""

    @model_validator(mode="after")
    def _says_once_who_belongs_to_it(self) -> Self:
        if self.filter is not None and self.filter_branch is not None:
            raise ValueError("filter and filter_branch say the same thing twice; keep one of them")
        if self.processing_type == "DYNAMIC" and self.filter is None and self.filter_branch is None:
            raise ValueError("a DYNAMIC list needs filter, or filter_branch in HubSpot's JSON")
        if self.filter is not None:
            try:
                compile_filter(self.filter, self.object)
            except FilterError as error:
                raise refusal(error) from None
        return self

    @model_validator(mode="after")
    def _can_hold_it(self) -> Self:
        if self.processing_type == "MANUAL" and (self.filter is not None or self.filter_branch is not None):
            raise ValueError("a MANUAL list has no filter: people put its members into it")
        if wrong := misformed(self.filter_branch) if self.filter_branch is not None else []:
            raise ValueError(f"filter_branch: {first_few(wrong)}")
        return self


class List(DictKind[HubSpotClient]):
    """Key: name; state holds the list id. Only name and filters can change [S]."""

    system = "hubspot"
    scopes = ("crm.lists.read", "crm.lists.write")
    inputs = ListInputs
    immutable = frozenset({"object", "processing_type"})
    chunk = 100
    on_delete = "The list goes to HubSpot's recycle bin for 90 days; its records stay."

    def vendor_name(self, inputs: Definition) -> str:
        return str(inputs["name"])

    def pulumi_name(self, inputs: Definition) -> str:
        return f"{inputs['object']}.{inputs['name']}"

    def normalize(self, definition: Definition) -> Definition:
        object_ = object_name(str(definition.get("object", "")))
        branch = canonical_filters(definition.get("filter_branch"))
        return {
            **definition,
            "object": object_,
            "filter_branch": branch,
            "filter": canonical_filters(branch_of_text(definition)),
        }

    def references(self, inputs: Definition) -> Iterable[Reference]:
        branch = desired_branch(inputs)
        yield from schema_references(inputs["object"])
        for name in dict.fromkeys(properties_in(branch, inputs["object"])):
            yield Reference("Property", name)
        for token in tokens_in(branch):
            if token.type == "list":
                yield Reference("List", token.value)

    def lookups(self, inputs: Definition) -> Iterable[Lookup]:
        return tokens_in(desired_branch(inputs))

    def provides(self, inputs: Definition) -> Iterable[Lookup]:
        yield Lookup("list", inputs["name"])

    def name_of(self, client: HubSpotClient, identifier: str) -> str | None:
        return directory.names(client, "list").get(identifier)

    def scan(self, client: HubSpotClient, partition: str) -> Mapping[str, LiveObject | None]:
        return dict.fromkeys(directory.list_ids(client))

    def read_many(self, client: HubSpotClient, names: Sequence[str]) -> Mapping[str, LiveObject]:
        ids = directory.list_ids(client)
        asked = {"listIds": [ids[name] for name in names if name in ids], "includeFilters": True}
        found = client.get("lists", "/", asked)["lists"]
        return {entry["name"]: _live(client, entry) for entry in found}

    def create(self, session: Session[HubSpotClient], inputs: Definition) -> LiveObject:
        client, name = session.client, inputs["name"]
        body = numbered(client, {"name": name, "objectTypeId": type_id(inputs["object"])})
        body["processingType"] = inputs["processing_type"]
        if (branch := desired_branch(inputs)) is not None:
            body["filterBranch"] = _to_hubspot(session, branch)

        def landed() -> Any:
            return client.find("lists", "/object-type-id/{type}/name/{name}", type=body["objectTypeId"], name=name)

        entry = client.write("POST", "lists", "/", body, landed=landed)["list"]
        return self._read_back(session, str(entry["listId"]), inputs, stamp_of(entry))

    def update(self, session: Session[HubSpotClient], live: LiveObject, inputs: Definition) -> LiveObject:
        client, changed, answer = session.client, self.differences(inputs, live.definition), None
        if "name" in changed:
            query = {"listName": inputs["name"]}
            answer = client.write("PUT", "lists", "/{id}/update-list-name", query=query, id=live.id)
        if "filter_branch" in changed or "filter" in changed:
            body = {"filterBranch": _to_hubspot(session, desired_branch(inputs))}
            query = {"enrollObjectsInWorkflows": False}
            answer = client.write("PUT", "lists", "/{id}/update-list-filters", body, query, id=live.id)
        return self._read_back(session, live.id, inputs, stamp_of((answer or {}).get("updatedList")))

    def delete(self, session: Session[HubSpotClient], live: LiveObject, state: State[Definition]) -> None:
        session.client.write("DELETE", "lists", "/{id}", id=live.id)
        directory.forget_list(session.client, live.id)
        session.forget_lookups()

    def delete_impact(self, session: Session[HubSpotClient], live: LiveObject) -> Impact | None:
        """An active list fills itself again; what people put into a manual one is lost with it."""
        if live.definition["processing_type"] == "DYNAMIC":
            return None
        entry = session.client.get("lists", "/{id}", id=live.id)["list"]
        size = int(entry.get("size") or 0)
        return Impact(size, f'{size:,} {live.definition["object"]} are in list "{live.name}"')

    def preflight_errors(
        self, session: Session[HubSpotClient], desired: DesiredResource, live: LiveObject | None
    ) -> Iterable[str]:
        """Properties that do not exist or do not fit, lists that do not exist, a name that is taken."""
        return list_checks.refused(session, desired, live, desired_branch(desired.inputs))

    def _read_back(
        self, session: Session[HubSpotClient], identifier: str, inputs: Definition, since: str
    ) -> LiveObject:
        """Filters come back as HubSpot keeps them only when asked for."""
        client = session.client

        def read() -> Any:
            return client.find("lists", "/{id}", {"includeFilters": True}, id=identifier)

        def is_current(found: Any) -> bool:
            if found is None or shows(stamp_of(found["list"]), since):
                return found is not None
            return not self.differences(inputs, _live(client, found["list"]).definition)

        found = read_until(read, is_current)
        if found is None:
            raise AccountError(f'HubSpot: List "{inputs["name"]}" was written, but cannot be read')
        entry = found["list"]
        directory.note_list(client, entry)
        session.forget_lookups()
        return _live(client, entry)


def _to_hubspot(session: Session[HubSpotClient], branch: Any) -> Any:
    def resolve(token: Lookup) -> str:
        found = session.resolve(token)
        if found is None:
            raise AuthorError(f'HubSpot: there is no {token.type} "{token.value}"')
        return found

    return to_ids(complete_filters(branch), resolve)


def _live(client: HubSpotClient, entry: Mapping[str, Any]) -> LiveObject:
    object_ = object_name(str(named(client, entry)["objectTypeId"]))
    branch = to_tokens(entry.get("filterBranch"), directory.namer(client))
    definition: Definition = {
        "object": object_,
        "name": entry["name"],
        "processing_type": entry["processingType"],
        "filter": readable(branch, object_) or branch,
        "filter_branch": branch,
    }
    return LiveObject(str(entry["listId"]), str(entry["name"]), definition, stamp=stamp_of(entry))
