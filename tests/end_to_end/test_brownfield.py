"""The reference model on accounts that somebody has used for years; the tests build on each other in their order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from crm_simulators.server import RunningSimulators, running

from tests.end_to_end import brownfield
from tests.end_to_end.accounts import comparable, differences, holdings
from tests.end_to_end.model_edits import change, written
from tests.pulumi_project import WITHOUT_CHECKPOINTS, PulumiProject

pytestmark = pytest.mark.pulumi
SYSTEMS = ("hubspot", "salesforce")
STAND_IN = "revops@northwind.example"
ADOPTED = (
    *(f"data_hygiene.fields.contact.{key}" for key in brownfield.COLLIDING_PROPERTIES["contacts"]),
    *(f"data_hygiene.fields.deal.{key}" for key in brownfield.COLLIDING_PROPERTIES["deals"]),
    "people.queues.emea_leads",
    "pipelines.renewal",
)


@dataclass(frozen=True)
class Brownfield:
    """A stack that was never applied, and what the accounts hold at first."""

    project: PulumiProject
    crms: RunningSimulators
    found: dict[str, Any]


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory, pulumi_cli: Path) -> Iterator[Brownfield]:
    """Both accounts as somebody has left them, and the reference model."""
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
        yield Brownfield(project, crms, {system: holdings(crms, system) for system in SYSTEMS})


def test_first_plan_lists_every_collision_of_both_accounts_and_writes_nothing(used: Brownfield) -> None:
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


def test_adopted_entries_are_managed_and_foreign_ones_left_alone(used: Brownfield) -> None:
    change(
        used.project,
        *(written(path, adopt=True) for path in ADOPTED),
        written("routing.inbound", replaces_active=brownfield.OLD_RULE),
    )
    message = used.project.up().succeeded().output
    for object_type, names in brownfield.COLLIDING_PROPERTIES.items():
        for name in names:
            assert f'HubSpot: adopts Property "{object_type}.{name}" and changes' in message
    assert f'Salesforce: adopts Queue "{brownfield.COLLIDING_QUEUE}" and changes' in message
    assert f'label: "{brownfield.OTHER_LABEL}" -> "' in message
    for name in brownfield.IDENTICAL_FIELDS:
        assert re.search(rf"Salesforce: adopts CustomField unchanged: .*{re.escape(name)}", message)
    hubspot, salesforce = (holdings(used.crms, system) for system in SYSTEMS)
    for object_id, object_type in (("0-1", "contacts"), ("0-3", "deals")):
        live = hubspot["properties"][object_id]
        for name in brownfield.COLLIDING_PROPERTIES[object_type]:
            assert live[name]["label"] != brownfield.OTHER_LABEL
    paths = [one.path for one in used.crms.control.log.select(system="hubspot", writes_only=True)]
    for object_type, properties in brownfield.IDENTICAL_PROPERTIES.items():
        for name in properties:
            assert f"/crm/v3/properties/{object_type}/{name}" not in paths
    theirs, ours = used.found["salesforce"]["components"], salesforce["components"]
    for name in brownfield.IDENTICAL_FIELDS:
        assert ours["CustomField"][name] == theirs["CustomField"][name]  # its date of change too: it was not written
    rule = f"Lead.{brownfield.OLD_RULE}"
    assert rule_of(ours, rule)["ruleEntry"] == rule_of(theirs, rule)["ruleEntry"]
    assert rule_of(ours, rule)["active"] is False
    assert foreign(hubspot, salesforce) == foreign(used.found["hubspot"], used.found["salesforce"])
    used.project.preview("--expect-no-changes").succeeded()


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


def test_destroy_leaves_the_used_accounts_as_found(used: Brownfield) -> None:
    message = used.project.destroy().succeeded().output
    now = {system: comparable(system, holdings(used.crms, system)) for system in SYSTEMS}
    left = differences({system: comparable(system, used.found[system]) for system in SYSTEMS}, now)
    stays = "/hubspot/property_validations: None became "  # of adopted properties; HubSpot's API removes no rule
    assert [line for line in left if not line.startswith(stays)] == []
    assert (
        "PropertyValidation contacts.employees.DECIMAL is kept: HubSpot's API cannot remove a validation rule"
        in message
    )
    assert rule_of(holdings(used.crms, "salesforce")["components"], f"Lead.{brownfield.OLD_RULE}")["active"] is True
