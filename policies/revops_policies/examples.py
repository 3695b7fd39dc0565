"""Small models that the rules' examples share. Each loads; what a rule looks at is added as one more line."""

from __future__ import annotations

_FIELDS = """
data_hygiene:
  fields:
    contact:
      email: {label: Email, type: email}
      country: {label: Country, type: text}
      employees: {label: Employees, type: number}
      fit_score: {label: Fit, type: number}
      engagement_score: {label: Engagement, type: number}
      lead_score: {label: Total, type: number}
      mql_ready: {label: Ready, type: checkbox}
      rejection_reason: {label: Reason, type: picklist, options: {no_budget: No budget}}
      recycle_count: {label: Recycled, type: number}
      mql_date: {label: MQL date, type: datetime}
      latest_mql_date: {label: Latest MQL date, type: datetime}
    deal:
      pain_points: {label: Pain points, type: text}
      push_reason: {label: Reason for the push, type: text}
      discount: {label: Discount, type: percent}
people:
  persons: {ann: {name: Ann, email: ann@example.com}}
  teams: {sdr: {label: SDR, members: [ann]}}
  queues: {unassigned: {label: Unassigned, objects: [lead]}}
"""


def scoring_model(*lines: str) -> str:
    """A model with one scoring entry "main" and these lines in it."""
    body = "\n".join(f"    {line}" for line in lines)
    return f"""{_FIELDS}
scoring:
  main:
    fields:
      fit: contact.fit_score
      engagement: contact.engagement_score
      total: contact.lead_score
      ready: contact.mql_ready
{body}
"""


def routing_model(*lines: str) -> str:
    """A model with one routing entry "inbound" and these lines in it."""
    body = "\n".join(f"    {line}" for line in lines)
    return f"{_FIELDS}\nrouting:\n  inbound:\n    runs_on: salesforce\n{body}\n"


def pipeline_model(*lines: str) -> str:
    """A model with one pipeline "sales" and these lines in it."""
    body = "\n".join(f"    {line}" for line in lines)
    return f"{_FIELDS}\npipelines:\n  sales:\n    label: Sales\n{body}\n"


def lifecycle_model(*lines: str) -> str:
    """A model with stages "lead" and "mql", a status "recycled", and these lines in its lifecycle."""
    body = "\n".join(f"  {line}" for line in lines)
    return f"""{_FIELDS}
lifecycle:
  stages:
    lead: {{label: Lead, entry: known, exit: qualified, owner: sdr}}
    mql: {{label: MQL, entry: both thresholds, exit: accepted or rejected, owner: sdr}}
  lead_statuses: {{recycled: Recycled}}
{body}
"""


def deal_desk_model(*lines: str) -> str:
    """A model with one deal desk "standard" and these lines in it."""
    body = "\n".join(f"    {line}" for line in lines)
    return f"{_FIELDS}\ndeal_desk:\n  standard:\n    label: Standard\n{body}\n"
