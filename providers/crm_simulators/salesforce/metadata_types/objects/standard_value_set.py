"""StandardValueSet: read and updated only; values that an update omits are deactivated [D: globalpicklistvalue]."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vendor_facts import table

from crm_simulators.salesforce.errors import MetadataError, integrity, missing
from crm_simulators.salesforce.metadata_types.component_type import ComponentType
from crm_simulators.salesforce.metadata_types.objects.value_lists import checked_values, merged
from crm_simulators.salesforce.org.org import Component, Org
from crm_simulators.salesforce.org.picklists import active
from crm_simulators.salesforce.org.standard_value_sets import MANDATORY
from crm_simulators.salesforce.xml.component_xml import Body

NOTHING_KNOWN: Body = {"sorted": False, "standardValue": []}
"""A set whose factory values are not here."""


def names() -> Iterator[str]:
    return (row["name"] for row in table("salesforce/standard_value_sets"))


def add_values(org: Org, name: str, values: Sequence[Body]) -> None:
    """Gives a set the values that it lacks; those that it has stay as they are."""
    body = org.body("StandardValueSet", name) or NOTHING_KNOWN
    known = {value["fullName"].lower() for value in body["standardValue"]}
    more = [{**value, "default": False} for value in values if value["fullName"].lower() not in known]
    org.store("StandardValueSet", name, {**body, "standardValue": [*body["standardValue"], *more]})


class StandardValueSet(ComponentType):
    name = "StandardValueSet"
    directory = "standardValueSets"
    suffix = "standardValueSet"
    creatable = False
    ruled = ("sorted", "standardValue")
    deletable = False
    undeletable = "Cannot delete standard value set: {name}"

    def find(self, org: Org, full_name: str) -> str | None:
        return super().find(org, full_name) or next(
            (name for name in names() if name.lower() == full_name.lower()), None
        )

    def read(self, org: Org, full_name: str) -> Body | None:
        name = self.find(org, full_name)
        return None if name is None else {"fullName": name, **(org.body(self.name, name) or NOTHING_KNOWN)}

    def update(self, org: Org, full_name: str, body: Body) -> None:
        name = self.find(org, full_name)
        if name is not None and org.body(self.name, name) is None:
            org.store(self.name, name, NOTHING_KNOWN)
        super().update(org, full_name, body)

    def listed(self, org: Org) -> Iterator[tuple[str, Component]]:
        """listMetadata answers nothing: clients need a list of names [D; I]."""
        return iter(())

    def checked(self, org: Org, full_name: str, body: Body, old: Body | None) -> Body:
        given, before = body.get("standardValue", []), active((old or {}).get("standardValue", []))
        # Orgs hold sets without a value [S: public orgs].
        values = checked_values(given, element="standardValue") if given or before else []
        for value in values:
            self._check_value(full_name, value)
        result = merged((old or {}).get("standardValue", []), values)
        self._check_whole(full_name, active(result))
        return {**body, "standardValue": result}

    def _check_value(self, full_name: str, value: Body) -> None:
        for element in MANDATORY.get(full_name, ()):
            if element not in value:
                raise missing(element)  # [S: CumulusCI value_sets.py; text K]
        if full_name != "OpportunityStage":
            return
        if not 0 <= value["probability"] <= 100:
            raise MetadataError("NUMBER_OUTSIDE_VALID_RANGE", "Probability must be between 0 and 100", ("probability",))
        if value["won"] and not value["closed"]:
            raise integrity(f"Stage {value['fullName']} is won and must be closed", "closed")

    def _check_whole(self, full_name: str, values: list[Body]) -> None:
        if full_name != "LeadStatus":
            return
        if not any(value["default"] for value in values):
            raise integrity("LeadStatus must have a default value", "default")  # [K]
        if not any(value["converted"] for value in values):
            raise integrity("LeadStatus must have at least one converted value", "converted")  # [K]
