"""What many resources meet in one run is shown once, in plain words, when writes stop in the middle."""

from __future__ import annotations

import re

import pytest

from tests.end_to_end.small_stack import SmallStack, errors, properties
from tests.pulumi_project import Outcome

pytestmark = pytest.mark.pulumi

SHORT = "HubSpot: not done; the first error of this run says why"


def shown_once(outcome: Outcome, method: str, path: str) -> None:
    first, *others = sorted(errors(outcome.failed()), key=lambda text: text == SHORT)
    assert re.match(rf"HubSpot {method} {path}: 401, The OAuth token", first), outcome.output
    assert len(first.splitlines()) == 2
    assert set(others) <= {SHORT}, outcome.output
    assert "Traceback" not in outcome.output
    assert "revops_iac." not in outcome.output


def test_token_that_is_refused_in_the_middle_is_shown_once(stack: SmallStack):
    project, faults = stack.project, stack.crms.control.faults
    stack.hubspot(properties(12))

    faults.add(
        "expired_session", method="POST", path="/crm/v3/properties/contacts$|/crm/v3/properties/contacts/batch/create$"
    )
    shown_once(project.up(), "POST", "/crm/v3/properties/contacts(/batch/create)?")
    faults.clear()
    project.up().succeeded()

    changed = properties(12)
    for inputs in changed["Property"].values():
        inputs["label"] += " (new)"
    stack.hubspot(changed)
    faults.add("expired_session", method="PATCH", path="/crm/v3/properties/contacts/")
    shown_once(project.up(), "PATCH", "/crm/v3/properties/contacts/field_.*")
    faults.clear()

    faults.add("expired_session", method="DELETE", path="/crm/v3/properties/contacts/")
    shown_once(project.destroy(), "DELETE", "/crm/v3/properties/contacts/field_.*")
