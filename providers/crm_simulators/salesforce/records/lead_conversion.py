"""SOAP `convertLead`: a lead becomes an account, a contact and, unless told otherwise, an opportunity.

Mirrors https://developer.salesforce.com/docs/atlas.en-us.api.meta/api/sforce_api_calls_convertlead.htm. There is no
REST resource for it [D: that page names none]. Validation rules and flows of all four objects run, as in orgs whose
lead settings require validation at conversion [D: LeadConfigSettings]. Contact roles are not modeled.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, timedelta
from typing import Any

from vendor_facts import table

from crm_simulators.salesforce.errors import RestError, SaveError, SoapFault, already_converted
from crm_simulators.salesforce.http import soap
from crm_simulators.salesforce.metadata_types.automation.lead_convert_settings import mappings
from crm_simulators.salesforce.org.fields import fields_of, find_field
from crm_simulators.salesforce.org.ids import to18
from crm_simulators.salesforce.org.org import Org, Record
from crm_simulators.salesforce.records.records import Records
from crm_simulators.salesforce.rows.tables import find_row, rows
from crm_simulators.salesforce.xml.component_xml import children, leaf, local_name

MAX_LEADS = 100  # [D: Database.convertLead takes as many]
# Standard fields go their fixed ways [D: lead_conversion_mapping].
FIXED: dict[str, dict[str, str]] = {}
for _row in table("salesforce/lead_conversion"):
    FIXED.setdefault(_row["object"], {})[_row["lead_field"]] = _row["field"]


@dataclass(frozen=True)
class Request:
    """One `LeadConvert` [D; S: jsforce soap schema]."""

    lead_id: str
    status: str
    account_id: str | None = None
    contact_id: str | None = None
    opportunity_id: str | None = None
    opportunity_name: str | None = None
    owner_id: str | None = None
    creates_opportunity: bool = True
    overwrites_lead_source: bool = False
    accepts_double_account: bool = False
    accepts_double_contact: bool = False


@dataclass
class Result:
    """One `LeadConvertResult`."""

    lead_id: str
    made: dict[str, str]
    errors: list[RestError]

    def xml(self) -> str:
        ids = [leaf(f"{name.lower()}Id", self.made[name]) for name in ("Account", "Contact") if name in self.made]
        opportunity = leaf("opportunityId", self.made["Opportunity"]) if "Opportunity" in self.made else ""
        errors = "".join(_error(error) for error in self.errors)
        tail = f"{leaf('leadId', self.lead_id)}{opportunity}{leaf('success', not self.errors)}"
        return f"<result>{''.join(ids)}{errors}{tail}</result>"


def _error(error: RestError) -> str:
    fields = "".join(leaf("fields", name) for name in error.fields or ())
    return f"<errors>{fields}{leaf('message', error.message)}{leaf('statusCode', error.code)}</errors>"


def convert_leads(org: Org, user: Record, request: soap.Request) -> str:
    """The results of a `convertLead` call; a lead that fails leaves nothing behind, the others are converted [D]."""
    nodes = [node for node in children(request.node) if local_name(node) == "leadConverts"]
    if len(nodes) > MAX_LEADS:
        text = (
            f"EXCEEDED_ID_LIMIT: record limit reached. cannot submit more than {MAX_LEADS} records into this operation"
        )
        raise SoapFault("sf:EXCEEDED_ID_LIMIT", text)
    allow_save = soap.is_true(request.header_value("DuplicateRuleHeader", "allowSave"))
    return "".join(_tried(org, user, _read(node, allow_save)).xml() for node in nodes)


def _read(node: Any, allow_save: bool) -> Request:
    def text(name: str) -> str | None:
        return soap.text_of(node, name) or None

    return Request(
        lead_id=text("leadId") or "",
        status=text("convertedStatus") or "",
        account_id=text("accountId"),
        contact_id=text("contactId"),
        opportunity_id=text("opportunityId"),
        opportunity_name=text("opportunityName"),
        owner_id=text("ownerId"),
        creates_opportunity=not soap.is_true(text("doNotCreateOpportunity")),
        overwrites_lead_source=soap.is_true(text("overwriteLeadSource")),
        accepts_double_account=allow_save or soap.is_true(text("bypassAccountDedupeCheck")),
        accepts_double_contact=allow_save or soap.is_true(text("bypassContactDedupeCheck")),
    )


def _tried(org: Org, user: Record, request: Request) -> Result:
    try:
        with org.undo_saves_unless_kept() as keep:
            made = Conversion(org, user, request).run()
            keep()
        return Result(to18(request.lead_id), made, [])
    except (SaveError, RestError) as error:
        return Result(request.lead_id, {}, error.errors)


class Conversion:
    """Converts one lead."""

    def __init__(self, org: Org, user: Record, request: Request) -> None:
        self.org = org
        self.user = user
        self.request = request
        self.lead = find_row(org, "Lead", request.lead_id) or {}

    def run(self) -> dict[str, str]:
        """The ids of what the lead became, by object; raises RestError or SaveError."""
        request = self.request
        self._check()
        # From here on it is no lead that a new contact could be a duplicate of.
        self.org.table("Lead")[self.lead["Id"]] = {**self.lead, "IsConverted": True}
        made = {"Account": self._become("Account", request.account_id, {}, allow_save=request.accepts_double_account)}
        links = {"AccountId": made["Account"]}
        made["Contact"] = self._become("Contact", request.contact_id, links, allow_save=request.accepts_double_contact)
        if request.creates_opportunity or request.opportunity_id:
            made["Opportunity"] = self._become("Opportunity", request.opportunity_id, {**links, **self._deal()})
        self._close(made)
        self._move_activities(made)
        return made

    def _check(self) -> None:
        lead, request = self.lead, self.request
        if not lead:
            raise RestError(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ())
        if lead["IsConverted"]:
            raise already_converted()
        if not any(row["ApiName"] == request.status and row["IsConverted"] for row in rows(self.org, "LeadStatus")):
            raise RestError(400, "INVALID_STATUS", f"invalid convertedStatus: {request.status}", ())  # [K]
        if find_row(self.org, "User", self._owner()) is None:
            # [D: a queue cannot own them, so the request must name the owner; code and text K]
            text = (
                "Converted objects can only be owned by users.  If the lead is not owned by a user, you must specify "
                "a user for the Owner field."
            )
            raise RestError(400, "UNAVAILABLE_REF", text, ())
        if request.contact_id:
            contact = find_row(self.org, "Contact", request.contact_id)
            if not request.account_id or contact is None or contact.get("AccountId") != to18(request.account_id):
                # [D: the contact must be one of the account; code and text K]
                raise RestError(400, "INVALID_CROSS_REFERENCE_KEY", "Contact is not associated with the account", ())

    def _owner(self) -> str:
        return self.request.owner_id or str(self.lead["OwnerId"])

    def _become(self, sobject: str, existing: str | None, more: Record, *, allow_save: bool = True) -> str:
        """A new record, or the existing one with its empty fields filled; ids and other data are kept [D]."""
        # One level deep, as flows save: the mapping also fills fields that the user may not edit [K].
        records = Records(self.org, self.user, allow_save=allow_save, flow_depth=1)
        values = {**self._mapped(sobject), **more}
        if existing is None:
            return records.create(sobject, {**values, "OwnerId": self._owner()})
        live = find_row(self.org, sobject, existing)
        if live is None:
            raise RestError(400, "INVALID_CROSS_REFERENCE_KEY", "invalid cross reference id", ())
        missing = {name: value for name, value in values.items() if live.get(name) in (None, "")}
        if sobject == "Contact" and self.request.overwrites_lead_source and values.get("LeadSource"):
            missing["LeadSource"] = values["LeadSource"]
        if missing:
            records.update(sobject, existing, missing)
        return str(live["Id"])

    def _mapped(self, sobject: str) -> Record:
        """Standard fields, and custom ones as LeadConvertSettings says."""
        pairs = dict(FIXED[sobject])
        for mapping in mappings(self.org):
            if mapping["outputObject"] == sobject:
                pairs |= {pair["inputField"]: pair["outputField"] for pair in mapping["mappingFields"]}
        theirs, mine = fields_of(self.org, sobject), fields_of(self.org, "Lead")
        found: Record = {}
        for source, target in pairs.items():
            given, taken = find_field(mine, source), find_field(theirs, target)
            value = self.lead.get(given.name) if given else None
            if taken is not None and value not in (None, ""):
                found[taken.name] = value
        return found

    def _deal(self) -> Record:
        """What a new opportunity starts with; an existing one only gets what it lacks."""
        stages = sorted(rows(self.org, "OpportunityStage"), key=lambda row: int(row["SortOrder"]))
        first = next((row["ApiName"] for row in stages if row["IsActive"] and not row["IsClosed"]), None)
        members = sorted(self.org.select("CampaignMember", LeadId=self.lead["Id"]), key=lambda row: row["CreatedDate"])
        campaign = {"CampaignId": members[-1]["CampaignId"]} if members else {}
        name = self.request.opportunity_name or self.lead["Company"]
        today = self.org.now().astimezone(UTC).date()
        return {"Name": name, "StageName": first, "CloseDate": end_of_quarter(today).isoformat(), **campaign}

    def _close(self, made: dict[str, str]) -> None:
        row = {
            **self.lead,
            "Status": self.request.status,
            "IsConverted": True,
            "ConvertedDate": self.org.timestamp()[:10],
            **{f"Converted{name}Id": record_id for name, record_id in made.items()},
        }
        Records(self.org, self.user, flow_depth=1).put("Lead", row, self.lead)

    def _move_activities(self, made: dict[str, str]) -> None:
        """Tasks, events and memberships follow to the contact; a membership also keeps its lead [I: grouparoo#1051]."""
        what = made.get("Opportunity") or made["Account"]
        for sobject in ("Task", "Event"):
            for row in self.org.select(sobject, WhoId=self.lead["Id"]):
                moved = {**row, "WhoId": made["Contact"], "WhatId": row.get("WhatId") or what}
                self.org.table(sobject)[row["Id"]] = moved  # [K]
        for row in self.org.select("CampaignMember", LeadId=self.lead["Id"]):
            self.org.table("CampaignMember")[row["Id"]] = {**row, "ContactId": made["Contact"]}


def end_of_quarter(day: date) -> date:
    """The close date of an opportunity from a conversion [D: lead_conversion_mapping].

    >>> end_of_quarter(date(2026, 11, 3))
    datetime.date(2026, 12, 31)
    """
    index = day.year * 12 + (day.month - 1) // 3 * 3 + 3
    return date(index // 12, index % 12 + 1, 1) - timedelta(days=1)
