"""`revops:requireValidation` in a real run: nothing is applied that the org did not judge."""

from __future__ import annotations

import pytest

from tests.end_to_end.revops_command import revops
from tests.end_to_end.small_stack import SmallStack, errors

pytestmark = pytest.mark.pulumi

FIELD = {"object": "Lead", "name": "Tier__c", "label": "Tier", "type": "Text", "length": 80}


def test_only_the_validated_package_is_applied(stack: SmallStack):
    stack.configure("salesforce", requireValidation=True)
    stack.salesforce({"CustomField": {"Lead.Tier__c": FIELD}})
    refused = errors(stack.project.preview().failed())
    assert (
        "revops:requireValidation is set, and nothing was validated, while 1 component would be written" in refused[0]
    )
    assert "fix: revops validate --stack dev, then run this again" in refused[0]

    validated = revops(stack, "validate")
    assert (validated.returncode, validated.stderr) == (0, "")
    assert "Salesforce: 1 component valid; validation 0Af" in validated.stdout
    assert stack.writes() == []

    applied = stack.project.up().succeeded()
    assert (
        "Salesforce: organization id 00DSm0000000001MAA, Simulated, Developer Edition, developer org" in applied.output
    )

    stack.salesforce({"CustomField": {"Lead.Tier__c": {**FIELD, "label": "Level"}}})
    refused = errors(stack.project.up().failed())
    assert "in CustomField Lead.Tier__c" in refused[0]
