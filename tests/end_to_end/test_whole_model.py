"""The reference model on accounts that somebody has used for years, from the first plan to `pulumi destroy`.

One stack serves all tests here. They build on each other in the order in which they stand: each leaves the stack as it
found it, but for the first `up` and the last.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests
import yaml
from crm_simulators.server import RunningSimulators, running

from revops_iac.account import farewell
from revops_iac.systems import system_named
from tests.end_to_end import brownfield
from tests.end_to_end.accounts import comparable, differences, holdings
from tests.end_to_end.model_edits import change, edited, model_files, referring, renamed, written
from tests.pulumi_project import WITHOUT_CHECKPOINTS, Outcome, PulumiProject

pytestmark = pytest.mark.pulumi
SYSTEMS = ("hubspot", "salesforce")
STAND_IN = "revops@northwind.example"
TOOLING = "services/data/v63.0/tooling"
ADOPTED = (
    *(f"data_hygiene.fields.contact.{key}" for key in brownfield.COLLIDING_PROPERTIES["contacts"]),
    *(f"data_hygiene.fields.deal.{key}" for key in brownfield.COLLIDING_PROPERTIES["deals"]),
    "people.queues.emea_leads",
    "pipelines.renewal",
)


@dataclass(frozen=True)
class Used:
    """A stack that was never applied, and what the accounts hold at first."""

    project: PulumiProject
    crms: RunningSimulators
    found: dict[str, Any]


@dataclass(frozen=True)
class Applied(Used):
    """The same stack after its first `up`, with what that printed and asked of HubSpot."""

    up: Outcome
    written: tuple[str, ...]


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory, pulumi_cli: Path) -> Iterator[Used]:
    """Both accounts as somebody has left them, with the person who stands in for everybody, and the reference model."""
    with running() as crms:
        project = PulumiProject.of_checkout(tmp_path_factory.mktemp("used"), pulumi_cli)
        project.environment.update(crms.env() | WITHOUT_CHECKPOINTS)
        crms.seed("hubspot", {"users": [{"email": STAND_IN}]})
        crms.seed("salesforce", {"users": [{"Username": f"{STAND_IN}.dev", "Email": STAND_IN}]})
        brownfield.fill(crms)
        project.init(
            {
                "hubspot:portalId": str(crms.hubspot.portal_id),
                "salesforce:organizationId": crms.salesforce.organization_id,
            }
        )
        yield Used(project, crms, {system: holdings(crms, system) for system in SYSTEMS})


@pytest.fixture(scope="module")
def applied(used: Used) -> Applied:
    """The reference model, applied after the entries that are in its way were adopted."""
    adopting = (written(path, adopt=True) for path in ADOPTED)
    change(used.project, *adopting, written("routing.inbound", replaces_active=brownfield.OLD_RULE))
    used.crms.control.log.clear()
    up = used.project.up().succeeded()
    paths = tuple(one.path for one in used.crms.control.log.select(system="hubspot", writes_only=True))
    return Applied(used.project, used.crms, used.found, up, paths)


def steps(previewed: Outcome) -> dict[str, str]:
    """What `preview --json` would do, by resource; resources that stay as they are left out."""
    plan = json.loads(previewed.stdout)
    done = {step["urn"].rpartition("$")[2]: step["op"] for step in plan["steps"]}
    return {urn: op for urn, op in done.items() if op not in ("same", "refresh", "read")}


def test_first_plan_lists_every_collision_of_both_accounts_and_writes_nothing(used: Used) -> None:
    message = used.project.preview().failed().output
    collisions = [line for line in message.splitlines() if "already exists with different settings" in line]
    assert len(set(collisions)) == brownfield.COLLISIONS
    for object_type, properties in brownfield.COLLIDING_PROPERTIES.items():
        for name in properties:
            (line,) = [one for one in collisions if f'HubSpot Property "{object_type}.{name}": already exists' in one]
            assert line.strip().startswith("stacks/model/data_hygiene.yaml:")
            assert 'label is "Old label", the model says "' in line
    for name in (*brownfield.COLLIDING_FIELDS, brownfield.COLLIDING_QUEUE):
        (line,) = [one for one in collisions if f'"{name}": already exists' in one]
        assert 'label is "Old label", the model says "' in line
    (line,) = [one for one in collisions if f'"{brownfield.COLLIDING_VALIDATION}": already exists' in one]
    assert line.strip().startswith("stacks/model/pipelines.yaml:")
    assert 'error_message is "Old message", the model says "Stages follow each other' in line
    assert 'it would replace the active assignment rule "Old_Rule" of Lead' in message
    assert "fix: set replaces_active: Old_Rule on its entry; deleting this resource reactivates that rule" in message
    assert "HubSpot: the account does not allow this plan." in message
    assert "Salesforce: the account does not allow this plan." in message
    assert used.crms.control.log.select(writes_only=True) == []


def test_one_up_makes_the_whole_process_on_both_crms(applied: Applied) -> None:
    kinds = Counter(resource["type"] for resource in applied.project.resources("pulumi-python:dynamic/"))
    for system in SYSTEMS:
        assert sum(count for kind, count in kinds.items() if f"/{system}:" in kind) > 100
    assert kinds["pulumi-python:dynamic/hubspot:Pipeline"] == 2
    assert kinds["pulumi-python:dynamic/salesforce:AssignmentRules"] == 1
    resources = applied.project.export_state()["deployment"]["resources"]
    assert {one["type"] for one in resources if "stackTrace" in one} == {
        "pulumi:pulumi:Stack"
    }  # made before the program


def test_adopted_entries_are_managed_and_foreign_ones_left_alone(applied: Applied) -> None:
    message = applied.up.output
    for object_type, names in brownfield.COLLIDING_PROPERTIES.items():
        for name in names:
            assert f'HubSpot: adopts Property "{object_type}.{name}" and changes' in message
    assert f'Salesforce: adopts Queue "{brownfield.COLLIDING_QUEUE}" and changes' in message
    assert f'label: "{brownfield.OTHER_LABEL}" -> "' in message
    for name in brownfield.IDENTICAL_FIELDS:
        assert re.search(rf"Salesforce: adopts CustomField unchanged: .*{re.escape(name)}", message)
    hubspot, salesforce = (holdings(applied.crms, system) for system in SYSTEMS)
    for object_id, object_type in (("0-1", "contacts"), ("0-3", "deals")):
        live = hubspot["properties"][object_id]
        for name in brownfield.COLLIDING_PROPERTIES[object_type]:
            assert live[name]["label"] != brownfield.OTHER_LABEL
    for object_type, properties in brownfield.IDENTICAL_PROPERTIES.items():
        for name in properties:
            assert f"/crm/v3/properties/{object_type}/{name}" not in applied.written
    theirs, ours = applied.found["salesforce"]["components"], salesforce["components"]
    for name in brownfield.IDENTICAL_FIELDS:
        assert ours["CustomField"][name] == theirs["CustomField"][name]  # its date of change too: it was not written
    rule = f"Lead.{brownfield.OLD_RULE}"
    assert rule_of(ours, rule)["ruleEntry"] == rule_of(theirs, rule)["ruleEntry"]
    assert rule_of(ours, rule)["active"] is False
    assert foreign(hubspot, salesforce) == foreign(applied.found["hubspot"], applied.found["salesforce"])


def rule_of(components: dict[str, Any], name: str) -> dict[str, Any]:
    """An assignment rule of the org."""
    object_, _, rule = name.partition(".")
    rules = components["AssignmentRules"][object_]["body"]["assignmentRule"]
    (found,) = [one for one in rules if one["fullName"] == rule]
    return dict(found)


def foreign(hubspot: dict[str, Any], salesforce: dict[str, Any]) -> dict[str, Any]:
    """The 300 foreign objects and the foreign stages, as the accounts hold them."""
    live = {f"property {name}": body for name, body in hubspot["properties"]["0-2"].items() if name.startswith("old_")}
    live |= {f"list {body['name']}": body for body in hubspot["lists"].values() if body["name"].startswith("Old list")}
    components = salesforce["components"]
    for kind in ("CustomField", "ValidationRule"):
        live |= {f"{kind} {n}": body for n, body in components[kind].items() if n.startswith("Account.Old_")}
    assert len(live) == brownfield.FOREIGN
    stages = components["StandardValueSet"]["OpportunityStage"]["body"]["standardValue"]
    live |= {f"stage {stage['fullName']}": stage for stage in stages if stage["fullName"] in brownfield.FOREIGN_STAGES}
    assert len(live) == brownfield.FOREIGN + len(brownfield.FOREIGN_STAGES)
    return live


def test_refresh_finds_nothing_changed(applied: Applied) -> None:
    applied.project.refresh("--expect-no-changes").succeeded()


def test_second_plan_is_empty_keeps_every_rule_and_sees_no_comment_or_moved_definition(applied: Applied) -> None:
    project = applied.project
    applied.crms.control.log.clear()
    with edited(project):
        move(project, "data_hygiene", ("fields", "deal", "acv"), "fields_of_the_deal_desk.yaml")
        move(project, "people", ("queues", "sdr_leads"), "routing.yaml")
        for file in model_files(project):
            file.write_text(f"# A comment at the top.\n\n{file.read_text(encoding='utf-8')}", encoding="utf-8")
        planned = project.preview("--expect-no-changes", "--policy-pack", "policies").succeeded()
    assert "✅ revops@" in planned.output
    assert "the model:" not in planned.output
    assert "this plan" not in planned.output
    assert applied.crms.control.log.select(writes_only=True) == []


def move(project: PulumiProject, topic: str, path: tuple[str, ...], to: str) -> None:
    """Takes one definition out of a topic's file and writes it into another file of the model."""
    source, target = project.stacks / "model" / f"{topic}.yaml", project.stacks / "model" / to
    document = yaml.safe_load(source.read_text(encoding="utf-8"))
    parent = document[topic]
    for key in path[:-1]:
        parent = parent[key]
    moved: dict[str, Any] = {path[-1]: parent.pop(path[-1])}
    for key in reversed(path[:-1]):
        moved = {key: moved}
    there = yaml.safe_load(target.read_text(encoding="utf-8")) if target.exists() else {}
    source.write_text(yaml.safe_dump(document, sort_keys=False), encoding="utf-8")
    target.write_text(yaml.safe_dump({**there, topic: moved}, sort_keys=False), encoding="utf-8")


def team_renamed(old: str, new: str) -> Callable[[dict[str, Any]], None]:
    """Writes another team key wherever a team may stand; a word search would meet fields of the same name."""
    holders = {"owner", "then", "from_team", "to_team", "team"}

    def go(node: Any) -> None:
        for key, value in node.items() if isinstance(node, dict) else ():
            if key in holders and value == old:
                node[key] = new
            elif key == "shared_with":
                node[key] = [new if team == old else team for team in value]
            else:
                go(value)
        for item in node if isinstance(node, list) else ():
            go(item)

    return go


RENAMES = (
    referring("contact.nps_score", "contact.promoter_score"),
    referring("german_leads", "german_queue"),
    referring("ben_oduya", "ben"),
    referring("ae_to_cs", "handover"),
    referring("lead_to_mql", "mql_rate"),
    team_renamed("customer_success", "success"),
    written("automation.workflows.mql_assignment.settings", routing="incoming"),
    written("automation.workflows.recycled_reentry.settings", routing="incoming"),
    renamed("data_hygiene.required_by_stage.evangelist", "advocate"),
    renamed("data_hygiene.fields.contact.lifecycle_stage.options.evangelist", "advocate"),
    renamed("data_hygiene.fields.contact.nps_score", "promoter_score", was="nps_score"),
    renamed("pipelines.renewal", "renewals", was="renewal"),
    renamed("pipelines.renewals.stages.value_review", "value_check", was="value_review"),
    renamed("routing.inbound.rules.emea", "europe", was="emea"),
    renamed("routing.inbound", "incoming", was="inbound"),
    renamed("scoring.platform.fit.company_size", "size"),
    renamed("scoring.platform.engagement.product_usage", "usage"),
    renamed("scoring.platform.negative.student_email", "student"),
    renamed("scoring.platform", "main_product", was="platform"),
    renamed("lifecycle.stages.evangelist", "advocate", was="evangelist"),
    renamed("lifecycle.handoffs.ae_to_cs", "handover"),
    renamed("people.queues.german_leads", "german_queue", was="german_leads"),
    renamed("people.teams.customer_success", "success", was="customer_success"),
    renamed("people.persons.ben_oduya", "ben"),
    renamed("automation.workflows.stale_deal", "stale_opportunity", was="stale_deal"),
    renamed("automation.workflows.lifecycle_auto_update", "advance_lifecycle", was="lifecycle_auto_update"),
    renamed("deal_desk.standard", "main_desk", was="standard"),
    renamed("deal_desk.main_desk.approvals.manager", "sales_manager", was="manager"),
    renamed("metrics.metrics.lead_to_mql", "mql_rate", was="lead_to_mql"),
    renamed("metrics.dashboards.executive", "board", was="executive"),
)
PINS = {
    "automation.workflows.stale_opportunity": {"salesforce": "Stale_Deal"},
    "data_hygiene.fields.contact.promoter_score": {"hubspot": "nps_score", "salesforce": "Nps_Score__c"},
    "people.queues.german_queue": {"salesforce": "German_Leads"},
    "pipelines.renewals": {"hubspot": "renewal", "salesforce": "Renewal"},
    "pipelines.renewals.stages.value_check": {"hubspot": "renewal_value_review"},
}


def test_rename_of_an_immutable_name_is_refused_with_the_line_to_add(applied: Applied) -> None:
    with edited(applied.project):
        change(applied.project, *RENAMES)
        message = applied.project.preview("--refresh=false").failed().output
    for system_names in PINS.values():
        line = ", ".join(f"{system}: {name}" for system, name in system_names.items())
        assert f"fix: put beside it: vendor_name: {{{line}}}\n" in message
    what = "a HubSpot Property and a Salesforce CustomField"
    assert f'contact.promoter_score: "was" renames it, but the name of {what} cannot change after creation\n' in message
    assert "5 problems in 4 files; nothing was changed." in message


def test_renamed_keys_make_and_remove_nothing(applied: Applied) -> None:
    with edited(applied.project):
        change(applied.project, *RENAMES, *(written(path, vendor_name=names) for path, names in PINS.items()))
        previewed = applied.project.preview("--json", "--refresh=false").succeeded()
    assert "rule europe: the key emea is now europe" in previewed.stdout
    planned = steps(previewed)
    assert set(planned.values()) == {"update"}
    topics = {urn for urn in planned if "revops:model:" in urn}
    assert len(topics) == 9  # context names no key that was renamed
    assert all("hubspot:Workflow::" in urn for urn in planned.keys() - topics), "branches are named as routing rules"


def test_what_somebody_clicks_is_shown_and_put_right(applied: Applied) -> None:
    clicked_in_hubspot(applied.crms)
    clicked_in_salesforce(applied.crms)
    applied.project.let_a_minute_pass()
    shown = applied.project.up("--diff").succeeded().output  # a preview shows it too: test_changed_since_plan.py
    assert '"Why blocked??" => "Stage block reason"' in shown
    assert "the model:" not in shown
    assert "false => true" in shown
    assert "deals.accepted_at" in shown
    assert "Lead.bant_budget" in shown
    assert "StandardValueSet: (update)" not in shown  # the stage of somebody else is no drift
    hubspot, salesforce = (holdings(applied.crms, system) for system in SYSTEMS)
    assert hubspot["properties"]["0-3"]["stage_block_reason"]["label"] == "Stage block reason"
    assert "accepted_at" in hubspot["properties"]["0-3"]
    components = salesforce["components"]
    assert components["ValidationRule"]["Opportunity.Deal_Desk_Standard_Review"]["body"]["active"] is True
    assert "Lead.Bant_Budget__c" in components["CustomField"]
    stages = components["StandardValueSet"]["OpportunityStage"]["body"]["standardValue"]
    assert "Parked" in [stage["fullName"] for stage in stages]


def clicked_in_hubspot(crms: RunningSimulators) -> None:
    """Another label for one property, and another property deleted."""
    headers = {"Authorization": f"Bearer {crms.hubspot.token}"}
    deals = f"{crms.hubspot.url}/crm/v3/properties/deals"
    label = {"label": "Why blocked??"}
    requests.patch(f"{deals}/stage_block_reason", json=label, headers=headers, timeout=10).raise_for_status()
    requests.delete(f"{deals}/accepted_at", headers=headers, timeout=10).raise_for_status()


def clicked_in_salesforce(crms: RunningSimulators) -> None:
    """A validation rule switched off, a field deleted, and a stage of somebody else's added to the shared set."""
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {crms.salesforce.access_token}"
    base = f"{crms.salesforce.http_url}/{TOOLING}"

    def only(soql: str) -> str:
        found = session.get(f"{base}/query", params={"q": soql}, timeout=10)
        found.raise_for_status()
        (record,) = found.json()["records"]
        return str(record["Id"])

    rule = only("SELECT Id FROM ValidationRule WHERE ValidationName = 'Deal_Desk_Standard_Review'")
    path = f"{base}/sobjects/ValidationRule/{rule}"
    metadata = session.get(path, timeout=10).json()["Metadata"]
    session.patch(path, json={"Metadata": {**metadata, "active": False}}, timeout=10).raise_for_status()
    field = only("SELECT Id FROM CustomField WHERE DeveloperName = 'Bant_Budget' AND TableEnumOrId = 'Lead'")
    session.delete(f"{base}/sobjects/CustomField/{field}", timeout=10).raise_for_status()
    session.close()
    body = holdings(crms, "salesforce")["components"]["StandardValueSet"]["OpportunityStage"]["body"]
    parked = {"fullName": "Parked", "label": "Parked", "default": False, "closed": False, "won": False}
    body["standardValue"].append({**parked, "probability": 5, "forecastCategory": "Pipeline"})
    crms.seed("salesforce", {"components": {"StandardValueSet": {"OpportunityStage": body}}})


def test_destroy_leaves_the_accounts_as_they_were_and_says_what_cannot_go(applied: Applied) -> None:
    message = applied.project.destroy().succeeded().output
    now = {system: comparable(system, holdings(applied.crms, system)) for system in SYSTEMS}
    left = differences({system: comparable(system, applied.found[system]) for system in SYSTEMS}, now)
    parked = "/salesforce/components/StandardValueSet/OpportunityStage/body/standardValue"
    stays = "/hubspot/property_validations: None became "  # of adopted properties; HubSpot's API removes no rule
    assert [line for line in left if not line.startswith((parked, stays))] == []
    assert (
        "PropertyValidation contacts.employees.DECIMAL is kept: HubSpot's API cannot remove a validation rule"
        in message
    )
    assert rule_of(holdings(applied.crms, "salesforce")["components"], f"Lead.{brownfield.OLD_RULE}")["active"] is True
    hubspot, salesforce = system_named("hubspot").kinds, system_named("salesforce").kinds
    assert farewell("HubSpot", hubspot["Pipeline"], 2, adopted=False) in message
    assert f"Property removed. {hubspot['Property'].on_delete}" in message
    assert "CustomField removed. The field goes to Deleted Fields with its values for 15 days" in message
    assert farewell("Salesforce", salesforce["StandardValueSet"], 2, adopted=True) in message
    assert farewell("Salesforce", salesforce["BusinessProcess"], 2, adopted=False, stays=True) in message
    assert farewell("Salesforce", salesforce["RecordType"], 2, adopted=False, stays=True) in message
