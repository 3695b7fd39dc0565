"""An account that stops answering while state holds its resources: one error on every command, and nothing changes."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from tests.end_to_end.small_stack import SmallStack, errors, properties, without_correlation
from tests.pulumi_project import Outcome

pytestmark = pytest.mark.pulumi

PERMISSION = {"CustomPermission": {"Extra": {"name": "Extra", "label": "Extra"}}}


@pytest.fixture
def filled_stack(stack: SmallStack) -> SmallStack:
    """Both CRMs, with 30 resources and more in state."""
    model = {
        "context": {"systems": {"managed": ["hubspot", "salesforce"], "source_of_truth": "salesforce"}},
        "hubspot": properties(30),
        "salesforce": PERMISSION,
    }
    stack.write(yaml.safe_dump(model))
    stack.configure("hubspot", "salesforce")
    stack.project.up().succeeded()
    stack.crms.control.log.clear()
    return stack


def live(stack: SmallStack) -> dict[str, Any]:
    """What the state says of every resource, apart from times and order."""
    return {
        found["urn"]: [found.get(key) for key in ("id", "inputs", "outputs")] for found in stack.project.resources()
    }


def refuses(stack: SmallStack, outcome: Outcome, expected: str) -> None:
    found = errors(outcome.failed())
    assert len(found) == 1, outcome.output
    assert expected in without_correlation(found[0])
    assert "Traceback" not in outcome.output
    assert stack.writes() == []


def test_account_that_cannot_be_used_gives_one_error_and_leaves_the_state(filled_stack: SmallStack):
    project, crms = filled_stack.project, filled_stack.crms
    before = live(filled_stack)
    assert len(before) > 30

    token = "HubSpot GET /account-info/v3/details: 401, Authentication credentials not found."
    project.environment["HUBSPOT_ACCESS_TOKEN"] = "pat-wrong"
    for command in (project.preview, project.up, project.refresh, project.destroy):
        refuses(filled_stack, command(), token)
    assert live(filled_stack) == before

    project.environment.update(crms.env() | {"SALESFORCE_SESSION_ID": "00D!wrong"})
    session = "Salesforce GET /services/data/v63.0/query: 401 INVALID_SESSION_ID, Session expired or invalid"
    refuses(filled_stack, project.destroy(), session)  # at preview: tests/revops_iac/test_refusals.py
    assert live(filled_stack) == before

    project.environment.update(crms.env())
    crms.control.faults.add("timeout_after_write", method="GET", path="/crm/v3/properties/contacts$")
    refuses(filled_stack, project.refresh(), "HubSpot GET /crm/v3/properties/contacts: no answer from http")
    crms.control.faults.clear()

    schemas, records = "crm.schemas.contacts", "crm.objects.contacts"
    scopes = [f"{schemas}.read", f"{schemas}.write", f"{records}.read", f"{records}.write"]
    crms.seed("hubspot", {"tokens": [{"token": "pat-few", "without": scopes}]})
    project.environment["HUBSPOT_ACCESS_TOKEN"] = "pat-few"
    unread = sorted(error.split(":")[0].strip() for error in errors(project.refresh().failed()))
    assert unread == ["HubSpot GET /crm/v3/properties/contacts", "HubSpot GET /crm/v3/properties/contacts/groups"]
    assert live(filled_stack) == before

    project.environment.update(crms.env())
    crms.seed("hubspot", {"account": {"portalId": 77}})
    portal = 'HubSpot: the credentials belong to portal id "77", stack config says "48210773"; nothing was read or chan'
    refuses(filled_stack, project.destroy(), portal)
    assert live(filled_stack) == before
