"""What HubSpot's probes make on a developer portal; each piece says first how it is taken away again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from functools import partial
from typing import Any

from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.errors import HubSpotRefusal
from revops_hubspot.api.versions import PATHS
from revops_iac.provider.inspection.probe import Lab, Undecided

Json = dict[str, Any]

MAIL_HOST = "example.com"
CONTACTS: dict[str, Any] = {"object": "contacts"}


def status_of(call: Callable[[], object]) -> int:
    """200 for any success, else the status of the refusal. Raises SessionError, and what says the scope is missing."""
    try:
        call()
    except HubSpotRefusal as refusal:
        if refusal.status == 403:
            raise
        return refusal.status
    return 200


def message(status: int) -> str:
    """A status in words.

    >>> message(200), message(409)
    ('accepted', 'refused with 409')
    """
    return "accepted" if status == 200 else f"refused with {status}"


def absent_is_fine(remove: Callable[[], object]) -> None:
    """Takes something away that may never have been made."""
    try:
        remove()
    except HubSpotRefusal as refusal:
        if refusal.status != 404:
            raise


def in_version(client: HubSpotClient, version: str) -> HubSpotClient:
    """The same client on the paths of another version."""
    other = copy(client)
    other.version, other.paths = version, PATHS[version]
    return other


def _remove_list(client: HubSpotClient, name: str) -> None:
    found = client.find("lists", "/object-type-id/{type}/name/{name}", type="0-1", name=name)
    if found:
        remove_list(client, str(found["list"]["listId"]))


def remove_list(client: HubSpotClient, list_id: str) -> None:
    """Deletes a list; HubSpot can restore it for 90 days."""
    client.write("DELETE", "lists", "/{list}", list=list_id)


def every(*filters: Json) -> Json:
    """A filter branch that all these filters make together, as HubSpot wants it: an OR of one AND."""
    both = {"filterBranchType": "AND", "filterBranchOperator": "AND", "filters": list(filters), "filterBranches": []}
    return {"filterBranchType": "OR", "filterBranchOperator": "OR", "filters": [], "filterBranches": [both]}


def is_text(name: str, text: str) -> Json:
    """A filter: a property is exactly this text."""
    operation = {"operationType": "MULTISTRING", "operator": "IS_EQUAL_TO", "values": [text]}
    return {
        "filterType": "PROPERTY",
        "property": name,
        "operation": {**operation, "includeObjectsWithNoValueSet": False},
    }


def action(number: int, type_id: str, follows: int | None = None, **fields: Any) -> Json:
    """An action of a workflow, connected to the one that follows."""
    connection = {"connection": {"edgeType": "STANDARD", "nextActionId": str(follows)}} if follows else {}
    made = {"type": "SINGLE_CONNECTION", "actionTypeId": type_id, "actionTypeVersion": 0, "fields": fields}
    return {"actionId": str(number), **made, **connection}


class HubSpotLab(Lab[HubSpotClient]):
    """What a probe works with, and what it makes there: each piece says first how it is taken away again."""

    def needs_calculation(self) -> None:
        """Raises Undecided where the subscription has no calculation properties."""
        if int(self.client.get("limits", "/calculated-properties")["overallLimit"]) == 0:
            raise Undecided("the subscription has no calculation properties")

    def needs_workflows(self) -> None:
        """Raises Undecided where the subscription, or the token, has no workflows."""
        try:
            self.client.get("flows", "", {"limit": 1})
        except HubSpotRefusal as refusal:
            if refusal.status != 403:
                raise
            raise Undecided("the subscription or the token has no workflows") from None

    def text_property(self, part: str, **more: Any) -> str:
        """A property of contacts, a text unless `more` says otherwise; its name."""
        name = self.name(part)
        body = {"name": name, "label": name, "type": "string", "fieldType": "text", "groupName": "contactinformation"}
        remove = partial(self.client.write, "DELETE", "properties", "/{object}/{name}", name=name, **CONTACTS)
        self.undo(f"property contacts.{name}", lambda: absent_is_fine(remove))
        self.client.write("POST", "properties", "/{object}", {**body, **more}, **CONTACTS)
        return name

    def calculation(self, part: str, formula: str, kind: str = "number", **more: Any) -> str:
        """A calculation property of contacts; its name."""
        field: dict[str, Any] = {"type": kind, "fieldType": "calculation_equation", "calculationFormula": formula}
        return self.text_property(part, **field, **more)

    def contact(self, part: str, values: Mapping[str, str] | None = None, through: HubSpotClient | None = None) -> str:
        """A contact with an address of no company, written `through` another client where it is given; its id."""
        email = f"{self.name(part)}@{MAIL_HOST}"

        def find() -> list[str]:
            found = self.client.find("objects", "/{object}/{id}", {"idProperty": "email"}, id=email, **CONTACTS)
            return [str(found["id"])] if found else []

        return self._record("contacts", f"contact {email}", {"email": email, **(values or {})}, find, through)

    def make_deal(self, part: str, **values: str) -> str:
        """A deal; its id."""
        name = self.name(part)
        by_name = {"propertyName": "dealname", "operator": "EQ", "value": name}

        def find() -> list[str]:
            asked = {"filterGroups": [{"filters": [by_name]}]}
            found = self.client.ask("objects", "/{object}/search", asked, object="deals")
            return [str(record["id"]) for record in found["results"]]

        return self._record("deals", f'deal "{name}"', {"dealname": name, **values}, find)

    def _record(
        self,
        object_: str,
        what: str,
        values: Mapping[str, str],
        find: Callable[[], list[str]],
        through: HubSpotClient | None = None,
    ) -> str:
        """A record; `find` asks for the ids of what was made where the answer was lost."""
        made: list[str] = []

        def remove() -> None:
            for id_ in made or find():
                absent_is_fine(
                    partial(self.client.write, "DELETE", "objects", "/{object}/{id}", object=object_, id=id_)
                )

        self.undo(what, remove)
        body = {"properties": values}
        made.append(str((through or self.client).write("POST", "objects", "/{object}", body, object=object_)["id"]))
        return made[0]

    def values_of(self, record_id: str, *names: str) -> Json:
        """Some properties of a contact, None for those without a value."""
        asked = {"properties": ",".join(names)}
        found: Json = self.client.get("objects", "/{object}/{id}", asked, id=record_id, **CONTACTS)["properties"]
        return found

    def make_list(self, part: str, **body: Any) -> str:
        """A list of contacts, manual unless the body says otherwise; its id."""
        name = self.name(part)
        self.undo(f'list "{name}"', lambda: _remove_list(self.client, name))
        desired = {"name": name, "objectTypeId": "0-1", "processingType": "MANUAL", **body}
        made = self.client.write("POST", "lists", "", desired)
        return str(made["list"]["listId"])

    def flow_body(self, part: str, *actions: Json, **more: Any) -> Json:
        """A contact workflow, switched off and with every list that the specification requires."""
        return {
            "type": "CONTACT_FLOW",
            "flowType": "WORKFLOW",
            "objectTypeId": "0-1",
            "name": self.name(part),
            "isEnabled": False,
            "actions": list(actions),
            "blockedDates": [],
            "customProperties": {},
            "dataSources": [],
            "timeWindows": [],
            "canEnrollFromSalesforce": False,
            "suppressionListIds": [],
            **({"startActionId": str(actions[0]["actionId"])} if actions else {}),
            **more,
        }

    def make_flow(self, body: Json) -> Json:
        """A workflow of that body, as HubSpot returns it; names are not unique, so the id decides where it is known."""
        made: list[str] = []

        def remove() -> None:
            live = made or [str(f["id"]) for f in self.client.pages("flows") if f.get("name") == body["name"]]
            for flow_id in live:
                absent_is_fine(partial(self.client.write, "DELETE", "flows", "/{flow}", flow=flow_id))

        self.undo(f'workflow "{body["name"]}"', remove)
        answer: Json = self.client.write("POST", "flows", "", body)
        made.append(str(answer["id"]))
        return answer

    def make_pipeline(self, part: str) -> Json:
        """A deal pipeline of two open stages and a lost one."""
        name = self.name(part)
        stages = [
            {"label": label, "displayOrder": order, "metadata": {"probability": probability}}
            for order, (label, probability) in enumerate((("Open", "0.1"), ("Later", "0.5"), ("Lost", "0.0")))
        ]

        def remove() -> None:
            for live in self.client.get("pipelines", "/{object}", object="deals")["results"]:
                if live["label"] == name:
                    self.client.write("DELETE", "pipelines", "/{object}/{id}", object="deals", id=live["id"])

        self.undo(f'deal pipeline "{name}"', remove)
        body = {"label": name, "displayOrder": 99, "stages": stages}
        made: Json = self.client.write("POST", "pipelines", "/{object}", body, object="deals")
        return made
