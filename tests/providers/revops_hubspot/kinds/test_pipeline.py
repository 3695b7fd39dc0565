"""Pipelines: stage-level writes, shared pipelines and stages with records."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from revops_hubspot.api.client import HubSpotClient
from revops_hubspot.api.errors import HubSpotRefusal
from revops_hubspot.kinds.pipeline import Pipeline

from revops_iac.provider.kind import Impact, LiveObject
from revops_iac.provider.session import Session
from tests.providers.revops_hubspot.conftest import OpenSession

KIND = Pipeline()


def declared(*stages: str, name: str = "new_business", **inputs: Any) -> dict[str, Any]:
    listed = [{"id": f"{name}_{stage}", "label": stage.capitalize(), "probability": 0.5} for stage in stages]
    return {"object": "deals", "name": name, "label": "New business", "stages": listed, **inputs}


def live(session: Session[HubSpotClient], name: str = "new_business") -> LiveObject:
    found = session.find(KIND, f"deals.{name}")
    assert found is not None
    return found


def stage_ids(accounts: RunningSimulators, name: str = "new_business") -> list[str]:
    stages = accounts.dump("hubspot")["pipelines"]["0-3"][name]["stages"]
    return [stage["id"].removeprefix(f"{name}_") for stage in sorted(stages, key=lambda s: s["displayOrder"])]


def test_stages_keep_their_own_ids_and_order(accounts: RunningSimulators, open_session: OpenSession) -> None:
    KIND.create(open_session(), KIND.parse(declared("qualified", "proposal", "won")))
    assert stage_ids(accounts) == ["qualified", "proposal", "won"]


@pytest.mark.parametrize(
    "after",
    [
        ("a", "b", "c", "d"),
        ("d", "a", "b", "c"),
        ("c", "b", "a"),
        ("b",),
        ("x", "b", "y"),
        ("x", "y"),
        ("b", "a", "x", "c"),
    ],
)
def test_any_new_order_is_reached_without_replacing_the_pipeline(
    accounts: RunningSimulators, open_session: OpenSession, after: tuple[str, ...]
) -> None:
    KIND.create(open_session(), KIND.parse(declared("a", "b", "c")))
    session = open_session()

    changed = KIND.update(session, live(session), KIND.parse(declared(*after)))

    assert stage_ids(accounts) == list(after)
    assert KIND.managed_view(declared(*after), changed) == declared(*after)
    assert accounts.control.log.select(system="hubspot", method="PUT") == []


def test_swapped_labels_are_reached(open_session: OpenSession) -> None:
    KIND.create(open_session(), KIND.parse(declared("a", "b")))
    session = open_session()
    desired = declared("a", "b")
    desired["stages"][0]["label"], desired["stages"][1]["label"] = "B", "A"
    changed = KIND.update(session, live(session), KIND.parse(desired))
    assert KIND.managed_view(desired, changed) == desired


def test_default_pipeline_keeps_the_stages_of_others(accounts: RunningSimulators, open_session: OpenSession) -> None:
    before = stage_ids(accounts, "default")
    session = open_session()
    first, *others = before
    stages = [
        {"id": first, "label": "Meeting set", "probability": 0.2},
        {"id": "default_new", "label": "New", "probability": 0.4},
    ]
    desired = {"object": "deals", "name": "default", "label": "Sales", "stages": stages, "adopt": True}

    changed = KIND.update(session, live(session, "default"), KIND.parse(desired))

    after = stage_ids(accounts, "default")
    assert [name for name in after if name in before] == before
    assert KIND.managed_view(desired, changed) == desired
    shown = KIND.output_facts(desired, changed)["unmanaged_stages"]
    assert [line.partition(":")[0] for line in shown] == others


def test_default_pipeline_is_restored_without_what_was_added(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    before = accounts.dump("hubspot")["pipelines"]["0-3"]["default"]
    session = open_session()
    earlier = live(session, "default")
    added = {"id": "default_new", "label": "New", "probability": 0.4}
    first = {**earlier.definition["stages"][0], "label": "Meeting set"}
    first.pop("display_order")
    desired = {"object": "deals", "name": "default", "label": "Ours", "stages": [first, added], "adopt": True}
    changed = KIND.update(session, earlier, KIND.parse(desired))

    state = {**desired, "earlier": {key: earlier.definition[key] for key in ("object", "name", "label", "stages")}}
    KIND.restore_original(open_session(), changed, KIND.state(state))

    after = accounts.dump("hubspot")["pipelines"]["0-3"]["default"]
    assert after["label"] == before["label"]
    shown = ("id", "label", "displayOrder", "metadata")
    assert [[s[key] for key in shown] for s in after["stages"]] == [[s[key] for key in shown] for s in before["stages"]]


def test_stage_of_others_goes_only_by_name(accounts: RunningSimulators, open_session: OpenSession) -> None:
    first, second, *_ = stage_ids(accounts, "default")
    session = open_session()
    managed = live(session, "default")
    listed = [{k: v for k, v in managed.definition["stages"][0].items() if k != "display_order"}]
    desired = {
        "object": "deals",
        "name": "default",
        "label": managed.definition["label"],
        "stages": listed,
        "deactivate": [second],
    }
    assert KIND.differences(desired, KIND.managed_view(desired, managed)) == ["deactivate"]

    changed = KIND.update(session, managed, KIND.parse(desired))

    assert second not in stage_ids(accounts, "default")
    assert first in stage_ids(accounts, "default")
    assert KIND.managed_view(desired, changed) == desired


def test_stage_with_records_is_refused_at_preview(accounts: RunningSimulators, open_session: OpenSession) -> None:
    KIND.create(open_session(), KIND.parse(declared("a", "b")))
    deal = {"dealname": "Northwind", "pipeline": "new_business", "dealstage": "new_business_b"}
    accounts.seed("hubspot", {"records": {"deals": [deal, {**deal, "dealname": "Other"}]}})
    session = open_session(writes=False)

    assert list(KIND.update_impact(session, KIND.parse(declared("a")), live(session))) == [
        Impact(
            2,
            'stage "B" would be removed, but 2 deals are in it',
            "move them to another stage first, or keep the stage",
        )
    ]
    impact = KIND.delete_impact(session, live(session))
    assert impact is not None
    assert (impact.records, impact.sentence) == (2, '2 deals are in pipeline "new_business"')


def test_stage_that_got_records_after_the_preview_is_refused_by_hubspot(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    KIND.create(open_session(), KIND.parse(declared("a", "b")))
    deal = {"dealname": "Northwind", "pipeline": "new_business", "dealstage": "new_business_b"}
    accounts.seed("hubspot", {"records": {"deals": [deal]}})
    session = open_session()
    with pytest.raises(HubSpotRefusal) as refused:
        KIND.update(session, live(session), KIND.parse(declared("a")))
    assert refused.value.sub_category == "PipelineError.STAGE_ID_IN_USE"
    assert stage_ids(accounts) == ["a", "b"]


def test_ticket_stages_have_a_state(accounts: RunningSimulators, open_session: OpenSession) -> None:
    stages = [
        {"id": "support_new", "label": "New", "state": "OPEN"},
        {"id": "support_done", "label": "Done", "state": "CLOSED"},
    ]
    desired = {"object": "tickets", "name": "support", "label": "Support", "stages": stages}
    made = KIND.create(open_session(), KIND.parse(desired))
    assert KIND.managed_view(desired, made) == desired


def ticket_pipeline(*closed: str) -> dict[str, Any]:
    stages = [{"id": f"support_{at}", "label": at.upper()} for at in ("new", "done", "spam")]
    listed = [{**stage, "state": "CLOSED"} if stage["id"] in closed else stage for stage in stages]
    return {"object": "tickets", "name": "support", "label": "Support", "stages": listed}


def test_stages_of_tickets_are_open_unless_they_say_closed(
    accounts: RunningSimulators, open_session: OpenSession
) -> None:
    inputs = ticket_pipeline("support_done")
    made = KIND.create(open_session(), KIND.parse(inputs))
    stages = accounts.dump("hubspot")["pipelines"]["0-5"]["support"]["stages"]
    assert [stage["metadata"]["ticketState"] for stage in stages] == ["OPEN", "CLOSED", "OPEN"]
    assert KIND.differences(inputs, KIND.managed_view(inputs, made)) == []


def test_closed_moves_from_one_stage_to_another_without_a_moment_of_none(open_session: OpenSession) -> None:
    session = open_session()
    made = KIND.create(session, KIND.parse(ticket_pipeline("support_new")))
    desired = ticket_pipeline("support_spam")
    assert KIND.differences(desired, KIND.managed_view(desired, made)) == ["stages"]

    changed = KIND.update(session, made, KIND.parse(desired))

    assert KIND.differences(desired, KIND.managed_view(desired, changed)) == []


def test_lead_pipeline_is_made_and_the_default_one_shows_its_states(open_session: OpenSession) -> None:
    session = open_session()
    stages = [{"id": "outbound_new", "label": "New"}, {"id": "outbound_done", "label": "Done", "state": "CLOSED"}]
    inputs = {"object": "leads", "name": "outbound", "label": "Outbound", "stages": stages}
    made = KIND.create(session, KIND.parse(inputs))
    assert KIND.differences(inputs, KIND.managed_view(inputs, made)) == []
    default = KIND.scan(session.client, "leads")["leads.lead-pipeline-id"]
    assert default is not None
    assert [stage["state"] for stage in default.definition["stages"]] == ["OPEN", "OPEN", "OPEN", "CLOSED", "CLOSED"]
