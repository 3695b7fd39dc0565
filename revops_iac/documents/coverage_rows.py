"""Every row of the revenue process: what each system must say about, once, in its coverage."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from revops_iac.provider.coverage import Row


@dataclass(frozen=True)
class ProcessRow:
    """One thing that the revenue process asks for: its id, the topic it belongs to and its sentence."""

    id: str
    topic: str
    sentence: str


_BY_TOPIC: Mapping[str, Mapping[str, str]] = {
    "principles": {
        "principle-source-of-truth": "One CRM is named the source of truth when more than one is managed.",
        "principle-define-before-automate": "Nothing is enabled before stages, scoring and routing are defined.",
        "principle-stage-criteria-and-owner": "Every stage has entry criteria, exit criteria and an owner.",
        "principle-handoff-sla": "Every handoff has an SLA, a way it is tracked and an accountable owner.",
        "principle-fit-and-engagement": "An MQL needs fit and engagement; one alone is rejected.",
        "principle-negative-signals": "Every scoring model has negative signals.",
        "principle-decay-and-recalibration": "Engagement decays, and the model has a recalibration date.",
        "principle-calibration": "Thresholds are checked against closed-won history where there is history.",
        "principle-routing-fallback-and-order": "Routing runs from specific to general and ends at a fallback owner.",
        "principle-recycling": "A rejected lead is recycled only with a reason, into a slower nurture, tracked apart.",
        "principle-required-fields": "Required fields block a stage advance; a close-date push needs a reason.",
    },
    "context": {
        "context-company": "Motion, contract value, sales cycle, stack, current state and goal are written down.",
    },
    "lifecycle": {
        "lifecycle-subscriber": "Subscriber: opted in to content.",
        "lifecycle-lead": "Lead: name, email and company known.",
        "lifecycle-mql": "MQL: fit and engagement thresholds both met, or a high-intent action with fit.",
        "lifecycle-sql": "SQL: a qualifying conversation; 2 or more of BANT confirmed.",
        "lifecycle-opportunity": "Opportunity: BANT confirmed; deal value and close date set.",
        "lifecycle-customer": "Customer: closed-won, contract signed.",
        "lifecycle-evangelist": "Evangelist: NPS 9-10, or active referrals.",
        "lifecycle-first-contact-sla": "MQL to SQL: first contact in 4 business hours; a breach goes to the manager.",
        "lifecycle-decision-sla": "MQL to SQL: accepted or rejected in 48 hours; escalates at the limit.",
        "lifecycle-sdr-to-ae-sla": "SDR to AE: accepted in 24 hours.",
        "lifecycle-ae-to-cs-sla": "AE to CS: kickoff in 5 business days.",
        "lifecycle-rejection-reason": "A rejection needs a reason code.",
        "lifecycle-sla-clock": "The clock starts at MQL and counts business hours, holidays and time zone.",
        "lifecycle-first-contact": "First contact is the owner's first logged outbound call, e-mail or meeting.",
        "lifecycle-recycled-lead": "A recycled lead is back at Lead, counted, its first and latest MQL dates kept.",
    },
    "scoring": {
        "scoring-fit": "Fit: company size, industry, role, tech stack.",
        "scoring-engagement": "Engagement: demo request, pricing-page visit, product usage, content download.",
        "scoring-negative": "Negative: competitor domain, student email, job mismatch.",
        "scoring-decay": "Engagement decays on a schedule.",
        "scoring-threshold": "An MQL threshold for each dimension.",
        "scoring-calibration": "Thresholds against closed-won history, with a date for the next check.",
    },
    "routing": {
        "routing-at-creation": "A lead is routed when it is created.",
        "routing-at-mql": "A lead is routed when it becomes MQL or is recycled.",
        "routing-round-robin": "Round-robin: equal territories, similar deals.",
        "routing-territory": "Territory: regions, industry specialists.",
        "routing-account-based": "Account-based: named accounts.",
        "routing-skill-based": "Skill-based: diverse products, global teams.",
        "routing-fallback": "Most specific first, then general, then the fallback owner.",
        "routing-speed-to-lead": "Speed to lead: first contact in 5 minutes, an alert at 30, cold after 24 hours.",
    },
    "pipelines": {
        "pipeline-qualified": "Qualified: contact, company, source, fit score.",
        "pipeline-discovery": "Discovery: pain points, current solution, timeline.",
        "pipeline-demo": "Demo / evaluation: technical requirements, decision makers.",
        "pipeline-proposal": "Proposal: pricing, terms, stakeholder map.",
        "pipeline-negotiation": "Negotiation: redlines, approval chain, close date.",
        "pipeline-closed-won": "Closed won: signed contract, payment terms.",
        "pipeline-closed-lost": "Closed lost: loss reason, competitor.",
        "pipeline-required-fields": "Required fields block the advance of a deal.",
        "pipeline-stale-alert": "A stale alert at twice the stage's average days.",
        "pipeline-close-date-push": "A close-date push needs a reason.",
    },
    "automation": {
        "automation-lifecycle-auto-update": "Lifecycle auto-update: advance the stage when the criteria are met.",
        "automation-mql-assignment": "MQL assignment: assign the rep and create the 4-hour SLA task.",
        "automation-sla-breach": "SLA breach: notify the manager when the rep misses it.",
        "automation-closed-won-handoff": "Closed-won handoff: start onboarding, assign the customer-success owner.",
        "automation-stale-deal": "Stale deal: flag deals past twice the average stage duration.",
        "automation-recycled-reentry": "Recycled lead re-entry: reset engagement, enroll in the slower nurture.",
        "automation-booking-tools": "Booking tools: a meeting booked is first contact and stops the SLA clock.",
        "automation-connector-recipes": "Connectors create the lead in the source-of-truth CRM only.",
    },
    "deal_desk": {
        "deal-desk-review-acv": "Review when ACV is above the limit.",
        "deal-desk-review-payment-terms": "Review on payment terms that are not standard (net-90, quarterly).",
        "deal-desk-review-multi-year": "Review on multi-year with custom pricing.",
        "deal-desk-review-discount": "Review on a discount beyond the published tiers.",
        "deal-desk-review-legal": "Review on custom legal terms or SLAs.",
        "deal-desk-approval-standard": "Standard price is approved automatically.",
        "deal-desk-approval-manager": "10-20% discount: the sales manager approves.",
        "deal-desk-approval-vp-sales": "20-40% discount: the VP Sales approves.",
        "deal-desk-approval-deal-desk": "40% or more, or custom terms: the deal desk approves.",
        "deal-desk-approval-finance-legal": "Multi-year or enterprise: Finance and Legal approve.",
        "deal-desk-exceptions": "Every exception is recorded; one that repeats is a candidate for the standard.",
    },
    "data_hygiene": {
        "data-hygiene-match-keys": "Duplicates match on email domain, company name and phone.",
        "data-hygiene-merge-winner": "The CRM record wins a merge conflict.",
        "data-hygiene-required-fields": "Required fields per lifecycle stage block the advance.",
        "data-hygiene-enrichment-clearbit": "Clearbit fills technology data in real time.",
        "data-hygiene-enrichment-apollo": "Apollo fills prospecting data.",
        "data-hygiene-enrichment-zoominfo": "ZoomInfo fills enterprise data.",
        "data-hygiene-audit-duplicates": "Quarterly audit: merge duplicates.",
        "data-hygiene-audit-deliverability": "Quarterly audit: check deliverability.",
        "data-hygiene-audit-inactive": "Quarterly audit: archive contacts inactive for 12 months.",
        "data-hygiene-audit-bottlenecks": "Quarterly audit: look for bottlenecks in the stage distribution.",
    },
    "metrics": {
        "metric-lead-to-mql": "Lead-to-MQL: MQLs / leads, 5-15%.",
        "metric-mql-to-sql": "MQL-to-SQL: SQLs / MQLs, 30-50%.",
        "metric-sql-to-opportunity": "SQL-to-opportunity: opportunities / SQLs, 50-70%.",
        "metric-pipeline-velocity": "Pipeline velocity: deals x ACV x win rate / cycle days.",
        "metric-win-rate": "Win rate: closed-won / opportunities, 20-30%.",
        "metric-ltv-to-cac": "LTV:CAC: lifetime value / acquisition cost, 3:1 to 5:1.",
        "metric-speed-to-lead": "Speed-to-lead: form fill to first rep contact, under 5 minutes.",
        "metric-cac": "CAC: sales and marketing spend / new customers.",
        "dashboard-marketing": "Marketing dashboard: lead volume, MQL rate, source attribution, cost per MQL.",
        "dashboard-sales": "Sales dashboard: pipeline value, stage conversion, velocity, forecast accuracy.",
        "dashboard-executive": "Executive dashboard: CAC, LTV:CAC, revenue against target, pipeline coverage.",
    },
    "diagnosis": {
        "diagnosis-lifecycle": "Lifecycle is broken: unclear definitions, skipped stages, no owner.",
        "diagnosis-scoring": "Scoring is broken: uncalibrated threshold, too many or too few MQLs, stale model.",
        "diagnosis-routing": "Routing is broken: wrong rep, no fallback, speed-to-lead over 30 minutes.",
        "diagnosis-pipeline": "Pipeline is broken: stalled deals, empty required fields, forecast off.",
        "diagnosis-automation": "Automation is broken: silent SLA alerts, missing handoff tasks or workflows.",
        "diagnosis-data": "Data is broken: duplicates, enrichment gaps, bottlenecks in the stage distribution.",
    },
}

PROCESS_ROWS: tuple[ProcessRow, ...] = tuple(
    ProcessRow(id, topic, sentence) for topic, rows in _BY_TOPIC.items() for id, sentence in rows.items()
)
"""All rows, topic by topic, in the order of the process."""


def coverage_faults(rows: Iterable[Row]) -> list[str]:
    """What is wrong with the coverage of one system, as sentences: rows absent, unknown, twice, or planned for nothing.

    >>> coverage_faults([])[0]
    'row "principle-source-of-truth" is absent'
    """
    message = list(rows)
    count = {row.id: sum(item.row == row.id for item in message) for row in PROCESS_ROWS}
    absent = [f'row "{id}" is absent' for id, times in count.items() if times == 0]
    twice = [f'row "{id}" is there {times} times' for id, times in count.items() if times > 1]
    unknown = [f'"{item.row}" is not a row of the process' for item in message if item.row not in count]
    vague = [f'row "{item.row}" says nothing about how' for item in message if not item.how]
    waiting = [item.row for item in message if item.status == "planned" and not item.kind]
    kindless = [f'row "{row}" is planned, but names no kind' for row in waiting]
    return [*absent, *twice, *unknown, *vague, *kindless]
