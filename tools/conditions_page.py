"""The page of the condition language: its words, and what the compilers of each CRM make of every one of them."""

from __future__ import annotations

from collections.abc import Iterator

from revops_hubspot.compiler.terms.conditions import Filters, filter_text
from revops_hubspot.compiler.terms.formulas import Formulas
from revops_hubspot.compiler.terms.names import Names
from revops_hubspot.formulas.printer import render
from revops_salesforce.compiler.terms.conditions import Scope, Unreachable, formula

from revops_iac.diagnostics import Diagnostic
from revops_iac.model import Model
from revops_iac.model.condition import IN_REGION, WORDS, Condition, Op, ParseError, parse
from revops_iac.source.condition_checks import OPERATORS

FIELDS = {
    "employees": {"label": "Employees", "type": "number"},
    "seats": {"label": "Seats", "type": "number"},
    "job_title": {"label": "Job title", "type": "text"},
    "email": {"label": "E-mail", "type": "email", "standard": {"hubspot": "email", "salesforce": "Email"}},
    "industry": {"label": "Industry", "type": "picklist", "options": {"retail": "Retail", "software": "Software"}},
    "tools": {"label": "Tools", "type": "multi_picklist", "options": {"crm": "CRM", "erp": "ERP"}},
    "opted_in": {"label": "Opted in", "type": "checkbox"},
    "mql_date": {"label": "MQL date", "type": "date"},
    "sql_date": {"label": "SQL date", "type": "date"},
    "seen_at": {"label": "Seen at", "type": "datetime"},
}
MODEL = Model.model_validate(
    {
        "context": {"time_zone": "UTC"},
        "data_hygiene": {
            "fields": {"contact": FIELDS, "company": {"size": {"label": "Size", "type": "number"}}},
        },
    }
)
EXAMPLES = (
    "contact.employees >= 1000",
    "contact.employees is between 50 and 200",
    "contact.employees is not between 50 and 200",
    "contact.employees is any of [1, 2]",
    "contact.employees != 5",
    "contact.employees is not empty",
    "contact.employees is empty",
    "contact.employees > contact.seats",
    'contact.job_title = "VP Sales"',
    "contact.job_title contains intern",
    "contact.job_title starts with any of [VP, Head]",
    "not contact.job_title starts with VP",
    "contact.email ends with any of [.edu, .ac.uk]",
    "contact.industry is any of [retail, software]",
    "contact.industry != retail",
    "contact.tools contains any of [crm, erp]",
    "contact.opted_in is true",
    "contact.mql_date > 2026-06-30",
    "contact.mql_date is between 2026-01-01 and 2026-06-30",
    "contact.mql_date within the last 7 days",
    "contact.mql_date within the next 2 weeks",
    "contact.mql_date more than 30 days ago",
    "contact.mql_date less than 7 days ago",
    "contact.mql_date is today",
    "contact.seen_at >= today - 7 days",
    "contact.mql_date < contact.sql_date",
    "contact.mql_date <= contact.sql_date",
    "company.size >= 50",
    "not (contact.opted_in is true or contact.employees < 50)",
)
INTRODUCTION = """\
# Conditions

`when`, `entry_when`, `enrolls_when` and every other condition of the model ask something of the fields of a record:

```yaml
when: contact.employees is between 200 and 5000 and not contact.email ends with any of [.edu, .ac.uk]
```

- A comparison is a field (`object.key`), an operator, and what the operator needs. Join comparisons with `and`, `or`,
  `not` and parentheses; `and` binds tighter than `or`.
- A field without a value is unknown. A comparison with an unknown field is false, also `!=`, `is none of` and
  `is not between`; so its `not` is true. `is empty` asks for it.
- Texts are compared without regard to upper and lower case. Quote a text that holds signs, spaces outside a list, or a
  word of the language. In YAML, put the whole condition in quotes when it contains `[`, `: ` or ` #`.
- Dates are whole days, a time of day counts as its day. `2026-01-31` is a day; so is `today`, `today - 7 days` and
  `today + 2 weeks`. Weeks are counted as seven days; months are not, since they differ.
- `is between 10 and 20` includes both ends. `within the last 7 days` is today and the seven days before it,
  `more than 30 days ago` is every day before that day, `less than 7 days ago` is after it and not after today.
- The other side may be another field of the same kind: two numbers, two percentages, two dates, or two texts (`=` and
  `!=`). Two fields of type datetime are compared as moments.
- `contact.country in region dach` is true for every spelling of its countries ([regions](guides/model.md)).
- A plan shows every condition in its canonical words, whichever of the words was written.

`revops check` refuses with file and line what a condition cannot mean (a word that does not fit the type of the field,
a range that holds no value) and what a CRM that the company uses cannot hold, with what it can.
"""
MEANING_OF_TODAY = """\
## When a relative date is judged

A HubSpot segment and the enrollment of a workflow follow the calendar: a record enters and leaves as days pass. A
Salesforce formula field is computed when it is read. Assignment rules, validation rules and flows that start on a
change look at the record only when it is saved: a record that comes to meet `more than 30 days ago` by the passing of
time alone does not start them. Today is the day of the person who reads or saves the record on Salesforce; on HubSpot
it is the day in the company's time zone, and in UTC for fields of type date.

In raw HubSpot filters ([HubSpot filters](hubspot-filters.md)) these words stand for HubSpot's own operations, which
count the last days from the present moment.
"""


def page(note: str) -> str:
    """The whole page."""
    lines = [note, INTRODUCTION, "## Words", "", *_words(), "", *_types(), "", MEANING_OF_TODAY, *_on_each_crm()]
    return "\n".join(lines) + "\n"


def _words() -> Iterator[str]:
    """Every word that may stand behind a field, with the canonical one."""
    yield "| words | canonical |"
    yield "|---|---|"
    for words in WORDS:
        yield f"| `{words}` | `{_canonical(words)}` |"
    yield f"| `{IN_REGION}`, `not {IN_REGION}` | `{IN_REGION} dach`, `not {IN_REGION} [dach, US]` |"


def _canonical(words: str) -> str:
    operands = ("", " 7 days", " 7 days ago", " a", " [a]", " 1", " 1 and 2")
    for operand in operands:
        try:
            return parse(f"contact.x {words}{operand}").render().removeprefix("contact.x ")
        except ParseError:
            continue
    raise ValueError(words)


def _types() -> Iterator[str]:
    yield "| type of the field | operators |"
    yield "|---|---|"
    by_operators: dict[frozenset[Op], list[str]] = {}
    for name, operators in OPERATORS.items():
        by_operators.setdefault(operators, []).append(name)
    for operators, names in by_operators.items():
        yield f"| {', '.join(names)} | {', '.join(f'`{op}`' for op in Op if op in operators)} |"


def _on_each_crm() -> Iterator[str]:
    """What the compilers emit, or why they refuse."""
    yield "## What each CRM makes of it"
    yield ""
    yield "Salesforce: the formula in formula fields, validation rules, assignment rules, approvals and flows (a flow"
    yield "names a field as `{!$Record.Employees__c}`, and has simple comparisons as filters of its start). HubSpot:"
    yield "the filter of segments and workflows, and the formula of calculation properties, which hold the scores."
    for text in EXAMPLES:
        condition = parse(text)
        yield ""
        yield f"**`{text}`**"
        yield ""
        yield f"- Salesforce: {_salesforce(condition)}"
        yield f"- HubSpot filter: {_filter(condition)}"
        yield f"- HubSpot formula: {_formula(condition)}"


def _salesforce(condition: Condition) -> str:
    try:
        return f"`{formula(condition, Scope(MODEL, 'Lead', long_text=True))}`"
    except Unreachable as error:
        return f"refused on a Lead: {error}"


def _filter(condition: Condition) -> str:
    filters = Filters(Names(MODEL))
    tree = filters.tree(condition, ())
    return _refused(filters.diagnostics) or f"`{filter_text(tree, 'contacts')}`"


def _formula(condition: Condition) -> str:
    formulas = Formulas(Names(MODEL))
    made = formulas.condition(condition, ())
    return _refused(formulas.diagnostics) or f"`{render(made)}`"


def _refused(diagnostics: list[Diagnostic]) -> str:
    return "; ".join(f"refused, {_reason(one.message)}; fix: {one.fix}" for one in diagnostics)


def _reason(message: str) -> str:
    return message.rpartition('" ')[2]
