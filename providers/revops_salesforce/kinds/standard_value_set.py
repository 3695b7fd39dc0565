"""A standard value set: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_standardvalueset.htm"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal

from revops_iac.errors import AuthorError
from revops_iac.provider.kind import Existence, LiveObject
from revops_salesforce.api.client import OrgSession, SalesforceClient
from revops_salesforce.fields.impact import STANDARD_FIELDS, FieldCount
from revops_salesforce.fields.value_entries import Value
from revops_salesforce.metadata.value_set_kind import ValueSetInputs, ValueSetKind

NAMES = (
    "AccountOwnership", "AccountRating", "AccountType", "CampaignMemberStatus", "CampaignStatus", "CampaignType",
    "CaseOrigin", "CasePriority", "CaseReason", "CaseStatus", "CaseType", "ContactRole", "ContractStatus", "Industry",
    "LeadSource", "LeadStatus", "OpportunityCompetitor", "OpportunityStage", "OpportunityType", "OrderStatus",
    "PartnerRole", "Product2Family", "QuoteStatus", "Salutation", "TaskPriority", "TaskStatus", "TaskSubject",
)  # fmt: skip
"""The sets of sales, marketing and service; the vendor lists none itself [S: SDR stdValueSetRegistry]."""


class StandardValue(Value):
    """One value of a standard field; which of the attributes below are needed depends on the set [S: CumulusCI]."""

    closed: bool | None = None
    """OpportunityStage and CaseStatus."""
    won: bool | None = None
    """OpportunityStage."""
    probability: int | None = None
    """OpportunityStage, in percent."""
    forecast_category: Literal["Omitted", "Pipeline", "BestCase", "MostLikely", "Forecast", "Closed"] | None = None
    converted: bool | None = None
    """LeadStatus."""
    allow_email: bool | None = None
    high_priority: bool | None = None
    reviewed: bool | None = None
    css_exposed: bool | None = None
    """CaseReason: whether customers see the value in the self-service portal."""
    reverse_role: str | None = None
    grouping_string: str | None = None


class StandardValueSetInputs(ValueSetInputs):
    """The values of a standard picklist field that the model names; all others stay as they are.

    Example::

        name: LeadStatus
        values:
          - {name: Working - Contacted, label: Working - Contacted}
          - {name: Recycled, label: Recycled, converted: false}

    Later::

        values:
          - {name: Working - Contacted, label: In work}
          - {name: Recycled, label: Back to marketing, converted: false}
    """

    name: str
    """`LeadStatus`, `OpportunityStage`, `LeadSource`, `Industry` and so on; the list of them is fixed."""
    values: list[StandardValue]
    sorted: bool | None = None

    @property
    def listed(self) -> Sequence[StandardValue]:
        return self.values


class StandardValueSet(ValueSetKind[StandardValueSetInputs]):
    """Key: the fixed name. A set always exists: it is never created and never deleted, only its values change."""

    component_type = "StandardValueSet"
    values_element = "standardValue"
    entry_keys = {"standardValue": ("fullName",)}
    immutable = frozenset({"name"})
    existence = Existence.PERMANENT
    noun = "value set"
    on_delete = (
        "The set stays. Values that existed before get their earlier attributes back. Added values are deactivated, "
        "because Salesforce cannot delete them; records keep them."
    )

    def partition(self, name: str) -> str:
        return name  # listMetadata does not know this type [D], so each set is asked for by name

    def scan(self, client: SalesforceClient, partition: str) -> Mapping[str, LiveObject | None]:
        return self.read_many(client, [partition]) if partition else dict.fromkeys(NAMES)

    def fields(self, session: OrgSession, name: str) -> Iterable[FieldCount]:
        """The standard fields of the objects that the model speaks of; a few sets belong to no field of theirs."""
        for field in STANDARD_FIELDS.get(name, ()):
            object_, _, field_name = field.partition(".")
            yield FieldCount(session.client, object_, field_name, "Picklist")

    def create(self, session: OrgSession, inputs: StandardValueSetInputs) -> LiveObject:
        raise AuthorError(
            f'Salesforce: standard value set "{inputs.name}" does not exist',
            "use a standard name such as LeadStatus or OpportunityStage, or declare a GlobalValueSet",
        )
