"""Factory values of the standard picklists: read and updated, never listed, created or deleted [D]."""

from __future__ import annotations

from .component_xml import Body

# (name, closed, won, probability, forecastCategory) [K: the ten stages of a new org]
OPPORTUNITY_STAGES = (
    ("Prospecting", False, False, 10, "Pipeline"),
    ("Qualification", False, False, 10, "Pipeline"),
    ("Needs Analysis", False, False, 20, "Pipeline"),
    ("Value Proposition", False, False, 50, "Pipeline"),
    ("Id. Decision Makers", False, False, 60, "Pipeline"),
    ("Perception Analysis", False, False, 70, "Pipeline"),
    ("Proposal/Price Quote", False, False, 75, "Pipeline"),
    ("Negotiation/Review", False, False, 90, "Pipeline"),
    ("Closed Won", True, True, 100, "Closed"),
    ("Closed Lost", True, False, 0, "Omitted"),
)
LEAD_STATUSES = (
    ("Open - Not Contacted", True, False),
    ("Working - Contacted", False, False),
    ("Closed - Converted", False, True),
    ("Closed - Not Converted", False, False),
)
PLAIN: dict[str, tuple[str, ...]] = {
    "LeadSource": ("Web", "Phone Inquiry", "Partner Referral", "Purchased List", "Other"),
    "AccountType": (
        "Prospect",
        "Customer - Direct",
        "Customer - Channel",
        "Channel Partner / Reseller",
        "Installation Partner",
        "Technology Partner",
        "Other",
    ),
    "AccountRating": ("Hot", "Warm", "Cold"),
    "AccountOwnership": ("Public", "Private", "Subsidiary", "Other"),
    "Industry": (
        "Agriculture",
        "Apparel",
        "Banking",
        "Biotechnology",
        "Chemicals",
        "Communications",
        "Construction",
        "Consulting",
        "Education",
        "Electronics",
        "Energy",
        "Engineering",
        "Entertainment",
        "Environmental",
        "Finance",
        "Food & Beverage",
        "Government",
        "Healthcare",
        "Hospitality",
        "Insurance",
        "Machinery",
        "Manufacturing",
        "Media",
        "Not For Profit",
        "Recreation",
        "Retail",
        "Shipping",
        "Technology",
        "Telecommunications",
        "Transportation",
        "Utilities",
        "Other",
    ),
    "OpportunityType": (
        "Existing Customer - Upgrade",
        "Existing Customer - Replacement",
        "Existing Customer - Downgrade",
        "New Customer",
    ),
    "Salutation": ("Mr.", "Ms.", "Mrs.", "Dr.", "Prof.", "Mx."),
    "CampaignType": ("Conference", "Webinar", "Trade Show", "Public Relations", "Email", "Advertisement", "Other"),
    "CampaignStatus": ("Planned", "In Progress", "Completed", "Aborted"),
    "ForecastCategoryName": ("Omitted", "Pipeline", "Best Case", "Commit", "Closed"),
}
TASK_STATUSES = (
    ("Not Started", True, False),
    ("In Progress", False, False),
    ("Completed", False, True),
    ("Waiting on someone else", False, False),
    ("Deferred", False, False),
)
TASK_PRIORITIES = (("High", False, True), ("Normal", True, False), ("Low", False, False))

FACTORY = ("OpportunityStage", "LeadStatus", "TaskStatus", "TaskPriority", *PLAIN)
# What values of a set must say beyond name and label [S: CumulusCI value_sets.py].
MANDATORY: dict[str, tuple[str, ...]] = {
    "OpportunityStage": ("closed", "won", "probability", "forecastCategory"),
    "LeadStatus": ("converted",),
    "TaskStatus": ("closed",),
    "TaskPriority": ("highPriority",),
    "CaseStatus": ("closed",),
}


def body(name: str) -> Body:
    """The factory content of a standard value set."""
    return {"sorted": False, "standardValue": [{**value, "label": value["fullName"]} for value in _values(name)]}


def _values(name: str) -> list[Body]:
    if name == "OpportunityStage":
        return [
            {
                "fullName": label,
                "default": False,
                "closed": closed,
                "won": won,
                "probability": odds,
                "forecastCategory": kind,
            }
            for label, closed, won, odds, kind in OPPORTUNITY_STAGES
        ]
    if name == "LeadStatus":
        return [{"fullName": label, "default": first, "converted": done} for label, first, done in LEAD_STATUSES]
    if name == "TaskStatus":
        return [{"fullName": label, "default": first, "closed": done} for label, first, done in TASK_STATUSES]
    if name == "TaskPriority":
        return [{"fullName": label, "default": first, "highPriority": high} for label, first, high in TASK_PRIORITIES]
    return [{"fullName": label, "default": False} for label in PLAIN[name]]
