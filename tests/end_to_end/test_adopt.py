"""A stack adopts what a portal and an org have: files and state, no write, nothing twice, and all of it undone."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
import requests
import yaml

from tests.end_to_end.accounts import comparable, holdings
from tests.end_to_end.revops_command import revops, started
from tests.end_to_end.small_stack import SmallStack, a_property

pytestmark = pytest.mark.pulumi

ODD_LABELS = {"no": "no", "on_hold": "on", "rate": "1e3", "mood": "How was it? 🙂", "greeting": "שלום, עולם"}
MODEL = """
context:
  systems: {managed: [hubspot, salesforce], source_of_truth: salesforce}
"""


def fill_portal(stack: SmallStack) -> None:
    """Properties with odd names in two groups, a pipeline and a segment."""
    crm = stack.crms.hubspot

    def post(path: str, body: dict[str, Any]) -> None:
        headers = {"Authorization": f"Bearer {crm.token}"}
        requests.post(f"{crm.url}{path}", json=body, headers=headers, timeout=10).raise_for_status()

    post("/crm/v3/properties/contacts/groups", {"name": "old_stuff", "label": "Old: stuff"})
    for name, label in ODD_LABELS.items():
        body = {"name": name, "label": label, "type": "string", "fieldType": "text", "groupName": "old_stuff"}
        post("/crm/v3/properties/contacts", body)
    options = [{"label": "No", "value": "no", "displayOrder": 0}, {"label": "1e3", "value": "1e3", "displayOrder": 1}]
    choice = {"type": "enumeration", "fieldType": "select", "groupName": "contactinformation", "options": options}
    post("/crm/v3/properties/contacts", {"name": "choice", "label": "Choice", **choice})
    stages = [
        {"label": label, "displayOrder": at, "metadata": {"probability": probability}}
        for at, (label, probability) in enumerate({"Open": "0.1", "Won": "1.0", "Lost": "0.0"}.items())
    ]
    post("/crm/v3/pipelines/deals", {"label": "Renewals", "displayOrder": 1, "stages": stages})
    known = {
        "filterType": "PROPERTY",
        "property": "mood",
        "operation": {"operationType": "ALL_PROPERTY", "operator": "IS_KNOWN"},
    }
    branch = {
        "filterBranchType": "OR",
        "filterBranches": [{"filterBranchType": "AND", "filters": [known], "filterBranches": []}],
    }
    post(
        "/crm/v3/lists",
        {
            "name": "People in a mood",
            "objectTypeId": "0-1",
            "processingType": "DYNAMIC",
            "filterBranch": {**branch, "filters": []},
        },
    )


def fill_org(stack: SmallStack) -> None:
    """Fields, one of them of a package, a validation rule that reads one, and a queue."""
    text = {"type": "Text", "length": 80}
    fields = {f"Lead.{name}__c": {"label": name, **text} for name in ("Tier", "Region", "acme__Score")}
    rule = {"active": True, "errorConditionFormula": "ISBLANK(Tier__c)", "errorMessage": "No tier: no lead."}
    components = {"CustomField": fields, "ValidationRule": {"Lead.Has_Tier": rule}}
    stack.crms.seed("salesforce", {"components": components})


def names_in(stack: SmallStack) -> list[str]:
    found = [resource["urn"].rpartition("::")[2] for resource in stack.project.resources("dynamic/")]
    return sorted(found)


def wait_until(holds: Callable[[], bool]) -> None:
    """Waits at most a minute."""
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.05)


def accounts(stack: SmallStack) -> dict[str, Any]:
    """What both accounts hold."""
    return {system: comparable(system, holdings(stack.crms, system)) for system in ("hubspot", "salesforce")}


def adopted_files(stack: SmallStack) -> dict[str, str]:
    """The files of adoption by their path below `adopted`."""
    folder = stack.project.stacks / "model" / "adopted"
    return {
        path.relative_to(folder).as_posix(): path.read_text("utf-8") for path in folder.rglob("*") if path.is_file()
    }


def test_account_is_adopted_without_a_write_and_undone(stack: SmallStack):
    stack.configure("hubspot", "salesforce")
    stack.write(MODEL)
    fill_portal(stack)
    fill_org(stack)
    stack.crms.control.log.clear()
    before = accounts(stack)
    state = stack.project.export_state()

    shown = revops(stack, "adopt")
    assert (shown.returncode, shown.stderr) == (4, "")
    assert 'salesforce CustomField: 3 found: 2 to adopt, 1 made by package "acme"' in shown.stdout
    assert "salesforce StandardValueSet: not read: shared with the vendor's own entries" in shown.stdout
    assert "salesforce BusinessHours: 1 found: 1 made by Salesforce" in shown.stdout
    assert "dev: dry run, 12 would be adopted; nothing was changed." in shown.stdout
    assert (stack.project.export_state(), adopted_files(stack)) == (state, {})

    done = revops(stack, "adopt", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    stack.project.preview("--expect-no-changes").succeeded()
    assert stack.writes() == []
    files = adopted_files(stack)
    properties = yaml.load(files["hubspot/contacts/property.yaml"], Loader=yaml.BaseLoader)["hubspot"]["Property"]
    labels = {name.partition(".")[2]: one["label"] for name, one in properties.items()}
    assert labels == {**ODD_LABELS, "choice": "Choice"}
    assert "How was it? 🙂" in files["hubspot/contacts/property.yaml"]
    assert "filter: mood is known" in files["hubspot/contacts/list.yaml"]

    again = revops(stack, "adopt", "--yes")
    assert (again.returncode, adopted_files(stack)) == (0, files)
    assert "dev: nothing new to adopt; nothing was changed." in again.stdout

    undone = revops(stack, "adopt", "--undo")
    assert undone.returncode == 0, undone.stdout + undone.stderr
    assert (names_in(stack), adopted_files(stack)) == ([], {})
    assert accounts(stack) == before

    some = revops(stack, "adopt", "--yes", "--system", "hubspot", "--kind", "Property", "--name", "contacts.[mn]*o*")
    assert some.returncode == 0, some.stdout + some.stderr
    assert [name for name in names_in(stack) if "." in name] == ["contacts.mood", "contacts.no"]
    stack.project.destroy().succeeded()
    assert accounts(stack) == before
    assert stack.writes() == []


def test_adoption_that_is_killed_is_undone_and_done_again_is_lifted(stack: SmallStack):
    stack.configure("hubspot")
    stack.write("context:\n  systems: {managed: [hubspot], source_of_truth: hubspot}\n")
    fill_portal(stack)
    stack.crms.control.log.clear()
    state = stack.project.export_state()
    with started(stack, "adopt", "--yes") as process:
        wait_until(lambda: len(names_in(stack)) > 1)  # files and state are written, the preview runs
        process.kill()
    assert adopted_files(stack) != {}
    shown = revops(stack, "adopt")
    assert (shown.returncode, "an earlier adoption was interrupted" in shown.stderr) == (1, True)
    undone = revops(stack, "adopt", "--undo")
    assert undone.returncode == 0, undone.stdout + undone.stderr
    assert (stack.project.export_state()["deployment"].get("resources"), adopted_files(stack)) == (
        state["deployment"].get("resources"),
        {},
    )
    assert revops(stack, "adopt", "--yes").returncode == 0
    lifted = revops(stack, "lift", "--yes")
    assert lifted.returncode == 0, lifted.stdout + lifted.stderr
    assert "dev: 1 lifted; pulumi preview changes none of it. No account was changed." in lifted.stdout
    assert "deals.renewals" in names_in(stack)
    assert stack.writes() == []


def test_applied_stack_takes_over_only_what_is_new(stack: SmallStack):
    stack.configure("hubspot")
    stack.hubspot({"Property": {"contacts.mine": a_property("mine", "contactinformation")}})
    stack.project.up().succeeded()
    fill_portal(stack)
    stack.crms.control.log.clear()
    only = ("--kind", "Property", "--yes")

    first = revops(stack, "adopt", *only)
    assert (first.returncode, "1 already managed" in first.stdout) == (0, True), first.stdout + first.stderr
    of_first = adopted_files(stack)
    label = {"name": "late", "label": "Late", "type": "string", "fieldType": "text", "groupName": "old_stuff"}
    headers = {"Authorization": f"Bearer {stack.crms.hubspot.token}"}
    url = f"{stack.crms.hubspot.url}/crm/v3/properties/contacts"
    requests.post(url, json=label, headers=headers, timeout=10).raise_for_status()
    second = revops(stack, "adopt", *only)
    assert (second.returncode, "dev: 1 adopted" in second.stdout) == (0, True), second.stdout + second.stderr
    assert adopted_files(stack)["hubspot/contacts/property.yaml"].startswith(of_first["hubspot/contacts/property.yaml"])
    assert revops(stack, "adopt", "--undo").returncode == 0
    assert adopted_files(stack) == of_first
    stack.project.preview("--expect-no-changes").succeeded()

    state = stack.project.export_state()["deployment"]["resources"]
    stack.hubspot({"PropertyGroup": {"contacts.old_stuff": {"object": "contacts", "name": "old_stuff", "label": "X"}}})
    refused = revops(stack, "adopt", *only)
    assert (refused.returncode, "already exists with different settings" in refused.stderr) == (1, True)
    assert (stack.project.export_state()["deployment"]["resources"], adopted_files(stack)) == (state, of_first)
