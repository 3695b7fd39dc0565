"""A stack whose sandbox is refreshed: refused, shown, rebound, and then in order after one `up`."""

from __future__ import annotations

import json

import pytest
import requests

from tests.end_to_end.revops_command import revops
from tests.end_to_end.small_stack import SmallStack, errors

pytestmark = pytest.mark.pulumi

MAYA = "maya@northwind.example"
FIELD = {"object": "Lead", "type": "Text", "length": 80}


def model(stack: SmallStack, *logins: str) -> None:
    """Two fields, and a permission set that these people hold."""
    names = ("Tier", "Extra")
    fields = {f"Lead.{name}__c": {**FIELD, "name": f"{name}__c", "label": name} for name in names}
    live = {f"Extra.{login}": {"permission_set": "Extra", "username": login} for login in logins}
    permissions = {"Extra": {"name": "Extra", "label": "Extra"}}
    stack.salesforce({"CustomField": fields, "PermissionSet": permissions, "PermissionSetAssignment": live})


def test_stack_moves_to_its_refreshed_sandbox(stack: SmallStack):
    crms, project = stack.crms, stack.project
    stack.configure("salesforce")
    admin = crms.salesforce.username
    users = [{"Username": f"{MAYA}.uat", "Email": MAYA}]
    crms.seed("salesforce", {"organization": {"IsSandbox": True}, "users": users})
    model(stack, admin, f"{MAYA}.uat")
    project.up().succeeded()
    old = crms.salesforce.organization_id
    answer = requests.post(
        f"{crms.salesforce.http_url}/_sim/refresh-sandbox",
        json={"name": "two", "without": {"CustomField": ["Lead.Extra__c"]}},
        timeout=10,
    ).json()
    new = answer["organization_id"]
    project.environment["SALESFORCE_SESSION_ID"] = answer["access_token"]
    crms.control.log.clear()
    assert f'the credentials belong to organization id "{new}"' in errors(project.preview().failed())[0]

    shown = revops(stack, "rebind")
    assert (shown.returncode, shown.stderr) == (4, "")
    assert f"Salesforce: organization id {old} -> {new} (Simulated, Developer Edition, sandbox)" in shown.stdout
    assert 'missing, the next pulumi up creates it: CustomField "Lead.Extra__c"' in shown.stdout
    assert f'warning: user "{MAYA}.uat": is not active in the new account, perhaps {MAYA}.uat.two' in shown.stdout
    assert "dev: dry run, nothing was changed." in shown.stdout

    done = revops(stack, "rebind", "--yes")
    assert done.returncode == 0, done.stdout + done.stderr
    assert stack.writes() == []
    backups = list((project.stacks / ".revops" / "dev").glob("state-before-rebind-*.json"))
    assert [json.loads(path.read_text())["deployment"]["resources"][0]["urn"] for path in backups]
    assert revops(stack, "rebind").stdout == (
        f"dev: the stack is already bound to organization id {new}; nothing was changed.\n"
    )
    ids = {one["urn"].rpartition("::")[2]: one["id"] for one in project.resources("dynamic/")}
    live = crms.dump("salesforce")["records"]["PermissionSetAssignment"]
    assert (ids["salesforce"], ids[f"Extra.{admin}"] in live) == (new, True)

    model(stack, admin)
    project.up().succeeded()
    assert sorted(crms.dump("salesforce")["components"]["CustomField"]) == ["Lead.Extra__c", "Lead.Tier__c"]
    project.preview("--expect-no-changes").succeeded()
