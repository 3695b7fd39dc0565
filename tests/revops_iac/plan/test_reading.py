"""What Pulumi says of a plan is read as what people can act on."""

from __future__ import annotations

from types import SimpleNamespace

from revops_iac.plan.reading import read_events

URN = (
    "urn:pulumi:prod::acme::pulumi-python:dynamic/revops:Account$"
    "pulumi-python:dynamic/salesforce:ValidationRule::Lead.needs"
)


def errors_of(message: str) -> list[str]:
    found = SimpleNamespace(message=message, severity="error")
    return read_events([SimpleNamespace(resource_pre_event=None, policy_event=None, diagnostic_event=found)], {}).errors


def test_protected_resource_is_refused_with_what_lifts_the_protection() -> None:
    assert errors_of(
        f'Preview failed: resource "{URN}" cannot be deleted\nbecause it is protected. To unprotect the resource, '
        f"either remove the `protect` flag or use the command:\n`pulumi state unprotect '{URN}'`"
    ) == [
        'Salesforce ValidationRule "Lead.needs": cannot be removed, because revops:production protects it\n'
        "    fix: add Lead.needs to revops:allowDataLoss, pulumi up, then remove it"
    ]


def test_error_of_an_account_is_said_without_the_resource_that_passed_it_on() -> None:
    message = "pulumi-python:dynamic/revops:Account resource 'hubspot' has a problem: HubSpot: refused."
    assert errors_of(message) == ["HubSpot: refused."]
