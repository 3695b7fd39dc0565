"""The story of thirty days in an org: leads are made, things happen to them, and the org is counted."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from crm_simulators.salesforce.org.org import Org
from crm_simulators.server import RunningSimulators
from revops_salesforce.compiler.terms.names import field_name
from simple_salesforce import Salesforce

from revops_iac.model import Model
from revops_iac.model.condition import FieldRef
from tests.providers.crm_simulators.story import END, START, Json, rule_of, team_of
from tests.providers.revops_salesforce.compiled_model import Saving

BATCH = 200
CAMPAIGN_STATUS = {"demo_request": "Requested demo", "content_download": "Downloaded content"}
VISITS = "Pricing_Visits__c"
FIRST_CONTACT = "First contact within 4 business hours"
MISSED_CONTACT = "SLA missed: first contact within 4 business hours"
MISSED_DECISION = "SLA missed: decide within 48 hours"


class Thirty:
    """An org over the thirty days. Thousands of daily saves are made without HTTP, all else through the API."""

    def __init__(self, sims: RunningSimulators, model: Model, org: Org) -> None:
        access = sims.salesforce
        self.sims = sims
        self.model = model
        self.org = org
        self.saving = Saving(org, "RevOps_Fields")
        self.sf = Salesforce(session_id=access.access_token, instance_url=access.https_url, version="63.0")
        self.campaigns = [self.saving.create("Campaign", Name=f"Campaign {n}", IsActive=True) for n in range(7)]
        self.answers: Counter[str] = Counter()
        self.ids: list[str] = []
        self.owners_at_creation: list[str] = []

    def live(self, story: Json) -> None:
        """Make the leads, and let everything happen at its time."""
        people = story["contacts"]
        for first in range(0, len(people), BATCH):
            self._create([self._lead(one) for one in people[first : first + BATCH]])
        self.owners_at_creation = self.owners()
        for at, events in groupby(story["events"], key=lambda event: event["at"]):
            moment = START + timedelta(minutes=at)
            with self.sims.control.lock:
                self.sims.control.clock.set(moment)
                for event in events:
                    self._happen(self.ids[event["contact"]], event, moment)
        with self.sims.control.lock:
            self.sims.control.clock.set(START + timedelta(minutes=END))

    def _lead(self, person: Json) -> Json:
        values = {field_name(self.model, FieldRef(f"contact.{key}"), "Lead"): one for key, one in person.items()}
        domain = person["email"].partition("@")[2]
        more = {"Email_Domain__c": domain, "Lifecycle_Stage__c": "lead", "Status": "Open"}
        return {"attributes": {"type": "Lead"}, **values, **more}

    def _create(self, leads: list[Json]) -> None:
        body = {"allOrNone": True, "records": leads}
        headers = {**self.sf.headers, "Sforce-Auto-Assign": "TRUE"}
        url = f"{self.sf.base_url}composite/sobjects"
        answer = self.sf.session.post(url, json=body, headers=headers).json()
        assert all(one["success"] for one in answer), answer[:3]
        self.ids += [one["id"] for one in answer]

    def _happen(self, lead_id: str, event: Json, moment: datetime) -> None:
        now, lead = moment.isoformat(), self.org.record("Lead", lead_id) or {}
        if event["what"] == "engage":
            self._engage(lead_id, lead, event["signal"])
        elif event["what"] == "contact":
            self.saving.update("Lead", lead_id, Status="Working", First_Contact_At__c=now)
        elif event["what"] == "recycle":
            self.saving.update("Lead", lead_id, Status="Recycled", Rejection_Reason__c="bad_timing", Decided_At__c=now)
        elif lead["Lifecycle_Stage__c"] == "mql":
            accepted = {"Status": "Accepted", "Lifecycle_Stage__c": "sql", "Qualified_On__c": now[:10]}
            contacted = lead.get("First_Contact_At__c") or now
            self.saving.update("Lead", lead_id, **accepted, Decided_At__c=now, First_Contact_At__c=contacted)

    def _engage(self, lead_id: str, lead: Json, signal: str) -> None:
        """A visit is counted on the lead; a form makes it a member of the next campaign."""
        if signal not in CAMPAIGN_STATUS:
            self.saving.update("Lead", lead_id, **{VISITS: (lead.get(VISITS) or 0) + 1})
            return
        campaign = self.campaigns[self.answers[lead_id]]
        self.answers[lead_id] += 1
        self.saving.create("CampaignMember", CampaignId=campaign, LeadId=lead_id, Status=CAMPAIGN_STATUS[signal])

    # --- what the org shows -------------------------------------------------------------------------------------

    def counted(self) -> Json:
        """The same counts as the script's, asked for in SOQL."""
        assert self.org.flow_errors == []
        tasks = self._by("Task", "Subject")
        calls = self._by("Task", "WhoId", f"Subject = '{FIRST_CONTACT}'")
        assigned: dict[str, Counter[str]] = {"created": Counter(), "mqls": Counter(), "recycled": Counter()}
        people = []
        leads = {one["Id"]: one for one in self._all(f"SELECT {', '.join(LEAD_FIELDS)} FROM Lead")}
        for lead_id in self.ids:
            owner = self._owner(leads[lead_id]["Owner"])
            team = team_of(self.model, owner)
            assigned["mqls"][team] += calls[lead_id]
            assigned["recycled"][team] += int(leads[lead_id]["Recycle_Count__c"] or 0)
            people.append([calls[lead_id], rule_of(self.model, owner), team])
        for owner in self.owners_at_creation:
            assigned["created"][team_of(self.model, owner)] += 1
        mailed = Counter(one["parameters"]["emailSubject"].partition(":")[0] for one in self.org.actions)
        assert mailed["SLA missed"] == tasks[MISSED_CONTACT] + tasks[MISSED_DECISION]
        return {
            "mqls": tasks[FIRST_CONTACT],
            "people_who_became_mql": self._number("Mql_Date__c != null"),
            "tasks": sum(tasks.values()),
            "breach_first_contact": tasks[MISSED_CONTACT],
            "breach_decide": tasks[MISSED_DECISION],
            "marked_as_breached": self._number("Sla_Breached__c = true"),
            "recycled": sum(assigned["recycled"].values()),
            "assigned": {moment: {team: n for team, n in live.items() if n} for moment, live in assigned.items()},
            "engagement": sum(one["Lead_Score__c"] - one["Fit_Score__c"] for one in leads.values()),
            "people": people,
        }

    def owners(self) -> list[str]:
        """The person or queue that owns each lead, in the order in which the leads were made."""
        found = self._all("SELECT Id, Owner.Type, Owner.Username, Owner.Name FROM Lead")
        owners = {one["Id"]: self._owner(one["Owner"]) for one in found}
        return [owners[lead_id] for lead_id in self.ids]

    def _all(self, query: str) -> list[Any]:
        return list(self.sf.query_all(query)["records"])

    def _by(self, sobject: str, field: str, where: str = "") -> Counter[str]:
        condition = f" WHERE {where}" if where else ""
        found = self._all(f"SELECT {field}, COUNT(Id) n FROM {sobject}{condition} GROUP BY {field}")
        return Counter({one[field]: one["n"] for one in found})

    def _number(self, where: str) -> int:
        return int(self.sf.query(f"SELECT COUNT() FROM Lead WHERE {where}")["totalSize"])

    def _owner(self, owner: Json) -> str:
        """The key of the person or queue."""
        people = self.model.people
        if owner["Type"] == "Queue":
            return next(key for key, queue in people.queues.items() if queue.label == owner["Name"])
        return next(key for key in people.persons if people.identity(key, "salesforce") == owner["Username"])


LEAD_FIELDS = ("Id", "Owner.Type", "Owner.Username", "Owner.Name", "Recycle_Count__c", "Lead_Score__c", "Fit_Score__c")
