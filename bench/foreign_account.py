"""A portal and an org with ten years of clicks, for measuring and for tests: the same content for the same size.

Messy on purpose: odd names, labels that YAML misreads or that two fields share, fields that nothing uses, references
to what is gone. At full size: 3,000 properties and fields, 200 workflows and flows, 60 segments, 15 pipelines, 150
validation rules and 40 queues.

`python -m bench.foreign_account --objects 50000` seeds that many custom fields instead, and reads them for adoption.
"""

from __future__ import annotations

import argparse
import os
import resource
import time
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import cycle, islice
from typing import Any

from crm_simulators.server import RunningSimulators, running

Body = dict[str, Any]
LABELS = (
    "no", "on", "1e3", "0x10", "~", "null", "Yes", "12:30", "2024-01-01", "- dash", "a: b", "#tag", "Preis (€)",
    "מקור הליד", "مصدر", "🙂 mood", " spaced", "'quoted'", '"quoted"', "% share", "@home", "tab\there",
    "Renewal?", "*",
    "Umsatz, brutto", "Do not use", "Do not use", "TEST 2", "(old) Status", "Source [2017]",
)  # fmt: skip
"""Labels that people write, some of them twice, and most of them hard for YAML."""
PORTAL_OBJECTS = {
    "contacts": "contactinformation",
    "companies": "companyinformation",
    "deals": "dealinformation",
    "tickets": "ticketinformation",
}
ORG_OBJECTS = ("Lead", "Contact", "Account", "Opportunity", "Case")
PORTAL_TYPES = (("string", "text"), ("number", "number"), ("date", "date"), ("enumeration", "select"))
ORG_TYPES: tuple[Body, ...] = (
    {"type": "Text", "length": 80},
    {"type": "Number", "precision": 18, "scale": 2},
    {"type": "Date"},
    {"type": "Checkbox", "defaultValue": "false"},
    {"type": "Picklist"},
    {"type": "LongTextArea", "length": 32768, "visibleLines": 3},
)


@dataclass(frozen=True)
class Size:
    """How many there are of what."""

    properties: int = 1_600
    fields: int = 1_400
    workflows: int = 100
    flows: int = 100
    segments: int = 60
    pipelines: int = 15
    validation_rules: int = 150
    queues: int = 40

    def times(self, factor: float) -> Size:
        """The same account, smaller: at least two of everything."""
        return Size(**{name: max(2, round(number * factor)) for name, number in self.__dict__.items()})

    @property
    def total(self) -> int:
        """All of them, without the groups, value sets and other things that come with them."""
        return sum(self.__dict__.values())


def fill(crms: RunningSimulators, size: Size | None = None) -> None:
    """Puts the account into fresh simulators, and forgets the requests that this took."""
    chosen = size or Size()
    crms.seed("hubspot", portal(chosen))
    crms.seed("salesforce", {"users": [{"Username": "ann@foreign.example"}], "components": org(chosen)})
    crms.control.log.clear()


# --- HubSpot --------------------------------------------------------------------------------------------------


def portal(size: Size) -> Body:
    """What the portal is seeded with."""
    properties: dict[str, list[Body]] = {name: [] for name in PORTAL_OBJECTS}
    for number, object_ in enumerate(islice(cycle(PORTAL_OBJECTS), size.properties)):
        properties[object_].append(_property(number, _group_of(object_, number)))
    groups = {name: [{"name": "old_stuff", "label": "Old: stuff"}] for name in PORTAL_OBJECTS}
    pipelines: dict[str, list[Body]] = {"deals": [], "tickets": []}
    for number, object_ in enumerate(islice(cycle(pipelines), size.pipelines)):
        pipelines[object_].append(_pipeline(object_, number))
    return {
        "account": {"tier": "enterprise"},
        "users": [{"email": "bo@foreign.example", "firstName": "Bo"}],
        "groups": groups,
        "properties": properties,
        "pipelines": pipelines,
        "lists": [_segment(number) for number in range(size.segments)],
        "flows": [_workflow(number) for number in range(size.workflows)],
    }


def _group_of(object_: str, number: int) -> str:
    return "old_stuff" if number % 3 else PORTAL_OBJECTS[object_]


def _label(number: int) -> str:
    return LABELS[number % len(LABELS)] if number < 2 * len(LABELS) else f"Field {number}"


def _property(number: int, group: str) -> Body:
    type_, field_type = PORTAL_TYPES[number % len(PORTAL_TYPES)] if number >= len(PORTAL_OBJECTS) else PORTAL_TYPES[0]
    body: Body = {"name": f"old_{number}", "label": _label(number), "type": type_, "fieldType": field_type}
    if type_ == "enumeration":
        values = enumerate(("no", "1e3", "Später", "x y"))
        body["options"] = [{"label": f"{value}!", "value": value, "displayOrder": at} for at, value in values]
    if number % 7 == 0:
        body["description"] = f"Nobody knows.\nAsk Ann: {number}"
    return {**body, "groupName": group}


def _pipeline(object_: str, number: int) -> Body:
    outcome = [("probability", one) for one in ("0.1", "0.5", "1.0", "0.0")]
    state = [("ticketState", one) for one in ("OPEN", "OPEN", "CLOSED", "CLOSED")]
    metadata = outcome if object_ == "deals" else state
    names = ("Neu", "In Arbeit", "Gewonnen", "Verloren")
    stages = [
        {"stageId": f"{number}_{at}", "label": label, "displayOrder": at, "metadata": dict([metadata[at]])}
        for at, label in enumerate(names)
    ]
    label = f"{_label(number)} {number}"
    return {"pipelineId": f"pipeline_{number}", "label": label, "displayOrder": number + 1, "stages": stages}


def _known(property_: str) -> Body:
    operation = {"operationType": "ALL_PROPERTY", "operator": "IS_KNOWN"}
    return {"filterType": "PROPERTY", "property": property_, "operation": operation}


def _branch(filters: list[Body]) -> Body:
    inner = {"filterBranchType": "AND", "filterBranches": [], "filters": filters}
    return {"filterBranchType": "OR", "filterBranches": [inner], "filters": []}


def _segment(number: int) -> Body:
    body = {"name": f"Segment {number} ({LABELS[number % len(LABELS)].strip()})", "objectTypeId": "0-1"}
    if number % 5 == 4:
        return {**body, "processingType": "MANUAL"}
    in_list = {"filterType": "IN_LIST", "listId": "1", "operator": "IN_LIST"}
    filters = [_known("old_0"), *([in_list] if number % 4 == 3 else [])]
    return {**body, "processingType": "DYNAMIC", "filterBranch": _branch(filters)}


def _workflow(number: int) -> Body:
    value = {"type": "STATIC_VALUE", "staticValue": f"value {number}"}
    steps = [
        ("0-5", {"property_name": "old_4" if number % 2 else "jobtitle", "value": value}),
        ("0-1", {"delta": str(number % 9 + 1), "time_unit": "DAYS"}),
        ("0-5", {"property_name": "jobtitle", "value": value}),
    ]
    actions = [
        {
            "type": "SINGLE_CONNECTION",
            "actionId": str(at),
            "actionTypeId": kind,
            "actionTypeVersion": 0,
            "fields": fields,
            **({"connection": {"edgeType": "STANDARD", "nextActionId": str(at + 1)}} if at < len(steps) else {}),
        }
        for at, (kind, fields) in enumerate(steps, 1)
    ]
    if number % 10 == 5:
        actions = [_webhook(number)]
    if number % 10 == 7:  # an owner who left
        actions[0]["fields"] = {"property_name": "hubspot_owner_id", "value": {**value, "staticValue": "404404"}}
    enrollment = {
        "type": "LIST_BASED",
        "shouldReEnroll": False,
        "unEnrollObjectsNotMeetingCriteria": False,
        "reEnrollmentTriggersFilterBranches": [],
        "listFilterBranch": _branch([_known("old_0" if number % 3 else "jobtitle")]),
    }
    flow: Body = {"type": "CONTACT_FLOW", "flowType": "WORKFLOW", "objectTypeId": "0-1"}
    name = f"{_label(number % 40).strip()} {'(copy) ' if number % 6 == 0 else ''}{number}"
    flow |= {"name": name, "isEnabled": number % 3 == 0, "actions": actions}
    return {**flow, "startActionId": "1", "nextAvailableActionId": "9", "enrollmentCriteria": enrollment}


def _webhook(number: int) -> Body:
    url = f"https://hooks.foreign.example/{number}/s3cret"
    return {"type": "WEBHOOK", "actionId": "1", "method": "POST", "webhookUrl": url, "queryParams": []}


# --- Salesforce -----------------------------------------------------------------------------------------------


def org(size: Size) -> Body:
    """The components that the org is seeded with, by type."""
    rules = dict(map(_rule, range(size.validation_rules)))
    queues = {f"Old_Queue_{number}": _queue(number) for number in range(size.queues)}
    return {
        "GlobalValueSet": {"Old_Regions": {"masterLabel": "Old: regions", "sorted": False, "customValue": _values()}},
        "CustomField": dict(_fields(size.fields)),
        "ValidationRule": rules,
        "Queue": queues,
        "AssignmentRule": {"Lead.Old_Routing": _assignment(size.queues)},
        "BusinessProcess": {"Opportunity.Old_Process": _process()},
        "PermissionSet": {"Old_Access": {"label": "Old access", "description": "no", "hasActivationRequired": False}},
        "Flow": {f"Old_Flow_{number}": _flow(number) for number in range(size.flows)},
    }


def _values() -> list[Body]:
    return [{"fullName": name, "label": name, "default": False} for name in ("no", "DACH", "1e3", "🙂")]


def _fields(count: int) -> Iterable[tuple[str, Body]]:
    for number, object_ in enumerate(islice(cycle(ORG_OBJECTS), count)):
        body = {"label": _label(number).strip() or "x", **ORG_TYPES[number % len(ORG_TYPES)]}
        if number < len(ORG_OBJECTS):  # what rules and flows name
            body = {"label": "Old tier", **ORG_TYPES[0]}
        if body["type"] == "Picklist":
            own: Body = {"valueSetDefinition": {"sorted": False, "value": _values()}}
            body["valueSet"] = {"restricted": True, **({"valueSetName": "Old_Regions"} if number % 4 else own)}
        if number % 7 == 0:
            body["description"] = f"Nobody knows.\nAsk Ann: {number}"
        yield f"{object_}.Old_{number if number >= len(ORG_OBJECTS) else 'Tier'}__c", body


def _rule(number: int) -> tuple[str, Body]:
    object_ = ORG_OBJECTS[number % len(ORG_OBJECTS)]
    formula = f'AND(ISBLANK(Old_Tier__c), Old_Tier__c <> "{number}")'
    message = f"{LABELS[number % len(LABELS)].strip()} is missing ({number})."
    body = {"active": number % 4 != 0, "errorConditionFormula": formula, "errorMessage": message}
    return f"{object_}.Old_Rule_{number}", body


def _queue(number: int) -> Body:
    objects = [{"sobjectType": name} for name in (("Lead",), ("Case",), ("Lead", "Case"))[number % 3]]
    members = {"queueMembers": {"users": {"user": ["ann@foreign.example"]}}} if number % 2 else {}
    label = f"{LABELS[number % len(LABELS)].strip()} {number}"
    return {"name": label, "queueSobject": objects, "doesSendEmailToMembers": False, **members}


def _assignment(queues: int) -> Body:
    entries = [
        {
            "criteriaItems": [{"field": "Lead.Country", "operation": "equals", "value": f"C{number}"}],
            "assignedTo": f"Old_Queue_{number}",
            "assignedToType": "Queue",
        }
        for number in range(0, queues, 3)
    ]
    rest = {"assignedTo": "Old_Queue_0", "assignedToType": "Queue"}
    return {"active": True, "ruleEntry": [*entries, rest]}


def _process() -> Body:
    stages = ("Prospecting", "Qualification", "Closed Won", "Closed Lost")
    values = [{"fullName": name, "default": name == "Prospecting"} for name in stages]
    return {"isActive": True, "description": "From 2016", "values": values}


def _flow(number: int) -> Body:
    object_ = ORG_OBJECTS[number % len(ORG_OBJECTS)]
    item = {"assignToReference": "$Record.Old_Tier__c", "operator": "Assign", "value": {"stringValue": f"v{number}"}}
    step = {"name": "Set_It", "label": "Set it", "locationX": 176, "locationY": 242, "assignmentItems": [item]}
    start = {"locationX": 50, "locationY": 0, "object": object_, "triggerType": "RecordBeforeSave"}
    start |= {"recordTriggerType": "Create", "connector": {"targetReference": "Set_It"}}
    body: Body = {"label": f"{_label(number % 40).strip()} {number}", "processType": "AutoLaunchedFlow"}
    return {**body, "status": "Active" if number % 3 else "Draft", "start": start, "assignments": [step]}


# --- one kind, very many --------------------------------------------------------------------------------------


def main() -> None:
    """Seeds many fields of custom objects, reads them for adoption, and prints time and memory."""
    from revops_iac.adoption.choice import Choice
    from revops_iac.adoption.reading import AccountReader
    from tests.providers.contract import stack_config
    from tests.sessions import new_session

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--objects", type=int, default=50_000)
    count = parser.parse_args().objects
    with running() as crms:
        os.environ.update(crms.env())
        per_object = 500
        objects = [f"Old_{number}__c" for number in range(-(-count // per_object))]
        name_field = {"label": "Name", "type": "Text"}
        bodies = {
            name: {"label": name, "pluralLabel": name, "sharingModel": "ReadWrite", "deploymentStatus": "Deployed"}
            | {"nameField": name_field}
            for name in objects
        }
        fields = {
            f"{objects[number // per_object]}.F{number}__c": {"label": _label(number), "type": "Text", "length": 80}
            for number in range(count)
        }
        crms.seed("salesforce", {"components": {"CustomObject": bodies}})
        crms.seed("salesforce", {"components": {"CustomField": fields}})
        before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
        session = new_session("salesforce", stack_config(crms).get)
        readings = AccountReader(session, [], set(), Choice(kinds=("CustomField",)), print).readings()
        spent, after = time.monotonic() - began, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        adopted = sum(len(one.adopted) for one in readings)
        print(f"{adopted:,} adopted in {spent:.0f} s; memory {before // 1024} -> {after // 1024} MB")


if __name__ == "__main__":
    main()
