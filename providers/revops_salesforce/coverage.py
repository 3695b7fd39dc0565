"""What holds each row of the revenue process on Salesforce.

Automations and routing hold on the system that their `runs_on` names; what is said here is what Salesforce does when it
is the one. Fields, stages and validation rules are made either way.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from revops_iac.provider.coverage import Row, Status
from revops_salesforce.compiler.terms.names import SYSTEM

Met = tuple[Status, str]
"""Status, and how."""
POLICY = "the policy pack refuses a model without it, before anything reaches the org"
STAGE_RULES = "the stage is a value of one global value set on Lead and Contact; validation rules"
REQUIRED = (
    "a validation rule blocks the stage, and those after it, while a required field is empty; the record type of the "
    "pipeline offers its own stages"
)
APPROVAL = (
    "approval process Deal_Desk_…, one per tier, writes the approval status; validation rules Deal_Desk_…_Approval and "
    "…_Review block the win until then, and …_Terms blocks other terms under an old approval; the owner submits the "
    "deal; whoever may edit the status field can set it by hand too"
)
FUNNEL = (
    "a report on leads, those that were converted too, by month; dates that are set on the contact after the "
    "conversion, and people who were contacts from the start, are not in it"
)
ENTRIES = "entries of the assignment rule, and decisions of the flow"
ENRICHMENT = "the tool's own integration fills the fields that the model names"
SPEND = "spend is not in the org; the documents say how it is computed"

PRINCIPLES: Mapping[str, Met] = {
    "principle-source-of-truth": ("monitored", POLICY),
    "principle-define-before-automate": (
        "monitored",
        "flows are deployed inactive and enabled by name, but a person may activate one; " + POLICY,
    ),
    "principle-stage-criteria-and-owner": ("monitored", POLICY),
    "principle-handoff-sla": ("automated", "flow SLA breach, by the clock and deadline fields; " + POLICY),
    "principle-fit-and-engagement": ("automated", "formula field MQL ready needs both thresholds; " + POLICY),
    "principle-negative-signals": ("automated", "they stand inside the formula of the fit score; " + POLICY),
    "principle-decay-and-recalibration": ("automated", "the score formulas count the days since the last engagement"),
    "principle-calibration": ("monitored", "the policy pack reads the result of the calibration from the model"),
    "principle-routing-fallback-and-order": (
        "automated",
        "the assignment rule has its entries in the order of the model; the last, without criteria, is the fallback",
    ),
    "principle-recycling": ("enforced", "validation rule Rejection_Needs_Reason; flow Recycled re-entry does the rest"),
    "principle-required-fields": ("enforced", "validation rules per stage, and one on PRIORVALUE(CloseDate)"),
}
CONTEXT: Mapping[str, Met] = {
    "context-company": ("manual", "written in the model and the documents; no object of the org holds it")
}
LIFECYCLE: Mapping[str, Met] = {
    "lifecycle-subscriber": ("enforced", f"{STAGE_RULES} Lifecycle_No_Skipping and Lifecycle_Subscriber"),
    "lifecycle-lead": ("enforced", f"{STAGE_RULES} Lifecycle_No_Skipping and Lifecycle_Lead"),
    "lifecycle-mql": ("enforced", f"{STAGE_RULES} Lifecycle_No_Skipping and Lifecycle_Mql; flow Lifecycle auto-update"),
    "lifecycle-sql": ("enforced", f"{STAGE_RULES} Lifecycle_No_Skipping and Lifecycle_Sql"),
    "lifecycle-opportunity": (
        "enforced",
        f"{STAGE_RULES} Lifecycle_No_Skipping; at conversion the lead-convert mapping carries the answers and dates "
        "over to contact, account and deal, from custom fields of the lead alone: standard ones go the ways that "
        "Salesforce fixed, and some, such as the number of employees, never reach the contact",
    ),
    "lifecycle-customer": ("enforced", f"{STAGE_RULES} Lifecycle_No_Skipping; the deal's rule asks for the contract"),
    "lifecycle-evangelist": ("enforced", f"{STAGE_RULES} Lifecycle_No_Skipping and Lifecycle_Evangelist"),
    "lifecycle-first-contact-sla": (
        "automated",
        "flow SLA breach: the manager gets a task and an e-mail at the deadline",
    ),
    "lifecycle-decision-sla": ("automated", "flow SLA breach: a second scheduled path, 48 hours after the clock"),
    "lifecycle-sdr-to-ae-sla": ("monitored", "the clock and acceptance fields on the deal; nothing alerts"),
    "lifecycle-ae-to-cs-sla": ("automated", "flow Closed-won handoff: a task that is due within the working days"),
    "lifecycle-rejection-reason": ("enforced", "validation rule Rejection_Needs_Reason on Lead and Contact"),
    "lifecycle-sla-clock": (
        "automated",
        "an approximation: flows cannot count business hours, so hours run around the clock on the working days of "
        "business_hours, a deadline on another day moves to the next working day, and holidays count as working days",
    ),
    "lifecycle-first-contact": ("manual", "the rep or the booking tool fills the field First contact"),
    "lifecycle-recycled-lead": (
        "automated",
        "flow Recycled re-entry: stage back, count one up; the first and the latest MQL date are separate fields",
    ),
}
SCORING: Mapping[str, Met] = {
    "scoring-fit": ("automated", "formula field on Lead and on Contact, computed at every read"),
    "scoring-engagement": (
        "automated",
        "a flow per signal from its campaign status or field, where scoring runs on Salesforce; elsewhere the number "
        "comes with the sync. A signal whose source is a task is counted by hand",
    ),
    "scoring-negative": ("automated", "inside the formula of the fit score"),
    "scoring-decay": (
        "automated",
        "inside the formulas of total and MQL ready, from the days since the last engagement, where scoring runs on "
        "Salesforce; elsewhere the stored number has decayed already",
    ),
    "scoring-threshold": ("automated", "formula field MQL ready on Lead and Contact"),
    "scoring-calibration": (
        "monitored",
        "its result and the next date stand in the model, and the policy pack asks for them",
    ),
}
ROUTING: Mapping[str, Met] = {
    "routing-at-creation": (
        "automated",
        "assignment rule on Lead; it runs on a save through the API only with the Sforce-Auto-Assign header",
    ),
    "routing-at-mql": ("automated", "flows MQL assignment and Recycled re-entry, by the same rules; on Lead only"),
    "routing-round-robin": (
        "automated",
        "an approximation: members take turns by the remainder of the auto-number Routing number; shares are even over "
        "many leads, but within one rule it is no strict turn",
    ),
    "routing-territory": ("automated", ENTRIES),
    "routing-account-based": ("automated", ENTRIES),
    "routing-skill-based": ("automated", "entries of the assignment rule to a person or a queue of that skill"),
    "routing-fallback": ("automated", "the last entry of the assignment rule, and the default path of the flow"),
    "routing-speed-to-lead": (
        "monitored",
        "the fields Form filled and First contact; their difference is read by hand",
    ),
}
PIPELINES: Mapping[str, Met] = {
    **{
        f"pipeline-{stage}": ("enforced", REQUIRED)
        for stage in ("qualified", "discovery", "demo", "proposal", "negotiation", "closed-won", "closed-lost")
    },
    "pipeline-required-fields": ("enforced", "validation rules per pipeline and stage, with a bypass permission"),
    "pipeline-stale-alert": ("automated", "flow Stale deal, every day: flags the deal, and its owner gets a task"),
    "pipeline-close-date-push": ("enforced", "validation rule with PRIORVALUE(CloseDate) per pipeline"),
}
AUTOMATION: Mapping[str, Met] = {
    "automation-lifecycle-auto-update": ("automated", "record-triggered flows on Lead and on Contact"),
    "automation-mql-assignment": ("automated", "record-triggered flow on Lead; a Contact keeps its account's owner"),
    "automation-sla-breach": ("automated", "record-triggered flow on Lead with a scheduled path per deadline"),
    "automation-closed-won-handoff": ("automated", "record-triggered flow on Opportunity"),
    "automation-stale-deal": ("automated", "scheduled flow on Opportunity, daily"),
    "automation-recycled-reentry": (
        "automated",
        "record-triggered flow on Lead; the nurture is a campaign of its name, which a person makes",
    ),
    "automation-booking-tools": ("manual", "steps of the playbook"),
    "automation-connector-recipes": ("manual", "steps of the playbook"),
}
DEAL_DESK: Mapping[str, Met] = {
    **{
        f"deal-desk-review-{reason}": ("enforced", "validation rule Deal_Desk_…_Review: no win without the approval")
        for reason in ("acv", "payment-terms", "multi-year", "discount", "legal")
    },
    **{
        f"deal-desk-approval-{tier}": ("enforced", APPROVAL)
        for tier in ("manager", "vp-sales", "deal-desk", "finance-legal")
    },
    "deal-desk-approval-standard": (
        "automated",
        "a deal without a reason for a review is won without an approval; one that is reviewed, but in no tier, is "
        "approved by its process as soon as it is submitted",
    ),
    "deal-desk-exceptions": (
        "enforced",
        "validation rule Deal_Desk_…_Exception asks for the kind; the report of repeated ones reads the same fields",
    ),
}
DATA_HYGIENE: Mapping[str, Met] = {
    "data-hygiene-match-keys": (
        "automated",
        "a matching rule and a duplicate rule on Lead, Contact and Account alert whoever saves a record that agrees in "
        "all keys with another; blank keys never agree, and fields without a fuzzy method must be equal",
    ),
    "data-hygiene-merge-winner": ("manual", "whoever merges keeps the values of the CRM record"),
    "data-hygiene-required-fields": ("enforced", "validation rules Lifecycle_… on Lead and Contact"),
    "data-hygiene-enrichment-clearbit": ("manual", ENRICHMENT),
    "data-hygiene-enrichment-apollo": ("manual", ENRICHMENT),
    "data-hygiene-enrichment-zoominfo": ("manual", ENRICHMENT),
    "data-hygiene-audit-duplicates": (
        "automated",
        "the duplicate rules report what they find as Duplicate Record Sets; a person merges them",
    ),
    "data-hygiene-audit-deliverability": ("manual", "a step of the quarterly audit"),
    "data-hygiene-audit-inactive": ("monitored", "reports Audit: Inactive Leads and Contacts; a person archives them"),
    "data-hygiene-audit-bottlenecks": (
        "monitored",
        "reports Audit: Lifecycle stages and Deal stages count the records in each stage; a person reads them",
    ),
}
METRICS: Mapping[str, Met] = {
    **{
        f"metric-{metric}": ("automated", FUNNEL)
        for metric in ("lead-to-mql", "mql-to-sql", "sql-to-opportunity", "speed-to-lead")
    },
    "metric-pipeline-velocity": (
        "automated",
        "a report on deals by the quarter of their creation; cycle days are those of closed deals",
    ),
    "metric-win-rate": ("automated", "a report on deals by the month of their close date; open deals count as not won"),
    "metric-ltv-to-cac": ("manual", f"a report has the lifetime value of won deals; {SPEND}"),
    "metric-cac": ("manual", f"a report counts the new customers by quarter; {SPEND}"),
    "dashboard-marketing": (
        "automated",
        "a dashboard; of cost per MQL it shows the MQLs, and won deals by source are read from the deals by hand",
    ),
    "dashboard-sales": (
        "automated",
        "a dashboard; of stage conversion it shows the open deals per stage, of forecast accuracy the won amount: what "
        "was in a stage or in commit before is read from the opportunity history by hand",
    ),
    "dashboard-executive": (
        "automated",
        "a dashboard; of each tile it shows the part that the org holds: spend and targets come from finance",
    ),
}
DIAGNOSIS: Mapping[str, Met] = {
    f"diagnosis-{layer}": ("manual", "read from the fields that the model keeps and from the configuration")
    for layer in ("lifecycle", "scoring", "routing", "pipeline", "automation", "data")
}
ROWS: Mapping[str, Met] = {
    **PRINCIPLES,
    **CONTEXT,
    **LIFECYCLE,
    **SCORING,
    **ROUTING,
    **PIPELINES,
    **AUTOMATION,
    **DEAL_DESK,
    **DATA_HYGIENE,
    **METRICS,
    **DIAGNOSIS,
}


def coverage() -> Iterator[Row]:
    """One row per row of the revenue process."""
    for row, (status, how) in ROWS.items():
        yield Row(row, SYSTEM, status, how)
