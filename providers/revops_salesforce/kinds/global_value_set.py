"""A global value set: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_globalvalueset.htm"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from revops_iac.provider.kind import LiveObject, State
from revops_salesforce.api.client import OrgSession
from revops_salesforce.fields.impact import FieldCount
from revops_salesforce.fields.value_entries import GLOBAL_SUFFIX, Value
from revops_salesforce.metadata.kind import MetadataKind
from revops_salesforce.metadata.value_set_kind import ValueSetInputs, ValueSetKind


class GlobalValueSetInputs(ValueSetInputs):
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

    label: str
    description: str | None = None
    sorted: bool = False
    """Whether users see the values in alphabetical order."""
    values: list[Value]

    @property
    def listed(self) -> Sequence[Value]:
        return self.values


class GlobalValueSet(ValueSetKind[GlobalValueSetInputs]):
    """Key: developer name, immutable [S: salto]. At most 1,000 values, inactive ones included [D]."""

    component_type = "GlobalValueSet"
    values_element = "customValue"
    element_names = {"label": "masterLabel"}
    entry_keys = {"customValue": ("fullName",)}
    immutable = frozenset({"name"})
    noun = "value set"
    on_delete = "The set is deleted permanently. Salesforce refuses while a field uses it [K]."

    def from_vendor_name(self, name: str) -> str:
        return name.removesuffix(GLOBAL_SUFFIX)

    def delete(self, session: OrgSession, live: LiveObject, state: State[GlobalValueSetInputs]) -> bool | None:
        return MetadataKind.delete(self, session, live, state)

    def fields(self, session: OrgSession, name: str) -> Iterable[FieldCount]:
        """Only fields know their set, so all custom fields are read, ten a call; asked when a value goes inactive."""
        client = session.client
        names = session.names(session.system.kinds["CustomField"], "")
        for full_name, body in client.read_components("CustomField", names).items():
            if str((body.get("valueSet") or {}).get("valueSetName") or "").removesuffix(GLOBAL_SUFFIX) == name:
                object_, _, field = full_name.partition(".")
                yield FieldCount(client, object_, field, body["type"])
