"""What `revops check` and the preview say of a model that HubSpot takes otherwise than its author may expect."""

from __future__ import annotations

from pathlib import Path

from revops_hubspot.compiler.remarks import remarks

from revops_iac.commands.check import check_stack
from revops_iac.source.load import load

CHECKOUT = Path(__file__).resolve().parents[4]
STACKS = CHECKOUT / "stacks"


def test_custom_event_by_name_is_said_to_be_counted_by_hand() -> None:
    outcome = check_stack(STACKS, "dev", CHECKOUT / "policies")
    assert any(
        "warning: stacks/model/scoring.yaml:" in line
        and 'the custom event "product_active_day" cannot be found by its name, so HubSpot does not count' in line
        for line in outcome.render().splitlines()
    )
    assert outcome.mandatory == 0


def test_custom_event_by_its_type_id_is_counted() -> None:
    model = load(STACKS, "dev").model
    named = list(remarks(model))
    assert [finding.path[1] for finding in named] == ["self_serve", "platform"]
    for entry in model.scoring.values():
        entry.engagement["product_usage"].sources["hubspot"]["event"] = "6-123456"
    assert list(remarks(model)) == []
