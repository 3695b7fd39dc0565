"""LeadConvertSettings: which fields of a lead go where when it is converted; every org has them, empty at first [K]."""

from __future__ import annotations

from collections.abc import Iterator

from crm_simulators.salesforce.errors import MetadataError, integrity
from crm_simulators.salesforce.metadata_types.checks import known_field
from crm_simulators.salesforce.metadata_types.component_type import ComponentType, undated, without_name
from crm_simulators.salesforce.org.fields import UNKNOWN, fields_of, find_field
from crm_simulators.salesforce.org.org import Component, Org
from crm_simulators.salesforce.xml.component_xml import Body

NAME = "LeadConvertSettings"
TARGETS = ("Account", "Contact", "Opportunity")
ALIKE = ({"string", "picklist"}, {"string", "textarea"})
"""Types that are mapped to each other [D: Guidelines for Mapping Custom Lead Fields for Lead Conversion]."""
FACTORY: Body = {"allowOwnerChange": False, "objectMapping": [], "opportunityCreationOptions": "VisibleOptional"}


class LeadConvertSettings(ComponentType):
    """Standard fields have a fixed mapping; the settings add custom fields of the lead [D: lead conversion]."""

    name = NAME
    directory = NAME
    suffix = "LeadConvertSetting"
    creatable = False
    deletable = False

    def find(self, org: Org, full_name: str) -> str | None:
        return NAME if full_name.lower() == NAME.lower() else None

    def read(self, org: Org, full_name: str) -> Body | None:
        """Without the pairs of deleted fields [K]."""
        if self.find(org, full_name) is None:
            return None
        body = org.body(NAME, NAME) or FACTORY
        return {"fullName": NAME, **body, "objectMapping": mappings(org)}

    def listed(self, org: Org) -> Iterator[tuple[str, Component]]:
        yield NAME, org.of_type(NAME).get(NAME, undated(org))

    def update(self, org: Org, full_name: str, body: Body) -> None:
        self.existing(org, full_name)
        given = body if org.switch("update_resets_omitted") else {**(org.body(NAME, NAME) or {}), **body}
        objects = [mapping["outputObject"] for mapping in given.get("objectMapping", [])]
        if len(set(objects)) < len(objects):
            raise MetadataError("DUPLICATE_VALUE", "Duplicate objectMapping", ("objectMapping",))
        for mapping in given.get("objectMapping", []):
            _check(org, mapping)
        kept = {**FACTORY, **without_name(given)}
        org.store(NAME, NAME, kept)
        if kept == FACTORY:
            org.drop(NAME, NAME)  # as in an org that never changed them


def mappings(org: Org) -> list[Body]:
    """The mapping of each object, without the pairs of deleted fields."""
    body = org.body(NAME, NAME) or FACTORY
    return [{**mapping, "mappingFields": list(_present(org, mapping))} for mapping in body["objectMapping"]]


def _present(org: Org, mapping: Body) -> Iterator[Body]:
    theirs, mine = fields_of(org, mapping["outputObject"]), fields_of(org, "Lead")
    for pair in mapping.get("mappingFields", []):
        if find_field(mine, pair["inputField"]) and find_field(theirs, pair["outputField"]):
            yield pair


def _check(org: Org, mapping: Body) -> None:
    if mapping["inputObject"] != "Lead" or mapping["outputObject"] not in TARGETS:
        raise integrity(f"Cannot map {mapping['inputObject']} to {mapping['outputObject']}", "objectMapping")  # [K]
    seen: set[str] = set()
    for pair in mapping.get("mappingFields", []):
        given = known_field(org, "Lead", pair["inputField"], "inputField")
        taken = known_field(org, mapping["outputObject"], pair["outputField"], "outputField")
        if given.custom is None and given.type != UNKNOWN:
            raise integrity(f"Only custom fields of a lead can be mapped: {given.name}", "inputField")  # [K]
        kinds = {given.type, taken.type}
        if UNKNOWN not in kinds and ((len(kinds) > 1 and kinds not in ALIKE) or not taken.updateable):
            # [K: types must agree; text K]
            text = f"Lead.{given.name} cannot be mapped to {mapping['outputObject']}.{taken.name}"
            raise integrity(text, "outputField")
        if seen & {f"in {given.name}", f"out {taken.name}"}:
            raise MetadataError("DUPLICATE_VALUE", f"Field is mapped twice: {given.name}", ("mappingFields",))
        seen |= {f"in {given.name}", f"out {taken.name}"}
