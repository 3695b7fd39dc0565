"""A model with every kind of field, and random records of it, for the tests of conditions and formulas."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import strategies as st
from salesforce_formula.checker import check
from salesforce_formula.evaluator import Scope, evaluate
from salesforce_formula.kinds import Context
from salesforce_formula.tokens import FormulaError

from revops_iac.model import Model

NOW = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)
FIELDS: dict[str, dict[str, Any]] = {
    "employees": {"label": "Employees", "type": "number"},
    "country": {"label": "Country", "type": "text"},
    "email_domain": {"label": "Domain", "type": "text"},
    "industry": {
        "label": "Industry",
        "type": "picklist",
        "options": {"software": "Software", "retail": "Retail", "finance": "Finance"},
    },
    "rating": {"label": "Rating", "type": "picklist", "standard": {"salesforce": "Rating"}},
    "product": {"label": "Product", "type": "picklist", "options": {"platform": "Platform", "self_serve": "Self"}},
    "tools": {"label": "Tools", "type": "multi_picklist", "options": {"crm": "CRM", "bi": "BI", "erp": "ERP"}},
    "opted_in": {"label": "Opted in", "type": "checkbox"},
    "signed_on": {"label": "Signed on", "type": "date"},
    "seen_at": {"label": "Seen at", "type": "datetime"},
    "discount": {"label": "Discount", "type": "percent"},
    "notes": {"label": "Notes", "type": "long_text"},
    "fit_score": {"label": "Fit", "type": "number"},
    "engagement_score": {"label": "Engagement", "type": "number"},
    "lead_score": {"label": "Score", "type": "number"},
    "mql_ready": {"label": "Ready", "type": "checkbox"},
    "high_intent": {"label": "High intent", "type": "checkbox"},
    "last_engaged_at": {"label": "Last engaged", "type": "datetime"},
}
TYPES = {
    "number": "Number",
    "percent": "Number",
    "text": "Text",
    "long_text": "LongTextArea",
    "picklist": "Picklist",
    "multi_picklist": "MultiselectPicklist",
    "checkbox": "Boolean",
    "date": "Date",
    "datetime": "DateTime",
}
WORDS = ["", "US", "us", "Canada", "DE", "rival.com", "Rival.Com", "mit.edu", 'a "b" \\ c', "student union"]
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "number": st.none() | st.sampled_from([0, 1, 49, 50, 199, 200, 999, 1000, 25000]) | st.integers(-5, 2000),
    "percent": st.none() | st.sampled_from([0, 10, 12.5, 25, 100]),
    "text": st.none() | st.sampled_from(WORDS),
    "checkbox": st.booleans(),
    "date": st.none() | st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    "datetime": st.none() | st.datetimes(datetime(2026, 1, 1), datetime(2026, 11, 19), timezones=st.just(UTC)),
}


def model_of(**topics: Any) -> Model:
    """A model with the fields above on the person."""
    return Model.model_validate({"data_hygiene": {"fields": {"contact": FIELDS}}, **topics})


def records() -> st.SearchStrategy[dict[str, Any]]:
    """Records keyed `contact.x`. A checkbox is never unknown: Salesforce has no blank one."""
    return st.fixed_dictionaries({f"contact.{key}": _values(key) for key in FIELDS}).map(
        lambda record: {**record, "today": NOW.date()}
    )


def _values(key: str) -> st.SearchStrategy[Any]:
    field = FIELDS[key]
    if field["type"] == "picklist":
        return st.none() | st.sampled_from(list(field.get("options", {"Hot": 1, "Warm": 1, "Cold": 1})))
    if field["type"] == "multi_picklist":
        return st.lists(st.sampled_from(list(field["options"])), unique=True)
    return VALUES.get(field["type"], st.none())


def api_name(key: str) -> str:
    return "Rating" if key == "rating" else "_".join(part.capitalize() for part in key.split("_")) + "__c"


class Names:
    """What the formulas of these tests may name."""

    def type_of(self, name: str) -> str:
        for key, field in FIELDS.items():
            if api_name(key) == name:
                return TYPES[field["type"]]
        raise FormulaError(f"Field {name} does not exist. Check spelling.")


def live(record: dict[str, Any], key: str) -> Any:
    """A value as Salesforce would hand it to a formula."""
    value = record[f"contact.{key}"]
    kind = FIELDS[key]["type"]
    if isinstance(value, list):
        return ";".join(value) or None
    if kind == "percent" and value is not None:
        return Decimal(str(value)) / 100
    if isinstance(value, int | float) and not isinstance(value, bool):
        return Decimal(str(value))
    return value


def run(text: str, record: dict[str, Any], computed: dict[str, str] | None = None, saving: bool = False) -> Any:
    """What the simulator's evaluator makes of a formula; `computed` are formula fields by API name."""
    formulas = computed or {}

    def value(name: str) -> Any:
        if name in formulas:
            return run(formulas[name], record, formulas, saving)
        return live(record, next(key for key in FIELDS if api_name(key) == name))

    context = Context.VALIDATION_RULE if saving else Context.FORMULA_FIELD
    node = check(text, Names(), expected=None, context=context)
    return evaluate(node, Scope(value=value, prior=value, is_new=False, now=NOW))
