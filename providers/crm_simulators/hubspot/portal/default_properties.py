"""The HubSpot-defined properties and groups that a portal starts with, those that configuration and records need [D].

A row is `name | label | type | fieldType | marks`. Marks: `ro` values are read-only, `opt` options may be edited,
`free` the definition may be edited, `owner` an owner picker, `unique` unique values.
"""

from __future__ import annotations

from typing import Any

from crm_simulators.hubspot.errors import JsonObject

GROUPS: dict[str, dict[str, str]] = {
    "0-1": {
        "contactinformation": "Contact information",
        "analyticsinformation": "Web analytics history",
        "conversioninformation": "Conversion information",
        "emailinformation": "Email information",
        "contactlcs": "Contact lifecycle stage properties",
        "contact_activity": "Contact activity",
    },
    "0-2": {
        "companyinformation": "Company information",
        "analyticsinformation": "Analytics information",
        "company_activity": "Company activity",
    },
    "0-3": {"dealinformation": "Deal information", "deal_activity": "Deal activity", "deal_revenue": "Deal revenue"},
    "0-5": {"ticketinformation": "Ticket information", "ticket_activity": "Ticket activity"},
    "0-27": {"task": "Task information"},
    "0-136": {"lead_information": "Lead information"},
}
FIRST_GROUP = {object_type: next(iter(groups)) for object_type, groups in GROUPS.items()}

EVERYWHERE = """
hs_object_id | Record ID | number | number | ro
hs_createdate | Object create date/time | datetime | date | ro
hs_lastmodifieddate | Last modified date | datetime | date | ro
hs_created_by_user_id | Created by user ID | number | number | ro
hs_updated_by_user_id | Updated by user ID | number | number | ro
hubspot_owner_id | Owner | enumeration | select | owner
hubspot_owner_assigneddate | Owner assigned date | datetime | date | ro
hubspot_team_id | HubSpot team | enumeration | select | ro
hs_all_owner_ids | All owner IDs | enumeration | checkbox | ro
hs_all_team_ids | All team IDs | enumeration | checkbox | ro
"""

ROWS: dict[str, str] = {
    "0-1": """
email | Email | string | text | free unique
firstname | First name | string | text | free
lastname | Last name | string | text | free
jobtitle | Job title | string | text | free
company | Company name | string | text | free
phone | Phone number | string | phonenumber | free
mobilephone | Mobile phone number | string | phonenumber | free
website | Website URL | string | text | free
address | Street address | string | textarea | free
city | City | string | text | free
state | State/region | string | text | free
zip | Postal code | string | text | free
country | Country/region | string | text | free
industry | Industry | string | text | free
numemployees | Number of employees | enumeration | select | free opt
annualrevenue | Annual revenue | string | text | free
salutation | Salutation | string | text | free
message | Message | string | textarea | free
hs_persona | Persona | enumeration | radio | opt
hs_language | Preferred language | enumeration | select |
lifecyclestage | Lifecycle stage | enumeration | radio |
hs_lead_status | Lead status | enumeration | radio | opt
hs_pipeline | Pipeline | enumeration | select | ro
hs_email_domain | Email domain | string | text | ro
hs_email_optout | Unsubscribed from all email | bool | booleancheckbox | ro
hs_email_last_open_date | Last marketing email open date | datetime | date | ro
hs_email_last_click_date | Last marketing email click date | datetime | date | ro
hs_sales_email_last_replied | Recent sales email replied date | datetime | date | ro
hs_analytics_source | Original traffic source | enumeration | select | ro
hs_analytics_num_page_views | Number of pageviews | number | number | ro
hs_analytics_num_visits | Number of sessions | number | number | ro
hs_analytics_last_visit_timestamp | Time last seen | datetime | date | ro
hs_marketable_status | Marketing contact status | enumeration | select | ro
hs_latest_meeting_activity | Latest meeting activity | datetime | date | ro
hs_lifecyclestage_lead_date | Became a lead date | datetime | date | ro
hs_lifecyclestage_marketingqualifiedlead_date | Became a marketing qualified lead date | datetime | date | ro
hs_lifecyclestage_salesqualifiedlead_date | Became a sales qualified lead date | datetime | date | ro
hs_lifecyclestage_opportunity_date | Became an opportunity date | datetime | date | ro
hs_lifecyclestage_customer_date | Became a customer date | datetime | date | ro
associatedcompanyid | Primary associated company ID | number | number |
num_conversion_events | Number of form submissions | number | number | ro
recent_conversion_event_name | Recent conversion | string | text | ro
recent_conversion_date | Recent conversion date | datetime | date | ro
first_conversion_date | First conversion date | datetime | date | ro
num_contacted_notes | Number of times contacted | number | number | ro
notes_last_contacted | Last contacted | datetime | date | ro
notes_last_updated | Last activity date | datetime | date | ro
notes_next_activity_date | Next activity date | datetime | date | ro
createdate | Create date | datetime | date | ro
lastmodifieddate | Last modified date | datetime | date | ro
closedate | Close date | datetime | date | free
""",
    "0-2": """
name | Company name | string | text | free
domain | Company domain name | string | text | free
website | Website URL | string | text | free
phone | Phone number | string | phonenumber | free
description | Description | string | textarea | free
industry | Industry | enumeration | select | opt
numberofemployees | Number of employees | number | number | free
annualrevenue | Annual revenue | number | number | free
address | Street address | string | text | free
city | City | string | text | free
state | State/region | string | text | free
zip | Postal code | string | text | free
country | Country/region | string | text | free
type | Type | enumeration | select | opt
web_technologies | Web technologies | enumeration | checkbox | ro
lifecyclestage | Lifecycle stage | enumeration | radio |
hs_lead_status | Lead status | enumeration | radio | opt
hs_pipeline | Pipeline | enumeration | select | ro
hs_parent_company_id | Parent company | number | number | ro
num_associated_contacts | Number of associated contacts | number | number | ro
num_associated_deals | Number of associated deals | number | number | ro
notes_last_contacted | Last contacted | datetime | date | ro
notes_last_updated | Last activity date | datetime | date | ro
createdate | Create date | datetime | date | ro
closedate | Close date | datetime | date | free
""",
    "0-3": """
dealname | Deal name | string | text | free
amount | Amount | number | number | free
amount_in_home_currency | Amount in company currency | number | number | ro
deal_currency_code | Currency | enumeration | select |
dealstage | Deal stage | enumeration | radio |
pipeline | Pipeline | enumeration | select |
closedate | Close date | datetime | date | free
createdate | Create date | datetime | date | ro
dealtype | Deal type | enumeration | radio | free opt
description | Deal description | string | textarea | free
hs_priority | Priority | enumeration | select | opt
hs_next_step | Next step | string | text | free
hs_deal_stage_probability | Deal probability | number | number | ro
hs_forecast_amount | Forecast amount | number | number | free
hs_forecast_probability | Forecast probability | number | number | free
hs_is_closed | Is deal closed? | bool | booleancheckbox | ro
hs_is_closed_won | Is closed won | bool | booleancheckbox | ro
hs_is_closed_lost | Is closed lost | bool | booleancheckbox | ro
hs_v2_date_entered_current_stage | Date entered current stage | datetime | date | ro
hs_acv | Annual contract value | number | number | ro
hs_arr | Annual recurring revenue | number | number | ro
hs_mrr | Monthly recurring revenue | number | number | ro
hs_tcv | Total contract value | number | number | ro
closed_lost_reason | Closed lost reason | string | textarea | free
hs_analytics_source | Original traffic source | enumeration | select | ro
closed_won_reason | Closed won reason | string | textarea | free
days_to_close | Days to close | number | number | ro
num_associated_contacts | Number of associated contacts | number | number | ro
num_notes | Number of sales activities | number | number | ro
notes_last_contacted | Last contacted | datetime | date | ro
notes_last_updated | Last activity date | datetime | date | ro
notes_next_activity_date | Next activity date | datetime | date | ro
""",
    "0-5": """
subject | Ticket name | string | text | free
content | Ticket description | string | textarea | free
hs_pipeline | Pipeline | enumeration | select |
hs_pipeline_stage | Ticket status | enumeration | select |
hs_ticket_category | Category | enumeration | checkbox | opt
hs_ticket_priority | Priority | enumeration | select | opt
source_type | Source | enumeration | select | opt
createdate | Create date | datetime | date | ro
closed_date | Close date | datetime | date | ro
""",
    "0-27": """
hs_task_subject | Task title | string | text |
hs_task_body | Task notes | string | html |
hs_task_status | Task status | enumeration | select |
hs_task_priority | Priority | enumeration | select |
hs_task_type | Task type | enumeration | select |
hs_timestamp | Due date | datetime | date |
""",
    "0-136": """
hs_lead_name | Lead name | string | text | free
hs_lead_label | Lead label | enumeration | select | opt
hs_lead_type | Lead type | enumeration | select | opt
hs_pipeline | Lead pipeline | enumeration | select |
hs_pipeline_stage | Lead stage | enumeration | select |
""",
}

LIFECYCLE_STAGES = {
    "subscriber": "Subscriber",
    "lead": "Lead",
    "marketingqualifiedlead": "Marketing Qualified Lead",
    "salesqualifiedlead": "Sales Qualified Lead",
    "opportunity": "Opportunity",
    "customer": "Customer",
    "evangelist": "Evangelist",
    "other": "Other",
}  # [T]
_LEAD_STATUSES = {
    "NEW": "New",
    "OPEN": "Open",
    "IN_PROGRESS": "In Progress",
    "OPEN_DEAL": "Open Deal",
    "UNQUALIFIED": "Unqualified",
    "ATTEMPTED_TO_CONTACT": "Attempted to Contact",
    "CONNECTED": "Connected",
    "BAD_TIMING": "Bad Timing",
}
_INDUSTRIES = (
    "ACCOUNTING AIRLINES_AVIATION AUTOMOTIVE BANKING BIOTECHNOLOGY CHEMICALS COMPUTER_HARDWARE COMPUTER_NETWORKING "
    "COMPUTER_SOFTWARE CONSTRUCTION CONSUMER_ELECTRONICS CONSUMER_GOODS E_LEARNING EDUCATION_MANAGEMENT "
    "FINANCIAL_SERVICES FOOD_BEVERAGES GOVERNMENT_ADMINISTRATION HIGHER_EDUCATION HOSPITAL_HEALTH_CARE HOSPITALITY "
    "INSURANCE INTERNET LOGISTICS_AND_SUPPLY_CHAIN MANAGEMENT_CONSULTING MARKETING_AND_ADVERTISING MEDICAL_DEVICES "
    "OIL_ENERGY PHARMACEUTICALS REAL_ESTATE RETAIL TELECOMMUNICATIONS UTILITIES"
)
_TRAFFIC_SOURCES = (
    "ORGANIC_SEARCH PAID_SEARCH EMAIL_MARKETING SOCIAL_MEDIA REFERRALS OTHER_CAMPAIGNS DIRECT_TRAFFIC OFFLINE"
)


def _words(text: str) -> dict[str, str]:
    return {word: word.replace("_", " ").capitalize() for word in text.split()}


OPTIONS: dict[str, dict[str, str]] = {
    "lifecyclestage": LIFECYCLE_STAGES,
    "hs_lead_status": _LEAD_STATUSES,
    "0-1.numemployees": {size: size for size in ("1-5", "5-25", "25-50", "50-100", "100-500", "500-1000", "1000+")},
    "0-2.industry": _words(_INDUSTRIES),
    "0-2.type": _words("PROSPECT PARTNER RESELLER VENDOR OTHER"),
    "hs_language": {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "ja": "Japanese"},
    "hs_analytics_source": _words(_TRAFFIC_SOURCES),
    "hs_marketable_status": {"true": "Marketing contact", "false": "Non-marketing contact"},
    "deal_currency_code": {"USD": "US Dollar", "EUR": "Euro", "GBP": "British Pound"},
    "dealtype": {"newbusiness": "New Business", "existingbusiness": "Existing Business"},
    "hs_priority": {"low": "Low", "medium": "Medium", "high": "High"},
    "hs_ticket_category": _words("PRODUCT_ISSUE BILLING_ISSUE FEATURE_REQUEST GENERAL_INQUIRY"),
    "hs_ticket_priority": _words("LOW MEDIUM HIGH URGENT"),
    "source_type": _words("CHAT EMAIL FORM PHONE"),
    "hs_task_status": _words("NOT_STARTED IN_PROGRESS WAITING COMPLETED DEFERRED"),
    "hs_task_priority": _words("NONE LOW MEDIUM HIGH"),
    "hs_task_type": _words("TODO CALL EMAIL"),
    "hs_lead_label": _words("WARM HOT COLD"),
    "hs_lead_type": {"NEW_BUSINESS": "New business", "RE_ATTEMPTING": "Re-attempting", "UPSELL": "Upsell"},
}


def default_groups() -> JsonObject:
    """Groups per object type id."""
    return {
        object_type: {
            name: {"name": name, "label": label, "displayOrder": at, "archived": False}
            for at, (name, label) in enumerate(groups.items())
        }
        for object_type, groups in GROUPS.items()
    }


def default_properties() -> JsonObject:
    """Definitions per object type id and name."""
    made: JsonObject = {}
    for object_type, rows in ROWS.items():
        lines = (EVERYWHERE + rows).strip().splitlines()
        definitions = [
            _definition(object_type, FIRST_GROUP[object_type], *(cell.strip() for cell in line.split("|")))
            for line in lines
            if line
        ]
        made[object_type] = {definition["name"]: definition for definition in definitions}
    return made


def custom_object_properties(group: str) -> JsonObject:
    """The definitions that a new custom object starts with: HubSpot makes 32 [O], these are the ones modeled."""
    lines = EVERYWHERE.strip().splitlines()
    made = [_definition("", group, *(cell.strip() for cell in line.split("|"))) for line in lines]
    return {definition["name"]: definition for definition in made}


def pipeline_properties(group: str) -> list[JsonObject]:
    """The properties that hold a record's pipeline and stage."""
    rows = (("hs_pipeline", "Pipeline"), ("hs_pipeline_stage", "Pipeline stage"))
    return [_definition("", group, name, label, "enumeration", "select", "") for name, label in rows]


def _definition(object_type: str, group: str, name: str, label: str, kind: str, field: str, marks: str) -> JsonObject:
    marked = set(marks.split())
    metadata: dict[str, Any] = {
        "archivable": False,
        "readOnlyDefinition": "free" not in marked,
        "readOnlyValue": "ro" in marked,
    }
    if kind == "enumeration":
        metadata["readOnlyOptions"] = "opt" not in marked
    definition: JsonObject = {
        "name": name,
        "label": label,
        "type": kind,
        "fieldType": field,
        "description": "",
        "groupName": group,
        "options": options(OPTIONS.get(f"{object_type}.{name}", OPTIONS.get(name, {})), kind),
        "displayOrder": -1,
        "hidden": False,
        "formField": "ro" not in marked,
        "hasUniqueValue": "unique" in marked,
        "calculated": False,
        "externalOptions": "owner" in marked,
        "hubspotDefined": True,
        "dataSensitivity": "non_sensitive",
        "modificationMetadata": metadata,
        "createdAt": "2019-08-06T02:41:08.029Z",
        "updatedAt": "2019-08-06T02:41:08.029Z",
    }
    if "owner" in marked:
        definition["referencedObjectType"] = "OWNER"
    return definition


def options(labels: dict[str, str], kind: str = "enumeration") -> list[JsonObject]:
    """Options of an enumeration, or the two of a bool."""
    if kind == "bool":
        labels = {"true": "Yes", "false": "No"}
    return [
        {"label": label, "value": value, "displayOrder": at, "hidden": False}
        for at, (value, label) in enumerate(labels.items())
    ]
