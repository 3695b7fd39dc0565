"""Lists and workflows in words, from YAML to what the simulated portal does with records."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import yaml
from crm_simulators.server import RunningSimulators
from revops_hubspot.kinds.workflow import Workflow
from revops_hubspot.kinds.workflow_activation import WorkflowActivation

from revops_iac.compile import Planned, compile_model
from revops_iac.config.settings import Settings
from revops_iac.errors import DiagnosticsError
from revops_iac.source.load import load
from tests.providers.revops_hubspot.conftest import OpenSession
from tests.providers.typed_inputs import parsed

GUIDE = Path(__file__).resolve().parents[4] / "docs" / "guides" / "raw-resources.md"
LIST = '  List:\n    Hot leads: {object: contacts, name: Hot leads, filter: "lifecyclestage is any of [lead]"}\n'
CONTEXT = "context: {systems: {managed: [hubspot]}}\n"


def compiled(folder: Path, text: str) -> list[Planned]:
    path = folder / "stacks" / "model" / "raw.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(CONTEXT + text, encoding="utf-8")
    return compile_model(load(folder / "stacks", None), Settings("dev"))


def workflow_of_the_guide() -> str:
    blocks = [part.partition("```")[0] for part in GUIDE.read_text(encoding="utf-8").split("```yaml\n")[1:]]
    (found,) = [block for block in blocks if block.startswith("hubspot:\n  Workflow:")]
    return found


def test_workflow_of_the_guide_compiles_after_the_list_that_it_names(tmp_path: Path) -> None:
    planned = compiled(tmp_path, workflow_of_the_guide() + LIST)
    assert [(item.declaration.kind, item.name) for item in planned] == [
        ("List", "Hot leads"),
        ("Workflow", "contacts.Greet hot leads"),
    ]
    assert ("List", "Hot leads") in planned[1].after


def test_every_problem_has_its_line_column_and_fix(tmp_path: Path) -> None:
    text = """\
hubspot:
  List:
    Hot leads: {object: contacts, name: Hot leads, filter: fit_score >> 40}
  Workflow:
    contacts.Greet:
      object: contacts
      name: Greet
      steps:
        - delay: 3 fortnights
        - branch: {cases: [{name: A, when: "jobtitle contain \\"Buyer\\""}]}
"""
    with pytest.raises(DiagnosticsError) as refused:
        compiled(tmp_path, text)
    assert str(refused.value) == (
        'stacks/model/raw.yaml:4:60  HubSpot List "Hot leads": filter: column 12: ">" cannot follow ">"\n'
        "    fix: write a number\n"
        'stacks/model/raw.yaml:10:18  HubSpot Workflow "contacts.Greet": steps.0.delay: "3 fortnights" is not a length '
        "of time\n"
        "    fix: write 30 minutes, 4 hours, 3 days or 2 weeks\n"
        'stacks/model/raw.yaml:11:44  HubSpot Workflow "contacts.Greet": steps.1.branch.cases.0.when: column 10: '
        '"contain" is not an operation\n'
        "    fix: use contains\n"
        "3 problems in 1 file; nothing was changed."
    )


def control(accounts: RunningSimulators, path: str, body: Any) -> Any:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {accounts.hubspot.token}"}
    method = "PATCH" if path.startswith("/crm") else "POST"
    url = f"{accounts.hubspot.url}{path}"
    request = urllib.request.Request(url, json.dumps(body).encode(), headers, method=method)
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def test_words_does_with_records_what_it_says(accounts: RunningSimulators, open_session: OpenSession) -> None:
    inputs = yaml.safe_load(workflow_of_the_guide())["hubspot"]["Workflow"]["contacts.Greet hot leads"]
    session = open_session(**{"hubspot:SLACK_HOOK": "https://hooks.example.com/x", "revops:maxEnroll": "10"})
    kind = Workflow()
    inputs["enroll"]["when"] = "lifecyclestage is any of [lead]"
    kind.create(session, parsed(kind, inputs))
    WorkflowActivation().create(session, WorkflowActivation().parse({"object": "contacts", "name": "Greet hot leads"}))
    people = [{"email": "buyer@x.example", "jobtitle": "Buyer"}, {"email": "other@x.example"}]
    for identifier in accounts.seed("hubspot", {"records": {"contacts": people}})["records"]["contacts"]:
        control(accounts, f"/crm/v3/objects/contacts/{identifier}", {"properties": {"lifecyclestage": "lead"}})

    assert statuses(accounts) == {"buyer@x.example": "OPEN", "other@x.example": "OPEN"}
    control(accounts, "/_sim/clock", {"advance": 3 * 86_400})

    assert statuses(accounts) == {"buyer@x.example": "OPEN", "other@x.example": None}
    (task,) = accounts.dump("hubspot")["records"]["0-27"].values()
    assert task["properties"]["hs_task_subject"] == "Call today"


def statuses(accounts: RunningSimulators) -> dict[str, str | None]:
    live = [record["properties"] for record in accounts.dump("hubspot")["records"]["0-1"].values()]
    return {one["email"]: one.get("hs_lead_status") or None for one in live}
