"""Layouts: what each page shows."""

from __future__ import annotations

from typing import Any

from tests.providers.crm_simulators.salesforce.conftest import Client

NAME = "Lead-Lead Layout"


def layout(client: Client, *fields: str, name: str = NAME) -> Any:
    entries = [client.md.LayoutItem(behavior="Edit", field=field) for field in fields]
    section = client.md.LayoutSection(
        label="Lead", style="OneColumn", layoutColumns=[client.md.LayoutColumn(layoutItems=entries)]
    )
    return client.md.Layout(fullName=name, layoutSections=[section])


def fields(client: Client, name: str = NAME) -> list[str]:
    live = client.read("Layout", name)
    return [item.field for section in live.layoutSections for column in section.layoutColumns
            for item in column.layoutItems]  # fmt: skip


def test_every_object_has_a_layout_from_the_start(client: Client) -> None:
    assert {"LastName", "Company", "Status"} <= set(fields(client))
    assert "StageName" in fields(client, "Opportunity-Opportunity Layout")


def test_a_write_replaces_the_whole_page(client: Client) -> None:
    assert client.update(layout(client, "LastName", "Company")) == ["ok"]
    assert fields(client) == ["LastName", "Company"]
    assert client.update(layout(client, "LastName", "Nope__c")) == [
        "INVALID_CROSS_REFERENCE_KEY: In field: field - no CustomField named Lead.Nope__c found"
    ]


def test_page_of_a_person_account_shows_the_fields_of_accounts(client: Client) -> None:
    page = "PersonAccount-Person Account Layout"
    assert client.create(client.text_field("Account.Nickname__c")) == ["ok"]
    assert client.create(layout(client, "PersonEmail", "Nickname__c", name=page)) == ["ok"]
    assert client.create(layout(client, "Nope__c", name=f"{page} 2")) == [
        "INVALID_CROSS_REFERENCE_KEY: In field: field - no CustomField named PersonAccount.Nope__c found"
    ]


def test_a_required_field_cannot_be_left_out(client: Client) -> None:
    assert client.create(client.text_field(required=True)) == ["ok"]
    assert client.update(layout(client, "LastName")) == [
        "FIELD_INTEGRITY_EXCEPTION: Layout must contain an item for required layout field: Tier__c"
    ]
    assert client.update(layout(client, "LastName", "Tier__c")) == ["ok"]


def test_the_last_layout_of_an_object_stays(client: Client) -> None:
    assert client.delete("Layout", NAME) == ["DELETE_FAILED: Cannot delete the last layout of Lead"]
    assert client.create(layout(client, "LastName", name="Lead-Partners")) == ["ok"]
    assert client.delete("Layout", NAME) == ["ok"]
