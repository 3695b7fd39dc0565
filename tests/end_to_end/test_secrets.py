"""Credentials: in no file and no output, and what the rotation of one asks for."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from tests.end_to_end.small_stack import SmallStack, errors, properties, without_correlation
from tests.pulumi_project import Outcome

pytestmark = pytest.mark.pulumi

FIRST, SECOND, ELSEWHERE = "pat-na1-marked-0001", "pat-na1-marked-0002", "pat-na1-marked-0003"
LOUD = ("-v=8", "--logtostderr")
LOUDEST = ("-v=9", "--logtostderr")
"""From here on Pulumi itself logs how it configures a provider, stack secrets in clear [V]: its environment alone is
kept out of that, so a run that is debugged takes its credentials from there."""


def files_with(mark: str, folder: Path) -> list[str]:
    """The files below a folder that hold a text."""
    return [
        str(file.relative_to(folder))
        for file in folder.rglob("*")
        if file.is_file() and not file.is_symlink() and mark.encode() in file.read_bytes()
    ]


def keep_in_stack(stack: SmallStack, token: str) -> None:
    stack.crms.seed("hubspot", {"tokens": [{"token": token}]})
    stack.project.set_config("hubspot:accessToken", token, "--secret")


def test_tokens_are_in_no_file_and_no_output_and_a_rotated_one_needs_run_program(stack: SmallStack):
    project, crms = stack.project, stack.crms
    model = {
        "context": {"systems": {"managed": ["hubspot", "salesforce"], "source_of_truth": "salesforce"}},
        "hubspot": properties(1),
        "salesforce": {"CustomPermission": {"Extra": {"name": "Extra", "label": "Extra"}}},
    }
    stack.write(yaml.safe_dump(model))
    stack.configure("hubspot", "salesforce")
    crms.seed("hubspot", {"tokens": [{"token": ELSEWHERE}]})
    project.environment["HUBSPOT_ACCESS_TOKEN"] = ELSEWHERE
    message: list[Outcome] = [project.preview(*LOUDEST).succeeded()]

    del project.environment["HUBSPOT_ACCESS_TOKEN"]
    keep_in_stack(stack, FIRST)
    plan = str(project.folder / "plan.json")
    message += [
        project.preview("--json", "--save-plan", plan).succeeded(),
        project.up("--diff", *LOUD).succeeded(),
    ]

    crms.seed("hubspot", {"tokens": [{"token": FIRST, "expired": True}]})
    keep_in_stack(stack, SECOND)
    refused = project.refresh(*LOUD).failed()
    found = errors(refused)
    assert len(found) == 1
    assert without_correlation(found[0]).splitlines() == [
        "HubSpot GET /account-info/v3/details: 401, The OAuth token used to make this call expired (correlation …)",
        "    fix: put a valid token into HUBSPOT_ACCESS_TOKEN or the secret hubspot:accessToken; after a rotation in "
        "stack config a refresh still uses the old one unless --run-program",
    ]
    message += [
        refused,
        project.refresh("--run-program").succeeded(),
        project.up("--run-program").succeeded(),
        project.destroy().succeeded(),
    ]

    for mark in (FIRST, SECOND, ELSEWHERE, crms.salesforce.access_token):
        assert files_with(mark, project.folder) == []
        for outcome in message:
            assert mark not in outcome.output, outcome.arguments
