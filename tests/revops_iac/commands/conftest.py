"""Fixtures of the command tests."""

from __future__ import annotations

from pathlib import Path

import pytest
from crm_simulators.server import RunningSimulators


@pytest.fixture
def company(tmp_path: Path, crms: RunningSimulators, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one empty stack on both simulated accounts; the environment points at them."""
    stacks = tmp_path / "stacks"
    (stacks / "model").mkdir(parents=True)
    (stacks / "overlays").mkdir()
    (stacks / "overlays" / "dev.yaml").write_text("{}\n", encoding="utf-8")
    (stacks / "model" / "model.yaml").write_text(
        "context: {systems: {managed: [hubspot, salesforce], source_of_truth: hubspot}}\n", encoding="utf-8"
    )
    (stacks / "Pulumi.dev.yaml").write_text(
        f'config:\n  hubspot:portalId: "{crms.hubspot.portal_id}"\n'
        f"  salesforce:organizationId: {crms.salesforce.organization_id}\n",
        encoding="utf-8",
    )
    for name, value in crms.env().items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("PULUMI_STACK", raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path
