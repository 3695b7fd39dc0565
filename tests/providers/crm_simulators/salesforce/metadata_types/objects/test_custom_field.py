"""CustomField through simple-salesforce's Metadata API, over https."""

from __future__ import annotations

from typing import Any

import pytest
from crm_simulators.server import RunningSimulators
from zeep.exceptions import Fault

from tests.providers.crm_simulators.salesforce.conftest import Client


def test_created_field_is_read_back_with_server_defaults(client: Client) -> None:
    assert client.create(client.text_field(description="  padded  ")) == ["ok"]
    field = client.read("CustomField", "Lead.Tier__c")
    assert (field.label, field.length, field.description) == ("Tier", 80, "padded")
    assert (field.required, field.unique, field.externalId) == (False, False, False)


def test_missing_field_is_read_as_a_record_without_a_name(client: Client) -> None:
    assert client.read("CustomField", "Lead.Gone__c").fullName is None


def test_second_field_of_the_same_name_is_refused_without_regard_to_case(client: Client) -> None:
    client.create(client.text_field())
    assert client.create(client.text_field("Lead.TIER__c")) == [
        "DUPLICATE_DEVELOPER_NAME: There is already a field named TIER on Lead."
    ]


def test_upsert_says_whether_it_created(client: Client) -> None:
    first, second = (client.call("upsertMetadata", [client.text_field()])[0].created for _ in range(2))
    assert (first, second) == (True, False)


@pytest.mark.parametrize(
    ("attributes", "problem"),
    [
        ({"length": None}, "FIELD_INTEGRITY_EXCEPTION: Must specify 'length' for a CustomField of type Text"),
        ({"length": 256}, "FIELD_INTEGRITY_EXCEPTION: Length must be between 1 and 255"),
        ({"scale": 2}, "FIELD_INTEGRITY_EXCEPTION: Can not specify 'scale' for a CustomField of type Text"),
        ({"label": None}, "FIELD_INTEGRITY_EXCEPTION: Must specify a non-empty label for the CustomField"),
        (
            {"type": "Number", "length": None, "precision": 19, "scale": 2},
            "NUMBER_OUTSIDE_VALID_RANGE: Precision must be between 1 and 18, and scale between 0 and precision",
        ),
        (
            {"type": "Checkbox", "length": None},
            "FIELD_INTEGRITY_EXCEPTION: Must specify 'defaultValue' for a CustomField of type Checkbox",
        ),
        (
            {"type": "Checkbox", "length": None, "defaultValue": "false", "required": True},
            "FIELD_INTEGRITY_EXCEPTION: Can not specify 'required' for a CustomField of type Checkbox",
        ),
        (
            {"type": "Lookup", "length": None, "referenceTo": "Nothing", "relationshipName": "Tiers"},
            "INVALID_CROSS_REFERENCE_KEY: In field: referenceTo - no CustomObject named Nothing found",
        ),
    ],
)
def test_attributes_are_checked_by_type(client: Client, attributes: dict[str, Any], problem: str) -> None:
    assert client.create(client.text_field(**attributes)) == [problem]


def test_unknown_field_type_is_a_fault(client: Client) -> None:
    with pytest.raises(Fault, match="'Nonsense' is not a valid value for the enum 'FieldType'"):
        client.create(client.text_field(type="Nonsense"))


def test_dictionary_instead_of_a_typed_component_is_a_fault(client: Client) -> None:
    with pytest.raises(Fault, match="Must specify a"):
        client.md.CustomField.create([{"fullName": "Lead.Tier__c", "label": "Tier"}])


def test_eleventh_component_is_a_fault_and_nothing_is_created(client: Client) -> None:
    fields = [client.text_field(f"Lead.F{number}__c") for number in range(11)]
    with pytest.raises(Fault) as error:
        client.create(*fields)
    assert error.value.message == "LIMIT_EXCEEDED: record limit reached. cannot submit more than 10 records"
    assert client.read("CustomField", "Lead.F0__c").fullName is None


def test_one_bad_component_leaves_the_others_by_default(client: Client) -> None:
    bad = client.text_field("Lead.Bad__c", length=0)
    assert client.create(client.text_field(), bad)[0] == "ok"
    assert client.read("CustomField", "Lead.Tier__c").label == "Tier"


def test_all_or_none_rolls_the_innocent_back(client: Client) -> None:
    bad = client.text_field("Lead.Bad__c", length=0)
    assert client.create(client.text_field(), bad, all_or_none=True) == [
        "ALL_OR_NONE_OPERATION_ROLLED_BACK: Record rolled back because not all records were valid.",
        "FIELD_INTEGRITY_EXCEPTION: Length must be between 1 and 255",
    ]
    assert client.read("CustomField", "Lead.Tier__c").fullName is None


def test_formula_with_an_unknown_field_is_refused(client: Client) -> None:
    assert client.create(client.formula_field("Lead.Score__c", "Number", "Fit__c + 1")) == [
        "FIELD_INTEGRITY_EXCEPTION: Field Fit__c does not exist. Check spelling."
    ]


def test_formula_reads_the_owner_as_the_kind_that_it_names(client: Client, simulators: RunningSimulators) -> None:
    queue = {"DeveloperName": "Inbound", "Name": "Inbound leads", "SobjectTypes": ["Lead"]}
    made = simulators.seed("salesforce", {"queues": [queue]})["queues"]["Inbound"]
    text = "BLANKVALUE(Owner:Queue.QueueName, 'no queue') & ', ' & BLANKVALUE(Owner:User.Username, 'no user')"
    assert client.create(client.formula_field("Lead.Who__c", "Text", text)) == ["ok"]
    client.grant("Lead.Who__c", editable=False)
    lead = client.sf.Lead.create({"LastName": "Doe", "Company": "Acme"})["id"]
    assert client.sf.Lead.get(lead)["Who__c"] == "no queue, admin@simulated.example"
    client.sf.Lead.update(lead, {"OwnerId": made})
    assert client.sf.Lead.get(lead)["Who__c"] == "Inbound leads, no user"


def test_date_formula_takes_the_day_of_a_date_and_time(client: Client) -> None:
    assert client.create(client.formula_field("Lead.Since__c", "Date", "CreatedDate")) == ["ok"]
    client.grant("Lead.Since__c", editable=False)
    lead = client.sf.Lead.get(client.sf.Lead.create({"LastName": "Doe", "Company": "Acme"})["id"])
    assert lead["Since__c"] == lead["CreatedDate"][:10]


def test_date_field_takes_the_moment_as_default(client: Client) -> None:
    stamp = client.md.CustomField(fullName="Lead.Stamp__c", label="Stamp", type="Date", defaultValue="NOW()")
    assert client.create(stamp) == ["ok"]
    client.grant("Lead.Stamp__c")
    lead = client.sf.Lead.get(client.sf.Lead.create({"LastName": "Doe", "Company": "Acme"})["id"])
    assert lead["Stamp__c"] == lead["CreatedDate"][:10]


@pytest.mark.parametrize(
    ("default", "problem"),
    [
        ("TODAY(", "Syntax error. Found 'EOF'"),
        ("Gone__c", "Field Gone__c does not exist. Check spelling."),
        ("5", "Formula result is data type (Number), incompatible with expected data type (Text)."),
    ],
)
def test_default_is_compiled_when_the_field_is_saved(client: Client, default: str, problem: str) -> None:
    assert client.create(client.text_field(defaultValue=default)) == [f"FIELD_INTEGRITY_EXCEPTION: {problem}"]


@pytest.mark.parametrize(
    ("default", "value"), [('"gold" & "!"', "gold!"), ("$User.Username", "admin@simulated.example"), ("NULL", None)]
)
def test_new_record_gets_what_the_default_comes_to(client: Client, default: str, value: str | None) -> None:
    assert client.create(client.text_field(defaultValue=default)) == ["ok"]
    client.grant("Lead.Tier__c")
    lead = client.sf.Lead.create({"LastName": "Doe", "Company": "Acme"})["id"]
    assert client.sf.Lead.get(lead)["Tier__c"] == value


def test_field_in_a_formula_cannot_be_deleted(client: Client) -> None:
    client.create(client.text_field(), client.formula_field("Lead.Length__c", "Number", "LEN(Tier__c)"))
    assert client.delete("CustomField", "Lead.Tier__c") == [
        "DEPENDENCY_EXISTS: This custom field is referenced elsewhere in salesforce.com. "
        "Remove the usage and try again. : Formula Field - Lead.Length__c"
    ]


def test_deleting_what_is_gone_says_so(client: Client) -> None:
    assert client.delete("CustomField", "Lead.Gone__c") == [
        "INVALID_CROSS_REFERENCE_KEY: no CustomField named Lead.Gone__c found"
    ]


def test_deleted_field_is_kept_under_another_name_and_its_name_is_free(
    client: Client, simulators: RunningSimulators
) -> None:
    client.create(client.text_field())
    assert client.delete("CustomField", "Lead.Tier__c") == ["ok"]
    assert list(simulators.dump("salesforce")["deleted_fields"]) == ["Lead.Tier_del__c"]
    assert client.create(client.text_field()) == ["ok"]


def test_name_of_a_deleted_field_can_be_reserved_by_switch(client: Client, simulators: RunningSimulators) -> None:
    simulators.control.switches.set("salesforce.name_reuse_after_soft_delete", False)
    client.create(client.text_field())
    client.delete("CustomField", "Lead.Tier__c")
    assert client.create(client.text_field()) == [
        "DUPLICATE_DEVELOPER_NAME: There is already a field named Tier on Lead."
    ]


def test_list_of_fields_carries_id_and_file(client: Client) -> None:
    client.create(client.text_field())
    (listed,) = client.md.list_metadata([client.md.ListMetadataQuery(type="CustomField")])
    assert (listed.fullName, listed.fileName, listed.id[:3]) == ("Lead.Tier__c", "objects/Lead.object", "00N")


def test_fourth_list_query_is_a_fault(client: Client) -> None:
    query = client.md.ListMetadataQuery(type="CustomField")
    with pytest.raises(Fault, match="At most 3 list metadata queries can be done at once"):
        client.md.list_metadata([query] * 4)


def test_formula_and_plain_field_do_not_turn_into_each_other(client: Client) -> None:
    client.create(client.text_field())
    assert client.update(client.formula_field("Lead.Tier__c", "Text", "Company")) == [
        "FIELD_INTEGRITY_EXCEPTION: Cannot change a field between formula and non-formula"
    ]


def test_values_left_out_of_a_restricted_picklist_become_inactive(client: Client) -> None:
    client.create(_picklist(client, "A", "B"))
    client.update(_picklist(client, "A"))
    values = client.read("CustomField", "Lead.Tier__c").valueSet.valueSetDefinition.value
    assert [(value.fullName, value.isActive) for value in values] == [("A", None), ("B", False)]


def _picklist(client: Client, *names: str) -> object:
    values = [client.md.CustomValue(fullName=name, default=False) for name in names]
    definition = client.md.ValueSetValuesDefinition(sorted=False, value=values)
    value_set = client.md.ValueSet(restricted=True, valueSetDefinition=definition)
    return client.text_field(type="Picklist", length=None, valueSet=value_set)
