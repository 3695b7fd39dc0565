"""The recorded calls of the kinds are as the simulators see them, and the API coverage table joins both."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from crm_simulators.control import Control
from crm_simulators.salesforce import create_simulator
from crm_simulators.salesforce.served import REST_CALLS
from crm_simulators.served import SERVED, served
from crm_simulators.server import RunningSimulators

from revops_iac.commands.api_coverage import api_table
from revops_iac.commands.cli import main
from revops_iac.systems import installed_systems
from tests.providers.endpoints import DOCTOR, committed, record

SYSTEMS = installed_systems()


def rows() -> list[dict[str, Any]]:
    return api_table(SYSTEMS.values())


@pytest.mark.parametrize("system", SYSTEMS)
def test_recorded_calls_are_those_that_the_kinds_make(
    system: str, accounts: RunningSimulators, waits: list[float]
) -> None:
    assert json.loads(committed(system).read_text(encoding="utf-8")) == record(accounts, system), "run script/docs"


def test_every_kind_is_in_the_table_and_the_simulators_serve_what_it_needs() -> None:
    table = rows()
    for name, system in SYSTEMS.items():
        of_system = [row for row in table if row["system"] == name]
        users = {kind for row in of_system for kind in row["kinds"]}
        assert users == {*system.kinds, DOCTOR}
        assert [row["call"] for row in of_system if row["kinds"] and row["simulator"] != SERVED] == []


def test_refusals_and_dated_paths_are_in_the_table() -> None:
    table = {row["call"]: row for row in rows()}
    assert table["createMetadata StandardValueSet"]["simulator"] == "refused with INVALID_CROSS_REFERENCE_KEY"
    assert table["createMetadata {any other type}"]["simulator"] == "served"
    flows = table["PUT /automation/v4/flows/{flow}"]
    assert flows["alias"] == "PUT /automation/2026-09-beta/flows/{flow}"
    assert "Workflow" in flows["kinds"]
    assert flows["code"] == ["hubspot.flows.flows", "hubspot.filters.evaluation"]
    assert "[S]" in flows["evidence"]


def test_dated_paths_of_the_table_are_served_under_the_same_route(crms: RunningSimulators) -> None:
    from crm_simulators.hubspot.http.routing import canonical_path

    wrong = [
        row["alias"]
        for row in rows()
        if row["alias"] and canonical_path(row["alias"].partition(" ")[2])[0] != row["call"].partition(" ")[2]
    ]
    assert wrong == []


OF_A_REPORT = re.compile(r"GET analytics/\w+/\{id\}.*")
"""Called by tests/providers/crm_simulators/salesforce/reports/test_analytics.py, which has reports to name."""


@pytest.mark.parametrize(
    "operation",
    [operation for operation, _ in REST_CALLS if operation.startswith("GET") and not OF_A_REPORT.fullmatch(operation)],
)
def test_rest_resources_of_the_table_answer(operation: str, crms: RunningSimulators) -> None:
    import requests

    (user,) = crms.dump("salesforce")["records"]["User"].values()
    path = operation.removeprefix("GET ").replace("{sObject}", "User").replace("{id}", user["Id"])
    if path.startswith("metadata"):
        path = path.replace(user["Id"], "0Af000000000001AAA")
    query = {"q": "SELECT Id FROM User"} if path.startswith("query") else {}
    address = path.partition(" ")[0] if "services" in path else f"services/data/v63.0/{path.partition(' ')[0]}"
    answer = requests.get(
        f"{crms.salesforce.http_url}/{address}",
        params=query,
        headers={"Authorization": f"Bearer {crms.salesforce.access_token}"},
        timeout=10,
    )
    assert answer.status_code == (400 if path.startswith("metadata") else 200), answer.text
    assert answer.status_code != 404


def test_entries_name_each_operation_once() -> None:
    named = [(entry.system, entry.operation) for entry in served()]
    assert len(named) == len(set(named))


def test_asking_what_is_served_changes_nothing() -> None:
    simulator = create_simulator(Control())
    before = simulator.dump()
    assert list(simulator.served())
    assert simulator.dump() == before


def test_coverage_of_the_api_is_printed_as_a_table_and_as_json(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["coverage", "--api", "--system", "hubspot", "--json"])
    assert ended.value.code == 0
    found = json.loads(capsys.readouterr().out)
    assert found == [row for row in rows() if row["system"] == "hubspot"]
    with pytest.raises(SystemExit):
        main(["coverage", "--api", "--system", "salesforce"])
    assert "createMetadata CustomField" in capsys.readouterr().out
