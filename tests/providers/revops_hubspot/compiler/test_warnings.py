"""What `revops check` and the preview say of a model that HubSpot takes otherwise than its author may expect."""

from __future__ import annotations

from pathlib import Path

from revops_hubspot.compiler.warnings import warnings

from revops_iac.commands.check import check_stack
from revops_iac.source.load import load
from tests.diagnostics import keys_of

CHECKOUT = Path(__file__).resolve().parents[4]
STACKS = CHECKOUT / "stacks"


def test_custom_event_by_name_is_reported_as_counted_manually() -> None:
    outcome = check_stack(STACKS, "dev", CHECKOUT / "policies")
    assert any(
        line.startswith("stacks/model/scoring.yaml:")
        and "warning: HubSpot, scoring." in line
        and 'custom event "product_active_day" has no type id, so HubSpot does not count' in line
        for line in outcome.render().splitlines()
    )
    assert outcome.mandatory == 0


def test_custom_event_by_its_type_id_is_counted() -> None:
    model = load(STACKS, "dev").model
    named = list(warnings(model))
    assert [keys_of(finding)[1] for finding in named] == ["self_serve", "platform"]
    for entry in model.scoring.values():
        entry.engagement["product_usage"].sources["hubspot"]["event"] = "6-123456"
    assert list(warnings(model)) == []
