"""Which scopes a stack needs, and which of them a token covers."""

from __future__ import annotations

import pytest
from revops_hubspot.api.scopes import lacking, reading, unknown_kinds, writing
from revops_hubspot.dynamic import KINDS

from revops_iac.provider.kind import DesiredResource, Lookup
from tests.providers.contract import example


def desired(kind: str, **inputs: str) -> DesiredResource:
    return DesiredResource(kind, "name", "name", inputs)


def test_definitions_need_the_schema_of_their_object_and_records_to_count() -> None:
    declared = [desired("Property", object="deals"), desired("Pipeline", object="2-77")]
    assert reading(KINDS, declared, []) == [
        "crm.objects.custom.read",
        "crm.objects.deals.read",
        "crm.schemas.custom.read",
        "crm.schemas.deals.read",
    ]
    assert writing(KINDS, declared) == ["crm.schemas.custom.write", "crm.schemas.deals.write"]


def test_sensitive_data_has_scopes_of_its_own() -> None:
    declared = [desired("Property", object="contacts", data_sensitivity="sensitive")]
    assert writing(KINDS, declared) == ["crm.objects.contacts.sensitive.write.v2", "crm.schemas.contacts.write"]


def test_objects_of_hubspot_have_scopes_of_their_own_name() -> None:
    assert writing(KINDS, [desired("Property", object="invoices")]) == ["crm.schemas.invoices.write"]


def test_names_need_the_scope_of_their_directory() -> None:
    lookups = [Lookup("owner", "a@example.com"), Lookup("team", "SDR"), Lookup("user", "a@example.com")]
    assert reading(KINDS, [], lookups) == ["crm.objects.owners.read", "settings.users.teams.read"]


def test_lists_and_workflows_have_scopes_of_their_own() -> None:
    declared = [desired("List", object="contacts"), desired("Workflow", object="contacts")]
    assert writing(KINDS, declared) == ["automation", "crm.lists.write"]


def test_label_needs_the_schemas_of_both_its_ends() -> None:
    declared = [desired("AssociationLabel", from_object="contacts", to_object="machine")]
    assert writing(KINDS, declared) == ["crm.schemas.contacts.write", "crm.schemas.custom.write"]
    assert unknown_kinds(KINDS, declared) == []


def test_rules_and_permissions_of_pipelines_have_scopes_of_their_own() -> None:
    declared = [desired("PipelineRules", object="deals"), desired("PipelineStagePermissions", object="deals")]
    assert writing(KINDS, declared) == ["crm.pipelines.governance.write", "crm.pipelines.stage_permissions.write"]


def test_one_scope_covers_everything_of_tickets() -> None:
    needed = ["crm.objects.tickets.read", "crm.schemas.tickets.read", "crm.schemas.tickets.write"]
    assert lacking(needed, frozenset({"tickets"})) == []
    assert lacking(needed, frozenset({"crm.objects.contacts.read"})) == needed


def test_records_readable_means_schema_readable_but_not_writable() -> None:
    needed = ["crm.schemas.deals.read", "crm.schemas.deals.write"]
    assert lacking(needed, frozenset({"crm.objects.deals.read"})) == ["crm.schemas.deals.write"]


def test_owners_are_readable_with_the_scope_of_workflows() -> None:
    assert lacking(["crm.objects.owners.read"], frozenset({"automation"})) == []
    assert lacking(["crm.objects.owners.read"], frozenset({"oauth"})) == ["crm.objects.owners.read"]


def test_kind_of_which_nothing_is_known_is_named() -> None:
    assert unknown_kinds(KINDS, [desired("Label", of="deals"), desired("List", object="deals")]) == ["Label"]


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_about_an_object_or_names_its_scopes(name: str) -> None:
    """Otherwise the doctor cannot check its rights: add `scopes = (to read, to write)` to the class."""
    inputs = KINDS[name].parse(example(KINDS[name]))
    declared = DesiredResource(name, "name", "name", inputs if isinstance(inputs, dict) else inputs.managed())
    assert unknown_kinds(KINDS, [declared]) == []
