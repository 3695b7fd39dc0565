"""How property values enter a provider."""

from __future__ import annotations

from revops_iac.provider.resource_state import inputs_of


def test_whole_numbers_arrive_as_integers_at_any_depth() -> None:
    props = {"length": 80.0, "stages": [{"probability": 0.5, "order": 2.0}], "active": True, "name": "80.0"}
    assert repr(inputs_of(props)) == repr(
        {"length": 80, "stages": [{"probability": 0.5, "order": 2}], "active": True, "name": "80.0"}
    )


def test_outputs_are_no_inputs() -> None:
    props = {"name": "acv", "adopted": True, "earlier": {"label": "Old"}, "earlier_unset": ["description"]}
    assert inputs_of(props | {"facts": {}, "resolved": {}, "__provider": "x"}) == {"name": "acv"}
