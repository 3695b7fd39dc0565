"""What the program and the preflight refuse, in this process: one error in the words of the project, nothing written.

That Pulumi shows such an error and ends is tested with the real CLI in tests/end_to_end/test_bad_input.py.
"""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pulumi
import pytest
from crm_simulators.server import RunningSimulators
from pulumi.dynamic import ConfigureRequest
from pulumi.dynamic.config import Config

from revops_iac import dynamic, program
from revops_iac.account import AccountProvider
from tests.end_to_end.small_stack import without_correlation

CONTEXT = "context: {systems: {managed: [hubspot]}}\n"
ONE_GROUP = f"{CONTEXT}hubspot: {{PropertyGroup: {{contacts.a: {{object: contacts, name: a, label: A}}}}}}\n"
ONE_PERMISSION = (
    "context: {systems: {managed: [salesforce]}}\n"
    "salesforce: {CustomPermission: {Extra: {name: Extra, label: Extra}}}\n"
)
DECLARED = {"hubspot": "PropertyGroup contacts.a", "salesforce": "CustomPermission Extra"}
NOTHING_LISTENS = "127.0.0.1:9"


class Stack:
    """A stack `dev` in a folder of its own: its model is what `write` says, its config what `configure` says."""

    def __init__(self, stacks: Path, crms: RunningSimulators, patch: pytest.MonkeyPatch) -> None:
        self.stacks = stacks
        self.crms = crms
        self.patch = patch
        self.config: dict[str, Any] = {}
        self.errors: list[str] = []
        (stacks / "model").mkdir(parents=True)
        (stacks / "overlays").mkdir()
        for environment in ("dev", "prod", "staging"):
            (stacks / "overlays" / f"{environment}.yaml").write_text("{}\n", encoding="utf-8")
        for name, value in crms.env().items():
            patch.setenv(name, value)
        patch.setattr(pulumi, "get_stack", lambda: "dev")
        patch.setattr(pulumi.log, "error", self.errors.append)
        patch.setattr(dynamic, "_sessions", {})
        patch.chdir(stacks)
        self.configure("hubspot")

    def configure(
        self, *systems: str, without: tuple[str, ...] = (), also: dict[str, Any] | None = None, **revops: Any
    ) -> None:
        """Sets the whole stack config: ids, the systems, `revops:` keys by keyword, others `also`."""
        config = {
            "hubspot:portalId": str(self.crms.hubspot.portal_id),
            "salesforce:organizationId": self.crms.salesforce.organization_id,
            "revops:systems": list(systems),
            **{f"revops:{key}": value for key, value in revops.items()},
            **(also or {}),
        }
        texts = {key: value if isinstance(value, str) else json.dumps(value) for key, value in config.items()}
        self.config = {key: value for key, value in texts.items() if key not in without}
        self.patch.setenv("PULUMI_CONFIG", json.dumps(self.config))

    def write(self, model: str, file: str = "model.yaml") -> None:
        """Writes one file of the model."""
        (self.stacks / "model" / file).write_text(dedent(model).lstrip("\n"), encoding="utf-8")


@pytest.fixture
def stack(tmp_path: Path, crms: RunningSimulators, monkeypatch: pytest.MonkeyPatch) -> Stack:
    return Stack(tmp_path / "stacks", crms, monkeypatch)


def refusal(stack: Stack) -> str:
    """The only error of a program that must end before it registers anything."""
    with pytest.raises(SystemExit) as ended:
        program.run()
    assert ended.value.code == program.ALREADY_SHOWN
    assert len(stack.errors) == 1
    return stack.errors[0]


def account_refusal(stack: Stack, system: str) -> str:
    """The only failure of the check of an account resource, after it wrote nothing."""
    provider = AccountProvider()
    provider.configure(ConfigureRequest(Config(stack.config, "revops")))
    checked = provider.check({}, {"system": system, "stack": "dev", "declared": DECLARED[system]})
    assert stack.crms.control.log.select(writes_only=True) == []
    (failure,) = checked.failures
    assert failure.property == ""
    return str(failure.reason)


def test_unknown_key_and_wrong_type_are_refused_together(stack: Stack):
    stack.write("context: {compny: Northwind, sales_cycle_days: long}\n")
    assert refusal(stack) == (
        'stacks/model/model.yaml:1:11  context: unknown key "compny"\n    fix: use company\n'
        'stacks/model/model.yaml:1:48  context, sales_cycle_days: "long" is not a whole number\n'
        "    fix: write a whole number\n"
        "2 problems in 1 file; nothing was changed."
    )


def test_raw_sections_are_refused_in_the_same_words(stack: Stack):
    stack.write(
        """
        context: {systems: {managed: [hubspot]}}
        hubspot:
          PropertyGroup:
            contacts.a: {object: contacts, name: a, label: 3, color: red}
            contacts.b: {object: contacts, name: c, label: C}
        """
    )
    assert refusal(stack) == (
        'stacks/model/model.yaml:4:52  HubSpot PropertyGroup "contacts.a": label: 3 is not a text\n'
        '    fix: put it in quotes: "3"\n'
        'stacks/model/model.yaml:4:62  HubSpot PropertyGroup "contacts.a": unknown key "color"\n'
        "    fix: use adopt, object, name, label, display_order\n"
        'stacks/model/model.yaml:5:5  HubSpot PropertyGroup "contacts.b": its inputs name "contacts.c"\n'
        '    fix: make "contacts.c" its key\n'
        "3 problems in 1 file; nothing was changed."
    )


def test_duplicate_key_and_bad_yaml_are_refused_together(stack: Stack):
    stack.write("people: {teams: {}}\npeople: {queues: {}}\n")
    stack.write("context: {company: [A\n", file="context.yaml")
    assert refusal(stack) == (
        "stacks/model/context.yaml:2:1  context.yaml: is not YAML: while parsing a flow sequence, did not find "
        "expected ',' or ']'\n    fix: correct the line or the one above it\n"
        'stacks/model/model.yaml:2:1  key "people": is already defined (stacks/model/model.yaml:1:1)\n'
        "    fix: remove one of them, or rename it\n"
        "2 problems in 2 files; nothing was changed."
    )


def test_undefined_field_stage_and_person_are_refused_together(stack: Stack):
    stack.write(
        """
        context: {systems: {managed: [hubspot]}}
        data_hygiene: {fields: {contact: {badge: {label: Badge, type: text}}}}
        lifecycle:
          stages: {mql: {label: MQL, required_fields: [contact.bagde]}}
          handoffs: {a: {from_stage: mql, to_stage: sql}}
        people: {teams: {sdr: {label: SDR, manager: nobody}}}
        """
    )
    assert refusal(stack) == (
        'stacks/model/model.yaml:4:48  lifecycle, stage mql, required_fields item 1: "contact.bagde" is not a field of '
        "the model\n    fix: contact.badge, or declare it under data_hygiene.fields.contact\n"
        'stacks/model/model.yaml:5:45  lifecycle, handoff a, to_stage: lifecycle stage "sql" is not declared\n'
        "    fix: mql, or declare it under lifecycle.stages\n"
        'stacks/model/model.yaml:6:45  team sdr, manager: person "nobody" is not declared\n'
        "    fix: declare it under people.persons\n"
        "3 problems in 1 file; nothing was changed."
    )


def test_cycle_is_refused_with_every_place(stack: Stack):
    calculated = "label: A, type: number, field_type: calculation_equation, group_name: a"
    stack.write(
        f"""
        context: {{systems: {{managed: [hubspot]}}}}
        hubspot:
          Property:
            contacts.x: {{object: contacts, name: x, {calculated}, calculation_formula: y + 1}}
            contacts.y: {{object: contacts, name: y, {calculated}, calculation_formula: x + 1}}
        """
    )
    assert refusal(stack) == (
        'stacks/model/model.yaml:4:5  HubSpot Property "contacts.x": refers to itself through "contacts.y", '
        '"contacts.x" (stacks/model/model.yaml:5:5, stacks/model/model.yaml:4:5)\n'
        "    fix: break the circle: one of them must not refer to the next\n"
        "1 problem in 1 file; nothing was changed."
    )


def test_model_folder_without_a_file_is_refused(stack: Stack):
    assert refusal(stack) == (
        "stacks/model: holds no YAML file\n    fix: add context.yaml there\n1 problem; nothing was changed."
    )


def test_missing_model_folder_is_refused(stack: Stack):
    folder = stack.stacks / "model"
    shutil.move(folder, folder.with_name("elsewhere"))
    try:
        message = refusal(stack)
    finally:
        shutil.move(folder.with_name("elsewhere"), folder)
    assert message == (
        "stacks/model: there is no such folder\n"
        "    fix: run the command in the project's folder, or create one with revops init\n"
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
def test_wrong_stack_config_is_refused(stack: Stack, config: dict[str, Any], expected: str):
    stack.write(ONE_GROUP)
    stack.configure("hubspot", **config)
    assert refusal(stack) == expected


def on_hubspot(stack: Stack) -> None:
    stack.write(ONE_GROUP)


def on_salesforce(stack: Stack) -> None:
    stack.write(ONE_PERMISSION)
    stack.configure("salesforce")


def without_portal_id(stack: Stack) -> None:
    on_hubspot(stack)
    stack.configure("hubspot", without=("hubspot:portalId",))


def without_organization_id(stack: Stack) -> None:
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
def test_missing_account_id_is_refused(stack: Stack, arrange: Callable[[Stack], None], expected: str):
    arrange(stack)
    assert refusal(stack) == expected


def wrong_portal(stack: Stack) -> None:
    on_hubspot(stack)
    stack.crms.seed("hubspot", {"account": {"portalId": 77}})


def wrong_organization(stack: Stack) -> None:
    on_salesforce(stack)
    stack.configure("salesforce", also={"salesforce:organizationId": "00DOTHER0000000"})


def wrong_token(stack: Stack) -> None:
    on_hubspot(stack)
    stack.patch.setenv("HUBSPOT_ACCESS_TOKEN", "pat-wrong")


def wrong_session(stack: Stack) -> None:
    on_salesforce(stack)
    stack.patch.setenv("SALESFORCE_SESSION_ID", "00D!wrong")


def no_token(stack: Stack) -> None:
    on_hubspot(stack)
    stack.patch.delenv("HUBSPOT_ACCESS_TOKEN")


def never_sleep(stack: Stack) -> None:
    """Lets the clients try again at once."""
    stack.patch.setattr(time, "sleep", lambda seconds: None)


def hubspot_down(stack: Stack) -> None:
    on_hubspot(stack)
    stack.patch.setenv("HUBSPOT_BASE_URL", f"http://{NOTHING_LISTENS}")
    never_sleep(stack)


def salesforce_down(stack: Stack) -> None:
    on_salesforce(stack)
    stack.patch.setenv("SALESFORCE_INSTANCE_URL", f"https://{NOTHING_LISTENS}")
    never_sleep(stack)


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
            "HubSpot: no access token is set\n"
            "    fix: export HUBSPOT_ACCESS_TOKEN=…, or pulumi config set --secret hubspot:accessToken",
        ),
        (
            hubspot_down,
            f"HubSpot GET /account-info/v3/details: no answer from http://{NOTHING_LISTENS} (connection refused)\n"
            "    fix: check HUBSPOT_BASE_URL or hubspot:baseUrl and the network; status: https://status.hubspot.com",
        ),
        (
            salesforce_down,
            "Salesforce GET /services/data/v63.0/query: UNREACHABLE, the connection was refused or closed\n"
            "    fix: check SALESFORCE_INSTANCE_URL and the network, then run again",
        ),
    ],
)
def test_account_that_cannot_be_used_is_refused_in_one_error(
    stack: Stack, arrange: Callable[[Stack], None], expected: str
):
    arrange(stack)
    system = "salesforce" if "salesforce" in stack.config["revops:systems"] else "hubspot"
    message = without_correlation(account_refusal(stack, system))
    head, _, tail = message.partition("\n")
    assert head.endswith("this plan could not be checked.")
    assert tail == f"{expected}\n1 problem; nothing was changed."
