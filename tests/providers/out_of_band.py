"""A messy account, and what people do in it behind the back of a stack: each edit says what drift must be found."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import zip_longest
from random import Random
from typing import Any

import requests
from crm_simulators.server import RunningSimulators
from revops_salesforce.account import SalesforceAccount
from revops_salesforce.flows.versions import activate, flow_state

from revops_iac.adoption.drift import Change
from tests.providers.contract import stack_config

OBJECTS = {"contacts": "contact", "companies": "company", "deals": "deal", "tickets": "ticket"}
TEXT = {"type": "string", "fieldType": "text", "groupName": "contactinformation"}
ODD = ("no", "on", "1e3", "How was it? 🙂", "שלום, עולם", "Zwei: drei", "- a", "#1")
GROUPS = {name: f"{one}information" for name, one in OBJECTS.items()}
Expected = tuple[str, str, Change]
"""A kind, a vendor name and its class."""


def fill(sims: RunningSimulators, count: int) -> None:
    """Both accounts with about six times `count` objects, with odd labels and broken habits."""
    properties = [{"name": f"p{at}", "label": ODD[at % len(ODD)], **TEXT} for at in range(2 * count)]
    lists = [_list(f"Segment {ODD[at % len(ODD)]} {at}", f"p{at}") for at in range(count)]
    flows = [_flow(f"Flow {at}", enabled=at % 2 == 0) for at in range(count)]
    sims.seed("hubspot", {"properties": {"contacts": properties}, "lists": lists, "flows": flows})
    fields = {
        f"Lead.F{at}__c": {"label": ODD[at % len(ODD)][:40], "type": "Text", "length": 80} for at in range(2 * count)
    }
    rules = {
        f"Lead.R{at}": {
            "active": at % 3 != 0,
            "errorConditionFormula": f"ISBLANK(F{at}__c)",
            "errorMessage": f"{ODD[at % len(ODD)]}: fill it",
        }
        for at in range(count)
    }
    sets = {f"Set{at}": _value_set(f"Set {at}", ["A", "B"]) for at in range(count)}
    running = {f"Runs_{at}": _sf_flow(f"Runs {at}") for at in range(max(2, count // 4))}
    components = {"CustomField": fields, "ValidationRule": rules, "GlobalValueSet": sets, "Flow": running}
    sims.seed("salesforce", {"components": components})


def _list(name: str, known: str) -> dict[str, Any]:
    operation = {"operationType": "ALL_PROPERTY", "operator": "IS_KNOWN"}
    condition = {"filterType": "PROPERTY", "property": known, "operation": operation}
    inner = {"filterBranchType": "AND", "filters": [condition], "filterBranches": []}
    branch = {"filterBranchType": "OR", "filters": [], "filterBranches": [inner]}
    return {"name": name, "objectTypeId": "0-1", "processingType": "DYNAMIC", "filterBranch": branch}


def _flow(name: str, enabled: bool) -> dict[str, Any]:
    step = {
        "type": "SINGLE_CONNECTION",
        "actionId": "1",
        "actionTypeId": "0-5",
        "actionTypeVersion": 0,
        "fields": {"property_name": "message", "value": {"type": "STATIC_VALUE", "staticValue": name}},
    }
    criteria = {
        "type": "LIST_BASED",
        "shouldReEnroll": False,
        "unEnrollObjectsNotMeetingCriteria": False,
        "reEnrollmentTriggersFilterBranches": [],
        "listFilterBranch": _list("", "p0")["filterBranch"],
    }
    about = {"name": name, "type": "CONTACT_FLOW", "flowType": "WORKFLOW", "objectTypeId": "0-1", "isEnabled": enabled}
    return {
        **about,
        "startActionId": "1",
        "nextAvailableActionId": "2",
        "actions": [step],
        "enrollmentCriteria": criteria,
    }


def _value_set(label: str, values: list[str]) -> dict[str, Any]:
    entries = [{"fullName": value, "label": value, "default": False} for value in values]
    return {"masterLabel": label, "sorted": False, "customValue": entries}


def _sf_flow(label: str) -> dict[str, Any]:
    assign = {
        "name": "Set_Source",
        "label": "Set the source",
        "locationX": 176,
        "locationY": 242,
        "assignmentItems": [
            {"assignToReference": "$Record.LeadSource", "operator": "Assign", "value": {"stringValue": "Other"}}
        ],
    }
    start = {
        "locationX": 50,
        "locationY": 0,
        "object": "Lead",
        "triggerType": "RecordBeforeSave",
        "recordTriggerType": "Create",
        "connector": {"targetReference": "Set_Source"},
    }
    return {
        "label": label,
        "status": "Active",
        "processType": "AutoLaunchedFlow",
        "apiVersion": 63.0,
        "start": start,
        "assignments": [assign],
    }


@dataclass
class People:
    """People who work in both accounts, through the vendors' own interfaces."""

    sims: RunningSimulators

    def __post_init__(self) -> None:
        self.org = SalesforceAccount().connect(stack_config(self.sims).get)

    def hubspot(self, method: str, path: str, body: Any = None) -> Any:
        """One call of HubSpot's API."""
        headers = {"Authorization": f"Bearer {self.sims.hubspot.token}"}
        answer = requests.request(method, f"{self.sims.hubspot.url}{path}", json=body, headers=headers, timeout=10)
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def change(self, type_name: str, name: str, /, **elements: Any) -> None:
        """Edits a component of the org."""
        body = self.org.read_components(type_name, [name])[name]
        self.org.update_component(type_name, {**body, **elements})

    def switch_off(self, name: str) -> None:
        """Deactivates a flow of the org."""
        state = flow_state(self.org, name)
        assert state is not None
        activate(self.org, state, 0)

    def lists(self) -> dict[str, dict[str, Any]]:
        """Segments by name."""
        return {one["name"]: one for one in self.hubspot("POST", "/crm/v3/lists/search", {"count": 500})["lists"]}

    def flows(self) -> dict[str, dict[str, Any]]:
        """Workflows by name."""
        return {one["name"]: one for one in self.hubspot("GET", "/automation/v4/flows?limit=100")["results"]}

    def change_flow(self, identifier: str, **values: Any) -> None:
        """Edits a workflow."""
        whole = self.hubspot("GET", f"/automation/v4/flows/{identifier}")
        kept = {key: value for key, value in whole.items() if key not in ("createdAt", "updatedAt", "id")}
        self.hubspot("PUT", f"/automation/v4/flows/{identifier}", {**kept, **values})


@dataclass(frozen=True)
class Editable:
    """What people may edit of both accounts without breaking something else: vendor names, and whether a rule blocks.

    Segments and workflows are those of the portal, but for the segments with the ids `named_lists`.
    """

    properties: Sequence[str]
    fields: Sequence[str]
    rules: Mapping[str, bool]
    flows: Sequence[str]
    pipelines: Sequence[str] = ()
    queues: Sequence[str] = ()
    named_lists: Collection[str] = ()


def editable(count: int) -> Editable:
    """That of what `fill` made; the first half of the fields is named by segments and rules, and cannot go."""
    return Editable(
        [f"contacts.p{at}" for at in range(count, 2 * count)],
        [f"Lead.F{at}__c" for at in range(count, 2 * count)],
        {f"Lead.R{at}": at % 3 != 0 for at in range(count)},
        [f"Runs_{at}" for at in range(max(2, count // 4))],
    )


Edit = tuple[str, str, Change, Callable[[], Any]]
"""What is edited, what must be found of it, and the edit."""


def edits(people: People, some: Editable) -> list[Edit]:
    """Every edit that people may do, each to an object of its own."""
    of_portal = [*_of_properties(people, some), *_of_lists(people, some), *_of_flows(people)]
    return [*of_portal, *_of_pipelines(people, some), *_of_fields(people, some), *_of_org(people, some)]


def _of_properties(people: People, some: Editable) -> Iterator[Edit]:
    for at, name in enumerate(some.properties):
        object_, _, key = name.partition(".")
        path = f"/crm/v3/properties/{object_}"
        call = partial(people.hubspot, path=f"{path}/{key}")
        if at % 3 == 0:
            yield "Property", name, Change.CHANGED, partial(call, "PATCH", body={"label": f"Edited {at}"})
        elif at % 3 == 1:
            yield "Property", name, Change.CHANGED, partial(call, "PATCH", body={"description": f"why {at}: no"})
        else:
            yield "Property", name, Change.REMOVED, partial(call, "DELETE")
        fresh = {**TEXT, "name": f"fresh_{at}", "label": "Fresh", "groupName": GROUPS[object_]}
        yield "Property", f"{object_}.fresh_{at}", Change.NEW, partial(people.hubspot, "POST", path, fresh)


def _of_lists(people: People, some: Editable) -> Iterator[Edit]:
    free = {name: one for name, one in people.lists().items() if one["listId"] not in some.named_lists}
    for at, (name, one) in enumerate(sorted(free.items())):
        path = f"/crm/v3/lists/{one['listId']}"
        branch = {"filterBranch": _list("", "email")["filterBranch"]}
        if at % 3 == 0:
            yield "List", name, Change.REMOVED, partial(people.hubspot, "DELETE", path)
        elif at % 3 == 1 and one["processingType"] == "DYNAMIC":
            yield "List", name, Change.CHANGED, partial(people.hubspot, "PUT", f"{path}/update-list-filters", branch)
        else:
            renamed = f"{path}/update-list-name?listName=Renamed{at}"
            yield "List", name, Change.CHANGED, partial(people.hubspot, "PUT", renamed)


def _of_flows(people: People) -> Iterator[Edit]:
    for at, (name, flow) in enumerate(sorted(people.flows().items())):
        change = partial(people.change_flow, flow["id"])
        if flow["isEnabled"]:
            yield "WorkflowActivation", f"contacts.{name}", Change.SWITCHED_OFF, partial(change, isEnabled=False)
        elif at % 4 == 1:
            yield "WorkflowActivation", f"contacts.{name}", Change.NEW, partial(change, isEnabled=True)
        else:
            yield "Workflow", f"contacts.{name}", Change.CHANGED, partial(change, description="by hand")


def _of_pipelines(people: People, some: Editable) -> Iterator[Edit]:
    for at, name in enumerate(some.pipelines):
        object_, _, key = name.partition(".")
        call = partial(people.hubspot, path=f"/crm/v3/pipelines/{object_}/{key}")
        if at % 2:
            yield "Pipeline", name, Change.REMOVED, partial(call, "DELETE")
        else:
            yield "Pipeline", name, Change.CHANGED, partial(call, "PATCH", body={"label": f"Edited {at}"})


def _of_fields(people: People, some: Editable) -> Iterator[Edit]:
    for at, name in enumerate(some.fields):
        if at % 2:
            yield "CustomField", name, Change.REMOVED, partial(people.org.delete_component, "CustomField", name)
        else:
            edit = partial(people.change, "CustomField", name, label=f"Edited {at}")
            yield "CustomField", name, Change.CHANGED, edit


def _of_org(people: People, some: Editable) -> Iterator[Edit]:
    for at, (name, blocks) in enumerate(some.rules.items()):
        rule = "ValidationRule"
        if at % 3 == 2:
            yield rule, name, Change.REMOVED, partial(people.org.delete_component, rule, name)
        else:
            yield rule, name, Change.CHANGED, partial(people.change, rule, name, active=not blocks)
        fresh = {"fullName": f"Fresh_{at}", **_value_set(f"Set {at}", ["A", "B"])}
        new = partial(people.org.create_component, "GlobalValueSet", fresh)
        yield "GlobalValueSet", f"Fresh_{at}", Change.NEW, new
    for name in some.flows:
        yield "FlowActivation", name, Change.SWITCHED_OFF, partial(people.switch_off, name)
    for at, name in enumerate(some.queues):
        if at % 2:
            yield "Queue", name, Change.REMOVED, partial(people.org.delete_component, "Queue", name)
        else:
            yield "Queue", name, Change.CHANGED, partial(people.change, "Queue", name, name=f"Edited {at}")


def do_some(people: People, some: Editable, number: int, seed: int) -> set[Expected]:
    """Does `number` of the edits, of each sort as many as there are; `seed` chooses. Returns what must be found."""
    chance, sorts = Random(seed), defaultdict[tuple[str, Change], list[Edit]](list)
    for one in edits(people, some):
        sorts[one[0], one[2]].append(one)
    mixed = [chance.sample(of_sort, len(of_sort)) for of_sort in sorts.values()]
    in_turn = [one for turn in zip_longest(*mixed) for one in turn if one is not None]
    chosen = chance.sample(in_turn[:number], min(number, len(in_turn)))
    for *_, act in chosen:
        act()
    return {(kind, name, change) for kind, name, change, _ in chosen}
