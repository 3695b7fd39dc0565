"""Bad input through the real CLI: one error in the words of the project, exit code 1, and nothing written."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import Any

import pytest

from tests.end_to_end.small_stack import SmallStack, errors, without_correlation

pytestmark = pytest.mark.pulumi

CONTEXT = "context: {systems: {managed: [hubspot]}}\n"
ONE_GROUP = f"{CONTEXT}hubspot: {{PropertyGroup: {{contacts.a: {{object: contacts, name: a, label: A}}}}}}\n"
ONE_PERMISSION = (
    "context: {systems: {managed: [salesforce]}}\n"
    "salesforce: {CustomPermission: {Extra: {name: Extra, label: Extra}}}\n"
)
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


def test_raw_sections_are_refused_in_the_same_words(refused_stack: SmallStack):
    refused_stack.write(
        """
        context: {systems: {managed: [hubspot]}}
        hubspot:
          PropertyGroup:
            contacts.a: {object: contacts, name: a, label: 3, color: red}
            contacts.b: {object: contacts, name: c, label: C}
        """
    )
    assert refusal(refused_stack) == (
        'stacks/model/model.yaml:4:52  hubspot PropertyGroup "contacts.a": label: 3 is not a text\n'
        '    fix: put it in quotes: "3"\n'
        'stacks/model/model.yaml:4:63  hubspot PropertyGroup "contacts.a": unknown key "color"\n'
        "    fix: use adopt, object, name, label, display_order\n"
        'stacks/model/model.yaml:5:5  hubspot PropertyGroup "contacts.b": its inputs name "contacts.c"\n'
        '    fix: make "contacts.c" its key\n'
        "3 problems in 1 file; nothing was changed."
    )


def test_duplicate_key_and_bad_yaml_are_refused_together(refused_stack: SmallStack):
    refused_stack.write("people: {teams: {}}\npeople: {queues: {}}\n")
    refused_stack.write("context: {company: [A\n", file="context.yaml")
    assert refusal(refused_stack) == (
        "stacks/model/context.yaml:2:1  context.yaml: is not YAML: while parsing a flow sequence, did not find "
        "expected ',' or ']'\n    fix: correct the line or the one above it\n"
        'stacks/model/model.yaml:2:1  key "people": is already defined at stacks/model/model.yaml:1:1\n'
        "    fix: remove one of them, or rename it\n"
        "2 problems in 2 files; nothing was changed."
    )


def test_undefined_field_stage_and_person_are_refused_together(refused_stack: SmallStack):
    refused_stack.write(
        """
        context: {systems: {managed: [hubspot]}}
        data_hygiene: {fields: {contact: {email: {label: Email, type: email}}}}
        lifecycle:
          stages: {mql: {label: MQL, required_fields: [contact.emial]}}
          handoffs: {a: {from_stage: mql, to_stage: sql}}
        people: {teams: {sdr: {label: SDR, manager: nobody}}}
        """
    )
    assert refusal(refused_stack) == (
        'stacks/model/model.yaml:4:48  lifecycle, stage mql, required_fields item 1: "contact.emial" is not a field of '
        "the model\n    fix: contact.email, or declare it under data_hygiene.fields.contact\n"
        'stacks/model/model.yaml:5:45  lifecycle, handoff a, to_stage: lifecycle stage "sql" is not declared\n'
        "    fix: mql, or declare it under lifecycle.stages\n"
        'stacks/model/model.yaml:6:45  team sdr, manager: person "nobody" is not declared\n'
        "    fix: declare it under people.persons\n"
        "3 problems in 1 file; nothing was changed."
    )


def test_cycle_is_refused_with_every_place(refused_stack: SmallStack):
    calculated = "label: A, type: number, field_type: calculation_equation, group_name: a"
    refused_stack.write(
        f"""
        context: {{systems: {{managed: [hubspot]}}}}
        hubspot:
          Property:
            contacts.x: {{object: contacts, name: x, {calculated}, calculation_formula: y + 1}}
            contacts.y: {{object: contacts, name: y, {calculated}, calculation_formula: x + 1}}
        """
    )
    assert refusal(refused_stack) == (
        'stacks/model/model.yaml:4:5  hubspot Property "contacts.x": refers to itself through "contacts.y" '
        '(stacks/model/model.yaml:5:5), "contacts.x" (stacks/model/model.yaml:4:5)\n'
        "    fix: break the circle: one of them must not refer to the next\n"
        "1 problem in 1 file; nothing was changed."
    )


def test_model_folder_without_a_file_is_refused(refused_stack: SmallStack):
    assert refusal(refused_stack) == (
        "stacks/model: holds no YAML file\n    fix: add context.yaml there\n1 problem; nothing was changed."
    )


def test_missing_model_folder_is_refused(refused_stack: SmallStack):
    folder = refused_stack.project.stacks / "model"
    shutil.move(folder, folder.with_name("elsewhere"))
    try:
        message = refusal(refused_stack)
    finally:
        shutil.move(folder.with_name("elsewhere"), folder)
    assert message == (
        "stacks/model: there is no such folder\n"
        "    fix: run it in the project's folder, or make the folder with: revops init\n"
        "1 problem; nothing was changed."
    )


@pytest.mark.parametrize(
    ("config", "expected"),
    [
        pytest.param(
            {"environment": "qa"},
            'environment "qa": there is no such overlay in stacks/overlays\n'
            "    fix: dev, prod, staging, or add the file\n1 problem; nothing was changed.",
            id="unknown environment",
        ),
        pytest.param(
            {"goLvie": "2027-01-15", "production": True, "alowDelete": []},
            'stack config: "revops:alowDelete" is not a key\n    fix: use revops:allowDelete\n'
            'stack config: "revops:goLvie" is not a key\n    fix: use revops:goLive\n'
            "2 problems; nothing was changed.",
            id="unknown keys",
        ),
        pytest.param(
            {"goLive": "soon"},
            'stack config: "revops:goLive" is "soon", it must be a date\n    fix: revops:goLive: 2027-01-15',
            id="bad goLive",
        ),
    ],
)
def test_wrong_stack_config_is_refused(refused_stack: SmallStack, config: dict[str, Any], expected: str):
    refused_stack.write(ONE_GROUP)
    refused_stack.configure("hubspot", **config)
    assert refusal(refused_stack) == expected


def on_hubspot(stack: SmallStack) -> None:
    stack.write(ONE_GROUP)


def on_salesforce(stack: SmallStack) -> None:
    stack.write(ONE_PERMISSION)
    stack.configure("salesforce")


def without_portal_id(stack: SmallStack) -> None:
    on_hubspot(stack)
    stack.configure("hubspot", without=("hubspot:portalId",))


def without_organization_id(stack: SmallStack) -> None:
    on_salesforce(stack)
    stack.configure("salesforce", without=("salesforce:organizationId",))


@pytest.mark.parametrize(
    ("arrange", "expected"),
    [
        (
            without_portal_id,
            "HubSpot: stack config has no hubspot:portalId\n"
            "    fix: pulumi config set hubspot:portalId ID, so that no run can touch another account",
        ),
        (
            without_organization_id,
            "Salesforce: stack config has no salesforce:organizationId\n"
            "    fix: pulumi config set salesforce:organizationId ID, so that no run can touch another account",
        ),
    ],
)
def test_missing_account_id_is_refused(refused_stack: SmallStack, arrange: Callable[[SmallStack], None], expected: str):
    arrange(refused_stack)
    assert refusal(refused_stack) == expected


def wrong_portal(stack: SmallStack) -> None:
    on_hubspot(stack)
    stack.crms.seed("hubspot", {"account": {"portalId": 77}})


def wrong_organization(stack: SmallStack) -> None:
    on_salesforce(stack)
    stack.configure("salesforce", also={"salesforce:organizationId": "00DOTHER0000000"})


def wrong_token(stack: SmallStack) -> None:
    on_hubspot(stack)
    stack.project.environment["HUBSPOT_ACCESS_TOKEN"] = "pat-wrong"


def wrong_session(stack: SmallStack) -> None:
    on_salesforce(stack)
    stack.project.environment["SALESFORCE_SESSION_ID"] = "00D!wrong"


def no_token(stack: SmallStack) -> None:
    on_hubspot(stack)
    del stack.project.environment["HUBSPOT_ACCESS_TOKEN"]


def hubspot_down(stack: SmallStack) -> None:
    on_hubspot(stack)
    stack.project.environment["HUBSPOT_BASE_URL"] = f"http://{NOTHING_LISTENS}"


def salesforce_down(stack: SmallStack) -> None:
    on_salesforce(stack)
    stack.project.environment["SALESFORCE_INSTANCE_URL"] = f"https://{NOTHING_LISTENS}"


@pytest.mark.parametrize(
    ("arrange", "expected"),
    [
        (
            wrong_portal,
            'HubSpot: the credentials belong to portal id "77", stack config says "48210773"; nothing was read or '
            "changed\n    fix: use the credentials of 48210773, or pulumi config set hubspot:portalId 77",
        ),
        (
            wrong_organization,
            'Salesforce: the credentials belong to organization id "00DSm0000000001MAA", stack config says '
            '"00DOTHER0000000"; nothing was read or changed\n'
            "    fix: use the credentials of 00DOTHER0000000, or pulumi config set salesforce:organizationId "
            "00DSm0000000001MAA",
        ),
        (
            wrong_token,
            "HubSpot GET /account-info/v3/details: 401, Authentication credentials not found. This API supports OAuth "
            "2.0 authentication and you can find more details at "
            "https://developers.hubspot.com/docs/methods/auth/oauth-overview (correlation …)\n"
            "    fix: put a valid token into HUBSPOT_ACCESS_TOKEN or the secret hubspot:accessToken; after a rotation "
            "in stack config a refresh still uses the old one unless --run-program",
        ),
        (
            wrong_session,
            "Salesforce GET /services/data/v63.0/query: 401 INVALID_SESSION_ID, Session expired or invalid\n"
            "    fix: set SALESFORCE_SESSION_ID to a fresh session id, or log in with SALESFORCE_CONSUMER_KEY and a "
            "private key; after a secret in stack config was rotated, refresh and destroy still use the old one "
            "unless --run-program",
        ),
        (
            no_token,
            "HubSpot: there is no access token\n"
            "    fix: export HUBSPOT_ACCESS_TOKEN=…, or pulumi config set --secret hubspot:accessToken",
        ),
        (
            hubspot_down,
            f"HubSpot GET /account-info/v3/details: no answer from http://{NOTHING_LISTENS} (connection refused)\n"
            "    fix: check HUBSPOT_BASE_URL or hubspot:baseUrl and the network; status: https://status.hubspot.com",
        ),
        (
            salesforce_down,
            "Salesforce GET /services/data/v63.0/query: UNREACHABLE, the connection was refused or cut\n"
            "    fix: check SALESFORCE_INSTANCE_URL and the network, then run again",
        ),
    ],
)
def test_account_that_cannot_be_used_is_refused_in_one_error(
    refused_stack: SmallStack, arrange: Callable[[SmallStack], None], expected: str
):
    arrange(refused_stack)
    message = without_correlation(refusal(refused_stack))
    head, _, tail = message.partition("\n")
    assert head.endswith("the account does not allow this plan.")
    assert tail == f"{expected}\n1 problem; nothing was changed."
