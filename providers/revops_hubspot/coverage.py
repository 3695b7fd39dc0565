"""What holds each row of the revenue process on HubSpot, and what it holds only approximately."""

from __future__ import annotations

from collections.abc import Iterable

from revops_hubspot.compiler.terms.names import SYSTEM
from revops_iac.provider.coverage import Row, Status

STAGE = "stage with probability; segment Missing fields"
BRANCH = "a branch of MQL assignment"
REVIEW = "segment To review"
ENRICHMENT = "the properties exist; the source is connected by hand"
REPORT = "report by hand from the specification"
SPEND = "spend lives outside the portal"
DASHBOARD = "dashboards have no API: built from the specification"

_ROWS: tuple[tuple[str, Status, str], ...] = (
    # Principles: the policies judge the model before anything reaches HubSpot; here is what the portal itself holds.
    (
        "principle-source-of-truth",
        "manual",
        "policy on context.systems; the direction of each synced field is set by hand",
    ),
    (
        "principle-define-before-automate",
        "monitored",
        "the policy pack refuses the plan; workflows are made disabled, but a person may enable one by hand",
    ),
    ("principle-stage-criteria-and-owner", "monitored", "a segment per lifecycle stage; criteria and owner are policy"),
    ("principle-handoff-sla", "automated", "properties that track it, and the SLA breach workflow"),
    (
        "principle-fit-and-engagement",
        "automated",
        "calculation property mql_ready: both thresholds, or high intent with fit",
    ),
    ("principle-negative-signals", "automated", "inside the calculation property fit_score"),
    ("principle-decay-and-recalibration", "automated", "a decay workflow per scoring entry; the date is policy"),
    ("principle-calibration", "manual", "policy on scoring.calibration; a portal knows nothing of it"),
    (
        "principle-routing-fallback-and-order",
        "automated",
        "one branch per rule in order, the default to the fallback owner",
    ),
    (
        "principle-recycling",
        "automated",
        "the re-entry workflow enrolls only with a reason; a segment shows those without",
    ),
    (
        "principle-required-fields",
        "monitored",
        "segments show what is missing, a reason and a task where the pipeline runs here; blocking is by hand; rules "
        "on e-mail, web address, length and decimals refuse wrong values",
    ),
    ("context-company", "manual", "kept in the model; a portal has no place for it"),
    # Lifecycle.
    (
        "lifecycle-subscriber",
        "monitored",
        "segment Lifecycle: Subscriber; HubSpot sets the stage on opt-in when told so by hand",
    ),
    ("lifecycle-lead", "monitored", "segments Lifecycle: Lead and Missing fields: Lead"),
    ("lifecycle-mql", "automated", "mql_ready enrolls in lifecycle auto-update, which sets stage and dates"),
    ("lifecycle-sql", "monitored", "segment and BANT properties; sales sets the stage"),
    (
        "lifecycle-opportunity",
        "monitored",
        "segment; HubSpot sets the stage when a deal is created, if told so by hand",
    ),
    ("lifecycle-customer", "monitored", "segment; HubSpot sets the stage when a deal is won, if told so by hand"),
    ("lifecycle-evangelist", "monitored", "segment and properties for NPS and referrals; the stage is set by hand"),
    (
        "lifecycle-first-contact-sla",
        "automated",
        "SLA breach workflow; business hours count as calendar hours, so an alert can be early and is never late",
    ),
    ("lifecycle-decision-sla", "automated", "SLA breach workflow, second limit: 48 hours of calendar time, exact"),
    ("lifecycle-sdr-to-ae-sla", "monitored", "properties that track it; no automation of the six serves this handoff"),
    (
        "lifecycle-ae-to-cs-sla",
        "automated",
        "closed-won handoff creates the kickoff task; 5 business days count as 5 days",
    ),
    (
        "lifecycle-rejection-reason",
        "monitored",
        "segment Rejected without a reason; HubSpot cannot require one property by another",
    ),
    (
        "lifecycle-sla-clock",
        "automated",
        "starts at the latest MQL date; HubSpot workflows know no business hours, holidays or time zone of a delay",
    ),
    ("lifecycle-first-contact", "manual", "the rep, or the booking tool, fills the first-contact property"),
    (
        "lifecycle-recycled-lead",
        "automated",
        "re-entry workflow sets stage, count and engagement; its lead status stands beside HubSpot's own",
    ),
    # Scoring.
    ("scoring-fit", "automated", "calculation property fit_score"),
    (
        "scoring-engagement",
        "automated",
        "a workflow per signal from its form, page or field; one form sent twice in a row counts once, a custom event "
        "counts when its type id (6-…) is given",
    ),
    ("scoring-negative", "automated", "inside fit_score"),
    ("scoring-decay", "automated", "a workflow per scoring entry copies what the calculation property leaves"),
    ("scoring-threshold", "automated", "calculation property mql_ready"),
    (
        "scoring-calibration",
        "manual",
        "against closed-won history, outside; the policy pack asks for the result and the next date",
    ),
    # Routing.
    (
        "routing-at-creation",
        "automated",
        "where routing runs on HubSpot: a workflow with the same branches, for new contacts without an owner",
    ),
    ("routing-at-mql", "automated", "MQL assignment, and the last step of re-entry for recycled leads"),
    ("routing-round-robin", "automated", "Rotate record to owner among the members; equal counts, no fixed order"),
    ("routing-territory", "automated", BRANCH),
    ("routing-account-based", "automated", BRANCH),
    ("routing-skill-based", "automated", BRANCH),
    ("routing-fallback", "automated", "the default branch; a queue is its members in turn, contacts have no queue"),
    (
        "routing-speed-to-lead",
        "monitored",
        "form and first-contact dates; a five-minute alert needs Operations Hub by hand",
    ),
    # Pipelines.
    ("pipeline-qualified", "monitored", STAGE),
    ("pipeline-discovery", "monitored", STAGE),
    ("pipeline-demo", "monitored", STAGE),
    ("pipeline-proposal", "monitored", STAGE),
    ("pipeline-negotiation", "monitored", STAGE),
    ("pipeline-closed-won", "monitored", "stage with probability 1; segment Missing fields"),
    ("pipeline-closed-lost", "monitored", "stage with probability 0; segment Missing fields"),
    (
        "pipeline-required-fields",
        "monitored",
        "a segment per stage, a reason and a task; blocking is set by hand under Pipelines, Conditional logic",
    ),
    ("pipeline-stale-alert", "automated", "stale deal workflow per pipeline; flagged within a day of the limit"),
    (
        "pipeline-close-date-push",
        "manual",
        "the reason property exists; HubSpot cannot compare a date with its earlier value",
    ),
    # Automation.
    ("automation-lifecycle-auto-update", "automated", "workflow; enrolls people who engaged since go-live"),
    ("automation-mql-assignment", "automated", "workflow; enrolls people who became MQL since go-live"),
    ("automation-sla-breach", "automated", "workflow; business hours count as calendar hours"),
    ("automation-closed-won-handoff", "automated", "workflow on deals"),
    ("automation-stale-deal", "automated", "workflow on deals, one per pipeline, and one that takes the flag back"),
    (
        "automation-recycled-reentry",
        "automated",
        "workflow; the nurture is the segment of recycled leads, its e-mails are set up by hand",
    ),
    ("automation-booking-tools", "manual", "playbook steps: the tool fills the first-contact property"),
    ("automation-connector-recipes", "manual", "playbook steps"),
    # Deal desk.
    ("deal-desk-review-acv", "monitored", REVIEW),
    ("deal-desk-review-payment-terms", "monitored", REVIEW),
    ("deal-desk-review-multi-year", "monitored", REVIEW),
    (
        "deal-desk-review-discount",
        "monitored",
        "segment To review lists every discount that is not automatic: filters cannot compare two properties",
    ),
    ("deal-desk-review-legal", "monitored", REVIEW),
    ("deal-desk-approval-standard", "monitored", "nothing to approve; the segment To review leaves these deals out"),
    (
        "deal-desk-approval-manager",
        "automated",
        "where the desk runs here: a workflow marks the deal and gives the approver a task; a portal with Sales Hub "
        "Enterprise (revops:features) holds the won stage until somebody approved, super admins and workflows pass",
    ),
    ("deal-desk-approval-vp-sales", "automated", "as the manager's: a task, or an approval of the won stage"),
    ("deal-desk-approval-deal-desk", "automated", "as the manager's; custom terms count as much as the discount"),
    (
        "deal-desk-approval-finance-legal",
        "automated",
        "a task for each approver; as an approval of the won stage all of them must agree",
    ),
    (
        "deal-desk-exceptions",
        "monitored",
        "properties that record kind, size, approver and outcome; revops counts repeats",
    ),
    # Data hygiene.
    (
        "data-hygiene-match-keys",
        "manual",
        "HubSpot matches e-mail and domain itself; Manage duplicates for the other keys",
    ),
    ("data-hygiene-merge-winner", "manual", "set in the native sync"),
    (
        "data-hygiene-required-fields",
        "monitored",
        "a segment per lifecycle stage; auto-update waits for the required fields",
    ),
    ("data-hygiene-enrichment-clearbit", "manual", ENRICHMENT),
    ("data-hygiene-enrichment-apollo", "manual", ENRICHMENT),
    ("data-hygiene-enrichment-zoominfo", "manual", ENRICHMENT),
    ("data-hygiene-audit-duplicates", "manual", "Manage duplicates"),
    ("data-hygiene-audit-deliverability", "manual", "e-mail health in the marketing tools"),
    ("data-hygiene-audit-inactive", "monitored", "segment Inactive for 12 months, as 365 days; archiving is by hand"),
    ("data-hygiene-audit-bottlenecks", "monitored", "the sizes of the lifecycle segments"),
    # Metrics.
    ("metric-lead-to-mql", "monitored", f"stage dates; {REPORT}"),
    ("metric-mql-to-sql", "monitored", f"stage dates; {REPORT}"),
    ("metric-sql-to-opportunity", "monitored", f"stage dates; {REPORT}"),
    ("metric-pipeline-velocity", "monitored", f"deal properties; {REPORT}"),
    ("metric-win-rate", "monitored", f"deal stages; {REPORT}"),
    ("metric-ltv-to-cac", "manual", SPEND),
    ("metric-speed-to-lead", "monitored", f"form and first-contact dates; {REPORT}"),
    ("metric-cac", "manual", SPEND),
    ("dashboard-marketing", "manual", DASHBOARD),
    ("dashboard-sales", "manual", DASHBOARD),
    ("dashboard-executive", "manual", DASHBOARD),
    # Diagnosis.
    ("diagnosis-lifecycle", "monitored", "segments per stage and of missing fields"),
    ("diagnosis-scoring", "monitored", "the size of segment Lifecycle: MQL against that of Lifecycle: Lead"),
    ("diagnosis-routing", "monitored", "the sla_breached property and the first-contact dates"),
    ("diagnosis-pipeline", "monitored", "the stale flag and the segments of missing fields"),
    ("diagnosis-automation", "monitored", "preview shows workflows that are disabled, changed or gone"),
    ("diagnosis-data", "monitored", "segments of missing fields and inactivity"),
)


def coverage() -> Iterable[Row]:
    """One row per row of the revenue process."""
    for row, status, how in _ROWS:
        yield Row(row, SYSTEM, status, how)
