"""Facts that no source settles and no switch holds: where a portal differs, the simulator must be changed."""

from __future__ import annotations

from typing import Any

from revops_hubspot.probes.lab import (
    CONTACTS,
    HubSpotLab,
    every,
    message,
    remove_list,
    status_of,
)
from revops_iac.provider.inspection.probe import Answer, Undecided

BATCH = 100
RATE_HEADER = "X-HubSpot-RateLimit-Max"


def search_headers(lab: HubSpotLab) -> Answer:
    """Whether the answer of a search says what is left of the limits."""
    lab.client.ask("objects", "/{object}/search", {"filterGroups": [], "limit": 1}, **CONTACTS)
    found = RATE_HEADER in lab.client.answer_headers
    return Answer(found, f"the answer of a search has {'a' if found else 'no'} {RATE_HEADER}")


def batch_size(lab: HubSpotLab) -> Answer:
    """Whether a batch of properties may be larger than 100; what is asked for need not exist."""
    names = [{"name": f"{lab.name('none')}_{number}"} for number in range(BATCH + 1)]
    body = {"archived": False, "inputs": names}
    status = status_of(lambda: lab.client.ask("properties", "/{object}/batch/read", body, **CONTACTS))
    found = {200: "accepted", 400: "refused"}.get(status)
    return Answer(found, f"a batch of {BATCH + 1}: {message(status)}")


def flow_names(lab: HubSpotLab) -> Answer:
    """Whether two workflows may have one name."""
    lab.needs_workflows()
    lab.make_flow(lab.flow_body("flow"))
    status = status_of(lambda: lab.make_flow(lab.flow_body("flow")))
    return Answer(
        {200: False, 400: True, 409: True}.get(status), f"the second workflow of that name: {message(status)}"
    )


def flow_properties(lab: HubSpotLab) -> Answer:
    """Whether a workflow keeps custom properties, which could mark those of ours."""
    lab.needs_workflows()
    made: list[Any] = []
    body = lab.flow_body("flow", customProperties={"revops_probe": "1"})
    status = status_of(lambda: made.append(lab.make_flow(body)))
    if not made:
        return Answer("refused" if status == 400 else None, f"a workflow with a custom property: {message(status)}")
    live = lab.client.get("flows", "/{flow}", flow=str(made[0]["id"])).get("customProperties") or {}
    found = "kept" if live.get("revops_probe") == "1" else "dropped"
    return Answer(found, f"the custom property of the workflow is {found}")


def lead_stages(lab: HubSpotLab) -> Answer:
    """Which keys the metadata of a lead's stage has."""
    found = lab.client.get("pipelines", "/{object}", object="leads")["results"]
    if not found:
        raise Undecided("leads have no pipeline")
    keys = ", ".join(sorted(found[0]["stages"][0]["metadata"]))
    return Answer(keys, f"the metadata of a stage has {keys or 'no keys'}")


def stage_alone(lab: HubSpotLab) -> Answer:
    """Whether a deal created with only a stage joins the pipeline of that stage."""
    pipeline = lab.make_pipeline("pipeline")
    made: list[str] = []
    stage = str(pipeline["stages"][0]["id"])
    status = status_of(lambda: made.append(lab.make_deal("deal", dealstage=stage)))
    if not made:
        return Answer("refused" if status == 400 else None, f"a deal with a stage and no pipeline: {message(status)}")
    asked = {"properties": "pipeline"}
    ids: dict[str, Any] = {"object": "deals", "id": made[0]}
    live = lab.client.get("objects", "/{object}/{id}", asked, **ids)["properties"]["pipeline"]
    found = "follows" if live == str(pipeline["id"]) else "stays"
    return Answer(found, f"the pipeline {'is that of the stage' if found == 'follows' else 'is another one'}")


def list_in_use(lab: HubSpotLab) -> Answer:
    """Whether a list can be deleted that the filter of another one names."""
    used = lab.make_list("used")
    named = {"filterType": "IN_LIST", "operator": "IN_LIST", "listId": used}
    lab.make_list("user", processingType="DYNAMIC", filterBranch=every(named))
    status = status_of(lambda: remove_list(lab.client, used))
    found = {200: "deleted", 400: "refused", 409: "refused"}.get(status)
    return Answer(found, f"deleting a list that a filter names: {message(status)}")


def unique_status(lab: HubSpotLab) -> Answer:
    """How a second record with the value of a unique property is refused."""
    name = lab.text_property("unique", hasUniqueValue=True)
    lab.contact("one", {name: "probe"})
    status = status_of(lambda: lab.contact("two", {name: "probe"}))
    return Answer(status, f"a second record with the unique value: {message(status)}")
