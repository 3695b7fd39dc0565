"""What real runs cost and survive on Salesforce, counted in the simulator's own log."""

from __future__ import annotations

import pytest

from revops_iac.provider.live_object import Definition
from tests.end_to_end.larger_state import with_more
from tests.end_to_end.small_stack import SmallStack, errors
from tests.pulumi_project import WITHOUT_CHECKPOINTS

pytestmark = pytest.mark.pulumi

FLOW = {
    "name": "Note_First_Source",
    "label": "Note the first source",
    "definition": {
        "processType": "AutoLaunchedFlow",
        "start": {
            "locationX": 50,
            "locationY": 0,
            "object": "Lead",
            "triggerType": "RecordBeforeSave",
            "recordTriggerType": "Create",
            "connector": {"targetReference": "Set_Source"},
        },
        "assignments": [
            {
                "name": "Set_Source",
                "label": "Set the source",
                "locationX": 176,
                "locationY": 242,
                "assignmentItems": [
                    {
                        "assignToReference": "$Record.LeadSource",
                        "operator": "Assign",
                        "value": {"stringValue": "Other"},
                    }
                ],
            }
        ],
    },
}
SOAP, QUERY, DEPLOY = "/services/Soap/m/", "/query", "deployRequest$"


def fields(count: int, object_: str = "Lead") -> dict[str, Definition]:
    """Text fields of an object, which holds at most 800 of them."""
    names = [f"{object_}.Field_{number:04}__c" for number in range(count)]
    return {name: a_field(name) for name in names}


def a_field(full_name: str) -> Definition:
    object_, _, name = full_name.partition(".")
    return {"object": object_, "name": name, "label": label(name), "type": "Text", "length": 80}


def label(name: str) -> str:
    return name.removesuffix("__c").replace("_", " ")


def calls(stack: SmallStack) -> int:
    return len(stack.crms.control.log.select(system="salesforce"))


def live_fields(stack: SmallStack) -> list[str]:
    return sorted(stack.crms.dump("salesforce")["components"].get("CustomField", ()))


def test_first_up_and_refresh_of_hundreds_of_fields_stay_within_their_calls(
    stack: SmallStack, request: pytest.FixtureRequest
):
    count = 500 if request.config.getoption("--thorough") else 150
    stack.configure("salesforce")
    stack.salesforce({"CustomField": fields(count)})
    stack.project.environment.update(WITHOUT_CHECKPOINTS)
    stack.crms.control.log.clear()

    stack.project.up().succeeded()

    assert 0 < calls(stack) <= 1.2 * count
    assert live_fields(stack) == sorted(fields(count))

    others = list(fields(count, "Contact"))
    made = {name: {"label": label(name.removeprefix("Contact.")), "type": "Text", "length": 80} for name in others}
    stack.crms.seed("salesforce", {"components": {"CustomField": made}})
    more = {name: a_field(name) for name in others}
    stack.project.import_state(with_more(stack.project.export_state(), "salesforce", "CustomField", more))
    stack.crms.control.log.clear()

    refreshed = stack.project.refresh().succeeded()

    assert f"{2 * count + 4} unchanged" in refreshed.output
    reads = 2 * count // 10  # readMetadata takes ten names [D]
    assert reads <= calls(stack) < reads + 20
    assert stack.writes() == []


def test_run_with_every_fault_ends_well_and_makes_nothing_twice(stack: SmallStack):
    crms, person = stack.crms, stack.crms.salesforce.username
    model = {
        "CustomField": fields(20),
        "PermissionSet": {"Extra": {"name": "Extra", "label": "Extra"}},
        "PermissionSetAssignment": {f"Extra.{person}": {"permission_set": "Extra", "username": person}},
        "Flow": {"Note_First_Source": FLOW},
    }
    stack.configure("salesforce")
    stack.salesforce(model)
    log_in_with_password(stack)
    faults = crms.control.faults
    faults.add("rate_limit", system="salesforce", path=QUERY, count=1)
    faults.add("expired_session", system="salesforce", path=SOAP, count=1)
    faults.add("timeout_after_write", system="salesforce", path=SOAP, count=1)
    faults.add("status", system="salesforce", status=400, path=SOAP, count=2)  # a locked row
    faults.add("timeout_after_write", system="salesforce", path="PermissionSetAssignment", count=1)
    faults.add("timeout_after_write", system="salesforce", path=DEPLOY, count=1)
    crms.control.switches.set("salesforce.deploy_polls", 2)

    stack.project.up().succeeded()

    struck = [fault["hits"] for fault in faults.to_json()]
    assert struck == [1, 1, 1, 2, 1, 1]
    live = crms.dump("salesforce")
    assert live_fields(stack) == sorted(fields(20))
    assert len(live["records"]["PermissionSetAssignment"]) == 1
    assert len(live["components"]["Flow"]["Note_First_Source"]["versions"]) == 1
    faults.clear()
    stack.project.preview("--expect-no-changes").succeeded()

    faults.add("rate_limit", system="salesforce", policy="DAILY", path=SOAP)
    stack.salesforce({**model, "CustomField": fields(24)})
    message = errors(stack.project.up().failed())
    assert len(message) == 1, message
    assert "REQUEST_LIMIT_EXCEEDED, TotalRequests Limit exceeded" in message[0]
    assert live_fields(stack) == sorted(fields(20))


def log_in_with_password(stack: SmallStack) -> None:
    """A login that can be renewed; simple-salesforce appends its own domain, and the simulator takes any path [V]."""
    org, environment = stack.crms.salesforce, stack.project.environment
    for name in ("SALESFORCE_SESSION_ID", "SALESFORCE_INSTANCE_URL"):
        environment.pop(name)
    environment["SALESFORCE_USERNAME"], environment["SALESFORCE_PASSWORD"] = org.username, org.password
    environment["SALESFORCE_DOMAIN"] = f"{org.https_url.removeprefix('https://')}/sim"
