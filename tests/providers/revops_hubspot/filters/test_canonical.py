"""Filter trees in one form."""

from __future__ import annotations

from revops_hubspot.filters.canonical import canonical_filters, complete_filters, properties_in


def test_defaults_are_stated_when_a_tree_is_sent() -> None:
    sent = complete_filters({"filterBranchType": "AND", "filters": [{"operation": {"operationType": "NUMBER"}}]})
    assert sent == {
        "filterBranchType": "AND",
        "filterBranchOperator": "AND",
        "filterBranches": [],
        "filters": [{"operation": {"operationType": "NUMBER", "includeObjectsWithNoValueSet": False}}],
    }


def test_order_of_values_means_nothing() -> None:
    assert canonical_filters({"values": ["b", "a"]}) == canonical_filters({"values": ["a", "b"]})


def test_absent_and_null_are_the_same() -> None:
    assert canonical_filters({"operator": "IS_KNOWN", "propertyParser": None}) == {"operator": "IS_KNOWN"}


def test_association_leads_to_the_properties_of_the_other_object() -> None:
    tree = {
        "filterBranchType": "AND",
        "filters": [{"filterType": "PROPERTY", "property": "email"}],
        "filterBranches": [
            {"filterBranchType": "ASSOCIATION", "objectTypeId": "0-2", "filters": [{"property": "industry"}]},
        ],
    }
    assert list(properties_in(tree, "contacts")) == ["contacts.email", "companies.industry"]
