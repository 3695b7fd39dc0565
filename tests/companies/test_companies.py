"""Three companies, written from the guides alone: they pass every rule, and their people fare as in the model.

With `--thorough` a thousand people of each company on both CRMs, else fifty on the one that is its source of truth.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import pytest
from crm_simulators.salesforce.metadata.registry import TYPES
from crm_simulators.salesforce.records.records import Records
from crm_simulators.salesforce.simulator import SalesforceSimulator
from crm_simulators.server import RunningSimulators
from hubspot import HubSpot
from revops_hubspot.compiler.terms.names import Names
from revops_hubspot.dynamic import KINDS as HUBSPOT_KINDS
from revops_salesforce.compiler.terms.names import field_name, title, value
from simple_salesforce import Salesforce

from revops_iac.analysis.live import Accounts
from revops_iac.commands.check import check_stack
from revops_iac.commands.explain import explain_live
from revops_iac.config.stack_config import read_stack_config
from revops_iac.documents.process import Process
from revops_iac.model import Model
from revops_iac.model.condition import FieldRef
from revops_iac.model.scoring import score
from revops_iac.source.load import load, load_model
from revops_iac.stack_context import StackContext
from tests.companies.companies import (
    COMPANIES,
    GO_LIVE,
    HERE,
    Record,
    everything_on,
    first_dates,
    owners,
    people,
    routing_of,
    stages_after,
)
from tests.providers.crm_simulators.hubspot.calls import calling
from tests.providers.crm_simulators.hubspot.reference_model import Deployment
from tests.providers.crm_simulators.hubspot.workflows import Portal
from tests.providers.crm_simulators.salesforce import reference_model as salesforce_model
from tests.providers.revops_salesforce.compiled_model import Saving
from tests.providers.typed_inputs import parsed
from tests.sessions import new_session

NOW = datetime(2026, 12, 2, 10, tzinfo=UTC)
POLICIES = HERE.parents[1] / "policies"
EXPLAINED, EXPLAINED_IN = 10, ("heliotakt", "karavan")
BATCH = {"hubspot": 100, "salesforce": 200}


@dataclass(frozen=True)
class Seen:
    """What a CRM shows of a person."""

    fit: float
    total: float
    ready: bool
    stage: str | None
    owner: str
    """The key of a person or queue."""
    id: str
    dates: dict[str, str]
    """When each stage was first reached, as days."""


@pytest.mark.parametrize("company", COMPANIES)
def test_company_passes_every_rule(company: str) -> None:
    outcome = check_stack(HERE / company / "stacks", "prod", POLICIES)
    assert [one.sentence for one in outcome.violations] == []


@pytest.fixture(scope="module")
def served(_servers: RunningSimulators, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningSimulators]:
    """Both accounts; the environment points at them."""
    with pytest.MonkeyPatch.context() as environment:
        environment.chdir(tmp_path_factory.mktemp("companies"))
        for name, text in _servers.env().items():
            environment.setenv(name, text)
        yield _servers


@pytest.mark.parametrize("company", COMPANIES)
def test_people_fare_as_in_the_model(company: str, served: RunningSimulators, request: pytest.FixtureRequest) -> None:
    works_on = load_model(HERE / company / "stacks", "prod").context.systems.source_of_truth
    thorough = request.config.getoption("--thorough")
    for system in RUNS if thorough else [str(works_on)]:
        model, number = everything_on(company, system), 1000 if thorough else 50
        shown = _fare_as_in_the_model(model, served, number)
        if not thorough and company not in EXPLAINED_IN:
            return
        accounts = _accounts(company, model, served)
        found = [_explained(accounts, one) for one in (shown if thorough else shown[:EXPLAINED])]
        assert [one for one in found if one] == []
        causes = PLANTED[system](served, accounts, _moved(model, people(model, number), shown))
        off, edited = causes
        assert off.startswith("automation off: "), causes
        assert edited.startswith({"hubspot": "manual edit: ", "salesforce": "saved by "}[system]), causes


def _moved(model: Model, records: list[Record], shown: list[Seen]) -> tuple[Record, Seen]:
    """A person whom the automation moved to another stage."""
    assert model.lifecycle is not None
    field = str(model.lifecycle.field)
    pairs = zip(records, shown, strict=True)
    return next((record, one) for record, one in pairs if record[field] != one.stage and record[field])


def _accounts(company: str, model: Model, served: RunningSimulators) -> Accounts:
    """The accounts as `revops explain` opens them, for a model in which everything is on."""
    config = read_stack_config(HERE / company / "stacks", "prod")
    ids = {
        "hubspot:portalId": str(served.hubspot.portal_id),
        "salesforce:organizationId": served.salesforce.organization_id,
    }
    context = StackContext.of(HERE / company / "stacks", replace(config, values={**config.values, **ids}))
    loaded = replace(load(HERE / company / "stacks", "prod"), model=model)
    context.__dict__["loaded"] = loaded
    return Accounts(context, Process("prod", loaded, context.planned, tuple(context.systems.values())))


def _explained(accounts: Accounts, seen: Seen) -> str:
    """Where the explanation of a person, read from the account, is not what the CRM did; empty where it is."""
    found = explain_live(accounts, seen.id, "contact", NOW)
    scored, stage = found.evaluation.scored, found.evaluation.stage
    if found.apart or accounts.unread:
        return f"{seen}: {found.apart} {accounts.unread}"
    if scored and (scored.fit, scored.total, scored.ready) != (seen.fit, seen.total, seen.ready):
        return f"{seen} but {scored}"
    return f"{seen} but {stage}" if stage is None or stage.key != seen.stage else ""


def _fare_as_in_the_model(model: Model, served: RunningSimulators, number: int) -> list[Seen]:
    records = people(model, number)
    served.reset()
    shown = RUNS[model.context.systems.managed[0]](served, model, records)
    differing = [(_differs(model, *pair), pair[0]) for pair in zip(records, shown, strict=True)]
    wrong = [pair for pair in differing if pair[0]]
    assert wrong[:3] == []
    assert model.lifecycle is not None
    moved = [one for record, one in zip(records, shown, strict=True) if record[str(model.lifecycle.field)] != one.stage]
    assert len(moved) > number / 10
    assert len({one.stage for one in shown}) > 3
    assert len({one.owner for one in shown}) > 3
    return shown


def _differs(model: Model, record: Record, shown: Seen) -> str:
    """What a CRM shows otherwise than the model says; empty where they agree."""
    expected = score(model.scoring, model.context, record)
    if (shown.fit, shown.total, shown.ready) != (expected.fit, expected.total, expected.ready):
        return f"{shown} but {expected}"
    if lost := [one for one in shown.dates if one in record and shown.dates[one] != record[one].isoformat()]:
        return f"lost when it first reached a stage: {lost}"
    stages = stages_after(model, record)
    if shown.stage not in stages:
        return f"stands at {shown.stage}, not {stages}"
    routing = routing_of(model, record, shown.stage)
    taking = owners(model, routing, record, model.context.systems.managed[0]) if routing else []
    return f"{shown.owner} has it, not {taking} by {routing}" if taking and shown.owner not in taking else ""


# --- Salesforce


def on_salesforce(served: RunningSimulators, model: Model, records: list[Record]) -> list[Seen]:
    simulator, access = served.simulators["salesforce"], served.salesforce
    assert isinstance(simulator, SalesforceSimulator)
    with served.control.lock:
        served.control.clock.set(NOW)
        simulator.load(salesforce_model.deployed(model).dump())
        salesforce_model.enable(simulator.org, model)
        Saving(simulator.org, f"{title(model.context.name_prefix)}RevOps_Fields")
    api = Salesforce(session_id=access.access_token, instance_url=access.https_url, version="63.0")
    names = {ref: field_name(model, FieldRef(ref), "Lead") for ref in _written(model)}
    ids: list[str] = []
    for first in range(0, len(records), BATCH["salesforce"]):
        leads = [_lead(model, names, one) for one in records[first : first + BATCH["salesforce"]]]
        body = {"allOrNone": True, "records": leads}
        headers = {**api.headers, "Sforce-Auto-Assign": "TRUE"}
        answer = api.session.post(f"{api.base_url}composite/sobjects", json=body, headers=headers).json()
        refused = [
            error["message"] for one in answer for error in one["errors"] if "rolled back" not in error["message"]
        ]
        assert refused == []
        ids += [one["id"] for one in answer]
    assert simulator.org.flow_errors == []
    shown = _leads_shown(api, model)
    api.session.close()
    return [shown[one] for one in ids]


def _lead(model: Model, names: dict[str, str], record: Record) -> dict[str, Any]:
    values = {
        names[ref]: value(model, FieldRef(ref), one) if model.options(ref) else _plain(one)
        for ref, one in record.items()
        if ref in names and one is not None
    }
    return {"attributes": {"type": "Lead"}, **values}


def _leads_shown(api: Salesforce, model: Model) -> dict[str, Seen]:
    scores = next(iter(model.scoring.values())).fields
    assert model.lifecycle is not None
    named = (scores.fit, scores.total, scores.ready, model.lifecycle.field)
    fit, total, ready, stage = (field_name(model, FieldRef(str(one)), "Lead") for one in named)
    by_login = {model.people.identity(key, "salesforce"): key for key in model.people.persons}
    queues = {queue.label: key for key, queue in model.people.queues.items()}
    dates = {ref: field_name(model, FieldRef(ref), "Lead") for ref in first_dates(model.lifecycle)}
    shown = ", ".join([fit, total, ready, stage, *dates.values()])
    query = f"SELECT Id, {shown}, Owner.Type, Owner.Username, Owner.Name FROM Lead"
    found = {}
    for one in api.query_all(query)["records"]:
        owner = one["Owner"]
        key = queues[owner["Name"]] if owner["Type"] == "Queue" else by_login.get(owner["Username"], "nobody")
        reached = {ref: (one[name] or "")[:10] for ref, name in dates.items()}
        found[one["Id"]] = Seen(one[fit], one[total], one[ready], one[stage], key, one["Id"], reached)
    return found


# --- HubSpot


def on_hubspot(served: RunningSimulators, model: Model, records: list[Record]) -> list[Seen]:
    access = served.hubspot
    with calling(HubSpot(access_token=access.token, host=access.url, base_url=access.url)) as api:
        portal = Portal(api, served)
        portal.done("POST", "/_sim/clock", {"set": NOW.isoformat()})
        served.control.switches.set("hubspot.lifecycle_pipeline_writes", True)
        deployment = Deployment(served, model, GO_LIVE)
        deployment.set_up()
        for one in (one for one in deployment.declared if one.kind == "LifecycleStages"):
            kind: Any = HUBSPOT_KINDS[one.kind]
            inputs = parsed(kind, one.inputs)
            kind.update(deployment.session, deployment.session.find(kind, kind.vendor_name(inputs)), inputs)
        deployment.enable()
        portal.done("POST", "/_sim/clock", {"set": NOW.isoformat()})
        ids: list[str] = []
        for first in range(0, len(records), BATCH["hubspot"]):
            inputs = [{"properties": _contact(model, one)} for one in records[first : first + BATCH["hubspot"]]]
            made = portal.done("POST", "/crm/v3/objects/contacts/batch/create", {"inputs": inputs})
            ids += [one["id"] for one in made["results"]]
        assert portal.runs()["errors"] == []
        return _contacts_shown(portal, model, ids)


def _contact(model: Model, record: Record) -> dict[str, str]:
    names = Names(model)
    values = {}
    for ref in _written(model):
        if (one := record.get(ref)) is not None:
            values[names.property(ref)] = names.option(ref, one)[0] if model.options(ref) else str(_plain(one))
    return {key: text.lower() if text in ("True", "False") else text for key, text in values.items()}


def _contacts_shown(portal: Portal, model: Model, ids: list[str]) -> list[Seen]:
    names, scores = Names(model), next(iter(model.scoring.values())).fields
    assert model.lifecycle is not None
    stages = {names.lifecycle_stage(key): key for key in model.lifecycle.stages}
    fit, total, ready = (names.property(one) for one in (scores.fit, scores.total, scores.ready))
    dates = {ref: names.property(ref) for ref in first_dates(model.lifecycle)}
    state = portal.sims.dump("hubspot")
    logins = {model.people.identity(key, "hubspot"): key for key in model.people.persons}
    people_by_owner = {user["ownerId"]: logins.get(user["email"], "nobody") for user in state["users"].values()}
    shown = []
    for first in range(0, len(ids), BATCH["hubspot"]):
        inputs = {
            "properties": [fit, total, ready, "lifecyclestage", "hubspot_owner_id", *dates.values()],
            "inputs": [{"id": one} for one in ids[first : first + BATCH["hubspot"]]],
        }
        found = portal.done("POST", "/crm/v3/objects/contacts/batch/read", inputs)["results"]
        by_id = {one["id"]: one["properties"] for one in found}
        for one in ids[first : first + BATCH["hubspot"]]:
            has = by_id[one]
            stage, owner = stages.get(has["lifecyclestage"]), people_by_owner.get(has["hubspot_owner_id"], "nobody")
            reached = {ref: (has[name] or "")[:10] for ref, name in dates.items()}
            shown.append(Seen(float(has[fit]), float(has[total]), has[ready] == "true", stage, owner, one, reached))
    return shown


RUNS = {"hubspot": on_hubspot, "salesforce": on_salesforce}


# --- disagreements


def plant_on_hubspot(served: RunningSimulators, accounts: Accounts, moved: tuple[Record, Seen]) -> list[str]:
    """With the automation off a person is made who stands still; then it is on, and somebody has moved one back."""
    (record, seen), model, email = moved, accounts.process.model, "still@company.example"
    back = _contact(model, record)["lifecyclestage"]
    served.seed("hubspot", {"users": [{"email": "rep@company.example"}]})
    served.control.switches.set("hubspot.flows_run", False)
    session = new_session("hubspot", accounts.context.config.get, "prod")
    session.open()
    session.allow_writes()
    kind: Any = HUBSPOT_KINDS["WorkflowActivation"]
    found = {name: session.find(kind, name) for name in _moving(accounts)}
    for live in found.values():
        kind.delete(session, live, None)
    served.seed("hubspot", {"records": {"contacts": [_contact(model, {**record, "contact.email": email})]}})
    off = _cause(accounts, email)
    edit = {"objectType": "contacts", "id": seen.id, "properties": {"lifecyclestage": back}}
    served.seed("hubspot", {"edits": [{**edit, "email": "rep@company.example"}]})
    for name in found:
        object_, _, plain = name.partition(".")
        kind.create(session, kind.parse({"object": object_, "name": plain}))
    return [off, _cause(accounts, seen.id)]


def plant_on_salesforce(served: RunningSimulators, accounts: Accounts, moved: tuple[Record, Seen]) -> list[str]:
    """The same in an org that keeps the history of the stage."""
    (record, seen), model, simulator = moved, accounts.process.model, served.simulators["salesforce"]
    assert isinstance(simulator, SalesforceSimulator)
    assert model.lifecycle is not None
    names = {ref: field_name(model, FieldRef(ref), "Lead") for ref in _written(model)}
    stage, admin = names[str(model.lifecycle.field)], next(iter(simulator.org.table("User").values()))
    values = _lead(model, names, {**record, "contact.email": "still@company.example"})
    with served.control.lock:
        field = TYPES["CustomField"].read(simulator.org, f"Lead.{stage}") or {}
        TYPES["CustomField"].update(simulator.org, f"Lead.{stage}", {**field, "trackHistory": True})
        _set_active(simulator, _moving(accounts), 0)
        still = Records(simulator.org, admin).create("Lead", values)
    off = _cause(accounts, still)
    with served.control.lock:
        Records(simulator.org, admin).update("Lead", seen.id, {stage: values[stage]})
        _set_active(simulator, _moving(accounts), 1)
    return [off, _cause(accounts, seen.id)]


def _set_active(simulator: SalesforceSimulator, flows: list[str], version: int) -> None:
    for name in flows:
        TYPES["FlowDefinition"].update(simulator.org, name, {"activeVersionNumber": version})


def _moving(accounts: Accounts) -> list[str]:
    """What moves the stage, by its name in the CRM."""
    planned, automation = accounts.process.planned, accounts.process.model.automation
    assert automation is not None
    keys = [key for key, one in automation.workflows.items() if one.does == "lifecycle_auto_update"]
    moving = [one for one in planned if one.declaration.origin == ("automation", "workflows", *keys)]
    return [one.name for one in moving if one.declaration.kind in ("WorkflowActivation", "FlowActivation")]


def _cause(accounts: Accounts, who: str) -> str:
    """Why the account, read afresh, holds another stage than the model says."""
    found = explain_live(Accounts(accounts.context, accounts.process), who, "contact", NOW)
    assert accounts.process.model.lifecycle is not None
    subject = accounts.process.words.field(str(accounts.process.model.lifecycle.field))
    return next(one.cause for one in found.apart if one.subject == subject)


PLANTED = {"hubspot": plant_on_hubspot, "salesforce": plant_on_salesforce}


def _written(model: Model) -> list[str]:
    """The fields of a person that are not calculated."""
    scores = next(iter(model.scoring.values())).fields
    return [
        str(ref)
        for ref, _ in model.fields()
        if ref.object == "contact" and ref not in (scores.fit, scores.total, scores.ready)
    ]


def _plain(one: Any) -> Any:
    return one.isoformat() if hasattr(one, "isoformat") else one
