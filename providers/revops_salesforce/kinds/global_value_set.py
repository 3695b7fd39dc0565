"""A global value set: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_globalvalueset.htm"""

from __future__ import annotations

from collections.abc import Iterable

from revops_iac.provider.kind import Definition, Inputs
from revops_iac.provider.session import Session
from revops_salesforce.api.client import SalesforceClient
from revops_salesforce.api.components import Body
from revops_salesforce.fields.impact import FieldCount
from revops_salesforce.fields.value_entries import Value
from revops_salesforce.metadata.value_set_kind import ValueSetKind

SUFFIX = "__gvs"  # names may come back with it since version 57, and are accepted without [S: salto]


class GlobalValueSetInputs(Inputs):
    """Values that several picklist fields share.

    Example::

        name: Lifecycle_Stage
        label: Lifecycle stage
        description: Where a person stands between subscriber and evangelist.
        values:
          - {name: lead, label: Lead}
          - {name: mql, label: MQL}

    Later::

        values:
          - {name: lead, label: New lead}
          - {name: mql, label: MQL}
          - {name: sql, label: SQL}
    """

    name: str
    label: str
    description: str | None = None
    sorted: bool = False
    """Whether people see the values in alphabetical order."""
    values: list[Value]
    deactivate: list[str] | None = None
    """Values of others that must not be active any more."""


class GlobalValueSet(ValueSetKind):
    """Key: developer name, immutable [S: salto]. At most 1,000 values, inactive ones included [D]."""

    component_type = "GlobalValueSet"
    values_element = "customValue"
    inputs = GlobalValueSetInputs
    immutable = frozenset({"name"})
    on_delete = "The set is deleted for good; it is refused while a field uses it [K]."

    def from_vendor_name(self, name: str) -> str:
        return name.removesuffix(SUFFIX)

    def _settings(self, inputs: Definition) -> Body:
        label = {"masterLabel": inputs["label"]} if "label" in inputs else {}
        return {**super()._settings({key: value for key, value in inputs.items() if key != "label"}), **label}

    def definition(self, name: str, body: Body) -> Definition:
        return {**super().definition(name, body), "label": body.get("masterLabel")}

    def fields(self, session: Session[SalesforceClient], name: str) -> Iterable[FieldCount]:
        """Only fields know their set, so all custom fields are read, ten a call; asked when a value goes inactive."""
        client = session.client
        names = session.names(session.system.kinds["CustomField"], "")
        for full_name, body in client.read_components("CustomField", names).items():
            if str((body.get("valueSet") or {}).get("valueSetName") or "").removesuffix(SUFFIX) == name:
                object_, _, field = full_name.partition(".")
                yield FieldCount(client, object_, field, body["type"])
