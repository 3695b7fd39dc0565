"""A custom report type: https://developer.salesforce.com/docs/atlas.en-us.api_meta.meta/api_meta/meta_reporttype.htm"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal

from pydantic import Field

from revops_iac.errors import AuthorError
from revops_iac.provider.changes.consent import adding
from revops_iac.provider.inputs import Part
from revops_iac.provider.kind import Definition, Inputs, LiveObject, Reference, State
from revops_salesforce.api.client import OrgSession, SalesforceClient
from revops_salesforce.api.components import Body
from revops_salesforce.metadata.folder_kind import PUBLIC, present
from revops_salesforce.metadata.kind import MetadataKind
from revops_salesforce.reports.columns import SUFFIX

Category = Literal[
    "accounts", "opportunities", "forecasts", "cases", "leads", "campaigns", "activities", "busop", "products", "admin",
    "territory", "other", "content", "usage_entitlement", "wdc", "calibration", "territory2", "quotes", "individual",
    "employee", "data_cloud", "commerce", "flow", "semantic_model",
]  # fmt: skip
MAX_JOINS = 3  # [K: four objects in all]
SHOWN = 5
"""How many reports a refusal names."""


class JoinedObject(Part):
    """A child object, by its relationship name on the parent object."""

    relationship: str
    """`Opportunities`, `Plans__r`."""
    outer: bool = False
    """Whether records without child records are included."""


class ReportTypeColumn(Part):
    """A field that reports of the type can show."""

    field: str
    table: str | None = None
    """`Account.Opportunities` for a joined object; absent: the base object."""
    label: str | None = None
    checked: bool = False
    """Whether a new report shows the column by default."""


class Section(Part):
    """A heading in the list of fields."""

    label: str
    columns: list[ReportTypeColumn]


class ReportTypeInputs(Inputs):
    """What reports on an object, and on its children, can show.

    Example::

        name: Lead_Funnel
        label: Lead funnel
        object: Lead
        category: leads
        description: Leads with the dates of the revenue process.
        sections:
          - label: Lead
            columns:
              - {field: LastName, checked: true}
              - {field: Status}
              - {field: CreatedDate}

    Later::

        label: Leads and their dates
        sections:
          - label: Lead
            columns:
              - {field: LastName, checked: true}
              - {field: Company, label: Employer}
              - {field: CreatedDate}

    Another example::

        name: Companies_And_Deals
        label: Companies and deals
        object: Account
        category: opportunities
        joins: [{relationship: Opportunities, outer: true}]
        sections:
          - {label: Company, columns: [{field: Name}]}
          - {label: Deal, columns: [{field: Amount, table: Account.Opportunities}]}

    Another later::

        deployed: false
        joins: [{relationship: Opportunities}]
    """

    name: str
    """Developer name; reports refer to the type by it, with `__c`."""
    label: str
    object: str
    category: Category
    deployed: bool = True
    """Whether users can create reports of the type."""
    description: str | None = None
    joins: list[JoinedObject] | None = Field(default=None, max_length=MAX_JOINS)
    sections: list[Section]


class ReportType(MetadataKind[ReportTypeInputs]):
    """Key: developer name. The base object is immutable [D: meta_reporttype]."""

    component_type = "ReportType"
    spelled = frozenset()
    element_names = {"object": "baseObject", "joins": "join"}
    immutable = frozenset({"name", "object"})
    entry_keys = {"sections": ("masterLabel",), "sections.columns": ("table", "field")}
    on_delete = (
        "The type is deleted permanently. Salesforce deletes its reports with it [K], so it is kept while unmanaged "
        "reports use it, unless revops:allowDelete lists it."
    )

    def elements(self, inputs: ReportTypeInputs) -> Body:
        own = self.own(inputs)
        if "joins" in own:
            own["joins"] = _join(inputs.joins or ())
        if "sections" in own:
            own["sections"] = [_section(inputs.object, one) for one in inputs.sections]
        return self.plain_elements(own)

    def definition(self, name: str, body: Body) -> Definition:
        base = body.get("baseObject")
        return {
            **super().definition(name, body),
            "deployed": body.get("deployed", False),
            "joins": list(_joins(body.get("join"))),
            "sections": [_read_section(base, one) for one in body.get("sections", [])],
        }

    def normalize(self, definition: Definition) -> Definition:
        """An absent table is the base object, and a field that nobody checked is not checked."""
        made = super().normalize(definition)
        base = made.get("object")
        for section in made.get("sections") or ():
            section["columns"] = [_complete(base, one) for one in section["columns"]]
        if made.get("joins") is not None:
            made["joins"] = [{"outer": False, **one} for one in made["joins"]]
        return made

    def references(self, inputs: ReportTypeInputs) -> Iterable[Reference]:
        for section in inputs.sections:
            for one in section.columns:
                if one.table in {None, inputs.object}:
                    yield Reference("CustomField", f"{inputs.object}.{one.field}")

    def references_through(
        self, inputs: ReportTypeInputs, program: Mapping[tuple[str, str], Inputs]
    ) -> Iterable[Reference]:
        """The lookups that joins go along, and what may be the fields of joined objects and of lookups.

        Which object a relationship leads to is nowhere in a report type, so that all fields of that name come first.
        """
        joins = {one.relationship for one in inputs.joins or ()}
        parts = {part for section in inputs.sections for one in section.columns for part in one.field.split(".")}
        for (kind, name), other in program.items():
            if kind != "CustomField":
                continue
            relationship = f"{getattr(other, 'relationship_name', None)}__r"
            if name.rpartition(".")[2] in parts or relationship in joins:
                yield Reference(kind, name)

    def delete(self, session: OrgSession, live: LiveObject, state: State[ReportTypeInputs]) -> None:
        """Deletes the type once no unmanaged report uses it; Pulumi deletes the program's own reports first."""
        reports = _reports_on(session.client, f"{live.name}{SUFFIX}")
        if reports and not session.settings.may_delete(self.name, [live.name]):
            shown = ", ".join(reports[:SHOWN]) + (", …" if len(reports) > SHOWN else "")
            raise AuthorError(
                f'Salesforce ReportType "{live.name}" was not deleted, because this deletes unmanaged reports: {shown}',
                f"delete these reports first, or allow their deletion: {adding(live.name, 'allowDelete')}",
            )
        super().delete(session, live, state)


def _reports_on(client: SalesforceClient, report_type: str) -> list[str]:
    """The reports of that type in all public folders; others' private ones cannot be listed [K]."""
    folders = [*client.list_components("ReportFolder"), PUBLIC]
    names = [name for folder in folders for name in client.list_components("Report", folder)]
    bodies = client.read_components("Report", names)
    return sorted(name for name, body in bodies.items() if body.get("reportType") == report_type)


def _complete(base: Any, column: Definition) -> Definition:
    given = {key: value for key, value in column.items() if value is not None}
    return {"table": base, "checked": False, **given}


def _join(joins: Sequence[JoinedObject]) -> Body | None:
    """The joins as one element, each inside that before it."""
    if not joins:
        return None
    first, *rest = joins
    body = {"relationship": first.relationship, "outerJoin": first.outer}
    return {**body, "join": _join(rest)}


def _joins(body: Body | None) -> Iterable[Definition]:
    while body is not None:
        yield {"relationship": body["relationship"], "outer": body.get("outerJoin", False)}
        body = body.get("join")


def _section(base: str, section: Section) -> Body:
    columns = [
        {
            "field": one.field,
            "table": one.table or base,
            "displayNameOverride": one.label,
            "checkedByDefault": one.checked,
        }
        for one in section.columns
    ]
    return {"masterLabel": section.label, "columns": columns}


def _read_section(base: str | None, body: Body) -> Definition:
    columns = [
        present(
            {
                "field": one["field"],
                "table": None if one["table"] == base else one["table"],
                "label": one.get("displayNameOverride"),
                "checked": one.get("checkedByDefault", False),
            }
        )
        for one in body.get("columns", [])
    ]
    return {"label": body["masterLabel"], "columns": columns}
