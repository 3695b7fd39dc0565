"""Bad input through the real CLI, once per way in which a run is refused: one error, exit code 1, nothing written.

What else is refused, and in which words, is in tests/revops_iac/test_refusals.py, without the CLI.
"""

from __future__ import annotations

import pytest

from tests.end_to_end.small_stack import SmallStack, errors, without_correlation

pytestmark = pytest.mark.pulumi

ONE_GROUP = """
context: {systems: {managed: [hubspot]}}
hubspot: {PropertyGroup: {contacts.a: {object: contacts, name: a, label: A}}}
"""
ONE_PERMISSION = """
context: {systems: {managed: [salesforce]}}
salesforce: {CustomPermission: {Extra: {name: Extra, label: Extra}}}
"""
NOTHING_LISTENS = "127.0.0.1:9"


def refusal(stack: SmallStack) -> str:
    """The only error of a preview that must fail, after it wrote nothing."""
    outcome = stack.project.preview().failed()
    assert outcome.exit_code == 1
    assert stack.writes() == []
    found = errors(outcome)
    assert len(found) == 1, outcome.output
    return found[0]


def test_unknown_key_and_wrong_type_are_refused_together(refused_stack: SmallStack):
    refused_stack.write("context: {compny: Northwind, sales_cycle_days: long}\n")
    assert refusal(refused_stack) == (
        'stacks/model/model.yaml:1:11  context: unknown key "compny"\n    fix: use company\n'
        'stacks/model/model.yaml:1:48  context, sales_cycle_days: "long" is not a whole number\n'
        "    fix: write a whole number\n"
        "2 problems in 1 file; nothing was changed."
    )


def test_wrong_stack_config_is_refused(refused_stack: SmallStack):
    refused_stack.write(ONE_GROUP)
    refused_stack.configure("hubspot", goLive="soon")
    assert refusal(refused_stack) == (
        'stack config: "revops:goLive" is "soon", it must be a date\n    fix: revops:goLive: 2027-01-15'
    )


def test_account_that_refuses_the_token_is_named_in_one_error(refused_stack: SmallStack):
    refused_stack.write(ONE_GROUP)
    refused_stack.project.environment["HUBSPOT_ACCESS_TOKEN"] = "pat-wrong"
    head, _, tail = without_correlation(refusal(refused_stack)).partition("\n")
    assert head.endswith("HubSpot: this plan could not be checked.")
    assert tail == (
        "HubSpot GET /account-info/v3/details: 401, Authentication credentials not found. This API supports OAuth 2.0 "
        "authentication and you can find more details at "
        "https://developers.hubspot.com/docs/methods/auth/oauth-overview (correlation …)\n"
        "    fix: put a valid token into HUBSPOT_ACCESS_TOKEN or the secret hubspot:accessToken; after a rotation "
        "in stack config a refresh still uses the old one unless --run-program\n"
        "1 problem; nothing was changed."
    )


def test_account_that_does_not_answer_is_named_in_one_error(refused_stack: SmallStack):
    refused_stack.write(ONE_PERMISSION)
    refused_stack.configure("salesforce")
    refused_stack.project.environment["SALESFORCE_INSTANCE_URL"] = f"https://{NOTHING_LISTENS}"
    head, _, tail = refusal(refused_stack).partition("\n")
    assert head.endswith("Salesforce: this plan could not be checked.")
    assert tail == (
        "Salesforce GET /services/data/v63.0/query: UNREACHABLE, the connection was refused or closed\n"
        "    fix: check SALESFORCE_INSTANCE_URL and the network, then run again\n1 problem; nothing was changed."
    )
